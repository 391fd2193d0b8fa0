//! The shape of an answer. What nobody reads is left out, people above all: contacts, street lines, who received it,
//! who signed, customer references, contents. Everything may be missing, and nothing that is wrong spoils the rest.

use parcelwatch_plugin::json;
use serde::Deserialize;

use crate::BATCH_MAX;

/// Two results under a number are known; more than this are no parcel's, and each is compared with all others.
const RESULTS_MAX: usize = 50;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Response {
    pub output: json::Object<Output>,
    pub errors: json::List<ApiError>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Output {
    pub complete_track_results: json::List<Results>,
    pub alerts: json::Texts,
}

/// Everything under one number.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Results {
    pub tracking_number: json::Text,
    pub track_results: json::List<TrackResult>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ApiError {
    pub code: json::Text,
}

/// One parcel's result, or why there is none.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct TrackResult {
    pub tracking_number_info: json::Object<NumberInfo>,
    pub additional_tracking_info: json::Object<AdditionalInfo>,
    pub shipper_information: json::Object<Party>,
    pub recipient_information: json::Object<Party>,
    pub origin_location: json::Object<Site>,
    pub destination_location: json::Object<Site>,
    pub hold_at_location: json::Object<Site>,
    pub latest_status_detail: json::Object<Latest>,
    pub date_and_times: json::List<Dated>,
    pub scan_events: json::List<Scan>,
    pub delivery_details: json::Object<DeliveryDetails>,
    pub package_details: json::Object<PackageDetails>,
    pub service_detail: json::Object<Described>,
    pub service_commit_message: json::Object<Message>,
    pub information_notes: json::List<Described>,
    pub estimated_delivery_time_window: json::Object<Estimate>,
    pub standard_transit_time_window: json::Object<Estimate>,
    pub error: json::Object<ApiError>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct NumberInfo {
    pub tracking_number: json::Text,
    /// Tells results under one number apart.
    pub tracking_number_unique_id: json::Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct AdditionalInfo {
    pub package_identifiers: json::List<Identifier>,
}

/// A further number. Live answers have `values`, older documents say `value`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Identifier {
    #[serde(rename = "type")]
    pub kind: json::Text,
    pub values: json::Texts,
    pub value: json::Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Party {
    pub address: json::Object<Address>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Site {
    pub location_contact_and_address: json::Object<Contact>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Contact {
    pub contact: json::Object<Company>,
    pub address: json::Object<Address>,
}

/// A name of a business; that of a person beside it is left out.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Company {
    pub company_name: json::Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Address {
    pub city: json::Text,
    pub state_or_province_code: json::Text,
    pub postal_code: json::Text,
    pub country_code: json::Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Latest {
    pub code: json::Text,
    /// What FedEx makes of it, which can differ: FD with RL, running late.
    pub derived_code: json::Text,
    pub status_by_locale: json::Text,
    pub description: json::Text,
    pub delay_detail: json::Object<Delay>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Delay {
    #[serde(rename = "type")]
    pub kind: json::Text,
    pub status: json::Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Dated {
    #[serde(rename = "type")]
    pub kind: json::Text,
    pub date_time: json::Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Scan {
    pub date: json::Text,
    pub event_type: json::Text,
    pub derived_status_code: json::Text,
    pub event_description: json::Text,
    pub exception_description: json::Text,
    pub scan_location: json::Object<Address>,
    pub location_type: json::Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct DeliveryDetails {
    pub location_type: json::Text,
    pub location_description: json::Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct PackageDetails {
    pub count: json::Integer,
    pub weight_and_dimensions: json::Object<Weights>,
}

/// The same weight in several units.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Weights {
    pub weight: json::List<Weight>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Weight {
    pub value: json::Number,
    pub unit: json::Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Described {
    pub code: json::Text,
    pub description: json::Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Message {
    pub message: json::Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Estimate {
    pub window: json::Object<Hours>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Hours {
    pub begins: json::Text,
    pub ends: json::Text,
}

impl Response {
    /// The results under a number: FedEx repeats the number that was asked, and each result bears the one it found. An
    /// answer has no more results than FedEx takes numbers; what is beyond them is not read.
    pub(crate) fn track_results(&self, number: &str) -> Vec<&TrackResult> {
        let results = self.output.iter().flat_map(|output| output.complete_track_results.iter().flatten());
        let results = results.take(usize::from(BATCH_MAX));
        let same = |told: Option<&str>| told.is_some_and(|told| parcelwatch_plugin::text::is_same(told, number));
        let mut track_results = Vec::new();
        for results in results {
            let ours = same(results.tracking_number.as_deref());
            track_results.extend(
                results.track_results.iter().flatten().filter(|track_result| ours || same(track_result.number())),
            );
        }
        track_results.truncate(RESULTS_MAX);
        track_results
    }

    /// Whether FedEx says of the whole question that there is nothing.
    pub(crate) fn has_no_data(&self) -> bool {
        let mut alerts = self.output.iter().flat_map(|output| output.alerts.iter().flatten());
        alerts.any(|alert| alert.contains("DATA.NOTFOUND"))
    }
}

impl TrackResult {
    pub(crate) fn number(&self) -> Option<&str> {
        self.tracking_number_info.as_ref()?.tracking_number.as_deref()
    }

    pub(crate) fn unique_id(&self) -> Option<&str> {
        self.tracking_number_info.as_ref()?.tracking_number_unique_id.as_deref()
    }

    pub(crate) fn scans(&self) -> &[Scan] {
        self.scan_events.as_deref().unwrap_or_default()
    }

    /// Whether it is an error and nothing else.
    pub(crate) fn is_refusal(&self) -> bool {
        self.error.is_some() && self.scans().is_empty()
    }

    /// Further numbers of a kind.
    pub(crate) fn identifiers(&self, kind: &str) -> Vec<&str> {
        let identifiers =
            self.additional_tracking_info.iter().flat_map(|info| info.package_identifiers.iter().flatten());
        let values = identifiers.filter(|identifier| identifier.kind.as_deref() == Some(kind));
        values.flat_map(|one| one.values.iter().flatten().chain(&one.value)).map(|value| value.trim()).collect()
    }

    /// The time of a kind, as FedEx writes it.
    pub(crate) fn dated(&self, kind: &str) -> Option<&str> {
        let dates = self.date_and_times.iter().flatten();
        dates.filter(|dated| dated.kind.as_deref() == Some(kind)).find_map(|dated| dated.date_time.as_deref())
    }
}

impl Site {
    pub(crate) fn address(&self) -> Option<&Address> {
        self.location_contact_and_address.as_ref()?.address.as_ref()
    }

    pub(crate) fn company(&self) -> Option<String> {
        self.location_contact_and_address.as_ref()?.contact.as_ref()?.company_name.clean()
    }
}
