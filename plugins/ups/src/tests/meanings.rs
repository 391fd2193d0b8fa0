use super::*;
use crate::codes::{DELIVERY, EXCEPTION, MAIL as MAIL_CODES, MANIFEST, MOVEMENT, STATUS, TYPES};

/// What a scan with these codes means; `-` stands for one that is missing.
fn meaning(digits: &str, kind: &str, letters: &str) -> Status {
    let told = |code: &str| (code != "-").then(|| code.to_owned());
    let status =
        json!({ "statusCode": told(digits), "type": told(kind), "code": told(letters), "description": "A scan" });
    scanned(&json!({ "status": status })).status
}

fn entries(table: CodeTable) -> Vec<(&'static str, Status)> {
    table.iter().collect()
}

fn counted(table: CodeTable) -> usize {
    let codes: Vec<&str> = entries(table).into_iter().map(|(code, _)| code).collect();
    for (index, code) in codes.iter().enumerate() {
        assert!((1..=3).contains(&code.len()), "{code:?} is no code");
        assert!(!codes[..index].contains(code), "{code} stands twice");
    }
    codes.len()
}

#[test]
fn every_listed_code_has_its_meaning() {
    let counts = [TYPES, STATUS, MOVEMENT, MANIFEST, EXCEPTION, DELIVERY, MAIL_CODES].map(counted);
    assert_eq!(counts, [13, 160, 38, 4, 687, 139, 212]);
    let unknown = |table: CodeTable| -> Vec<&str> {
        entries(table).into_iter().filter(|(_, status)| *status == Status::Unknown).map(|(code, _)| code).collect()
    };
    assert_eq!(unknown(STATUS), ["000", "088", "148", "163"], "UPS itself calls them \"no status\"");
    assert_eq!(unknown(TYPES), ["NA"]);
    assert_eq!(unknown(EXCEPTION), ["FN", "K7"], "the receiver acknowledges something");
    for table in [MOVEMENT, MANIFEST, DELIVERY, MAIL_CODES] {
        assert_eq!(unknown(table), Vec::<&str>::new());
    }
}

#[test]
fn every_heading_of_a_table_is_a_status() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/codes");
    let mut headings = 0;
    for entry in std::fs::read_dir(folder).expect("the folder of the tables") {
        let path = entry.expect("an entry").path();
        let text = std::fs::read_to_string(&path).expect("a text");
        for heading in text.lines().filter_map(|line| line.strip_prefix('[')) {
            assert!(Status::from_key(heading.trim_end_matches(']')).is_some(), "{}: {heading}", path.display());
            headings += 1;
        }
    }
    assert!(headings > 60, "{headings} headings");
}

#[test]
fn every_code_reads_back_through_a_scan() {
    for (digits, status) in entries(STATUS) {
        assert_eq!(meaning(digits, "-", "-"), status, "{digits}");
        assert_eq!(
            meaning(digits.trim_start_matches('0'), "-", "-"),
            if digits == "000" { Status::Unknown } else { status }
        );
    }
    for (kind, table) in [("I", MOVEMENT), ("M", MANIFEST), ("MV", MANIFEST), ("X", EXCEPTION), ("D", DELIVERY)] {
        for (letters, status) in entries(table) {
            assert_eq!(meaning("-", kind, letters), status, "{kind} {letters}");
        }
    }
    for (letters, status) in entries(MAIL_CODES) {
        let scan = json!({ "status": { "type": "I", "code": letters, "description": "A scan" } });
        let fields = json!({ "activity": [scan], "service": { "description": "Domestic Mail Innovations" } });
        assert_eq!(packed(&fields).expect("a scan").events[0].status, status, "{letters}");
    }
    for (kind, status) in entries(TYPES).into_iter().filter(|(kind, _)| *kind != "D") {
        assert_eq!(meaning("-", kind, "-"), status, "{kind}");
    }
}

#[test]
fn the_three_digits_go_before_the_letters_and_letters_belong_to_their_type() {
    for (digits, kind, letters, expected) in [
        ("012", "X", "RZ", Status::ImportCustoms),
        ("014", "X", "RZ", Status::CustomsCleared),
        ("-", "X", "RZ", Status::ImportCustoms),
        ("-", "I", "UA", Status::InTransit),
        ("-", "D", "UA", Status::Returned),
        ("-", "X", "UA", Status::Returned),
        ("-", "M", "DP", Status::Registered),
        ("-", "I", "DP", Status::InTransit),
        ("-", "X", "DP", Status::ImportCustoms),
        ("-", "M", "VP", Status::Cancelled),
        ("-", "P", "PU", Status::Accepted),
        ("-", "U", "UD", Status::InTransit),
        ("-", "W", "WH", Status::InTransit),
        // A movement that stands in the other list only.
        ("-", "I", "48", Status::DeliveryFailed),
        ("-", "D", "F4", Status::Delivered),
        ("000", "I", "OT", Status::OutForDelivery),
        ("999", "I", "OT", Status::OutForDelivery),
        ("005", "I", "ZZ", Status::InTransit),
        // The same said finer, and not something else.
        ("005", "I", "EP", Status::DepartedOrigin),
        ("005", "I", "OT", Status::InTransit),
        ("013", "X", "13", Status::Damaged),
        ("013", "X", "93", Status::Lost),
        ("013", "X", "48", Status::Exception),
        ("011", "X", "13", Status::Delivered),
    ] {
        assert_eq!(meaning(digits, kind, letters), expected, "{digits} {kind} {letters}");
    }
}

#[test]
fn what_no_table_has_is_unknown_and_never_guessed() {
    for (digits, kind, letters) in [
        ("999", "-", "-"),
        ("999", "I", "-"),
        ("999", "D", "-"),
        ("soon", "I", "-"),
        ("-", "I", "QQ"),
        ("-", "D", "QQ"),
        ("-", "M", "AR"),
        ("-", "-", "UA"),
        ("-", "NA", "UA"),
        ("-", "ZZ", "UA"),
        ("-", "ZZ", "-"),
        ("000", "I", "-"),
    ] {
        assert_eq!(meaning(digits, kind, letters), Status::Unknown, "{digits} {kind} {letters}");
    }
}

#[test]
fn a_return_is_no_delivery_however_it_is_told() {
    let newest = |digits: Value, letters: Value, state: &str| {
        let scan = json!({ "status": { "type": "D", "code": letters, "statusCode": digits, "description": "A scan" } });
        let label = json!({ "status": { "type": "M", "code": "MP", "description": "A label" } });
        let fields = json!({ "activity": [scan, label], "currentStatus": { "code": state } });
        let answer = packed(&fields).expect("an answer");
        (answer.events[0].status, answer.done)
    };
    let (delivered, returned) = ((Status::Delivered, true), (Status::Returned, true));
    assert_eq!(newest(json!("034"), json!("UA"), "034"), returned);
    assert_eq!(newest(json!("011"), json!("UA"), "011"), returned, "the letters know it");
    assert_eq!(newest(json!("011"), json!("M1"), "034"), returned, "the state knows it");
    assert_eq!(newest(json!(null), json!("M1"), "034"), returned);
    assert_eq!(newest(json!(null), json!(null), "034"), returned);
    assert_eq!(newest(json!(null), json!(null), "011"), delivered);
    assert_eq!(newest(json!(null), json!(null), "005"), (Status::Unknown, false), "a D alone proves nothing");
    assert_eq!(newest(json!("011"), json!("M1"), "011"), delivered);
    assert_eq!(newest(json!("026"), json!(null), "026"), delivered);
    assert_eq!(newest(json!("011"), json!("5F"), "011"), (Status::Returning, false));
    assert_eq!(newest(json!(34), json!("UA"), "34"), returned, "zeros in front may be lost");
    assert_eq!(newest(json!(null), json!("ZZ"), "011"), (Status::Unknown, false), "a code nobody knows");
}

#[test]
fn a_scan_after_a_return_does_not_make_a_delivery_of_it() {
    let scan = |kind: &str, letters: &str, digits: &str| {
        let status = json!({ "type": kind, "code": letters, "statusCode": digits });
        json!({ "status": status })
    };
    // A D, and neither a delivery nor a return.
    let delayed = scan("D", "DZ", "013");
    let (brought, before) = (scan("D", "M1", "011"), scan("D", "M2", "011"));
    let statuses = |state: &str| -> Vec<Status> {
        let activity = [&scan("X", "A6", "013"), &delayed, &brought, &scan("I", "OT", "021"), &before];
        let fields = json!({ "activity": activity, "currentStatus": { "code": state } });
        packed(&fields).expect("an answer").events.iter().map(|event| event.status).collect()
    };
    use Status::{Delivered, Exception, OutForDelivery, Returned};
    let told = |newest: Status| [Exception, Exception, newest, OutForDelivery, Delivered];
    assert_eq!(statuses("034"), told(Returned), "the state speaks of the newest");
    assert_eq!(statuses("011"), told(Delivered));
}

#[test]
fn why_it_goes_back_is_told_where_a_code_says_so() {
    let reason = |status: Value| {
        let event = scanned(&json!({ "status": status }));
        (event.status, event.facts.first().map(|(_, reason)| reason.clone()))
    };
    assert_eq!(reason(json!({ "type": "D", "code": "5F" })), (Status::Returning, Some("unclaimed".into())));
    assert_eq!(reason(json!({ "type": "X", "statusCode": "064" })), (Status::NotDelivered, Some("refused".into())));
    assert_eq!(reason(json!({ "type": "X", "statusCode": "035" })), (Status::Returning, None));
    for digits in ["024", "069"] {
        assert_eq!(meaning(digits, "X", "-"), Status::NotDelivered, "no attempt follows {digits}");
    }
}

#[test]
fn customs_where_it_comes_from_are_those_of_export() {
    let cleared = |origin: &str, destination: &str, here: &Value, status: &Value| {
        let party = |kind: &str, country: &str| json!({ "type": kind, "address": { "countryCode": country } });
        let fields = json!({
            "activity": [{ "location": { "address": here }, "status": status }],
            "packageAddress": [party("ORIGIN", origin), party("DESTINATION", destination)],
        });
        packed(&fields).expect("a scan").events[0].status
    };
    let released = json!({ "type": "X", "code": "RZ", "statusCode": "014" });
    let in_country = |code: &str| json!({ "city": "SAMPLETON", "countryCode": code });
    assert_eq!(cleared("CN", "US", &in_country("CN"), &released), Status::ExportCustoms);
    assert_eq!(cleared("CN", "", &in_country("CN"), &released), Status::ExportCustoms);
    assert_eq!(
        cleared("CN", "US", &json!({ "country": "China" }), &released),
        Status::CustomsCleared,
        "a code, not a name"
    );
    assert_eq!(cleared("CN", "US", &json!({ "country": "CN" }), &released), Status::ExportCustoms);
    assert_eq!(cleared("CN", "US", &in_country("US"), &released), Status::CustomsCleared);
    assert_eq!(cleared("CN", "US", &in_country("HK"), &released), Status::CustomsCleared);
    assert_eq!(cleared("CN", "US", &json!(null), &released), Status::CustomsCleared, "nobody says where");
    assert_eq!(cleared("", "US", &in_country("CN"), &released), Status::CustomsCleared, "nobody says where from");
    assert_eq!(cleared("US", "US", &in_country("US"), &released), Status::CustomsCleared, "nothing leaves the country");
    for (status, expected) in [
        (json!({ "type": "X", "code": "RZ" }), Status::ExportCustoms),
        (json!({ "type": "X", "code": "BB", "statusCode": "058" }), Status::ExportCustoms),
        (json!({ "type": "X", "statusCode": "134" }), Status::CustomsCleared),
        (json!({ "type": "I", "code": "IP" }), Status::ImportCustoms),
        (json!({ "type": "I", "code": "AR", "statusCode": "005" }), Status::InTransit),
    ] {
        assert_eq!(cleared("CN", "US", &in_country("CN"), &status), expected, "{status}");
    }
}

#[test]
fn a_scan_is_as_exact_as_ups_is() {
    let moment = |fields: Value| {
        let mut scan = json!({ "status": { "statusCode": "005" } });
        scan.as_object_mut().expect("an object").extend(fields.as_object().expect("an object").clone());
        line(&scanned(&scan)).replace(" | in_transit 005 |  @ -", "")
    };
    assert_eq!(
        moment(json!({ "date": "20261120", "time": "073000", "gmtOffset": "-05:00" })),
        "2026-11-20T07:30:00-05:00"
    );
    assert_eq!(moment(json!({ "date": "20261120", "time": "73000", "gmtOffset": "+8" })), "2026-11-20T07:30:00+08:00");
    assert_eq!(moment(json!({ "date": "20261120", "time": "07:30:00" })), "2026-11-20T07:30:00 -");
    assert_eq!(moment(json!({ "date": 20261120, "time": 73000 })), "2026-11-20T07:30:00 -");
    assert_eq!(moment(json!({ "date": "20261120", "time": "073000", "gmtOffset": "west" })), "2026-11-20T07:30:00 -");
    assert_eq!(moment(json!({ "date": "20261120", "gmtOffset": "-05:00" })), "2026-11-20");
    assert_eq!(moment(json!({ "date": "20261120", "time": "noon" })), "2026-11-20");
    assert_eq!(moment(json!({ "date": "20261120", "time": "257000" })), "2026-11-20");
    for (time, expected) in [("11:08:38", "11:08:38"), ("110838", "11:08:38"), ("74700", "07:47:00")] {
        let utc = json!({ "gmtDate": "20261120", "gmtTime": time });
        assert_eq!(moment(utc), format!("2026-11-20T{expected}Z"), "the local day is missing");
        let local = json!({ "date": "20261121", "time": "010000", "gmtDate": "20261120", "gmtTime": time });
        assert_eq!(moment(local), "2026-11-21T01:00:00 -", "without an offset it is a clock");
    }
    for nothing in
        [json!({}), json!({ "date": "20261399" }), json!({ "date": "string" }), json!({ "gmtDate": "20261120" })]
    {
        assert_eq!(moment(nothing), "-");
    }
}

#[test]
fn where_it_was_left_is_told_in_known_words_only() {
    let left_at = |location: &str, digits: &str| {
        let scan = json!({ "status": { "type": "D", "statusCode": digits } });
        let fields =
            json!({ "activity": [scan], "deliveryInformation": { "location": location, "receivedBy": "A.SAMPLE" } });
        packed(&fields).expect("a delivery").events.remove(0).facts.pop().map(|(_, place)| place)
    };
    for (words, place) in [
        ("Front Desk", "front_desk"),
        ("FRONT DOOR", "safe_place"),
        ("Mail Room", "front_desk"),
        ("Mail Box", "mailbox"),
        ("Locker", "locker"),
        ("Neighbor", "neighbour"),
        (" Met Customer Woman ", "person"),
    ] {
        assert_eq!(left_at(words, "011").as_deref(), Some(place));
    }
    assert_eq!(left_at("DEL", "011"), None);
    assert_eq!(left_at("Front desk of A. SAMPLE", "011"), None);
    assert_eq!(left_at("Front Desk", "034"), None, "that is the sender's");
    assert_eq!(left_at("Front Desk", "005"), None);
}

#[test]
fn types_without_codes_tell_of_the_round_and_of_the_way_back() {
    let of_type = |kind: &str| scanned(&json!({ "status": { "type": kind, "description": "A scan" } })).status;
    assert_eq!(of_type("O"), Status::OutForDelivery);
    assert_eq!(of_type("RS"), Status::Returning);
    assert_eq!(of_type("MV"), Status::Cancelled);
}

#[test]
fn customs_without_a_place_are_those_of_the_scan_made_with_them() {
    let second = |slic: &str, time: &str| {
        let scan = |address: Value, slic: &str, time: &str| {
            json!({ "date": "20261120", "time": time, "gmtOffset": "+01:00",
                "location": { "address": address, "slic": slic }, "status": { "type": "X", "code": "RZ", "statusCode": "014" } })
        };
        let fields = json!({
            "activity": [scan(Value::Null, slic, time), scan(json!({ "city": "Lummen", "countryCode": "BE" }), "3468", "212334")],
            "packageAddress": [
                { "type": "ORIGIN", "address": { "countryCode": "BE" } },
                { "type": "DESTINATION", "address": { "countryCode": "AU" } },
            ],
        });
        packed(&fields).expect("two scans").events[0].status
    };
    assert_eq!(second("3468", "213829"), Status::ExportCustoms, "in one building");
    assert_eq!(second("", "212334"), Status::ExportCustoms, "in one second");
    assert_eq!(second("7001", "213829"), Status::CustomsCleared, "elsewhere, later");
}
