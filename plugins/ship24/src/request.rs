//! How Ship24 is asked: which of its two products, with what, and what is remembered from one question to the next.

use parcelwatch_plugin::http::Request;
use parcelwatch_plugin::prelude::*;
use serde::Serialize;

const API: &str = "https://api.ship24.com/public/v1";

/// Ship24 may ask the carriers for a minute before it answers, and a question that is given up may count all the same. The
/// daemon waits no longer than this.
const TIMEOUT_MS: u32 = 50_000;

/// What the operator subscribed to. Each has addresses of its own, and refuses the other's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Plan {
    /// A tracker follows each shipment, and may be read as often as one likes.
    PerShipment,
    /// Every question counts.
    PerCall,
}

impl Plan {
    /// The setting `plan`.
    pub(crate) fn set() -> Result<Self, Failure> {
        match host::setting("plan").as_deref().map(str::trim) {
            None | Some("" | "per_shipment") => Ok(Self::PerShipment),
            Some("per_call") => Ok(Self::PerCall),
            Some(other) => {
                let message = format!(
                    "plan = {other:?} in [carriers.ship24.settings] is neither \"per_shipment\" nor \"per_call\""
                );
                Err(Failure { scope: Scope::Account, ..Failure::new(FailureKind::NeedsInput, message) })
            }
        }
    }
}

/// What is told of a parcel. Ship24 finds more where it knows where and when the parcel was sent.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ParcelQuery<'a> {
    tracking_number: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    destination_country_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    destination_post_code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    shipping_date: Option<String>,
}

/// Finds the parcel anew.
pub(crate) fn search(parcel: &Parcel) -> Result<Request, Failure> {
    post("tracking/search", parcel)
}

/// Makes a tracker and reads it; where there is one for all of this already, only reads it.
pub(crate) fn track(parcel: &Parcel) -> Result<Request, Failure> {
    post("trackers/track", parcel)
}

/// Reads a tracker.
pub(crate) fn results(tracker: &Tracker) -> Request {
    http::get(&format!("{API}/trackers/{}/results", tracker.id)).header("accept", "application/json").auth("api")
}

fn post(path: &str, parcel: &Parcel) -> Result<Request, Failure> {
    let query = ParcelQuery {
        tracking_number: &parcel.number,
        destination_country_code: parcel.hint("country").and_then(country),
        destination_post_code: parcel.hint("postcode"),
        shipping_date: ship_date(parcel),
    };
    let body = serde_json::to_string(&query).map_err(|error| {
        Failure::new(FailureKind::Internal, format!("cannot write the question to Ship24: {error}"))
    })?;
    let request = http::post(&format!("{API}/{path}")).header("accept", "application/json").auth("api").json(body);
    Ok(Request { timeout_ms: Some(TIMEOUT_MS), ..request })
}

fn country(hint: &str) -> Option<String> {
    Country::new(hint.trim()).filter(Country::is_assigned).map(|country| country.to_string())
}

fn ship_date(parcel: &Parcel) -> Option<String> {
    match civil::parse(parcel.hint("ship_date")?)? {
        Moment::Date(date) => Some(date),
        _ => None,
    }
}

/// A tracker at Ship24, as the cursor of a parcel remembers it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tracker {
    id: String,
    /// What the user knew of the parcel when it was made. The destination is left out: answers tell it, too, and a
    /// tracker is not made anew for what an answer said.
    details: String,
}

impl Tracker {
    /// The tracker of a parcel, by the id in an answer. An id that could lead elsewhere is none.
    pub(crate) fn of(parcel: &Parcel, id: &str) -> Option<Self> {
        let fits = (1..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        fits.then(|| Self { id: id.to_owned(), details: details(parcel) })
    }

    /// The tracker that was remembered.
    pub(crate) fn remembered(parcel: &Parcel) -> Option<Self> {
        let cursor = std::str::from_utf8(parcel.cursor.as_deref()?).ok()?;
        let (id, details) = cursor.split_once('\n')?;
        Some(Self { details: details.to_owned(), ..Self::of(parcel, id)? })
    }

    pub(crate) fn cursor(&self) -> Vec<u8> {
        format!("{}\n{}", self.id, self.details).into_bytes()
    }

    /// Whether the user has told something since that may help to find the parcel.
    pub(crate) fn is_outdated(&self, parcel: &Parcel) -> bool {
        self.details != details(parcel)
    }
}

fn details(parcel: &Parcel) -> String {
    format!("{}\n{}", parcel.hint("postcode").unwrap_or_default(), ship_date(parcel).unwrap_or_default())
}
