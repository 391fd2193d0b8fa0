//! Short ways to say in a test what a carrier told.

use jiff::{SignedDuration, Timestamp};

use crate::record::{HandOff, Leg, LegNo, LegState, NextPoll, Report, Role, Timeline};
use crate::vocabulary::{CarrierId, Country, Parcel, ParcelId, TrackingNumber};

pub(crate) use crate::stories::event;

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// The day and hour of November 2026 in UTC: `day(3, 12)`.
pub(crate) fn day(day: i8, hour: i8) -> Timestamp {
    at(&format!("2026-11-{day:02}T{hour:02}:00:00Z"))
}

/// A report that tells these events, given oldest first as people do.
pub(crate) fn report(received_at: Timestamp, lines: &[&str]) -> Report {
    Report { events: lines.iter().rev().map(|line| event(line)).collect(), ..Report::empty(received_at) }
}

pub(crate) fn handoff(number: &str, carrier: &str) -> HandOff {
    HandOff {
        number: TrackingNumber::new(number).expect("a number"),
        carrier: Some(carrier.to_owned()),
        country: None,
        role: Role::HandOff,
        confidence: 90,
        because: "the answer names it".to_owned(),
    }
}

pub(crate) fn parcel() -> Parcel {
    Parcel::new(ParcelId::new("lamp").expect("an id"), "Lamp")
}

/// A parcel that crosses a border.
pub(crate) fn cross_border() -> Parcel {
    Parcel { origin: Country::new("CN"), country: Country::new("FR"), ..parcel() }
}

/// A timeline with a leg for each carrier; the first is the person's, the others are hand-offs.
pub(crate) fn timeline(carriers: &[&str]) -> Timeline {
    let mut timeline = Timeline::default();
    for (no, carrier) in (0..).zip(carriers) {
        let number = TrackingNumber::new(&format!("NUMBER{no}")).expect("a number");
        let role = if no == 0 { Role::Given } else { Role::HandOff };
        let mut leg = Leg::new(LegNo(no), number, role, day(1, 0));
        leg.carrier = CarrierId::new(carrier);
        leg.state = LegState::Active;
        timeline.legs.push(leg);
    }
    timeline
}

/// Plans the next poll of a leg as if the schedule had.
pub(crate) fn plan(leg: &mut Leg, at: Timestamp) {
    leg.plan(NextPoll { at: Some(at), ..leg.next_poll().clone() });
}

/// The merged timeline as lines: status, text, number of tellings.
pub(crate) fn lines(timeline: &Timeline, parcel: &Parcel) -> Vec<String> {
    let merged = crate::state::merged_events(timeline, parcel);
    let line = |entry: &crate::state::MergedEvent<'_>| {
        let also = if entry.others.is_empty() { String::new() } else { format!(" (+{})", entry.others.len()) };
        format!("{}: {}{also}", entry.status.key(), entry.lead.event.text)
    };
    merged.iter().map(line).collect()
}

pub(crate) fn hours(hours: i64) -> SignedDuration {
    SignedDuration::from_hours(hours)
}
