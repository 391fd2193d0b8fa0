//! Values in, values out. The replies are of our own making, after what public projects read of the page and the interface.

mod failures;
mod merchant;
mod page;
mod recognition;
mod recordings;

use parcelwatch_plugin::replay::{Replay, line};

use super::*;

const NUMBER: &str = "UJ000000014YP";
const UNKNOWN: &str = "UJ000000028YP";
const PAGE: &str = include_str!("../replies/journey.html");
const NOT_FOUND: &str = include_str!("../replies/not_found.html");
const FORM: &str = include_str!("../replies/form.html");
const BATCH: &str = include_str!("../replies/merchant.json");
const OLD: &str = include_str!("../replies/old.json");

/// The form's address for a number and its digest.
fn form(number: &str, digest: &str) -> String {
    format!("{}/en/querydel?nums={number}&cyp={digest}", web::ORIGIN)
}

/// The digest of our number with the known word.
const DIGEST: &str = "0521d588a6e57ed7240c48e5d5d72c56";

/// The merchant interface's address for a list of numbers.
fn list(numbers: &[&str]) -> String {
    format!("{}/api/tracking?nums={}", super::merchant::ORIGIN, numbers.join("%2C"))
}

/// What the page tells of our number when it answers with this status and body. Nobody has a merchant number here.
fn shown_with(status: u16, body: &str) -> Result<Answer, Failure> {
    let mut replay = Replay::<Yanwen>::of();
    replay.without_secrets().on("POST", &form(NUMBER, DIGEST)).reply(status, body);
    replay.track_one(NUMBER)
}

/// What the merchant interface tells of one number when it answers with this status and body.
fn told_of(number: &str, status: u16, body: &str) -> Result<Answer, Failure> {
    let mut replay = Replay::<Yanwen>::of();
    replay.on("GET", &list(&[number])).reply(status, body);
    replay.track_one(number)
}

/// The page of a known parcel, with its columns and no scan below them.
fn without_scans(page: &str) -> String {
    page.split("<dl>").map(|part| part.split_once("</dl>").map_or(part, |(_, rest)| rest)).collect()
}

fn lines(answer: &Answer) -> Vec<String> {
    answer.events.iter().map(line).collect()
}
