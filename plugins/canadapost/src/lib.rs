//! Canada Post, by the tracking part of its web services, version 2: XML, one number a question.
//!
//! Facts: recordings, the vendor's documentation and public code, November 2026. Public code also knows a newer
//! interface beside this one, with OAuth and JSON; its description was not at hand.

mod answer;
mod codes;
mod errors;
mod numbers;
mod scan;
mod zones;

use parcelwatch_plugin::prelude::*;

const PINS: &str = "https://soa-gw.canadapost.ca/vis/track/pin/";

/// Canada Post.
#[derive(Debug)]
pub struct CanadaPost;

impl Carrier for CanadaPost {
    const NUMBER_FORMATS: &'static [NumberFormat] = numbers::FORMATS;

    fn describe() -> Descriptor {
        Descriptor {
            hosts: vec!["https://soa-gw.canadapost.ca".into()],
            profiles: vec![Profile::basic("api")],
            gap_s: 30 * 60,
            // Keys were seen to be refused above twenty requests a minute.
            pace_ms: 3000,
            countries: vec!["CA".into()],
            roles: vec!["post".into(), "parcel".into()],
            link: Some("https://www.canadapost-postescanada.ca/track-reperage/en#/details/{number}".into()),
            contact: pairs(&[
                ("phone", "+1 866 607 6301"),
                ("web", "https://www.canadapost-postescanada.ca/cpc/en/support.page"),
            ]),
            probe: Some("9999999999999991".into()),
            facts: pairs(&[
                (
                    "access",
                    "a free key of your own: join the Developer Program of Canada Post, and set the user and the \
                     password of its production key as username and password",
                ),
                ("known_from", "a recording; codes from public code"),
                ("facts_as_of", "2026-11"),
            ]),
            ..Descriptor::new("canadapost", "Canada Post", env!("CARGO_PKG_VERSION"))
        }
    }

    fn track(parcels: &[Parcel]) -> Vec<Outcome> {
        one_by_one(parcels, poll)
    }
}

fn poll(parcel: &Parcel) -> Result<Answer, Failure> {
    let number = parcel.plain_number("Canada Post")?;
    let reply = http::get(&format!("{PINS}{number}/detail"))
        .header("accept", "application/vnd.cpc.track-v2+xml")
        .header("accept-language", "en-CA")
        .auth("api")
        .send()?;
    answer::read(&reply, number)
}

parcelwatch_plugin::export!(CanadaPost);

#[cfg(test)]
mod tests;
