//! Values in, values out. The replies are of our own making, after the form of the page and of recorded XML.

mod failures;
mod journey;
mod partner;
mod recognition;
mod recordings;

use parcelwatch_plugin::replay::{Replay, line};

use super::*;

const NUMBER: &str = "EB700000013CN";
const JOURNEY: &str = include_str!("../replies/journey.html");

fn address(number: &str) -> String {
    format!("https://items.ems.post/api/publicTracking/track?language=EN&itemId={number}")
}

/// What the page tells of our number when it comes with this status and body.
fn told_with(status: u16, body: &str) -> Result<Answer, Failure> {
    let mut replay = Replay::<ChinaEms>::of();
    replay.on("GET", &address(NUMBER)).reply(status, body);
    replay.track_one(NUMBER)
}

fn told(body: &str) -> Result<Answer, Failure> {
    told_with(200, body)
}

/// A page with these rows about our number.
fn page(rows: &str) -> String {
    format!("<html><body><div class=\"result-table\" id=\"table-{NUMBER}\"><table>{rows}</table></div></body></html>")
}
