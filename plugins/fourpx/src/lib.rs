//! 4PX: a network that carries parcels out of China and hands them to a local carrier. It answers without a key, tells
//! every scan as an instant, and names the number under which the local carrier goes on.
//!
//! What is asked is the endpoint behind its public page, undocumented and changeable. A question has a list of numbers, but
//! public clients put one into it, and whether it answers more is not known: so every parcel is a question of its own.
//! Facts as of November 2026.

mod answer;
mod codes;
mod numbers;
mod scan;

use parcelwatch_plugin::prelude::*;

const ORIGIN: &str = "https://track.4px.com";

/// 4PX.
#[derive(Debug)]
pub struct FourPx;

impl Carrier for FourPx {
    const NUMBER_FORMATS: &'static [NumberFormat] = numbers::FORMATS;

    fn describe() -> Descriptor {
        Descriptor {
            hosts: vec![ORIGIN.into()],
            gap_s: 60 * 60,
            // No limit is documented; public clients keep this distance.
            pace_ms: 1500,
            roles: vec!["cross_border".into()],
            link: Some(format!("{ORIGIN}/#/result/0/{{number}}")),
            contact: pairs(&[
                ("web", ORIGIN),
                ("help", "the shop is the contact: 4PX answers to the sellers it works for"),
            ]),
            facts: pairs(&[
                ("access", "no key is needed; it is the endpoint behind the public tracking page"),
                ("known_from", "a recording; most codes from documents and public clients"),
                ("facts_as_of", "2026-11"),
            ]),
            ..Descriptor::new("fourpx", "4PX", env!("CARGO_PKG_VERSION"))
        }
    }

    fn track(parcels: &[Parcel]) -> Vec<Outcome> {
        one_by_one(parcels, poll)
    }
}

fn poll(parcel: &Parcel) -> Result<Answer, Failure> {
    let number = parcel.plain_number("4PX")?;
    let reply = http::post(&format!("{ORIGIN}/track/v2/front/listTrackV3"))
        .header("accept", "application/json")
        .json(format!(r#"{{"queryCodes":["{number}"],"language":"en-us","translateLanguage":"en-us"}}"#))
        .send()?;
    match reply.status {
        200 => answer::read(&reply, number),
        401 | 403 if !reply.is_html() => Err(Failure::shut_out("4PX").of(&reply)),
        _ => Err(reply.failure()),
    }
}

parcelwatch_plugin::export!(FourPx);

#[cfg(test)]
mod tests;
