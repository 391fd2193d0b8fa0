//! Values in, values out. The replies are of our own making, after the form of recorded ones.

mod failures;
mod journey;
mod recognition;
mod recordings;

use parcelwatch_plugin::replay::{Replay, line};

use super::*;

const NUMBER: &str = "9400100000000000000013";
const JOURNEY: &str = include_str!("../replies/journey.json");
const REUSED: &str = include_str!("../replies/reused.json");

fn address(number: &str) -> String {
    format!("https://apis.usps.com/tracking/v3/tracking/{number}?expand=DETAIL")
}

/// What USPS tells of our number when it answers with this status and body.
fn told_with(status: u16, body: &str) -> Result<Answer, Failure> {
    let mut replay = Replay::<Usps>::of();
    replay.on("GET", &address(NUMBER)).reply(status, body);
    replay.track_one(NUMBER)
}

fn told(body: &str) -> Result<Answer, Failure> {
    told_with(200, body)
}

/// An answer with one event of these fields.
fn scanned(event: &serde_json::Value) -> Event {
    let body = serde_json::json!({ "trackingNumber": NUMBER, "trackingEvents": [event] });
    told(&body.to_string()).expect("an event").events.remove(0)
}
