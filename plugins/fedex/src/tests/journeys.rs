use super::*;

#[test]
fn what_a_barcode_or_tnts_letters_hold_is_asked() {
    for (written, asked) in [
        ("9611020987654312345672", "987654312345672"),
        ("1001921334250001000300779017972697", "779017972697"),
        ("32971514560102447849175802862014", "784917580286"),
        ("GE123456785NL", "123456785"),
        ("GD123456785WW", "123456785"),
    ] {
        let mut replay = replies(200, &told(asked, r#"{"scanEvents": [{"eventType": "DL"}]}"#));
        assert_eq!(replay.track_one(written).map(|answer| answer.events.len()), Ok(1), "{written}");
        let http::Body::Text(body) = &replay.sent()[0].body else { panic!("a body of text") };
        assert!(body.contains(&format!(r#""trackingNumber":"{asked}""#)), "{body}");
    }
}

#[test]
fn a_parcel_crosses_both_customs_and_arrives() {
    let answer = ask("770000000015", include_str!("../../replies/journey.json")).expect("a journey");
    assert_eq!(
        journey(&answer),
        [
            "delivered | at 2026-11-20T10:42:00+01:00 | LYON, FR",
            "out_for_delivery | at 2026-11-20T08:10:00+01:00 | LYON, FR",
            "local_processing | at 2026-11-20T06:31:00+01:00 | SAINT PRIEST, FR",
            "customs_cleared | at 2026-11-19T21:10:00+01:00 | ROISSY, FR",
            "customs_hold | at 2026-11-19T15:00:00+01:00 | ROISSY, FR",
            "import_customs | at 2026-11-19T12:00:00+01:00 | ROISSY, FR",
            "in_transit | at 2026-11-18T23:51:00+01:00 | ROISSY, FR",
            "export_customs | at 2026-11-17T19:05:00+08:00 | SHENZHEN, CN",
            "origin_processing | at 2026-11-17T02:12:00+08:00 | SHENZHEN, CN",
            "accepted | at 2026-11-16T16:20:00+08:00 | SHENZHEN, CN",
            "registered | at 2026-11-15T21:00:00-06:00 | -",
        ]
    );
    assert_eq!(answer.events[1].text, "On FedEx vehicle for delivery");
    assert_eq!(answer.events[4].text, "Clearance delay - Import: The importer must send papers, call …");
    assert_eq!(answer.events[0].facts, [("delivered_to".into(), "front_desk".into())]);
    assert_eq!((answer.origin.as_deref(), answer.destination.as_deref()), (Some("CN"), Some("FR")));
    let facts = ["service", "weight_g", "pieces", "fee", "shipment_number"];
    let expected = ["FedEx International Economy", "910", "2", "clearance entry fee applies", "770000000004"];
    assert_eq!(facts.map(|name| fact(&answer.facts, name).unwrap_or("-")), expected);
    assert_eq!(answer.summary.map(|summary| summary.status), Some(Status::Delivered));
    assert!(answer.handoffs.is_empty() && answer.window.is_none() && answer.done);
}

#[test]
fn nobody_is_named() {
    let journey = ask("770000000015", include_str!("../../replies/journey.json")).expect("a journey");
    let held = ask("770000000059", include_str!("../../replies/held.json")).expect("a journey");
    assert_eq!(journey.events[0].text, "Delivered: Signed for by …");
    let told = format!("{journey:?}{held:?}").to_lowercase();
    for name in ["exemple", "example", "5 rue", "main st", "0400000000", "5550001111", "4567"] {
        assert!(!told.contains(name), "{name} left the plugin");
    }
}

#[test]
fn nobody_is_named_in_what_is_said_of_the_parcel_as_a_whole() {
    let story = r#"{"latestStatusDetail": {"code": "HL", "description": "Ready, signed for by: A.EXAMPLE"},
        "scanEvents": [{"eventType": "HL"}],
        "serviceCommitMessage": {"message": "Write to a.example@example.com"}}"#;
    let answer = ask("770000000015", &told("770000000015", story)).expect("a story");
    assert_eq!(answer.summary.map(|summary| summary.text).as_deref(), Some("Ready, signed for by …"));
    assert_eq!(fact(&answer.facts, "note"), Some("Write to …"));
}

#[test]
fn a_parcel_held_for_its_recipient_says_where_and_until_when_it_was_due() {
    let answer = ask("770000000059", include_str!("../../replies/held.json")).expect("a journey");
    assert_eq!(
        journey(&answer),
        [
            "available_for_pickup | at 2026-11-19T13:26:00-08:00 | FRESNO, CA, US",
            "exception | at 2026-11-18T11:29:00-08:00 | -",
            "local_processing | clock 2026-11-16T17:30:00 | -",
            "accepted | on 2026-11-16 | -",
        ]
    );
    assert_eq!(fact(&answer.events[0].facts, "pickup_at"), Some("Corner Pharmacy, FRESNO, CA, US"));
    assert_eq!(fact(&answer.facts, "delay"), Some("delayed, weather"));
    assert_eq!(fact(&answer.facts, "note"), Some("Package is waiting at the pickup location."));
    let summary = answer.summary.expect("a summary");
    assert_eq!((summary.status, summary.text.as_str()), (Status::AvailableForPickup, "Running Late"));
    let window = answer.window.expect("a window");
    assert_eq!(
        (moment(window.earliest.as_ref()), moment(Some(&window.latest))),
        ("never".into(), "on 2026-11-21".into())
    );
}

#[test]
fn a_refused_parcel_goes_back_under_a_number_of_its_own() {
    let answer = ask("770000000060", include_str!("../../replies/returned.json")).expect("a journey");
    assert_eq!(
        journey(&answer),
        [
            "returned | at 2026-11-20T09:00:00-06:00 | -",
            "returning | at 2026-11-18T09:00:00-06:00 | -",
            "delivery_failed | at 2026-11-17T09:00:00-06:00 | -",
            "handed_to_local | at 2026-11-16T09:00:00-06:00 | -",
        ]
    );
    assert_eq!(answer.events[1].facts, [("return_reason".into(), "refused".into())]);
    assert_eq!(answer.summary.map(|summary| summary.status), Some(Status::Returned));
    let numbers: Vec<_> = answer
        .handoffs
        .iter()
        .map(|further| (further.number.as_str(), further.role, further.carrier.as_deref(), further.country.as_deref()))
        .collect();
    assert_eq!(
        numbers,
        [
            ("9261290100000000000013", Role::HandOff, Some("usps"), Some("US")),
            ("770000000071", Role::Return, Some("fedex"), None),
            ("DT770000000082", Role::Partner, Some("fedex"), None),
        ]
    );
    assert!(answer.done);
}

#[test]
fn the_estimate_goes_before_the_usual_time_of_the_service() {
    let window = |fields: &str| {
        let story = format!(r#"{{"scanEvents": [{{"eventType": "IT"}}], {fields}}}"#);
        let window = ask("770000000015", &told("770000000015", &story)).expect("a story").window?;
        Some(format!("{} - {}", moment(window.earliest.as_ref()), moment(Some(&window.latest))))
    };
    let estimate = r#""estimatedDeliveryTimeWindow": {"window": {"begins": "2026-11-23T09:00:00+01:00", "ends": "2026-11-23T13:00:00+01:00"}}"#;
    let usual = r#""standardTransitTimeWindow": {"window": {"ends": "2026-11-26T00:00:00-06:00"}}"#;
    let empty = r#""estimatedDeliveryTimeWindow": {"window": {}}"#;
    let dated = r#""dateAndTimes": [{"type": "ESTIMATED_DELIVERY", "dateTime": "2026-11-24T20:00:00"}]"#;
    let found = window(&format!("{estimate}, {usual}"));
    assert_eq!(found.as_deref(), Some("at 2026-11-23T09:00:00+01:00 - at 2026-11-23T13:00:00+01:00"));
    assert_eq!(window(&format!("{empty}, {dated}, {usual}")).as_deref(), Some("never - clock 2026-11-24T20:00:00"));
    assert_eq!(window(&format!("{empty}, {usual}")).as_deref(), Some("never - on 2026-11-26"));
    assert_eq!(window(empty), None);
}

#[test]
fn a_label_is_told_from_a_parcel() {
    let story = r#"{"latestStatusDetail": {"code": "OC", "derivedCode": "IN", "description": "Label created"}}"#;
    let failure = ask("770000000015", &told("770000000015", story)).expect_err("no scan");
    assert_eq!(failure.kind, FailureKind::NoScanYet);
    let story = r#"{"scanEvents": [{"eventType": "OC", "date": "2026-11-20T08:10:00-06:00"}]}"#;
    let answer = ask("770000000015", &told("770000000015", story)).expect("an event");
    assert_eq!(answer.events[0].status, Status::Registered);
    let story = r#"{"latestStatusDetail": {"code": "IT"}}"#;
    let answer = ask("770000000015", &told("770000000015", story)).expect("a state");
    assert!(answer.events.is_empty() && !answer.done);
}

#[test]
fn a_state_nobody_knows_is_kept_and_no_state_is_a_change() {
    let state = |fields: &str| {
        let story = format!(r#"{{"latestStatusDetail": {{{fields}}}}}"#);
        ask("770000000015", &told("770000000015", &story)).map(|answer| answer.summary)
    };
    for (fields, code, text) in [
        (r#""code": "ZZ", "description": "Seized""#, Some("ZZ"), "Seized"),
        (r#""code": " ", "derivedCode": "ZZ""#, Some("ZZ"), ""),
        (r#""statusByLocale": "Seized""#, None, "Seized"),
    ] {
        let summary = Summary { status: Status::Unknown, code: code.map(str::to_owned), text: text.to_owned() };
        assert_eq!(state(fields), Ok(Some(summary)), "{fields}");
    }
    for fields in ["", r#""code": "", "description": " ""#, r#""delayDetail": {"status": "DELAYED"}"#] {
        assert_eq!(state(fields).expect_err("no state").kind, FailureKind::ChangedUpstream, "{fields}");
    }
}
