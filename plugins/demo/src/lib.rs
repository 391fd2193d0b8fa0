//! Demo Post: a scripted parcel that crosses a border and is handed to the local post.
//!
//! It needs no network, so it shows what a plugin is made of and nothing else. A real carrier differs in one place: `poll`
//! would send a request (`http::get("https://…").query("number", number).send()?`) where this one reads a script.

mod codes;

use jiff::{SignedDuration, Timestamp};
use parcelwatch_plugin::prelude::*;
use serde::Deserialize;

/// What the carrier would answer. Minutes count from the moment the parcel was added.
const SCRIPT: &str = include_str!("../replies/journey.json");

/// Demo Post.
#[derive(Debug)]
pub struct Demo;

/// `DEMO`, an `L` on the local stretch, then digits of which the last one checks the others.
const NUMBER: NumberFormat = NumberFormat::new("demo number", "DEMO(L|)d{8}", 99, &["DEMO00000017", "DEMOL00000017"])
    .check(|number| checksum::mod10(&number[number.len() - 8..], 3, 1))
    .not(&["DEMO00000018", "DEMO0000017"]);

impl Carrier for Demo {
    const NUMBER_FORMATS: &'static [NumberFormat] = &[NUMBER];

    fn describe() -> Descriptor {
        Descriptor {
            gap_s: 10,
            batch_max: 20,
            countries: strings(["FR"]),
            roles: strings(["cross_border", "post"]),
            contact: vec![("help".into(), "Demo Post is a script; it has no office".into())],
            ..Descriptor::new("demo", "Demo Post", env!("CARGO_PKG_VERSION"))
        }
    }

    fn track(parcels: &[Parcel]) -> Vec<Outcome> {
        one_by_one(parcels, poll)
    }
}

/// Asks about one parcel: from the question to the carrier's words, and from those to an answer.
fn poll(parcel: &Parcel) -> Result<Answer, Failure> {
    if !NUMBER.fits(&parcel.number) {
        return Err(Failure::invalid_number("Demo Post has numbers such as DEMO00000017 only; check it for a typo"));
    }
    let script: Script =
        serde_json::from_str(SCRIPT).map_err(|error| Failure::changed(format!("the script has changed: {error}")))?;
    let now = instant(&host::now())?;
    // The daemon tells every plugin when the parcel was added.
    let added = parcel.hint("added_at").map_or(Ok(now), instant)?;
    let elapsed = now.duration_since(added).as_mins();
    Ok(match parcel.number.strip_prefix("DEMOL") {
        Some(_) => local(&script, added, elapsed),
        None => cross_border(&script, &parcel.number, added, elapsed),
    })
}

fn cross_border(script: &Script, number: &str, added: Timestamp, elapsed: i64) -> Answer {
    let at = |hours: i64| Moment::Date((added + SignedDuration::from_hours(hours)).to_string()[..10].to_owned());
    let handed_over = elapsed >= script.local.after_minutes;
    Answer {
        events: events(&script.scans, added, elapsed),
        window: Window::between(Some(at(script.expected.from_hours)), Some(at(script.expected.to_hours))),
        handoffs: handed_over.then(|| handoff(script, number)).into_iter().collect(),
        origin: Some(script.origin.clone()),
        destination: Some(script.destination.clone()),
        facts: vec![("service".into(), script.service.clone())],
        ..Answer::default()
    }
}

/// The local post's number has the same digits.
fn handoff(script: &Script, number: &str) -> Handoff {
    let because = format!("{} names it as the local number", script.service);
    Handoff::new(number.replacen("DEMO", "DEMOL", 1), Role::HandOff, 95, &because)
        .at(Some(script.local.carrier.clone()), Some(script.destination.clone()))
}

fn local(script: &Script, added: Timestamp, elapsed: i64) -> Answer {
    let events = events(&script.local.scans, added, elapsed);
    Answer { destination: Some(script.destination.clone()), ..Answer::of(events) }
}

/// The scans that have happened by now, newest first.
fn events(scans: &[Scan], added: Timestamp, elapsed: i64) -> Vec<Event> {
    scans.iter().rev().filter(|scan| scan.minutes <= elapsed).map(|scan| event(scan, added)).collect()
}

fn event(scan: &Scan, added: Timestamp) -> Event {
    let (locality, country) = scan.place.rsplit_once(", ").unwrap_or((&scan.place, ""));
    let at = added + SignedDuration::from_mins(scan.minutes);
    let mailbox = scan.text.contains("mailbox").then_some(("delivered_to", "mailbox"));
    let event = Event {
        moment: civil::parse(&clock(at, &scan.zone)),
        code: Some(scan.code.clone()),
        place: Some(Place {
            text: scan.place.clone(),
            country: Country::new(country).map(|country| country.to_string()),
            locality: Some(locality.to_owned()),
            postcode: None,
        }),
        ..Event::new(codes::CODES.status(scan.code.as_str()), text::clean(&scan.text))
    };
    event.with(mailbox)
}

/// An instant as a clock in the zone where the scanner stands.
fn clock(at: Timestamp, zone: &str) -> String {
    let hours: i8 = zone.get(..3).and_then(|hours| hours.parse().ok()).unwrap_or(0);
    at.display_with_offset(jiff::tz::offset(hours)).to_string().replace('Z', "+00:00")
}

fn instant(text: &str) -> Result<Timestamp, Failure> {
    text.parse().map_err(|error| Failure::new(FailureKind::Internal, format!("{text:?} is not an instant: {error}")))
}

/// The form of the script, which is ours and complete. In a carrier's answer every field is an `Option`.
#[derive(Deserialize)]
struct Script {
    origin: String,
    destination: String,
    service: String,
    expected: Expected,
    scans: Vec<Scan>,
    local: Local,
}

#[derive(Deserialize)]
struct Expected {
    from_hours: i64,
    to_hours: i64,
}

#[derive(Deserialize)]
struct Local {
    carrier: String,
    after_minutes: i64,
    scans: Vec<Scan>,
}

#[derive(Deserialize)]
struct Scan {
    minutes: i64,
    code: String,
    text: String,
    place: String,
    zone: String,
}

parcelwatch_plugin::export!(Demo);

#[cfg(test)]
mod tests;
