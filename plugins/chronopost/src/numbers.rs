//! Which numbers could be Chronopost's. Formats and test numbers as of November 2026.

use parcelwatch_plugin::number_format::NumberFormat;

pub(crate) const FORMATS: &[NumberFormat] = &[
    // Letters of Chronopost's own, in the place where posts have their country. Nobody says that a check digit holds.
    NumberFormat::new("Chronopost", "aad{9}(JB|JF|TS)", 85, &["XY123456789JB", "XY123456789JF", "XW123456785TS"])
        .not(&["XY123456789JA"]),
    NumberFormat::new("Chronopost", "(PZ|XU|XW|XY)d{9}(RV|VF)", 85, &["PZ123456789RV", "XY123456789VF"]),
    // La Poste, which issues these numbers, is the better first guess.
    NumberFormat::s10("aad{9}FR", 45, &["RB123456785FR"]),
    NumberFormat::new("Chronopost, 14 digits", "d{14}", 40, &["12345678901234"]).not(&["1234567890123"]),
];
