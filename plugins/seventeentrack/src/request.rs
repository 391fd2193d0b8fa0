//! How 17TRACK is asked. Every question is a list of numbers; the answer has each of them in it, as accepted or rejected.

use parcelwatch_plugin::http::{self, Request};
use parcelwatch_plugin::{Failure, FailureKind, text};
use serde::Serialize;

const API: &str = "https://api.17track.net/track/v2.4";

/// The longest that 17TRACK takes for a question, says the vendor.
const TIMEOUT_MS: u32 = 30_000;

/// What is told of one number.
#[derive(Clone, Copy, Serialize)]
pub(crate) struct Item<'a> {
    pub number: &'a str,
    /// 17TRACK's number of the carrier; it finds out by itself where it is not told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub carrier: Option<i64>,
    /// What the carrier wants to know of the recipient. It is told only once the carrier asked for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub param: Option<&'a str>,
}

impl Item<'_> {
    /// Whether two items mean the same at 17TRACK: one number at two carriers is two.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        text::is_same(self.number, other.number) && self.carrier == other.carrier
    }
}

/// What is done with numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    /// Starts to follow them. One unit each.
    Register,
    /// Follows them again after they were stopped.
    Restart,
    /// Follows them no longer.
    Stop,
    Read,
}

impl Act {
    const fn path(self) -> &'static str {
        match self {
            Self::Register => "register",
            Self::Restart => "retrack",
            Self::Stop => "stoptrack",
            Self::Read => "gettrackinfo",
        }
    }

    pub(crate) fn request(self, items: &[Item<'_>]) -> Result<Request, Failure> {
        let body = serde_json::to_string(items).map_err(|error| {
            Failure::new(FailureKind::Internal, format!("cannot write the question to 17TRACK: {error}"))
        })?;
        Ok(Request { timeout_ms: Some(TIMEOUT_MS), ..post(self.path(), body) })
    }
}

/// What the account has left.
pub(crate) fn quota() -> Request {
    post("getquota", "{}".to_owned())
}

fn post(path: &str, body: String) -> Request {
    http::post(&format!("{API}/{path}")).header("accept", "application/json").auth("api").json(body)
}
