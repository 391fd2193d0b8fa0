//! Values in, values out. The replies are of our own making, after the form of recorded ones.

mod failures;
mod journey;
mod recognition;
mod recordings;

use parcelwatch_plugin::replay::{Replay, line};

use super::*;

const NUMBER: &str = "4000000000000015";
const JOURNEY: &str = include_str!("../replies/journey.xml");
const WAITING: &str = include_str!("../replies/waiting.xml");
const NOT_FOUND: &str = include_str!("../replies/not_found.xml");
const REFUSED: &str = include_str!("../replies/refused.xml");
const LIMIT: &str = include_str!("../replies/limit.xml");

fn address(number: &str) -> String {
    format!("https://soa-gw.canadapost.ca/vis/track/pin/{number}/detail")
}

/// What Canada Post tells of our number when it answers with this status and body.
fn told_with(status: u16, body: &str) -> Result<Answer, Failure> {
    let mut replay = Replay::<CanadaPost>::of();
    replay.on("GET", &address(NUMBER)).reply(status, body);
    replay.track_one(NUMBER)
}

fn told(body: &str) -> Result<Answer, Failure> {
    told_with(200, body)
}

/// An answer with these fields before its events.
fn detail(fields: &str, occurrences: &str) -> String {
    let list = format!("<significant-events>{occurrences}</significant-events>");
    format!("<tracking-detail><pin>{NUMBER}</pin>{fields}{list}</tracking-detail>")
}

/// What a scan with these fields becomes.
fn scanned(fields: &str) -> Event {
    told(&detail("", &format!("<occurrence>{fields}</occurrence>"))).expect("an answer").events.remove(0)
}
