//! Which numbers could be Yanwen's. Formats and test numbers as of November 2026.

use parcelwatch_plugin::{Candidate, Failure, FailureKind};

/// Longer than any number seen.
const NUMBER_BYTES_MAX: usize = 40;

/// S10 with private letters in place of a country: YP and YR were seen. YE and YT are the posts of Yemen and Mayotte.
const OWN: u8 = 85;
/// Any post's number may be that of a parcel Yanwen handed over; the post that its letters name is the better guess.
const PARTNERS: u8 = 15;

/// What Yanwen could make of a number.
pub(crate) fn candidates(number: &str) -> Vec<Candidate> {
    let Some(postal) = Candidate::s10(number, PARTNERS) else { return Vec::new() };
    let is_own = postal.country.is_none() && number.get(11..).is_some_and(|letters| letters.starts_with('Y'));
    let own = || Candidate { confidence: OWN, scheme: "Yanwen number".to_owned(), ..postal.clone() };
    vec![if is_own { own() } else { postal }]
}

/// Whether a number can stand in the list of a question, which commas part.
pub(crate) fn is_askable(number: &str) -> bool {
    (1..=NUMBER_BYTES_MAX).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_alphanumeric())
}

pub(crate) fn invalid(number: &str) -> Failure {
    let message = format!("Yanwen's numbers are letters and digits only, {number} is not; check it for a typo");
    Failure::new(FailureKind::InvalidNumber, message)
}
