//! Which numbers 17TRACK takes: nearly any, so that they say nothing about whose they are.

use parcelwatch_plugin::{Candidate, Failure, FailureKind};

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

/// Whether two numbers are one.
pub(crate) fn same(number: &str, other: &str) -> bool {
    number.trim().eq_ignore_ascii_case(other.trim())
}

pub(crate) fn invalid(number: &str) -> Failure {
    let message = format!(
        "17TRACK does not accept {number:?} as a tracking number; it takes 5 to 50 letters, digits and hyphens, check it \
         for a typo"
    );
    Failure::new(FailureKind::InvalidNumber, message)
}

/// The carrier that 17TRACK asks says that the number is none of its.
pub(crate) fn invalid_there(number: &str) -> Failure {
    let message = format!(
        "the carrier that 17TRACK asks does not accept {number}; check it for a typo, or name the carrier with the hint courier"
    );
    Failure::new(FailureKind::InvalidNumber, message)
}
