//! Which numbers could be Royal Mail's. Formats and test numbers as of November 2026.

use parcelwatch_plugin::{Candidate, Failure, FailureKind};

/// The digits of the item's id in the 2D barcode of a label.
const ID_DIGITS: usize = 21;

/// What Royal Mail could make of a number. It issues those that end in GB, and brings to the door what other posts hand
/// over.
pub(crate) fn candidates(number: &str) -> Vec<Candidate> {
    let confidence = if number.ends_with("GB") { 90 } else { 15 };
    Candidate::s10(number, confidence).or_else(|| item_id(number)).into_iter().collect()
}

/// Hexadecimal digits without a check. Where no letter is among them it could be anybody's long number.
fn item_id(number: &str) -> Option<Candidate> {
    let is_hex = |b: u8| matches!(b, b'0'..=b'9' | b'A'..=b'F');
    let fits = number.len() == ID_DIGITS && number.bytes().all(is_hex);
    let confidence = if number.bytes().any(|b| b.is_ascii_alphabetic()) { 70 } else { 30 };
    fits.then(|| Candidate::new(number, confidence, "Royal Mail 2D barcode"))
}

/// Whether a number can stand in the path of a question.
pub(crate) fn is_askable(number: &str) -> bool {
    !number.is_empty() && number.bytes().all(|b| b.is_ascii_alphanumeric())
}

pub(crate) fn invalid(number: &str) -> Failure {
    let message = format!("Royal Mail does not accept {number} as a tracking number; check it for a typo");
    Failure::new(FailureKind::InvalidNumber, message)
}
