//! Parcels that never were: what happened to each, and when which portal shows it. The same seed gives the same world, and
//! nothing here knows how it is asked.

mod maker;

use fastrand::Rng;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use parcelwatch_tracking::{Class, Country, Parcel, Status, TrackingNumber};

use maker::{Maker, days};

pub(crate) const DAYS: i64 = 90;
/// New parcels come in the first days, so that nearly all have time to arrive.
const NEW_PARCELS_DAYS: f64 = 30.0;
const BEGIN: &str = "2026-03-02T00:00:00Z";

/// The portal of the number given, and that of the local carrier.
pub(crate) const FIRST: usize = 0;
pub(crate) const LOCAL: usize = 1;

/// Something that happened, and since when each portal shows it.
#[derive(Debug)]
pub(crate) struct Scan {
    pub(crate) status: Status,
    pub(crate) at: Timestamp,
    pub(crate) country: Country,
    pub(crate) shown: [Option<Timestamp>; 2],
}

impl Scan {
    /// Since when anybody can know it.
    pub(crate) fn first_shown(&self) -> Option<Timestamp> {
        self.shown.iter().flatten().min().copied()
    }
}

/// A delivery window that a portal tells from some moment on.
#[derive(Debug)]
pub(crate) struct Forecast {
    pub(crate) portal: usize,
    pub(crate) shown: Timestamp,
    pub(crate) days: (Date, Date),
}

/// One parcel's truth.
#[derive(Debug)]
pub(crate) struct SimulatedTrip {
    pub(crate) parcel: Parcel,
    pub(crate) local_number: TrackingNumber,
    pub(crate) zone: TimeZone,
    /// When the person adds it.
    pub(crate) added: Timestamp,
    /// Oldest first.
    pub(crate) scans: Vec<Scan>,
    pub(crate) forecasts: Vec<Forecast>,
    /// Since when the first portal names the local carrier's number, or shows that a postal one has arrived.
    pub(crate) number_shown: Option<Timestamp>,
    /// The local post knows it under the number that was given, and nobody says so.
    pub(crate) is_postal: bool,
}

impl SimulatedTrip {
    pub(crate) fn class(&self) -> Class {
        self.parcel.class.unwrap_or(Class::Standard)
    }
}

pub(crate) fn end() -> Timestamp {
    begin() + days(DAYS as f64)
}

fn begin() -> Timestamp {
    BEGIN.parse().unwrap_or(Timestamp::UNIX_EPOCH)
}

/// So many journeys; of each class its share.
pub(crate) fn journeys(seed: u64, count: usize) -> Vec<SimulatedTrip> {
    let mut rng = Rng::with_seed(seed);
    (0..count).map(|n| Maker::new(&mut rng, n).make()).collect()
}
