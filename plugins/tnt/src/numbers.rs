//! Which numbers could be TNT's. Formats and test numbers as of November 2026.

use parcelwatch_plugin::number_format::{self, NumberFormat};
use parcelwatch_plugin::{Candidate, Country, Failure, checksum, text};

/// Longer than any number of TNT's.
const NUMBER_BYTES_MAX: usize = 20;

/// Between two letters of TNT's and two of the country where the parcel began; WW is none. It looks like a postal number.
const LETTERED: NumberFormat = NumberFormat::new("consignment, GD or GE", "(GD|GE)d{9}aa", 70, &["GE123456785NL"])
    .check(|number| checksum::s10_digits(&number[2..11]))
    .not(&["GE123456786NL", "GF123456785NL"]);

pub(crate) const FORMATS: &[NumberFormat] = &[
    LETTERED,
    // Numbers within the United Kingdom have no check digit, so that one that does not hold is no typo.
    NumberFormat::new("consignment, 9 digits", "d{9}", 45, &["123456785"])
        .check_if_any(checksum::s10_digits)
        .failing(20),
    NumberFormat::new("TNT France, 16 digits", "d{16}", 20, &["1319298000000003"]),
];

pub(crate) fn candidate(number: &str) -> Option<Candidate> {
    let country = origin(number).map(str::to_owned);
    number_format::first(FORMATS, number).map(|candidate| Candidate { country, ..candidate })
}

/// The digits and the country letters of `GE123456785NL`.
fn parts(number: &str) -> Option<(&str, &str)> {
    LETTERED.fits(number).then(|| (&number[2..11], &number[11..]))
}

/// The country where a number says that its parcel began.
pub(crate) fn origin(number: &str) -> Option<&str> {
    Some(parts(number)?.1).filter(|letters| Country::new(letters).is_some_and(|country| country.is_assigned()))
}

/// Whether TNT means this number by what it tells. It knows consignments by their digits.
pub(crate) fn is_same(told: &str, number: &str) -> bool {
    let digits = |number| parts(number).map_or(number, |(digits, _)| digits);
    told == number || digits(told) == digits(number)
}

/// Whether a number can stand in a question.
pub(crate) fn is_askable(number: &str) -> bool {
    text::is_plain_number(number) && number.len() <= NUMBER_BYTES_MAX
}

pub(crate) fn invalid(number: &str) -> Failure {
    Failure::invalid_number(format!(
        "{number:?} is no number of TNT's, which are nine digits with or without letters around them; check it for a typo"
    ))
}
