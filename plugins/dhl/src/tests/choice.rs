use super::*;

const SHARED: &str = include_str!("../../replies/shared.json");

/// The chosen shipment's newest time, or what stood in the way.
fn chosen(hints: &[(&str, &str)], more: &str) -> Result<String, Failure> {
    let mut replay = Replay::<Dhl>::of();
    replay.on("GET", &address("771122", more)).reply(200, SHARED);
    replay.track_with("771122", hints).map(|answer| moment(answer.events[0].moment.as_ref()))
}

#[test]
fn hints_settle_which_of_several_is_meant() {
    for (hints, more, expected) in [
        (&[("ship_date", "2026-11-09")] as &[_], "", "at 2026-11-16T13:04:00-06:00"),
        (&[("ship_date", "2026-11-13")], "", "at 2026-11-12T01:24:51-05:00"),
        (&[("shipment", "9261290100000000000020")], "", "at 2026-11-12T01:24:51-05:00"),
        (&[("service", "Freight")], "&service=freight", "at 2026-08-01T10:00:00+02:00"),
        (
            &[("service", "USPS Ground"), ("postcode", "60091")],
            "&recipientPostalCode=60091",
            "at 2026-11-16T13:04:00-06:00",
        ),
        (&[("country", "SE")], "", "at 2026-08-01T10:00:00+02:00"),
        (&[("ordered", "2026-11-11"), ("country", "US")], "", "at 2026-11-12T01:24:51-05:00"),
    ] {
        assert_eq!(chosen(hints, more).as_deref(), Ok(expected), "{hints:?}");
    }
}

#[test]
fn without_a_hint_the_person_chooses() {
    let failure = chosen(&[], "").expect_err("three shipments");
    assert_eq!((failure.kind, failure.scope), (FailureKind::Ambiguous, Scope::Parcel));
    let choices: Vec<String> =
        failure.choices.iter().map(|choice| format!("{}={}: {}", choice.hint.0, choice.hint.1, choice.label)).collect();
    assert_eq!(
        choices,
        [
            "ship_date=2026-11-09: ecommerce, from 2026-11-09, to 60091 WILMETTE, US, Delivered",
            "ship_date=2026-11-12: ecommerce, from 2026-11-12, to 24486 WEYERS CAVE, US, In transit",
            "service=freight: freight, from 2026-08-01, to 111 29 STOCKHOLM, SE, In transit",
        ]
    );
    assert_eq!(failure.needs, ["service", "ship_date"]);
}

#[test]
fn every_choice_leads_to_its_shipment() {
    for choice in chosen(&[], "").expect_err("three shipments").choices {
        let more = if choice.hint.0 == "service" { format!("&service={}", choice.hint.1) } else { String::new() };
        let found = chosen(&[(&choice.hint.0, &choice.hint.1)], &more);
        assert!(found.is_ok(), "{choice:?}: {found:?}");
    }
}

#[test]
fn the_number_itself_goes_before_strangers_in_the_answer() {
    let answer = ask("1-700000001_1", include_str!("../../replies/supply_chain.json")).expect("one bears the number");
    assert_eq!(answer.events.len(), 5);
}

#[test]
fn strangers_are_told_apart_by_their_own_numbers() {
    let body = include_str!("../../replies/supply_chain.json");
    let failure = ask("REF-1", body).expect_err("nobody bears the number");
    let hints: Vec<&str> = failure.choices.iter().map(|choice| choice.hint.1.as_str()).collect();
    assert_eq!(hints, ["1-700000001_1", "700000002", "700000003"]);
    assert!(failure.choices.iter().all(|choice| choice.hint.0 == "shipment"));
}

#[test]
fn a_single_stranger_waits_for_the_persons_word() {
    let body = r#"{"shipments": [{"id": "OTHER1", "service": "express", "events": [{"statusCode": "transit"}]}]}"#;
    let failure = ask("2233445561", body).expect_err("another number");
    assert_eq!(failure.kind, FailureKind::Ambiguous);
    assert_eq!(failure.choices[0].hint, ("shipment".into(), "OTHER1".into()));
    let answer = replies("2233445561", 200, body).track_with("2233445561", &[("shipment", "OTHER1")]);
    assert_eq!(answer.map(|answer| answer.events.len()), Ok(1));
}

#[test]
fn only_the_persons_word_makes_a_stranger_ours() {
    let one = |id: &str, country: &str, day: &str| {
        format!(
            r#"{{"id": "{id}", "service": "express", "destination": {{"address": {{"countryCode": "{country}"}}}},
                 "events": [{{"statusCode": "transit", "timestamp": "{day}T10:00:00"}}]}}"#
        )
    };
    let alone = format!(r#"{{"shipments": [{}]}}"#, one("OTHER1", "FR", "2026-11-10"));
    let both =
        format!(r#"{{"shipments": [{}, {}]}}"#, one("OTHER1", "FR", "2026-11-10"), one("OTHER2", "DE", "2026-11-20"));
    let ask = |body: &str, hints: &[(&str, &str)]| {
        let found = replies("2233445561", 200, body).track_with("2233445561", hints);
        found.map(|answer| answer.destination).map_err(|failure| (failure.kind, failure.choices.len()))
    };
    let (french, german) = (Ok(Some("FR".to_owned())), Ok(Some("DE".to_owned())));
    for (hints, expected) in [
        (&[("shipment", "OTHER1")] as &[_], &french),
        (&[("ship_date", "2026-11-12")], &french),
        (&[("shipment", "ANOTHER")], &Err((FailureKind::Ambiguous, 1))),
        (&[("ship_date", "2026-06-01")], &Err((FailureKind::Ambiguous, 1))),
        (&[("country", "FR")], &Err((FailureKind::Ambiguous, 1))),
    ] {
        assert_eq!(&ask(&alone, hints), expected, "{hints:?}");
    }
    for (hints, expected) in [
        (&[("shipment", "OTHER2")] as &[_], &german),
        (&[("ship_date", "2026-11-19")], &german),
        (&[("country", "FR")], &Err((FailureKind::Ambiguous, 2))),
        (&[("shipment", "ANOTHER"), ("country", "FR")], &Err((FailureKind::Ambiguous, 2))),
        (&[("ordered", "2026-11-15")], &Err((FailureKind::Ambiguous, 2))),
    ] {
        assert_eq!(&ask(&both, hints), expected, "{hints:?}");
    }
}

#[test]
fn pieces_and_references_name_a_shipment_too() {
    let body = r#"{"shipments": [
        {"id": "OTHER1", "service": "express", "events": [{"statusCode": "failure"}]},
        {"id": "2233445561", "service": "express", "events": [{"statusCode": "transit"}],
         "details": {"pieceIds": ["JD014600001234567890"], "references": {"number": "SHOP 42", "type": "customer-reference"}}}]}"#;
    for number in ["JJD014600001234567890", "JD014600001234567890", "SHOP42"] {
        assert_eq!(ask(number, body).map(|answer| answer.events[0].status), Ok(Status::InTransit), "{number}");
    }
}

#[test]
fn an_old_story_under_the_number_is_not_taken_for_the_new_one() {
    let body = r#"{"shipments": [{"id": "N1", "service": "express", "events": [
        {"timestamp": "2026-08-04T10:00:00", "statusCode": "delivered", "description": "Delivered"},
        {"timestamp": "2026-08-01T10:00:00", "statusCode": "transit", "description": "Shipment picked up"}]}]}"#;
    let ask = |hints: &[(&str, &str)]| replies("N1", 200, body).track_with("N1", hints);
    let failure = ask(&[("ordered", "2026-11-01")]).expect_err("an older parcel");
    assert_eq!(failure.kind, FailureKind::Ambiguous);
    assert_eq!(failure.choices[0].hint, ("ship_date".into(), "2026-08-01".into()));
    assert_eq!(ask(&[("ordered", "2026-11-01"), ("ship_date", "2026-08-01")]).map(|answer| answer.done), Ok(true));
    assert_eq!(ask(&[("ordered", "2026-08-01")]).map(|answer| answer.done), Ok(true));
}

#[test]
fn the_same_shipment_told_twice_is_one() {
    let shipment = r#"{"id": "N1", "service": "express", "events": [{"timestamp": "2026-11-20T10:00:00", "statusCode": "transit"}]}"#;
    assert_eq!(
        ask("N1", &format!(r#"{{"shipments": [{shipment}, {shipment}]}}"#)).map(|answer| answer.events.len()),
        Ok(1)
    );
}

#[test]
fn a_second_page_is_asked_for_only_while_the_number_is_missing() {
    let page = |id: &str| {
        format!(r#"{{"shipments": [{{"id": "{id}", "events": [{{"statusCode": "transit"}}]}}], "nextUrl": "/next"}}"#)
    };
    let mut replay = replies("N1", 200, &page("OTHER1"));
    replay.on("GET", &address("N1", "&offset=1")).reply(200, &page("N1"));
    assert_eq!(replay.track_one("N1").map(|answer| answer.events.len()), Ok(1));
    assert_eq!(replay.requests().len(), 2);
    let mut replay = replies("N1", 200, &page("N1"));
    assert!(replay.track_one("N1").is_ok());
    assert_eq!(replay.requests().len(), 1);
}

#[test]
fn a_piece_or_a_reference_is_worth_no_second_page() {
    let body = r#"{"shipments": [{"id": "OTHER1", "details": {"pieceIds": ["N1"]}, "events": [{"statusCode": "transit"}]}],
        "nextUrl": "/next"}"#;
    let mut replay = replies("N1", 200, body);
    assert_eq!(replay.track_one("N1").map(|answer| answer.events.len()), Ok(1));
    assert_eq!(replay.requests().len(), 1);
}

#[test]
fn a_second_page_that_fails_takes_nothing_from_the_first() {
    let body = r#"{"shipments": [{"id": "OTHER1", "events": [{"statusCode": "transit"}]}], "nextUrl": "/next"}"#;
    let ask = |hints: &[(&str, &str)]| {
        let mut replay = replies("N1", 200, body);
        replay.on("GET", &address("N1", "&offset=1")).reply(503, "");
        replay.track_with("N1", hints).map(|answer| answer.events.len()).map_err(|failure| failure.kind)
    };
    assert_eq!(ask(&[("shipment", "OTHER1")]), Ok(1));
    // Whoever is asked to choose has to see them all.
    assert_eq!(ask(&[]), Err(FailureKind::Unavailable));
}

#[test]
fn other_units_are_noted_when_nothing_is_settled() {
    let body = r#"{"shipments": [{"id": "OTHER1", "events": [{"statusCode": "transit"}]}],
        "possibleAdditionalShipmentsUrl": ["/track/shipments?service=dgf&trackingNumber=N1"]}"#;
    let failure = ask("N1", body).expect_err("a stranger");
    assert_eq!(failure.facts, [("other_services".into(), "dgf".into())]);
}
