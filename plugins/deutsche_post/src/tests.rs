//! Values in, values out. The replies are of our own making, after the vendor's description.

mod failures;
mod journey;
mod recognition;
mod recordings;

use parcelwatch_plugin::replay::{Replay, line};

use super::*;

const REGISTERED: &str = include_str!("../replies/registered.json");
const ABROAD: &str = include_str!("../replies/abroad.json");
const RETURNED: &str = include_str!("../replies/returned.json");

/// The number of [`REGISTERED`].
const NUMBER: &str = "RR000000014DE";
/// The number of [`ABROAD`].
const PACKET: &str = "LX000000045DE";

const UNKNOWN: &str = r#"{"title":"No result found","status":404}"#;

fn address(number: &str, unit: &str) -> String {
    format!("https://api-eu.dhl.com/track/shipments?trackingNumber={number}&language=en&service={unit}")
}

/// A replay in which the first unit answers about a number.
fn replay_with(number: &str, status: u16, body: &str) -> Replay<DeutschePost> {
    let mut replay = Replay::of();
    replay.on("GET", &address(number, "post-de")).reply(status, body);
    replay
}

fn told_with(status: u16, body: &str) -> Result<Answer, Failure> {
    replay_with(NUMBER, status, body).track_one(NUMBER)
}

fn told(body: &str) -> Result<Answer, Failure> {
    told_with(200, body)
}

fn statuses(answer: &Answer) -> Vec<&'static str> {
    answer.events.iter().map(|event| event.status.key()).collect()
}
