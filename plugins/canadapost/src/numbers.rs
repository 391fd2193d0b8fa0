//! Which numbers could be Canada Post's. Formats and test numbers as of November 2026.

use parcelwatch_plugin::{Candidate, checksum};

/// What Canada Post could make of a number. It issues those that end in CA, and brings to the door what other posts
/// hand over.
pub(crate) fn candidates(number: &str) -> Vec<Candidate> {
    let confidence = if number.ends_with("CA") { 90 } else { 15 };
    Candidate::s10(number, confidence).or_else(|| own(number)).into_iter().collect()
}

/// Sixteen digits. Nobody else is known for as many, and a reference of a shop's may have them.
fn own(number: &str) -> Option<Candidate> {
    let fits = number.len() == 16 && number.bytes().all(|b| b.is_ascii_digit());
    let holds = checksum::mod10(number, 3, 1);
    let confidence = if holds { 60 } else { 30 };
    fits.then(|| Candidate::new(number, confidence, "Canada Post, 16 digits").checked(holds))
}

/// Whether a number can stand in the path of a question.
pub(crate) fn is_askable(number: &str) -> bool {
    !number.is_empty() && number.bytes().all(|b| b.is_ascii_alphanumeric())
}
