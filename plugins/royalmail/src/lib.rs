//! Royal Mail, the post of the United Kingdom, by its Tracking interface, version 2.
//!
//! Only account customers get a key, and few calls with it. One question about a parcel is one call, to `/events`.
//! `/summary` tells of thirty parcels in one call, and is left alone all the same: it has the newest scan and neither
//! the ones before nor the estimate. An answer made of it would say that Royal Mail no longer shows the older scans,
//! would miss an estimate that moves between two scans, and could not be read anew for one parcel alone. So calls are
//! saved by asking seldom.
//!
//! `/signature` is never asked. Facts: the vendor's documentation as public code quotes it, November 2026.

mod answer;
mod codes;
mod countries;
mod errors;
mod numbers;

use parcelwatch_plugin::prelude::*;

const PIECES: &str = "https://api.royalmail.net/mailpieces/v2/";

/// Royal Mail.
#[derive(Debug)]
pub struct RoyalMail;

impl Carrier for RoyalMail {
    const NUMBER_FORMATS: &'static [NumberFormat] = numbers::FORMATS;

    fn describe() -> Descriptor {
        Descriptor {
            hosts: vec!["https://api.royalmail.net".into()],
            profiles: vec![Profile::header(
                "api",
                &[("X-IBM-Client-Id", "{client_id}"), ("X-IBM-Client-Secret", "{client_secret}")],
            )],
            // Even on its last day a parcel takes no more than a dozen of the fifty calls.
            gap_s: 2 * 60 * 60,
            // The onboarding plan, and the assessment plan after it; the operator tells a larger one as daily_quota.
            quotas: vec![
                Quota { requests: 25, seconds: 12 * 60 * 60, resets_at: None },
                Quota { requests: 50, seconds: 24 * 60 * 60, resets_at: None },
            ],
            countries: vec!["GB".into()],
            roles: vec!["post".into()],
            link: Some("https://www.royalmail.com/track-your-item#/tracking-results/{number}".into()),
            contact: pairs(&[("phone", "+44 3457 740 740"), ("web", "https://www.royalmail.com/help")]),
            probe: Some("ZY000000005GB".into()),
            facts: pairs(&[
                ("access", errors::ACCESS),
                ("contract", "yes"),
                ("known_from", "documents and public code; no recording"),
                ("facts_as_of", "2026-11"),
            ]),
            ..Descriptor::new("royalmail", "Royal Mail", env!("CARGO_PKG_VERSION"))
        }
    }

    fn track(parcels: &[Parcel]) -> Vec<Outcome> {
        one_by_one(parcels, poll)
    }
}

fn poll(parcel: &Parcel) -> Result<Answer, Failure> {
    let number = parcel.plain_number("Royal Mail")?;
    let reply = http::get(&format!("{PIECES}{number}/events"))
        .header("accept", "application/json")
        // Without a yes to its terms of use Royal Mail answers nothing.
        .header("x-accept-rmg-terms", "yes")
        .auth("api")
        .send()
        .map_err(errors::unsent)?;
    answer::read(&reply, number)
}

parcelwatch_plugin::export!(RoyalMail);

#[cfg(test)]
mod tests;
