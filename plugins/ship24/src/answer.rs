//! The form of Ship24's answer, and which of the shipments in it is the one that was asked for. What nobody reads is
//! left out, people above all: the recipient, and who signed.

use parcelwatch_plugin::http::Reply;
use parcelwatch_plugin::prelude::*;
use parcelwatch_plugin::same_number::{SameNumberParcel, resolve};
use serde::Deserialize;

use crate::errors::{self, ApiError};
use crate::request::Plan;
use crate::scan::{Scan, same};

#[derive(Deserialize, Default)]
#[serde(default)]
struct Response {
    data: json::Object<Data>,
    errors: json::List<ApiError>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Data {
    trackings: json::List<Tracking>,
}

/// One shipment, as Ship24 knows it.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct Tracking {
    /// Only with a plan per shipment.
    pub tracker: json::Object<TrackerInfo>,
    pub shipment: json::Object<Shipment>,
    pub events: json::List<Scan>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct TrackerInfo {
    pub tracker_id: json::Text,
    tracking_number: json::Text,
    /// "false" once Ship24 looks for no more news.
    pub is_tracked: json::Text,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Shipment {
    shipment_id: json::Text,
    pub status_milestone: json::Text,
    pub origin_country_code: json::Text,
    pub destination_country_code: json::Text,
    pub delivery: json::Object<Delivery>,
    tracking_numbers: json::List<TrackingNumber>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Delivery {
    pub estimated_delivery_date: json::Text,
    pub courier_estimated_delivery_date: json::Object<Frame>,
    pub service: json::Text,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct Frame {
    pub from: json::Text,
    pub to: json::Text,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct TrackingNumber {
    tn: json::Text,
}

/// The shipment that a reply tells of a parcel, or why it tells none.
pub(crate) fn tracking(reply: &Reply, parcel: &Parcel, plan: Plan) -> Result<Tracking, Failure> {
    let number = parcel.number.as_str();
    let response: Response = reply.json_or_error()?;
    let error = response.errors.iter().flatten().next();
    match response.data.0.and_then(|data| data.trackings.0) {
        Some(trackings) if error.is_none() || !trackings.is_empty() => choose(trackings, parcel),
        _ => Err(errors::failure(reply, error, number, plan)),
    }
}

/// The shipment that bears the parcel's number, or names no number at all, and that the user's hints do not exclude.
fn choose(mut trackings: Vec<Tracking>, parcel: &Parcel) -> Result<Tracking, Failure> {
    let number = parcel.number.as_str();
    trackings.retain(|tracking| tracking.numbers().next().is_none() || tracking.numbers().any(|own| same(own, number)));
    if trackings.is_empty() {
        return Err(Failure::left_out("Ship24", number));
    }
    let identities: Vec<SameNumberParcel> = trackings.iter().map(Tracking::identity).collect();
    resolve(parcel, "Ship24", &identities).map(|index| trackings.swap_remove(index))
}

impl Tracking {
    pub(crate) fn scans(&self) -> &[Scan] {
        self.events.as_deref().unwrap_or_default()
    }

    /// The shipment's numbers at all of its couriers.
    pub(crate) fn shipment_numbers(&self) -> impl Iterator<Item = &str> {
        let listed = self.shipment.iter().flat_map(|shipment| shipment.tracking_numbers.iter().flatten());
        listed.filter_map(|listed| listed.tn.as_deref())
    }

    /// Every number that it bears.
    fn numbers(&self) -> impl Iterator<Item = &str> {
        let of_tracker = self.tracker.as_ref().and_then(|tracker| tracker.tracking_number.as_deref());
        let of_scans =
            self.scans().iter().flat_map(|scan| [&scan.tracking_number, &scan.event_tracking_number]).flatten();
        of_tracker.into_iter().chain(self.shipment_numbers()).chain(of_scans.map(String::as_str))
    }

    fn identity(&self) -> SameNumberParcel {
        let moment = |scan: &Scan| civil::parse(scan.occurrence_datetime.as_deref()?);
        let shipment = self.shipment.as_ref();
        let shipped = self.scans().iter().rev().find_map(moment);
        let country = shipment.and_then(|shipment| shipment.destination_country_code.0.clone());
        let day = shipped.as_ref().and_then(Moment::day);
        let couriers = self.couriers().join(", ");
        let label = format!("{couriers}, from {}, to {}", day.unwrap_or("?"), country.as_deref().unwrap_or("?"));
        SameNumberParcel {
            id: shipment.and_then(|shipment| shipment.shipment_id.0.clone()),
            service: None,
            last: self.scans().iter().find_map(moment),
            shipped,
            country,
            postcode: None,
            label: text::clean(label.trim_start_matches(", ")),
        }
    }

    /// The couriers that told of it, the newest first.
    pub(crate) fn couriers(&self) -> Vec<&str> {
        let mut couriers: Vec<&str> = Vec::new();
        for courier in self.scans().iter().filter_map(|scan| scan.courier_code.as_deref()) {
            if !couriers.contains(&courier) {
                couriers.push(courier);
            }
        }
        couriers
    }
}
