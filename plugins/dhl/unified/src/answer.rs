//! The shape of an answer. What nobody reads is left out, people above all: receiver, sender, consignee, signatures.
//!
//! Recorded answers break the vendor's description in places (an id that is a number, one reference in place of a
//! list), so everything may be missing and nothing that is wrong spoils the rest.

use parcelwatch_plugin::json;
use serde::Deserialize;

/// What DHL has under a number.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Response {
    pub shipments: json::List<Shipment>,
    /// The same question put to other units, as addresses.
    #[serde(rename = "possibleAdditionalShipmentsUrl")]
    pub elsewhere: json::Texts,
    pub next_url: json::Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Shipment {
    pub id: json::Text,
    /// The unit that carries it: `express`, `parcel-de` …
    pub service: json::Text,
    pub origin: json::Object<Location>,
    pub destination: json::Object<Location>,
    pub status: json::Object<StatusReport>,
    pub estimated_time_of_delivery: json::Text,
    pub estimated_delivery_time_frame: json::Object<TimeFrame>,
    pub estimated_time_of_delivery_remark: json::Text,
    pub return_flag: json::Text,
    pub details: json::Object<Details>,
    pub events: json::List<StatusReport>,
}

impl Shipment {
    pub(crate) fn events(&self) -> &[StatusReport] {
        self.events.as_deref().unwrap_or_default()
    }

    pub(crate) fn references(&self) -> &[Reference] {
        self.details.as_ref().and_then(|details| details.references.as_deref()).unwrap_or_default()
    }

    pub(crate) fn piece_ids(&self) -> &[String] {
        self.details.as_ref().and_then(|details| details.piece_ids.as_deref()).unwrap_or_default()
    }

    pub(crate) fn product(&self) -> Option<String> {
        self.details.as_ref()?.product.as_ref()?.product_name.clean()
    }

    /// The company of the last mile.
    pub(crate) fn provider(&self) -> Option<String> {
        self.details.as_ref()?.provider.as_ref()?.destination_provider.clean()
    }
}

/// One thing DHL said: an event, or the state of the whole shipment.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct StatusReport {
    pub timestamp: json::Text,
    pub location: json::Object<Location>,
    /// `pre-transit`, `transit`, `delivered`, `failure`, `unknown`; missing on events of Global Forwarding.
    pub status_code: json::Text,
    /// A code or words, as the unit has it.
    pub status: json::Text,
    pub status_detailed: json::Text,
    pub description: json::Text,
    /// Free words, read for the number of a return only: they may name people.
    pub remark: json::Text,
    pub next_steps: json::Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Location {
    pub address: json::Object<Address>,
    pub service_point: json::Object<ServicePoint>,
}

impl Location {
    pub(crate) fn locality(&self) -> Option<String> {
        self.address.as_ref()?.address_locality.clean()
    }

    pub(crate) fn postcode(&self) -> Option<String> {
        self.address.as_ref()?.postal_code.clean()
    }

    pub(crate) fn country_code(&self) -> Option<&str> {
        self.address.as_ref()?.country_code.as_deref()
    }

    /// The shop or locker.
    pub(crate) fn shop(&self) -> Option<String> {
        self.service_point.as_ref()?.label.clean()
    }
}

/// Streets are left out.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Address {
    pub country_code: json::Text,
    pub postal_code: json::Text,
    pub address_locality: json::Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ServicePoint {
    pub label: json::Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct TimeFrame {
    pub estimated_from: json::Text,
    pub estimated_through: json::Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Details {
    pub product: json::Object<Product>,
    pub provider: json::Object<Provider>,
    pub total_number_of_pieces: json::Number,
    pub piece_ids: json::Texts,
    pub weight: json::Object<Weight>,
    pub references: json::List<Reference>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Product {
    pub product_name: json::Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Provider {
    pub destination_provider: json::Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Weight {
    pub value: json::Number,
    pub unit_text: json::Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Reference {
    pub number: json::Text,
    #[serde(rename = "type")]
    pub kind: json::Text,
}
