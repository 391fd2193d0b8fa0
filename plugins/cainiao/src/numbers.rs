//! Which numbers could be Cainiao's. None of its own formats has a check digit, so nothing here is certain; and any post's
//! number can be asked, because Cainiao follows what it handed over.

use parcelwatch_plugin::Candidate;

/// Prefix, digits, what follows them; how likely it is Cainiao's; its name for people.
struct Format {
    prefix: &'static str,
    digits: std::ops::RangeInclusive<usize>,
    suffix: &'static str,
    confidence: u8,
    scheme: &'static str,
}

/// The first that fits counts. LP with nine digits and CN is S10, which other networks use as well.
const FORMATS: [Format; 7] = [
    Format { prefix: "CNG", digits: 14..=14, suffix: "", confidence: 95, scheme: "CNG number" },
    Format { prefix: "CNBR", digits: 11..=11, suffix: "", confidence: 85, scheme: "CNBR number" },
    Format { prefix: "LP", digits: 14..=14, suffix: "", confidence: 85, scheme: "LP number" },
    Format { prefix: "LP", digits: 11..=16, suffix: "", confidence: 60, scheme: "LP number" },
    Format { prefix: "LP", digits: 11..=16, suffix: "CN", confidence: 60, scheme: "LP number" },
    Format { prefix: "AP", digits: 14..=14, suffix: "", confidence: 75, scheme: "AP number" },
    Format { prefix: "AE", digits: 9..=9, suffix: "", confidence: 70, scheme: "AE number" },
];

/// Two letters, ten digits, Y.
const TEN_AND_Y: (u8, &str) = (70, "ten digits and Y");
/// The post that the last letters name is the better guess.
const S10: u8 = 30;
/// Ten digits alone are everybody's.
const TEN_DIGITS: (u8, &str) = (5, "ten digits");

/// What Cainiao could make of a number.
pub(crate) fn candidates(number: &str) -> Vec<Candidate> {
    candidate(number).into_iter().collect()
}

fn candidate(number: &str) -> Option<Candidate> {
    if let Some(format) = FORMATS.iter().find(|format| format.fits(number)) {
        return Some(Candidate::new(number, format.confidence, format.scheme));
    }
    if let Some(postal) = Candidate::s10(number, S10) {
        return Some(postal);
    }
    let (confidence, scheme) = match number.as_bytes() {
        [a, b, digits @ .., b'Y'] if digits.len() == 10 && is_letters(&[*a, *b]) && is_digits(digits) => TEN_AND_Y,
        digits if digits.len() == 10 && is_digits(digits) => TEN_DIGITS,
        _ => return None,
    };
    Some(Candidate::new(number, confidence, scheme))
}

impl Format {
    fn fits(&self, number: &str) -> bool {
        let digits = number.strip_prefix(self.prefix).and_then(|rest| rest.strip_suffix(self.suffix));
        digits.is_some_and(|digits| self.digits.contains(&digits.len()) && is_digits(digits.as_bytes()))
    }
}

/// Whether a number can stand in the list of a question, which commas part.
pub(crate) fn is_askable(number: &str) -> bool {
    !number.is_empty() && number.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// A tracking number inside prose: 8 to 30 capitals and digits, one digit at least. "Latest Tracking Number:\tAB123…"
/// has a tab before it.
pub(crate) fn in_prose(text: &str) -> Option<&str> {
    text.split(|c: char| !c.is_ascii_alphanumeric()).find(|word| {
        (8..=30).contains(&word.len())
            && word.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
            && word.bytes().any(|b| b.is_ascii_digit())
    })
}

fn is_digits(bytes: &[u8]) -> bool {
    bytes.iter().all(u8::is_ascii_digit)
}

fn is_letters(bytes: &[u8]) -> bool {
    bytes.iter().all(u8::is_ascii_uppercase)
}
