//! Which numbers could be InPost's. Formats as of November 2026; no check digit is known.

use parcelwatch_plugin::{Candidate, Failure, FailureKind};

const DIGITS: usize = 24;
/// Parcels of bpost begin so, and have as many digits.
const BPOST: &str = "3232";

pub(crate) fn candidate(number: &str) -> Option<Candidate> {
    let confidence = if number.starts_with(BPOST) { 15 } else { 55 };
    is_number(number).then(|| Candidate::new(number, confidence, "24 digits"))
}

/// All of InPost's numbers are so: another one is a typo, or another carrier's, and not worth a question.
pub(crate) fn is_number(number: &str) -> bool {
    number.len() == DIGITS && number.bytes().all(|b| b.is_ascii_digit())
}

pub(crate) fn invalid(number: &str) -> Failure {
    let message = format!(
        "{number:?} is no number of InPost's, which have {DIGITS} digits; check it for a typo, or whether it is another \
         carrier's"
    );
    Failure::new(FailureKind::InvalidNumber, message)
}
