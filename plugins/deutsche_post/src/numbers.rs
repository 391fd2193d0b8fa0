//! Which numbers could be Deutsche Post's. Formats as of November 2026.

use parcelwatch_plugin::{Candidate, Failure, FailureKind};

/// What Deutsche Post could make of a number: it issues those that end in DE, and delivers what other posts hand over.
pub(crate) fn candidates(number: &str) -> Vec<Candidate> {
    let confidence = match (number.ends_with("DE"), number.as_bytes().first()) {
        // The first letter says what it is: parcels, EMS and goods of web shops travel with DHL, which issues them.
        (true, Some(b'C' | b'E' | b'H')) => 30,
        (true, _) => 85,
        (false, _) => 15,
    };
    Candidate::s10(number, confidence).into_iter().collect()
}

/// Whether a number is letters and digits only, as all of them are.
pub(crate) fn is_askable(number: &str) -> bool {
    !number.is_empty() && number.bytes().all(|b| b.is_ascii_alphanumeric())
}

pub(crate) fn invalid(number: &str) -> Failure {
    let message =
        format!("Deutsche Post's numbers are letters and digits only, {number:?} is not; check it for a typo");
    Failure::new(FailureKind::InvalidNumber, message)
}
