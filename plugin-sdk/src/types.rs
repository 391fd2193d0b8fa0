//! Questions and answers, as a plugin sees them. The contract (`wit/carrier.wit`) has the same shapes as plain text.

use parcelwatch_tracking::{Country, Role, Status};

use crate::{Failure, checksum, text};

/// Named values beside the typed fields.
pub(crate) type Facts = Vec<(String, String)>;

/// Names and values as the contract has them: contacts and facts of a descriptor.
pub fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// Texts as the contract has them: countries and roles of a descriptor.
pub fn strings<const N: usize>(texts: [&str; N]) -> Vec<String> {
    texts.map(str::to_owned).to_vec()
}

/// Those of some facts whose values are known.
pub fn facts<const N: usize>(facts: [(&str, Option<String>); N]) -> Vec<(String, String)> {
    facts.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}

/// A weight in whole grams. Nothing, and what no parcel weighs, is left out.
pub fn grams(value: f64, unit: &str) -> Option<String> {
    let per_unit = match unit.trim().to_ascii_lowercase().as_str() {
        "kg" | "kgs" | "kgm" => 1000.0,
        "g" | "gr" | "grm" => 1.0,
        "lb" | "lbs" | "lbr" => 453.592_37,
        "oz" => 28.349_523,
        _ => return None,
    };
    let grams = (value * per_unit).round();
    (1.0..1e9).contains(&grams).then(|| format!("{grams:.0}"))
}

/// When something happened, as exactly as the carrier really knows. [`crate::civil`] reads carriers' spellings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Moment {
    /// RFC 3339 with an offset that can be trusted.
    Instant(String),
    /// A wall clock (2026-11-21T14:05:00) without a zone to rely on, and what the carrier hints at.
    Clock { at: String, zone: Option<String> },
    /// Only a date (2026-11-21).
    Date(String),
}

impl Moment {
    /// What the clock or the calendar showed where it happened: texts that sort as their times do, to the day.
    pub fn shown(&self) -> &str {
        let (Self::Instant(text) | Self::Clock { at: text, .. } | Self::Date(text)) = self;
        text
    }

    /// The day that was shown: `2026-11-21`.
    pub fn day(&self) -> Option<&str> {
        self.shown().get(..10)
    }
}

/// Where something happened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// As the carrier wrote it.
    pub text: String,
    /// ISO 3166-1 alpha-2, when certain.
    pub country: Option<String>,
    pub locality: Option<String>,
    pub postcode: Option<String>,
}

impl Place {
    /// A place of which only the name is known.
    pub fn named(text: String) -> Self {
        Self { text, ..Self::default() }
    }

    /// Town, area and country, as an address has them; `None` where it has none of them.
    pub fn of_address(town: Option<String>, area: Option<String>, country: Option<String>) -> Option<Self> {
        let parts = [&town, &area, &country].into_iter().flatten().filter(|part| !part.is_empty());
        let text = parts.map(String::as_str).collect::<Vec<_>>().join(", ");
        (!text.is_empty()).then_some(Self { text, country, locality: town, postcode: None })
    }
}

/// One thing a carrier said happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    pub moment: Option<Moment>,
    pub status: Status,
    /// The carrier's own code and words, untouched but for personal data.
    pub code: Option<String>,
    pub text: String,
    /// English words, when the carrier's are not.
    pub translation: Option<String>,
    pub place: Option<Place>,
    /// `delivered_to`, `return_reason`, `problem` (destroyed, seized, import_refused, carriage_refused, address), `pickup_until`, `fee` …
    pub facts: Facts,
}

impl Event {
    pub fn new(status: Status, text: impl Into<String>) -> Self {
        Self { moment: None, status, code: None, text: text.into(), translation: None, place: None, facts: Vec::new() }
    }

    /// Adds a fact where there is one.
    #[must_use]
    pub fn with<V: Into<String>>(mut self, fact: Option<(&str, V)>) -> Self {
        self.facts.extend(fact.map(|(name, value)| (name.to_owned(), value.into())));
        self
    }

    /// Adds a fact.
    #[must_use]
    pub fn fact(mut self, name: &str, value: impl Into<String>) -> Self {
        self.facts.push((name.to_owned(), value.into()));
        self
    }
}

/// What the carrier says of the parcel as a whole; believed only where there are no events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    pub status: Status,
    pub code: Option<String>,
    pub text: String,
}

impl Summary {
    pub fn new<'c>(status: Status, code: impl Into<Option<&'c str>>, text: impl Into<String>) -> Self {
        Self { status, code: code.into().map(str::to_owned), text: text.into() }
    }
}

/// Another number under which the parcel goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handoff {
    pub number: String,
    /// A carrier id or display name, when the answer tells.
    pub carrier: Option<String>,
    /// Where that carrier works, ISO 3166-1 alpha-2.
    pub country: Option<String>,
    pub role: Role,
    /// 0 to 100.
    pub confidence: u8,
    /// Where it was found, for people.
    pub because: String,
}

impl Handoff {
    /// A further number, at a carrier that is not known yet.
    pub fn new(number: impl Into<String>, role: Role, confidence: u8, because: &str) -> Self {
        Self { number: number.into(), carrier: None, country: None, role, confidence, because: because.to_owned() }
    }

    /// A further number as an answer has it, without blanks; `None` where that is no number, or the one that was polled.
    pub fn number(told: &str, polled: &str) -> Option<String> {
        let number: String = told.split_whitespace().collect();
        let is_number = text::is_plain_number(&number) && number.bytes().any(|b| b.is_ascii_digit());
        (is_number && !number.eq_ignore_ascii_case(polled)).then_some(number)
    }

    /// Says who has it under that number, and where.
    #[must_use]
    pub fn at(self, carrier: Option<String>, country: Option<String>) -> Self {
        Self { carrier, country, ..self }
    }
}

/// When the carrier expects to deliver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    pub earliest: Option<Moment>,
    pub latest: Moment,
    /// `carrier`, `seller` …
    pub source: String,
}

impl Window {
    /// The carrier's own estimate.
    pub fn new(earliest: Option<Moment>, latest: Moment) -> Self {
        Self { earliest, latest, source: "carrier".to_owned() }
    }

    /// An estimate with two ends; one end alone is the latest.
    pub fn between(earliest: Option<Moment>, latest: Option<Moment>) -> Option<Self> {
        match (earliest, latest) {
            (earliest, Some(latest)) => Some(Self::new(earliest, latest)),
            (earliest, None) => Some(Self::new(None, earliest?)),
        }
    }
}

/// What a carrier told about one parcel.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// The carrier's own order, newest first.
    pub events: Vec<Event>,
    pub summary: Option<Summary>,
    pub window: Option<Window>,
    pub handoffs: Vec<Handoff>,
    /// ISO 3166-1 alpha-2.
    pub origin: Option<String>,
    pub destination: Option<String>,
    /// `service`, `weight_g`, `pieces` …
    pub facts: Facts,
    /// No more events are to be expected.
    pub done: bool,
}

impl Answer {
    /// An answer of events, newest first; the newest one says whether more are to be expected.
    pub fn of(events: Vec<Event>) -> Self {
        Self { done: is_end(events.first().map(|event| event.status)), events, ..Self::default() }
    }

    /// The same for carriers whose scans after a delivery may have no meaning: the newest that has one counts.
    pub fn of_known(events: Vec<Event>) -> Self {
        Self { done: is_end(latest_known(&events)), events, ..Self::default() }
    }
}

/// Whether a status is the last of a parcel's way.
pub fn is_end(status: Option<Status>) -> bool {
    matches!(status, Some(Status::Delivered | Status::Returned))
}

/// The newest status that is known.
pub fn latest_known(events: &[Event]) -> Option<Status> {
    events.iter().map(|event| event.status).find(|status| *status != Status::Unknown)
}

/// One of several parcels that share a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The hint that would settle it, and its value.
    pub hint: (String, String),
    pub label: String,
}

/// A question about one parcel.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parcel {
    /// Names the parcel in the outcome; means nothing else.
    pub key: u32,
    pub number: String,
    /// `postcode`, `country`, `order`, `ship_date`, `phone_digits` …
    pub hints: Facts,
    /// What the plugin gave back with the last outcome.
    pub cursor: Option<Vec<u8>>,
}

impl Parcel {
    /// A hint by name, when the user gave it.
    pub fn hint(&self, name: &str) -> Option<&str> {
        self.hints.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The number, if it can be sent: letters and digits only. Some carriers read a list, a path or a document instead.
    pub fn plain_number(&self, carrier: &str) -> Result<&str, Failure> {
        if text::is_plain_number(&self.number) {
            Ok(&self.number)
        } else {
            Err(Failure::not_plain(carrier, &self.number))
        }
    }

    /// The outcome for this parcel, with its cursor as it was.
    pub fn outcome(&self, found: Result<Answer, Failure>) -> Outcome {
        Outcome { key: self.key, found, cursor: self.cursor.clone() }
    }
}

/// What became of one question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    pub key: u32,
    pub found: Result<Answer, Failure>,
    /// What the plugin wants back with the next question about this parcel.
    pub cursor: Option<Vec<u8>>,
}

impl Outcome {
    /// What holds for every carrier: a midnight without a zone is a date.
    pub(crate) fn settled(mut self) -> Self {
        if let Ok(answer) = &mut self.found {
            crate::civil::dates_at_midnight(&mut answer.events);
        }
        self
    }
}

/// How likely a number is this carrier's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The number as the carrier writes it.
    pub number: String,
    /// 0 to 100.
    pub confidence: u8,
    /// Which of the carrier's formats.
    pub scheme: String,
    /// Whether the check digit holds, where there is one.
    pub checksum: Option<bool>,
    /// The country the number itself names, ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// Hints without which the carrier will not answer.
    pub needs: Vec<String>,
}

impl Candidate {
    pub fn new(number: &str, confidence: u8, scheme: &str) -> Self {
        Self {
            number: number.to_owned(),
            confidence,
            scheme: scheme.to_owned(),
            checksum: None,
            country: None,
            needs: Vec::new(),
        }
    }

    /// An S10 postal number, with what its check digit and its letters say; `None` for any other shape.
    pub fn s10(number: &str, confidence: u8) -> Option<Self> {
        let country = Country::new(checksum::s10_country(number)?).filter(Country::is_assigned);
        let candidate = Self::new(number, confidence, "S10 postal number").checked(checksum::s10(number));
        Some(Self { country: country.map(|country| country.to_string()), ..candidate })
    }

    /// Says whether the check digit holds.
    #[must_use]
    pub fn checked(mut self, holds: bool) -> Self {
        self.checksum = Some(holds);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weight_is_told_in_grams() {
        assert_eq!(grams(1.5, " KGS ").as_deref(), Some("1500"));
        assert_eq!(grams(2.0, "lb").as_deref(), Some("907"));
        for (value, unit) in [(0.0, "kg"), (-1.0, "g"), (1.0, "st"), (f64::NAN, "g"), (1e9, "kg")] {
            assert_eq!(grams(value, unit), None, "{value} {unit}");
        }
    }

    #[test]
    fn an_s10_number_says_which_post_issued_it() {
        let told = |number: &str| {
            let candidate = Candidate::s10(number, 50)?;
            Some((candidate.checksum, candidate.country))
        };
        assert_eq!(told("RB123456785GB"), Some((Some(true), Some("GB".into()))));
        assert_eq!(told("RB123456786GB"), Some((Some(false), Some("GB".into()))));
        assert_eq!(told("UJ826304125YP"), Some((Some(true), None)));
        assert_eq!(told("RB123456785XX"), Some((Some(false), None)));
        assert_eq!(told("1Z999AA10123456784"), None);
    }
}
