use serde_json::json;

use super::*;

const WAITING: &str = include_str!("../../replies/waiting.json");

#[test]
fn a_parcel_is_followed_from_abroad_to_the_mailbox() {
    let answer = told(JOURNEY).expect("the journey reads");
    let lines: Vec<String> = answer.events.iter().map(line).collect();
    assert_eq!(
        lines,
        [
            "2026-11-20T15:12:00-06:00 | delivered 01 | Delivered, In/At Mailbox @ EXAMPLE SPRINGS, TX 75001 [US]",
            "2026-11-20T07:10:00-06:00 | out_for_delivery OF | Out for Delivery @ EXAMPLE SPRINGS, TX 75001 [US]",
            "2026-11-20T06:01:00-06:00 | local_processing 07 | Arrived at Post Office @ EXAMPLE SPRINGS, TX 75001 [US]",
            "2026-11-19T23:28:00-06:00 | in_transit NT | In Transit to Next Facility @ -",
            "2026-11-18T20:16:00-06:00 | in_transit EF | Departed USPS Regional Facility @ NORTH TOWN TX DISTRIBUTION CENTER [-]",
            "2026-11-16T11:40:00 - | customs_cleared - | Customs Clearance Processing Complete @ ISC SAMPLE CITY NY(USPS) [-]",
            "2026-11-15T22:05:00 - | import_customs ZC | Inbound Into Customs @ ISC SAMPLE CITY NY(USPS) [-]",
            "2026-11-11T09:00:00 - | accepted 03 | Acceptance @ SHENZHEN, CHINA [CN]",
            "2026-11-10T17:30:00+08:00 | registered GX | Shipping Label Created, USPS Awaiting Item @ SHENZHEN, CN [CN]",
        ]
    );
    assert_eq!(answer.events[0].facts, [("delivered_to".into(), "mailbox".into())]);
    let place = answer.events[0].place.as_ref().expect("a place");
    assert_eq!((place.locality.as_deref(), place.postcode.as_deref()), (Some("EXAMPLE SPRINGS"), Some("75001")));
    assert!(answer.done);
}

#[test]
fn what_is_told_of_the_parcel_as_a_whole() {
    let answer = told(JOURNEY).expect("the journey reads");
    let summary = answer.summary.expect("a summary");
    assert_eq!((summary.status, summary.code.as_deref()), (Status::Delivered, Some("Delivered")));
    assert!(summary.text.starts_with("Your item was delivered in or at the mailbox"));
    assert_eq!((answer.origin.as_deref(), answer.destination.as_deref()), (Some("CN"), Some("US")));
    assert_eq!(answer.facts, [("service".into(), "First-Class Package International Service®".into())]);
    let window = answer.window.expect("an estimate");
    assert_eq!((window.earliest, window.latest), (None, Moment::Date("2026-11-21".into())), "midnight means the day");
}

#[test]
fn nobodys_name_or_phone_leaves_the_plugin() {
    let told = format!("{:?} {:?}", told(JOURNEY), told(WAITING));
    for private in ["A SAMPLE", "SAMPLE CO", "555"] {
        assert!(!told.contains(private), "{private}");
    }
}

#[test]
fn phones_mail_and_names_in_words_are_left_out() {
    for (told, shown) in [
        ("Notice Left, call 1-800-555-0117", "Notice Left, call …"),
        ("Delivered, write to a.sample@example.com", "Delivered, write to …"),
        ("Delivered, signed by A. Sample", "Delivered, signed by …"),
    ] {
        assert_eq!(scanned(&json!({ "eventType": told, "eventCode": "19" })).text, shown);
        let error = json!({ "error": { "code": "400", "message": told } });
        let message = told_with(400, &error.to_string()).expect_err("refused").message;
        assert!(message.ends_with(shown), "{message}");
    }
}

#[test]
fn a_parcel_that_waits_says_until_when_and_predicted_hours_are_a_window() {
    let answer = told(WAITING).expect("it waits");
    assert_eq!(answer.events[0].status, Status::AvailableForPickup);
    assert_eq!(answer.events[0].facts, [("pickup_until".into(), "2026-12-01".into())]);
    let clock = |at: &str| Moment::Clock { at: at.into(), zone: None };
    let window = answer.window.expect("a prediction");
    assert_eq!(window.earliest, Some(clock("2026-11-20T10:15:00")));
    assert_eq!(window.latest, clock("2026-11-20T14:15:00"));
    assert_eq!((answer.origin.as_deref(), answer.destination.as_deref()), (Some("US"), Some("US")));
    assert!(!answer.done);
}

#[test]
fn the_first_estimate_that_reads_counts() {
    let window = |fields: serde_json::Value| {
        let mut body = json!({ "trackingNumber": NUMBER, "statusCategory": "Accepted" });
        body.as_object_mut().expect("an object").extend(fields.as_object().expect("an object").clone());
        told(&body.to_string()).expect("an answer").window.map(|window| window.latest)
    };
    let clock = |at: &str| Some(Moment::Clock { at: at.into(), zone: None });
    let date = |date: &str| Some(Moment::Date(date.into()));
    assert_eq!(window(json!({ "expectedDeliveryTimeStamp": "2026-11-21T21:00:00Z" })), clock("2026-11-21T21:00:00"));
    assert_eq!(window(json!({ "guaranteedDeliveryTimeStamp": "2026-11-22" })), date("2026-11-22"));
    let predicted = json!({ "predictedDeliveryDate": "2026-11-23", "predictedDeliveryWindowEndTime": "End of day" });
    assert_eq!(window(predicted), date("2026-11-23"));
    let soon = json!({ "predictedDeliveryDate": "soon", "expectedDeliveryTimeStamp": "2026-11-21 18:00" });
    assert_eq!(window(soon), clock("2026-11-21T18:00:00"));
    assert_eq!(window(json!({ "expectedDeliveryTimeStamp": "" })), None);
}

#[test]
fn every_code_reads_back() {
    for (code, status) in codes::EVENTS.iter() {
        let event = scanned(&json!({ "eventType": "Scanned", "eventCode": code }));
        assert_eq!((event.status, event.code.as_deref()), (status, Some(code)));
    }
    for (category, status) in codes::CATEGORIES.iter() {
        let body = json!({ "trackingNumber": NUMBER, "statusCategory": category });
        let summary = told(&body.to_string()).expect("a category is an answer").summary.expect("a category");
        assert_eq!((summary.status, summary.code.as_deref()), (status, Some(category)));
        assert_ne!(status, Status::Unknown);
    }
}

#[test]
fn words_speak_where_the_code_does_not_and_against_it_where_it_is_wrong() {
    for (code, words, status, fact) in [
        (None, "Held in Customs", Status::ImportCustoms, None),
        (None, "Released from US Customs", Status::CustomsCleared, None),
        (Some("XX"), "Processed Through Origin Facility", Status::OriginProcessing, None),
        (Some("XX"), "Label Cancelled", Status::Cancelled, None),
        (Some("XX"), "Beamed up", Status::Unknown, None),
        (Some("XX"), "", Status::Unknown, None),
        (Some("19"), "Delivered", Status::Unknown, None),
        (Some("01"), "Delivered, Parcel Locker", Status::Delivered, Some("locker")),
        (Some("01"), "Delivered, Front Desk/Reception/Mail Room", Status::Delivered, Some("front_desk")),
        (Some("01"), "Delivered, Neighbor as Requested", Status::Delivered, Some("neighbour")),
        (Some("01"), "Delivered, Front Door/Porch", Status::Delivered, Some("safe_place")),
        (Some("01"), "Delivered, Left with Individual", Status::Delivered, Some("person")),
        (Some("01"), "Delivered", Status::Delivered, None),
        (Some("01"), "Delivered, To Original Sender", Status::Returned, None),
        (Some("01"), "Delivered to Agent for Final Delivery", Status::HandedToLocal, None),
        (Some("27"), "Unclaimed/Being Returned to Sender", Status::Returning, Some("unclaimed")),
        (Some("22"), "Insufficient Address", Status::NotDelivered, Some("address")),
        (Some("04"), "Refused", Status::NotDelivered, Some("refused")),
        (Some("81"), "Arrived Shipping Partner Facility, USPS Awaiting Item", Status::InTransit, None),
    ] {
        let event = scanned(&json!({ "eventType": words, "eventCode": code }));
        assert_eq!((event.status, event.code.as_deref(), event.text.as_str()), (status, code, words));
        assert_eq!(event.facts.first().map(|(_, value)| value.as_str()), fact, "{words}");
    }
}

#[test]
fn a_clock_is_local_whatever_stands_behind_it() {
    let moment = |timestamp: &str, offset: Option<&str>| {
        let event = json!({ "eventCode": "DX", "eventTimestamp": timestamp, "GMTOffset": offset });
        line(&scanned(&event)).replace(" | unknown DX |  @ -", "")
    };
    assert_eq!(moment("2026-11-20T23:28:00", Some("-06:00")), "2026-11-20T23:28:00-06:00");
    assert_eq!(moment("2026-11-20T23:28:00Z", Some("-7:00")), "2026-11-20T23:28:00-07:00");
    assert_eq!(moment("2026-11-20T23:28:00Z", None), "2026-11-20T23:28:00 -");
    assert_eq!(moment("2026-11-20T23:28:00", Some("west")), "2026-11-20T23:28:00 -");
    assert_eq!(moment("2026-11-20", Some("-06:00")), "2026-11-20");
    assert_eq!(moment("yesterday", Some("-06:00")), "-");
}

#[test]
fn a_country_is_named_only_where_it_is_certain() {
    let country = |mut fields: serde_json::Value| {
        fields["eventCode"] = "10".into();
        scanned(&fields).place.and_then(|place| place.country)
    };
    assert_eq!(country(json!({ "eventCity": "SAMPLETON", "eventState": "OH" })).as_deref(), Some("US"));
    assert_eq!(country(json!({ "eventCity": "APO", "eventState": "AE", "eventZIP": "09001" })), None);
    assert_eq!(country(json!({ "eventCity": "SAMPLETON", "eventZIP": "43001" })), None);
    assert_eq!(country(json!({ "eventCity": "LIEGE", "eventCountry": "Belgium" })).as_deref(), Some("BE"));
    assert_eq!(country(json!({ "eventCity": "LIEGE", "eventCountry": "ATLANTIS" })), None);
}

#[test]
fn one_request_a_parcel_in_the_operators_name() {
    let mut replay = Replay::<Usps>::of();
    replay.on("GET", &address(NUMBER)).reply(200, JOURNEY);
    replay.on("GET", &address("RB123456785US")).reply(400, include_str!("../../replies/not_found.json"));
    let found = replay.track_all(&["420750019400100000000000000013", "RB123456785US"]);
    assert!(found[0].as_ref().is_ok_and(|answer| answer.events.len() == 9), "the routing is no part of the number");
    assert_eq!(found[1].as_ref().expect_err("not found").kind, FailureKind::NotFound);
    assert!(replay.sent().iter().all(|request| request.auth.as_deref() == Some("api")));
    assert_eq!(replay.requests().len(), 2);
}

#[test]
fn the_mailing_date_is_sent_when_the_person_gave_it() {
    let asked = |hints: &[(&str, &str)]| {
        let mut replay = Replay::<Usps>::of();
        for query in ["", "&mailingDate=2026-11-10", "&mailingDate=2026-11-10&destinationZIPCode=75001"] {
            replay.on("GET", &format!("{}{query}", address(NUMBER))).reply(200, JOURNEY);
        }
        replay.track_with(NUMBER, hints).expect("the journey");
        replay.requests().remove(0).replace(&address(NUMBER), "")
    };
    assert_eq!(asked(&[("postcode", "75001"), ("ordered", "2026-11-01")]), "GET ");
    assert_eq!(asked(&[("ship_date", "soon"), ("postcode", "75001")]), "GET ");
    assert_eq!(asked(&[("ship_date", "2026-11-10"), ("postcode", "SW1A 1AA")]), "GET &mailingDate=2026-11-10");
    assert_eq!(
        asked(&[("ship_date", "2026-11-10"), ("postcode", "75001-1234")]),
        "GET &mailingDate=2026-11-10&destinationZIPCode=75001"
    );
}

#[test]
fn a_number_used_twice_is_settled_by_a_date_or_by_the_person() {
    let with = |hints: &[(&str, &str)]| {
        let mut replay = Replay::<Usps>::of();
        for query in ["", "&mailingDate=2026-11-10", "&mailingDate=2026-02-03"] {
            replay.on("GET", &format!("{}{query}", address(NUMBER))).reply(200, REUSED);
        }
        replay.track_with(NUMBER, hints)
    };
    let newest = |hints: &[(&str, &str)]| with(hints).expect("settled").events[0].status;
    assert_eq!(newest(&[("ordered", "2026-11-01")]), Status::Registered);
    assert_eq!(newest(&[("ship_date", "2026-11-10")]), Status::Registered);
    assert_eq!(newest(&[("ship_date", "2026-02-03"), ("ordered", "2026-11-01")]), Status::Delivered);
    assert_eq!(newest(&[("postcode", "75002")]), Status::Delivered);
    for hints in [&[][..], &[("ordered", "2026-01-01")], &[("ordered", "2026-12-01")]] {
        let failure = with(hints).expect_err("two parcels");
        assert_eq!(
            (failure.kind, failure.needs.as_slice()),
            (FailureKind::Ambiguous, ["ship_date".to_owned()].as_slice())
        );
        let choices: Vec<(&str, &str)> =
            failure.choices.iter().map(|choice| (choice.hint.1.as_str(), choice.label.as_str())).collect();
        assert_eq!(
            choices,
            [
                ("2026-02-03", "mailed 2026-02-03, to OTHERTON, Delivered"),
                ("2026-11-10", "mailed 2026-11-10, to EXAMPLE SPRINGS, Label created")
            ]
        );
    }
}

/// The one object that version 3 answers with, under a number that was used again.
const OLDER: &str = include_str!("../../replies/older.json");

fn asked_with(body: &str, hints: &[(&str, &str)]) -> Result<Answer, Failure> {
    let number = "9400100000000000000068";
    let mut replay = Replay::<Usps>::of();
    for query in ["", "&mailingDate=2026-02-03"] {
        replay.on("GET", &format!("{}{query}", address(number))).reply(200, body);
    }
    replay.track_with(number, hints)
}

#[test]
fn an_older_parcel_alone_is_not_taken_for_the_one_ordered() {
    assert!(asked_with(OLDER, &[]).is_ok_and(|answer| answer.done));
    let failure = asked_with(OLDER, &[("ordered", "2026-11-01")]).expect_err("an older one");
    assert_eq!(failure.kind, FailureKind::Ambiguous);
    let choice = &failure.choices[0];
    assert_eq!(choice.label, "mailed 2026-02-03, to OTHERTON, Delivered");
    let chosen = [("ordered", "2026-11-01"), (choice.hint.0.as_str(), choice.hint.1.as_str())];
    assert_eq!(asked_with(OLDER, &chosen).expect("chosen").events[0].status, Status::Delivered);
}

#[test]
fn an_older_parcel_is_known_by_its_events_or_by_the_day_it_was_mailed() {
    for left_out in ["mailPieceIntakeDate", "trackingEvents"] {
        let mut body: serde_json::Value = serde_json::from_str(OLDER).expect("the reply");
        body.as_object_mut().expect("an object").remove(left_out);
        let failure = asked_with(&body.to_string(), &[("ordered", "2026-11-01")]).expect_err("an older one");
        assert_eq!(failure.kind, FailureKind::Ambiguous, "without {left_out}");
        let Choice { hint: (_, day), label } = &failure.choices[0];
        assert!(label.starts_with(&format!("mailed {day}, to OTHERTON")), "{label}");
        assert!(asked_with(&body.to_string(), &[("ordered", "2026-02-01")]).is_ok(), "without {left_out}");
    }
}

#[test]
fn two_parcels_that_nothing_names_are_one_only_if_they_say_the_same() {
    let piece = |category: &str| json!({ "trackingNumber": NUMBER, "statusCategory": category });
    let both = |one: &str, other: &str| told(&json!([piece(one), piece(other)]).to_string());
    assert_eq!(both("Delivered", "In Transit").expect_err("two parcels").kind, FailureKind::Ambiguous);
    assert!(both("In Transit", "In Transit").is_ok());
}

#[test]
fn words_overrule_the_category_of_a_parcel_without_events() {
    for (category, words, status) in [
        ("Delivered", "Delivered, To Original Sender", Status::Returned),
        ("Delivered", " Delivered to Agent for Final Delivery", Status::HandedToLocal),
        ("Alert", "Unclaimed/Being Returned to Sender", Status::Returning),
        ("Delivered", "Delivered, In/At Mailbox", Status::Delivered),
        ("Accepted", "Beamed up", Status::Accepted),
    ] {
        let sentence = "Your item has reached the end of its way.";
        let body = json!({
            "trackingNumber": NUMBER, "statusCategory": category, "status": words, "statusSummary": sentence,
            "trackingEvents": [],
        });
        let summary = told(&body.to_string()).expect("an answer").summary.expect("a summary");
        assert_eq!((summary.status, summary.code.as_deref()), (status, Some(category)), "{words}");
        assert_eq!(summary.text, sentence);
    }
}

#[test]
fn an_answer_with_the_routing_of_the_label_is_ours() {
    for number in [format!("42078701{NUMBER}"), format!("{} {}", &NUMBER[..4], &NUMBER[4..])] {
        let body = json!({ "trackingNumber": number, "trackingEvents": [{ "eventCode": "OF" }] });
        assert!(told(&body.to_string()).is_ok(), "{number}");
    }
}
