//! Values in, values out. The replies are of our own making, after the form of a recorded one.

mod failures;
mod journey;
mod recognition;
mod recordings;

use parcelwatch_plugin::replay::{Replay, line};

use super::*;

const NUMBER: &str = "SYTS000000017";
const JOURNEY: &str = include_str!("../replies/journey.txt");

/// The question at the time and with the random digits of a replay.
fn address(number: &str) -> String {
    format!("{ORIGIN}/queryTrack?trackNumber={number}&toLanguage=en_US&queryTime=1795262400000-76051")
}

/// What SunYou tells of our number when it answers with this status and body.
fn told_with(status: u16, body: &str) -> Result<Answer, Failure> {
    let mut replay = Replay::<SunYou>::of();
    replay.on("GET", &address(NUMBER)).reply(status, body);
    replay.track_one(NUMBER)
}

/// What SunYou tells when its one entry has these fields.
fn entry(fields: &serde_json::Value) -> Result<Answer, Failure> {
    let mut entry = serde_json::json!({ "orderNo": NUMBER, "has": true });
    for (name, value) in fields.as_object().expect("fields") {
        entry[name] = value.clone();
    }
    let told = serde_json::json!({ "data": [entry], "message": "success", "status": 1 });
    told_with(200, &format!("searchCallback({told})"))
}
