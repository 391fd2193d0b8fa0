//! Short ways to say in a test what a carrier told.

use jiff::{SignedDuration, Timestamp};

use crate::record::{Event, HandOff, Leg, LegNo, LegState, Place, Report, Role, Timeline};
use crate::vocabulary::{CarrierId, Country, Facts, Moment, Parcel, ParcelId, Status, TrackingNumber};

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// The day and hour of November 2026 in UTC: `day(3, 12)`.
pub(crate) fn day(day: i8, hour: i8) -> Timestamp {
    at(&format!("2026-11-{day:02}T{hour:02}:00:00Z"))
}

/// An event from a line such as `departed_origin | 2026-11-03 12:00 +08:00 | Left China | CN | CODE | fact=value`; what stands
/// behind the text may be left out. A clock with an IANA name or `?` instead of an offset has no zone to rely on.
pub(crate) fn event(line: &str) -> Event {
    let mut fields = line.split('|').map(str::trim);
    let status = fields.next().unwrap_or_default();
    let status = Status::from_key(status).unwrap_or_else(|| panic!("{status:?} is no status"));
    let when = fields.next().unwrap_or_default();
    let text = fields.next().filter(|text| !text.is_empty()).unwrap_or(status.title());
    let place = fields.next().filter(|place| !place.is_empty()).map(|country| Place {
        text: country.to_owned(),
        country: Country::new(country),
        ..Place::default()
    });
    let code = fields.next().filter(|code| !code.is_empty()).map(str::to_owned);
    let facts = fields.next().unwrap_or_default().split_whitespace().filter_map(|fact| fact.split_once('='));
    Event {
        moment: moment(when),
        status,
        code,
        text: text.to_owned(),
        translation: None,
        place,
        facts: facts.collect::<Facts>(),
    }
}

fn moment(text: &str) -> Option<Moment> {
    let parts: Vec<&str> = text.split_whitespace().collect();
    match parts.as_slice() {
        [] => None,
        [date] => Moment::date(date),
        [date, clock, offset] if offset.starts_with(['+', '-']) || *offset == "Z" => {
            Moment::instant(&format!("{date}T{clock}:00{offset}"))
        }
        [date, clock, rest @ ..] => {
            let hint = rest.first().filter(|hint| **hint != "?").map(|hint| (*hint).to_owned());
            Moment::clock(&format!("{date}T{clock}:00"), hint)
        }
    }
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
