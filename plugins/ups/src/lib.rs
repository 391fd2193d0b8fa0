//! UPS, by its Tracking interface, version 1: parcels, express, freight, and what UPS collects and USPS delivers
//! (SurePost, Mail Innovations). One number, one request.
//!
//! The central difficulty is what a code means (see `codes`), above all that a return is told as a delivery. Facts: the
//! vendor's description and its pages of codes, and public recordings, as of November 2026.

mod answer;
mod codes;
mod detail;
mod errors;
mod numbers;
mod package;
mod scan;
mod time;
mod window;

use parcelwatch_plugin::http::Request;
use parcelwatch_plugin::number_format;
use parcelwatch_plugin::prelude::*;

const ORIGIN: &str = "https://onlinetools.ups.com";
/// Random bytes in the name of a request, which is 32 characters long.
const REQUEST_ID_BYTES: u32 = 16;

/// UPS.
#[derive(Debug)]
pub struct Ups;

impl Carrier for Ups {
    const NUMBER_FORMATS: &'static [NumberFormat] = numbers::FORMATS;

    fn describe() -> Descriptor {
        Descriptor {
            hosts: vec![ORIGIN.to_owned()],
            profiles: vec![Profile::oauth2("api", &format!("{ORIGIN}/security/v1/oauth/token"), "", "basic")],
            // One request a number, two seconds apart: these fit well into the time of a call.
            batch_max: 5,
            gap_s: 45 * 60,
            // UPS has limits and publishes none.
            pace_ms: 2000,
            // It delivers in nearly every country, for which there is no word; these have its larger networks.
            countries: ["US", "PR", "CA", "MX", "DE", "FR", "GB", "IE", "IT", "ES", "NL", "BE", "AT", "CH", "PL"]
                .map(str::to_owned)
                .to_vec(),
            roles: ["express", "parcel", "cross_border"].map(str::to_owned).to_vec(),
            link: Some("https://www.ups.com/track?loc=en_US&tracknum={number}".to_owned()),
            contact: pairs(&[
                ("phone", "+1 800 742 5877"),
                ("web", "https://www.ups.com/us/en/support/contact-us.page"),
            ]),
            probe: Some("1Z0000000000000000".into()),
            headers: vec!["transId".into(), "transactionSrc".into()],
            facts: pairs(&[
                ("access", errors::ACCESS),
                ("known_from", "one recorded journey; returns, most codes and the errors from documents"),
                ("facts_as_of", "2026-11"),
            ]),
            ..Descriptor::new("ups", "UPS", env!("CARGO_PKG_VERSION"))
        }
    }

    fn recognize(number: &str) -> Vec<Candidate> {
        number_format::first(numbers::FORMATS, numbers::plain(number)).into_iter().collect()
    }

    fn track(parcels: &[Parcel]) -> Vec<Outcome> {
        one_by_one(parcels, poll)
    }
}

fn poll(parcel: &Parcel) -> Result<Answer, Failure> {
    let number = numbers::plain(&parcel.number);
    if !numbers::is_askable(number) {
        return Err(Failure::not_accepted("UPS", &parcel.number));
    }
    let reply = request(number).send()?;
    answer::read(&reply, number).map_err(|failure| failure.of(&reply))
}

/// Neither who signed nor a photo of the door is asked for.
fn request(number: &str) -> Request {
    let id: String = text::hex(&host::random(REQUEST_ID_BYTES));
    http::get(&format!("{ORIGIN}/api/track/v1/details/{}", http::encode(number)))
        .query("locale", "en_US")
        .query("returnSignature", "false")
        .query("returnMilestones", "false")
        .query("returnPOD", "false")
        .header("accept", "application/json")
        .header("transId", &id)
        .header("transactionSrc", "parcelwatch")
        .auth("api")
}

parcelwatch_plugin::export!(Ups);

#[cfg(test)]
mod tests;
