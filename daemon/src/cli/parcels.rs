//! `list`, `show` and `explain`: what is known of parcels, read from the store.

use std::sync::Arc;

use anyhow::bail;
use jiff::Timestamp;
use parcelwatch_tracking::{Moment, ParcelId, ParcelState, merged_events};
use serde_json::json;

use super::access::{any_config, peek};
use super::{PlacesArgs, print};
use crate::report::json::parcel_json;
use crate::report::{Names, ParcelView, Reader, words};
use crate::store::{self, ParcelRecord, View};

/// One look at the store, with the words and zones of the config.
fn look<T>(places: &PlacesArgs, query: impl FnOnce(&Reader<'_>, &View<'_>) -> store::Result<T>) -> anyhow::Result<T> {
    let config = Arc::new(any_config(places));
    peek(places, |view| query(&Reader::new(view, config, Timestamp::now())?, view))
}

/// A parcel as it is shown, with the names it is shown with.
fn parcel(places: &PlacesArgs, id: &str) -> anyhow::Result<(ParcelRecord, ParcelView, Names)> {
    let unknown = || format!("there is no parcel \"{id}\"; see: parcelwatch list");
    let Some(parcel) = ParcelId::new(id) else { bail!(unknown()) };
    let found = look(places, |reader, _| Ok((reader.parcel(&parcel)?, reader.names.clone())))?;
    let (Some((record, shown)), names) = found else { bail!(unknown()) };
    Ok((record, shown, names))
}

/// Parcels read at once.
const LISTED_AT_ONCE: usize = 500;

pub(super) fn list(places: &PlacesArgs, archived: bool, json: bool) -> anyhow::Result<()> {
    let (found, names) = look(places, |reader, view| {
        let mut found = Vec::new();
        let mut after = None;
        loop {
            let page = view.parcel_records(archived, after, LISTED_AT_ONCE)?;
            let Some(last) = page.last() else { return Ok((found, reader.names.clone())) };
            after = Some(last.row.pk);
            for record in page {
                let shown = reader.shown(&record)?;
                found.push((record, shown));
            }
        }
    })?;
    let now = Timestamp::now();
    if json {
        let parcels: Vec<_> = found.iter().map(|(record, shown)| parcel_json(record, shown, &names, now)).collect();
        return print::json(&parcels);
    }
    if found.is_empty() {
        print::line(if archived { "the archive is empty" } else { "no parcels; add one with: parcelwatch add NUMBER" });
    }
    let rows = found.into_iter().map(|(_, shown)| {
        let zone = names.zone(shown.country);
        let expected = shown.expected.as_ref().map(|expected| format!("by {}", expected.last_day(&zone)));
        vec![
            shown.id,
            shown.label,
            shown.status_title,
            shown.carrier_name.unwrap_or_default(),
            expected.unwrap_or_default(),
        ]
    });
    print::table(&rows.collect::<Vec<_>>());
    Ok(())
}

pub(super) fn show(places: &PlacesArgs, id: &str, json: bool) -> anyhow::Result<()> {
    let (record, shown, names) = parcel(places, id)?;
    if json {
        return print::json(&parcel_json(&record, &shown, &names, Timestamp::now()));
    }
    print::line(format!("{} ({id})", shown.label));
    head(&shown, &names);
    for leg in &record.timeline.legs {
        print::line(format!("  {}  {}  {}", leg.number, names.of_leg(leg), leg.role.key()));
    }
    let merged = merged_events(&record.timeline, &record.parcel);
    let rows = merged.iter().rev().map(|entry| {
        let event = &entry.lead.event;
        let when = event.moment.as_ref().map(Moment::text).unwrap_or_default();
        let place = event.place.as_ref().map(|place| place.text.clone()).unwrap_or_default();
        vec![when, entry.status.title().to_owned(), place, event.text.clone()]
    });
    print::table(&rows.collect::<Vec<_>>());
    Ok(())
}

fn head(shown: &ParcelView, names: &Names) {
    let with = shown.carrier_name.as_ref().map(|name| format!(" with {name}")).unwrap_or_default();
    let place = shown.place.as_ref().map(|place| format!(" in {place}")).unwrap_or_default();
    print::line(format!("{}{with}{place}", shown.status_title));
    let zone = names.zone(shown.country);
    if let Some(expected) = &shown.expected {
        let from = expected.first_day(&zone).map(|day| format!("{day} to ")).unwrap_or_default();
        print::line(format!("expected {from}{} ({})", expected.last_day(&zone), expected.source.key()));
    }
    if let Some(silence) = &shown.silence {
        print::line(words::silence(silence, &zone, Timestamp::now()));
    }
    if let Some(doubt) = &shown.doubt {
        print::line(doubt);
    }
    if let Some(post) = &shown.local_post {
        print::line(format!("{} knows it under the same number: {}", post.name, post.link));
    }
    for deadline in &shown.deadlines {
        print::line(&deadline.text);
    }
    print::line(&shown.advice);
    if let Some(contact) = &shown.contact {
        let ways: Vec<String> = contact.ways.iter().map(|(name, value)| format!("{name}: {value}")).collect();
        print::line(format!("ask {} ({})", contact.who, ways.join("; ")));
    }
}

pub(super) fn explain(places: &PlacesArgs, id: &str, json: bool) -> anyhow::Result<()> {
    let (record, shown, names) = parcel(places, id)?;
    let merged = merged_events(&record.timeline, &record.parcel);
    let parcel_state = ParcelState::read(&record.timeline, &record.parcel, &merged);
    let lead = merged.iter().find(|entry| Some(entry.lead.id) == parcel_state.lead);
    let legs = record.timeline.legs.iter().map(|leg| {
        json!({
            "number": leg.number.to_string(),
            "carrier": leg.carrier.as_ref().map(ToString::to_string),
            "state": leg.state.key(),
            "confidence": leg.confidence,
            "checksum": leg.checksum,
            "because": leg.because,
            "next_ask_at": leg.next_poll().at.map(|at| at.to_string()),
            "next_why": words::poll_reason(&leg.next_poll().reason),
            "failure": leg.outage.as_ref().map(|outage| outage.failure.message.clone()),
        })
    });
    if json {
        return print::json(&json!({
            "id": id,
            "status": shown.status.key(),
            "stage": shown.stage.key(),
            "attention": shown.attention.key(),
            "decided_by": lead.map(|entry| json!({
                "carrier": record.timeline.leg(entry.lead.leg).and_then(|leg| leg.carrier.as_ref()).map(ToString::to_string),
                "code": entry.lead.event.code,
                "text": entry.lead.event.text,
                "at": entry.at.to_string(),
            })),
            "legs": legs.collect::<Vec<_>>(),
        }));
    }
    head(&shown, &names);
    match lead {
        Some(entry) => {
            let who = record.timeline.leg(entry.lead.leg).map(|leg| names.of_leg(leg)).unwrap_or_default();
            let code = entry.lead.event.code.as_ref().map(|code| format!(", code {code}")).unwrap_or_default();
            print::line(format!("because {who} said \"{}\"{code}, about {}", entry.lead.event.text, entry.at));
        }
        None => print::line("because no carrier has told an event yet"),
    }
    for leg in &record.timeline.legs {
        let sure = if leg.confidence > 0 { format!(", {} % sure", leg.confidence) } else { String::new() };
        print::line(format!("{} with {}: {}{sure}", leg.number, names.of_leg(leg), leg.state.key()));
        if let Some(outage) = &leg.outage {
            print::line(format!("  {} since {}: {}", outage.failure.kind.key(), outage.since, outage.failure.message));
        }
        let why = words::poll_reason(&leg.next_poll().reason);
        match leg.next_poll().at {
            Some(at) => print::line(format!("  asked next at {at} because {why}")),
            None if !why.is_empty() => print::line(format!("  not asked again because {why}")),
            None => {}
        }
    }
    Ok(())
}
