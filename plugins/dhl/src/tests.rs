//! Replies of our own making, and what they mean.

use parcelwatch_plugin::replay::Replay;

use super::*;

mod choice;
mod failures;
mod journeys;
mod recognition;
mod samples;
mod strange;
mod words;

/// The address of a question, with what hints add to it.
fn address(number: &str, more: &str) -> String {
    format!("https://api-eu.dhl.com/track/shipments?trackingNumber={number}&language=en{more}")
}

fn replies(number: &str, status: u16, body: &str) -> Replay<Dhl> {
    let mut replay = Replay::of();
    replay.on("GET", &address(number, "")).reply(status, body);
    replay
}

fn ask(number: &str, body: &str) -> Result<Answer, Failure> {
    replies(number, 200, body).track_one(number)
}

/// One line an event: status, time, place.
fn journey(answer: &Answer) -> Vec<String> {
    let line = |event: &Event| {
        let place = event.place.as_ref().map_or("-".to_owned(), |place| {
            format!("{}/{}", place.country.as_deref().unwrap_or("-"), place.locality.as_deref().unwrap_or("-"))
        });
        format!("{} | {} | {place}", event.status.key(), moment(event.moment.as_ref()))
    };
    answer.events.iter().map(line).collect()
}

fn moment(moment: Option<&Moment>) -> String {
    match moment {
        Some(Moment::Instant(text)) => format!("at {text}"),
        Some(Moment::Clock { at, zone }) => {
            format!("clock {at} {}", zone.as_deref().unwrap_or("")).trim_end().to_owned()
        }
        Some(Moment::Date(text)) => format!("on {text}"),
        None => "never".to_owned(),
    }
}

fn fact<'a>(facts: &'a [(String, String)], name: &str) -> Option<&'a str> {
    facts.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

/// An event of a unit alone in an otherwise empty shipment.
fn event(service: &str, event: &str) -> Event {
    let body = format!(r#"{{"shipments": [{{"id": "N1", "service": "{service}", "events": [{event}]}}]}}"#);
    ask("N1", &body).expect("one event").events.remove(0)
}
