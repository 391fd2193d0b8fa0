//! Values in, values out. The replies are of our own making, after the form of recorded ones.

mod failures;
mod journey;
mod recognition;
mod recordings;

use parcelwatch_plugin::replay::{Replay, line};

use super::*;

const NUMBER: &str = "6A00000000017";
const JOURNEY: &str = include_str!("../replies/journey.json");
const BATCH: &str = include_str!("../replies/batch.json");

fn address(numbers: &str) -> String {
    format!("https://api.laposte.fr/suivi/v2/idships/{numbers}?lang=en_GB")
}

/// What La Poste tells of our number when it answers with this status and body.
fn told_with(status: u16, body: &str) -> Result<Answer, Failure> {
    let mut replay = Replay::<LaPoste>::of();
    replay.on("GET", &address(NUMBER)).reply(status, body);
    replay.track_one(NUMBER)
}

fn told(body: &str) -> Result<Answer, Failure> {
    told_with(200, body)
}
