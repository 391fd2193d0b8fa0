use super::*;

#[test]
fn express_tells_local_clocks_and_sentences() {
    let answer = ask("2233445561", include_str!("../../replies/express.json")).expect("a journey");
    assert_eq!(
        journey(&answer),
        [
            "delivered | clock 2026-11-20T10:42:00 | -",
            "out_for_delivery | clock 2026-11-20T08:05:00 | FR/LYON",
            "local_processing | clock 2026-11-20T06:31:00 | FR/LYON",
            "customs_cleared | clock 2026-11-19T21:10:00 | DE/LEIPZIG",
            "import_customs | clock 2026-11-19T20:40:00 | -",
            "exception | clock 2026-11-19T18:02:00 | DE/LEIPZIG",
            "in_transit | clock 2026-11-18T23:15:00 | -/HONG KONG - HONG KONG SAR, CHINA",
            "in_transit | clock 2026-11-18T19:20:00 | -",
            "accepted | clock 2026-11-18T16:00:00 | -",
            "registered | clock 2026-11-17T09:00:00 | -",
        ]
    );
    assert_eq!(answer.events[2].text, "Arrived at DHL Delivery Facility LYON - FRANCE");
    assert_eq!(answer.events[2].facts, [("next_steps".into(), "The courier will ring. Questions: …".into())]);
    assert_eq!(answer.events[1].code.as_deref(), Some("transit"));
    assert_eq!((answer.origin.as_deref(), answer.destination.as_deref()), (None, Some("FR")));
    assert_eq!(fact(&answer.facts, "weight_g"), Some("1250"));
    assert_eq!(answer.window, None);
    assert!(answer.done);
}

#[test]
fn nobody_is_named() {
    let express = ask("2233445561", include_str!("../../replies/express.json")).expect("a journey");
    let benelux =
        ask("JVGL06012345678901234567", include_str!("../../replies/benelux_return.json")).expect("a journey");
    let paket = ask("00340434123456789012", include_str!("../../replies/paket.json")).expect("a journey");
    assert_eq!(express.events[0].text, "Delivered - Signed for by …");
    let told = format!("{express:?}{benelux:?}{paket:?}").to_lowercase();
    for name in ["exemple", "voorbeeld", "beispiel", "musterweg", "4567\""] {
        assert!(!told.contains(name), "{name} left the plugin");
    }
}

#[test]
fn beside_delivered_only_words_that_name_nobody_are_kept() {
    for (service, description, expected) in [
        ("express", "A.EXEMPLE", "DELIVERED"),
        ("svb", "A.EXEMPLE", "DELIVERED"),
        ("express", "DELIVERED TO A. EXEMPLE", "DELIVERED"),
        ("ecommerce", "IN/AT MAILBOX", "DELIVERED: IN/AT MAILBOX"),
        ("ecommerce", "DELIVERED AT CAR PORT", "DELIVERED AT CAR PORT"),
        ("ecommerce", "TO ORIGINAL SENDER", "DELIVERED: TO ORIGINAL SENDER"),
        ("ecommerce", "DELIVERED TO AGENT FOR FINAL DELIVERY", "DELIVERED TO AGENT FOR FINAL DELIVERY"),
        ("express", "HANDED OVER TO A. EXEMPLE", "DELIVERED"),
        ("express", "J. VAN DOORN", "DELIVERED"),
        ("express", "NEIGHBOUR A. EXEMPLE", "DELIVERED"),
        ("express", "WITH YOUR NEIGHBOUR", "DELIVERED: WITH YOUR NEIGHBOUR"),
    ] {
        let fields = format!(r#"{{"status": "DELIVERED", "description": "{description}", "statusCode": "delivered"}}"#);
        assert_eq!(event(service, &fields).text, expected, "{service}");
    }
    let named = r#"{"status": "DELIVERED", "description": "J. VAN DOORN", "statusCode": "delivered"}"#;
    assert_eq!(fact(&event("express", named).facts, "delivered_to"), None);
}

#[test]
fn hints_of_what_comes_next_name_nobody_either() {
    let body = r#"{"shipments": [{"id": "N1", "service": "express",
        "estimatedTimeOfDeliveryRemark": "By noon, write to a.exemple@example.com",
        "events": [{"statusCode": "transit", "nextSteps": "Ask a.exemple@example.com"}]}]}"#;
    let answer = ask("N1", body).expect("a journey");
    assert_eq!(fact(&answer.facts, "estimate"), Some("By noon, write to …"));
    assert_eq!(fact(&answer.events[0].facts, "next_steps"), Some("Ask …"));
}

#[test]
fn paket_tells_a_window_on_the_day_of_delivery() {
    let answer = ask("00340434123456789012", include_str!("../../replies/paket.json")).expect("a journey");
    assert_eq!(
        journey(&answer),
        [
            "out_for_delivery | clock 2026-11-21T08:12:00 | -",
            "local_processing | clock 2026-11-21T03:53:00 | DE/Ottendorf-Okrilla",
            "origin_processing | clock 2026-11-20T18:57:00 | DE/Feucht",
            "accepted | clock 2026-11-20T16:00:00 | DE/-",
            "registered | clock 2026-11-19T21:36:00 | -",
        ]
    );
    let window = answer.window.expect("a window");
    assert_eq!(moment(window.earliest.as_ref()), "clock 2026-11-21T12:30:00");
    assert_eq!(moment(Some(&window.latest)), "clock 2026-11-21T14:00:00");
    assert_eq!(window.source, "carrier");
    let facts = ["service", "product", "weight_g", "pieces", "estimate", "other_services"];
    let expected = ["parcel-de", "DHL PAKET (parcel)", "366", "1", "By End of Day", "express, parcel-nl"];
    assert_eq!(facts.map(|name| fact(&answer.facts, name).unwrap_or("-")), expected);
    let summary = answer.summary.expect("a summary");
    assert_eq!((summary.status, summary.code.as_deref()), (Status::OutForDelivery, Some("transit")));
    assert_eq!(answer.events[3].code.as_deref(), Some("ES"));
    assert_eq!(answer.events[3].text, "The sender brought the shipment to the post");
    assert!(!answer.done);
}

#[test]
fn a_return_in_the_benelux_goes_on_under_a_new_number() {
    let answer = ask("JVGL06012345678901234567", include_str!("../../replies/benelux_return.json")).expect("a journey");
    assert_eq!(
        journey(&answer),
        [
            "returned | at 2026-11-20T10:24:00+01:00 | -/AMM",
            "returning | at 2026-11-18T08:42:00+01:00 | -/AMM",
            "returning | at 2026-11-17T00:00:30+01:00 | -",
            "available_for_pickup | at 2026-11-10T11:51:50+01:00 | -/-",
            "unknown | at 2026-11-10T11:06:10+01:00 | -",
            "local_processing | at 2026-11-10T11:06:10+01:00 | -",
            "delivery_failed | at 2026-11-09T17:48:40+01:00 | -",
            "out_for_delivery | at 2026-11-09T16:27:27+01:00 | -",
            "unknown | at 2026-11-09T09:00:00+01:00 | -",
            "in_transit | at 2026-11-08T18:45:00+01:00 | -",
            "registered | at 2026-11-07T10:14:23+01:00 | -",
        ]
    );
    let [back] = answer.handoffs.as_slice() else { panic!("one further number: {:?}", answer.handoffs) };
    assert_eq!(
        (back.number.as_str(), back.role, back.carrier.as_deref()),
        ("JVGL06012345670001112", Role::Return, Some("dhl"))
    );
    assert_eq!(answer.events[2].facts, [("return_reason".into(), "unclaimed".into())]);
    assert_eq!(answer.events[3].facts, [("pickup_at".into(), "shop".into())]);
    assert_eq!(answer.events[3].place.as_ref().map(|place| place.text.as_str()), Some("Boekhandel aan de Gracht"));
    assert_eq!(answer.events[6].translation.as_deref(), Some("We missed each other"));
    assert_eq!(
        (answer.events[8].code.as_deref(), answer.events[8].translation.as_deref()),
        (Some("PARCEL_WEIGHED_ON_THE_MOON"), None)
    );
    assert!(answer.done);
}

#[test]
fn in_the_americas_the_postal_service_takes_over() {
    let answer = ask("GM6051234567890123", include_str!("../../replies/americas.json")).expect("a journey");
    assert_eq!(
        journey(&answer),
        [
            "delivered | at 2026-11-16T13:04:00-06:00 | US/Wilmette, IL",
            "handed_to_local | at 2026-11-14T03:52:34-06:00 | US/Melrose Park, IL",
            "left_sorting | at 2026-11-10T23:44:07-08:00 | -/Compton, CA",
            "in_transit | at 2026-11-10T08:47:34-08:00 | -",
            "arrived_at_sorting | at 2026-11-09T17:23:06-08:00 | -",
            "registered | clock 2026-11-09T14:23:59 | US/-",
        ]
    );
    assert_eq!(answer.events[0].text, "DELIVERED: IN/AT MAILBOX");
    assert_eq!(fact(&answer.events[0].facts, "delivered_to"), Some("mailbox"));
    let [local] = answer.handoffs.as_slice() else { panic!("one further number: {:?}", answer.handoffs) };
    assert_eq!(
        (local.number.as_str(), local.role, local.country.as_deref()),
        ("9261290100000000000013", Role::HandOff, Some("US"))
    );
    assert_eq!(fact(&answer.facts, "weight_g"), Some("372"));
    assert_eq!(fact(&answer.facts, "product"), None);
}

#[test]
fn supply_chain_events_are_put_in_order() {
    let answer = ask("1-700000001_1", include_str!("../../replies/supply_chain.json")).expect("a journey");
    assert_eq!(
        journey(&answer),
        [
            "delivered | at 2026-11-14T11:40:00Z | -",
            "in_transit | at 2026-11-14T11:40:00Z | -",
            "in_transit | at 2026-11-14T08:00:00Z | -/Budapest,Hungary,EMEA,1097",
            "unknown | at 2026-11-14T06:00:00Z | -",
            "registered | at 2026-11-13T20:00:00Z | -",
        ]
    );
    assert_eq!(answer.events[1].text, "Dispatched: Shipment Pick-Up");
    assert_eq!(answer.summary.map(|summary| summary.status), Some(Status::Registered));
    assert_eq!(fact(&answer.facts, "pieces"), None);
    assert!(answer.done);
}

#[test]
fn supply_chain_events_are_put_in_order_though_one_has_no_time() {
    let said = |timestamp: &str, status: &str, coarse: &str| {
        format!(r#"{{"timestamp": "{timestamp}", "status": "{status}", "statusCode": "{coarse}"}}"#)
    };
    let events = [
        said("2026-11-13T20:00:00Z", "Created", "pre-transit"),
        said("some day", "Noted", "transit"),
        said("2026-11-14T11:40:00Z", "Delivered", "delivered"),
        said("2026-11-14T08:00:00", "Dispatched", "transit"),
    ];
    let body = format!(r#"{{"shipments": [{{"id": "N1", "service": "dsc", "events": [{}]}}]}}"#, events.join(","));
    let answer = ask("N1", &body).expect("a journey");
    let texts: Vec<&str> = answer.events.iter().map(|event| event.text.as_str()).collect();
    assert_eq!(texts, ["Delivered", "Dispatched", "Created", "Noted"]);
    assert!(answer.done);
}

#[test]
fn forwarding_has_dates_and_no_coarse_states() {
    let answer = ask("SZX1234567", include_str!("../../replies/forwarding.json")).expect("a journey");
    assert_eq!(
        journey(&answer),
        [
            "customs_cleared | on 2026-11-12 | -",
            "unknown | clock 2026-11-11T23:16:00 | -",
            "registered | clock 2026-10-20T17:03:00 | -",
        ]
    );
    assert_eq!(answer.events[1].text, "Gated out at the port");
    assert_eq!(fact(&answer.facts, "weight_g"), Some("2732800"));
    assert!(answer.handoffs.is_empty());
}

#[test]
fn poland_answers_in_polish() {
    let answer = ask("90210012345", include_str!("../../replies/polska.json")).expect("a journey");
    assert_eq!(
        journey(&answer),
        [
            "delivered | at 2026-11-19T13:23:14Z | -/Łódź",
            "available_for_pickup | at 2026-11-18T14:31:54Z | -/Łódź",
            "delivery_failed | at 2026-11-17T11:49:31Z | -/Łódź",
        ]
    );
    assert_eq!(answer.events[1].text, "przesyłka oczekuje na odbiór w punkcie");
    assert_eq!(answer.events[1].translation.as_deref(), Some("Waits to be collected"));
}

#[test]
fn what_is_delivered_under_the_flag_of_a_return_is_back_with_the_sender() {
    let body = r#"{"shipments": [{"id": "N1", "service": "parcel-de", "returnFlag": true,
        "status": {"statusCode": "delivered", "description": "The shipment has been successfully delivered"},
        "events": [{"statusCode": "delivered", "description": "The shipment has been successfully delivered"},
                   {"statusCode": "transit", "status": "AA"}]}]}"#;
    let answer = ask("N1", body).expect("a return");
    assert_eq!(journey(&answer), ["returned | never | -", "in_transit | never | -"]);
    assert_eq!(answer.summary.map(|summary| summary.status), Some(Status::Returned));
    assert!(answer.done);
}

#[test]
fn a_later_scan_that_says_nothing_hides_no_return() {
    let body = r#"{"shipments": [{"id": "N1", "service": "parcel-nl", "returnFlag": true,
        "events": [{"statusCode": "delivered", "status": "SIGNATURE_RECORDED"},
                   {"statusCode": "delivered", "status": "DELIVERED"},
                   {"statusCode": "transit", "status": "NOT_HOME"}]}]}"#;
    let answer = ask("N1", body).expect("a return");
    assert_eq!(journey(&answer), ["unknown | never | -", "returned | never | -", "delivery_failed | never | -"]);
    assert!(answer.done);

    let moved = |day: &str| {
        let scan = |code: &str, day: &str| {
            format!(r#"{{"statusCode": "transit", "status": "{code}", "timestamp": "2026-11-{day}T10:00:00"}}"#)
        };
        let body = format!(
            r#"{{"shipments": [{{"id": "N1", "service": "parcel-nl", "returnFlag": true, "events": [{}, {}, {}]}}]}}"#,
            scan("ROUTE_IN_SCAN", day),
            scan("DELIVERED", "20"),
            scan("NOT_HOME", "19"),
        );
        ask("N1", &body).expect("a return").events[1].status
    };
    assert_eq!(moved("20"), Status::Returned, "a scan of the same day is told late");
    assert_eq!(moved("22"), Status::Delivered, "it travels on, and so it was delivered before it turned");

    // What was delivered before it turned round is not back yet.
    let turned = body.replace("SIGNATURE_RECORDED", "RECEIVER_RETURN");
    let answer = ask("N1", &turned).expect("on its way back");
    assert_eq!(journey(&answer)[..2], ["returning | never | -", "delivered | never | -"]);
    assert!(!answer.done);
}

#[test]
fn the_company_of_the_last_mile_is_named_with_its_number() {
    let body = r#"{"shipments": [{"id": "N1", "service": "ecommerce-europe",
        "destination": {"address": {"countryCode": "FR"}},
        "details": {"provider": {"destinationProvider": "colis-prive"},
                    "references": [{"number": "CP00000000001", "type": "local-tracking-number"},
                                   {"number": "n1", "type": "domestic-consignment-id"}]},
        "events": [{"statusCode": "delivered", "status": "302"}]}]}"#;
    let answer = ask("N1", body).expect("a hand-over");
    assert_eq!(answer.events[0].status, Status::HandedToLocal);
    assert_eq!(fact(&answer.facts, "last_mile"), Some("colis-prive"));
    let [local] = answer.handoffs.as_slice() else { panic!("one further number: {:?}", answer.handoffs) };
    assert_eq!((local.carrier.as_deref(), local.country.as_deref()), (Some("colis-prive"), Some("FR")));
    assert!(!answer.done);
}

#[test]
fn an_estimate_without_a_frame_is_a_window_too() {
    let window = |fields: &str| {
        let body = format!(
            r#"{{"shipments": [{{"id": "N1", "service": "express", {fields}, "events": [{{"statusCode": "transit"}}]}}]}}"#
        );
        ask("N1", &body).expect("one event").window.map(|window| moment(Some(&window.latest)))
    };
    assert_eq!(window(r#""estimatedTimeOfDelivery": "2026-11-23T00:00:00Z""#).as_deref(), Some("on 2026-11-23"));
    assert_eq!(
        window(r#""estimatedTimeOfDelivery": "2026-11-23T18:00:00""#).as_deref(),
        Some("clock 2026-11-23T18:00:00")
    );
    assert_eq!(window(r#""estimatedTimeOfDelivery": "soon""#), None);
    assert_eq!(
        window(r#""estimatedDeliveryTimeFrame": {"estimatedThrough": "2026-11-23T22:00:00Z"}"#).as_deref(),
        Some("at 2026-11-23T22:00:00Z")
    );
}
