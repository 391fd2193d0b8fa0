//! One parcel in UPS's answer, and what it tells.

use parcelwatch_plugin::prelude::*;
use serde::Deserialize;

use crate::answer::is_further;
use crate::codes::ScanCodes;
use crate::detail::Detail;
use crate::scan::{Route, Scan, State};
use crate::{codes, numbers, time, window};

/// Who received it, who signed, the photo and the references of its sender stand beside these fields and are not read.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Package {
    tracking_number: json::Text,
    activity: json::List<Scan>,
    current_status: json::Object<State>,
    /// ORIGIN and DESTINATION; whose address it is stays there.
    package_address: json::List<Detail>,
    delivery_date: json::List<Detail>,
    delivery_time: json::Object<Detail>,
    delivery_information: json::Object<Detail>,
    access_point_information: json::Object<Detail>,
    alternate_tracking_number: json::List<Detail>,
    /// Money to be paid at the door.
    payment_information: json::List<Detail>,
    package_count: json::Integer,
    service: json::Object<Detail>,
    weight: json::Object<Detail>,
}

impl Package {
    pub(crate) fn number(&self) -> Option<&str> {
        self.tracking_number.trimmed()
    }

    /// Everything UPS tells of it; `number` is the one that was asked, `pieces` are the others of its shipment.
    pub(crate) fn answer(&self, number: &str, pieces: Vec<Handoff>) -> Result<Answer, Failure> {
        let (origin, destination) = (self.country("ORIGIN"), self.country("DESTINATION"));
        let summary = self.current_status.as_ref().map(State::summary);
        let route = Route {
            origin: origin.as_deref(),
            destination: destination.as_deref(),
            is_mail: numbers::is_mail(number) || self.is_mail_innovations(),
        };
        let mut events = self.events(route, summary.as_ref());
        if events.is_empty() {
            self.has_a_state(number, summary.as_ref())?;
        }
        let newest = events.first().map(|event| event.status);
        let done = is_end(newest);
        self.say_more(&mut events, done);
        Ok(Answer {
            // A parcel on its way back has no day on which it comes.
            window: self.window().filter(|_| !done && newest != Some(Status::Returning)),
            handoffs: self.handoffs(number).into_iter().chain(pieces).collect(),
            facts: self.facts(),
            summary,
            origin,
            destination,
            ..Answer::of(events)
        })
    }

    /// The scans in UPS's order, newest first.
    fn events(&self, route: Route<'_>, summary: Option<&Summary>) -> Vec<Event> {
        let mut events: Vec<Event> = Vec::new();
        // The newest delivery or return is the one that the state speaks of, also where other scans follow it.
        let mut unsettled = summary.map(|summary| summary.status);
        let scans = self.activity.as_deref().unwrap_or_default();
        for (index, scan) in scans.iter().enumerate() {
            let Some(mut event) = scan.event(route, country_beside(scans, index).as_deref()) else { continue };
            if let Some(state) = unsettled.take_if(|_| is_delivery_or_return(&scan.scan_codes(), event.status)) {
                event.status = settled(event.status, state);
            }
            events.push(event);
        }
        events
    }

    /// Without scans, the state alone is an answer where it tells of more than a label. "No status" is a code of UPS's, too;
    /// one that no table has may mean anything.
    fn has_a_state(&self, number: &str, summary: Option<&Summary>) -> Result<(), Failure> {
        let is_silent = |summary: &Summary| match summary.code.as_deref() {
            Some(code) => codes::STATUS.find(code) == Some(Status::Unknown),
            None => summary.text.is_empty(),
        };
        match summary {
            Some(summary) if summary.status == Status::Registered || is_silent(summary) => {}
            Some(_) => return Ok(()),
            None if self.activity.is_none() => {
                return Err(Failure::changed(format!(
                    "UPS names {number} and tells neither a state nor a scan of it any more"
                )));
            }
            None => {}
        }
        Err(Failure::not_scanned("UPS", number))
    }

    /// Adds what UPS tells beside the scans: what is to be paid, where it was left, until when it waits.
    fn say_more(&self, events: &mut [Event], done: bool) {
        // With a scan it goes when it is paid, as the scan is told anew without it; a fact of the parcel would stay.
        let due = self.payment_information.iter().flatten().find_map(Detail::due);
        if let (Some(newest), Some(due)) = (events.first_mut(), due) {
            newest.facts.push(("fee".to_owned(), due));
        }
        let left_at = self.delivery_information.as_ref().and_then(|proof| codes::left_at(proof.location.as_deref()?));
        if let (Some(newest), Some(place)) =
            (events.first_mut().filter(|newest| newest.status == Status::Delivered), left_at)
        {
            newest.facts.push((place.0.to_owned(), place.1.to_owned()));
        }
        let until =
            self.access_point_information.as_ref().and_then(|point| time::day(point.pickup_by_date.as_deref()?));
        let waits = |event: &&mut Event| matches!(event.status, Status::AvailableForPickup | Status::DeliveryFailed);
        if let (Some(until), Some(waiting), false) = (until, events.iter_mut().find(waits), done) {
            waiting.facts.push(("pickup_until".to_owned(), until));
        }
    }

    fn window(&self) -> Option<Window> {
        window::window(self.delivery_date.as_deref()?, self.delivery_time.as_ref())
    }

    /// The number under which USPS brings it. Other kinds of numbers are references of the sender's.
    fn handoffs(&self, number: &str) -> Vec<Handoff> {
        let mut found: Vec<Handoff> = Vec::new();
        for alternate in self.alternate_tracking_number.iter().flatten() {
            let further = alternate.number.as_deref().unwrap_or_default().trim();
            if alternate.is("USPS_PIC") && is_further(further, number, &found) {
                let because = "UPS gives it as the number under which USPS delivers";
                let handoff = Handoff::new(further, Role::HandOff, 95, because);
                found.push(handoff.at(Some("usps".to_owned()), Some("US".to_owned())));
            }
        }
        found
    }

    fn country(&self, kind: &str) -> Option<String> {
        let mut parties = self.package_address.iter().flatten();
        parties.find(|party| party.is(kind))?.address.as_ref()?.country()
    }

    fn service(&self) -> Option<String> {
        self.service.as_ref()?.description.clean()
    }

    fn is_mail_innovations(&self) -> bool {
        self.service().is_some_and(|service| service.to_ascii_lowercase().contains("mail innovations"))
    }

    fn facts(&self) -> Vec<(String, String)> {
        facts([
            ("service", self.service()),
            ("weight_g", self.weight.as_ref().and_then(Detail::grams)),
            ("pieces", self.package_count.filter(|count| (1..10_000).contains(count)).map(|count| count.to_string())),
        ])
    }
}

/// The country of the scan before or after, where both were made together.
fn country_beside(scans: &[Scan], index: usize) -> Option<String> {
    let neighbours = [index.checked_add(1), index.checked_sub(1)].into_iter().flatten().filter_map(|at| scans.get(at));
    neighbours.filter(|other| other.is_beside(&scans[index])).find_map(Scan::country)
}

/// Whether it tells of a delivery or a return: some of the type D tell of neither, and a bare D does not say of which.
fn is_delivery_or_return(scan_codes: &ScanCodes, status: Status) -> bool {
    scan_codes.is_delivery()
        && (matches!(status, Status::Delivered | Status::Returned)
            || (status == Status::Unknown && scan_codes.is_bare()))
}

/// What a delivery or return means beside the state of the whole parcel, which knows which of them it is.
fn settled(status: Status, state: Status) -> Status {
    match (status, state) {
        (Status::Delivered, Status::Returned) => Status::Returned,
        (Status::Unknown, Status::Delivered | Status::Returned) => state,
        _ => status,
    }
}
