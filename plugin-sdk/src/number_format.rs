//! The formats of a carrier's numbers, as a table: pattern, check digit, how likely a number of this form is the carrier's,
//! and samples that a test holds against all of it.
//!
//! A pattern is read from left to right. Small letters are classes: `d` a digit, `a` a capital letter, `x` either, `h` a
//! hexadecimal digit, `[AHJ]` one of these, `(94|92)` one of these texts; everything else stands for itself. `{9}` behind a
//! class repeats it, `{9-12}` as often as it fits.
//!
//! ```
//! use parcelwatch_plugin::{checksum, number_format::NumberFormat};
//!
//! const FORMATS: &[NumberFormat] = &[
//!     NumberFormat::new("EX number", "EXd{9}", 80, &["EX123456789"]),
//!     NumberFormat::new("example, 10 digits", "d{10}", 40, &["3318810025"]).check(checksum::mod7),
//! ];
//! assert_eq!(FORMATS[1].candidate("3318810025").map(|candidate| candidate.checksum), Some(Some(true)));
//! ```

use crate::{Candidate, checksum};

/// One format of a carrier's numbers.
#[derive(Clone, Copy, Debug)]
pub struct NumberFormat {
    /// Its name for people.
    scheme: &'static str,
    pattern: &'static str,
    /// 0 to 100: how likely a number of this form is the carrier's.
    confidence: u8,
    /// The same where the check digit does not hold, if that says more than the lower rank which the daemon gives it.
    failing: u8,
    check: Option<fn(&str) -> bool>,
    /// Whether a check digit that does not hold is told.
    tells_failure: bool,
    is_s10: bool,
    samples: &'static [&'static str],
    others: &'static [&'static str],
}

impl NumberFormat {
    /// A format without a check digit, and numbers that have it.
    pub const fn new(
        scheme: &'static str,
        pattern: &'static str,
        confidence: u8,
        samples: &'static [&'static str],
    ) -> Self {
        Self {
            scheme,
            pattern,
            confidence,
            failing: confidence,
            check: None,
            tells_failure: true,
            is_s10: false,
            samples,
            others: &[],
        }
    }

    /// Postal numbers of UPU S10 that have this pattern, with their check digit and the country of their letters.
    pub const fn s10(pattern: &'static str, confidence: u8, samples: &'static [&'static str]) -> Self {
        Self {
            check: Some(checksum::s10),
            is_s10: true,
            ..Self::new("S10 postal number", pattern, confidence, samples)
        }
    }

    /// The rule of the check digit. One that does not hold lowers the rank and never forbids to poll.
    #[must_use]
    pub const fn check(self, rule: fn(&str) -> bool) -> Self {
        Self { check: Some(rule), ..self }
    }

    /// A rule that some of the numbers follow and others do not: a check digit that does not hold is no typo, and not told.
    #[must_use]
    pub const fn check_if_any(self, rule: fn(&str) -> bool) -> Self {
        Self { check: Some(rule), tells_failure: false, ..self }
    }

    /// How likely a number is the carrier's whose check digit does not hold.
    #[must_use]
    pub const fn failing(self, confidence: u8) -> Self {
        Self { failing: confidence, ..self }
    }

    /// Numbers that are close to this format, and none of it: of another form, or with a wrong check digit.
    #[must_use]
    pub const fn not(self, others: &'static [&'static str]) -> Self {
        Self { others, ..self }
    }

    /// Whether a number has this form, whatever its check digit.
    pub fn fits(&self, number: &str) -> bool {
        fits(self.pattern, number)
    }

    /// The opinion on a number; `None` where it has another form.
    pub fn candidate(&self, number: &str) -> Option<Candidate> {
        if !self.fits(number) {
            return None;
        }
        let checksum = self.check.map(|holds| holds(number));
        let confidence = if checksum == Some(false) { self.failing } else { self.confidence };
        if self.is_s10 {
            return Candidate::s10(number, confidence);
        }
        let checksum = checksum.filter(|holds| *holds || self.tells_failure);
        Some(Candidate { checksum, ..Candidate::new(number, confidence, self.scheme) })
    }

    /// What is wrong with the samples, for the test that `export!` brings along.
    pub fn faults(&self) -> Vec<String> {
        let holds = |number: &str| self.candidate(number).map(|candidate| candidate.checksum != Some(false));
        let missed = self.samples.iter().filter(|number| holds(number) != Some(true));
        let taken = self.others.iter().filter(|number| holds(number) == Some(true));
        let mut faults: Vec<String> = missed.map(|number| format!("{}: {number} should hold", self.scheme)).collect();
        faults.extend(taken.map(|number| format!("{}: {number} should not hold", self.scheme)));
        if self.samples.is_empty() {
            faults.push(format!("{} has no sample", self.scheme));
        }
        faults
    }
}

/// The opinion of the first format that fits.
pub fn first(formats: &[NumberFormat], number: &str) -> Option<Candidate> {
    formats.iter().find_map(|format| format.candidate(number))
}

/// The opinions of all formats that fit, for carriers whose units use the same digits. Of formats with one name the first
/// counts.
pub fn all(formats: &[NumberFormat], number: &str) -> Vec<Candidate> {
    let mut candidates: Vec<Candidate> = Vec::new();
    for candidate in formats.iter().filter_map(|format| format.candidate(number)) {
        if candidates.iter().all(|known| known.scheme != candidate.scheme) {
            candidates.push(candidate);
        }
    }
    candidates
}

/// Whether a number has a form, by its pattern.
pub fn fits(pattern: &str, number: &str) -> bool {
    fits_bytes(pattern.as_bytes(), number.as_bytes())
}

/// The rest of a pattern on the rest of a number. A class that may repeat takes as much as it can, and gives back what the
/// rest needs.
#[inline(never)]
fn fits_bytes(pattern: &[u8], number: &[u8]) -> bool {
    let Some((class, rest)) = class(pattern) else { return number.is_empty() };
    let (least, most, rest) = repeats(rest);
    if let Class::OneOf(texts) = class {
        let mut texts = texts.split(|b| *b == b'|');
        return texts.any(|text| number.strip_prefix(text).is_some_and(|number| fits_bytes(rest, number)));
    }
    let taken = number.iter().take(most).take_while(|b| class.has(**b)).count();
    (least..=taken).rev().any(|count| fits_bytes(rest, &number[count..]))
}

enum Class<'p> {
    Byte(u8),
    AnyOf(&'p [u8]),
    OneOf(&'p [u8]),
}

impl Class<'_> {
    fn has(&self, b: u8) -> bool {
        match self {
            Self::Byte(b'd') => b.is_ascii_digit(),
            Self::Byte(b'a') => b.is_ascii_uppercase(),
            Self::Byte(b'x') => b.is_ascii_digit() || b.is_ascii_uppercase(),
            Self::Byte(b'h') => matches!(b, b'0'..=b'9' | b'A'..=b'F'),
            Self::Byte(itself) => b == *itself,
            Self::AnyOf(bytes) => bytes.contains(&b),
            Self::OneOf(_) => false,
        }
    }
}

/// The class that a pattern begins with, and what follows it.
fn class(pattern: &[u8]) -> Option<(Class<'_>, &[u8])> {
    let until = |close: u8| pattern.iter().position(|b| *b == close).unwrap_or(pattern.len() - 1);
    Some(match pattern.first()? {
        b'[' => (Class::AnyOf(&pattern[1..until(b']')]), &pattern[until(b']') + 1..]),
        b'(' => (Class::OneOf(&pattern[1..until(b')')]), &pattern[until(b')') + 1..]),
        itself => (Class::Byte(*itself), &pattern[1..]),
    })
}

/// How often a class may stand: `{9}`, `{9-12}`, or once.
fn repeats(pattern: &[u8]) -> (usize, usize, &[u8]) {
    let Some(inside) = pattern.strip_prefix(b"{") else { return (1, 1, pattern) };
    let end = inside.iter().position(|b| *b == b'}').unwrap_or(inside.len());
    let count = |digits: &[u8]| digits.iter().fold(0, |count, b| count * 10 + usize::from(b - b'0'));
    let (least, most) = match inside[..end].iter().position(|b| *b == b'-') {
        Some(dash) => (count(&inside[..dash]), count(&inside[dash + 1..end])),
        None => (count(&inside[..end]), count(&inside[..end])),
    };
    (least, most, inside.get(end + 1..).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_fit_what_they_describe() {
        for (pattern, fitting, other) in [
            ("d{3}", "123", "12"),
            ("d{3}", "000", "12A"),
            ("LPd{11-16}CN", "LP12345678901CN", "LP1234567890CN"),
            ("LPd{11-16}CN", "LP1234567890123456CN", "LP12345678901234567CN"),
            ("1Zx{15}d", "1Z999AA10123456784", "1Z999AA1012345678A"),
            ("[AHJ]d{2}", "J12", "K12"),
            ("d(CN|HK)", "1HK", "1HN"),
            ("420(00|11)d{2}", "4201112", "4201212"),
            ("x{2-4}d{2}", "A1B12", "A1"),
            ("h{4}", "0A9F", "0A9G"),
            ("aad{9}aa", "RB123456785GB", "RB12345678GB"),
            ("", "", "1"),
        ] {
            assert!(fits(pattern, fitting), "{pattern} on {fitting}");
            assert!(!fits(pattern, other), "{pattern} on {other}");
        }
    }

    #[test]
    fn a_check_digit_that_fails_is_said_and_may_lower_the_confidence() {
        let format = NumberFormat::new("ten", "d{10}", 60, &["3318810025"]).check(checksum::mod7).failing(30);
        let told = |number: &str| format.candidate(number).map(|told| (told.confidence, told.checksum));
        assert_eq!(told("3318810025"), Some((60, Some(true))));
        assert_eq!(told("3318810026"), Some((30, Some(false))));
        assert_eq!(told("331881002"), None);
    }

    #[test]
    fn a_check_digit_that_not_all_numbers_have_is_told_where_it_holds() {
        let format =
            NumberFormat::new("nine", "d{9}", 50, &["123456785"]).check_if_any(checksum::s10_digits).failing(25);
        let told = |number: &str| format.candidate(number).map(|told| (told.confidence, told.checksum));
        assert_eq!((told("123456785"), told("123456786")), (Some((50, Some(true))), Some((25, None))));
    }

    #[test]
    fn of_formats_with_one_name_the_first_counts() {
        const FORMATS: &[NumberFormat] = &[
            NumberFormat::new("own", "00d{2}", 90, &["0012"]),
            NumberFormat::new("own", "d{4}", 40, &["1234"]),
            NumberFormat::new("shared", "d{4}", 10, &["1234"]),
        ];
        let told = |number: &str| all(FORMATS, number).iter().map(|told| told.confidence).collect::<Vec<_>>();
        assert_eq!((told("0012"), told("1234")), (vec![90, 10], vec![40, 10]));
        assert_eq!(first(FORMATS, "0012").map(|told| told.confidence), Some(90));
    }

    #[test]
    fn a_postal_number_names_its_country() {
        let format = NumberFormat::s10("aad{9}GB", 90, &["RB123456785GB"]);
        let told = format.candidate("RB123456785GB").expect("a postal number");
        assert_eq!((told.country.as_deref(), told.checksum), (Some("GB"), Some(true)));
        assert_eq!(format.candidate("RB123456785FR"), None);
    }

    #[test]
    fn samples_that_do_not_hold_are_named() {
        let format = NumberFormat::new("two", "d{2}", 1, &["1", "12"]).not(&["1A", "34"]);
        assert_eq!(format.faults(), ["two: 1 should hold", "two: 34 should not hold"]);
        assert_eq!(NumberFormat::new("none", "d", 1, &[]).faults(), ["none has no sample"]);
    }
}
