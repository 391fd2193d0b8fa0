//! The merchant interface: JSON, thirty numbers at once, and a merchant number in place of a key.

use parcelwatch_plugin::http::{Fault, Reply};
use parcelwatch_plugin::prelude::*;
use serde::Deserialize;

use crate::entry::{Entry, listed};
use crate::{left_out, not_found, setting};

/// Sources disagree whether it has a certificate that fits, so the setting `merchant_origin` may name another.
pub(crate) const ORIGIN: &str = "https://api.track.yw56.com.cn";
pub(crate) const PROFILE: &str = "merchant";

/// What an answer says of each number, or why there is no answer.
type Response = Result<Vec<Entry>, Failure>;

/// What the interface says of these parcels; `None` where the operator has no merchant number, and nothing was sent.
pub(crate) fn poll(parcels: &[&Parcel]) -> Option<Vec<Outcome>> {
    let numbers = batch::numbers(parcels);
    let told = request(&numbers);
    if told.as_ref().is_err_and(|failure| failure.kind == FailureKind::NeedsCredential) {
        return None;
    }
    let again = told.as_ref().ok().and_then(|told| ask_again(told, &numbers));
    Some(parcels.iter().map(|parcel| parcel.outcome(found(&parcel.number, &told, again.as_ref()))).collect())
}

/// Being left out of an answer to several numbers proves nothing, so those are asked about once more, by themselves.
fn ask_again(told: &[Entry], numbers: &[&str]) -> Option<Response> {
    let left: Vec<&str> = numbers.iter().copied().filter(|number| find(told, number).is_none()).collect();
    (!left.is_empty() && left.len() < numbers.len()).then(|| request(&left))
}

fn found(number: &str, response: &Response, again: Option<&Response>) -> Result<Answer, Failure> {
    let response = response.as_ref().map_err(Clone::clone)?;
    if let Some(entry) = find(response, number) {
        return entry.answer(number);
    }
    let last = again.map_or(Ok(response), |again| again.as_ref().map_err(Clone::clone))?;
    match find(last, number) {
        Some(entry) => entry.answer(number),
        None if last.is_empty() => Err(not_found(number)),
        None if last.iter().any(Entry::is_nameless) => {
            Err(Failure::changed("Yanwen's merchant interface no longer says which number an answer is about"))
        }
        None => Err(left_out(number)),
    }
}

/// Of several entries about one number the fullest counts.
fn find<'a>(entries: &'a [Entry], number: &str) -> Option<&'a Entry> {
    entries.iter().filter(|entry| entry.is_about(number)).max_by_key(|entry| entry.fullness())
}

fn request(numbers: &[&str]) -> Response {
    let origin = setting("merchant_origin", ORIGIN);
    let reply = http::get(&format!("{}/api/tracking", origin.trim_end_matches('/')))
        .query("nums", &numbers.join(","))
        .header("accept", "application/json")
        .auth(PROFILE)
        .send()
        .map_err(unreachable)?;
    match reply.status {
        200 => read(&reply),
        403 if reply.is_html() => Err(reply.web_page()),
        401 | 403 => Err(refused().of(&reply)),
        _ => Err(reply.unexpected()),
    }
}

fn unreachable(fault: Fault) -> Failure {
    if fault.kind != "tls" {
        return fault.into();
    }
    Failure::unavailable(
        "no secure connection to Yanwen's merchant interface; if its certificate does not fit, name another origin as \
         merchant_origin in [carriers.yanwen.settings] and among the hosts of [carriers.yanwen]",
    )
}

/// Reads an answer down to what it says of each number.
fn read(reply: &Reply) -> Response {
    let envelope: Envelope = reply.json()?;
    let failure = match envelope {
        Envelope { code: json::Integer(Some(code)), message, .. } if code != 0 => {
            refusal(code, message.as_deref().unwrap_or_default())
        }
        Envelope { result: Some(entries), .. } => return Ok(entries),
        // In 2017 one number was answered, without a list around it, and null everywhere when it was not known.
        _ => match reply.json::<Entry>()? {
            entry if entry.is_of_2017() => {
                return Ok(Some(entry).into_iter().filter(|entry| !entry.is_nameless()).collect());
            }
            _ => Failure::changed("the answer of Yanwen's merchant interface has no list of parcels any more"),
        },
    };
    Err(failure.of(reply))
}

/// Only the code of success is known. Others are taken as HTTP has them, or by what they say of the merchant number.
fn refusal(code: i64, message: &str) -> Failure {
    let message = message.to_ascii_lowercase();
    let about_merchant = ["authoriz", "授权", "商户", "制单账号"].iter().any(|word| message.contains(word));
    match code {
        401 | 403 => refused(),
        _ if about_merchant => refused(),
        429 => Failure::rate_limited("Yanwen asked to slow down"),
        500..600 => Failure::unavailable("Yanwen's merchant interface is out of order"),
        _ => Failure::changed(format!(
            "Yanwen's merchant interface refused with code {code}, which this plugin does not know"
        )),
    }
}

fn refused() -> Failure {
    Failure::auth_failed(
        "Yanwen refused the merchant number; check account in [carriers.yanwen], or take it out, and the public \
         page is asked",
    )
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Envelope {
    code: json::Integer,
    message: json::Text,
    #[serde(deserialize_with = "listed")]
    result: Option<Vec<Entry>>,
}
