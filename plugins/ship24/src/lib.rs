//! Ship24, an aggregator: it finds a parcel at whatever carrier has it, and tells what that carrier says.
//!
//! It follows a parcel by itself: the first question makes a tracker there, which counts, and the next ones only read
//! it. The cursor of a parcel remembers the tracker. A plan that counts every question has an address of its own (the
//! setting `plan`).
//!
//! Facts: the vendor's description of the interface, its lists of statuses and errors, November 2026. No recorded
//! answer was found.

mod answer;
mod codes;
mod courier;
mod errors;
mod facts;
mod numbers;
mod request;
mod scan;
mod tracking;

use parcelwatch_plugin::http::{Reply, Request};
use parcelwatch_plugin::prelude::*;

use answer::Tracking;
use request::{Plan, Tracker};

/// Ship24.
#[derive(Debug)]
pub struct Ship24;

impl Carrier for Ship24 {
    fn describe() -> Descriptor {
        Descriptor {
            hosts: vec!["https://api.ship24.com".into()],
            profiles: vec![Profile { parameters: pairs(&[("token", "{api_key}")]), ..Profile::bearer("api") }],
            // A first question may take as long as a call may last.
            batch_max: 1,
            // It asks the carriers itself, a few times a day.
            gap_s: 6 * 60 * 60,
            roles: vec!["aggregator".into()],
            link: Some("https://www.ship24.com/tracking?p={number}".into()),
            contact: pairs(&[("web", "https://www.ship24.com/contact-us")]),
            // The vendor's demo: it costs nothing.
            probe: Some("S24DEMO456393".into()),
            facts: pairs(&[
                (
                    "access",
                    "a key of your own: make an account at dashboard.ship24.com, choose a plan (there is a free one), and set its \
                     API key as api_key; with a plan per call, also set plan = \"per_call\" in [carriers.ship24.settings]",
                ),
                ("quota", "as the plan says: shipments or calls a month"),
                ("known_from", "the vendor's documents; no recorded answer"),
                ("facts_as_of", "2026-11"),
            ]),
            ..Descriptor::new("ship24", "Ship24", env!("CARGO_PKG_VERSION"))
        }
    }

    fn recognize(number: &str) -> Vec<Candidate> {
        numbers::candidates(number)
    }

    /// One by one, each with a cursor of its own; a refusal that concerns all ends the asking.
    fn track(parcels: &[Parcel]) -> Vec<Outcome> {
        let mut closed: Option<Failure> = None;
        let mut outcomes = Vec::with_capacity(parcels.len());
        for parcel in parcels {
            let outcome = closed.map_or_else(|| poll(parcel), |failure| parcel.outcome(Err(failure)));
            closed = outcome.found.as_ref().err().filter(|failure| failure.concerns_all()).cloned();
            outcomes.push(outcome);
        }
        outcomes
    }
}

fn poll(parcel: &Parcel) -> Outcome {
    if !numbers::is_askable(&parcel.number) {
        return parcel.outcome(Err(numbers::invalid(&parcel.number)));
    }
    match Plan::set() {
        Ok(Plan::PerShipment) => follow(parcel),
        Ok(Plan::PerCall) => parcel.outcome(search(parcel)),
        Err(failure) => parcel.outcome(Err(failure)),
    }
}

/// Asks the carriers anew. No tracker is made, and one from the other plan stays remembered.
fn search(parcel: &Parcel) -> Result<Answer, Failure> {
    let reply = send(request::search(parcel)?, parcel)?;
    answer::tracking(&reply, parcel, Plan::PerCall)?.answer(&parcel.number)
}

/// Reads the tracker of a parcel, and makes one where there is none.
fn follow(parcel: &Parcel) -> Outcome {
    let read = Tracker::remembered(parcel).map_or(Ok(None), |tracker| read(parcel, &tracker));
    match read {
        Ok(Some(tracking)) => parcel.outcome(tracking.answer(&parcel.number)),
        Ok(None) => create(parcel),
        Err(failure) => parcel.outcome(Err(failure)),
    }
}

/// `None` where a new tracker is to be made: the old one is gone, or has found nothing and the user has told more
/// since.
fn read(parcel: &Parcel, tracker: &Tracker) -> Result<Option<Tracking>, Failure> {
    let reply = request::results(tracker).send()?;
    if reply.status == 404 && !reply.is_html() {
        return Ok(None);
    }
    let tracking = answer::tracking(&reply, parcel, Plan::PerShipment)?;
    let is_of_no_use = tracking.is_pending() && tracker.is_outdated(parcel);
    Ok((!is_of_no_use).then_some(tracking))
}

/// Makes a tracker, and remembers it whatever it tells.
fn create(parcel: &Parcel) -> Outcome {
    let made = request::track(parcel).and_then(|request| send(request, parcel));
    match made.and_then(|reply| answer::tracking(&reply, parcel, Plan::PerShipment)) {
        Ok(tracking) => {
            let tracker = tracking.tracker_id().and_then(|id| Tracker::of(parcel, id));
            let cursor = tracker.map(|tracker| tracker.cursor()).or_else(|| parcel.cursor.clone());
            Outcome { cursor, ..parcel.outcome(tracking.answer(&parcel.number)) }
        }
        Err(failure) => parcel.outcome(Err(failure)),
    }
}

/// Sends a question that makes Ship24 ask the carriers while we wait.
fn send(request: Request, parcel: &Parcel) -> Result<Reply, Failure> {
    request.send().map_err(|fault| {
        let is_slow = fault.kind == "timeout";
        let failure = Failure::from(fault);
        if !is_slow {
            return failure;
        }
        let message = format!(
            "Ship24 asks the carriers about {} first, which may take it a minute; it is asked again",
            parcel.number
        );
        Failure { scope: Scope::Parcel, message, ..failure }
    })
}

parcelwatch_plugin::export!(Ship24);

#[cfg(test)]
mod tests;
