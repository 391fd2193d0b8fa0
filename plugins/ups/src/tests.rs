//! Values in, values out. The replies are of our own making, after the form of recorded ones.

mod estimates;
mod failures;
mod journeys;
mod meanings;
mod pieces;
mod recognition;
mod recordings;
mod strange;

use parcelwatch_plugin::replay::{Replay, line};
use serde_json::{Value, json};

use super::*;

const NUMBER: &str = "1ZW000000300000019";
const PIECE: &str = "1ZW000000300000028";
const JOURNEY: &str = include_str!("../replies/journey.json");
const PICKUP: &str = include_str!("../replies/pickup.json");
const RETURNED: &str = include_str!("../replies/returned.json");
const SUREPOST: &str = include_str!("../replies/surepost.json");
const MAIL: &str = include_str!("../replies/mail.json");

fn address(number: &str) -> String {
    format!(
        "https://onlinetools.ups.com/api/track/v1/details/{number}?locale=en_US&returnSignature=false&returnMilestones=false\
         &returnPOD=false"
    )
}

/// What UPS tells of a number when it answers with this status and body.
fn asked(number: &str, status: u16, body: &str) -> Result<Answer, Failure> {
    let mut replay = Replay::<Ups>::of();
    replay.on("GET", &address(number)).reply(status, body);
    replay.track_one(number)
}

/// The answer to our number.
fn told(body: &str) -> Result<Answer, Failure> {
    asked(NUMBER, 200, body)
}

/// A reply with these packages.
fn shipment(packages: &Value) -> String {
    json!({ "trackResponse": { "shipment": [{ "inquiryNumber": NUMBER, "package": packages }] } }).to_string()
}

/// An answer about our number with further fields of the package.
fn packed(fields: &Value) -> Result<Answer, Failure> {
    let mut package = json!({ "trackingNumber": NUMBER });
    let further = fields.as_object().expect("an object").clone();
    package.as_object_mut().expect("an object").extend(further);
    told(&shipment(&json!([package])))
}

/// The one event of a package with this activity.
fn scanned(activity: &Value) -> Event {
    packed(&json!({ "activity": [activity] })).expect("an event").events.remove(0)
}

fn lines(answer: &Answer) -> Vec<String> {
    answer.events.iter().map(line).collect()
}

fn facts(facts: &[(String, String)]) -> Vec<(&str, &str)> {
    facts.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}
