//! Which numbers could be La Poste's. Formats and test numbers as of November 2026.

use parcelwatch_plugin::number_format::NumberFormat;

pub(crate) const FORMATS: &[NumberFormat] = &[
    // Chronopost's parcels can be polled here as well as at Chronopost, which knows more of them. Their letters look like
    // those of a post, and are none.
    NumberFormat::new("Chronopost", "aad{9}(JB|JF|TS)", 40, &["XY123456789JB", "XW123456785TS"]),
    NumberFormat::new("tracked mail", "(870|880)d{11}", 55, &["87000912345678"]),
    NumberFormat::new("tracked mail", "870d{12}", 60, &["870012345678901"]),
    NumberFormat::new("tracked mail", "(870|880)d{11}a", 80, &["88000012345678Y"]),
    NumberFormat::new("Chronopost, 14 digits", "d{14}", 15, &["12345678901234"]),
    NumberFormat::s10("aad{9}FR", 90, &["RB123456785FR"]).not(&["RB123456786FR"]),
    // It delivers what other posts hand over.
    NumberFormat::s10("aad{9}aa", 15, &["RB123456785GB"]),
    NumberFormat::new("Colissimo or tracked letter", "dad{11}", 75, &["6A12345678901"]).not(&["AA12345678901"]),
];
