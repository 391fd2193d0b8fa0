//! Values in, values out. The replies are of our own making, after the form that public clients read.

mod failures;
mod journey;
mod recognition;
mod recordings;

use parcelwatch_plugin::replay::{Replay, line};

use super::*;

const NUMBER: &str = "620000000000000000000017";
const WAITING: &str = include_str!("../replies/waiting.json");
const DELIVERED: &str = include_str!("../replies/delivered.json");
const RETURNED: &str = include_str!("../replies/returned.json");
const NOT_FOUND: &str = include_str!("../replies/not_found.json");

fn address(number: &str) -> String {
    format!("https://api-shipx-pl.easypack24.net/v1/tracking/{number}")
}

/// What InPost tells of our number when it answers with this status and body.
fn told_with(status: u16, body: &str) -> Result<Answer, Failure> {
    let mut replay = Replay::<InPost>::of();
    replay.on("GET", &address(NUMBER)).reply(status, body);
    replay.track_one(NUMBER)
}

fn told(body: &str) -> Result<Answer, Failure> {
    told_with(200, body)
}

/// An answer with these statuses, newest first.
fn scans(codes: &[&str]) -> String {
    let scans: Vec<_> = codes.iter().map(|code| serde_json::json!({ "status": code })).collect();
    serde_json::json!({ "tracking_number": NUMBER, "tracking_details": scans }).to_string()
}
