//! The small objects in UPS's answer.

use parcelwatch_plugin::prelude::*;
use serde::Deserialize;

use crate::scan::Address;

/// A day, a number, a service, a weight … Each has a few of these fields; one form for all of them makes the plugin a
/// good deal smaller than nine forms did.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Detail {
    #[serde(rename = "type")]
    pub kind: json::Text,
    pub address: json::Object<Address>,
    pub number: json::Text,
    pub description: json::Text,
    pub date: json::Text,
    pub start_time: json::Text,
    pub end_time: json::Text,
    pub pickup_by_date: json::Text,
    pub slic: json::Text,
    /// Where a delivered parcel was left.
    pub location: json::Text,
    weight: json::Number,
    unit_of_measurement: json::Text,
    amount: json::Text,
    currency: json::Text,
    paid: json::Text,
}

impl Detail {
    pub(crate) fn is(&self, kind: &str) -> bool {
        self.kind.as_deref() == Some(kind)
    }

    pub(crate) fn grams(&self) -> Option<String> {
        grams((*self.weight)?, self.unit_of_measurement.as_deref()?)
    }

    /// What is still to be paid, as UPS writes it.
    pub(crate) fn due(&self) -> Option<String> {
        let (amount, currency) = (self.amount.as_deref()?.trim(), self.currency.as_deref()?.trim());
        let is_amount = amount.len() <= 12
            && amount.bytes().all(|b| b.is_ascii_digit() || b == b'.')
            && amount.bytes().any(|b| matches!(b, b'1'..=b'9'));
        let is_currency = currency.len() == 3 && currency.bytes().all(|b| b.is_ascii_uppercase());
        (is_amount && is_currency && self.paid.as_deref() == Some("false")).then(|| format!("{amount} {currency}"))
    }
}
