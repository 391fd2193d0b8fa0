use super::*;

#[test]
fn a_parcel_is_followed_from_the_sender_to_the_locker() {
    let answer = told(WAITING).expect("the journey reads");
    let lines: Vec<String> = answer.events.iter().map(line).collect();
    assert_eq!(
        lines,
        [
            "2026-11-20T18:00:00+01:00 | available_for_pickup pickup_reminder_sent | pickup reminder sent @ EXA01M [-]",
            "2026-11-19T10:20:00+01:00 | available_for_pickup ready_to_pickup | ready to pickup @ EXA01M [-]",
            "2026-11-19T07:05:00+01:00 | out_for_delivery out_for_delivery | out for delivery @ -",
            "2026-11-19T04:40:00+01:00 | local_processing adopted_at_target_branch | adopted at target branch @ Branch \
             Sampletown [-]",
            "2026-11-19T01:12:00+01:00 | in_transit sent_from_sorting_center | sent from sorting center @ -",
            "2026-11-18T23:00:00+01:00 | in_transit adopted_at_sorting_center | adopted at sorting center @ -",
            "2026-11-18T15:31:00+01:00 | accepted taken_by_courier | taken by courier @ -",
            "2026-11-18T09:44:00+01:00 | accepted dispatched_by_sender | dispatched by sender @ -",
            "2026-11-17T18:02:00+01:00 | registered confirmed | confirmed @ -",
        ]
    );
    let facts = [("service", "inpost locker standard"), ("pickup_at", "EXA01M")];
    assert_eq!(answer.facts, facts.map(|(name, value)| (name.to_owned(), value.to_owned())));
    assert_eq!(answer.summary.as_ref().map(|summary| summary.status), Some(Status::AvailableForPickup));
    assert!(!answer.done && answer.handoffs.is_empty() && answer.window.is_none());
}

#[test]
fn a_parcel_was_fetched_where_it_waited() {
    let answer = told(DELIVERED).expect("delivered");
    assert_eq!(answer.events[0].facts, [("delivered_to".into(), "locker".into())]);
    assert!(answer.done);
    for (codes, expected) in [
        (&["delivered", "pickup_reminder_sent", "ready_to_pickup_from_pok"] as &[_], Some("shop")),
        (&["delivered", "courier_avizo_in_customer_service_point", "out_for_delivery_to_address"], Some("shop")),
        (&["delivered", "ready_to_pickup", "stack_in_customer_service_point"], Some("locker")),
        (&["delivered", "stack_in_box_machine"], Some("locker")),
        // The courier brought it, wherever it had waited before.
        (&["delivered", "out_for_delivery_to_address", "readdressed", "ready_to_pickup"], None),
        (&["delivered", "out_for_delivery"], None),
        (&["delivered"], None),
    ] {
        let event = told(&scans(codes)).expect("delivered").events.remove(0);
        let place = event.facts.first().map(|(_, place)| place.as_str());
        assert_eq!(place, expected, "{codes:?}");
    }
}

#[test]
fn a_parcel_that_goes_back_says_why() {
    let mut replay = Replay::<InPost>::of();
    let number = "520000000000000000000024";
    replay.on("GET", &address(number)).reply(200, RETURNED);
    let answer = replay.track_one(number).expect("it went back");
    assert_eq!(
        answer.events.iter().map(line).collect::<Vec<_>>(),
        [
            "2026-11-16T12:00:00+01:00 | returned returned_to_sender | returned to sender @ -",
            "2026-11-14T11:10:00+01:00 | returning taken_by_courier_from_customer_service_point | taken by courier from customer \
             service point @ -",
            "2026-11-12T10:05:00+01:00 | not_delivered rejected_by_receiver | rejected by receiver @ Branch Sampletown, tel. … \
             [-]",
            "2026-11-12T07:00:00+01:00 | out_for_delivery out_for_delivery_to_address | out for delivery to address @ -",
            "2026-11-11T07:00:00 - | unknown beamed_up | beamed up @ -",
            "2026-11-10T16:00:00+01:00 | accepted collected_from_sender | collected from sender @ -",
        ]
    );
    let refused = [("return_reason".to_owned(), "refused".to_owned())];
    assert!(answer.events[..2].iter().all(|event| event.facts == refused) && answer.events[2].facts.is_empty());
    assert!(answer.done);
    for (code, reason) in [
        ("pickup_time_expired", Some("unclaimed")),
        ("undelivered_wrong_address", Some("address")),
        ("undelivered_incomplete_address", Some("address")),
        ("undelivered_unknown_receiver", Some("address")),
        ("undelivered_not_live_address", Some("address")),
        ("undelivered", None),
    ] {
        let event = told(&scans(&["returned_to_sender", code])).expect("it went back").events.remove(0);
        assert_eq!(event.facts.first().map(|(_, reason)| reason.as_str()), reason, "{code}");
    }
}

#[test]
fn names_phones_and_the_code_of_the_locker_stay_with_inpost() {
    for body in [WAITING, DELIVERED] {
        let answer = format!("{:?}", told(body).expect("the journey reads"));
        for private in ["654321", "EXEMPLE", "600", "example.com"] {
            assert!(!answer.contains(private), "{private}: {answer}");
        }
    }
}

#[test]
fn only_a_place_where_it_lies_is_told_as_its_place() {
    let places = |code: &str| {
        let body = WAITING.replace("pickup_reminder_sent", code);
        told(&body).expect("an answer").events.remove(0).place
    };
    for code in ["stack_in_box_machine", "ready_to_pickup_from_pok", "avizo", "redirect_to_box"] {
        assert_eq!(places(code), None, "{code}");
    }
    assert_eq!(places("ready_to_pickup").map(|place| place.text).as_deref(), Some("EXA01M"));
}

#[test]
fn a_reminder_is_about_the_place_where_it_waits() {
    for (code, expected) in [
        ("ready_to_pickup", Some("EXA01M")),
        ("ready_to_pickup_from_pok", None),
        ("ready_to_pickup_from_branch", None),
        ("stack_in_customer_service_point", None),
        ("stack_in_box_machine", None),
    ] {
        let body = WAITING.replace("\"ready_to_pickup\"", &format!("\"{code}\""));
        let answer = told(&body).expect("it waits");
        assert_eq!(answer.events[0].code.as_deref(), Some("pickup_reminder_sent"));
        assert_eq!(answer.events[0].place.as_ref().map(|place| place.text.as_str()), expected, "{code}");
        let pickup_at = answer.facts.iter().find(|(name, _)| name == "pickup_at").map(|(_, place)| place.as_str());
        assert_eq!(pickup_at, expected, "{code}");
    }
    let in_shop = r#"{"status": "ready_to_pickup_from_pok", "agency": "Branch Sampletown", "datetime": null},"#;
    let reminded = r#"{"status": "pickup_reminder_sent", "agency": null, "datetime": null},"#;
    let body = WAITING.replace("\"tracking_details\": [", &format!("\"tracking_details\": [{reminded}{in_shop}"));
    let place = told(&body).expect("it waits").events.remove(0).place;
    assert_eq!(place.map(|place| place.text).as_deref(), Some("Branch Sampletown"));
}

#[test]
fn a_status_speaks_where_nothing_was_scanned() {
    let body = format!(r#"{{ "tracking_number": "{NUMBER}", "status": "delivered", "tracking_details": [] }}"#);
    let answer = told(&body).expect("a summary");
    let summary = answer.summary.expect("a summary");
    assert_eq!((summary.status, summary.text.as_str()), (Status::Delivered, "delivered"));
    assert!(answer.events.is_empty() && answer.done);
}

#[test]
fn several_numbers_are_asked_one_by_one() {
    let mut replay = Replay::<InPost>::of();
    replay.on("GET", &address(NUMBER)).reply(200, WAITING);
    replay.on("GET", &address("620000000000000000000031")).reply(404, NOT_FOUND);
    let found = replay.track_all(&["620000000000000000000031", NUMBER]);
    assert_eq!(found[0].as_ref().expect_err("unknown").kind, FailureKind::NotFound);
    assert!(found[1].is_ok());
}

#[test]
fn every_status_has_the_meaning_of_the_facts() {
    assert_eq!(codes::STATUSES.iter().count(), 53);
    let unknown: Vec<&str> =
        codes::STATUSES.iter().filter(|(_, status)| *status == Status::Unknown).map(|(code, _)| code).collect();
    assert_eq!(unknown, ["other"]);
    for code in ["taken_by_courier", "taken_by_courier_from_pok"] {
        assert_eq!(codes::STATUSES.status(code), Status::Accepted, "it is still at the sender's");
    }
    let listed = |code: &str| codes::STATUSES.find(code).is_some();
    let with_fact = codes::STATUSES.iter().filter(|(code, _)| {
        codes::waits_at(code).is_some() || codes::is_on_the_round(code) || codes::return_reason(code).is_some()
    });
    // A slip of the pen in one of the three lists would make this less.
    assert_eq!(with_fact.filter(|(code, _)| listed(code)).count(), 15);
}
