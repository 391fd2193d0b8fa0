//! Which numbers could be China Post's: it can be polled about its own only. Formats and test numbers as of November 2026.

use parcelwatch_plugin::number_format::NumberFormat;

pub(crate) const FORMATS: &[NumberFormat] = &[
    // EMS parcels; China EMS is the better one to poll.
    NumberFormat::s10("Ead{9}CN", 30, &["EB123456785CN"]),
    // Cainiao and the destination's post see many of these parcels, too.
    NumberFormat::s10("aad{9}CN", 75, &["LZ430297212CN"]).not(&["LZ430297213CN", "RB123456785GB"]),
];
