//! USPS Tracking v3, with its tokens.

use serde_json::{Value, json};

use super::{Asked, Book, Told, oauth};

pub const HOST: &str = "apis.usps.com";

/// What USPS says of one parcel.
#[derive(Clone, Debug, Default)]
pub struct Parcel {
    scans: Vec<Scan>,
}

#[derive(Clone, Debug)]
struct Scan {
    code: String,
    text: String,
    clock: String,
    offset: String,
    city: String,
}

impl Parcel {
    /// Adds a scan; the last one added is the newest.
    #[must_use]
    pub fn scan(mut self, code: &str, text: &str, clock: &str, offset: &str, city: &str) -> Self {
        let [code, text, clock, offset, city] = [code, text, clock, offset, city].map(str::to_owned);
        self.scans.push(Scan { code, text, clock, offset, city });
        self
    }

    fn json(&self, number: &str) -> Value {
        let events: Vec<Value> = self
            .scans
            .iter()
            .rev()
            .map(|scan| {
                json!({
                    "eventType": scan.text,
                    "eventTimestamp": scan.clock,
                    "GMTTimestamp": format!("{}Z", scan.clock),
                    "GMTOffset": scan.offset,
                    "eventCountry": null,
                    "eventCity": scan.city,
                    "eventState": "NY",
                    "eventZIP": "10001",
                    "eventCode": scan.code,
                })
            })
            .collect();
        json!({
            "trackingNumber": number,
            "mailClass": "USPS Ground Advantage<SUP>&#153;</SUP>",
            "destinationZIP": "10001",
            "statusCategory": "In Transit",
            "status": self.scans.last().map(|scan| scan.text.clone()),
            "statusSummary": "Your item is on its way.",
            "trackingEvents": events,
        })
    }
}

pub(super) fn tell(book: &mut Book, asked: &Asked) -> Told {
    if asked.path == "/oauth2/v3/token" {
        return oauth::token(book, asked);
    }
    if !oauth::is_authorized(book, asked) {
        let refusal = json!({ "error": { "code": "401", "message": "Invalid token" } });
        return Told { status: 401, ..Told::json(&refusal) };
    }
    let number = asked.path.rsplit('/').next().unwrap_or_default();
    match book.usps.get(number) {
        Some(parcel) => Told::json(&parcel.json(number)),
        None => {
            let message = "12: A status update is not yet available on your package.";
            let refusal = json!({
                "apiVersion": "/tracking/v3",
                "error": { "code": "400", "message": message, "errors": [{ "title": message, "detail": "", "code": "150001" }] },
            });
            Told { status: 400, ..Told::json(&refusal) }
        }
    }
}
