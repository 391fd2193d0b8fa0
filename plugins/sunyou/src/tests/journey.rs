use serde_json::json;

use super::*;

#[test]
fn a_parcel_is_followed_from_the_label_to_the_mailbox_newest_first() {
    let answer = told_with(200, JOURNEY).expect("the journey reads");
    let lines: Vec<String> = answer.events.iter().map(line).collect();
    assert_eq!(
        lines,
        [
            "2026-11-12T11:30:00 +08:00 | delivered 20903 | Delivered, signed by … @ 0417 [-]",
            "2026-11-12T09:10:00 +01:00 | out_for_delivery 2072 | Out for delivery, second attempt @ -",
            "2026-11-11T16:45:00 +01:00 | delivery_failed 20803 | Delivery attempt failed @ -",
            "2026-11-11T09:30:00 +01:00 | out_for_delivery 2071 | Out for delivery, questions: … @ -",
            "2026-11-11T05:15:00 +01:00 | local_processing 2067 | Arrived at delivery station @ 0417 [-]",
            "2026-11-10T08:00:00 +01:00 | handed_to_local 2061 | Handed over to local carrier @ -",
            "2026-11-09T14:20:00 +01:00 | customs_cleared 2064 | Customs clearance completed @ -",
            "2026-11-08T09:00:00 +01:00 | import_customs 20622 | Customs inspection @ -",
            "2026-11-07T06:30:00 +01:00 | arrived_destination 206 | Arrived at destination airport @ -",
            "2026-11-06T23:55:00 +08:00 | departed_origin 106 | Departed from port @ -",
            "2026-11-04T02:10:00 +08:00 | origin_processing 105 | Shipment dispatched from warehouse @ SAMPLE WAREHOUSE [-]",
            "2026-11-03T18:40:00 +08:00 | accepted 102 | Shipment received by SunYou @ SAMPLE WAREHOUSE [-]",
            "2026-11-02T10:05:00 +08:00 | registered 101 | Pre-Shipment Info Sent To Sampleland @ -",
        ]
    );
    assert_eq!(answer.events[0].facts, [("delivered_to".into(), "mailbox".into())]);
    assert_eq!((answer.origin.as_deref(), answer.destination.as_deref()), (Some("CN"), Some("FR")));
    assert!(answer.done && answer.window.is_none());
}

#[test]
fn nothing_of_the_recipient_leaves_the_plugin() {
    let told = format!("{:?}", told_with(200, JOURNEY).expect("the journey reads"));
    for person in ["Muster", "Beispiel", "sign/1.png", "0612", "345 678", "23 45 67"] {
        assert!(JOURNEY.contains(person), "{person}");
        assert!(!told.contains(person), "{person}");
    }
}

#[test]
fn the_local_carriers_number_is_followed_and_ones_own_is_not() {
    let handoff = told_with(200, JOURNEY).expect("the journey reads").handoffs.remove(0);
    assert_eq!((handoff.number.as_str(), handoff.carrier.as_deref()), ("3SYTS0000017", Some("Sample Post")));
    assert_eq!((handoff.country.as_deref(), handoff.role, handoff.confidence), (Some("FR"), Role::HandOff, 90));
    for other in [json!(NUMBER), json!("syts000000017"), json!(null), json!("being prepared")] {
        let fields = json!({ "trackingNumber": other, "lastStatus": "106" });
        assert_eq!(entry(&fields).expect("it reads").handoffs, [], "{other}");
    }
    let spaced = json!({ "trackingNumber": " LM 000 000 017 XX ", "lastStatus": "106" });
    assert_eq!(entry(&spaced).expect("it reads").handoffs[0].number, "LM000000017XX");
}

#[test]
fn the_local_carriers_number_is_told_before_there_is_a_scan() {
    let answer = entry(&json!({ "trackingNumber": "3SYTS0000017", "result": { "origin": { "items": [] } } }));
    let answer = answer.expect("a number to go on with");
    assert_eq!((answer.handoffs[0].number.as_str(), answer.events.len()), ("3SYTS0000017", 0));
    assert_eq!((answer.summary, answer.done), (None, false));
    let own = entry(&json!({ "trackingNumber": NUMBER })).expect_err("no other number");
    assert_eq!(own.kind, FailureKind::NoScanYet);
    let unknown = entry(&json!({ "has": false, "trackingNumber": "3SYTS0000017" })).expect_err("unknown");
    assert_eq!(unknown.kind, FailureKind::NotFound);
}

#[test]
fn a_parcel_asked_about_by_the_local_number_is_the_same_parcel() {
    let mut replay = Replay::<SunYou>::of();
    replay.on("GET", &address("3SYTS0000017")).reply(200, JOURNEY);
    let answer = replay.track_one("3SYTS0000017").expect("the journey reads");
    assert_eq!((answer.events.len(), answer.handoffs), (13, Vec::new()));
}

#[test]
fn every_leg_is_read_and_the_destination_comes_last() {
    let scan = |status: &str, time: &str, zone: &str| json!({ "status": status, "createTime": time, "timeZone": zone });
    let answer = entry(&json!({ "result": {
        "destination": { "items": [scan("2067", "2026-11-11 05:15:00", "+01:00"), scan("209", "2026-11-11 12:00:00", "+01:00")] },
        "origin": { "items": [scan("101", "2026-11-02 10:05:00", "+08:00"), scan("106", "2026-11-11 09:00:00", "+08:00")] },
        "transit": { "items": { "status": "201", "createTime": "2026-11-11 04:00:00" } },
        "empty": null,
    }}));
    let codes: Vec<Option<String>> = answer.expect("four legs").events.into_iter().map(|event| event.code).collect();
    let expected = ["209", "2067", "201", "106", "101"].map(|code| Some(code.to_owned()));
    assert_eq!(codes, expected);
}

#[test]
fn only_the_events_say_how_it_ended() {
    let items = json!({ "items": [{ "status": "210", "content": "Returned", "createTime": "2026-11-12 10:00:00" }] });
    let answer = entry(&json!({ "displayStatus": "4", "result": { "origin": items } })).expect("it reads");
    assert_eq!(line(&answer.events[0]), "2026-11-12T10:00:00 - | returning 210 | Returned @ -");
    assert!(!answer.done, "it is on its way back, not there");
}

#[test]
fn where_the_list_is_missing_the_newest_scan_stands_alone() {
    let fields =
        json!({ "lastStatus": "2067", "lastContent": "Arrived, call 0612345678", "trackingNumber": "3SYTS0000017" });
    let answer = entry(&fields).expect("a summary");
    let summary = answer.summary.expect("a code");
    assert_eq!((summary.status, summary.text.as_str()), (Status::LocalProcessing, "Arrived, call …"));
    assert_eq!((answer.events, answer.handoffs.len(), answer.done), (Vec::new(), 1, false));
}

#[test]
fn every_code_reads_back_and_another_is_unknown() {
    let scanned = |code: &str| {
        let items = json!({ "items": [{ "status": format!("{code} ") }] });
        entry(&json!({ "result": { "origin": items } })).expect("one event").events.remove(0)
    };
    for (code, status) in codes::SCANS.iter() {
        let event = scanned(code);
        assert_eq!((event.status, event.code.as_deref()), (status, Some(code)));
        assert_eq!(status == Status::Unknown, code == "2068", "{code}");
    }
    assert_eq!(codes::SCANS.iter().count(), 32);
    for code in ["2", "2099", "999", "Delivered"] {
        assert_eq!(scanned(code).status, Status::Unknown, "{code}");
    }
    assert_eq!(scanned("20906").facts, [("delivered_to".into(), "safe_place".into())]);
    assert_eq!(scanned("209").facts, []);
}

#[test]
fn a_scan_without_a_code_shows_the_name_of_it_and_means_nothing() {
    let items = json!({ "items": [{ "eventCode": "Delivered", "createTime": "2026-11-12" }] });
    let event = entry(&json!({ "result": { "origin": items } })).expect("one event").events.remove(0);
    assert_eq!(line(&event), "2026-11-12 | unknown Delivered | Delivered @ -");
}

#[test]
fn the_question_carries_the_time_and_random_digits() {
    let mut replay = Replay::<SunYou>::of();
    replay.on("GET", &address(NUMBER)).reply(200, JOURNEY);
    assert!(replay.track_one(NUMBER).is_ok());
    let sent = replay.sent();
    assert_eq!((sent.len(), &sent[0].auth), (1, &None));
    assert_eq!(sent[0].headers, [("referer".into(), "https://sypost.net/search".into())]);
}
