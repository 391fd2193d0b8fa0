//! The form of Royal Mail's answer, and what it tells of a parcel.

use parcelwatch_plugin::http::Reply;
use parcelwatch_plugin::prelude::*;
use serde::Deserialize;

use crate::errors::{self, ApiError};
use crate::{codes, countries};

/// Reads what the answer says of one number. An error may come under HTTP 200, and then stands in the answer's place.
pub(crate) fn read(reply: &Reply, number: &str) -> Result<Answer, Failure> {
    let response: Response = reply.json().map_err(|failure| errors::POLICY.unread(reply, failure))?;
    let pieces = response.mail_pieces.as_deref().unwrap_or_default();
    let refusals = response.errors.as_deref().unwrap_or_default();
    let ours = match pieces {
        // An answer to one number need not repeat it.
        [piece] if piece.names().next().is_none() || piece.names().any(|name| text::is_variant(name, number)) => {
            Some(piece)
        }
        _ => pieces.iter().find(|piece| piece.is_about(number)),
    };
    match ours {
        Some(piece) if piece.events.is_some() || refusals.is_empty() => piece.answer(number),
        None if !pieces.is_empty() && refusals.is_empty() => Err(Failure::other_number("Royal Mail", number)),
        _ => Err(errors::failure(refusals, *response.http_code, number, reply)),
    }
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Response {
    /// One object here; a list where several numbers are asked about.
    mail_pieces: json::List<Piece>,
    http_code: json::Integer,
    errors: json::List<ApiError>,
}

/// What the answer says of one number. Who signed stands beside these fields, in `signature`, and is not read.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Piece {
    mail_piece_id: json::Text,
    summary: json::Object<Overview>,
    estimated_delivery: json::Object<Estimate>,
    events: json::List<Scan>,
}

/// `summaryLine` may name the one who signed, and is not read.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Overview {
    unique_item_id: json::Text,
    #[serde(rename = "oneDBarcode")]
    barcode: json::Text,
    product_name: json::Text,
    destination_country_code: json::Text,
    origin_country_code: json::Text,
    status_description: json::Text,
    status_category: json::Text,
    international_postal_provider: json::Object<Provider>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Provider {
    title: json::Text,
}

/// A day, and between which hours of it.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Estimate {
    date: json::Text,
    start_of_estimated_window: json::Text,
    end_of_estimated_window: json::Text,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Scan {
    event_code: json::Text,
    event_name: json::Text,
    event_date_time: json::Text,
    location_name: json::Text,
}

impl Piece {
    /// A parcel has a plain barcode and a longer id in its 2D barcode; either may have been asked about.
    fn names(&self) -> impl Iterator<Item = &str> {
        let of_summary = self.summary.iter().flat_map(|summary| [&summary.barcode, &summary.unique_item_id]);
        [&self.mail_piece_id].into_iter().chain(of_summary).flatten().map(|name| name.trim())
    }

    fn is_about(&self, number: &str) -> bool {
        self.names().any(|name| text::is_same(name, number))
    }

    fn answer(&self, number: &str) -> Result<Answer, Failure> {
        let Some(scans) = self.events.as_deref() else {
            return Err(Failure::without("Royal Mail", number, "list of events"));
        };
        let overview = self.summary.as_ref();
        let summary = overview.and_then(Overview::summary);
        if scans.is_empty() && summary.is_none() {
            return Err(Failure::not_scanned("Royal Mail", number));
        }
        let events: Vec<Event> = scans.iter().map(Scan::event).collect();
        let done = is_end(events.first().map(|event| event.status));
        let destination = overview.and_then(|overview| countries::two_letters(&overview.destination_country_code));
        Ok(Answer {
            summary,
            window: self.estimated_delivery.as_ref().filter(|_| !done).and_then(|told| told.window(destination)),
            origin: overview
                .and_then(|overview| countries::two_letters(&overview.origin_country_code))
                .map(str::to_owned),
            destination: destination.map(str::to_owned),
            facts: overview.map(|overview| overview.facts(destination)).unwrap_or_default(),
            ..Answer::of(events)
        })
    }
}

impl Overview {
    fn summary(&self) -> Option<Summary> {
        let category = self.status_category.clean()?;
        Some(codes::CATEGORIES.summary(&category, self.status_description.line()))
    }

    /// Abroad another post brings it to the door, and is named without a number of its own; at home the same field
    /// names Royal Mail itself.
    fn facts(&self, destination: Option<&str>) -> Vec<(String, String)> {
        let provider = self.international_postal_provider.as_ref().and_then(|provider| provider.title.as_deref());
        let foreign = provider.and_then(text::non_empty).filter(|name| {
            let is_own = name.to_ascii_lowercase().starts_with("royal mail");
            !is_own && destination != Some("GB")
        });
        let service = self.product_name.clean();
        facts([("service", service), ("local_carrier", foreign)])
    }
}

impl Estimate {
    /// The hours are those of the recipient's door. Their offset is not believed: in the only public example it is that
    /// of summer, in February.
    fn window(&self, destination: Option<&str>) -> Option<Window> {
        let Moment::Date(day) = civil::date_at_midnight(civil::parse(self.date.as_deref()?)?) else { return None };
        let zone = destination.filter(|country| *country == "GB").map(|_| "Europe/London");
        let at = |time: &Option<String>| {
            let moment = civil::parse(&format!("{day}T{}", time.as_deref()?.trim()))?;
            Some(civil::distrust(moment, zone))
        };
        let earliest = at(&self.start_of_estimated_window);
        let latest = at(&self.end_of_estimated_window);
        Some(Window { earliest, latest: latest.unwrap_or(Moment::Date(day)), source: "carrier".into() })
    }
}

impl Scan {
    fn event(&self) -> Event {
        let code = self.event_code.trimmed();
        let place = self.location_name.discreet();
        Event {
            moment: self.event_date_time.moment(),
            code: code.map(str::to_owned),
            place: place.map(Place::named),
            ..Event::new(codes::EVENTS.status(code), self.event_name.line())
        }
        .with(code.and_then(|code| codes::EVENTS.fact(code)))
    }
}
