//! A past that a former version lived through: what carriers said at each time its daemon was started. `fixtures/make.rs`
//! plays all of it and keeps what became of it; the story of an upgrade plays its end, when no carrier has anything new.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::CarrierSite;
use crate::site::{Line, Told, cainiao, dhl, fedex, usps};

/// When the daemon was started, in UTC. Carriers have said what lies before.
pub const STARTS: [&str; 6] = [
    "2026-03-02T12:00:00Z",
    "2026-03-10T12:00:00Z",
    "2026-03-20T12:00:00Z",
    "2026-04-01T12:00:00Z",
    "2026-04-15T12:00:00Z",
    "2026-04-27T12:00:00Z",
];

/// The host of the carrier in `guests/courier`.
pub const COURIER: &str = "courier.example";
const SEVENTEENTRACK: &str = "api.17track.net";

/// A clock at the carrier, a code, and its words.
type Scan = (&'static str, &'static str, &'static str);

/// Cainiao: number, destination, scans.
const CAINIAO: &[(&str, &str, &[Scan])] = &[
    ("LP00700000000011", "France", &[("2026-04-18 10:00:00", "GWMS_ACCEPT", "Order received successfully")]),
    (
        "LP00700000000022",
        "France",
        &[
            ("2026-04-23 10:00:00", "GWMS_ACCEPT", "Order received successfully"),
            ("2026-04-25 09:30:00", "PU_PICKUP_SUCCESS", "Package picked up"),
        ],
    ),
    (
        "LP00700000000033",
        "France",
        &[
            ("2026-04-06 10:00:00", "PU_PICKUP_SUCCESS", "Package picked up"),
            ("2026-04-09 18:00:00", "CC_EX_SUCCESS", "Export customs clearance complete"),
            ("2026-04-11 23:00:00", "LH_DEPART", "Left from departure country/region"),
        ],
    ),
    (
        "LP00700000000044",
        "France",
        &[
            ("2026-04-08 10:00:00", "PU_PICKUP_SUCCESS", "Package picked up"),
            ("2026-04-13 23:00:00", "LH_DEPART", "Left from departure country/region"),
            ("2026-04-22 08:00:00", "LH_ARRIVE", "Arrived at destination country/region"),
            ("2026-04-24 08:00:00", "CC_IM_START", "Import customs clearance started"),
            ("2026-04-26 08:00:00", "CUS_TAX", "Customs duty to be paid"),
        ],
    ),
    (
        "LP00700000000055",
        "United States",
        &[
            ("2026-04-07 10:00:00", "PU_PICKUP_SUCCESS", "Package picked up"),
            ("2026-04-12 23:00:00", "LH_DEPART", "Left from departure country/region"),
            ("2026-04-20 08:00:00", "LH_ARRIVE", "Arrived at destination country/region"),
            ("2026-04-22 15:00:00", "CC_IM_SUCCESS", "Import customs clearance complete"),
            ("2026-04-24 07:30:00", "GTMS_ACCEPT", "Received by local delivery company"),
        ],
    ),
    (
        "LP00700000000066",
        "France",
        &[
            ("2026-04-02 10:00:00", "PU_PICKUP_SUCCESS", "Package picked up"),
            ("2026-04-14 08:00:00", "LH_ARRIVE", "Arrived at destination country/region"),
            ("2026-04-22 07:30:00", "GTMS_ACCEPT", "Received by local delivery company"),
            ("2026-04-25 11:00:00", "GTMS_STA_SIGNED", "Ready for pickup at Relais du Port"),
        ],
    ),
    (
        "LP00700000000077",
        "France",
        &[
            ("2026-04-03 10:00:00", "PU_PICKUP_SUCCESS", "Package picked up"),
            ("2026-04-16 08:00:00", "LH_ARRIVE", "Arrived at destination country/region"),
            ("2026-04-24 07:30:00", "GTMS_ACCEPT", "Received by local delivery company"),
            ("2026-04-26 09:00:00", "GTMS_DO_DEPART", "Out for delivery"),
            ("2026-04-26 16:00:00", "GTMS_DEL_FAILURE", "Delivery attempt failed"),
        ],
    ),
    (
        "LP00700000000088",
        "France",
        &[
            ("2026-03-28 10:00:00", "PU_PICKUP_SUCCESS", "Package picked up"),
            ("2026-04-05 23:00:00", "LH_DEPART", "Left from departure country/region"),
            ("2026-04-12 08:00:00", "LH_ARRIVE", "Arrived at destination country/region"),
            ("2026-04-18 07:30:00", "GTMS_ACCEPT", "Received by local delivery company"),
            ("2026-04-20 09:00:00", "GTMS_DO_DEPART", "Out for delivery"),
            ("2026-04-20 14:10:00", "GTMS_SIGNED", "Delivered"),
        ],
    ),
    (
        "LP00700000000099",
        "France",
        &[
            ("2026-03-19 10:00:00", "PU_PICKUP_SUCCESS", "Package picked up"),
            ("2026-03-31 23:00:00", "LH_DEPART", "Left from departure country/region"),
            ("2026-04-07 08:00:00", "LH_ARRIVE", "Arrived at destination country/region"),
            ("2026-04-12 07:30:00", "GTMS_ACCEPT", "Received by local delivery company"),
            ("2026-04-14 14:10:00", "GTMS_SIGNED", "Delivered"),
        ],
    ),
    (
        "LP00700000000109",
        "France",
        &[
            ("2026-02-20 10:00:00", "PU_PICKUP_SUCCESS", "Package picked up"),
            ("2026-02-25 23:00:00", "LH_DEPART", "Left from departure country/region"),
        ],
    ),
    (
        "LP00700000000119",
        "France",
        &[
            ("2026-03-18 10:00:00", "PU_PICKUP_SUCCESS", "Package picked up"),
            ("2026-03-30 23:00:00", "LH_DEPART", "Left from departure country/region"),
            ("2026-04-20 12:00:00", "RT_OUTBOUND", "Returning to the sender"),
        ],
    ),
    (
        "LP00700000000129",
        "France",
        &[
            ("2026-04-01 10:00:00", "PU_PICKUP_SUCCESS", "Package picked up"),
            ("2026-04-12 08:00:00", "LH_ARRIVE", "Arrived at destination country/region"),
            ("2026-04-21 12:00:00", "CC_IM_FAILURE", "Import customs clearance failed"),
        ],
    ),
    ("LP00700000000139", "France", &[("2026-02-27 10:00:00", "PU_PICKUP_SUCCESS", "Package picked up")]),
    ("LP00700000000149", "France", &[("2026-03-08 10:00:00", "PU_PICKUP_SUCCESS", "Package picked up")]),
];

/// DHL: number, service, scans; a code is the coarse one, a slash, and the fine one.
const DHL: &[(&str, &str, &[Scan])] = &[
    (
        "JJD000390005893028175",
        "express",
        &[
            ("2026-03-01T10:00:00", "transit/PU", "Shipment picked up"),
            ("2026-03-09T08:00:00", "transit/WC", "With delivery courier"),
            ("2026-03-09T13:00:00", "delivered/OK", "Delivered"),
        ],
    ),
    (
        "GM605112345000000017",
        "ecommerce",
        &[
            ("2026-03-29T10:00:00", "transit/500", "Departure origin DHL eCommerce facility"),
            ("2026-04-22T10:00:00", "failure/690", "Package reported missing"),
        ],
    ),
];

/// USPS: number and scans.
const USPS: &[(&str, &[Scan])] = &[(
    "9400111206206406260787",
    &[
        ("2026-04-24T07:30:00", "03", "Accepted at USPS Origin Facility"),
        ("2026-04-25T02:10:00", "10", "Arrived at USPS Regional Facility"),
        ("2026-04-27T11:10:00", "OF", "Out for Delivery"),
    ],
)];

/// FedEx: number and scans.
const FEDEX: &[(&str, &[Scan])] = &[(
    "776094337676",
    &[
        ("2026-03-18T10:00:00+08:00", "PU", "Picked up"),
        ("2026-03-19T10:00:00+08:00", "DP", "Left FedEx origin facility"),
    ],
)];

/// The courier: number and scans.
const COURIERS: &[(&str, &[Scan])] = &[
    (
        "COU7000001",
        &[
            ("2026-04-10 08:00", "IN", "Taken in"),
            ("2026-04-11 09:00", "HUB", "At the hub <of> Lyon & Co"),
            ("2026-04-13 09:00", "SORT", "Belt 7"),
        ],
    ),
    ("COU7000002", &[("2026-03-09 08:00", "IN", "Taken in"), ("2026-03-19 09:00", "OUT", "On the van")]),
];

/// Eight parcels of one kind that arrived in March: enough to teach what is normal. The number's last digit, and the days on
/// which each was taken in, landed and arrived.
pub const ARRIVED: [(u8, u8, u8, u8); 8] = [
    (1, 2, 7, 10),
    (2, 2, 8, 11),
    (3, 3, 9, 13),
    (4, 3, 10, 14),
    (5, 4, 11, 15),
    (6, 4, 12, 16),
    (7, 5, 13, 17),
    (8, 5, 14, 19),
];

/// Makes the site say what carriers had said when the daemon was started for the `life`th time, from 0.
pub fn tell(site: &CarrierSite, life: usize) {
    let now: String = STARTS[life].chars().filter(char::is_ascii_digit).collect();
    // Clocks are compared as they stand on the wall: no scan is so young that a zone would matter.
    let is_past = |clock: &str| clock.chars().filter(char::is_ascii_digit).take(14).collect::<String>() <= now;
    for (number, destination, scans) in CAINIAO {
        let handed_over = *number == "LP00700000000055" && is_past("2026-04-24 07:30:00");
        let mut parcel = cainiao::Parcel::to(destination);
        if handed_over {
            parcel = parcel.handed_to("USPS", USPS[0].0);
        }
        if *number == "LP00700000000033" {
            // It moves once: between the fifth and the sixth life.
            let days =
                if life < 5 { (1_776_600_000_000, 1_776_900_000_000) } else { (1_777_500_000_000, 1_777_900_000_000) };
            parcel = parcel.expected(days.0, days.1);
        }
        let shown = scans.iter().filter(|scan| is_past(scan.0));
        site.cainiao(number, shown.fold(parcel, |parcel, scan| parcel.scan(scan.1, scan.2, scan.0, "GMT+0")));
    }
    for (digit, taken, landed, arrived) in ARRIVED {
        let scans = [
            (taken, "PU_PICKUP_SUCCESS", "Package picked up"),
            (landed, "LH_ARRIVE", "Arrived at destination country/region"),
            (arrived, "GTMS_SIGNED", "Delivered"),
        ];
        let scans = scans.map(|(day, code, text)| (format!("2026-03-{day:02} 10:00:00"), code, text));
        let shown = scans.iter().filter(|scan| is_past(&scan.0));
        let parcel =
            shown.fold(cainiao::Parcel::to("France"), |parcel, scan| parcel.scan(scan.1, scan.2, &scan.0, "GMT+0"));
        site.cainiao(&arrived_number(digit), parcel);
    }
    for (number, service, scans) in DHL {
        let shown = scans.iter().filter(|scan| is_past(scan.0));
        let scan = |parcel: dhl::Parcel, scan: &Scan| {
            let (coarse, fine) = scan.1.split_once('/').expect("two codes");
            parcel.scan(coarse, fine, scan.2, scan.0, "Leipzig", "DE")
        };
        site.dhl(number, shown.fold(dhl::Parcel::of(service), scan));
    }
    for (number, scans) in USPS {
        let shown = scans.iter().filter(|scan| is_past(scan.0));
        site.usps(
            number,
            shown.fold(usps::Parcel::default(), |parcel, scan| {
                parcel.scan(scan.1, scan.2, scan.0, "+00:00", "NEW YORK")
            }),
        );
    }
    for (number, scans) in FEDEX {
        let shown = scans.iter().filter(|scan| is_past(scan.0));
        site.fedex(
            number,
            shown.fold(fedex::Parcel::default(), |parcel, scan| parcel.scan(scan.1, scan.2, scan.0, "SHENZHEN", "CN")),
        );
    }
    for (number, scans) in COURIERS {
        let shown = scans.iter().rev().filter(|scan| is_past(scan.0));
        let lines = shown.map(|scan| format!("{}|{}|{}\n", scan.1, scan.2, scan.0)).collect();
        site.fixed(COURIER, number, Told::text(200, "text/plain", lines));
    }
    for (path, body) in [
        (
            "register",
            r#"{"code":0,"data":{"accepted":[{"origin":1,"number":"LX000000014CN","carrier":3011}],"rejected":[]}}"#,
        ),
        (
            "getquota",
            r#"{"code":0,"data":{"quota_total":200,"quota_used":2,"quota_remain":198,"today_used":1,"max_track_daily":10000000,"free_email_quota":0,"free_email_quotaused":0}}"#,
        ),
        (
            "gettrackinfo",
            r#"{"code":0,"data":{"accepted":[{"number":"LX000000014CN","carrier":3011,"track_info":{"latest_status":{"status":"NotFound","sub_status":"NotFound_Other","sub_status_descr":null},"tracking":{"providers":[]}}}],"rejected":[]}}"#,
        ),
    ] {
        site.line(Line {
            host: SEVENTEENTRACK.to_owned(),
            method: "POST".to_owned(),
            address: format!("/track/v2.4/{path}"),
            with: String::new(),
            status: 200,
            headers: BTreeMap::new(),
            body: body.to_owned(),
        });
    }
}

/// The number of one of the eight that arrived in March.
pub fn arrived_number(digit: u8) -> String {
    format!("LP0070000000020{digit}")
}

/// What of a parcel, as the API has it, time and a newer version leave as it is: who it is, what was said of it, and by whom.
/// Words, advice and plans are free to change.
pub fn lasting(parcel: &Value) -> Value {
    let pick = |of: &Value, names: &[&str]| -> Value {
        names.iter().map(|name| ((*name).to_owned(), of[*name].clone())).collect::<serde_json::Map<_, _>>().into()
    };
    let each = |name: &str, pick: &dyn Fn(&Value) -> Value| -> Value {
        parcel[name].as_array().into_iter().flatten().map(pick).collect::<Vec<_>>().into()
    };
    let mut lasting = pick(
        parcel,
        &[
            "id",
            "label",
            "order",
            "marketplace",
            "recipient",
            "tags",
            "class",
            "country",
            "ordered",
            "note",
            "status",
            "stage",
            "stage_index",
            "trouble",
            "carrier",
            "carrier_name",
            "place",
            "since",
            "missing",
            "marks",
            "archived",
            "added_at",
            "archived_at",
        ],
    );
    lasting["legs"] = each("legs", &|leg| {
        let mut lasting = pick(leg, &["no", "carrier", "number", "role", "confirmed", "checksum", "added_at", "facts"]);
        // Who is asked besides changes with how long nobody has told anything; what a person set aside stays aside.
        lasting["set_aside"] = (leg["state"] == "rejected").into();
        lasting
    });
    lasting["events"] = each("events", &|event| {
        pick(
            event,
            &[
                "id",
                "at",
                "at_text",
                "zone",
                "at_estimate",
                "status",
                "stage",
                "carrier",
                "code",
                "text",
                "translation",
                "place",
                "facts",
                "first_seen_at",
                "sources",
            ],
        )
    });
    lasting
}
