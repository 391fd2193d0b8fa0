//! One event in 17TRACK's answer: what happened, on which clock, at which carrier.

use parcelwatch_plugin::prelude::*;
use serde::Deserialize;

use crate::codes::{STAGES, SUB_STATUSES};
use crate::record::Region;

#[derive(Clone, Deserialize, Default)]
#[serde(default)]
pub(crate) struct Scan {
    /// Local time, with an offset that is a guess.
    time_iso: json::Text,
    /// The same guess in UTC.
    time_utc: json::Text,
    /// What the carrier itself told.
    time_raw: json::Object<RawTime>,
    description: json::Text,
    description_translation: json::Text,
    location: json::Text,
    stage: json::Text,
    sub_status: json::Text,
    address: json::Object<Region>,
    /// The carrier that told it.
    #[serde(skip)]
    pub courier: Option<String>,
}

#[derive(Clone, Deserialize, Default)]
#[serde(default)]
struct RawTime {
    date: json::Text,
    time: json::Text,
    timezone: json::Text,
}

/// What an event is read beside: the rest of the parcel's.
#[derive(Clone, Copy)]
pub(crate) struct Around<'a> {
    pub newer: &'a [Scan],
    pub older: &'a [Scan],
    /// Where it comes from and where it goes, if those are two countries.
    pub abroad: Option<(Country, Country)>,
}

impl Scan {
    /// When it was, as 17TRACK reads the carrier's clock.
    pub(crate) fn reading(&self) -> Option<Moment> {
        self.utc().or_else(|| self.iso())
    }

    /// In UTC, whether it says so with a Z or not.
    fn utc(&self) -> Option<Moment> {
        civil::with_offset(self.time_utc.as_deref()?, Some("Z"))
    }

    fn iso(&self) -> Option<Moment> {
        civil::parse(self.time_iso.as_deref()?)
    }

    /// How far the clocks where it happened are from UTC, as 17TRACK guesses.
    pub(crate) fn offset(&self) -> Option<&str> {
        offset(self.time_iso.as_deref()?)
    }

    fn code(&self) -> Option<&str> {
        self.sub_status.as_deref().or(self.stage.as_deref()).map(str::trim)
    }

    fn is(&self, code: &str) -> bool {
        self.sub_status.as_deref() == Some(code)
    }

    fn region(&self) -> Option<Country> {
        self.address.as_ref()?.country()
    }

    pub(crate) fn event(&self, around: Around<'_>) -> Event {
        let status = self.status(around);
        let code = self.code();
        let words = self
            .description
            .discreet()
            .unwrap_or_else(|| text::clean(&crate::codes::words(code.unwrap_or("no words"))));
        let mut event = Event {
            moment: self.moment(),
            // The daemon counts codes whose meaning is unknown; a known one that has none is not among them.
            code: code.filter(|code| SUB_STATUSES.find(code) != Some(Status::Unknown)).map(text::clean),
            place: self.place(),
            translation: self.description_translation.discreet().filter(|translation| *translation != words),
            ..Event::new(status, words)
        };
        if status == Status::Returned || status == Status::Returning {
            let refused = |scan: &Scan| scan.is("DeliveryFailure_Rejected") || scan.is("Exception_Rejected");
            if around.older.iter().any(refused) {
                event = event.fact("return_reason", "refused");
            }
        }
        let event = event.with(self.sub_status.trimmed().and_then(|code| SUB_STATUSES.fact(code)));
        match &self.courier {
            Some(courier) => event.fact("courier", courier.clone()),
            None => event,
        }
    }

    /// The carrier's own clock where it is told, or else 17TRACK's reading of it. Either way the offset is but a hint: a
    /// German clock of September was recorded with the offset of winter.
    pub(crate) fn moment(&self) -> Option<Moment> {
        self.raw_moment().or_else(|| self.iso().map(guessed)).or_else(|| self.utc())
    }

    fn raw_moment(&self) -> Option<Moment> {
        let raw = self.time_raw.as_ref()?;
        let date = raw.date.as_deref()?.trim();
        let Some(time) = raw.time.trimmed() else {
            // 17TRACK may know more than the day; if not, its clock stands at midnight.
            let Some(told) = self.iso() else { return civil::parse(date) };
            return Some(guessed(civil::date_at_midnight(told)));
        };
        let time = civil::of_24_hours(time).unwrap_or_else(|| time.to_owned());
        let zone = raw.timezone.trimmed().or_else(|| self.offset());
        Some(civil::distrust(civil::parse(&format!("{date} {time}"))?, zone))
    }

    fn place(&self) -> Option<Place> {
        let region = self.address.as_ref();
        let listed = || {
            let parts = region?;
            let parts: Vec<&str> = [&parts.city, &parts.state].into_iter().flatten().map(String::as_str).collect();
            text::public(&parts.join(", "))
        };
        let text = self.location.discreet().or_else(listed);
        let country = self.region().map(|country| country.to_string());
        let text = text.or_else(|| country.clone())?;
        Some(Place { text, country, ..Place::default() })
    }

    fn status(&self, around: Around<'_>) -> Status {
        let by_stage = || self.stage.as_deref().and_then(|stage| STAGES.find(stage.trim()));
        let status = match self.sub_status.trimmed() {
            // A parcel that waited to be collected was recorded as a problem: the stage says more than these two.
            Some(vague @ ("InTransit_Other" | "Exception_Other")) => {
                by_stage().unwrap_or_else(|| SUB_STATUSES.status(vague))
            }
            Some(sub_status) => SUB_STATUSES.status(sub_status),
            None => by_stage().unwrap_or(Status::Unknown),
        };
        match status {
            // Customs of the country of origin have the same words, and must not look like an arrival.
            Status::ImportCustoms | Status::CustomsCleared if self.is_at_origin(around) => Status::ExportCustoms,
            // What is delivered on its way back is delivered to its sender.
            Status::Delivered if around.older.iter().any(|scan| scan.is("Exception_Returning")) => Status::Returned,
            status => status,
        }
    }

    /// Whether the parcel had not left its country, as far as the places and the other events tell.
    fn is_at_origin(&self, around: Around<'_>) -> bool {
        let has_left = |scan: &Scan| {
            scan.is("InTransit_Departure") || scan.is("InTransit_Arrival") || around.is_at_destination(scan)
        };
        match (around.abroad, self.region()) {
            (Some((origin, _)), Some(here)) => here == origin,
            _ => !around.older.iter().any(has_left) && around.newer.iter().any(has_left),
        }
    }
}

impl Around<'_> {
    fn is_at_destination(&self, scan: &Scan) -> bool {
        self.abroad.is_some_and(|(_, destination)| scan.region() == Some(destination))
    }
}

/// A moment whose offset nobody vouches for.
pub(crate) fn guessed(moment: Moment) -> Moment {
    let zone = match &moment {
        Moment::Instant(text) => offset(text).map(str::to_owned),
        _ => None,
    };
    civil::distrust(moment, zone.as_deref())
}

/// The offset at the end of an RFC 3339 time.
fn offset(text: &str) -> Option<&str> {
    let rest = text.trim().get(19..)?;
    rest.find(['Z', '+', '-']).map(|start| &rest[start..])
}
