//! Which numbers could be China Post's. Formats and test numbers as of November 2026.

use parcelwatch_plugin::{Candidate, Failure, FailureKind};

/// Cainiao and the destination's post see many of these parcels, too.
const OWN: u8 = 75;
/// EMS parcels; China EMS is the better one to ask.
const EMS: u8 = 30;

/// What China Post could make of a number: it can be asked for its own only.
pub(crate) fn candidates(number: &str) -> Vec<Candidate> {
    let confidence = if number.starts_with('E') { EMS } else { OWN };
    Candidate::s10(number, confidence).filter(|_| number.ends_with("CN")).into_iter().collect()
}

/// Whether a number can stand in a question.
pub(crate) fn is_askable(number: &str) -> bool {
    (1..=40).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_alphanumeric())
}

pub(crate) fn invalid(number: &str) -> Failure {
    let message = format!("China Post's numbers are letters and digits only, {number:?} is not; check it for a typo");
    Failure::new(FailureKind::InvalidNumber, message)
}
