//! The shape of an answer. What nobody reads is left out, people above all: contacts, street lines, who received it,
//! who signed, customer references, contents. Everything may be missing, and nothing that is wrong spoils the rest.

use parcelwatch_plugin::{json, text};
use serde::Deserialize;

use crate::BATCH_MAX;

/// Two stories under a number are known; more than this are no parcel's, and each is compared with all others.
const STORIES_MAX: usize = 50;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Told {
    #[serde(deserialize_with = "json::object")]
    pub output: Option<Output>,
    #[serde(deserialize_with = "json::list")]
    pub errors: Option<Vec<Trouble>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Output {
    #[serde(deserialize_with = "json::list")]
    pub complete_track_results: Option<Vec<Results>>,
    #[serde(deserialize_with = "json::texts")]
    pub alerts: Option<Vec<String>>,
}

/// Everything under one number.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Results {
    #[serde(deserialize_with = "json::text")]
    pub tracking_number: Option<String>,
    #[serde(deserialize_with = "json::list")]
    pub track_results: Option<Vec<Story>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Trouble {
    #[serde(deserialize_with = "json::text")]
    pub code: Option<String>,
}

/// One parcel's story, or why there is none.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Story {
    #[serde(deserialize_with = "json::object")]
    pub tracking_number_info: Option<NumberInfo>,
    #[serde(deserialize_with = "json::object")]
    pub additional_tracking_info: Option<AdditionalInfo>,
    #[serde(deserialize_with = "json::object")]
    pub shipper_information: Option<Party>,
    #[serde(deserialize_with = "json::object")]
    pub recipient_information: Option<Party>,
    #[serde(deserialize_with = "json::object")]
    pub origin_location: Option<Site>,
    #[serde(deserialize_with = "json::object")]
    pub destination_location: Option<Site>,
    #[serde(deserialize_with = "json::object")]
    pub hold_at_location: Option<Site>,
    #[serde(deserialize_with = "json::object")]
    pub latest_status_detail: Option<Latest>,
    #[serde(deserialize_with = "json::list")]
    pub date_and_times: Option<Vec<Dated>>,
    #[serde(deserialize_with = "json::list")]
    pub scan_events: Option<Vec<Scan>>,
    #[serde(deserialize_with = "json::object")]
    pub delivery_details: Option<DeliveryDetails>,
    #[serde(deserialize_with = "json::object")]
    pub package_details: Option<PackageDetails>,
    #[serde(deserialize_with = "json::object")]
    pub service_detail: Option<Described>,
    #[serde(deserialize_with = "json::object")]
    pub service_commit_message: Option<Message>,
    #[serde(deserialize_with = "json::list")]
    pub information_notes: Option<Vec<Described>>,
    #[serde(deserialize_with = "json::object")]
    pub estimated_delivery_time_window: Option<Estimate>,
    #[serde(deserialize_with = "json::object")]
    pub standard_transit_time_window: Option<Estimate>,
    #[serde(deserialize_with = "json::object")]
    pub error: Option<Trouble>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct NumberInfo {
    #[serde(deserialize_with = "json::text")]
    pub tracking_number: Option<String>,
    /// Tells stories under one number apart.
    #[serde(deserialize_with = "json::text")]
    pub tracking_number_unique_id: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct AdditionalInfo {
    #[serde(deserialize_with = "json::list")]
    pub package_identifiers: Option<Vec<Identifier>>,
}

/// A further number. Live answers have `values`, older documents say `value`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Identifier {
    #[serde(rename = "type", deserialize_with = "json::text")]
    pub kind: Option<String>,
    #[serde(deserialize_with = "json::texts")]
    pub values: Option<Vec<String>>,
    #[serde(deserialize_with = "json::text")]
    pub value: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Party {
    #[serde(deserialize_with = "json::object")]
    pub address: Option<Address>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Site {
    #[serde(deserialize_with = "json::object")]
    pub location_contact_and_address: Option<Contact>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Contact {
    #[serde(deserialize_with = "json::object")]
    pub contact: Option<Company>,
    #[serde(deserialize_with = "json::object")]
    pub address: Option<Address>,
}

/// A name of a business; that of a person beside it is left out.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Company {
    #[serde(deserialize_with = "json::text")]
    pub company_name: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Address {
    #[serde(deserialize_with = "json::text")]
    pub city: Option<String>,
    #[serde(deserialize_with = "json::text")]
    pub state_or_province_code: Option<String>,
    #[serde(deserialize_with = "json::text")]
    pub postal_code: Option<String>,
    #[serde(deserialize_with = "json::text")]
    pub country_code: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Latest {
    #[serde(deserialize_with = "json::text")]
    pub code: Option<String>,
    /// What FedEx makes of it, which can differ: FD with RL, running late.
    #[serde(deserialize_with = "json::text")]
    pub derived_code: Option<String>,
    #[serde(deserialize_with = "json::text")]
    pub status_by_locale: Option<String>,
    #[serde(deserialize_with = "json::text")]
    pub description: Option<String>,
    #[serde(deserialize_with = "json::object")]
    pub delay_detail: Option<Delay>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Delay {
    #[serde(rename = "type", deserialize_with = "json::text")]
    pub kind: Option<String>,
    #[serde(deserialize_with = "json::text")]
    pub status: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Dated {
    #[serde(rename = "type", deserialize_with = "json::text")]
    pub kind: Option<String>,
    #[serde(deserialize_with = "json::text")]
    pub date_time: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Scan {
    #[serde(deserialize_with = "json::text")]
    pub date: Option<String>,
    #[serde(deserialize_with = "json::text")]
    pub event_type: Option<String>,
    #[serde(deserialize_with = "json::text")]
    pub derived_status_code: Option<String>,
    #[serde(deserialize_with = "json::text")]
    pub event_description: Option<String>,
    #[serde(deserialize_with = "json::text")]
    pub exception_description: Option<String>,
    #[serde(deserialize_with = "json::object")]
    pub scan_location: Option<Address>,
    #[serde(deserialize_with = "json::text")]
    pub location_type: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct DeliveryDetails {
    #[serde(deserialize_with = "json::text")]
    pub location_type: Option<String>,
    #[serde(deserialize_with = "json::text")]
    pub location_description: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct PackageDetails {
    #[serde(deserialize_with = "json::integer")]
    pub count: Option<i64>,
    #[serde(deserialize_with = "json::object")]
    pub weight_and_dimensions: Option<Weights>,
}

/// The same weight in several units.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Weights {
    #[serde(deserialize_with = "json::list")]
    pub weight: Option<Vec<Weight>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Weight {
    #[serde(deserialize_with = "json::number")]
    pub value: Option<f64>,
    #[serde(deserialize_with = "json::text")]
    pub unit: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Described {
    #[serde(deserialize_with = "json::text")]
    pub code: Option<String>,
    #[serde(deserialize_with = "json::text")]
    pub description: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Message {
    #[serde(deserialize_with = "json::text")]
    pub message: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Estimate {
    #[serde(deserialize_with = "json::object")]
    pub window: Option<Hours>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Hours {
    #[serde(deserialize_with = "json::text")]
    pub begins: Option<String>,
    #[serde(deserialize_with = "json::text")]
    pub ends: Option<String>,
}

impl Told {
    /// The stories under a number: FedEx repeats the number that was asked, and each story bears the one it found. An
    /// answer has no more results than FedEx takes numbers; what is beyond them is not read.
    pub(crate) fn stories(&self, number: &str) -> Vec<&Story> {
        let results = self.output.iter().flat_map(|output| output.complete_track_results.iter().flatten());
        let results = results.take(usize::from(BATCH_MAX));
        let same = |told: Option<&str>| told.is_some_and(|told| told.trim().eq_ignore_ascii_case(number));
        let mut stories = Vec::new();
        for results in results {
            let ours = same(results.tracking_number.as_deref());
            stories.extend(results.track_results.iter().flatten().filter(|story| ours || same(story.number())));
        }
        stories.truncate(STORIES_MAX);
        stories
    }

    /// Whether FedEx says of the whole question that there is nothing.
    pub(crate) fn has_no_data(&self) -> bool {
        let mut alerts = self.output.iter().flat_map(|output| output.alerts.iter().flatten());
        alerts.any(|alert| alert.contains("DATA.NOTFOUND"))
    }
}

impl Story {
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
        text::non_empty(self.location_contact_and_address.as_ref()?.contact.as_ref()?.company_name.as_ref()?)
    }
}
