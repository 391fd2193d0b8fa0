//! Values in, values out. The replies are of our own making, after the form of a recorded one.

mod failures;
mod journey;
mod question;
mod recognition;
mod recordings;

use parcelwatch_plugin::replay::{Replay, line};

use super::*;

const NUMBER: &str = "10000000000017";
const JOURNEY: &str = include_str!("../replies/journey.xml");

/// What Chronopost tells of our number when it answers with this status and body.
fn told_with(status: u16, body: &str) -> Result<Answer, Failure> {
    let mut replay = Replay::<Chronopost>::of();
    replay.on("POST", TRACK).reply(status, body);
    replay.track_one(NUMBER)
}

fn told(body: &str) -> Result<Answer, Failure> {
    told_with(200, body)
}

/// An answer that has this in its `return`.
fn returned(inside: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?><s:Envelope xmlns:s=\"{SOAP}\"><s:Body>\
         <t:trackSkybillV2Response xmlns:t=\"{TRACKING}\"><return>{inside}</return>\
         </t:trackSkybillV2Response></s:Body></s:Envelope>"
    )
}
