//! The form of the public page: no key, one number at a time, and a word that stands in the script of the page for all to
//! see.

use md5::{Digest as _, Md5};
use parcelwatch_plugin::http::{Reply, Request};
use parcelwatch_plugin::prelude::*;

use crate::{html, page, setting};

pub(crate) const ORIGIN: &str = "https://track.yw56.com.cn";
/// As of September 2026; an older script had it without its last three letters. It changes with the script, so the
/// operator can set another.
const WORD: &str = "00#78a13&ba6c;73LOL";

/// The page can be slow, and a call ends after a minute.
const TIMEOUT_MS: u32 = 12_000;

/// How a page says that it will be back.
const DOWN: [&str; 5] = ["maintenance", "temporarily", "unavailable", "bad gateway", "维护"];

/// What the page says of one parcel.
pub(crate) fn poll(parcel: &Parcel) -> Result<Answer, Failure> {
    let number = parcel.number.as_str();
    let reply = request(number).send()?;
    match reply.status {
        200 => page::read(&reply, number),
        // A redirect leads to a wall, or back to the empty form.
        300..400 if reply.header("location").is_some_and(|address| address.contains("captcha")) => Err(blocked()),
        300..404 => Err(no_result(&reply)),
        _ => Err(reply.unexpected()),
    }
}

fn request(number: &str) -> Request {
    let request = http::post(&format!("{ORIGIN}/en/querydel"))
        .query("nums", number)
        .query("cyp", &sign(number))
        .header("accept", "text/html")
        // What the page's own form sends.
        .form(&[("timeZone", "1")]);
    Request { timeout_ms: Some(TIMEOUT_MS), ..request }
}

/// The number and the word, digested as the script of the page does.
fn sign(number: &str) -> String {
    let digest = Md5::new().chain_update(number).chain_update(setting("word", WORD)).finalize();
    text::hex(&digest)
}

/// Why a reply holds no result. What is neither a wall nor a passing trouble is most likely the answer to a wrong word: the
/// page does not say so.
pub(crate) fn no_result(reply: &Reply) -> Failure {
    let body = reply.text().to_ascii_lowercase();
    let is_page = reply.is_html();
    let passing = |message: &str| Failure::unavailable(message);
    let failure = match reply.status {
        200 if body.trim().is_empty() => passing("Yanwen sent an empty page"),
        // Before the walls: the half of a script may have their words.
        200 if is_page && html::breaks_off(&body) => passing("Yanwen's page breaks off in the middle"),
        403 if body.trim().is_empty() => blocked(),
        _ if is_page && reply.web_page().kind == FailureKind::Blocked => blocked(),
        _ if DOWN.iter().any(|words| body.contains(words)) => passing("Yanwen's page is out of order"),
        _ => Failure::changed(
            "Yanwen's page gives no result; most likely its public word has changed: find it in the script of \
             track.yw56.com.cn and set word in [carriers.yanwen.settings]",
        ),
    };
    failure.of(reply)
}

fn blocked() -> Failure {
    Failure::blocked("Yanwen keeps machines out, which is not worked around; wait, or look the parcel up on its page")
}
