//! The form of SunYou's answer, and what it tells of a parcel. The recipient and the signature that may stand in it have no
//! field here, and neither has `displayStatus`, a coarse mark that was seen to be wrong.

use std::collections::BTreeMap;

use parcelwatch_plugin::http::Reply;
use parcelwatch_plugin::prelude::*;
use serde::Deserialize;

use crate::{codes, jsonp};

/// What the answer says of the number.
pub(crate) fn read(reply: &Reply, number: &str) -> Result<Answer, Failure> {
    let response: Response = jsonp::read(reply)?;
    let Some(entries) = response.data.as_deref() else {
        return Err(match *response.status {
            Some(status) if status != 1 => Failure::unavailable("SunYou could not look anything up; it is asked again"),
            _ => Failure::changed("SunYou's answer has no list of parcels any more"),
        });
    };
    let entry = match entries.iter().find(|entry| entry.is_about(number)) {
        Some(entry) => entry,
        // An answer to one number need not repeat it.
        None => match entries {
            [entry] if entry.order_no.as_deref().is_none_or(|told| text::is_variant(told, number)) => entry,
            _ => {
                let message =
                    format!("SunYou left {number} out of its answer, which proves nothing; it is asked again");
                return Err(Failure::inconclusive(message));
            }
        },
    };
    entry.answer(number)
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Response {
    data: json::List<Entry>,
    /// 1, for numbers that nobody knows, too.
    status: json::Integer,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Entry {
    order_no: json::Text,
    has: json::Text,
    last_status: json::Text,
    last_content: json::Text,
    org_country: json::Text,
    dst_country: json::Text,
    /// The local carrier's number.
    tracking_number: json::Text,
    /// The local carrier.
    carrier_name: json::Text,
    result: json::Object<Legs>,
}

/// Legs by their names. Only `origin` was ever seen, with the whole journey in it; clients read `destination` as well.
#[derive(Deserialize)]
#[serde(transparent)]
struct Legs(BTreeMap<String, json::Object<Items>>);

#[derive(Deserialize, Default)]
#[serde(default)]
struct Items {
    items: json::List<Scan>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Scan {
    content: json::Text,
    create_time: json::Text,
    time_zone: json::Text,
    event_code: json::Text,
    status: json::Text,
    office: json::Text,
}

impl Entry {
    fn is_about(&self, number: &str) -> bool {
        self.order_no.is_number(number) || self.tracking_number.is_number(number)
    }

    fn answer(&self, number: &str) -> Result<Answer, Failure> {
        let events = self.result.as_ref().map(Legs::events).unwrap_or_default();
        let summary = self.summary().filter(|_| !self.is_unknown());
        let handoff = self.handoff(number);
        // The local carrier's number is worth an answer, for it can be asked long before SunYou tells a scan.
        let is_silent = summary.is_none() && handoff.is_none();
        if events.is_empty() && (is_silent || self.is_unknown()) {
            return Err(self.nothing_told(number));
        }
        Ok(Answer {
            summary,
            handoffs: handoff.into_iter().collect(),
            origin: country(&self.org_country),
            destination: country(&self.dst_country),
            facts: facts([("local_carrier", self.local_carrier())]),
            ..Answer::of(events)
        })
    }

    fn is_unknown(&self) -> bool {
        matches!(self.has.as_deref(), Some("false" | "0"))
    }

    fn nothing_told(&self, number: &str) -> Failure {
        match self.has.as_ref() {
            _ if self.is_unknown() => Failure::not_found(format!(
                "SunYou does not know {number}; check it for a typo, or wait until the seller has handed it over"
            )),
            Some(_) => Failure::not_scanned("SunYou", number),
            None => Failure::nothing_known("SunYou", number),
        }
    }

    /// The newest scan once more; it counts where the list of scans is missing.
    fn summary(&self) -> Option<Summary> {
        let code = self.last_status.as_deref()?.trim();
        Some(codes::SCANS.summary(code, self.last_content.line()))
    }

    /// The local carrier's number; its name is told of some parcels only.
    fn handoff(&self, number: &str) -> Option<Handoff> {
        let local = Handoff::number(self.tracking_number.as_deref()?, number)?;
        let because = "SunYou gives it as the local carrier's number";
        let handoff =
            Handoff::new(local, Role::HandOff, 90, because).at(self.local_carrier(), country(&self.dst_country));
        Some(handoff).filter(|handoff| !self.order_no.is_number(&handoff.number))
    }

    fn local_carrier(&self) -> Option<String> {
        self.carrier_name.clean()
    }
}

impl Legs {
    /// Newest first. Each leg is told oldest first, and no clock can be trusted to sort across legs, so the way itself does:
    /// from the origin, by whatever legs have other names, to the destination.
    fn events(&self) -> Vec<Event> {
        let known = |name: &str| self.0.get(name).into_iter();
        let others = self.0.iter().filter(|(name, _)| !matches!(name.as_str(), "origin" | "destination"));
        let legs = known("origin").chain(others.map(|(_, leg)| leg)).chain(known("destination"));
        let scans = legs.filter_map(|leg| leg.as_ref()?.items.as_ref()).flatten();
        let mut events: Vec<Event> = scans.map(Scan::event).collect();
        events.reverse();
        events
    }
}

impl Scan {
    fn event(&self) -> Event {
        // The name of the code stands in where there is no number, and never means anything by itself.
        let code = self.status.as_deref().or(self.event_code.as_deref()).map(str::trim);
        let text = if self.content.is_some() { self.content.line() } else { self.event_code.line() };
        let place = self.office.clean();
        Event {
            moment: self.moment(),
            code: code.map(str::to_owned),
            place: place.map(Place::named),
            ..Event::new(codes::SCANS.status(code), text)
        }
        .with(code.and_then(|code| codes::SCANS.fact(code)))
    }

    /// The offset stays a hint: a delivery in Greece was recorded with that of China.
    fn moment(&self) -> Option<Moment> {
        let moment = civil::parse(self.create_time.as_deref()?)?;
        Some(civil::distrust(moment, self.time_zone.trimmed()))
    }
}

fn country(code: &json::Text) -> Option<String> {
    code.country().map(|country| country.to_string())
}
