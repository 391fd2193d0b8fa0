//! InPost Poland, its lockers and its couriers, by the tracking that answers without a key, one number at a time.
//!
//! The answer names statuses and no words. Who receives a parcel, and the code that opens the locker, are no part of
//! it; should they ever be, nothing here reads them. Facts: public clients of the service and the published list of its
//! statuses, November 2026.

mod answer;
mod codes;
mod numbers;

use parcelwatch_plugin::prelude::*;

const ORIGIN: &str = "https://api-shipx-pl.easypack24.net";

/// InPost Poland.
#[derive(Debug)]
pub struct InPost;

impl Carrier for InPost {
    const NUMBER_FORMATS: &'static [NumberFormat] = numbers::FORMATS;

    fn describe() -> Descriptor {
        Descriptor {
            hosts: vec![ORIGIN.to_owned()],
            gap_s: 30 * 60,
            pace_ms: 1000,
            zone: Some("Europe/Warsaw".to_owned()),
            countries: vec!["PL".to_owned()],
            roles: vec!["parcel".to_owned()],
            link: Some("https://inpost.pl/sledzenie-przesylek?number={number}".to_owned()),
            contact: pairs(&[("web", "https://inpost.pl/kontakt")]),
            facts: pairs(&[
                ("access", "no key is needed"),
                ("known_from", "public code; the statuses are InPost's own list"),
                ("facts_as_of", "2026-11"),
            ]),
            ..Descriptor::new("inpost", "InPost", env!("CARGO_PKG_VERSION"))
        }
    }

    fn track(parcels: &[Parcel]) -> Vec<Outcome> {
        one_by_one(parcels, poll)
    }
}

fn poll(parcel: &Parcel) -> Result<Answer, Failure> {
    let number = &parcel.number;
    numbers::check(number)?;
    let reply = http::get(&format!("{ORIGIN}/v1/tracking/{number}")).header("accept", "application/json").send()?;
    match reply.status {
        429 | 500.. => Err(reply.failure()),
        _ if reply.is_html() => Err(reply.failure()),
        401 => Err(Failure::changed("InPost asks for a key now, which its tracking did without").of(&reply)),
        _ => answer::read(&reply, number).map_err(|failure| failure.of(&reply)),
    }
}

parcelwatch_plugin::export!(InPost);

#[cfg(test)]
mod tests;
