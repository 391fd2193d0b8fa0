use serde_json::json;

use super::*;

/// What the interface tells of our number when its one entry has these fields.
fn entry(fields: &serde_json::Value) -> Result<Answer, Failure> {
    let mut entry = json!({ "tracking_number": NUMBER });
    for (name, value) in fields.as_object().expect("fields") {
        entry[name] = value.clone();
    }
    told_of(NUMBER, 200, &json!({ "code": 0, "message": "success", "result": [entry] }).to_string())
}

fn scan(code: &str, words: &str) -> Event {
    let scan = json!({ "tracking_status": code, "message": words });
    entry(&json!({ "checkpoints": [scan] })).expect("one event").events.remove(0)
}

#[test]
fn several_numbers_are_asked_at_once_and_each_has_its_own_answer() {
    let numbers = [UNKNOWN, NUMBER, "UJ000000031YP", "UJ000000045YP", NUMBER];
    let mut replay = Replay::<Yanwen>::of();
    replay.on("GET", &list(&numbers[..4])).reply(200, BATCH);
    replay.on("GET", &list(&[UNKNOWN])).reply(200, r#"{ "code": 0, "message": "success", "result": [] }"#);
    let found = replay.track_all(&numbers);
    let kinds: Vec<_> = found.iter().map(|found| found.as_ref().err().map(|failure| failure.kind)).collect();
    let not_found = Some(FailureKind::NotFound);
    assert_eq!(kinds, [not_found, None, not_found, None, None]);
    let sent = replay.sent();
    assert_eq!(
        (sent.len(), sent[0].auth.as_deref()),
        (2, Some("merchant")),
        "one left out is asked once more by itself"
    );

    let answer = found[1].as_ref().expect("the journey reads");
    assert_eq!(
        lines(answer),
        [
            "2026-11-20T14:12:40+01:00 | delivered LM40 | Delivered, signed by … @ FR [FR]",
            "2026-11-20T08:05:00+01:00 | out_for_delivery LM10 | Shipment out for delivery. @ FR [FR]",
            "2026-11-19T17:30:00+01:00 | delivery_failed LM10 | <User not at home> @ FR [FR]",
            "2026-11-18T22:41:09 +08:00 | local_processing LM10 | In the depot, courier phone: … @ Sample Depot [-]",
            "2026-11-16T06:00:00+01:00 | arrived_destination LH20 | Port of destination - Arrival @ -",
            "2026-11-15T23:15:00+08:00 | departed_origin LH20 | Port of departure - Departure @ China [CN]",
            "2026-11-13T07:00:00+08:00 | in_transit LH20 | Waiting for a plane @ -",
            "2026-11-11T20:11:45+08:00 | accepted OR99 | Yanwen Pickup Scan @ -",
            "2026-11-11T09:00:00 - | registered OR10 | Order processed by shipper @ -",
        ]
    );
    assert_eq!(answer.summary.as_ref().map(|summary| summary.status), Some(Status::Delivered));
    assert_eq!((answer.origin.as_deref(), answer.destination.as_deref()), (Some("CN"), Some("FR")));
    assert_eq!(answer.handoffs[0].number, "3SYTW0000017");
    assert!(answer.done && !format!("{answer:?}").contains("Muster"));
}

#[test]
fn a_number_that_is_left_out_even_alone_among_others_proves_nothing() {
    let two = r#"{ "code": 0, "result": [{ "tracking_number": "UJ000000014YP", "checkpoints": [] }] }"#;
    let numbers = [NUMBER, UNKNOWN, "UJ000000031YP"];
    let mut replay = Replay::<Yanwen>::of();
    replay.on("GET", &list(&numbers)).reply(200, two);
    replay.on("GET", &list(&numbers[1..])).reply(200, &two.replace(NUMBER, "UJ000000031YP"));
    let found = replay.track_all(&numbers);
    let kinds: Vec<_> = found.into_iter().map(|found| found.expect_err("no answer").kind).collect();
    assert_eq!(kinds, [FailureKind::NotFound, FailureKind::Inconclusive, FailureKind::NotFound]);
    assert_eq!(replay.requests().len(), 2);
}

#[test]
fn trouble_with_the_second_question_is_no_trouble_of_the_first() {
    let mut replay = Replay::<Yanwen>::of();
    replay.on("GET", &list(&[NUMBER, UNKNOWN])).reply(200, BATCH);
    replay.on("GET", &list(&[UNKNOWN])).fail("timeout");
    let found = replay.track_all(&[NUMBER, UNKNOWN]);
    assert!(found[0].is_ok());
    assert_eq!(found[1].as_ref().expect_err("no reply").kind, FailureKind::Unavailable);
}

#[test]
fn the_page_is_asked_where_there_is_no_merchant_number() {
    let mut replay = Replay::<Yanwen>::of();
    replay.without_secrets().on("POST", &form(NUMBER, DIGEST)).reply(200, PAGE);
    assert!(replay.track_one(NUMBER).is_ok());
    assert_eq!(replay.requests(), [format!("POST {}", form(NUMBER, DIGEST))]);
}

#[test]
fn the_operator_can_name_another_origin() {
    let mut replay = Replay::<Yanwen>::of();
    replay.setting("merchant_origin", "https://track.yw56.com.cn/");
    replay.on("GET", &list(&[NUMBER]).replace("api.track", "track")).reply(200, BATCH);
    assert!(replay.track_one(NUMBER).is_ok());

    let mut replay = Replay::<Yanwen>::of();
    replay.setting("merchant_origin", " ").on("GET", &list(&[NUMBER])).reply(200, BATCH);
    assert!(replay.track_one(NUMBER).is_ok(), "an empty setting is none");

    let mut replay = Replay::<Yanwen>::of();
    replay.setting("merchant_origin", "http://api.track.yw56.com.cn");
    let failure = replay.track_one(NUMBER).expect_err("not granted");
    assert!(
        failure.message.ends_with("add \"http://api.track.yw56.com.cn\" to hosts in [carriers.yanwen]"),
        "{}",
        failure.message
    );
    assert!(replay.requests().is_empty());
}

#[test]
fn a_certificate_that_does_not_fit_has_a_way_out() {
    let mut replay = Replay::<Yanwen>::of();
    replay.on("GET", &list(&[NUMBER])).fail("tls");
    let failure = replay.track_one(NUMBER).expect_err("no connection");
    assert_eq!(failure.kind, FailureKind::Unavailable);
    assert!(failure.message.contains("merchant_origin in [carriers.yanwen.settings]"), "{}", failure.message);
}

#[test]
fn words_say_more_than_codes_except_that_it_was_delivered() {
    for (code, words, expected) in [
        ("LM10", "SHIPMENT OUT FOR DELIVERY.", Status::OutForDelivery),
        ("LM10", "Shipment out for delivery", Status::LocalProcessing),
        ("LM40", "Received.", Status::Delivered),
        ("LM40", "Left with the caretaker", Status::Delivered),
        ("XX99", "Delivered.", Status::Delivered),
        ("XX99", "Delivered to the carrier", Status::Unknown),
        ("lm40", "Expected delivery", Status::Delivered),
        ("lm44", "Expected delivery", Status::Unknown),
    ] {
        assert_eq!(scan(code, words).status, expected, "{code} {words}");
    }
}

#[test]
fn a_delivery_says_where_it_was_left() {
    let left = |code: &str, words: &str| scan(code, words).facts.pop().map(|(_, place)| place);
    assert_eq!(left("LM40", "Delivered, In/At Mailbox").as_deref(), Some("mailbox"));
    assert_eq!(left("LM40", "Left with a neighbor").as_deref(), Some("neighbour"));
    assert_eq!(left("LM40", "Delivered."), None);
    assert_eq!(left("LM10", "On its way to the locker"), None);
}

#[test]
fn every_code_and_every_word_reads_back() {
    for (code, status) in codes::STAGES.iter() {
        let event = scan(&format!(" {code} "), "in other words");
        assert_eq!((event.status, event.code.as_deref()), (status, Some(code)));
    }
    for (words, status) in codes::WORDS.iter() {
        let event = scan("", words);
        assert_eq!((event.status, event.text.as_str()), (status, words));
        assert_ne!(status, Status::Unknown, "{words}");
    }
    let count = [codes::STAGES, codes::WORDS, codes::OLD_STATES].map(|table| table.iter().count());
    assert_eq!(count, [4, 18, 2]);
}

#[test]
fn people_in_words_become_dots() {
    for (given, expected) in [
        ("Delivered, signed by: E. Muster", "Delivered, signed by …"),
        ("某某揽投部已收件（揽投员姓名：某某,联系电话:13800000000）", "某某揽投部已收件（…）"),
        ("派送中；快递员姓名：某某；请等待", "派送中；…；请等待"),
        ("PIN: 0417", "…"),
        ("In the locker (PIN: 0417), Door NO: 17", "In the locker (…), …"),
        ("Call 0612 345 678 <b>now</b>", "Call … now"),
        ("Shipping: the door not opened", "Shipping: the door not opened"),
    ] {
        assert_eq!(scan("LM10", given).text, expected, "{given}");
    }
}

#[test]
fn an_entry_without_scans_says_whether_the_number_is_known() {
    let kind = |fields: serde_json::Value| entry(&fields).expect_err("no scans").kind;
    assert_eq!(kind(json!({ "checkpoints": [] })), FailureKind::NotFound);
    assert_eq!(kind(json!({ "checkpoints": null, "tracking_status": null })), FailureKind::NotFound);
    assert_eq!(kind(json!({ "checkpoints": [], "tracking_status": "ZZ99" })), FailureKind::Inconclusive);
    assert_eq!(kind(json!({ "checkpoints": [], "exchange_number": NUMBER })), FailureKind::NotFound);
    for (code, status) in [("OR10 ", Status::Registered), ("LM40", Status::Delivered)] {
        let answer = entry(&json!({ "checkpoints": [], "tracking_status": code })).expect("a stage");
        assert_eq!((answer.summary.map(|summary| summary.status), answer.events), (Some(status), Vec::new()));
    }
}

#[test]
fn the_local_carriers_number_is_told_before_there_is_a_scan() {
    for stage in [json!(null), json!("OR10"), json!("ZZ99")] {
        let fields =
            json!({ "exchange_number": "3SYTW0000017", "tracking_status": stage, "destination_country": "FR" });
        let answer = entry(&fields).expect("a number to go on with");
        let handoff = &answer.handoffs[0];
        assert_eq!((handoff.number.as_str(), handoff.country.as_deref()), ("3SYTW0000017", Some("FR")), "{stage}");
        assert!(answer.events.is_empty() && !answer.done, "{stage}");
    }
}

#[test]
fn a_parcel_asked_about_by_the_local_number_is_the_same_parcel() {
    let answer = told_of("3SYTW0000017", 200, BATCH).expect("the journey reads");
    assert_eq!((answer.events.len(), answer.handoffs), (9, Vec::new()));
}

#[test]
fn the_form_of_2017_is_read_and_its_offsets_are_not_believed() {
    let answer = told_of("AA000000017YR", 200, OLD).expect("an old answer");
    assert_eq!(
        lines(&answer),
        [
            "2017-03-14T13:03:00 - | delivered - | Delivered. @ -",
            "2017-03-03T20:42:00 - | unknown - | Acceptance @ CHINA [CN]",
            "2017-03-03T20:42:00 +08:00 | unknown - | 已收件（…） @ Muster [-]",
            "2017-03-02T08:00:00 +08:00 | accepted - | Yanwen Pickup Scan @ -",
        ]
    );
    assert_eq!(answer.summary.as_ref().map(|summary| summary.status), Some(Status::Delivered));
    assert_eq!((answer.origin.as_deref(), answer.destination.as_deref()), (Some("CN"), Some("US")));
    assert_eq!(answer.handoffs[0].number, "LW000000017CN");
    assert!(told_of("LW000000017CN", 200, OLD).expect("an old answer").handoffs.is_empty());
    assert_eq!(told_of(NUMBER, 200, OLD).expect_err("another number").kind, FailureKind::Inconclusive);
}

#[test]
fn the_form_of_2017_tells_null_of_a_number_it_does_not_know() {
    let null = r#"{ "code": 0, "state": null, "waybill_number": null, "origin_items": null, "destin_items": null }"#;
    assert_eq!(told_of(NUMBER, 200, null).expect_err("nothing").kind, FailureKind::NotFound);
    let nothing = format!(r#"{{ "code": 0, "state": 0, "waybill_number": "{NUMBER}", "origin_items": [] }}"#);
    assert_eq!(told_of(NUMBER, 200, &nothing).expect_err("no scan").kind, FailureKind::NotFound);
}
