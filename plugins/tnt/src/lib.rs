//! TNT Express, by ExpressConnect Tracking, version 3.1: a document of up to fifty numbers in a form field, XML as the
//! answer.
//!
//! TNT is being folded into FedEx country by country, and its newer parcels are FedEx's: where TNT says so, their
//! number is handed on, and where it knows nothing, the person is told. Numbers are handed out again, so one of them
//! may have several consignments (see `which`). Facts: the vendor's documentation and a public recording, November
//! 2026.

mod answer;
mod codes;
mod numbers;
mod question;
mod refusal;
mod which;

use std::collections::VecDeque;

use parcelwatch_plugin::http::Reply;
use parcelwatch_plugin::prelude::*;

use crate::answer::Consignment;

const ORIGIN: &str = "https://express.tnt.com";
/// As many as TNT takes in one document.
const BATCH_MAX: u16 = 50;
/// As many as a call may make.
const REQUESTS_MAX: u32 = 16;

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
        let (askable, others): (Vec<&Parcel>, Vec<&Parcel>) =
            parcels.iter().partition(|parcel| numbers::is_askable(&parcel.number));
        let refused = others.into_iter().map(|parcel| parcel.outcome(Err(numbers::invalid(&parcel.number))));
        askable.chunks(usize::from(BATCH_MAX)).flat_map(outcomes).chain(refused).collect()
    }
}

/// What TNT says of some numbers, or why it says nothing of any.
fn ask(parcels: &[&Parcel]) -> Result<Vec<Consignment>, Failure> {
    let reply = http::post(&format!("{ORIGIN}/expressconnect/track.do"))
        .query("version", "3")
        .header("accept", "text/xml")
        .auth("api")
        .form(&[("xml_in", &question::document(parcels))])
        .send()?;
    let told = match reply.status {
        200 => answer::consignments(&reply),
        401 => Err(refusal::login()),
        429 | 500.. => Err(reply.unexpected()),
        _ if reply.is_html() => Err(reply.web_page()),
        _ => Err(reply.unexpected()),
    };
    told.map_err(|failure| with_status(&reply, failure))
}

fn with_status(reply: &Reply, failure: Failure) -> Failure {
    failure.of(reply)
}

/// One outcome for each parcel of a batch. Where TNT refuses a question, some numbers may have spoilt it for the others:
/// they are asked again in halves, the large ones before the small ones, so that the most are answered by the requests that
/// a call may make. What is left then has the last refusal, and so have all once one concerns all.
fn outcomes(batch: &[&Parcel]) -> Vec<Outcome> {
    let mut outcomes = Vec::with_capacity(batch.len());
    let mut parts = VecDeque::from([batch]);
    let mut requests = 0;
    let mut refusal: Option<Failure> = None;
    while let Some(parcels) = parts.pop_front() {
        if let Some(last) = refusal.as_ref().filter(|last| requests == REQUESTS_MAX || last.concerns_all()) {
            outcomes.extend(all(parcels, last));
            continue;
        }
        requests += 1;
        match ask(parcels) {
            Ok(told) => outcomes.extend(parcels.iter().map(|parcel| parcel.outcome(which::found(&told, parcel)))),
            Err(failure) => {
                if failure.kind == FailureKind::Inconclusive && parcels.len() > 1 {
                    let (first, second) = parcels.split_at(parcels.len() / 2);
                    parts.extend([first, second]);
                } else {
                    outcomes.extend(all(parcels, &failure));
                }
                refusal = Some(failure);
            }
        }
    }
    outcomes
}

fn all(parcels: &[&Parcel], failure: &Failure) -> Vec<Outcome> {
    parcels.iter().map(|parcel| parcel.outcome(Err(failure.clone()))).collect()
}

parcelwatch_plugin::export!(Tnt);

#[cfg(test)]
mod tests;
