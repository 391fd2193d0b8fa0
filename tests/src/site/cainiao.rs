//! Cainiao's public tracking answer.

use serde_json::{Value, json};

use super::{Asked, Book, Told};

pub const HOST: &str = "global.cainiao.com";

/// What Cainiao says of one parcel.
#[derive(Clone, Debug, Default)]
pub struct Parcel {
    scans: Vec<Scan>,
    handoff: Option<(String, String)>,
    window_ms: Option<(i64, i64)>,
    destination: Option<String>,
}

#[derive(Clone, Debug)]
struct Scan {
    code: String,
    text: String,
    clock: String,
    zone: String,
}

impl Parcel {
    pub fn to(destination: &str) -> Self {
        Self { destination: Some(destination.to_owned()), ..Self::default() }
    }

    /// Adds a scan; they are told newest first, so the last one added stands on top.
    #[must_use]
    pub fn scan(mut self, code: &str, text: &str, clock: &str, zone: &str) -> Self {
        self.scans.push(Scan { code: code.into(), text: text.into(), clock: clock.into(), zone: zone.into() });
        self
    }

    /// The local number and who has it.
    #[must_use]
    pub fn handed_to(mut self, carrier: &str, number: &str) -> Self {
        self.handoff = Some((carrier.to_owned(), number.to_owned()));
        self
    }

    /// When it is expected, as milliseconds since 1970.
    #[must_use]
    pub fn expected(mut self, from_ms: i64, to_ms: i64) -> Self {
        self.window_ms = Some((from_ms, to_ms));
        self
    }

    fn json(&self, number: &str) -> Value {
        let details: Vec<Value> = self.scans.iter().rev().map(scan_json).collect();
        let mut module = json!({
            "mailNo": number,
            "mailNoSource": "AE",
            "originCountry": "Mainland China",
            "destCountry": self.destination,
            "status": "TRANSIT",
            "statusDesc": "In transit ",
            "detailList": details,
            "latestTrace": details.first(),
            "daysNumber": "8\tday(s)",
        });
        if let Some((carrier, local)) = &self.handoff {
            module["destCpInfo"] = json!({ "cpName": carrier, "phone": "000", "url": "https://local.example" });
            module["copyRealMailNo"] = json!(local);
            module["realMailNo"] = json!(format!("Latest Tracking Number:\t{local}"));
        }
        if let Some((from, to)) = self.window_ms {
            module["globalEtaInfo"] =
                json!({ "etaDesc": "Estimated delivery by", "deliveryMinTime": from, "deliveryMaxTime": to });
        }
        module
    }
}

fn scan_json(scan: &Scan) -> Value {
    json!({
        "timeStr": scan.clock,
        "timeZone": scan.zone,
        "desc": scan.text,
        "standerdDesc": scan.text,
        "descTitle": "Carrier note:",
        "actionCode": scan.code,
    })
}

/// An entry for each number asked; unknown ones are told as somebody else's.
pub(super) fn tell(book: &Book, asked: &Asked) -> Told {
    let numbers = asked.parameter("mailNos").unwrap_or_default();
    let modules: Vec<Value> = numbers
        .split(',')
        .map(|number| match book.cainiao.get(number) {
            Some(parcel) => parcel.json(number),
            None => json!({ "mailNo": number, "mailNoSource": "EXTERNAL", "detailList": [] }),
        })
        .collect();
    Told::json(&json!({ "module": modules, "success": true }))
}
