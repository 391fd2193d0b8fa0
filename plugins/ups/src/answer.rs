//! The form of UPS's answer, down to the parcel that was asked about.

use parcelwatch_plugin::http::Reply;
use parcelwatch_plugin::prelude::*;
use serde::Deserialize;

use crate::errors::{self, ApiError, ErrorResponse};
use crate::package::Package;

/// The outermost form: an answer, or why there is none.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Response {
    track_response: json::Object<Tracking>,
    response: json::Object<ErrorResponse>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Tracking {
    shipment: json::List<Shipment>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Shipment {
    /// What was asked.
    inquiry_number: json::Text,
    package: json::List<Package>,
    warnings: json::List<ApiError>,
}

/// Reads what a reply says of a number.
pub(crate) fn read(reply: &Reply, number: &str) -> Result<Answer, Failure> {
    match reply.status {
        500.. => return Err(reply.unexpected()),
        429 => {}
        _ if reply.is_html() => return Err(reply.web_page()),
        _ => {}
    }
    let is_good = (200..300).contains(&reply.status);
    // Only a good status promises that the service itself speaks.
    let told: Response = if is_good { reply.json()? } else { reply.json().unwrap_or_default() };
    if let Some(failure) = told.response.as_ref().and_then(|refusal| refusal.failure(number, reply)) {
        return Err(failure);
    }
    match told.track_response.as_ref() {
        Some(tracking) => tracking.found(number),
        None if is_good => Err(Failure::changed("UPS's answer holds neither tracking nor an error any more")),
        None => Err(errors::by_status(reply)),
    }
}

impl Tracking {
    fn found(&self, number: &str) -> Result<Answer, Failure> {
        let Some(shipments) = self.shipment.as_deref() else {
            return Err(Failure::without("UPS", number, "list of shipments"));
        };
        let packages: Vec<&Package> = shipments.iter().flat_map(Shipment::packages).collect();
        let was_asked = || shipments.iter().any(|shipment| is_same(shipment.inquiry_number.as_deref(), number));
        let ours = packages.iter().find(|package| is_same(package.number(), number));
        match (ours, packages.as_slice()) {
            (Some(ours), all) => ours.answer(number, pieces(all, number)),
            (None, []) => Err(self.without_packages(number)),
            // An answer to one number need not repeat it.
            (None, [one]) if one.number().is_none_or(|told| text::is_variant(told, number)) || was_asked() => {
                one.answer(number, Vec::new())
            }
            // A waybill: its parcels have their own numbers, and each its own way.
            (None, all) => match pieces(all, number) {
                handoffs if was_asked() && !handoffs.is_empty() => Ok(Answer { handoffs, ..Answer::default() }),
                _ => Err(inconclusive(format!("UPS left {number} out of its answer"))),
            },
        }
    }

    fn without_packages(&self, number: &str) -> Failure {
        let shipments = self.shipment.as_deref().unwrap_or_default();
        let warnings: Vec<&ApiError> =
            shipments.iter().flat_map(|shipment| shipment.warnings.iter().flatten()).collect();
        match warnings.first() {
            _ if warnings.iter().any(|warning| warning.is_not_found()) => errors::not_found(number),
            Some(warning) => inconclusive(format!("UPS answers about {number} with {} and no parcel", warning.name())),
            None if shipments.is_empty() => inconclusive(format!("UPS's answer about {number} is empty")),
            None => Failure::changed(format!("UPS's answer about {number} has no parcel in it and does not say why")),
        }
    }
}

impl Shipment {
    fn packages(&self) -> impl Iterator<Item = &Package> {
        self.package.iter().flatten()
    }
}

/// The other parcels of the shipment.
fn pieces(packages: &[&Package], number: &str) -> Vec<Handoff> {
    let mut found: Vec<Handoff> = Vec::new();
    for package in packages {
        let piece = package.number().unwrap_or_default();
        if is_further(piece, number, &found) {
            let because = "UPS lists it as a parcel of the same shipment";
            found.push(Handoff::new(piece, Role::Piece, 95, because).at(Some("ups".to_owned()), None));
        }
    }
    found
}

/// Whether a number is one to follow: a number at all, another than the one asked, and not told before.
pub(crate) fn is_further(further: &str, number: &str, known: &[Handoff]) -> bool {
    crate::numbers::is_askable(further)
        && further.bytes().any(|b| b.is_ascii_digit())
        && !further.eq_ignore_ascii_case(number)
        && !known.iter().any(|known| known.number.eq_ignore_ascii_case(further))
}

fn is_same(told: Option<&str>, number: &str) -> bool {
    told.is_some_and(|told| text::is_same(told, number))
}

fn inconclusive(what: String) -> Failure {
    Failure::inconclusive(format!("{what}, which proves nothing; it is asked again"))
}
