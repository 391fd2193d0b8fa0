//! The shape of an answer. What nobody reads is left out, people above all: receiver, sender, consignee, signatures.
//!
//! Recorded answers break the vendor's description in places (an id that is a number, one reference in place of a
//! list), so everything may be missing and nothing that is wrong spoils the rest.

use parcelwatch_plugin::{json, text};
use serde::Deserialize;

/// What DHL has under a number.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Told {
    #[serde(deserialize_with = "json::list")]
    pub shipments: Option<Vec<Shipment>>,
    /// The same question put to other units, as addresses.
    #[serde(rename = "possibleAdditionalShipmentsUrl", deserialize_with = "json::texts")]
    pub elsewhere: Option<Vec<String>>,
    #[serde(deserialize_with = "json::text")]
    pub next_url: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Shipment {
    #[serde(deserialize_with = "json::text")]
    pub id: Option<String>,
    /// The unit that carries it: `express`, `parcel-de` …
    #[serde(deserialize_with = "json::text")]
    pub service: Option<String>,
    #[serde(deserialize_with = "json::object")]
    pub origin: Option<Location>,
    #[serde(deserialize_with = "json::object")]
    pub destination: Option<Location>,
    #[serde(deserialize_with = "json::object")]
    pub status: Option<Said>,
    #[serde(deserialize_with = "json::text")]
    pub estimated_time_of_delivery: Option<String>,
    #[serde(deserialize_with = "json::object")]
    pub estimated_delivery_time_frame: Option<TimeFrame>,
    #[serde(deserialize_with = "json::text")]
    pub estimated_time_of_delivery_remark: Option<String>,
    #[serde(deserialize_with = "json::text")]
    pub return_flag: Option<String>,
    #[serde(deserialize_with = "json::object")]
    pub details: Option<Details>,
    #[serde(deserialize_with = "json::list")]
    pub events: Option<Vec<Said>>,
}

impl Shipment {
    pub(crate) fn events(&self) -> &[Said] {
        self.events.as_deref().unwrap_or_default()
    }

    pub(crate) fn references(&self) -> &[Reference] {
        self.details.as_ref().and_then(|details| details.references.as_deref()).unwrap_or_default()
    }

    pub(crate) fn piece_ids(&self) -> &[String] {
        self.details.as_ref().and_then(|details| details.piece_ids.as_deref()).unwrap_or_default()
    }

    pub(crate) fn product(&self) -> Option<String> {
        text::non_empty(self.details.as_ref()?.product.as_ref()?.product_name.as_ref()?)
    }

    /// The company of the last mile.
    pub(crate) fn provider(&self) -> Option<String> {
        text::non_empty(self.details.as_ref()?.provider.as_ref()?.destination_provider.as_ref()?)
    }
}

/// One thing DHL said: an event, or the state of the whole shipment.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Said {
    #[serde(deserialize_with = "json::text")]
    pub timestamp: Option<String>,
    #[serde(deserialize_with = "json::object")]
    pub location: Option<Location>,
    /// `pre-transit`, `transit`, `delivered`, `failure`, `unknown`; missing on events of Global Forwarding.
    #[serde(deserialize_with = "json::text")]
    pub status_code: Option<String>,
    /// A code or words, as the unit has it.
    #[serde(deserialize_with = "json::text")]
    pub status: Option<String>,
    #[serde(deserialize_with = "json::text")]
    pub status_detailed: Option<String>,
    #[serde(deserialize_with = "json::text")]
    pub description: Option<String>,
    /// Free words, read for the number of a return only: they may name people.
    #[serde(deserialize_with = "json::text")]
    pub remark: Option<String>,
    #[serde(deserialize_with = "json::text")]
    pub next_steps: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Location {
    #[serde(deserialize_with = "json::object")]
    pub address: Option<Address>,
    #[serde(deserialize_with = "json::object")]
    pub service_point: Option<ServicePoint>,
}

impl Location {
    pub(crate) fn locality(&self) -> Option<String> {
        text::non_empty(self.address.as_ref()?.address_locality.as_ref()?)
    }

    pub(crate) fn postcode(&self) -> Option<String> {
        text::non_empty(self.address.as_ref()?.postal_code.as_ref()?)
    }

    pub(crate) fn country_code(&self) -> Option<&str> {
        self.address.as_ref()?.country_code.as_deref()
    }

    /// The shop or locker.
    pub(crate) fn shop(&self) -> Option<String> {
        text::non_empty(self.service_point.as_ref()?.label.as_ref()?)
    }
}

/// Streets are left out.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Address {
    #[serde(deserialize_with = "json::text")]
    pub country_code: Option<String>,
    #[serde(deserialize_with = "json::text")]
    pub postal_code: Option<String>,
    #[serde(deserialize_with = "json::text")]
    pub address_locality: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ServicePoint {
    #[serde(deserialize_with = "json::text")]
    pub label: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct TimeFrame {
    #[serde(deserialize_with = "json::text")]
    pub estimated_from: Option<String>,
    #[serde(deserialize_with = "json::text")]
    pub estimated_through: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Details {
    #[serde(deserialize_with = "json::object")]
    pub product: Option<Product>,
    #[serde(deserialize_with = "json::object")]
    pub provider: Option<Provider>,
    #[serde(deserialize_with = "json::number")]
    pub total_number_of_pieces: Option<f64>,
    #[serde(deserialize_with = "json::texts")]
    pub piece_ids: Option<Vec<String>>,
    #[serde(deserialize_with = "json::object")]
    pub weight: Option<Weight>,
    #[serde(deserialize_with = "json::list")]
    pub references: Option<Vec<Reference>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Product {
    #[serde(deserialize_with = "json::text")]
    pub product_name: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Provider {
    #[serde(deserialize_with = "json::text")]
    pub destination_provider: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Weight {
    #[serde(deserialize_with = "json::number")]
    pub value: Option<f64>,
    #[serde(deserialize_with = "json::text")]
    pub unit_text: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Reference {
    #[serde(deserialize_with = "json::text")]
    pub number: Option<String>,
    #[serde(rename = "type", deserialize_with = "json::text")]
    pub kind: Option<String>,
}
