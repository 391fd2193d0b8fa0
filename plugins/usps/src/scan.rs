//! One scan in USPS's answer.

use parcelwatch_plugin::prelude::*;
use serde::Deserialize;

use crate::codes;

/// Who signed and for which firm stands beside these fields and is not read.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Scan {
    event_type: json::Text,
    event_code: json::Text,
    event_timestamp: json::Text,
    #[serde(rename = "GMTOffset")]
    offset: json::Text,
    event_city: json::Text,
    event_state: json::Text,
    #[serde(rename = "eventZIP")]
    event_zip: json::Text,
    event_country: json::Text,
}

impl Scan {
    /// What happened; none where there is neither a code nor a word for it.
    pub(crate) fn event(&self) -> Option<Event> {
        let words = text::discreet(&text::clean(self.event_type.as_deref().unwrap_or_default()));
        let code = self.event_code.trimmed();
        if code.is_none() && words.is_empty() {
            return None;
        }
        let status = codes::status(code, &words);
        let fact = match status {
            Status::Delivered => codes::LEFT_AT.first(&words).map(|place| ("delivered_to", place)),
            Status::NotDelivered | Status::Returning | Status::Returned => {
                codes::REASONS.first(&words).map(|reason| ("return_reason", reason))
            }
            _ => None,
        };
        Some(
            Event {
                moment: self.moment(),
                code: code.map(str::to_owned),
                place: self.place(),
                ..Event::new(status, words)
            }
            .with(fact),
        )
    }

    /// The local clock and its offset. A `Z` behind the clock is wrong, and so is `GMTTimestamp`, which has the local date
    /// with the time in UTC: a day early after a local evening. Some scans have no offset.
    fn moment(&self) -> Option<Moment> {
        match local(self.event_timestamp.as_deref()?)? {
            Moment::Clock { at, .. } => civil::with_offset(&at, self.offset.as_deref()),
            moment => Some(moment),
        }
    }

    fn place(&self) -> Option<Place> {
        let part = |text: &Option<String>| text.as_deref().and_then(text::non_empty);
        let (city, state, zip) = (part(&self.event_city), part(&self.event_state), part(&self.event_zip));
        let land = part(&self.event_country);
        let area = [state.clone(), zip.clone()].into_iter().flatten().collect::<Vec<_>>().join(" ");
        let parts = [city.clone(), Some(area), land.clone()].into_iter().flatten();
        let text = parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
        let country = match &land {
            Some(land) => country(land),
            None => state.as_deref().filter(|state| is_at_home(state)).and_then(|_| Country::new("US")),
        };
        // Without a state or a country it is the name of a facility rather than of a town.
        let locality = city.filter(|_| state.is_some() || land.is_some());
        let country = country.map(|country| country.to_string());
        (!text.is_empty()).then_some(Place { text, country, locality, postcode: zip })
    }
}

/// A clock of USPS's: whatever stands behind it, it is local.
pub(crate) fn local(text: &str) -> Option<Moment> {
    Some(civil::distrust(civil::parse(text)?, None))
}

/// A country's letters or its name.
pub(crate) fn country(text: &str) -> Option<Country> {
    Country::new(text).filter(Country::is_assigned).or_else(|| Country::from_name(text))
}

/// Whether the letters are a state; military post, which is abroad, has letters of its own.
fn is_at_home(state: &str) -> bool {
    matches!(state.as_bytes(), [a, b] if a.is_ascii_uppercase() && b.is_ascii_uppercase())
        && !matches!(state, "AA" | "AE" | "AP")
}
