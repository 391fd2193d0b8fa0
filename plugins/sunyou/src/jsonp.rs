//! The wrapping of SunYou's answer: `searchCallback({…})`, sent as plain text.

use parcelwatch_plugin::http::{Body, Reply};
use parcelwatch_plugin::{Failure, FailureKind};
use serde::de::DeserializeOwned;

/// The name is fixed; nobody can ask for another, or for none.
const CALLBACK: &str = "searchCallback";

/// How a page says that it will be back.
const DOWN: [&str; 4] = ["maintenance", "temporarily", "unavailable", "bad gateway"];

/// What stands between the first and the last parenthesis, as JSON of the form `T`.
pub(crate) fn read<T: DeserializeOwned>(reply: &Reply) -> Result<T, Failure> {
    if reply.is_html() {
        return Err(page(reply));
    }
    let json = Body::Text(unwrapped(reply.text())?.to_owned());
    Reply { status: reply.status, url: String::new(), headers: Vec::new(), body: json }.json()
}

/// An answer that breaks off has no last parenthesis, or one that stands in a text; both are found out where it is read.
fn unwrapped(body: &str) -> Result<&str, Failure> {
    let body = body.trim();
    // JSON without the wrapping would do as well, and may have parentheses of its own.
    if body.is_empty() || body.starts_with(['{', '[']) {
        return Ok(body);
    }
    match body.split_once('(') {
        Some((_, rest)) => Ok(rest.rsplit_once(')').map_or(rest, |(inner, _)| inner)),
        None if CALLBACK.starts_with(body) => {
            Err(Failure::unavailable("the carrier's answer breaks off in the middle"))
        }
        None => Err(Failure::changed("SunYou's answer is not wrapped in its callback any more")),
    }
}

/// A page where data was asked for. Unless it says that it will be back, it stands there to keep machines out.
fn page(reply: &Reply) -> Failure {
    let page = reply.text().to_ascii_lowercase();
    let told = reply.web_page();
    if told.kind == FailureKind::Blocked || DOWN.iter().any(|words| page.contains(words)) {
        return told;
    }
    let message = "SunYou shows a page for people where data was asked for; wait, or look the parcel up there";
    Failure::blocked(message).of(reply)
}
