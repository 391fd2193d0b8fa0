//! EMS of China, by the public tracking page that the posts' express services share. The page shows the items of every
//! post, so those of other countries can be asked here, too. It may leave out scans within China.
//!
//! China EMS has an interface for its own customers beside it (see `partner`). It is used only where the operator names
//! its address, because it knows no https. Facts as of November 2026.

mod clock;
mod codes;
mod numbers;
mod page;
mod partner;

use parcelwatch_plugin::prelude::*;

/// EMS (China).
#[derive(Debug)]
pub struct ChinaEms;

impl Carrier for ChinaEms {
    const NUMBER_FORMATS: &'static [NumberFormat] = numbers::FORMATS;

    fn describe() -> Descriptor {
        Descriptor {
            hosts: vec![page::ORIGIN.into()],
            profiles: vec![partner::profile()],
            gap_s: 60 * 60,
            pace_ms: 3000,
            countries: vec!["CN".into()],
            roles: vec!["post".into(), "express".into()],
            link: Some(format!("{}{{number}}", page::TRACK)),
            contact: pairs(&[
                ("phone", "11183, within China"),
                ("web", "https://www.ems.com.cn"),
                ("help", "outside China the post that delivers is the contact"),
            ]),
            probe: Some("EB000000005CN".into()),
            optional_secrets: vec!["api_key".into()],
            settings: vec!["partner_origin".into()],
            headers: vec!["version".into()],
            facts: pairs(&[
                (
                    "access",
                    "no key is needed: it is the posts' public page; customers of China EMS can have its partner \
                     interface asked instead: set partner_origin in [carriers.china_ems.settings], and api_key \
                     and the same origin among hosts in [carriers.china_ems]",
                ),
                ("known_from", "public code that reads the page; the partner interface from recordings of 2017"),
                ("facts_as_of", "2026-11"),
            ]),
            ..Descriptor::new("china_ems", "EMS (China)", env!("CARGO_PKG_VERSION"))
        }
    }

    fn track(parcels: &[Parcel]) -> Vec<Outcome> {
        one_by_one(parcels, poll)
    }
}

fn poll(parcel: &Parcel) -> Result<Answer, Failure> {
    let number = &parcel.number;
    if !numbers::is_ems_item(number) {
        return Err(numbers::invalid(number));
    }
    // The partner interface follows what China EMS took in, the page whatever the posts did.
    match partner::origin().filter(|_| numbers::is_chinese(number)) {
        Some(origin) => partner::poll(&origin, number),
        // The doctor tries the key, of which the page knows nothing.
        None if parcel.hint("probe").is_some() => Err(partner::key_unused()),
        None => page::poll(number),
    }
}

/// The place of a scan, in its own spelling but for a phone in it. Chinese offices carry a number of eight digits,
/// which only looks like one.
fn place(told: &str) -> Option<Place> {
    let words = text::without_names(&text::clean(told));
    let is_office = |word: &&str| word.len() == 8 && word.bytes().all(|b| b.is_ascii_digit());
    let name = words.split(' ').filter(|word| !is_office(word)).collect::<Vec<_>>().join(" ");
    let discreet = text::without_phones(&name);
    let text = text::non_empty(if discreet == name { words } else { discreet })?;
    let country = Country::from_name(&text).map(|country| country.to_string());
    Some(Place { text, country, ..Place::default() })
}

/// An answer from events as they are told: oldest first.
fn answer(mut events: Vec<Event>) -> Answer {
    events.reverse();
    Answer::of(events)
}

parcelwatch_plugin::export!(ChinaEms);

#[cfg(test)]
mod tests;
