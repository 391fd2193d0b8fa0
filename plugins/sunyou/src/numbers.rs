//! Which numbers could be SunYou's. As of November 2026.

use parcelwatch_plugin::number_format::NumberFormat;

/// No check digit is known; the prefix is SunYou's own, so that the shape says much.
pub(crate) const FORMATS: &[NumberFormat] = &[
    NumberFormat::new("SunYou number", "SYaad{9}", 90, &["SYAE000000001"]).not(&["SYA0000000001", "SYAE00000001"]),
    NumberFormat::new("SunYou number", "SYd{11}", 85, &["SY12345678901"]),
];
