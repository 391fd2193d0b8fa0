//! What is around 17TRACK's answers: which numbers were accepted, which rejected and why, or why none was looked at.

use parcelwatch_plugin::http::Reply;
use parcelwatch_plugin::prelude::*;
use serde::Deserialize;

use crate::errors;
use crate::legacy::OldTrack;
use crate::record::TrackInfo;
use crate::request::Item;

#[derive(Deserialize, Default)]
#[serde(default)]
struct Response {
    code: json::Integer,
    data: json::Object<Data>,
    /// The old shape's list of what is accepted.
    dat: json::List<Accepted>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Data {
    accepted: json::List<Accepted>,
    rejected: json::List<Rejected>,
    errors: json::List<ApiError>,
    quota_total: json::Integer,
    quota_remain: json::Integer,
}

/// A number that 17TRACK did what was asked with.
#[derive(Clone, Deserialize, Default)]
#[serde(default)]
pub(crate) struct Accepted {
    number: json::Text,
    /// The number, in the old shape.
    no: json::Text,
    pub carrier: json::Integer,
    pub track_info: json::Object<TrackInfo>,
    pub track: json::Object<OldTrack>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Rejected {
    number: json::Text,
    /// As text, where a number says the same in what is accepted.
    carrier: json::Integer,
    error: json::Object<ApiError>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct ApiError {
    code: json::Integer,
}

/// What became of each number of a question.
pub(crate) struct Sorted {
    accepted: Vec<Accepted>,
    rejected: Vec<Rejected>,
}

/// What became of one number.
pub(crate) enum Verdict {
    /// More than one where it is registered for several carriers.
    Accepted(Vec<Accepted>),
    /// One of 17TRACK's error codes.
    Rejected(i64),
    /// The answer leaves it out.
    Missing,
}

impl Sorted {
    /// What was told of a number: at the carrier that was asked about, or else at any.
    pub(crate) fn verdict(&self, item: &Item<'_>) -> Verdict {
        let fits = |carrier: Option<i64>| carrier.is_none() || carrier == item.carrier;
        let at_its_carrier = item.carrier.and_then(|_| self.of(item.number, fits));
        at_its_carrier.or_else(|| self.of(item.number, |_| true)).unwrap_or(Verdict::Missing)
    }

    fn of(&self, number: &str, fits: impl Fn(Option<i64>) -> bool) -> Option<Verdict> {
        let is_ours =
            |told: Option<&str>, carrier| told.is_some_and(|told| text::is_same(told, number)) && fits(carrier);
        let accepted = self.accepted.iter().filter(|accepted| is_ours(accepted.number(), *accepted.carrier));
        let accepted: Vec<Accepted> = accepted.cloned().collect();
        if !accepted.is_empty() {
            return Some(Verdict::Accepted(accepted));
        }
        let mut rejected =
            self.rejected.iter().filter(|rejected| is_ours(rejected.number.as_deref(), *rejected.carrier));
        rejected.find_map(|rejected| *rejected.error.as_ref()?.code).map(Verdict::Rejected)
    }
}

impl Accepted {
    fn number(&self) -> Option<&str> {
        self.number.as_deref().or(self.no.as_deref())
    }
}

/// Sorts the numbers of an answer, or tells why none of them was looked at.
pub(crate) fn sorted(reply: &Reply) -> Result<Sorted, Failure> {
    let told = read(reply)?;
    let data = told.data.0.unwrap_or_default();
    if told.dat.is_none() && data.accepted.is_none() && data.rejected.is_none() {
        return Err(errors::unreadable().of(reply));
    }
    Ok(Sorted {
        accepted: data.accepted.0.into_iter().chain(told.dat.0).flatten().collect(),
        rejected: data.rejected.0.unwrap_or_default(),
    })
}

/// What the account has left, for people.
pub(crate) fn units_left(reply: &Reply) -> Result<String, Failure> {
    let data = read(reply)?.data.0.unwrap_or_default();
    match (*data.quota_remain, *data.quota_total) {
        (Some(left), Some(total)) => Ok(format!("{left} of {total} units left")),
        (Some(left), None) => Ok(format!("{left} units left")),
        (None, _) => Err(errors::unreadable().of(reply)),
    }
}

/// A whole answer, unless it says that nothing was done.
fn read(reply: &Reply) -> Result<Response, Failure> {
    let mut response: Response = reply.json_or_error()?;
    let listed = || response.data.as_ref()?.errors.as_ref()?.iter().find_map(|error| *error.code);
    // The old shape has no code where all is well.
    let code = response.code.filter(|code| *code != 0).or_else(listed);
    match code {
        None if (200..300).contains(&reply.status) => Ok(std::mem::take(&mut response)),
        code => Err(errors::of_all(reply, code.unwrap_or_default())),
    }
}
