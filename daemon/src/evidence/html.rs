//! The history as a page that stands by itself: to read, to print, to send.

use askama::Template;
use jiff::Timestamp;
use jiff::fmt::strtime;
use parcelwatch_tracking::{Entry, Leg, Marketplace, Moment, Role, Seen, Status};

use super::{Case, carrier, clock, facts, others, zone};

#[derive(Template)]
#[template(path = "evidence.html")]
struct HistoryPage<'a> {
    label: &'a str,
    id: &'a str,
    status: &'a str,
    since: Option<String>,
    exported_at: String,
    order: Vec<(&'static str, String)>,
    numbers: Vec<NumberView>,
    events: Vec<EventView>,
    proofs: Vec<ProofView>,
    windows: Vec<WindowView>,
    deadlines: Vec<DeadlineView<'a>>,
    marks: Vec<(String, String)>,
    contacts: Vec<ContactView>,
    attachments: Vec<&'a str>,
    answers: usize,
}

struct NumberView {
    number: String,
    carrier: String,
    role: &'static str,
    because: String,
    answered: Option<String>,
    facts: Vec<(String, String)>,
}

struct EventView {
    clock: String,
    zone: String,
    status: &'static str,
    words: String,
    translation: Option<String>,
    code: Option<String>,
    place: Option<String>,
    facts: String,
    carrier: String,
    number: String,
    first_seen: String,
    others: Vec<String>,
    /// The carrier no longer shows it.
    gone: bool,
}

struct ProofView {
    carrier: String,
    clock: String,
    zone: String,
    words: String,
    place: Option<String>,
    facts: Vec<(String, String)>,
}

struct WindowView {
    carrier: String,
    told_at: String,
    from: Option<String>,
    to: String,
    source: String,
}

struct DeadlineView<'a> {
    title: &'a str,
    at: &'a str,
    text: &'a str,
}

struct ContactView {
    who: String,
    link: Option<String>,
    ways: Vec<(String, String)>,
}

pub(super) fn render(case: &Case, merged: &[Entry<'_>]) -> askama::Result<String> {
    let timeline = &case.dossier.timeline;
    let page = HistoryPage {
        label: &case.dossier.parcel.label,
        id: case.dossier.parcel.id.as_str(),
        status: &case.card.status_title,
        since: case.card.since.as_deref().and_then(|at| at.parse().ok()).map(|at| local(case, at)),
        exported_at: local(case, case.exported_at),
        order: order(case),
        numbers: timeline.legs.iter().map(|leg| number_view(case, leg)).collect(),
        events: merged.iter().map(|entry| event_view(case, entry)).collect(),
        proofs: merged
            .iter()
            .filter(|entry| entry.status == Status::Delivered)
            .flat_map(Entry::sources)
            .map(|seen| proof_view(case, seen))
            .collect(),
        windows: timeline
            .windows
            .iter()
            .map(|seen| WindowView {
                carrier: carrier(case, seen.leg),
                told_at: local(case, seen.first_seen_at),
                from: seen.window.earliest.as_ref().map(Moment::text),
                to: seen.window.latest.text(),
                source: seen.window.source.clone(),
            })
            .collect(),
        deadlines: case
            .card
            .deadlines
            .iter()
            .map(|deadline| DeadlineView { title: &deadline.title, at: &deadline.at, text: &deadline.text })
            .collect(),
        marks: timeline.marks.iter().map(|mark| (local(case, mark.at), mark.kind.title())).collect(),
        contacts: contacts(case),
        attachments: case.attachments.iter().map(|(name, _)| name.as_str()).collect(),
        answers: case.answers.len(),
    };
    page.render()
}

/// An instant on the person's clock, with its offset: whoever reads it may live elsewhere.
fn local(case: &Case, at: Timestamp) -> String {
    let there = at.to_zoned(case.zone.clone());
    strtime::format("%Y-%m-%d %H:%M UTC%:z", &there).unwrap_or_else(|_| at.to_string())
}

fn order(case: &Case) -> Vec<(&'static str, String)> {
    let parcel = &case.dossier.parcel;
    let destination = case.dossier.timeline.destination(parcel);
    let rows = [
        ("order", parcel.order.clone()),
        ("marketplace", parcel.marketplace.clone()),
        ("seller", parcel.seller.clone()),
        ("ordered", parcel.ordered.map(|date| date.to_string())),
        ("shipping class", parcel.class.map(|class| class.key().to_owned())),
        ("recipient", parcel.recipient.clone()),
        ("destination", destination.map(|country| country.to_string())),
        ("note", parcel.note.clone()),
        ("followed since", Some(local(case, case.dossier.row.added_at))),
    ];
    rows.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

fn number_view(case: &Case, leg: &Leg) -> NumberView {
    NumberView {
        number: leg.number.to_string(),
        carrier: carrier(case, leg.no),
        role: match leg.role {
            Role::Given => "given by the seller",
            Role::HandOff => "local number",
            Role::Return => "way back",
            Role::Partner => "partner's number",
            Role::Piece => "another piece",
            Role::Guess => "guess",
        },
        because: leg.because.clone(),
        answered: leg.last_ok_at.map(|at| local(case, at)),
        facts: named(&leg.facts),
    }
}

fn event_view(case: &Case, entry: &Entry<'_>) -> EventView {
    let (seen, event) = (entry.lead, &entry.lead.event);
    EventView {
        clock: clock(event.moment.as_ref()),
        zone: zone(event.moment.as_ref()),
        status: entry.status.title(),
        words: event.text.clone(),
        translation: event.translation.clone().filter(|text| !text.is_empty()),
        code: event.code.clone(),
        place: event.place.as_ref().map(|place| place.text.clone()).filter(|place| !place.is_empty()),
        facts: facts(&event.facts),
        carrier: carrier(case, seen.leg),
        number: super::number(case, seen.leg),
        first_seen: local(case, entry.first_seen_at()),
        others: others(case, entry),
        gone: seen.position.is_none(),
    }
}

fn proof_view(case: &Case, seen: &Seen) -> ProofView {
    let event = &seen.event;
    ProofView {
        carrier: carrier(case, seen.leg),
        clock: clock(event.moment.as_ref()),
        zone: zone(event.moment.as_ref()),
        words: event.text.clone(),
        place: event.place.as_ref().map(|place| place.text.clone()).filter(|place| !place.is_empty()),
        facts: named(&event.facts),
    }
}

fn named(facts: &parcelwatch_tracking::Facts) -> Vec<(String, String)> {
    facts.iter().map(|(name, value)| (name.replace('_', " "), value.to_owned())).collect()
}

/// Every carrier of the parcel and its marketplace, each once.
fn contacts(case: &Case) -> Vec<ContactView> {
    let mut contacts: Vec<ContactView> = Vec::new();
    for leg in &case.dossier.timeline.legs {
        let id = leg.carrier.as_ref().map(ToString::to_string);
        let Some(card) = case.carriers.iter().find(|card| Some(&card.carrier) == id.as_ref()) else { continue };
        let link = card.link.as_ref();
        let link = link.map(|link| link.replace("{number}", &parcelwatch_plugin::http::encode(leg.number.as_str())));
        if contacts.iter().all(|known| known.who != card.name || known.link != link) {
            contacts.push(ContactView { who: card.name.clone(), link, ways: card.contact.clone() });
        }
    }
    if let Some(market) = case.dossier.parcel.marketplace.as_deref().and_then(Marketplace::named) {
        let ways = market.contact.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        contacts.push(ContactView { who: market.name.to_owned(), link: None, ways: ways.collect() });
    }
    contacts
}
