//! One thing a carrier said happened.

use std::fmt;

use jiff::Timestamp;

use crate::record::LegNo;
use crate::vocabulary::{Country, DeliveredTo, Facts, Moment, Problem, ReturnReason, Status};

/// Where something happened.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Place {
    /// As the carrier wrote it.
    pub text: String,
    pub country: Option<Country>,
    pub locality: Option<String>,
    pub postcode: Option<String>,
}

/// One thing a carrier said happened: its words, and what we take them to mean.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Event {
    pub moment: Option<Moment>,
    pub status: Status,
    /// The carrier's own code and words.
    pub code: Option<String>,
    pub text: String,
    /// English words, when the carrier's are not.
    pub translation: Option<String>,
    pub place: Option<Place>,
    pub facts: Facts,
}

impl Event {
    /// Where the parcel was left, when the carrier says so.
    pub fn delivered_to(&self) -> Option<DeliveredTo> {
        self.facts.get("delivered_to").and_then(DeliveredTo::from_key)
    }

    /// What is wrong that does not pass by itself.
    pub fn problem(&self) -> Option<Problem> {
        self.facts.get("problem").and_then(Problem::from_key)
    }

    /// Why it goes back, when the carrier says so.
    pub fn return_reason(&self) -> Option<ReturnReason> {
        self.facts.get("return_reason").and_then(ReturnReason::from_key)
    }

    pub fn country(&self) -> Option<Country> {
        self.place.as_ref().and_then(|place| place.country)
    }
}

/// Names an event for ever: made from what the carrier said and when, and not from what we take it to mean, so that a
/// repaired table of codes changes the meaning of an event and not the event.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EventId(u128);

impl EventId {
    /// The id of an event told under a number by a carrier.
    pub fn of(carrier: &str, number: &str, event: &Event) -> Self {
        let mut hash = Fnv::new();
        hash.field(carrier);
        hash.field(number);
        match &event.moment {
            // The zone hint is left out: carriers correct it later.
            Some(moment) => hash.field(&moment.text()),
            None => hash.field(""),
        }
        hash.field(event.code.as_deref().unwrap_or(""));
        hash.field(&event.text);
        hash.field(event.place.as_ref().map_or("", |place| &place.text));
        Self(hash.0)
    }

    pub fn to_bytes(self) -> [u8; 16] {
        self.0.to_be_bytes()
    }

    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(u128::from_be_bytes(bytes))
    }
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl fmt::Debug for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// FNV-1a with 128 bits. It must give the same value for ever, which the standard library's hashers do not promise. A
/// carrier that forges a collision harms the history of its own parcel only.
struct Fnv(u128);

impl Fnv {
    const OFFSET: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;

    fn new() -> Self {
        Self(Self::OFFSET)
    }

    /// A field and its end, so that ("ab", "c") differs from ("a", "bc").
    fn field(&mut self, text: &str) {
        for byte in text.bytes().chain([0xff]) {
            self.0 = (self.0 ^ u128::from(byte)).wrapping_mul(Self::PRIME);
        }
    }
}

/// An event as we keep it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedEvent {
    pub id: EventId,
    pub leg: LegNo,
    pub event: Event,
    /// When an answer first carried it.
    pub first_seen_at: Timestamp,
    /// When the plugin read it as it stands here; a repaired plugin reads old answers anew.
    pub read_at: Timestamp,
    /// Its place in the newest answer, counted from the oldest event; `None` once the carrier no longer shows it.
    pub position: Option<u16>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(text: &str, code: Option<&str>) -> Event {
        Event {
            moment: Moment::clock("2026-11-21T14:05:00", Some("GMT+8".into())),
            status: Status::InTransit,
            code: code.map(str::to_owned),
            text: text.into(),
            translation: None,
            place: None,
            facts: Facts::default(),
        }
    }

    #[test]
    fn an_id_names_what_was_said_and_not_what_it_means() {
        let id = |event: &Event| EventId::of("cainiao", "LP00123456789012", event);
        let said = event("Left customs", Some("CC_HO_OUT_SUCCESS"));
        let read_again = Event { status: Status::CustomsCleared, translation: Some("x".into()), ..said.clone() };
        assert_eq!(id(&said), id(&read_again));
        assert_ne!(id(&said), id(&event("Left customs!", Some("CC_HO_OUT_SUCCESS"))));
        assert_ne!(id(&said), EventId::of("cainiao", "LP00123456789013", &said));
    }

    #[test]
    fn an_id_is_the_same_in_every_version() {
        let id = EventId::of("demo", "DEMO0001", &event("Left customs", None));
        assert_eq!(id.to_string(), "8161ac368f8e7b5f1ebe506eefed1d88");
        assert_eq!(EventId::from_bytes(id.to_bytes()), id);
    }
}
