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

    fn recognize(number: &str) -> Vec<Candidate> {
        numbers::candidates(number)
    }

    fn track(parcels: &[Parcel]) -> Vec<Outcome> {
        parcels.chunks(BATCH_MAX).flat_map(ask).collect()
    }
}

/// One question about up to ten parcels.
fn ask(parcels: &[Parcel]) -> Vec<Outcome> {
    let mut numbers: Vec<&str> = Vec::new();
    for parcel in parcels {
        if numbers::is_askable(&parcel.number) && !numbers.contains(&parcel.number.as_str()) {
            numbers.push(&parcel.number);
        }
    }
    let entries = if numbers.is_empty() { Ok(Vec::new()) } else { entries(&numbers) };
    parcels.iter().map(|parcel| parcel.outcome(found(&parcel.number, &entries))).collect()
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

/// What the answer says of one number, whatever place in it that has.
fn found(number: &str, entries: &Result<Vec<Entry>, Failure>) -> Result<Answer, Failure> {
    if !numbers::is_askable(number) {
        let message = format!("Cainiao's numbers are letters and digits only, {number} is not; check it for a typo");
        return Err(Failure::new(FailureKind::InvalidNumber, message));
    }
    let entries = entries.as_ref().map_err(Clone::clone)?;
    match entries.iter().filter(|entry| entry.is_about(number)).max_by_key(|entry| entry.scans().len()) {
        Some(entry) => entry.answer(number),
        None if entries.iter().any(Entry::is_nameless) => {
            Err(Failure::changed("Cainiao's answer no longer says which number it is about"))
        }
        None => {
            let message = format!("Cainiao left {number} out of its answer, which proves nothing; it is asked again");
            Err(Failure::new(FailureKind::Inconclusive, message))
        }
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
