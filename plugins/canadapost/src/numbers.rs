//! Which numbers could be Canada Post's. Formats and test numbers as of November 2026.

use parcelwatch_plugin::{checksum, number_format::NumberFormat};

pub(crate) const FORMATS: &[NumberFormat] = &[
    NumberFormat::s10("aad{9}CA", 90, &["RB123456785CA"]).not(&["RB123456786CA"]),
    // It brings to the door what other posts hand over.
    NumberFormat::s10("aad{9}aa", 15, &["RB123456785GB"]),
    // Nobody else is known for as many digits, and a reference of a shop's may have them.
    NumberFormat::new("Canada Post, 16 digits", "d{16}", 60, &["4000000000000015"])
        .check(|number| checksum::mod10(number, 3, 1))
        .failing(30)
        .not(&["4000000000000016", "400000000000015"]),
];
