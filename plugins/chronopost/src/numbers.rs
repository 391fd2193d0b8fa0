//! Which numbers could be Chronopost's. Formats and test numbers as of November 2026.

use parcelwatch_plugin::{Candidate, Failure, FailureKind, checksum};

/// Longer than the longest barcode of a label.
const NUMBER_BYTES_MAX: usize = 40;

/// What Chronopost could make of a number.
pub(crate) fn candidates(number: &str) -> Vec<Candidate> {
    let fourteen = number.len() == 14 && number.bytes().all(|b| b.is_ascii_digit());
    let candidate = match checksum::s10_country(number) {
        // Letters of Chronopost's own, in the place where posts have their country. Nobody says that a check digit
        // holds.
        Some("JB" | "JF") => Some(Candidate::new(number, 85, "Chronopost")),
        // La Poste, which issues these numbers, is the better first guess.
        Some("FR") => Candidate::s10(number, 45),
        _ if fourteen => Some(Candidate::new(number, 40, "Chronopost, 14 digits")),
        _ => None,
    };
    candidate.into_iter().collect()
}

/// Whether a number can stand in a question, where a tag could follow it.
pub(crate) fn is_askable(number: &str) -> bool {
    (1..=NUMBER_BYTES_MAX).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_alphanumeric())
}

pub(crate) fn invalid(number: &str) -> Failure {
    let message = format!("Chronopost's numbers are letters and digits only, {number} is not; check it for a typo");
    Failure::new(FailureKind::InvalidNumber, message)
}
