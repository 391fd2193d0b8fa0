//! One number with one carrier, as part of a parcel's way.

use jiff::Timestamp;

use crate::record::{LegNo, NextPoll, PollReason, Role, Summary, ToldWindow, Urgency};
use crate::vocabulary::{CarrierId, Choice, Country, Facts, Failure, TrackingNumber};

/// Whether a leg is polled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LegState {
    /// Polled on schedule.
    Active,
    /// A carrier that could be the one; polled when the first choice does not know the number.
    Dormant,
    /// Nobody we speak to serves this number.
    NoCarrier,
    /// The user says that it is not theirs.
    Rejected,
    /// We do not follow it, and say why.
    Refused,
    /// Taken out of the config; its history stays.
    Retired,
}

impl LegState {
    pub const ALL: [Self; 6] =
        [Self::Active, Self::Dormant, Self::NoCarrier, Self::Rejected, Self::Refused, Self::Retired];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Dormant => "dormant",
            Self::NoCarrier => "no_carrier",
            Self::Rejected => "rejected",
            Self::Refused => "refused",
            Self::Retired => "retired",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.key() == key)
    }
}

/// A run of polls without an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outage {
    pub failure: Failure,
    /// When the first of them failed in this way.
    pub since: Timestamp,
    /// How many in a row.
    pub count: u32,
}

/// One number with one carrier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leg {
    pub no: LegNo,
    pub number: TrackingNumber,
    /// `None` while nobody we speak to serves the number.
    pub carrier: Option<CarrierId>,
    pub role: Role,
    pub state: LegState,
    /// The user said that carrier and number are right.
    pub confirmed: bool,
    /// 0 to 100: how likely the number is this carrier's.
    pub confidence: u8,
    /// Whether the number's check digit holds, where its format has one.
    pub checksum: Option<bool>,
    /// Where the number was found, or why it is refused; for people.
    pub because: String,
    /// The leg whose answer carried the number.
    pub found_in: Option<LegNo>,
    /// The carrier's name as the answer gave it.
    pub carrier_name: Option<String>,
    pub country: Option<Country>,
    pub added_at: Timestamp,
    /// The newest answer that carried a report.
    pub latest_at: Option<Timestamp>,
    pub last_asked_at: Option<Timestamp>,
    /// The last time the carrier spoke, be it to say that it has nothing.
    pub last_ok_at: Option<Timestamp>,
    pub outage: Option<Outage>,
    pub summary: Option<Summary>,
    pub window: Option<ToldWindow>,
    pub origin: Option<Country>,
    pub destination: Option<Country>,
    pub facts: Facts,
    /// The IANA zone of the carrier's clocks where they name none.
    pub zone: Option<String>,
    pub done: bool,
    /// What the plugin wants back with the next poll.
    pub cursor: Option<Vec<u8>>,
    /// Its carrier may hold something for it, which is freed once nobody asks about it any more.
    pub held: bool,
    /// Its carrier asks others for a price, and is polled when nobody else can answer.
    pub is_aggregator: bool,
    next_poll: NextPoll,
}

impl Leg {
    /// A leg that has not been asked yet.
    pub fn new(no: LegNo, number: TrackingNumber, role: Role, added_at: Timestamp) -> Self {
        Self {
            no,
            number,
            carrier: None,
            role,
            state: LegState::NoCarrier,
            confirmed: false,
            confidence: 0,
            checksum: None,
            because: String::new(),
            found_in: None,
            carrier_name: None,
            country: None,
            added_at,
            latest_at: None,
            last_asked_at: None,
            last_ok_at: None,
            outage: None,
            summary: None,
            window: None,
            origin: None,
            destination: None,
            facts: Facts::default(),
            zone: None,
            done: false,
            cursor: None,
            held: false,
            is_aggregator: false,
            // The user waits for the first answer.
            next_poll: NextPoll { at: None, urgency: Urgency::Urgent, reason: PollReason::Unplanned },
        }
    }

    pub const fn next_poll(&self) -> &NextPoll {
        &self.next_poll
    }

    /// Plans the next poll; nothing else does.
    pub fn plan(&mut self, next: NextPoll) {
        self.next_poll = next;
    }

    /// The carrier that the leg is polled at.
    pub fn polled_carrier(&self) -> Option<&CarrierId> {
        self.carrier.as_ref().filter(|_| self.state == LegState::Active)
    }

    /// Whether any carrier has acknowledged the number.
    pub fn is_acknowledged(&self) -> bool {
        self.latest_at.is_some()
    }

    /// Whether its carrier has ever spoken, be it to say that it has nothing.
    pub fn was_answered(&self) -> bool {
        self.last_ok_at.is_some()
    }

    /// The parcels to choose from, where the number names several.
    pub fn choices(&self) -> &[Choice] {
        self.outage.as_ref().map_or(&[], |outage| &outage.failure.choices)
    }
}
