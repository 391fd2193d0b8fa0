//! DHL Shipment Tracking, with its key.

use serde_json::{Value, json};

use super::{Asked, Book, Told};

pub const HOST: &str = "api-eu.dhl.com";

/// The key that is accepted.
pub const KEY: &str = "story-dhl-key-0123456789";

/// What DHL says of one parcel.
#[derive(Clone, Debug)]
pub struct Parcel {
    service: String,
    scans: Vec<Value>,
    estimate: Option<String>,
}

impl Parcel {
    /// A parcel of one of DHL's services, such as `express`.
    pub fn of(service: &str) -> Self {
        Self { service: service.to_owned(), scans: Vec::new(), estimate: None }
    }

    /// Adds a scan; the last one added is the newest.
    #[must_use]
    pub fn scan(mut self, coarse: &str, code: &str, text: &str, timestamp: &str, city: &str, country: &str) -> Self {
        self.scans.push(json!({
            "timestamp": timestamp,
            "statusCode": coarse,
            "status": code,
            "description": text,
            "location": { "address": { "addressLocality": city, "countryCode": country } },
        }));
        self
    }

    #[must_use]
    pub fn expected(mut self, at: &str) -> Self {
        self.estimate = Some(at.to_owned());
        self
    }

    fn json(&self, number: &str) -> Value {
        let events: Vec<&Value> = self.scans.iter().rev().collect();
        let mut shipment = json!({
            "id": number,
            "service": self.service,
            "origin": { "address": { "countryCode": "CN" } },
            "destination": { "address": { "countryCode": "FR" } },
            "status": events.first(),
            "details": { "totalNumberOfPieces": 1 },
            "events": events,
        });
        if let Some(estimate) = &self.estimate {
            shipment["estimatedTimeOfDelivery"] = json!(estimate);
        }
        json!({ "url": "/shipments", "shipments": [shipment] })
    }
}

pub(super) fn tell(book: &Book, asked: &Asked) -> Told {
    let problem = |status: u16, title: &str| {
        let body = json!({ "title": title, "detail": title, "status": status }).to_string();
        Told::text(status, "application/problem+json", body)
    };
    if asked.header("dhl-api-key") != Some(KEY) {
        return problem(401, "Unauthorized");
    }
    let number = asked.parameter("trackingNumber").unwrap_or_default();
    match book.dhl.get(&number) {
        Some(parcel) => Told::json(&parcel.json(&number)),
        None => problem(404, "No result found"),
    }
}
