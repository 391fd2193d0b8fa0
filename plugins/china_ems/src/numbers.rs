//! Which numbers are those of EMS items: S10 with an E in front. The letters at the end name the post that took it in.

use parcelwatch_plugin::{Candidate, Failure, FailureKind, checksum};

/// What the page could make of a number.
pub(crate) fn candidates(number: &str) -> Vec<Candidate> {
    if !number.starts_with('E') {
        return Vec::new();
    }
    // The post of another country knows its own items best.
    let confidence = if is_chinese(number) { 85 } else { 40 };
    Candidate::s10(number, confidence).into_iter().collect()
}

/// Whether the page serves a number. It refuses a check digit that does not hold.
pub(crate) fn is_ems_item(number: &str) -> bool {
    number.starts_with('E') && checksum::s10(number)
}

pub(crate) fn is_chinese(number: &str) -> bool {
    number.ends_with("CN")
}

pub(crate) fn invalid(number: &str) -> Failure {
    let message = format!(
        "the EMS page serves EMS items only: E and a letter, nine digits with a check digit, the two letters of a \
         post; {number} is none, check it for a typo"
    );
    Failure::new(FailureKind::InvalidNumber, message)
}
