//! Which numbers could be 4PX's. Formats and test numbers as of November 2026.

use parcelwatch_plugin::{Candidate, Failure, FailureKind};

/// Longer than the longest number that anybody prints.
const NUMBER_BYTES_MAX: usize = 40;
/// A shorter one, or one with fewer digits, is a word and no number to go on with.
const NUMBER_BYTES_MIN: usize = 8;
const NUMBER_DIGITS_MIN: usize = 6;

/// 4PX, thirteen digits, CN; nobody else prints such numbers, and they have no check digit. A public client expects one
/// digit more.
pub(crate) fn candidates(number: &str) -> Vec<Candidate> {
    is_own(number).then(|| Candidate::new(number, 95, "4PX number")).into_iter().collect()
}

pub(crate) fn is_own(number: &str) -> bool {
    let digits = number.strip_prefix("4PX").and_then(|rest| rest.strip_suffix("CN"));
    digits.is_some_and(|digits| matches!(digits.len(), 13 | 14) && digits.bytes().all(|b| b.is_ascii_digit()))
}

/// Whether a number can stand in a question.
pub(crate) fn is_askable(number: &str) -> bool {
    (1..=NUMBER_BYTES_MAX).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// Whether a number that an answer tells can be one to go on with.
pub(crate) fn is_followable(number: &str) -> bool {
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    is_askable(number) && number.len() >= NUMBER_BYTES_MIN && digits >= NUMBER_DIGITS_MIN
}

pub(crate) fn invalid(number: &str) -> Failure {
    let message = format!("4PX's numbers are letters and digits only, {number:?} is not; check it for a typo");
    Failure::new(FailureKind::InvalidNumber, message)
}
