//! Which numbers could be La Poste's. Formats and test numbers as of November 2026.

use parcelwatch_plugin::{Candidate, Failure, FailureKind, checksum};

/// What La Poste could make of a number. It issues those that end in FR, and delivers what other posts hand over.
pub(crate) fn candidates(number: &str) -> Vec<Candidate> {
    let confidence = if number.ends_with("FR") { 90 } else { 15 };
    let postal = || Candidate::s10(number, confidence);
    chronopost(number).or_else(postal).or_else(|| own(number)).into_iter().collect()
}

/// A digit, a letter, eleven digits: Colissimo and tracked letters.
fn own(number: &str) -> Option<Candidate> {
    let [first, letter, rest @ ..] = number.as_bytes() else { return None };
    let fits = first.is_ascii_digit() && letter.is_ascii_uppercase() && rest.len() == 11 && is_digits(rest);
    fits.then(|| Candidate::new(number, 75, "Colissimo or tracked letter"))
}

/// Chronopost's parcels can be asked here as well as at Chronopost, which knows more of them. Their letters look like those of
/// a post, and JB and JF are none.
fn chronopost(number: &str) -> Option<Candidate> {
    if checksum::is_s10(number) && (number.ends_with("JB") || number.ends_with("JF")) {
        return Some(Candidate::new(number, 40, "Chronopost"));
    }
    (number.len() == 14 && is_digits(number.as_bytes())).then(|| Candidate::new(number, 15, "Chronopost, 14 digits"))
}

/// Whether a number can stand in the list of a question, which commas part.
pub(crate) fn is_askable(number: &str) -> bool {
    !number.is_empty() && number.bytes().all(|b| b.is_ascii_alphanumeric())
}

pub(crate) fn invalid(number: &str) -> Failure {
    let message = format!("La Poste does not accept {number} as a tracking number; check it for a typo");
    Failure::new(FailureKind::InvalidNumber, message)
}

fn is_digits(bytes: &[u8]) -> bool {
    bytes.iter().all(u8::is_ascii_digit)
}
