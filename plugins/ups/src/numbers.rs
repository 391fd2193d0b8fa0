//! Which numbers could be UPS's. Formats and test numbers as of November 2026.

use parcelwatch_plugin::{Candidate, Failure, FailureKind, checksum};

/// The letters of waybills.
const WAYBILLS: [char; 6] = ['A', 'H', 'J', 'K', 'T', 'V'];
/// What labels of Mail Innovations begin with; 748 is of the mailer's own digits.
const MAIL: &str = "92748";
/// Routing in front of a label's number: 420 and a ZIP code of five or nine digits.
const ROUTING: [usize; 2] = [3 + 5, 3 + 9];

/// What UPS could make of a number. A check digit is told and never forbids: UPS's own test numbers do not hold.
pub(crate) fn candidates(number: &str) -> Vec<Candidate> {
    parcel(number).or_else(|| waybill(number)).or_else(|| mail(number)).into_iter().collect()
}

/// 1Z, the shipper's six characters, the service, the parcel, and the check digit.
fn parcel(number: &str) -> Option<Candidate> {
    let rest = number.strip_prefix("1Z")?;
    let fits = rest.len() == 16
        && rest.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
        && rest.ends_with(|last: char| last.is_ascii_digit());
    fits.then(|| Candidate::new(number, 95, "1Z number").checked(checksum::luhn_like_letters(rest)))
}

fn waybill(number: &str) -> Option<Candidate> {
    let rest = number.strip_prefix(WAYBILLS)?;
    let fits = rest.len() == 10 && is_digits(rest);
    fits.then(|| Candidate::new(number, 50, "waybill").checked(checksum::luhn_like_letters(rest)))
}

/// USPS, which brings it, has the same labels, and so has FedEx; the mailer in it makes UPS the likeliest by a hair.
fn mail(number: &str) -> Option<Candidate> {
    let label = plain(number);
    is_mail(label).then(|| Candidate::new(label, 62, "Mail Innovations").checked(checksum::mod10(label, 3, 1)))
}

/// Whether a number is a label of Mail Innovations.
pub(crate) fn is_mail(number: &str) -> bool {
    matches!(number.len(), 22 | 26) && number.starts_with(MAIL) && is_digits(number)
}

/// The number as UPS writes it: a label of Mail Innovations without the routing in front. Where the routing ends is open
/// at some lengths; only one reading begins as a label does.
pub(crate) fn plain(number: &str) -> &str {
    let routed = ROUTING.into_iter().filter(|_| number.starts_with("420")).filter_map(|length| number.get(length..));
    routed.into_iter().find(|label| is_mail(label)).unwrap_or(number)
}

/// Whether a number can be a part of the address: seven to 34 letters and digits, as the vendor has it.
pub(crate) fn is_askable(number: &str) -> bool {
    (7..=34).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_alphanumeric())
}

pub(crate) fn invalid(number: &str) -> Failure {
    let message = format!("UPS does not accept {number} as a tracking number; check it for a typo");
    Failure::new(FailureKind::InvalidNumber, message)
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
}
