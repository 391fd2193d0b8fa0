//! Which numbers could be USPS's. It delivers for others and shares their labels: FedEx Ground Economy, UPS Mail Innovations
//! and DHL eCommerce print numbers of the same form. Formats and test numbers as of November 2026.

use parcelwatch_plugin::{Candidate, checksum};

/// Routing in front of a label's number: 420 and a ZIP code of five or nine digits, which is no part of the number.
const ROUTING: [usize; 2] = [3 + 5, 3 + 9];

/// What USPS could make of a number.
pub(crate) fn candidates(number: &str) -> Vec<Candidate> {
    candidate(number).into_iter().collect()
}

fn candidate(number: &str) -> Option<Candidate> {
    if let Some((label, holds)) = label(number) {
        // 92 is what the other networks' labels begin with.
        let confidence = if label.starts_with("92") { 60 } else { 85 };
        return Some(Candidate::new(label, confidence, "Intelligent Mail barcode").checked(holds));
    }
    // Another post's number is one that USPS may bring to the door.
    let confidence = if number.ends_with("US") { 90 } else { 15 };
    if let Some(postal) = Candidate::s10(number, confidence) {
        return Some(postal);
    }
    if number.len() == 20 && is_digits(number) {
        return Some(older(number));
    }
    None
}

/// How FedEx's numbers of this form begin, as far as they are known.
const OF_FEDEX: [&str; 3] = ["02", "41", "61"];

/// Twenty digits of the older labels; some of them count the check digit with 91 in front. FedEx has the same form, with a
/// check of its own, and with 00 in front it is an SSCC, which DHL uses.
fn older(number: &str) -> Candidate {
    let holds = checksum::mod10(number, 3, 1) || checksum::mod10(&format!("91{number}"), 3, 1);
    if holds && OF_FEDEX.iter().any(|service| number.starts_with(service)) {
        // By chance, as far as we know.
        return Candidate::new(number, 12, "twenty digits");
    }
    let confidence = if number.starts_with("00") { 10 } else { 35 };
    Candidate::new(number, confidence, "twenty digits").checked(holds)
}

/// The number as USPS writes it: without the routing in front.
pub(crate) fn plain(number: &str) -> &str {
    label(number).map_or(number, |(label, _)| label)
}

/// The number on a label, and whether its check digit holds. With 34 digits it is open where the routing ends: the reading
/// that holds counts.
fn label(number: &str) -> Option<(&str, bool)> {
    let routed = ROUTING
        .into_iter()
        .filter(|_| number.starts_with("420") && is_digits(number))
        .filter_map(|length| number.get(length..));
    let readings = || std::iter::once(number).chain(routed.clone()).filter(|reading| is_label(reading));
    let holding = readings().find(|reading| checksum::mod10(reading, 3, 1));
    holding.map(|reading| (reading, true)).or_else(|| readings().next().map(|reading| (reading, false)))
}

fn is_label(number: &str) -> bool {
    matches!(number.len(), 22 | 26)
        && is_digits(number)
        && number.starts_with('9')
        && matches!(number.as_bytes()[1], b'1'..=b'5')
}

fn is_digits(number: &str) -> bool {
    number.bytes().all(|b| b.is_ascii_digit())
}
