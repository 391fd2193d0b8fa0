//! SunYou, also SYPost: small parcels from China, brought to the door by a local carrier under a number of its own.
//!
//! What is asked is the endpoint behind its public page, undocumented and changeable: no key, and one number at a time, for
//! it takes a list as one number that it does not know. Facts: a recording, and what public projects saw of the live
//! service, as of November 2026.

mod answer;
mod codes;
mod jsonp;
mod numbers;

use parcelwatch_plugin::prelude::*;

const ORIGIN: &str = "https://sypost.net";

/// SunYou.
#[derive(Debug)]
pub struct SunYou;

impl Carrier for SunYou {
    const NUMBER_FORMATS: &'static [NumberFormat] = numbers::FORMATS;

    fn describe() -> Descriptor {
        Descriptor {
            hosts: vec![ORIGIN.to_owned()],
            gap_s: 2 * 60 * 60,
            pace_ms: 2000,
            // No countries: the last mile is always another carrier's.
            roles: vec!["cross_border".to_owned()],
            link: Some(format!("{ORIGIN}/search?orderNo={{number}}")),
            contact: pairs(&[
                ("web", ORIGIN),
                ("help", "the shop is the contact: SunYou answers to sellers; at the end, the local carrier"),
            ]),
            facts: pairs(&[
                ("access", "no key is needed; it is the endpoint behind the public tracking page"),
                ("known_from", "a recording; codes as public projects saw them live"),
                ("facts_as_of", "2026-11"),
            ]),
            ..Descriptor::new("sunyou", "SunYou", env!("CARGO_PKG_VERSION"))
        }
    }

    fn track(parcels: &[Parcel]) -> Vec<Outcome> {
        one_by_one(parcels, poll)
    }
}

fn poll(parcel: &Parcel) -> Result<Answer, Failure> {
    let number = parcel.plain_number("SunYou")?;
    let reply = http::get(&format!("{ORIGIN}/queryTrack"))
        .query("trackNumber", number)
        // The words of another language would differ from one answer to the next.
        .query("toLanguage", "en_US")
        .query("queryTime", &query_time())
        .header("referer", &format!("{ORIGIN}/search"))
        .send()?;
    match reply.status {
        200 => answer::read(&reply, number),
        401 | 403 => Err(Failure::shut_out("SunYou").of(&reply)),
        _ => Err(reply.unexpected()),
    }
}

/// Milliseconds since 1970 and five random digits, as public clients write them. What they are for nobody says; a clock
/// that does not read would become 0.
fn query_time() -> String {
    let digits = host::random(4).into_iter().fold(0, |digits: u32, byte| digits << 8 | u32::from(byte));
    let ms = civil::epoch_s(&host::now()).unwrap_or_default() * 1000;
    format!("{ms}-{}", 10_000 + digits % 90_000)
}

parcelwatch_plugin::export!(SunYou);

#[cfg(test)]
mod tests;
