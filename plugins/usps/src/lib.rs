//! USPS: the post of the United States, by its Tracking interface, version 3.
//!
//! A key is not enough to follow what one receives: since April 2026 an application sees the parcels whose labels it is
//! authorised for. The plugin says so where USPS refuses, so that people look at the origin's post instead. Facts as of
//! November 2026.

mod answer;
mod codes;
mod errors;
mod numbers;
mod scan;

use parcelwatch_plugin::http::{Reply, Request};
use parcelwatch_plugin::prelude::*;

const ORIGIN: &str = "https://apis.usps.com";

/// USPS.
#[derive(Debug)]
pub struct Usps;

impl Carrier for Usps {
    const NUMBER_FORMATS: &'static [NumberFormat] = numbers::FORMATS;

    fn describe() -> Descriptor {
        Descriptor {
            hosts: vec![ORIGIN.into()],
            profiles: vec![Profile::oauth2("api", &format!("{ORIGIN}/oauth2/v3/token"), "tracking", "json")],
            gap_s: 15 * 60,
            // An application's own; fetching a token counts as well.
            quotas: vec![Quota { requests: 60, seconds: 60 * 60, resets_at: None }],
            countries: ["US", "PR", "GU", "VI", "AS", "MP"].map(str::to_owned).to_vec(),
            roles: vec!["post".into()],
            link: Some("https://tools.usps.com/go/TrackConfirmAction?tLabels={number}".into()),
            contact: pairs(&[("phone", "+1 800 275 8777"), ("web", "https://www.usps.com/help/")]),
            probe: Some("RR000000005US".into()),
            facts: pairs(&[
                ("access", errors::ACCESS),
                ("contract", "yes"),
                ("known_from", "recordings; many codes from documents"),
                ("facts_as_of", "2026-11"),
            ]),
            ..Descriptor::new("usps", "USPS", env!("CARGO_PKG_VERSION"))
        }
    }

    fn recognize(number: &str) -> Vec<Candidate> {
        numbers::candidates(number)
    }

    fn track(parcels: &[Parcel]) -> Vec<Outcome> {
        one_by_one(parcels, poll)
    }
}

fn poll(parcel: &Parcel) -> Result<Answer, Failure> {
    let number = numbers::plain(&parcel.number);
    if number.is_empty() || !number.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Err(Failure::invalid_number(format!(
            "USPS's numbers are letters and digits only, {number} is not; check it for a typo"
        )));
    }
    let reply = request(number, parcel).send()?;
    match (reply.status, reply.is_html()) {
        // "Not found" comes with 400.
        (200..300, _) | (400 | 404, false) => answer::read(&reply, number, parcel),
        (401, false) => Err(refused(&reply, Scope::Account)),
        (403, false) => Err(refused(&reply, Scope::Parcel)),
        _ => Err(reply.unexpected()),
    }
}

/// What the user knows of the mailing settles a number that was used twice. It is sent only when they gave the date, for
/// a detail that does not match hides a parcel that is there.
fn request(number: &str, parcel: &Parcel) -> Request {
    let request = http::get(&format!("{ORIGIN}/tracking/v3/tracking/{}", http::encode(number)))
        .query("expand", "DETAIL")
        .header("accept", "application/json")
        .auth("api");
    let Some(Moment::Date(mailed)) = parcel.hint("ship_date").and_then(civil::parse) else { return request };
    let request = request.query("mailingDate", &mailed);
    match parcel.hint("postcode").and_then(|postcode| postcode.get(..5)) {
        Some(zip) if zip.bytes().all(|b| b.is_ascii_digit()) => request.query("destinationZIPCode", zip),
        _ => request,
    }
}

fn refused(reply: &Reply, scope: Scope) -> Failure {
    errors::no_access(scope).of(reply)
}

parcelwatch_plugin::export!(Usps);

#[cfg(test)]
mod tests;
