use super::*;

const JOURNEY: &str = include_str!("../../replies/journey.json");
const BATCH: &str = include_str!("../../replies/batch.json");
const PICKUP: &str = include_str!("../../replies/pickup.json");

fn journey() -> Answer {
    told("LP00700000000017", JOURNEY).expect("the journey reads")
}

#[test]
fn a_parcel_is_followed_from_the_warehouse_to_the_local_carrier() {
    let lines: Vec<String> = journey().events.iter().map(line).collect();
    let expected = [
        "2026-11-19T10:20:31 GMT+1 | handed_to_local GTMS_ACCEPT | Received by local delivery company",
        "2026-11-19T10:20:31 GMT+0 | customs_cleared CC_HO_OUT_SUCCESS | Leaving customs",
        "2026-11-18T15:02:00 GMT+08:00 | in_transit COMMON_INTRANSIT | wait for customs clearance = Shipment on the way",
        "2026-11-17T21:40:05 GMT+2 | arrived_destination LH_ARRIVE | Arrived at linehaul office",
        "2026-11-16T04:11:00 GMT+8 | departed_origin LH_DEPART | Left from departure country/region",
        "2026-11-15T19:30:00 - | import_customs CC_IM_START | Import clearance start",
        "2026-11-15T08:00:00 GMT+0800 | handed_to_airline LH_HO_AIRLINE | EXPORT CUSTOMS CLEARED = Leaving from departure country/region",
        "2026-11-14T11:50:38 GMT+8 | in_transit TRANSIT_PORT_REROUTE_CALLBACK | preMainCode:SINOB0017FR",
        "2026-11-14T09:12:00 GMT+8 | in_transit LH_POST_COLLECTION | Accepted for transportation by postal service",
        "2026-11-13T22:50:49 GMT+8 | left_sorting SC_OUTBOUND_SUCCESS | Outbound in sorting center @ Hutian Town",
        "2026-11-13T20:34:56 GMT+8 | arrived_at_sorting SC_INBOUND_SUCCESS | 【湖田市】快件已到达，派件员 … = [Hutian Town] Processing at sorting center @ Hutian Town",
        "2026-11-12T15:55:02 GMT+8 | accepted PU_PICKUP_SUCCESS | Received by logistics company",
        "2026-11-12T09:00:10 GMT+8 | origin_processing GWMS_PACKAGE | 包裹已打包",
        "2026-11-11T23:05:57 GMT+8 | registered GWMS_ACCEPT | Order received successfully",
    ];
    for (line, expected) in lines.iter().zip(expected) {
        assert_eq!(line, expected);
    }
    assert_eq!(lines.len(), expected.len());
}

#[test]
fn the_local_number_is_handed_on_with_its_carrier_and_country() {
    let expected = Handoff {
        number: "XP000000017FR".into(),
        carrier: Some("Example Post".into()),
        country: Some("FR".into()),
        role: Role::HandOff,
        confidence: 95,
        because: "Cainiao gives it as the number to go on with".into(),
    };
    assert_eq!(journey().handoffs, [expected]);
}

#[test]
fn the_estimate_is_a_window_of_instants() {
    let window = journey().window.expect("an estimate");
    assert_eq!(window.earliest, Some(Moment::Instant("2026-11-24T00:00:00Z".into())));
    assert_eq!(window.latest, Moment::Instant("2026-11-27T00:00:00Z".into()));
    assert_eq!(window.source, "carrier");
}

#[test]
fn the_token_is_the_summary_and_names_become_countries() {
    let answer = journey();
    let summary =
        Summary { status: Status::ImportCustoms, code: Some("CLEAR_CUSTOMS".into()), text: "In customs".into() };
    assert_eq!(answer.summary, Some(summary));
    assert_eq!((answer.origin.as_deref(), answer.destination.as_deref()), (Some("CN"), Some("FR")));
    let facts = [("service", "Example Standard Shipping"), ("local_carrier", "Example Post")];
    assert_eq!(answer.facts, facts.map(|(name, value)| (name.to_owned(), value.to_owned())));
    assert!(!answer.done);
}

#[test]
fn nobodys_phone_or_name_leaves_the_plugin() {
    let told = format!("{:?} {:?}", journey(), self::told("AE070000017", PICKUP));
    for private in ["800 000", "138", "某某", "Zum Beispiel", "post.example"] {
        assert!(!told.contains(private), "{private} in {told}");
    }
}

#[test]
fn the_stations_signature_is_no_delivery_and_prose_gives_the_number() {
    let answer = told("AE070000017", PICKUP).expect("the pickup reads");
    assert_eq!(
        line(&answer.events[0]),
        "2026-11-20T16:00:00 GMT+1 | available_for_pickup GTMS_STA_SIGNED | Signed by … = Package arrived at pickup point"
    );
    let handoff = &answer.handoffs[0];
    assert_eq!((handoff.number.as_str(), handoff.confidence), ("3SEXAM0000017", 85));
    assert!(!answer.done);
}

#[test]
fn the_local_number_is_told_before_there_is_a_scan() {
    let entry = |number: &str| {
        let body = serde_json::json!({ "module": [{
            "mailNo": "LP00700000000017", "mailNoSource": "AE", "destCountry": "France",
            "realMailNo": format!("Latest Tracking Number:\t{number}"), "detailList": [],
        }]});
        told("LP00700000000017", &body.to_string())
    };
    let answer = entry("XP000000017FR").expect("a number to go on with");
    assert_eq!((answer.handoffs[0].number.as_str(), answer.events.len()), ("XP000000017FR", 0));
    assert_eq!((answer.summary, answer.done), (None, false));
    assert_eq!(entry("LP00700000000017").expect_err("no other number").kind, FailureKind::NoScanYet);
}

#[test]
fn a_number_that_only_names_itself_is_no_hand_off() {
    let body = JOURNEY.replace("XP000000017FR", "LP00700000000017");
    assert_eq!(told("LP00700000000017", &body).expect("it reads").handoffs, []);
    let body = JOURNEY.replace("XP000000017FR", "being prepared");
    assert_eq!(told("LP00700000000017", &body).expect("it reads").handoffs, []);
}

#[test]
fn one_question_for_a_batch_and_each_outcome_by_its_number() {
    let numbers = ["LP00700000000025", "LP00700000000033", "LP00700000000041", "LP00700000000058", "LP00700000000025"];
    let mut replay = Replay::<Cainiao>::of();
    replay.on("GET", &address(&numbers[..4].join(","))).reply(200, BATCH);
    let found = replay.track_all(&numbers);

    let delivered = found[0].as_ref().expect("delivered");
    assert_eq!(delivered.events[0].status, Status::Delivered);
    assert!(delivered.done);
    assert_eq!(found[4], found[0], "a number asked for twice is asked once and answered twice");
    let failure = |index: usize| found[index].as_ref().expect_err("no answer").kind;
    assert_eq!(failure(1), FailureKind::NotFound);
    assert_eq!(failure(3), FailureKind::NoScanYet);

    let waiting = found[2].as_ref().expect("known, with an estimate");
    assert_eq!(waiting.events, []);
    assert_eq!(waiting.summary.as_ref().map(|summary| summary.status), Some(Status::Registered));
    let window = waiting.window.as_ref().expect("an estimate");
    assert_eq!(window.earliest.as_ref(), Some(&window.latest), "both ends can be one");

    let sent = replay.sent();
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].auth, None);
    let header = |name: &str| sent[0].headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    assert_eq!(header("accept"), Some("application/json, text/plain, */*"));
    assert_eq!(header("referer"), Some("https://global.cainiao.com/"));
}

#[test]
fn more_than_ten_are_asked_ten_at_a_time() {
    let numbers: Vec<String> = (10..23).map(|i| format!("LP007000000000{i}")).collect();
    let asked: Vec<&str> = numbers.iter().map(String::as_str).collect();
    let mut replay = Replay::<Cainiao>::of();
    for batch in asked.chunks(10) {
        replay.on("GET", &address(&batch.join(","))).reply(200, r#"{ "success": true, "module": [] }"#);
    }
    assert_eq!(replay.track_all(&asked).len(), 13);
    assert_eq!(replay.requests().len(), 2);
}

#[test]
fn every_code_reads_back() {
    for (code, status) in codes::ACTIONS.iter() {
        let event = scanned(code, "Mainland China");
        assert_eq!((event.status, event.code.as_deref()), (status, Some(code)));
        assert_ne!(status, Status::Unknown, "{code}");
    }
    for (token, status) in codes::TOKENS.iter() {
        let body = format!(r#"{{ "module": [{{ "mailNo": "AE070000017", "status": "{token} " }}] }}"#);
        let summary = told("AE070000017", &body).expect("a token is an answer").summary.expect("a token");
        assert_eq!((summary.status, summary.code.as_deref()), (status, Some(token)));
    }
}

#[test]
fn codes_that_look_like_another_mean_what_they_mean() {
    for (code, status) in [
        ("GTMS_SIGNED", Status::Delivered),
        ("GTMS_STA_SIGNED", Status::AvailableForPickup),
        ("GTMS_STA_SIGN_FAILURE", Status::DeliveryFailed),
        ("POSTMAN_POST", Status::AvailableForPickup),
        ("GSTA_SIGN", Status::Delivered),
        ("LH_POST_COLLECTION", Status::InTransit),
        ("CUS_TAX", Status::CustomsHold),
        ("GTMS_STA_WAIT_CUST_CHANGE_ADDRESS", Status::Exception),
        ("RT_DESTROY", Status::Exception),
        ("OM_CONSIGN", Status::Shipped),
        ("GTMS_SIGNED_BY_ROBOT", Status::Unknown),
    ] {
        assert_eq!(scanned(code, "France").status, status, "{code}");
    }
}

#[test]
fn only_a_parcel_bound_for_china_is_delivered_within_china() {
    for (code, at_home, elsewhere) in [
        ("SIGNED", Status::Delivered, Status::OriginProcessing),
        ("STA_SIGN", Status::Delivered, Status::OriginProcessing),
        ("SENT_SCAN", Status::OutForDelivery, Status::OriginProcessing),
        ("FAILED", Status::DeliveryFailed, Status::Exception),
        ("STA_SIGN_FAIL", Status::DeliveryFailed, Status::Exception),
    ] {
        assert_eq!(scanned(code, "Mainland China").status, at_home, "{code}");
        for country in ["France", "Atlantis", ""] {
            assert_eq!(scanned(code, country).status, elsewhere, "{code} to {country:?}");
        }
    }
}

#[test]
fn a_code_is_known_in_other_spellings_and_by_its_family() {
    use Status::*;
    for (code, expected) in [
        (" gtms_do_depart ", OutForDelivery),
        ("Gtms Sta Signed", AvailableForPickup),
        ("PUDO_SIGN_SUCCESS", Delivered),
        ("GTMS_PUDO_OVERDUE", Returning),
        ("RT_LM_SIGN_SUCCESS", Returned),
        ("RT_SC_ARRIVE", Returning),
        ("TD_TRANS_INBOUND", InTransit),
        ("TRANSFER_INBOUND", InTransit),
        ("TRANSFER_ARRIVE_FAILURE", Exception),
        ("LH_TRANS_HO_OUT_SUCCESS", InTransit),
        ("SC_SORTING_SUCCESS", InTransit),
        // What is no move is not guessed.
        ("RT_", Unknown),
        ("RT_LOST", Unknown),
        ("SC_CANCEL", Unknown),
        ("GTMS_BEAMED", Unknown),
        ("LM_BEAMED", Unknown),
    ] {
        assert_eq!(scanned(code, "France").status, expected, "{code}");
    }
    assert_eq!(scanned("PUDO_OVERDUE", "France").facts, [("return_reason".into(), "unclaimed".into())]);
}

#[test]
fn the_number_of_a_package_is_handed_on_beside_the_local_one() {
    let handed = |fields: &str| {
        let body = format!(
            r#"{{"success": true, "module": [{{"mailNo": "AP00700000000017", "mailNoSource": "AE", "detailList": [], {fields}}}]}}"#
        );
        let answer = told("AP00700000000017", &body).expect("a number");
        answer.handoffs.into_iter().map(|handoff| (handoff.number, handoff.carrier)).collect::<Vec<_>>()
    };
    let package = ("CNG00700000000024".to_owned(), Some("cainiao".to_owned()));
    assert_eq!(
        handed(r#""virtualMailNo": "package tracking number:\tCNG00700000000024""#),
        std::slice::from_ref(&package)
    );
    assert_eq!(
        handed(r#""copyVirtualMailNo": "CNG00700000000024", "copyRealMailNo": "6A00000000017""#),
        [("6A00000000017".to_owned(), None), package]
    );
    assert_eq!(handed(r#""copyVirtualMailNo": "AP00700000000017", "copyRealMailNo": "6A00000000017""#).len(), 1);
}

#[test]
fn the_only_entry_about_the_only_number_is_ours_though_it_is_written_otherwise() {
    let body = |number: &str| {
        format!(r#"{{"success": true, "module": [{{"mailNo": "{number}", "status": "TRANSIT", "detailList": []}}]}}"#)
    };
    assert!(told("LP00700000000017", &body("LP 00700000000017")).is_ok());
    assert!(told("LP00700000000017", &body("LP00700000000017X")).is_ok());
    assert!(told("LP00700000000017", &body("LP00700000000018")).is_err());
    let mut replay = Replay::<Cainiao>::of();
    let address = address("LP00700000000017,LP00700000000024");
    replay.on("GET", &address).reply(200, &body("LP00700000000017X"));
    let found = replay.track_all(&["LP00700000000017", "LP00700000000024"]);
    assert!(found.iter().all(Result::is_err), "of two it is nobody's");
}
