//! One event in Ship24's answer: what happened, on which clock, at which courier, under which number.

use parcelwatch_plugin::prelude::*;
use serde::Deserialize;

use crate::codes::{self, CODES, Customs, MILESTONES};
use crate::{courier, facts};

/// `statusCategory`, `sourceCode` and three deprecated fields of time say nothing beside these.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Scan {
    /// The number that Ship24 was asked about.
    pub tracking_number: json::Text,
    /// The number under which this event was found.
    pub event_tracking_number: json::Text,
    pub occurrence_datetime: json::Text,
    /// True where the courier tells the day alone, and midnight is only put behind it.
    has_no_time: json::Text,
    /// Lower is older, among events of one time.
    pub order: json::Integer,
    pub courier_code: json::Text,
    /// The courier's own words.
    status: json::Text,
    location: json::Text,
    status_code: json::Text,
    status_milestone: json::Text,
}

/// What an event is read beside: the rest of the shipment.
#[derive(Clone, Copy)]
pub(crate) struct Around<'a> {
    /// The number that was asked.
    pub number: &'a str,
    pub newer: &'a [Scan],
    pub older: &'a [Scan],
    /// Where it goes, if that is another country than where it comes from.
    pub abroad: Option<Country>,
}

impl Scan {
    pub(crate) fn code(&self) -> Option<&str> {
        self.status_code.trimmed().filter(|code| !code.is_empty())
    }

    /// The code, if it says something of the parcel.
    fn spoken(&self) -> Option<&str> {
        self.code().filter(|code| !codes::SILENT.contains(code))
    }

    fn milestone(&self) -> &str {
        self.status_milestone.as_deref().unwrap_or_default().trim()
    }

    fn unknown_milestone(&self) -> Option<&str> {
        Some(self.milestone()).filter(|milestone| !milestone.is_empty() && MILESTONES.find(milestone).is_none())
    }

    pub(crate) fn event(&self, around: Around<'_>) -> Event {
        let status = self.status(around);
        let words = self.status.discreet().unwrap_or_else(|| self.code().unwrap_or(self.milestone()).replace('_', " "));
        let mut event = Event {
            // The vendor says what each form means: the local clock, with its offset where the courier tells it, or
            // UTC.
            moment: self.moment(),
            // A milestone is the shipment's, and no code of an event; only one that nobody knows yet is told.
            code: self.spoken().or(self.unknown_milestone()).map(str::to_owned),
            place: self.location.discreet().map(Place::named),
            ..Event::new(status, words)
        };
        event.facts.extend(facts::of(status, &event.text, around.older));
        event = event.with(self.spoken().and_then(|code| codes::CODES.fact(code)));
        if let Some(number) = self.event_tracking_number.trimmed().filter(|own| !same(own, around.number)) {
            event = event.fact("number", text::clean(number));
        }
        match self.courier_code.as_ref() {
            Some(courier) => event.fact("courier", text::clean(courier)),
            None => event,
        }
    }

    fn moment(&self) -> Option<Moment> {
        let moment = self.occurrence_datetime.moment()?;
        Some(if self.has_no_time.trimmed() == Some("true") { civil::date_only(moment) } else { moment })
    }

    fn status(&self, around: Around<'_>) -> Status {
        let status = match self.spoken() {
            Some(code) => codes::of_customs(code, self.customs(around)).unwrap_or(CODES.status(code)),
            None => {
                let is_new = around.older.first().is_none_or(|before| before.milestone() != self.milestone());
                codes::of_milestone(self.milestone(), is_new)
            }
        };
        match status {
            // What is delivered on its way back is delivered to its sender.
            Status::Delivered if tells(around.older, "exception_return") => Status::Returned,
            status => status,
        }
    }

    /// Whose customs: those of the country of origin until the parcel has left it.
    fn customs(&self, around: Around<'_>) -> Customs {
        let is_abroad = |scans: &[Scan]| codes::ABROAD.iter().any(|code| tells(scans, code));
        let there = around.abroad.is_some() && self.courier_code.as_deref().and_then(courier::country) == around.abroad;
        if there || is_abroad(around.older) {
            Customs::Import
        } else if is_abroad(around.newer) {
            Customs::Export
        } else {
            Customs::Either
        }
    }
}

/// Whether one of these events has a code.
pub(crate) fn tells(scans: &[Scan], code: &str) -> bool {
    scans.iter().any(|scan| scan.code() == Some(code))
}

/// Whether two numbers are one.
pub(crate) fn same(number: &str, other: &str) -> bool {
    number.trim().eq_ignore_ascii_case(other.trim())
}
