//! Which numbers 17TRACK takes: nearly any, so that they say nothing about whose they are.

use parcelwatch_plugin::{Candidate, Failure};

/// As the vendor's interface has it.
const CHARS: std::ops::RangeInclusive<usize> = 5..=50;

/// The least that a carrier can claim: the carrier itself always goes before an aggregator.
pub(crate) fn candidates(number: &str) -> Vec<Candidate> {
    let fits = is_askable(number) && number.bytes().any(|b| b.is_ascii_digit());
    fits.then(|| Candidate::new(number, 10, "aggregator")).into_iter().collect()
}

/// Whether 17TRACK takes a number at all.
pub(crate) fn is_askable(number: &str) -> bool {
    CHARS.contains(&number.len()) && number.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

pub(crate) fn invalid(number: &str) -> Failure {
    Failure::invalid_number(format!(
        "17TRACK does not accept {number:?} as a tracking number; it takes 5 to 50 letters, digits and hyphens, check it \
         for a typo"
    ))
}

/// The carrier that 17TRACK asks says that the number is none of its.
pub(crate) fn invalid_there(number: &str) -> Failure {
    Failure::invalid_number(format!(
        "the carrier that 17TRACK asks does not accept {number}; check it for a typo, or name the carrier with the hint courier"
    ))
}
