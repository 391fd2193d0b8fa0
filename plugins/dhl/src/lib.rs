//! DHL and Deutsche Post, by Shipment Tracking - Unified: Express, Paket, eCommerce, Forwarding, Freight, Supply Chain.
//!
//! One number, one request; every user has an own key with 250 requests a day. The question and the reader of the answer
//! are in `parcelwatch-dhl-unified`, which Deutsche Post shares.

mod numbers;

use parcelwatch_dhl_unified::{Client, ORIGIN, PACE_MS, SERVICES, profile, quota};
use parcelwatch_plugin::prelude::*;

const CLIENT: Client = Client { name: "DHL", id: "dhl", services: &SERVICES, recognize: numbers::recognize, not_found };

/// DHL.
#[derive(Debug)]
pub struct Dhl;

impl Carrier for Dhl {
    const NUMBER_FORMATS: &'static [NumberFormat] = numbers::FORMATS;

    fn describe() -> Descriptor {
        let text = |text: &str| text.to_owned();
        Descriptor {
            hosts: vec![text(ORIGIN)],
            profiles: vec![profile()],
            // One request a number, five seconds apart: more would not fit the time of a call.
            batch_max: 3,
            gap_s: 3600,
            pace_ms: PACE_MS,
            quotas: vec![quota()],
            countries: ["DE", "NL", "PL", "CZ", "ES", "PT", "GB"].map(text).to_vec(),
            roles: ["express", "parcel", "post", "cross_border"].map(text).to_vec(),
            link: Some(text("https://www.dhl.com/global-en/home/tracking.html?tracking-id={number}&submit=1")),
            contact: pairs(&[("web", "https://www.dhl.com/global-en/home/customer-service.html")]),
            probe: Some("JD000000000000000000".into()),
            facts: pairs(&[
                (
                    "access",
                    "a free key of your own: make an account at developer.dhl.com, create an app with Shipment Tracking - \
                     Unified, and set its key (not the secret) as api_key",
                ),
                ("known_from", "recordings"),
                ("facts_as_of", "2026-11"),
            ]),
            ..Descriptor::new("dhl", "DHL", env!("CARGO_PKG_VERSION"))
        }
    }

    fn recognize(number: &str) -> Vec<Candidate> {
        numbers::recognize(number)
    }

    fn track(parcels: &[Parcel]) -> Vec<Outcome> {
        one_by_one(parcels, |parcel| {
            let parcel = Parcel { number: numbers::plain(&parcel.number), ..parcel.clone() };
            CLIENT.poll(&parcel, CLIENT.service(&parcel))
        })
    }
}

fn not_found(parcel: &Parcel) -> Failure {
    let number = &parcel.number;
    if let Some(service) = CLIENT.service(parcel) {
        return Failure::not_found(format!(
            "DHL's {service} does not know {number}; without the hint service all units are asked"
        ));
    }
    if checksum::is_s10(number) {
        let message = format!(
            "DHL does not know {number}; a letter of Deutsche Post may be found with the hint service = \"post-de\" or \
             \"post-international\""
        );
        return Failure { needs: vec!["service".to_owned()], ..Failure::not_found(message) };
    }
    Failure::not_found(format!(
        "DHL does not know {number}; it shows a parcel from half an hour after its label until about 90 days later"
    ))
}

parcelwatch_plugin::export!(Dhl);

#[cfg(test)]
mod tests;
