//! Values in, values out. The replies are of our own making, after the form of documented ones.

mod failures;
mod journey;
mod recognition;
mod recordings;

use parcelwatch_plugin::replay::{Replay, line};

use super::*;

const NUMBER: &str = "ZY000000014GB";
const JOURNEY: &str = include_str!("../replies/journey.json");
const ABROAD: &str = include_str!("../replies/abroad.json");

fn address(number: &str) -> String {
    format!("https://api.royalmail.net/mailpieces/v2/{number}/events")
}

/// What Royal Mail tells of our number when it answers with this status and body.
fn told_with(status: u16, body: &str) -> Result<Answer, Failure> {
    let mut replay = Replay::<RoyalMail>::of();
    replay.on("GET", &address(NUMBER)).reply(status, body);
    replay.track_one(NUMBER)
}

fn told(body: &str) -> Result<Answer, Failure> {
    told_with(200, body)
}

/// The answer with these events, and with what else stands beside them.
fn with(events: &serde_json::Value, rest: &serde_json::Value) -> Result<Answer, Failure> {
    let mut piece = serde_json::json!({ "mailPieceId": NUMBER, "events": events });
    if let (Some(piece), Some(rest)) = (piece.as_object_mut(), rest.as_object()) {
        piece.extend(rest.clone());
    }
    told(&serde_json::json!({ "mailPieces": piece }).to_string())
}
