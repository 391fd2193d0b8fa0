//! Which numbers Ship24 takes: nearly any, so that they say nothing about whose they are.

use parcelwatch_plugin::{Candidate, Failure};

/// As the vendor's interface has it.
const CHARS: std::ops::RangeInclusive<usize> = 5..=50;

/// The least that a carrier can claim: the carrier itself always goes before an aggregator.
pub(crate) fn candidates(number: &str) -> Vec<Candidate> {
    let fits = CHARS.contains(&number.len())
        && number.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        && number.bytes().any(|b| b.is_ascii_digit());
    fits.then(|| Candidate::new(number, 10, "aggregator")).into_iter().collect()
}

/// Whether Ship24 takes a number. It also takes signs that no carrier's number has, and its own samples are written
/// with.
pub(crate) fn is_askable(number: &str) -> bool {
    CHARS.contains(&number.len())
        && number.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'/' | b'.'))
}

pub(crate) fn invalid(number: &str) -> Failure {
    Failure::invalid_number(format!(
        "Ship24 does not accept {number:?} as a tracking number; it takes 5 to 50 letters, digits and hyphens, check it for a \
         typo"
    ))
}
