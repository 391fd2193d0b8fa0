//! From what 17TRACK tells of a number to an answer. What nobody reads is left out, streets and telephones above all.

use std::cmp::Reverse;

use parcelwatch_plugin::prelude::*;
use serde::Deserialize;

use crate::codes::{self, SUB_STATUSES};
use crate::envelope::Accepted;
use crate::event::{Around, Scan};
use crate::numbers;
use crate::{carriers, errors, order};

/// The daemon keeps no more of one answer, and each event is read beside all others.
const EVENTS_MAX: usize = 200;

#[derive(Clone, Deserialize, Default)]
#[serde(default)]
pub(crate) struct TrackInfo {
    shipping_info: json::Object<ShippingInfo>,
    latest_status: json::Object<LatestStatus>,
    time_metrics: json::Object<TimeMetrics>,
    misc_info: json::Object<MiscInfo>,
    tracking: json::Object<Tracking>,
}

#[derive(Clone, Deserialize, Default)]
#[serde(default)]
struct ShippingInfo {
    shipper_address: json::Object<Region>,
    recipient_address: json::Object<Region>,
}

/// The part of an address that is no person's.
#[derive(Clone, Deserialize, Default)]
#[serde(default)]
pub(crate) struct Region {
    country: json::Text,
    pub state: json::Text,
    pub city: json::Text,
}

#[derive(Clone, Deserialize, Default)]
#[serde(default)]
struct LatestStatus {
    status: json::Text,
    sub_status: json::Text,
    sub_status_descr: json::Text,
}

#[derive(Clone, Deserialize, Default)]
#[serde(default)]
struct TimeMetrics {
    estimated_delivery_date: json::Object<Estimate>,
}

#[derive(Clone, Deserialize, Default)]
#[serde(default)]
struct Estimate {
    /// "Official" where the carrier said it.
    source: json::Text,
    from: json::Text,
    to: json::Text,
}

#[derive(Clone, Deserialize, Default)]
#[serde(default)]
struct MiscInfo {
    service_type: json::Text,
    weight_kg: json::Number,
    pieces: json::Integer,
    /// The number under which the parcel's last carrier has it.
    local_number: json::Text,
    local_provider: json::Text,
    local_key: json::Integer,
}

#[derive(Clone, Deserialize, Default)]
#[serde(default)]
struct Tracking {
    providers: json::List<Provider>,
}

/// What one carrier told.
#[derive(Clone, Deserialize, Default)]
#[serde(default)]
struct Provider {
    provider: json::Object<Courier>,
    latest_sync_status: json::Text,
    events: json::List<Scan>,
}

#[derive(Clone, Deserialize, Default)]
#[serde(default)]
struct Courier {
    key: json::Integer,
    name: json::Text,
    country: json::Text,
}

/// What is told of a number. Where that is of several carriers, the one with the latest news is meant.
pub(crate) fn answer(records: Vec<Accepted>, number: &str) -> Result<Answer, Failure> {
    let latest = |record: &Accepted| record.track_info.as_ref().and_then(TrackInfo::latest);
    let Some(record) = records.into_iter().max_by_key(latest) else { return Err(errors::left_out(number)) };
    if let Some(old) = record.track.0 {
        return old.answer(number);
    }
    match record.track_info.0 {
        Some(info) => info.answer(number),
        None => Err(errors::nothing_yet(number)),
    }
}

/// Whether 17TRACK says of a parcel that it has had no news for long.
pub(crate) fn has_expired(answer: &Answer) -> bool {
    answer.summary.as_ref().and_then(|summary| summary.code.as_deref()) == Some("Expired_Other")
}

impl TrackInfo {
    fn providers(&self) -> impl Iterator<Item = &Provider> {
        self.tracking.iter().flat_map(|tracking| tracking.providers.iter().flatten())
    }

    /// When the latest event was.
    fn latest(&self) -> Option<i64> {
        self.providers()
            .flat_map(|provider| order::times(provider.events.as_deref().unwrap_or_default()))
            .flatten()
            .max()
    }

    fn answer(mut self, number: &str) -> Result<Answer, Failure> {
        let scans = self.take_scans();
        if scans.is_empty() {
            self.without_events(number)?;
        }
        let (origin, destination) = (self.origin(), self.destination());
        let abroad = match (origin, destination) {
            (Some(origin), Some(destination)) if origin != destination => Some((origin, destination)),
            _ => None,
        };
        let event = |(index, scan): (usize, &Scan)| {
            let (newer, rest) = scans.split_at(index);
            scan.event(Around { newer, older: rest.get(1..).unwrap_or_default(), abroad })
        };
        let events: Vec<Event> = scans.iter().enumerate().map(event).collect();
        let done = is_end(latest_known(&events));
        Ok(Answer {
            summary: self.summary(),
            window: self.window().filter(|_| !done),
            handoffs: self.handoff(number).into_iter().collect(),
            origin: origin.map(|country| country.to_string()),
            destination: destination.map(|country| country.to_string()),
            facts: self.facts(),
            ..Answer::of_known(events)
        })
    }

    /// Every carrier's events in one row, newest first.
    fn take_scans(&mut self) -> Vec<Scan> {
        let providers = self.tracking.iter_mut().flat_map(|tracking| tracking.providers.iter_mut().flatten());
        let mut row: Vec<(Option<i64>, Scan)> = Vec::new();
        for provider in providers {
            let name = provider.provider.as_ref().and_then(|courier| courier.name.as_deref());
            let courier = name.and_then(text::non_empty);
            let mut scans = provider.events.take().unwrap_or_default();
            scans.truncate(EVENTS_MAX);
            scans.iter_mut().for_each(|scan| scan.courier.clone_from(&courier));
            row.extend(order::times(&scans).into_iter().zip(scans));
        }
        row.sort_by_key(|(time, _)| Reverse(*time));
        row.truncate(EVENTS_MAX);
        row.into_iter().map(|(_, scan)| scan).collect()
    }

    fn sub_status(&self) -> Option<&str> {
        let latest = self.latest_status.as_ref()?;
        latest.sub_status.as_deref().or(latest.status.as_deref()).map(str::trim)
    }

    /// A state alone is an answer, but for one that says that nothing has happened.
    fn without_events(&self, number: &str) -> Result<(), Failure> {
        let failed = |provider: &Provider| provider.latest_sync_status.as_deref().is_some_and(|told| told != "Success");
        match self.sub_status().unwrap_or_default() {
            "NotFound_InvalidCode" => Err(numbers::invalid_there(number)),
            "NotFound" | "NotFound_Other" | "" if self.providers().any(failed) => {
                Err(Failure::inconclusive(format!("17TRACK could not ask the carrier of {number}; it tries again")))
            }
            "NotFound" | "NotFound_Other" => Err(errors::not_found(number)),
            "" => Err(errors::nothing_yet(number)),
            "InfoReceived" => Err(Failure::no_scan_yet(format!(
                "17TRACK knows {number} as announced, and no carrier has scanned it yet"
            ))),
            _ => Ok(()),
        }
    }

    /// Not to be relied on: a parcel that waited to be collected was recorded as a problem. The events are believed first.
    fn summary(&self) -> Option<Summary> {
        let code = self.sub_status().filter(|code| !code.is_empty())?;
        let told = self.latest_status.as_ref().and_then(|latest| latest.sub_status_descr.as_deref());
        let words = told.and_then(text::non_empty).map(|words| text::discreet(&words));
        Some(SUB_STATUSES.summary(code, words.unwrap_or_else(|| text::clean(&codes::words(code)))))
    }

    fn window(&self) -> Option<Window> {
        let estimate = self.time_metrics.as_ref()?.estimated_delivery_date.as_ref()?;
        // Offsets are 17TRACK's guesses; a midnight means the day.
        let moment = |text: &Option<String>| {
            let text = text.as_deref()?;
            civil::parse(text).map(|moment| crate::event::guessed(civil::date_at_midnight(moment)))
        };
        let latest = moment(&estimate.to);
        let earliest = moment(&estimate.from).filter(|_| latest.is_some());
        let is_carriers =
            estimate.source.as_deref().is_none_or(|source| source.trim().eq_ignore_ascii_case("official"));
        let source = if is_carriers { "carrier" } else { "computed" };
        Some(Window { earliest, latest: latest.or_else(|| moment(&estimate.from))?, source: source.to_owned() })
    }

    fn origin(&self) -> Option<Country> {
        self.shipping_info.as_ref()?.shipper_address.as_ref()?.country()
    }

    fn destination(&self) -> Option<Country> {
        self.shipping_info.as_ref()?.recipient_address.as_ref()?.country()
    }

    /// The number at the carrier of the last mile, where it is another one.
    fn handoff(&self, number: &str) -> Option<Handoff> {
        let misc = self.misc_info.as_ref()?;
        let local = misc.local_number.trimmed()?;
        if text::is_same(local, number) || !numbers::is_askable(local) {
            return None;
        }
        let named = || misc.local_provider.as_deref().and_then(text::non_empty);
        let of_provider =
            |key| self.providers().filter_map(|told| told.provider.as_ref()).find(|told| *told.key == Some(key));
        let country = misc.local_key.and_then(|key| {
            of_provider(key).and_then(|told| country(told.country.as_deref()?)).or_else(|| carriers::country(key))
        });
        let carrier = misc.local_key.and_then(carriers::id).map(str::to_owned).or_else(named);
        let handoff = Handoff::new(local, Role::HandOff, 85, "17TRACK names it as the number at the last carrier");
        Some(handoff.at(carrier, country.map(|country| country.to_string())))
    }

    fn facts(&self) -> Vec<(String, String)> {
        let misc = self.misc_info.as_ref();
        let mut couriers: Vec<&str> = Vec::new();
        for told in self.providers().filter_map(|provider| provider.provider.as_ref()?.name.as_deref()) {
            if !couriers.contains(&told) {
                couriers.push(told);
            }
        }
        let pieces = misc.and_then(|misc| *misc.pieces).filter(|pieces| *pieces > 0);
        facts([
            ("service", misc.and_then(|misc| misc.service_type.clean())),
            ("weight_g", misc.and_then(|misc| grams((*misc.weight_kg)?, "kg"))),
            ("pieces", pieces.map(|pieces| pieces.to_string())),
            ("couriers", text::non_empty(couriers.join(", "))),
        ])
    }
}

impl Region {
    pub(crate) fn country(&self) -> Option<Country> {
        country(self.country.as_deref()?)
    }
}

fn country(code: &str) -> Option<Country> {
    Country::new(code.trim()).filter(Country::is_assigned)
}
