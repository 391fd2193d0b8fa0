//! TNT Express, by ExpressConnect Tracking, version 3.1: a document of up to fifty numbers in a form field, XML as the
//! answer.
//!
//! TNT is being folded into FedEx country by country, and its newer parcels are FedEx's: where TNT says so, their
//! number is handed on, and where it knows nothing, the user is told. Numbers are handed out again, so one of them
//! may have several consignments (see `which`). Facts: the vendor's documentation and a public recording, November
//! 2026.

mod answer;
mod codes;
mod errors;
mod numbers;
mod request;
mod which;

use parcelwatch_plugin::batch::Batches;
use parcelwatch_plugin::prelude::*;

use crate::answer::Consignment;

const ORIGIN: &str = "https://express.tnt.com";
/// As many as TNT takes in one document.
const BATCH_MAX: u16 = 50;

/// TNT.
#[derive(Debug)]
pub struct Tnt;

impl Carrier for Tnt {
    const NUMBER_FORMATS: &'static [NumberFormat] = numbers::FORMATS;

    fn describe() -> Descriptor {
        Descriptor {
            hosts: vec![ORIGIN.to_owned()],
            profiles: vec![Profile::basic("api")],
            batch_max: BATCH_MAX,
            gap_s: 60 * 60,
            pace_ms: 2000,
            // It delivers everywhere, which singles out no destination and puts it before nobody.
            countries: Vec::new(),
            roles: ["express", "cross_border"].map(str::to_owned).to_vec(),
            link: Some(
                "https://www.tnt.com/express/en_gb/site/shipping-tools/tracking.html?searchType=con&cons={number}"
                    .to_owned(),
            ),
            contact: pairs(&[
                ("web", "https://www.tnt.com"),
                ("help", "FedEx answers for TNT in the countries that have moved"),
            ]),
            probe: Some("000000005".into()),
            facts: pairs(&[
                (
                    "access",
                    "a TNT customer's ExpressConnect login, given by TNT's customer integration team: set the customer id as \
                     username and its password as password; without one, follow the number at FedEx",
                ),
                ("contract", "yes"),
                ("known_from", "a recording; eleven status codes are public, the rest of the list is TNT's own"),
                ("facts_as_of", "2026-11"),
            ]),
            ..Descriptor::new("tnt", "TNT", env!("CARGO_PKG_VERSION"))
        }
    }

    fn recognize(number: &str) -> Vec<Candidate> {
        numbers::candidate(number).into_iter().collect()
    }

    fn track(parcels: &[Parcel]) -> Vec<Outcome> {
        let check = |parcel: &Parcel| match numbers::is_askable(&parcel.number) {
            true => Ok(()),
            false => Err(numbers::invalid(&parcel.number)),
        };
        let batches = Batches {
            carrier: "TNT",
            max: usize::from(BATCH_MAX),
            poll,
            found: |consignments: &Vec<Consignment>, parcel: &Parcel| which::found(consignments, parcel),
            may_be_one: |failure: &Failure| failure.kind == FailureKind::Inconclusive,
        };
        batch::valid(parcels, check, |valid| batches.outcomes(valid))
    }
}

/// What TNT says of some numbers, or why it says nothing of any.
fn poll(parcels: &[&Parcel]) -> Result<Vec<Consignment>, Failure> {
    let reply = http::post(&format!("{ORIGIN}/expressconnect/track.do"))
        .query("version", "3")
        .header("accept", "text/xml")
        .auth("api")
        .form(&[("xml_in", &request::document(parcels))])
        .send()?;
    let told = match reply.status {
        200 => answer::consignments(&reply),
        401 => Err(errors::login()),
        _ => Err(reply.failure()),
    };
    told.map_err(|failure| failure.of(&reply))
}

parcelwatch_plugin::export!(Tnt);

#[cfg(test)]
mod tests;
