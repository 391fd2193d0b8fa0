//! Values in, values out. The replies are of our own making, after the vendor's description.

mod failures;
mod history;
mod journey;
mod recognition;
mod recordings;
mod trackers;

use parcelwatch_plugin::replay::{Replay, line};
use serde_json::{Value, json};

use super::*;

const NUMBER: &str = "LX000000014CN";
const JOURNEY: &str = include_str!("../replies/journey.json");
const PENDING: &str = include_str!("../replies/pending.json");

const TRACK: &str = "https://api.ship24.com/public/v1/trackers/track";
const SEARCH: &str = "https://api.ship24.com/public/v1/tracking/search";

/// What Ship24 tells of our number when it answers with this status and body.
fn told_with(status: u16, body: &str) -> Result<Answer, Failure> {
    let mut replay = Replay::<Ship24>::of();
    replay.on("POST", TRACK).reply(status, body);
    replay.track_one(NUMBER)
}

fn told(body: &str) -> Result<Answer, Failure> {
    told_with(201, body)
}

/// An answer about our number with these events, newest first.
fn with_events(events: &Value) -> Answer {
    let body = json!({ "data": { "trackings": [{
        "shipment": {
            "statusMilestone": "in_transit", "originCountryCode": "CN", "destinationCountryCode": "US",
            "trackingNumbers": [{ "tn": NUMBER }],
        },
        "events": events,
    }] } });
    told(&body.to_string()).expect("the events read")
}

fn statuses(answer: &Answer) -> Vec<&'static str> {
    answer.events.iter().map(|event| event.status.key()).collect()
}
