//! From a shipment, as Ship24 tells it, to an answer.

use std::cmp::Reverse;

use parcelwatch_plugin::prelude::*;

use crate::answer::Tracking;
use crate::codes::MILESTONES;
use crate::scan::{Around, Scan, same};
use crate::{courier, errors, numbers};

/// The daemon keeps no more of one answer, and each event is read beside all others.
const EVENTS_MAX: usize = 200;

impl Tracking {
    /// Everything that is told of the shipment; `number` is the one that was asked.
    pub(crate) fn answer(mut self, number: &str) -> Result<Answer, Failure> {
        let Some(scans) = self.events.as_mut() else {
            return Err(Failure::without("Ship24", number, "list of events"));
        };
        scans.truncate(EVENTS_MAX);
        put_in_order(scans);
        if self.scans().is_empty() {
            self.without_events(number)?;
        }
        let events = self.told_events(number);
        let done = is_end(latest_known(&events));
        Ok(Answer {
            summary: self.summary(),
            window: self.window().filter(|_| !done),
            handoffs: self.handoffs(number),
            origin: self.origin().map(|country| country.to_string()),
            destination: self.destination().map(|country| country.to_string()),
            facts: self.facts(done),
            ..Answer::of_known(events)
        })
    }

    /// Ship24's name for the tracker, with a plan per shipment.
    pub(crate) fn tracker_id(&self) -> Option<&str> {
        self.tracker.as_ref()?.tracker_id.as_deref()
    }

    /// Whether Ship24 has found nothing so far.
    pub(crate) fn is_pending(&self) -> bool {
        self.scans().is_empty() && matches!(self.milestone(), "pending" | "")
    }

    fn is_given_up(&self) -> bool {
        self.tracker.as_ref().and_then(|tracker| tracker.is_tracked.as_deref()) == Some("false")
    }

    fn milestone(&self) -> &str {
        let milestone = self.shipment.as_ref().and_then(|shipment| shipment.status_milestone.as_deref());
        milestone.unwrap_or_default().trim()
    }

    /// A state alone is an answer, but for one that says that nothing has happened.
    fn without_events(&self, number: &str) -> Result<(), Failure> {
        match self.milestone() {
            "pending" | "" if self.is_given_up() => Err(errors::not_found(number)),
            "pending" | "" => Err(Failure::inconclusive(format!(
                "Ship24 has found nothing about {number} yet; its search may have just begun, so it is asked again"
            ))),
            "info_received" => Err(Failure::no_scan_yet(format!(
                "Ship24 knows {number} as announced, and no carrier has scanned it yet"
            ))),
            _ => Ok(()),
        }
    }

    /// Newest first, as Ship24 has them.
    fn told_events(&self, number: &str) -> Vec<Event> {
        let scans = self.scans();
        let abroad = self.destination().filter(|destination| self.origin() != Some(*destination));
        let event = |(index, scan): (usize, &Scan)| {
            let (newer, rest) = scans.split_at(index);
            scan.event(Around { number, newer, older: rest.get(1..).unwrap_or_default(), abroad })
        };
        scans.iter().enumerate().map(event).collect()
    }

    fn summary(&self) -> Option<Summary> {
        let milestone = Some(self.milestone()).filter(|milestone| !milestone.is_empty())?;
        Some(MILESTONES.summary(milestone, text::clean(&milestone.replace('_', " "))))
    }

    /// The courier's own frame before the one time that Ship24 makes of it. A midnight means the day.
    fn window(&self) -> Option<Window> {
        let delivery = self.shipment.as_ref()?.delivery.as_ref()?;
        let moment = |text: &Option<String>| civil::parse(text.as_deref()?).map(civil::date_at_midnight);
        let frame = delivery.courier_estimated_delivery_date.as_ref();
        let latest = frame.and_then(|frame| moment(&frame.to));
        let earliest = frame.filter(|_| latest.is_some()).and_then(|frame| moment(&frame.from));
        let latest = latest.or_else(|| moment(&delivery.estimated_delivery_date))?;
        Some(Window::new(earliest, latest))
    }

    fn origin(&self) -> Option<Country> {
        country(self.shipment.as_ref()?.origin_country_code.as_deref()?)
    }

    fn destination(&self) -> Option<Country> {
        country(self.shipment.as_ref()?.destination_country_code.as_deref()?)
    }

    /// The shipment's other numbers. Which of them comes first is not told, so that they are followed with some
    /// reserve.
    fn handoffs(&self, number: &str) -> Vec<Handoff> {
        let mut found: Vec<Handoff> = Vec::new();
        for other in self.shipment_numbers().map(str::trim) {
            let known = same(other, number) || found.iter().any(|handoff| same(&handoff.number, other));
            if known || !numbers::is_askable(other) {
                continue;
            }
            let courier = self.courier_of(other);
            let confidence = if courier.is_some() { 65 } else { 50 };
            let because = "Ship24 lists it as another number of the shipment";
            found.push(Handoff::new(other, Role::HandOff, confidence, because).at(
                courier.map(|code| text::clean(&courier::carrier(code))),
                courier.and_then(courier::country).map(|country| country.to_string()),
            ));
        }
        found
    }

    /// The courier that told of events under a number.
    fn courier_of(&self, number: &str) -> Option<&str> {
        let under = |scan: &&Scan| scan.event_tracking_number.as_deref().is_some_and(|own| same(own, number));
        self.scans().iter().filter(under).find_map(|scan| scan.courier_code.as_deref()).map(str::trim)
    }

    fn facts(&self, done: bool) -> Vec<(String, String)> {
        let delivery = self.shipment.as_ref().and_then(|shipment| shipment.delivery.as_ref());
        facts([
            ("service", delivery.and_then(|delivery| delivery.service.as_ref()).and_then(text::non_empty)),
            ("couriers", text::non_empty(self.couriers().join(", "))),
            ("tracking", (self.is_given_up() && !done).then(|| "Ship24 looks for no more news".to_owned())),
        ])
    }
}

/// Ship24 has the newest first; among those of one time it numbers them, the oldest lowest.
fn put_in_order(scans: &mut [Scan]) {
    for run in scans.chunk_by_mut(|a, b| a.occurrence_datetime == b.occurrence_datetime) {
        if run.iter().all(|scan| scan.order.is_some()) {
            run.sort_by_key(|scan| Reverse(*scan.order));
        }
    }
}

fn country(code: &str) -> Option<Country> {
    Country::new(code.trim()).filter(Country::is_assigned)
}
