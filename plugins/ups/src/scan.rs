//! One scan in UPS's answer; UPS calls it an activity.

use parcelwatch_plugin::prelude::*;
use serde::Deserialize;

use crate::codes::{self, ScanCodes};
use crate::detail::Detail;
use crate::time;

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Scan {
    date: json::Text,
    time: json::Text,
    gmt_date: json::Text,
    gmt_time: json::Text,
    gmt_offset: json::Text,
    /// Its `slic` names a building, and one was recorded with two towns of different countries: it names no place, and only
    /// says which scans were made together.
    location: json::Object<Detail>,
    status: json::Object<State>,
}

/// A town. The lines with the street are not read.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Address {
    city: json::Text,
    state_province: json::Text,
    postal_code: json::Text,
    country_code: json::Text,
    country: json::Text,
}

/// What a scan says, or the parcel's current state.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct State {
    #[serde(rename = "type")]
    kind: json::Text,
    code: json::Text,
    status_code: json::Text,
    description: json::Text,
    simplified_text_description: json::Text,
}

/// What of the parcel decides on the meaning of its scans.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Route<'a> {
    pub origin: Option<&'a str>,
    pub destination: Option<&'a str>,
    /// A parcel of Mail Innovations, whose letters have meanings of their own.
    pub is_mail: bool,
}

impl Scan {
    pub(crate) fn scan_codes(&self) -> ScanCodes {
        self.status.as_ref().map(State::scan_codes).unwrap_or_default()
    }

    /// The country that its own address names.
    pub(crate) fn country(&self) -> Option<String> {
        self.location.as_ref()?.address.as_ref()?.country()
    }

    /// Whether both were made in one building, or at one time.
    pub(crate) fn is_beside(&self, other: &Self) -> bool {
        let slic = |scan: &Self| scan.location.as_ref().and_then(|location| location.slic.trimmed().map(str::to_owned));
        let time = |scan: &Self| (scan.date.0.clone(), scan.time.0.clone());
        (slic(self).is_some() && slic(self) == slic(other)) || (self.date.is_some() && time(self) == time(other))
    }

    /// `None` for a scan that says nothing at all.
    /// `beside` is the country of a scan that was made at the same place or in the same second.
    pub(crate) fn event(&self, route: Route<'_>, beside: Option<&str>) -> Option<Event> {
        let scan_codes = self.scan_codes();
        let words = self.status.as_ref().map(State::words).unwrap_or_default();
        let code = scan_codes.code();
        if code.is_none() && words.is_empty() {
            return None;
        }
        let place = self.location.as_ref().and_then(|location| location.address.as_ref()?.place());
        let here = place.as_ref().and_then(|place| place.country.as_deref()).or(beside);
        let is_at_origin = here.is_some() && here == route.origin && here != route.destination;
        let told = scan_codes.status(route.is_mail);
        let status = if is_at_origin { scan_codes.at_origin(told) } else { told };
        let mut event = Event { moment: self.moment(), code, place, ..Event::new(status, words) };
        let goes_back = matches!(status, Status::NotDelivered | Status::Returning | Status::Returned);
        if let Some(reason) = codes::return_reason(&scan_codes).filter(|_| goes_back) {
            event = event.fact("return_reason", reason);
        }
        let is_told = status == told && status != Status::Unknown;
        Some(event.with(scan_codes.problem(route.is_mail).filter(|_| is_told)))
    }

    /// The local clock with its offset. The fields in UTC are asked only where there is no local day: they come in
    /// several spellings, and not with every answer.
    fn moment(&self) -> Option<Moment> {
        let local = |day: &String| time::moment(day, self.time.as_deref(), self.gmt_offset.as_deref());
        let utc = || time::moment(self.gmt_date.as_deref()?, self.gmt_time.as_deref(), Some("Z"));
        let is_instant = |moment: &Moment| matches!(moment, Moment::Instant(_));
        self.date.as_ref().and_then(local).or_else(|| utc().filter(is_instant))
    }
}

impl State {
    fn scan_codes(&self) -> ScanCodes {
        let plain = |told: &Option<String>| told.as_deref().map(|told| told.trim().to_owned());
        ScanCodes {
            digits: self.status_code.as_deref().map(codes::digits),
            kind: plain(&self.kind),
            letters: plain(&self.code),
        }
    }

    /// UPS's own words, without those who signed or called.
    fn words(&self) -> String {
        let words =
            [&self.description, &self.simplified_text_description].into_iter().flatten().find_map(text::non_empty);
        text::discreet(&words.unwrap_or_default())
    }

    /// The state of the parcel as a whole. Its `code` holds the three digits, where a scan has them in `statusCode`.
    pub(crate) fn summary(&self) -> Summary {
        let mut told = [&self.code, &self.status_code].into_iter().flatten().map(|code| codes::digits(code));
        let code = told.find(|code| code.bytes().all(|b| b.is_ascii_digit()));
        Summary { status: codes::STATUS.status(code.as_deref()), code, text: self.words() }
    }
}

impl Address {
    pub(crate) fn country(&self) -> Option<String> {
        let told = [&self.country_code, &self.country].into_iter().flatten();
        let mut known = told.filter_map(|told| Country::new(told.trim()).filter(Country::is_assigned));
        known.next().map(|country| country.to_string())
    }

    fn place(&self) -> Option<Place> {
        let part = |told: &Option<String>| told.as_deref().and_then(text::non_empty);
        let (city, state, zip) = (part(&self.city), part(&self.state_province), part(&self.postal_code));
        let area = [state, zip.clone()].into_iter().flatten().collect::<Vec<_>>().join(" ");
        let country = self.country();
        let parts = [city.clone(), Some(area), country.clone()].into_iter().flatten();
        let text = parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
        (!text.is_empty()).then_some(Place { text, country, locality: city, postcode: zip })
    }
}
