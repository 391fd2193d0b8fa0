//! Which numbers could be Deutsche Post's. Formats as of November 2026.

use parcelwatch_plugin::Candidate;
use parcelwatch_plugin::number_format::{self, NumberFormat};

pub(crate) const FORMATS: &[NumberFormat] = &[
    // The first letter says what it is: parcels, EMS and goods of web shops travel with DHL, which issues them.
    NumberFormat::s10("[CEH]ad{9}DE", 30, &["CB123456785DE"]),
    NumberFormat::s10("aad{9}DE", 85, &["RB123456785DE"]).not(&["RB123456786DE"]),
    // It delivers what other posts hand over.
    NumberFormat::s10("aad{9}aa", 15, &["RB123456785GB"]),
];

pub(crate) fn candidates(number: &str) -> Vec<Candidate> {
    number_format::first(FORMATS, number).into_iter().collect()
}
