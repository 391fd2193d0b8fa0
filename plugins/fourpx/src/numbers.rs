//! Which numbers could be 4PX's. Formats and test numbers as of November 2026.

use parcelwatch_plugin::number_format::NumberFormat;
use parcelwatch_plugin::text;

/// A shorter one, or one with fewer digits, is a word and no number to go on with.
const NUMBER_BYTES_MIN: usize = 8;
const NUMBER_DIGITS_MIN: usize = 6;

/// Nobody else prints such numbers, and they have no check digit. A public client expects one digit more.
const OWN: NumberFormat =
    NumberFormat::new("4PX number", "4PXd{13-14}CN", 95, &["4PX3000000000017CN", "4PX30000000000170CN"])
        .not(&["4PX300000000001CN", "4PX3000000000017"]);
/// The last is more often Cainiao's.
pub(crate) const FORMATS: &[NumberFormat] =
    &[OWN, NumberFormat::new("LP number", "LPd{11-16}CN", 20, &["LP00123456789012CN"]).not(&["LP123456785CN"])];

pub(crate) fn is_own(number: &str) -> bool {
    OWN.fits(number)
}

/// Whether a number in an answer can be one to go on with.
pub(crate) fn is_followable(number: &str) -> bool {
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    text::is_plain_number(number) && number.len() >= NUMBER_BYTES_MIN && digits >= NUMBER_DIGITS_MIN
}
