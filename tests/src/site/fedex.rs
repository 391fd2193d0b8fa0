//! FedEx Track v1, with its tokens.

use serde_json::{Value, json};

use super::{Asked, Book, Told, oauth};

pub const HOST: &str = "apis.fedex.com";

/// What FedEx says of one parcel.
#[derive(Clone, Debug, Default)]
pub struct Parcel {
    scans: Vec<Value>,
    partner: Option<String>,
}

impl Parcel {
    /// Adds a scan; the last one added is the newest.
    #[must_use]
    pub fn scan(mut self, kind: &str, text: &str, date: &str, city: &str, country: &str) -> Self {
        self.scans.push(json!({
            "date": date,
            "eventType": kind,
            "eventDescription": text,
            "exceptionCode": "",
            "exceptionDescription": "",
            "scanLocation": { "city": city, "countryCode": country },
            "locationType": "FEDEX_FACILITY",
            "derivedStatusCode": kind,
        }));
        self
    }

    /// The number under which a partner carries on.
    #[must_use]
    pub fn partner(mut self, number: &str) -> Self {
        self.partner = Some(number.to_owned());
        self
    }

    fn json(&self, number: &str) -> Value {
        let events: Vec<&Value> = self.scans.iter().rev().collect();
        let mut result = json!({
            "trackingNumberInfo": { "trackingNumber": number, "trackingNumberUniqueId": format!("1~{number}~FX"), "carrierCode": "FDXE" },
            "latestStatusDetail": events.first().map(|event| json!({
                "code": event["eventType"], "derivedCode": event["eventType"], "description": event["eventDescription"],
            })),
            "shipperInformation": { "address": { "countryCode": "CN" } },
            "recipientInformation": { "address": { "countryCode": "US" } },
            "scanEvents": events,
        });
        if let Some(partner) = &self.partner {
            result["additionalTrackingInfo"] =
                json!({ "packageIdentifiers": [{ "type": "PARTNER_CARRIER_NUMBER", "values": [partner] }] });
        }
        result
    }
}

pub(super) fn tell(book: &mut Book, asked: &Asked) -> Told {
    if asked.path == "/oauth/token" {
        return oauth::token(book, asked);
    }
    if !oauth::is_authorized(book, asked) {
        let refusal = json!({ "errors": [{ "code": "NOT.AUTHORIZED.ERROR", "message": "Access token expired." }] });
        return Told { status: 401, ..Told::json(&refusal) };
    }
    let request: Value = serde_json::from_str(&asked.body).unwrap_or_default();
    let numbers = request["trackingInfo"].as_array().into_iter().flatten();
    let results = numbers.filter_map(|info| info["trackingNumberInfo"]["trackingNumber"].as_str()).map(|number| {
        let result = match book.fedex.get(number) {
            Some(parcel) => parcel.json(number),
            None => json!({
                "trackingNumberInfo": { "trackingNumber": number },
                "error": { "code": "TRACKING.TRACKINGNUMBER.NOTFOUND", "message": "Tracking number cannot be found." },
            }),
        };
        json!({ "trackingNumber": number, "trackResults": [result] })
    });
    Told::json(&json!({ "output": { "completeTrackResults": results.collect::<Vec<_>>() } }))
}
