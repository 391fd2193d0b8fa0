//! One scan in Canada Post's answer: what happened, when on which clock, and where.

use parcelwatch_plugin::prelude::*;
use parcelwatch_plugin::xml::{self, Node};

use crate::{codes, zones};

/// That a signature or a photo can be looked at is no move of the parcel. It often stands before the delivery that it
/// belongs to.
const SIGNATURE: &str = "20";
const PROOFS: [&str; 3] = [SIGNATURE, "21", "2001"];

pub(crate) fn is_signature(occurrence: Node<'_, '_>) -> bool {
    code(occurrence).as_deref() == Some(SIGNATURE)
}

pub(crate) fn is_proof(occurrence: Node<'_, '_>) -> bool {
    code(occurrence).is_some_and(|code| PROOFS.contains(&code.as_str()))
}

/// Who signed stands in `signatory-name`, which is not read.
pub(crate) fn event(occurrence: Node<'_, '_>) -> Event {
    let code = code(occurrence);
    let words = words(&xml::text(occurrence, "event-description").unwrap_or_default());
    let status = codes::status(code.as_deref(), &words);
    let listed = code.as_deref().and_then(|code| codes::EVENTS.fact(code));
    let fact = match status {
        Status::Delivered => codes::LEFT_AT.only(&words).map(|place| ("delivered_to", place)).or(listed),
        Status::Returning | Status::Returned => {
            codes::REASONS.only(&words).map(|why| ("return_reason", why)).or(listed)
        }
        Status::Unknown => None,
        _ => listed,
    };
    Event { moment: moment(occurrence), code, place: place(occurrence), ..Event::new(status, words) }.with(fact)
}

/// The same code is told with a leading zero and without.
fn code(occurrence: Node<'_, '_>) -> Option<String> {
    let code = xml::text(occurrence, "event-identifier")?;
    let plain = code.trim_start_matches('0');
    Some(if plain.is_empty() { code } else { plain.to_owned() })
}

/// A clean line without the people who may be named in it.
pub(crate) fn words(told: &str) -> String {
    text::discreet(told)
}

/// A date, a clock and the letters of its zone, in fields of their own.
fn moment(occurrence: Node<'_, '_>) -> Option<Moment> {
    let date = xml::text(occurrence, "event-date")?;
    let clock = xml::text(occurrence, "event-time").and_then(|time| civil::parse(&format!("{date} {time}")));
    let Some(Moment::Clock { at, .. }) = clock else { return civil::parse(&date) };
    let letters = xml::text(occurrence, "event-time-zone");
    let offset =
        letters.as_deref().filter(|_| province(occurrence).is_some()).and_then(|letters| zones::offset(letters, &at));
    match offset {
        Some(_) => civil::with_offset(&at, offset),
        None => Some(Moment::Clock { at, zone: letters }),
    }
}

/// A shop's name where it waits in one, the town, the province. A site abroad names its country behind a comma.
fn place(occurrence: Node<'_, '_>) -> Option<Place> {
    let site = xml::text(occurrence, "event-site");
    let told_province = xml::text(occurrence, "event-province");
    let parts = [xml::text(occurrence, "event-retail-name"), site.clone(), told_province];
    let text = words(&parts.into_iter().flatten().collect::<Vec<_>>().join(", "));
    let is_canadian = province(occurrence).is_some();
    let abroad = || Country::from_name(site.as_deref()?.rsplit_once(',')?.1);
    let country = if is_canadian { Country::new("CA") } else { abroad() };
    (!text.is_empty()).then(|| Place {
        text,
        country: country.map(|country| country.to_string()),
        locality: site.filter(|_| is_canadian),
        postcode: None,
    })
}

/// The letters of one of Canada's provinces and territories.
fn province(occurrence: Node<'_, '_>) -> Option<String> {
    const PROVINCES: [&str; 13] = ["AB", "BC", "MB", "NB", "NL", "NS", "NT", "NU", "ON", "PE", "QC", "SK", "YT"];
    xml::text(occurrence, "event-province").filter(|letters| PROVINCES.contains(&letters.as_str()))
}
