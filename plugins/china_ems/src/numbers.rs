//! Which numbers are those of EMS items: S10 with an E in front. The letters at the end name the post that took it in.

use parcelwatch_plugin::number_format::NumberFormat;
use parcelwatch_plugin::{Failure, checksum};

pub(crate) const FORMATS: &[NumberFormat] = &[
    NumberFormat::s10("Ead{9}CN", 85, &["EB123456785CN"]).not(&["EB123456786CN"]),
    // The post of another country knows its own items best.
    NumberFormat::s10("Ead{9}aa", 40, &["EC207920162US"]).not(&["RB123456785GB"]),
];

/// Whether the page serves a number. It refuses a check digit that does not hold.
pub(crate) fn is_ems_item(number: &str) -> bool {
    number.starts_with('E') && checksum::s10(number)
}

pub(crate) fn is_chinese(number: &str) -> bool {
    number.ends_with("CN")
}

pub(crate) fn invalid(number: &str) -> Failure {
    Failure::invalid_number(format!(
        "the EMS page serves EMS items only: E and a letter, nine digits with a check digit, the two letters of a \
         post; {number} is none, check it for a typo"
    ))
}
