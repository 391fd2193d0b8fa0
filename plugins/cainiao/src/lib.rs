//! Cainiao: the network that AliExpress parcels begin with. It answers without a key, ten numbers at a time, follows a parcel
//! through both customs and names the number under which the local carrier goes on.
//!
//! What is asked is the endpoint behind its public page, undocumented and changeable. Bursts bring a captcha, and Alibaba
//! then shuts an address out of all its services, so the pace is slow. Facts as of November 2026.

mod answer;
mod codes;
mod numbers;
mod scan;

use answer::Entry;
use parcelwatch_plugin::http::Reply;
use parcelwatch_plugin::prelude::*;

const ORIGIN: &str = "https://global.cainiao.com";
/// There is no documented limit; public clients send no more.
const BATCH_MAX: usize = 10;
/// How long a ban lasts nobody has written down. The most careful public client asks no more often than this at all.
const AFTER_BLOCK_S: u32 = 6 * 60 * 60;

/// Cainiao.
#[derive(Debug)]
pub struct Cainiao;

impl Carrier for Cainiao {
    const NUMBER_FORMATS: &'static [NumberFormat] = numbers::FORMATS;

    fn describe() -> Descriptor {
        Descriptor {
            hosts: vec![ORIGIN.into()],
            batch_max: u16::try_from(BATCH_MAX).unwrap_or(u16::MAX),
            gap_s: 2 * 60 * 60,
            pace_ms: 1000,
            countries: vec!["CN".into()],
            roles: vec!["cross_border".into()],
            link: Some(format!("{ORIGIN}/newDetail.htm?mailNoList={{number}}")),
            contact: pairs(&[
                ("web", ORIGIN),
                ("help", "the shop is the contact: Cainiao answers to sellers and to AliExpress"),
            ]),
            facts: pairs(&[
                ("access", "no key is needed; it is the endpoint behind the public tracking page"),
                ("known_from", "recordings"),
                ("facts_as_of", "2026-11"),
            ]),
            ..Descriptor::new("cainiao", "Cainiao", env!("CARGO_PKG_VERSION"))
        }
    }

    fn track(parcels: &[Parcel]) -> Vec<Outcome> {
        let check = |parcel: &Parcel| parcel.plain_number("Cainiao").map(|_| ());
        batch::valid(parcels, check, |valid| valid.chunks(BATCH_MAX).flat_map(poll).collect())
    }
}

/// One request about up to ten parcels.
fn poll(parcels: &[&Parcel]) -> Vec<Outcome> {
    match entries(&batch::numbers(parcels)) {
        Ok(entries) => {
            parcels.iter().map(|parcel| parcel.outcome(found(&parcel.number, &entries, parcels.len() == 1))).collect()
        }
        Err(failure) => batch::failed(parcels, &failure),
    }
}

fn entries(numbers: &[&str]) -> Result<Vec<Entry>, Failure> {
    let reply = http::get(&format!("{ORIGIN}/global/detail.json"))
        .query("mailNos", &numbers.join(","))
        // Country names and texts stay the same in this language only.
        .query("lang", "en-US")
        .header("accept", "application/json, text/plain, */*")
        .header("accept-language", "en-US,en;q=0.9")
        .header("referer", &format!("{ORIGIN}/"))
        .send()?;
    if is_captcha(&reply) {
        return Err(blocked());
    }
    match reply.status {
        200 => answer::entries(&reply),
        _ => Err(reply.unexpected()),
    }
}

/// What the answer says of one number, whatever place in it that has; `alone` where no other was asked.
fn found(number: &str, entries: &[Entry], alone: bool) -> Result<Answer, Failure> {
    if let [entry] = entries
        && alone
        && entry.is_variant(number)
    {
        return entry.answer(number);
    }
    match entries.iter().filter(|entry| entry.is_about(number)).max_by_key(|entry| entry.scans().len()) {
        Some(entry) => entry.answer(number),
        None if entries.iter().any(Entry::is_nameless) => Err(Failure::nameless("Cainiao")),
        None => Err(Failure::left_out("Cainiao", number)),
    }
}

/// A captcha comes with status 200 and a header of its own, as a page, or as a redirect to one.
fn is_captcha(reply: &Reply) -> bool {
    let punished = reply.header("bxpunish").is_some_and(|value| value.trim() != "0");
    let elsewhere = reply.header("location").is_some_and(|address| address.contains("punish"));
    punished || elsewhere || (reply.is_html() && reply.text().to_ascii_lowercase().contains("captcha"))
}

fn blocked() -> Failure {
    let message = "Cainiao asks for a captcha, which is not worked around; wait, or look the parcel up on its page";
    Failure { retry_after_s: Some(AFTER_BLOCK_S), ..Failure::blocked(message) }
}

parcelwatch_plugin::export!(Cainiao);

#[cfg(test)]
mod tests;
