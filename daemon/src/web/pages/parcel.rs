//! One parcel: what happened, what it means, by when to act, and what the user may say of it.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use jiff::civil::Date;
use parcelwatch_tracking::{
    CarrierId, Claim, DisputeStep, EventId, LastWord, Leg, Mark, Meaning, MergedEvent, Moment, ParcelId, ParcelState,
    RecordedWindow, Stage, Status, UNSCANNED, last_words, merged_events, unsupported_carriers,
};

use super::card::Card;
use super::{Frame, render};
use crate::report::history::{self, EventView, History, LegView};
use crate::report::times::Clock;
use crate::report::{Names, Reader, names, words};
use crate::site::Site;
use crate::store::{FeedEntry, ParcelRecord};
use crate::web::{PageError, Web};

/// Entries of a parcel's own feed shown on its page.
const TOLD_MAX: usize = 20;

#[derive(Template)]
#[template(path = "parcel.html")]
struct ParcelPage {
    frame: Frame,
    card: Card,
    record: ParcelRecord,
    meaning: Meaning,
    /// Why it goes back, and what to do about it.
    reason: Option<String>,
    /// What may lie behind a silence that is longer than usual.
    causes: &'static [&'static str],
    /// What the carrier knows of a delivery that the user misses.
    proofs: Vec<(String, String)>,
    portals: Vec<Portal>,
    /// The windows the carrier told one after the other, and when.
    slides: Vec<(String, String)>,
    may_have: bool,
    may_miss: bool,
    legs: Vec<(LegView, Vec<Elsewhere>)>,
    /// Those that are not polled because another carrier fits better.
    others: Vec<LegView>,
    days: Vec<Day>,
    /// The id of the event that decides the status.
    lead: Option<String>,
    told: Vec<FeedEntry>,
    notes: Vec<(String, String)>,
    feeds: Vec<FeedLink>,
    /// Name and size of what the user attached.
    attachments: Vec<(String, String)>,
    dispute: Option<Dispute>,
}

/// What may be said of a dispute next.
struct Dispute {
    /// The claims to choose from, key and title, while none runs.
    claims: Vec<(&'static str, &'static str)>,
    /// Action and button.
    next: Vec<(&'static str, &'static str)>,
}

/// The last word of one carrier.
struct Portal {
    carrier: String,
    word: LastWord,
    leads: bool,
}

struct FeedLink {
    title: &'static str,
    kind: &'static str,
    link: String,
}

/// Who else knows a number, and where to look it up: the post that issued it, a carrier without a plugin.
struct Elsewhere {
    text: String,
    name: String,
    link: String,
}

/// One day of the timeline.
struct Day {
    title: String,
    iso: String,
    events: Vec<EventView>,
}

pub(in crate::web) async fn parcel(
    State(web): State<Web>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    let missing = || PageError::NotFound(format!("There is no parcel called {id}."));
    let parcel_id = ParcelId::new(&id).ok_or_else(missing)?;
    let now = web.clock.now();
    let site = web.site.load_full();
    let attachments = web.store.attachments().clone();
    let config = Arc::clone(&site.config);
    let found = web
        .store
        .read(move |view| {
            let reader = Reader::new(view, config, now)?;
            let Some((record, shown)) = reader.parcel(&parcel_id)? else { return Ok(None) };
            let attached = attachments.list(&parcel_id).unwrap_or_default();
            let told = view.entries_of(record.row.pk, TOLD_MAX)?;
            Ok(Some((record, shown, told, view.notices()?, attached, reader.names)))
        })
        .await?;
    let (record, shown, told, notices, attached, names) = found.ok_or_else(missing)?;
    let merged = merged_events(&record.timeline, &record.parcel);
    let parcel_state = ParcelState::read(&record.timeline, &record.parcel, &merged);
    let history = History::of(&record, &merged, &names);
    let mut card = Card::new(shown, &names, now);
    card.checked = history.legs.iter().filter_map(|leg| leg.last_ok_at).max();
    card.next = history.legs.iter().filter_map(LegView::next).min().map(|(at, why)| (at, why.to_owned()));
    let (others, legs): (Vec<LegView>, Vec<LegView>) = history.legs.into_iter().partition(LegView::is_guess);
    let clock = &card.clock;
    let page = ParcelPage {
        meaning: if merged.is_empty() { UNSCANNED } else { parcel_state.status.meaning() },
        reason: reason(&merged, &parcel_state),
        causes: if card.view.is_worrying() { words::causes(parcel_state.stage) } else { &[] },
        proofs: if parcel_state.missing { proofs(&merged) } else { Vec::new() },
        portals: portals(&record, &merged, &parcel_state, &names),
        slides: slides(&record, &parcel_state, clock),
        may_have: !parcel_state.closed && !record.timeline.legs.is_empty(),
        may_miss: parcel_state.status == Status::Delivered && !parcel_state.closed,
        legs: legs.into_iter().map(|leg| (elsewhere(&leg, &record), leg)).map(|(other, leg)| (leg, other)).collect(),
        others,
        days: days(history.events, clock),
        lead: parcel_state.lead.as_ref().map(EventId::to_string),
        told,
        notes: record.timeline.marks.iter().filter_map(|mark| note(mark, clock)).collect(),
        feeds: feed_links(&id, &site),
        attachments: attached.into_iter().map(|file| (file.name, size(file.bytes))).collect(),
        dispute: dispute(&record),
        frame: Frame::new(&web, &site, notices, now),
        record,
        card,
    };
    render(&page, &headers)
}

/// Why a parcel goes back.
fn reason(merged: &[MergedEvent<'_>], parcel_state: &ParcelState) -> Option<String> {
    if parcel_state.stage != Stage::Back {
        return None;
    }
    let reason = merged.iter().rev().flat_map(MergedEvent::sources).find_map(|seen| seen.event.return_reason())?;
    Some(format!("It goes back because {}.", reason.words()))
}

/// What the carrier knows of a delivery: its words, the place, and every fact beside them.
fn proofs(merged: &[MergedEvent<'_>]) -> Vec<(String, String)> {
    let Some(delivery) = merged.iter().rev().find(|event| event.status == Status::Delivered) else { return Vec::new() };
    let mut proofs = Vec::new();
    for recorded in delivery.sources() {
        let event = &recorded.event;
        proofs.push(("said".to_owned(), event.translation.as_ref().unwrap_or(&event.text).clone()));
        if let Some(moment) = &event.moment {
            proofs.push(("when".to_owned(), moment.text().replace('T', " ")));
        }
        if let Some(place) = event.place.as_ref().filter(|place| !place.text.is_empty()) {
            proofs.push(("where".to_owned(), place.text.clone()));
        }
        proofs.extend(history::named(&event.facts).into_iter().map(|(name, value)| (name, value.replace('_', " "))));
    }
    proofs
}

fn size(bytes: u64) -> String {
    if bytes < 100_000 { format!("{} kB", bytes.div_ceil(1000)) } else { format!("{:.1} MB", bytes as f64 / 1e6) }
}

/// Only what was bought through somebody can be disputed with them.
fn dispute(record: &ParcelRecord) -> Option<Dispute> {
    record.parcel.order.as_ref().or(record.parcel.marketplace.as_ref())?;
    let steps = record.timeline.dispute_steps();
    let opens = steps.contains(&DisputeStep::Open);
    let claims = Claim::ALL.into_iter().filter(|_| opens).map(|claim| (claim.key(), claim.title()));
    let next = steps.iter().filter_map(|step| match step {
        DisputeStep::Open => None,
        DisputeStep::Mediated => Some(("dispute-mediated", "The platform is deciding")),
        DisputeStep::Accepted => Some(("dispute-accepted", "It was decided for me")),
        DisputeStep::Refunded => Some(("refunded", "The money is back")),
    });
    Some(Dispute { claims: claims.collect(), next: next.collect() })
}

fn note(mark: &Mark, clock: &Clock) -> Option<(String, String)> {
    let text = mark.kind.title();
    (!text.is_empty()).then(|| (text, clock.local(&mark.at)))
}

fn feed_links(id: &str, site: &Site) -> Vec<FeedLink> {
    [
        ("atom", "Atom", "application/atom+xml"),
        ("rss", "RSS", "application/rss+xml"),
        ("json", "JSON", "application/feed+json"),
    ]
    .map(|(extension, title, kind)| FeedLink {
        title,
        kind,
        link: format!("{}feeds/parcel/{id}.{extension}", site.path),
    })
    .into()
}

/// Where a user can look a number up beside the carrier's own page. One number may have several legs; it is said once.
fn elsewhere(leg: &LegView, record: &ParcelRecord) -> Vec<Elsewhere> {
    let legs = || record.timeline.legs.iter().filter(|other| other.number.as_str() == leg.number);
    let Some(first) = legs().next().filter(|first| first.no.0 == leg.no) else { return Vec::new() };
    let is_asked = |carrier: &CarrierId| legs().any(|leg: &Leg| leg.carrier.as_ref() == Some(carrier));
    let post = leg.post.as_ref().filter(|post| !is_asked(&post.carrier)).map(|post| Elsewhere {
        text: format!("Issued in {}; look it up at", post.country.name()),
        name: post.name.clone(),
        link: post.link.clone(),
    });
    // Guesses are worth showing only where nobody is polled.
    let guesses = unsupported_carriers(&first.number).into_iter().filter(|_| leg.carrier.is_none());
    let guesses = guesses.filter(|stranger| stranger.country.is_none() && stranger.checksum != Some(false));
    let guesses = guesses.filter_map(|stranger| {
        Some(Elsewhere {
            text: "No plugin serves it. It looks like a number of".to_owned(),
            name: stranger.carrier_name,
            link: stranger.link?,
        })
    });
    post.into_iter().chain(guesses).collect()
}

/// The last word of each carrier, when more than one has spoken.
fn portals(
    record: &ParcelRecord,
    merged: &[MergedEvent<'_>],
    parcel_state: &ParcelState,
    names: &Names,
) -> Vec<Portal> {
    let words = last_words(&record.timeline, merged);
    if words.len() < 2 {
        return Vec::new();
    }
    let portal = |word: LastWord| {
        let carrier = names.of_leg(record.timeline.leg(word.leg)?);
        Some(Portal { carrier, leads: parcel_state.holder == Some(word.leg), word })
    };
    words.into_iter().filter_map(portal).collect()
}

/// The windows that the carrier told one after the other, when there were several.
fn slides(record: &ParcelRecord, parcel_state: &ParcelState, clock: &Clock) -> Vec<(String, String)> {
    let windows = &record.timeline.windows;
    let leg = parcel_state.holder.filter(|no| windows.iter().any(|window| window.leg == *no));
    let leg = leg.or_else(|| windows.last().map(|window| window.leg));
    let of_leg: Vec<&RecordedWindow> = windows.iter().filter(|window| Some(window.leg) == leg).collect();
    if of_leg.len() < 2 {
        return Vec::new();
    }
    let days = |recorded: &RecordedWindow| {
        let window = &recorded.window;
        clock.days(window.earliest.as_ref().map(Moment::calendar_date), window.latest.calendar_date())
    };
    of_leg.iter().map(|recorded| (days(recorded), clock.local(&recorded.first_seen_at))).collect()
}

/// The timeline by day, newest first. The day is the carrier's own.
fn days(events: Vec<EventView>, clock: &Clock) -> Vec<Day> {
    let mut days: Vec<(Option<Date>, Day)> = Vec::new();
    for event in events.into_iter().rev() {
        let date = event.at.as_ref().map(Moment::calendar_date);
        match days.last_mut() {
            Some((last, day)) if *last == date => day.events.push(event),
            _ => {
                let title = date.map_or_else(|| "Day not told".to_owned(), |date| clock.full_day(date));
                let iso = date.map(|date| date.to_string()).unwrap_or_default();
                days.push((date, Day { title, iso, events: vec![event] }));
            }
        }
    }
    days.into_iter().map(|(_, day)| day).collect()
}
