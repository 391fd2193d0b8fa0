//! Which numbers could be Royal Mail's. Formats and test numbers as of November 2026.

use parcelwatch_plugin::number_format::NumberFormat;

pub(crate) const FORMATS: &[NumberFormat] = &[
    NumberFormat::s10("aad{9}GB", 90, &["RB123456785GB"]).not(&["RB123456786GB"]),
    // It brings to the door what other posts hand over.
    NumberFormat::s10("aad{9}aa", 15, &["RB123456785FR"]),
    // The item's id, in hexadecimal digits without a check. Without a letter it could be anybody's long number.
    NumberFormat::new("Royal Mail 2D barcode", "d{21}", 30, &["012345678901234567890"]),
    NumberFormat::new("Royal Mail 2D barcode", "h{21}", 70, &["0123456789ABCDEF01234"]).not(&["0123456789ABCDEG01234"]),
];
