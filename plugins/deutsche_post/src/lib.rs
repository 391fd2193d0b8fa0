//! Deutsche Post, the post of Germany: registered letters and tracked small packets, by DHL's Shipment Tracking -
//! Unified.
//!
//! The question and the reader of the answer are DHL's (`parcelwatch-dhl-unified`); here is which of its units are
//! asked, and about which numbers. Facts: the vendor's description and its list of codes, November 2026. No recorded
//! answer about a letter was found.

mod numbers;

use parcelwatch_dhl_unified::{Client, ORIGIN, PACE_MS, profile, quota};
use parcelwatch_plugin::prelude::*;

/// The units of letters, in the order in which they are asked: each knows its own only.
const UNITS: [&str; 2] = ["post-de", "post-international"];

const CLIENT: Client =
    Client { name: "Deutsche Post", id: "deutsche_post", services: &UNITS, recognize: numbers::candidates, not_found };

/// Deutsche Post.
#[derive(Debug)]
pub struct DeutschePost;

impl Carrier for DeutschePost {
    const NUMBER_FORMATS: &'static [NumberFormat] = numbers::FORMATS;

    fn describe() -> Descriptor {
        Descriptor {
            hosts: vec![ORIGIN.into()],
            profiles: vec![profile()],
            // A number may take four requests, two pages of two units, and they are five seconds apart.
            batch_max: 2,
            // A letter is scanned a few times in all, and the day's requests may be DHL's, too.
            gap_s: 2 * 60 * 60,
            pace_ms: PACE_MS,
            quotas: vec![quota()],
            countries: vec!["DE".into()],
            roles: vec!["post".into()],
            link: Some("https://www.deutschepost.de/de/s/sendungsverfolgung.html?piececode={number}".into()),
            contact: pairs(&[("phone", "+49 228 4333112"), ("web", "https://www.deutschepost.de")]),
            probe: Some("RR000000005DE".into()),
            facts: pairs(&[
                (
                    "access",
                    "the same free key as for DHL: make an account at developer.dhl.com, create an app with Shipment Tracking - \
                     Unified, and set its key (not the secret) as api_key; where DHL has the same key, the two share its 250 \
                     requests a day",
                ),
                ("known_from", "documents; no recorded answer about a letter"),
                ("facts_as_of", "2026-11"),
            ]),
            ..Descriptor::new("deutsche_post", "Deutsche Post", env!("CARGO_PKG_VERSION"))
        }
    }

    fn recognize(number: &str) -> Vec<Candidate> {
        numbers::candidates(number)
    }

    fn track(parcels: &[Parcel]) -> Vec<Outcome> {
        let remember = |outcome: Outcome| Outcome { cursor: unit_told(&outcome).or(outcome.cursor), ..outcome };
        one_by_one(parcels, poll).into_iter().map(remember).collect()
    }
}

/// Asks one unit after the other until one knows the number.
fn poll(parcel: &Parcel) -> Result<Answer, Failure> {
    parcel.plain_number("Deutsche Post")?;
    let mut found = Err(not_found(parcel));
    for unit in units(parcel) {
        found = CLIENT.poll(parcel, Some(unit));
        if !found.as_ref().is_err_and(|failure| failure.kind == FailureKind::NotFound) {
            break;
        }
    }
    found
}

/// The unit that the user named; else both, the one that knew the number last time before the other.
fn units(parcel: &Parcel) -> Vec<&'static str> {
    if let Some(named) = CLIENT.service(parcel) {
        return vec![named];
    }
    let mut units = UNITS.to_vec();
    units.sort_by_key(|unit| parcel.cursor.as_deref() != Some(unit.as_bytes()));
    units
}

/// The unit that an answer comes from. The next question begins with it: each request counts.
fn unit_told(outcome: &Outcome) -> Option<Vec<u8>> {
    let (_, unit) = outcome.found.as_ref().ok()?.facts.iter().find(|(name, _)| name == "service")?;
    UNITS.contains(&unit.as_str()).then(|| unit.clone().into_bytes())
}

fn not_found(parcel: &Parcel) -> Failure {
    let number = &parcel.number;
    let message = match CLIENT.service(parcel) {
        Some(unit) => {
            format!(
                "Deutsche Post's {unit} does not know {number}; without the hint service its other unit is asked, too"
            )
        }
        None => format!(
            "Deutsche Post does not know {number}; it shows registered letters and tracked small packets from their posting \
             until about 90 days later, and an ordinary letter has no tracking"
        ),
    };
    Failure::not_found(message)
}

parcelwatch_plugin::export!(DeutschePost);

#[cfg(test)]
mod tests;
