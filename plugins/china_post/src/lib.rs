//! China Post: letters and parcels whose numbers end in CN, ePackets among them.
//!
//! Its public page asks for a captcha, so two other interfaces are used. Guests of the postal app see the three newest
//! scans; their questions are signed with a key that is part of the app and not of this plugin, so the operator brings
//! it. Customers with a contract see all scans, under the address and the key of their contract. Neither says "not
//! found": what it has nothing on may be unscanned, too old, or of a kind that is not shown. Facts as of November 2026.

mod business;
mod codes;
mod countries;
mod errors;
mod guest;
mod numbers;
mod order;
mod scan;
mod words;

use parcelwatch_plugin::prelude::*;

use business::Contract;

/// China Post.
#[derive(Debug)]
pub struct ChinaPost;

impl Carrier for ChinaPost {
    const NUMBER_FORMATS: &'static [NumberFormat] = numbers::FORMATS;

    fn describe() -> Descriptor {
        Descriptor {
            // The host of a contract is the operator's to grant.
            hosts: vec![guest::HOST.into()],
            profiles: vec![Profile::hmac(guest::PROFILE), business::profile()],
            gap_s: 6 * 60 * 60,
            // No limit is documented; public clients keep this distance.
            pace_ms: 3000,
            countries: vec!["CN".into()],
            roles: vec!["post".into()],
            link: Some("https://www.ems.com.cn/".into()),
            contact: pairs(&[("web", "https://www.ems.com.cn/")]),
            probe: Some("LX000000005CN".into()),
            optional_secrets: vec!["business_key".into()],
            settings: vec!["customer".into(), "business_url".into()],
            headers: guest::HEADERS.map(str::to_owned).to_vec(),
            facts: pairs(&[
                (
                    "access",
                    "a signing key that you bring: set as signing_key the one that the postal app signs its guests' \
                     questions with, or, with a contract, business_key beside the settings customer and business_url; \
                     the destination's post or an aggregator usually sees the same parcels without either",
                ),
                ("known_from", "public clients; no recording"),
                ("facts_as_of", "2026-11"),
            ]),
            ..Descriptor::new("china_post", "China Post", env!("CARGO_PKG_VERSION"))
        }
    }

    fn track(parcels: &[Parcel]) -> Vec<Outcome> {
        one_by_one(parcels, poll)
    }
}

fn poll(parcel: &Parcel) -> Result<Answer, Failure> {
    let number = parcel.plain_number("China Post")?;
    match Contract::of_settings()? {
        Some(contract) => contract.poll(number),
        None => guest::poll(number),
    }
}

parcelwatch_plugin::export!(ChinaPost);

#[cfg(test)]
mod tests;
