//! DHL's Shipment Tracking - Unified, from the question to the answer.
//!
//! DHL and Deutsche Post are asked in the same place and answer in the same form. A plugin cannot depend on another
//! one, for both would export the contract, so that what the two have in common is this library; an [`Client`] says
//! what differs. The central difficulty is that one number may name several shipments of different units that have
//! nothing in common (see `which`).
//!
//! Facts: the vendor's description 1.5, its list of codes of 2024 and public recordings, as of November 2026.

mod answer;
mod codes;
mod facts;
mod place;
mod request;
mod shipment;
mod which;

use parcelwatch_plugin::prelude::*;

pub use codes::entries;

/// The only host.
pub const ORIGIN: &str = "https://api-eu.dhl.com";

/// Between two requests. The vendor's pages disagree: one request a second, or one in five.
pub const PACE_MS: u32 = 5000;

/// The units that can be asked by name.
pub const SERVICES: [&str; 17] = [
    "dgf",
    "dsc",
    "ecommerce",
    "ecommerce-apac",
    "ecommerce-europe",
    "ecommerce-iberia",
    "ecommerce-ppl",
    "express",
    "freight",
    "parcel-de",
    "parcel-nl",
    "parcel-pl",
    "parcel-uk",
    "post-de",
    "post-international",
    "sameday",
    "svb",
];

/// How a request carries the key.
pub fn profile() -> Profile {
    Profile::header(request::PROFILE, &[("DHL-API-Key", "{api_key}")])
}

/// What one key allows.
pub fn quota() -> Quota {
    Quota { requests: 250, seconds: 86_400, resets_at: Some("00:00Z".to_owned()) }
}

/// A carrier that is asked here: how its messages name it, and what is particular to it.
#[derive(Clone, Copy, Debug)]
pub struct Client {
    /// As people know it.
    pub name: &'static str,
    /// As the config names it: `[carriers.<id>]`.
    pub id: &'static str,
    /// The units that a person may name with the hint `service`, out of [`SERVICES`].
    pub services: &'static [&'static str],
    /// Which of the carrier's formats a number has; a number in free text counts only if it has one.
    pub recognize: fn(&str) -> Vec<Candidate>,
    /// What to say of a number that nobody knows.
    pub not_found: fn(&Parcel) -> Failure,
}

impl Client {
    /// The unit that the user named, if it can be asked by name; the hint may be meant for another carrier.
    pub fn service(&self, parcel: &Parcel) -> Option<&'static str> {
        let wanted = parcel.hint("service")?.trim().to_ascii_lowercase();
        self.services.iter().copied().find(|known| *known == wanted)
    }

    /// Asks one unit, or all of them, about one parcel: from the question to the shipments under its number, and from
    /// those to the one that is meant.
    pub fn poll(&self, parcel: &Parcel, service: Option<&str>) -> Result<Answer, Failure> {
        request::poll(self, parcel, service)
    }
}
