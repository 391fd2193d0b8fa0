//! The history as a page that stands by itself: to read, to print, to send.

use askama::Template;
use jiff::Timestamp;
use parcelwatch_tracking::{Facts, Marketplace, Moment, Role, Status};

use super::{Case, EventView, History, clock, facts, named, others, times, zone};
use crate::report::history::{EventSource, LegView};
use crate::report::names;
use crate::report::view::{Contact, ParcelView};

#[derive(Template)]
#[template(path = "evidence.html")]
struct HistoryPage<'a> {
    case: &'a Case,
    view: &'a ParcelView,
    history: &'a History,
    order: Vec<(&'static str, String)>,
    /// What carriers reported of a delivery.
    proofs: Vec<&'a EventSource>,
    windows: Vec<Window>,
    contacts: Vec<(Contact, Option<String>)>,
}

struct Window {
    carrier: String,
    told_at: String,
    from: Option<String>,
    to: String,
    source: String,
}

pub(super) fn render(case: &Case, history: &History) -> askama::Result<String> {
    let timeline = &case.record.timeline;
    let delivered = history.events.iter().filter(|event| event.status == Status::Delivered);
    let page = HistoryPage {
        case,
        view: &case.view,
        history,
        order: order(case),
        proofs: delivered.flat_map(|event| &event.sources).collect(),
        windows: timeline
            .windows
            .iter()
            .map(|recorded| Window {
                carrier: timeline.leg(recorded.leg).map(|leg| case.names.of_leg(leg)).unwrap_or_default(),
                told_at: local(case, recorded.first_seen_at),
                from: recorded.window.earliest.as_ref().map(Moment::text),
                to: recorded.window.latest.text(),
                source: recorded.window.source.clone(),
            })
            .collect(),
        contacts: contacts(case, history),
    };
    page.render()
}

/// What the template says of single values.
impl HistoryPage<'_> {
    fn local(&self, at: &Timestamp) -> String {
        local(self.case, *at)
    }

    fn role(&self, leg: &LegView) -> &'static str {
        match leg.role {
            Role::Given => "given by the seller",
            role => names::role(role),
        }
    }

    fn clock(&self, at: &Option<Moment>) -> String {
        clock(at.as_ref())
    }

    fn zone(&self, at: &Option<Moment>) -> String {
        zone(at.as_ref())
    }

    fn facts(&self, known: &Facts) -> String {
        facts(known)
    }

    fn named(&self, known: &Facts) -> Vec<(String, String)> {
        named(known)
    }

    fn others(&self, event: &EventView) -> Vec<String> {
        others(event)
    }
}

/// An instant on the recipient's clock, with its offset: whoever reads it may live elsewhere.
fn local(case: &Case, at: Timestamp) -> String {
    times::with_offset(at, &case.zone())
}

fn order(case: &Case) -> Vec<(&'static str, String)> {
    let parcel = &case.record.parcel;
    let rows = [
        ("order", parcel.order.clone()),
        ("marketplace", parcel.marketplace.clone()),
        ("seller", parcel.seller.clone()),
        ("ordered", parcel.ordered.map(|date| date.to_string())),
        ("shipping class", parcel.class.map(|class| class.key().to_owned())),
        ("recipient", parcel.recipient.clone()),
        ("destination", case.view.country.map(|country| country.to_string())),
        ("note", parcel.note.clone()),
        ("followed since", Some(local(case, case.record.row.added_at))),
    ];
    rows.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

/// Every carrier of the parcel and its marketplace, each once, with the carrier's page for the number.
fn contacts(case: &Case, history: &History) -> Vec<(Contact, Option<String>)> {
    let mut contacts: Vec<(Contact, Option<String>)> = Vec::new();
    for leg in history.legs.iter().filter(|leg| leg.link.is_some() || !leg.contact.is_empty()) {
        if contacts.iter().all(|(known, link)| known.who != leg.carrier_name || *link != leg.link) {
            contacts.push((Contact { who: leg.carrier_name.clone(), ways: leg.contact.clone() }, leg.link.clone()));
        }
    }
    if let Some(market) = case.record.parcel.marketplace.as_deref().and_then(Marketplace::named) {
        let ways = market.contact.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        contacts.push((Contact { who: market.name.to_owned(), ways: ways.collect() }, None));
    }
    contacts
}
