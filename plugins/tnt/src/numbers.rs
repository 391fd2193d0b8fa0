//! Which numbers could be TNT's. Formats and test numbers as of November 2026.

use parcelwatch_plugin::{Candidate, Country, Failure, FailureKind, checksum};

/// Longer than any number of TNT's.
const NUMBER_BYTES_MAX: usize = 20;

/// Nine digits, alone or between two letters of TNT's and two of the country where the parcel began.
pub(crate) fn candidate(number: &str) -> Option<Candidate> {
    lettered(number).or_else(|| digits(number))
}

/// It looks like a postal number. The letters name a country, or none: WW.
fn lettered(number: &str) -> Option<Candidate> {
    let (digits, letters) = parts(number)?;
    let country = Country::new(letters).filter(Country::is_assigned);
    let candidate = Candidate::new(number, 70, "consignment, GD or GE").checked(checksum::s10_digits(digits));
    Some(Candidate { country: country.map(|country| country.to_string()), ..candidate })
}

/// Numbers within the United Kingdom have no check digit, so that one that does not hold is no typo.
fn digits(number: &str) -> Option<Candidate> {
    if !is_nine_digits(number) {
        return None;
    }
    let candidate = |confidence| Candidate::new(number, confidence, "consignment, 9 digits");
    Some(if checksum::s10_digits(number) { candidate(45).checked(true) } else { candidate(20) })
}

/// The digits and the country letters of `GE123456785NL`.
fn parts(number: &str) -> Option<(&str, &str)> {
    let fits = checksum::is_s10(number) && (number.starts_with("GD") || number.starts_with("GE"));
    fits.then(|| (&number[2..11], &number[11..]))
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
    (1..=NUMBER_BYTES_MAX).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_alphanumeric())
}

pub(crate) fn invalid(number: &str) -> Failure {
    let message = format!(
        "{number:?} is no number of TNT's, which are nine digits with or without letters around them; check it for a typo"
    );
    Failure::new(FailureKind::InvalidNumber, message)
}

fn is_nine_digits(number: &str) -> bool {
    number.len() == 9 && number.bytes().all(|b| b.is_ascii_digit())
}
