//! Which numbers could be SunYou's. Its format has no check digit that is known. As of November 2026.

use parcelwatch_plugin::{Candidate, Failure, FailureKind};

/// Longer than any number seen.
const NUMBER_BYTES_MAX: usize = 40;

/// SY, two letters, nine digits. The prefix is its own, so that the shape says much.
pub(crate) fn candidates(number: &str) -> Vec<Candidate> {
    let fits = match number.as_bytes() {
        [b'S', b'Y', a, b, digits @ ..] => {
            a.is_ascii_uppercase()
                && b.is_ascii_uppercase()
                && digits.len() == 9
                && digits.iter().all(u8::is_ascii_digit)
        }
        _ => false,
    };
    fits.then(|| Candidate::new(number, 90, "SunYou number")).into_iter().collect()
}

/// Whether a number is one at all. SunYou also answers to numbers of other shapes, and says when it does not know them.
pub(crate) fn is_askable(number: &str) -> bool {
    (1..=NUMBER_BYTES_MAX).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_alphanumeric())
}

pub(crate) fn invalid(number: &str) -> Failure {
    let message = format!("SunYou's numbers are letters and digits only, {number} is not; check it for a typo");
    Failure::new(FailureKind::InvalidNumber, message)
}
