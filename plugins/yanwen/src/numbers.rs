//! Which numbers could be Yanwen's. Formats and test numbers as of November 2026.

use parcelwatch_plugin::checksum;
use parcelwatch_plugin::number_format::NumberFormat;

pub(crate) const FORMATS: &[NumberFormat] = &[
    // The posts of Yemen and Mayotte. Any post's number may be that of a parcel Yanwen handed over; the post that its
    // letters name is the better guess.
    NumberFormat::s10("aad{9}(YE|YT)", 15, &["RB123456785YE"]),
    NumberFormat::new("Yanwen number", "BYSd{9}", 85, &["BYS006000077"]),
    // S10 with private letters in place of a country: YP and YR were seen.
    NumberFormat::new("Yanwen number", "aad{9}Ya", 85, &["UJ826304125YP"]).check(checksum::s10).not(&["UJ826304126YP"]),
    NumberFormat::s10("aad{9}aa", 15, &["RB123456785GB"]),
];
