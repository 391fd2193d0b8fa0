//! Which numbers could be InPost's. Formats as of November 2026; no check digit is known.

use parcelwatch_plugin::Failure;
use parcelwatch_plugin::number_format::{self, NumberFormat};

pub(crate) const FORMATS: &[NumberFormat] = &[
    // Parcels of bpost begin so, and have as many digits.
    NumberFormat::new("24 digits", "3232d{20}", 15, &["323212345678901234567890"]),
    NumberFormat::new("24 digits", "d{24}", 55, &["602677439331630337653846"]).not(&["60267743933163033765384"]),
    NumberFormat::new("InPost Italy", "8YDRd{9}", 85, &["8YDR098765432"]),
    // As Yodel had them, which is InPost's now, and DHL has.
    NumberFormat::new("InPost, United Kingdom", "(JD|JJD)d{16}", 20, &["JD0002123456789012"]),
];

/// All of InPost's numbers are so: another one is a typo, or another carrier's, and not worth a poll.
pub(crate) fn check(number: &str) -> Result<(), Failure> {
    match number_format::first(FORMATS, number) {
        Some(_) => Ok(()),
        None => Err(Failure::invalid_number(format!(
            "{number:?} is no number of InPost's, which have 24 digits; check it for a typo, or whether it is another \
             carrier's"
        ))),
    }
}
