//! Values in, values out. The replies are of our own making, after the form of recorded ones.

mod choice;
mod failures;
mod journey;
mod recognition;
mod recordings;
mod strange;

use parcelwatch_plugin::http::Body;
use parcelwatch_plugin::replay::{Replay, line};

use super::*;

const TRACK: &str = "https://express.tnt.com/expressconnect/track.do?version=3";
const NUMBER: &str = "700000013";
const JOURNEY: &str = include_str!("../replies/journey.xml");
const MOVED: &str = include_str!("../replies/moved.xml");
const REUSED: &str = include_str!("../replies/reused.xml");
const UNKNOWN: &str = include_str!("../replies/unknown.xml");
const REFUSED: &str = include_str!("../replies/refused.xml");

fn replies(status: u16, body: &str) -> Replay<Tnt> {
    let mut replay = Replay::of();
    replay.on("POST", TRACK).reply(status, body);
    replay
}

/// What TNT tells of a number when it answers with this body.
fn told(number: &str, body: &str) -> Result<Answer, Failure> {
    replies(200, body).track_one(number)
}

/// An answer about our number with these elements in its consignment.
fn consignment(elements: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?><TrackResponse><Consignment><ConsignmentNumber>{NUMBER}</ConsignmentNumber>{elements}\
         </Consignment></TrackResponse>"
    )
}

/// An answer that is an error.
fn error(code: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?><TrackResponse><Error><Code>{code}</Code><Message>Call A. EXEMPLE, 0123 456789</Message>\
         </Error></TrackResponse>"
    )
}
