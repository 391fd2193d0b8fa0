//! Which numbers could be USPS's. It delivers for others and shares their labels: FedEx Ground Economy, UPS Mail Innovations
//! and DHL eCommerce print numbers of the same form. Formats and test numbers as of November 2026.

use parcelwatch_plugin::number_format::{self, NumberFormat};
use parcelwatch_plugin::{Candidate, checksum, text};

/// Routing in front of a label's number: 420 and a ZIP code of five or nine digits, which is no part of the number.
const ROUTING: [usize; 2] = [3 + 5, 3 + 9];

/// A label; 92 is what the other networks' labels begin with.
const LABELS: [NumberFormat; 4] = [
    NumberFormat::new("Intelligent Mail barcode", "92d{20}", 60, &["9250012345678901234511"]).check(mod10),
    NumberFormat::new("Intelligent Mail barcode", "92d{24}", 60, &["92748900000000000000000010"]).check(mod10),
    NumberFormat::new("Intelligent Mail barcode", "9[1345]d{20}", 85, &["9400111206206406260787"])
        .check(mod10)
        .not(&["9434611206206407667131", "9600111206206406260787"]),
    NumberFormat::new("Intelligent Mail barcode", "9[1345]d{24}", 85, &["94001112062064062607870000"]).check(mod10),
];

pub(crate) const FORMATS: &[NumberFormat] = &[
    LABELS[0],
    LABELS[1],
    LABELS[2],
    LABELS[3],
    NumberFormat::s10("aad{9}US", 90, &["EC207920162US"]).not(&["EC207920163US"]),
    // Another post's number is one that USPS may bring to the door.
    NumberFormat::s10("aad{9}aa", 15, &["RB123456785GB"]),
];

fn mod10(number: &str) -> bool {
    checksum::mod10(number, 3, 1)
}

pub(crate) fn candidates(number: &str) -> Vec<Candidate> {
    let older = || (number.len() == 20 && text::is_digits(number)).then(|| older(number));
    number_format::first(FORMATS, plain(number)).or_else(older).into_iter().collect()
}

/// How FedEx's numbers of this form begin, as far as they are known.
const OF_FEDEX: [&str; 3] = ["02", "41", "61"];

/// Twenty digits of the older labels; some of them count the check digit with 91 in front. FedEx has the same form, with a
/// check of its own, and with 00 in front it is an SSCC, which DHL uses.
fn older(number: &str) -> Candidate {
    let holds = mod10(number) || mod10(&format!("91{number}"));
    if holds && OF_FEDEX.iter().any(|service| number.starts_with(service)) {
        // By chance, as far as we know.
        return Candidate::new(number, 12, "twenty digits");
    }
    let confidence = if number.starts_with("00") { 10 } else { 35 };
    Candidate::new(number, confidence, "twenty digits").checked(holds)
}

/// The number as USPS writes it: without the routing in front. With 34 digits it is open where the routing ends: the
/// reading that holds counts.
pub(crate) fn plain(number: &str) -> &str {
    let is_routed = number.starts_with("420") && text::is_digits(number);
    let routed = ROUTING.into_iter().filter(|_| is_routed).filter_map(|length| number.get(length..));
    let is_label = |reading: &&str| LABELS.iter().any(|label| label.fits(reading));
    let mut readings = std::iter::once(number).chain(routed).filter(is_label);
    readings.clone().find(|reading| mod10(reading)).or_else(|| readings.next()).unwrap_or(number)
}
