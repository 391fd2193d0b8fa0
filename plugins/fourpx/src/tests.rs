//! Values in, values out. The replies are of our own making, after the form of a recorded one.

mod codes;
mod failures;
mod journey;
mod recognition;
mod recordings;
mod strange;

use parcelwatch_plugin::http::Body;
use parcelwatch_plugin::replay::{Replay, line};
use serde_json::{Value, json};

use super::*;

const ADDRESS: &str = "https://track.4px.com/track/v2/front/listTrackV3";
const NUMBER: &str = "4PX3000000000017CN";
const JOURNEY: &str = include_str!("../replies/journey.json");
const UNKNOWN: &str = include_str!("../replies/unknown.json");

/// What 4PX tells of our number when it answers with this status and body.
fn told_with(status: u16, body: &str) -> Result<Answer, Failure> {
    let mut replay = Replay::<FourPx>::of();
    replay.on("POST", ADDRESS).reply(status, body);
    replay.track_one(NUMBER)
}

fn told(body: &str) -> Result<Answer, Failure> {
    told_with(200, body)
}

/// What it tells when its answer is this entry, with our number where none is given.
fn entry(mut entry: Value) -> Result<Answer, Failure> {
    if entry.get("queryCode").is_none() {
        entry["queryCode"] = json!(NUMBER);
    }
    told(&json!({ "result": 1, "message": "操作成功", "data": [entry] }).to_string())
}

/// The event of this scan.
fn scanned(scan: Value) -> Event {
    entry(json!({ "ctStartCode": "CN", "ctEndCode": "AT", "tracks": [scan] })).expect("an event").events.remove(0)
}
