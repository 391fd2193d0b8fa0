//! Which numbers could be UPS's. Formats and test numbers as of November 2026.

use parcelwatch_plugin::number_format::NumberFormat;
use parcelwatch_plugin::{checksum, text};

/// Routing in front of a label's number: 420 and a ZIP code of five or nine digits.
const ROUTING: [usize; 2] = [3 + 5, 3 + 9];

/// A label of Mail Innovations; 748 is of the mailer's own digits. USPS, which brings it, has the same labels, and so has
/// FedEx; the mailer in it makes UPS the likeliest by a hair.
const MAIL: [NumberFormat; 2] = [
    NumberFormat::new("Mail Innovations", "92748d{17}", 62, &["9274890000000000012341"]).check(mod10),
    NumberFormat::new("Mail Innovations", "92748d{21}", 62, &["92748900000000000000000010"]).check(mod10),
];

/// A check digit is told and never forbids to poll: UPS's own test numbers do not hold.
pub(crate) const FORMATS: &[NumberFormat] = &[
    // 1Z, the shipper's six characters, the service, the parcel, and the check digit.
    NumberFormat::new("1Z number", "1Zx{15}d", 95, &["1Z5R89390357567127", "1Z8V92A70367203024"])
        .check(|number| checksum::luhn_like_letters(&number[2..]))
        .not(&["1Z12345E0205271688", "1Z5R8939035756712A"]),
    NumberFormat::new("waybill", "[AHJKTV]d{10}", 50, &["H1234567895"])
        .check(|number| checksum::luhn_like_letters(&number[1..])),
    MAIL[0],
    MAIL[1],
];

fn mod10(number: &str) -> bool {
    checksum::mod10(number, 3, 1)
}

/// Whether a number is a label of Mail Innovations.
pub(crate) fn is_mail(number: &str) -> bool {
    MAIL.iter().any(|format| format.fits(number))
}

/// The number as UPS writes it: a label of Mail Innovations without the routing in front. Where the routing ends is open
/// at some lengths; only one reading begins as a label does.
pub(crate) fn plain(number: &str) -> &str {
    let routed = ROUTING.into_iter().filter(|_| number.starts_with("420")).filter_map(|length| number.get(length..));
    routed.into_iter().find(|label| is_mail(label)).unwrap_or(number)
}

/// Whether a number can be a part of the address: seven to 34 letters and digits, as the vendor has it.
pub(crate) fn is_askable(number: &str) -> bool {
    (7..=34).contains(&number.len()) && text::is_plain_number(number)
}
