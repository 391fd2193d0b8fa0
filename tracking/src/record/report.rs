//! All that one answer told us.

use jiff::Timestamp;

use crate::record::{Event, Role};
use crate::vocabulary::{Country, Facts, Moment, Status, TrackingNumber};

/// One answer from a carrier about one parcel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// When we got it.
    pub received_at: Timestamp,
    /// When the plugin read it: the same instant, but for an old answer that is read anew.
    pub read_at: Timestamp,
    /// The carrier's own order, newest first.
    pub events: Vec<Event>,
    pub summary: Option<Summary>,
    pub window: Option<ToldWindow>,
    pub handoffs: Vec<HandOff>,
    pub origin: Option<Country>,
    pub destination: Option<Country>,
    pub facts: Facts,
    /// The IANA zone of this carrier's clocks where they name none.
    pub zone: Option<String>,
    /// The carrier expects nothing more to happen.
    pub done: bool,
}

impl Report {
    /// An answer with nothing in it.
    pub fn empty(received_at: Timestamp) -> Self {
        Self {
            received_at,
            read_at: received_at,
            events: Vec::new(),
            summary: None,
            window: None,
            handoffs: Vec::new(),
            origin: None,
            destination: None,
            facts: Facts::default(),
            zone: None,
            done: false,
        }
    }
}

/// What the carrier says of the parcel as a whole. It often lies, so events are believed first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    pub status: Status,
    pub code: Option<String>,
    pub text: String,
}

/// When somebody expects the delivery, at their precision.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ToldWindow {
    pub earliest: Option<Moment>,
    pub latest: Moment,
    /// carrier, seller …
    pub source: String,
}

/// Another number under which the parcel goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandOff {
    pub number: TrackingNumber,
    /// A carrier id or a name, when the answer tells.
    pub carrier: Option<String>,
    pub country: Option<Country>,
    pub role: Role,
    /// 0 to 100.
    pub confidence: u8,
    pub because: String,
}
