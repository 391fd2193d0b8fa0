//! The form of USPS's answer, and what it tells of a parcel. Version 3 answers with one object; v3r2, which takes a list,
//! answers with one. Both are read.

use parcelwatch_plugin::http::Reply;
use parcelwatch_plugin::prelude::*;
use parcelwatch_plugin::same_number::{self, SameNumberParcel, resolve};
use serde::Deserialize;

use crate::codes::{self, CATEGORIES};
use crate::errors::ApiError;
use crate::numbers;
use crate::scan::{Scan, country, local};

/// Reads what the answer says of one number.
pub(crate) fn read(reply: &Reply, number: &str, parcel: &Parcel) -> Result<Answer, Failure> {
    let json::List::<Piece>(Some(pieces)) = reply.json()? else {
        return Err(Failure::changed("USPS's answer is neither an object nor a list any more"));
    };
    let ours: Vec<&Piece> = pieces.iter().filter(|piece| piece.is_about(number)).collect();
    match (ours.as_slice(), pieces.as_slice()) {
        ([], [piece]) if piece.error.is_some() => piece.answer(number, reply),
        ([], [piece]) if piece.is_variant(number) => one_of(&[piece], parcel)?.answer(number, reply),
        ([], pieces) if pieces.iter().any(|piece| piece.tracking_number.is_none()) => Err(Failure::nameless("USPS")),
        ([], _) => Err(Failure::left_out("USPS", number)),
        (ours, _) => one_of(ours, parcel)?.answer(number, reply),
    }
}

/// Numbers are used again: the hints of the user decide which it is, also where USPS has one only, which may be an
/// older one.
fn one_of<'a>(pieces: &[&'a Piece], parcel: &Parcel) -> Result<&'a Piece, Failure> {
    // One that is told twice may be told in full once only.
    let is_fuller = |one: &Piece, other: &Piece| one.is_same(other) && one.scans() > other.scans();
    let pieces: Vec<&Piece> =
        pieces.iter().copied().filter(|piece| !pieces.iter().any(|other| is_fuller(other, piece))).collect();
    let identities: Vec<SameNumberParcel> = pieces.iter().map(|piece| piece.identity()).collect();
    resolve(parcel, "USPS", &identities).map(|index| pieces[index])
}

/// What the answer says of one parcel; USPS calls it a mail piece.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Piece {
    error: Option<ApiError>,
    tracking_number: json::Text,
    #[serde(rename = "uniqueMailPieceID", alias = "uniqueMailPieceId")]
    unique_id: json::Text,
    mail_piece_intake_date: json::Text,
    mail_class: json::Text,
    mail_type: json::Text,
    origin_country: json::Text,
    destination_country_code: json::Text,
    destination_city: json::Text,
    #[serde(rename = "destinationZIP")]
    destination_zip: json::Text,
    status: json::Text,
    status_category: json::Text,
    status_summary: json::Text,
    predicted_delivery_date: json::Text,
    predicted_delivery_window_start_time: json::Text,
    predicted_delivery_window_end_time: json::Text,
    expected_delivery_time_stamp: json::Text,
    guaranteed_delivery_time_stamp: json::Text,
    return_date_notice: json::Text,
    tracking_events: json::List<Scan>,
}

impl Piece {
    fn is_about(&self, number: &str) -> bool {
        self.tracking_number.as_deref().is_some_and(|told| text::is_same(numbers::plain(told.trim()), number))
    }

    fn is_variant(&self, number: &str) -> bool {
        self.tracking_number.as_deref().is_some_and(|told| text::is_variant(told, number))
    }

    fn scans(&self) -> usize {
        self.tracking_events.as_ref().map_or(0, Vec::len)
    }

    /// Whether USPS itself calls both by one name.
    fn is_same(&self, other: &Self) -> bool {
        self.unique_id.is_some()
            && self.unique_id == other.unique_id
            && self.mail_piece_intake_date == other.mail_piece_intake_date
    }

    /// What tells it from other parcels under its number.
    fn identity(&self) -> SameNumberParcel {
        let events = self.events();
        let told = |event: &Event| event.moment.clone();
        let taken_in = self.mail_piece_intake_date.as_deref().and_then(local);
        let shipped = taken_in.or_else(|| events.iter().rev().find_map(told));
        SameNumberParcel {
            id: self.unique_id.0.clone(),
            service: None,
            last: events.iter().find_map(told).or_else(|| shipped.clone()),
            country: self.destination(),
            postcode: self.destination_zip.0.clone(),
            label: self.label(shipped.as_ref(), &events),
            shipped,
        }
    }

    /// What people see: "mailed 2026-11-10, to EXAMPLE SPRINGS, Delivered". Without an id and dates, it is all that tells
    /// one from another.
    fn label(&self, shipped: Option<&Moment>, events: &[Event]) -> String {
        let city = self.destination_city.clean();
        let status = events.first().map(|event| event.status).or_else(|| Some(self.summary()?.status));
        let state = status.filter(|status| *status != Status::Unknown).map(Status::title);
        same_number::label("mailed", shipped, &[(", to ", city.as_deref()), (", ", state)])
    }

    fn events(&self) -> Vec<Event> {
        self.tracking_events.iter().flatten().filter_map(Scan::event).collect()
    }

    fn answer(&self, number: &str, reply: &Reply) -> Result<Answer, Failure> {
        if let Some(refusal) = &self.error {
            return Err(refusal.failure(number, reply));
        }
        let mut events = self.events();
        let summary = self.summary();
        match (self.tracking_events.as_deref(), &summary) {
            // Nothing tells how old the summary is, where the scans cannot be read.
            (Some([_, ..]), _) if events.is_empty() => {
                return Err(Failure::changed(format!("USPS tells scans of {number} that this plugin cannot read")));
            }
            (Some([]), None) => {
                return Err(Failure::not_scanned("USPS", number));
            }
            (None, None) => {
                return Err(Failure::nothing_known("USPS", number));
            }
            _ => {}
        }
        self.say_until_when(&mut events);
        Ok(Answer {
            summary,
            window: self.window(),
            origin: self.origin(),
            destination: self.destination(),
            facts: facts([("service", self.mail_class.clean())]),
            ..Answer::of(events)
        })
    }

    /// The day on which it goes back is the day before which it must be fetched.
    fn say_until_when(&self, events: &mut [Event]) {
        let waits = |event: &&mut Event| matches!(event.status, Status::AvailableForPickup | Status::DeliveryFailed);
        let until = self.return_date_notice.as_deref().and_then(day);
        if let (Some(newest), Some(until)) = (events.first_mut().filter(waits), until) {
            newest.facts.push(("pickup_until".to_owned(), until));
        }
    }

    fn summary(&self) -> Option<Summary> {
        let words = self.status.clean();
        let overruled = words.as_deref().and_then(codes::against_the_code);
        let sentence = self.status_summary.clean().or(words);
        let category = self.status_category.trimmed();
        if sentence.is_none() && category.is_none() {
            return None;
        }
        let status = overruled.unwrap_or_else(|| CATEGORIES.status(category));
        Some(Summary::new(status, category, text::discreet(&sentence.unwrap_or_default())))
    }

    /// The prediction has hours and follows the parcel; expected and guaranteed are promises made once.
    fn window(&self) -> Option<Window> {
        let promise = || {
            let promises = [&self.expected_delivery_time_stamp, &self.guaranteed_delivery_time_stamp];
            let latest = promises.into_iter().flatten().find_map(|text| estimate(text))?;
            Some((None, latest))
        };
        let (earliest, latest) = self.prediction().or_else(promise)?;
        Some(Window::new(earliest, latest))
    }

    fn prediction(&self) -> Option<(Option<Moment>, Moment)> {
        let day = day(self.predicted_delivery_date.as_deref()?)?;
        // How a day's hours are written, the vendor's text leaves open.
        let at = |hour: &Option<String>| {
            let hour = hour.as_deref()?.trim();
            let hour = civil::of_24_hours(hour).unwrap_or_else(|| hour.to_owned());
            civil::parse(&format!("{day} {hour}")).filter(|moment| matches!(moment, Moment::Clock { .. }))
        };
        let earliest = at(&self.predicted_delivery_window_start_time);
        let latest = at(&self.predicted_delivery_window_end_time);
        Some((earliest, latest.unwrap_or_else(|| Moment::Date(day.clone()))))
    }

    fn origin(&self) -> Option<String> {
        self.land(self.origin_country.as_deref(), &["DM", "DOMESTIC_MAIL", "INTERNATIONAL_OUTBOUND"])
    }

    fn destination(&self) -> Option<String> {
        self.land(self.destination_country_code.as_deref(), &["DM", "DOMESTIC_MAIL", "INTERNATIONAL_INBOUND"])
    }

    /// The country told, or the United States for mail of these types.
    fn land(&self, told: Option<&str>, at_home: &[&str]) -> Option<String> {
        let told = told.and_then(|told| country(told.trim())).map(|country| country.to_string());
        let is_at_home = self.mail_type.as_deref().is_some_and(|kind| at_home.contains(&kind.trim()));
        told.or_else(|| is_at_home.then(|| "US".to_owned()))
    }
}

/// An estimate at midnight means the day.
fn estimate(text: &str) -> Option<Moment> {
    match local(text)? {
        Moment::Clock { at, .. } if at.ends_with("T00:00:00") => Some(Moment::Date(at[..10].to_owned())),
        moment => Some(moment),
    }
}

/// The day of a date or a clock.
fn day(text: &str) -> Option<String> {
    local(text)?.day().map(str::to_owned)
}
