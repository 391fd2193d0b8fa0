//! Whose numbers are these: what all plugins together make of numbers whose carrier is known.

use parcelwatch_tracking::{Candidate, Circumstances, TrackingNumber, matches_unsupported, recognize};

use crate::native::{Native, opinions};

/// More than this is a claim.
const CLAIM_MIN: u8 = 60;
const ASK_MAX: usize = 3;

/// Numbers that were taken for what they are not, each with a word on it.
#[derive(Debug, Default)]
pub struct Mistaken {
    pub counted: usize,
    /// Called a typo.
    pub mistyped: Vec<String>,
    /// Claimed by carriers that do not have such numbers.
    pub claimed: Vec<String>,
    /// Not known by the plugin of their own carrier.
    pub unknown: Vec<String>,
}

/// Counts over lines such as `gls (brt fedex) = 10272483975 28286849236`.
pub fn count(text: &str) -> Mistaken {
    let mut mistaken = Mistaken::default();
    for line in text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty()) {
        let (whose, numbers) = line.split_once(" = ").unwrap_or_else(|| panic!("{line:?} has no numbers"));
        let mut names = whose.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|name| !name.is_empty());
        let carrier = names.next().unwrap_or_else(|| panic!("{line:?} names nobody"));
        let others: Vec<&str> = names.collect();
        for number in numbers.split_whitespace() {
            let number = TrackingNumber::new(number).unwrap_or_else(|| panic!("{number:?} is no number"));
            mistaken.count(carrier, &others, &number);
        }
    }
    mistaken
}

impl Mistaken {
    fn count(&mut self, carrier: &str, others: &[&str], number: &TrackingNumber) {
        self.counted += 1;
        let opinions = opinions(number, None);
        let is_theirs = |candidate: &&Candidate| {
            candidate.carrier.as_str() == carrier || others.contains(&candidate.carrier.as_str())
        };
        let claims = opinions.iter().filter(|candidate| candidate.confidence > CLAIM_MIN && !is_theirs(candidate));
        // What a check digit that fails takes away is no claim.
        let claims = claims.filter(|candidate| candidate.checksum != Some(false));
        self.claimed.extend(
            claims.map(|candidate| format!("{number} of {carrier}: {} {}", candidate.carrier, candidate.confidence)),
        );
        if Native::find(carrier).is_some() && opinions.iter().all(|candidate| candidate.carrier.as_str() != carrier) {
            self.unknown.push(format!("{number} of {carrier}"));
        }
        let recognition = recognize(opinions, Circumstances { ask_max: ASK_MAX, ..Circumstances::default() });
        if recognition.likely_typo && !matches_unsupported(number) {
            self.mistyped.push(format!("{number} of {carrier}"));
        }
    }
}
