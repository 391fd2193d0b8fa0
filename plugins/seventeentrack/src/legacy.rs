//! The old shape, v1: two rows of events without codes, and one state for the whole parcel, which is that of its latest
//! event.

use std::cmp::Reverse;

use parcelwatch_plugin::prelude::*;
use serde::Deserialize;

use crate::codes::OLD_STATES;
use crate::{carriers, errors};

#[derive(Clone, Deserialize, Default)]
#[serde(default)]
pub(crate) struct OldTrack {
    /// The state.
    e: json::Text,
    /// 17TRACK's numbers of the first carrier and of the last.
    w1: json::Integer,
    w2: json::Integer,
    /// The first carrier's events, and the last one's.
    z1: json::List<OldScan>,
    z2: json::List<OldScan>,
}

#[derive(Clone, Deserialize, Default)]
#[serde(default)]
struct OldScan {
    /// When, on a clock without a zone.
    a: json::Text,
    /// Where, in two parts.
    c: json::Text,
    d: json::Text,
    /// What, in the carrier's words.
    z: json::Text,
}

impl OldTrack {
    pub(crate) fn answer(&self, number: &str) -> Result<Answer, Failure> {
        let state = self.e.as_deref().unwrap_or_default().trim();
        let mut events: Vec<Event> =
            self.z1.iter().flatten().chain(self.z2.iter().flatten()).map(OldScan::event).collect();
        if events.is_empty() && matches!(state, "0" | "") {
            return Err(if state.is_empty() { errors::nothing_yet(number) } else { errors::not_found(number) });
        }
        // Each row is in order, and the sort leaves equal times as they are.
        events.sort_by_key(|event| Reverse(event.moment.as_ref().map(|moment| moment.shown().to_owned())));
        let status = OLD_STATES.status(state);
        if matches!(status, Status::AvailableForPickup | Status::DeliveryFailed | Status::Delivered) {
            // Both carriers may tell of it.
            let latest = events.first().and_then(|event| event.moment.clone());
            for event in events.iter_mut().take_while(|event| event.moment == latest) {
                event.status = status;
            }
        }
        let country = |key: Option<i64>| key.and_then(carriers::country).map(|country| country.to_string());
        Ok(Answer {
            summary: (!state.is_empty()).then(|| OLD_STATES.summary(state, status.key().replace('_', " "))),
            origin: country(*self.w1),
            destination: country(*self.w2),
            done: status == Status::Delivered,
            events,
            ..Answer::default()
        })
    }
}

impl OldScan {
    fn event(&self) -> Event {
        let parts: Vec<&str> = [&self.d, &self.c].into_iter().flatten().map(String::as_str).collect();
        Event {
            moment: self.a.moment(),
            place: text::public(&parts.join(", ")).map(Place::named),
            ..Event::new(Status::Unknown, self.z.discreet().unwrap_or_else(|| "no words".to_owned()))
        }
    }
}
