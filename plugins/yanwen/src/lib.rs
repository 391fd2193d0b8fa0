//! Yanwen: parcels from China, handed to a local carrier at the end, often under another number.
//!
//! It has two interfaces. The merchant interface answers thirty numbers at once, to whoever has a merchant number (see
//! `merchant`). Without one, the form of the public page is asked, one number at a time (see `web`). Facts: what public
//! projects saw of the page and wrote against the interface, and a recording of 2017, as of November 2026.

mod codes;
mod entry;
mod html;
mod merchant;
mod numbers;
mod page;
mod scan;
mod web;

use parcelwatch_plugin::prelude::*;

/// As many as the form of the page can be asked about, one after the other, before a call ends. The merchant interface
/// takes thirty in one question, but which of the two interfaces is polled comes out only in the call, and parcels that had to
/// wait for the next one would look like parcels that Yanwen refused.
const BATCH_MAX: u16 = 4;

/// Yanwen.
#[derive(Debug)]
pub struct Yanwen;

impl Carrier for Yanwen {
    const NUMBER_FORMATS: &'static [NumberFormat] = numbers::FORMATS;

    fn describe() -> Descriptor {
        Descriptor {
            hosts: vec![web::ORIGIN.to_owned(), merchant::ORIGIN.to_owned()],
            // Bound to no host, because the operator may name another one; only `merchant` uses it.
            profiles: vec![Profile::header(merchant::PROFILE, &[("Authorization", "{account}")])],
            batch_max: BATCH_MAX,
            gap_s: 60 * 60,
            pace_ms: 2000,
            // No countries: the last mile is always another carrier's.
            roles: vec!["cross_border".to_owned()],
            link: Some(format!("{}/en/querydel?nums={{number}}", web::ORIGIN)),
            contact: pairs(&[
                ("web", "https://track.yw56.com.cn/en/"),
                ("help", "the shop is the contact: Yanwen answers to sellers; at the end, the local carrier"),
            ]),
            probe: Some("UJ000000005YP".into()),
            optional_secrets: vec!["account".into()],
            settings: vec!["merchant_origin".into(), "word".into()],
            facts: pairs(&[
                (
                    "access",
                    "no key is needed for the public page; merchants set their merchant number as account in \
                     [carriers.yanwen], and the merchant interface is asked instead",
                ),
                (
                    "known_from",
                    "the page as a public project saw it live; the merchant interface from public code only",
                ),
                ("facts_as_of", "2026-11"),
            ]),
            ..Descriptor::new("yanwen", "Yanwen", env!("CARGO_PKG_VERSION"))
        }
    }

    fn track(parcels: &[Parcel]) -> Vec<Outcome> {
        // Whether there is a merchant number only the daemon knows; without one it sends nothing and says so.
        let check = |parcel: &Parcel| parcel.plain_number("Yanwen").map(|_| ());
        batch::valid(parcels, check, |valid| merchant::poll(valid).unwrap_or_else(|| one_by_one(valid, web::poll)))
    }
}

/// What the operator set, or what is usual.
fn setting(name: &str, usual: &str) -> String {
    let set = host::setting(name).map(|value| value.trim().to_owned());
    set.filter(|value| !value.is_empty()).unwrap_or_else(|| usual.to_owned())
}

fn not_found(number: &str) -> Failure {
    Failure::not_found(format!(
        "Yanwen does not know {number}; check it for a typo, or wait until the seller has handed it over"
    ))
}

fn no_scan_yet(number: &str) -> Failure {
    Failure::not_scanned("Yanwen", number)
}

fn left_out(number: &str) -> Failure {
    Failure::left_out("Yanwen", number)
}

parcelwatch_plugin::export!(Yanwen);

#[cfg(test)]
mod tests;
