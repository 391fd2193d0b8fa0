//! Values in, values out. The replies are of our own making, after the vendor's description.

mod account;
mod failures;
mod history;
mod journey;
mod recordings;

use parcelwatch_plugin::replay::{Replay, line};
use serde_json::{Value, json};

use super::*;

const NUMBER: &str = "LX000000014CN";
const JOURNEY: &str = include_str!("../replies/journey.json");
const REGISTERED: &str = include_str!("../replies/registered.json");
const NOTHING_YET: &str = include_str!("../replies/nothing_yet.json");
const QUOTA: &str = include_str!("../replies/quota.json");

fn at(path: &str) -> String {
    format!("https://api.17track.net/track/v2.4/{path}")
}

/// A parcel that was registered yesterday.
fn registered() -> Parcel {
    parcel(&[], Some("followed 3011 2026-11-20"))
}

fn parcel(hints: &[(&str, &str)], cursor: Option<&str>) -> Parcel {
    let hints = hints.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Parcel { key: 1, number: NUMBER.into(), hints, cursor: cursor.map(|cursor| cursor.as_bytes().to_vec()) }
}

/// What 17TRACK tells of our registered number when it answers with this status and body.
fn told_with(status: u16, body: &str) -> Result<Answer, Failure> {
    let mut replay = Replay::<SeventeenTrack>::of();
    replay.on("POST", &at("gettrackinfo")).reply(status, body);
    replay.track(&[registered()]).remove(0).found
}

/// An answer about our number with this track_info.
fn info(info: &Value) -> String {
    json!({ "code": 0, "data": { "accepted": [{ "number": NUMBER, "carrier": 3011, "track_info": info }], "rejected": [] } })
        .to_string()
}

/// An answer about our number, from China to the United States, with these events, newest first.
fn with_events(events: &Value) -> Answer {
    let body = info(&json!({
        "shipping_info": { "shipper_address": { "country": "CN" }, "recipient_address": { "country": "US" } },
        "latest_status": { "status": "InTransit", "sub_status": "InTransit_Other" },
        "tracking": { "providers": [{ "provider": { "key": 3011, "name": "China Post" }, "events": events }] },
    }));
    told_with(200, &body).expect("the events read")
}

fn statuses(answer: &Answer) -> Vec<&'static str> {
    answer.events.iter().map(|event| event.status.key()).collect()
}

/// A rejection of our number.
fn rejected(code: i64) -> String {
    json!({ "code": 0, "data": { "accepted": [], "rejected": [
        { "number": NUMBER, "carrier": "3011", "error": { "code": code, "message": "Words." } },
    ] } })
    .to_string()
}
