//! 17TRACK, an aggregator: it follows a number at whatever carrier has it, and tells what those carriers say.
//!
//! A number is registered once, which costs a unit of the account; from then on it is only read, which is free. News
//! come some minutes after the registration. The cursor of a parcel remembers what was done for it; a parcel that is no
//! longer followed is stopped there, and restarted, which is possible once, if it is followed again. So is one that 17TRACK
//! stopped by itself, as it does after 30 days without news.
//!
//! Facts: the vendor's description of its interface v2.4, its statuses and error codes; a recorded push of 2022 and a
//! recorded answer of the old shape of 2017. November 2026.

mod batch;
mod carriers;
mod codes;
mod envelope;
mod errors;
mod event;
mod legacy;
mod numbers;
mod order;
mod record;
mod registration;
mod request;

use parcelwatch_plugin::prelude::*;

/// 17TRACK.
#[derive(Debug)]
pub struct SeventeenTrack;

/// Numbers in one question, says the vendor.
const BATCH_MAX: u16 = 40;

impl Carrier for SeventeenTrack {
    fn describe() -> Descriptor {
        Descriptor {
            hosts: vec!["https://api.17track.net".into()],
            profiles: vec![Profile::header("api", &[("17token", "{api_key}")])],
            batch_max: BATCH_MAX,
            // It asks the carriers itself, a few times a day.
            gap_s: 4 * 60 * 60,
            // Three requests a second are allowed.
            pace_ms: 400,
            roles: vec!["aggregator".into()],
            link: Some("https://t.17track.net/en#nums={number}".into()),
            contact: pairs(&[("web", "https://www.17track.net/en/contact")]),
            // Nothing is registered for it: see `Batch::answer_probe`.
            probe: Some("RR000000005CN".into()),
            facts: pairs(&[
                (
                    "access",
                    "a key of your own: make an account at api.17track.net and set the key under Settings > Security as \
                     api_key; each new number costs one unit of the account, reading is free",
                ),
                ("quota", "one unit for each new number; new accounts have 200 units, once"),
                ("known_from", "the vendor's documents; one recorded push of 2022 and one answer of the old shape"),
                ("facts_as_of", "2026-11"),
            ]),
            ..Descriptor::new("seventeentrack", "17TRACK", env!("CARGO_PKG_VERSION"))
        }
    }

    fn recognize(number: &str) -> Vec<Candidate> {
        numbers::candidates(number)
    }

    fn track(parcels: &[Parcel]) -> Vec<Outcome> {
        batch::track(parcels)
    }

    fn release(parcels: &[Parcel]) -> Vec<Outcome> {
        parcels.chunks(usize::from(BATCH_MAX)).flat_map(batch::release).collect()
    }
}

parcelwatch_plugin::export!(SeventeenTrack);

#[cfg(test)]
mod tests;
