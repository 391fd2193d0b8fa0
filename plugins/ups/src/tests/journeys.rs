use super::*;

#[test]
fn a_parcel_is_followed_from_china_to_the_front_desk() {
    let answer = told(JOURNEY).expect("the journey reads");
    assert_eq!(
        lines(&answer),
        [
            "2026-11-20T15:12:00-05:00 | delivered 011 D F4 | DELIVERED Signed by … @ SAMPLETON, OH 43001, US [US]",
            "2026-11-20T08:10:05-05:00 | out_for_delivery 021 I OT | Out For Delivery Today @ SAMPLETON, OH, US [US]",
            "2026-11-20T05:50:00-05:00 | local_processing 071 I YP | Processing at UPS Facility @ SAMPLETON, OH, US [US]",
            "2026-11-19T23:28:00-05:00 | in_transit 005 I DP | Departed from Facility @ SAMPLE HUB, KY, US [US]",
            "2026-11-19T19:30:00-05:00 | customs_cleared 014 X RZ | Your package has been released by the government agency. @ SAMPLE HUB, KY, US [US]",
            "2026-11-19T16:05:00-05:00 | import_customs 012 X RZ | Your package is pending release from a Government Agency. Call … @ SAMPLE HUB, KY, US [US]",
            "2026-11-19T15:40:00-05:00 | in_transit 005 I AR | Arrived at Facility @ SAMPLE HUB, KY, US [US]",
            "2026-11-18T23:41:00+08:00 | departed_origin 005 I EP | Export Scan @ SHENZHEN, CN [CN]",
            "2026-11-18T20:15:00+08:00 | export_customs 014 X RZ | Your package has been released by the government agency. @ SHENZHEN, CN [CN]",
            "2026-11-18T20:01:00+08:00 | export_customs 012 X RZ | Your package is pending release from a Government Agency. @ SHENZHEN, CN [CN]",
            "2026-11-18T19:00:00 - | export_customs 014 X BB | UPS has received the information needed to submit your package for clearance. @ -",
            "2026-11-18T15:47:00+08:00 | in_transit 005 I OR | We have your package @ SHENZHEN, CN [CN]",
            "2026-11-17T17:03:00+08:00 | accepted 038 P PU | Pickup Scan @ SHENZHEN, CN [CN]",
            "2026-11-17T09:15:00 - | registered 003 M MP | Shipper created a label, UPS has not received the package yet. @ CN [CN]",
        ]
    );
    let place = answer.events[0].place.as_ref().expect("a place");
    assert_eq!((place.locality.as_deref(), place.postcode.as_deref()), (Some("SAMPLETON"), Some("43001")));
    assert!(answer.done);
}

#[test]
fn what_is_told_of_the_parcel_as_a_whole() {
    let answer = told(JOURNEY).expect("the journey reads");
    assert_eq!(facts(&answer.events[0].facts), [("delivered_to", "front_desk")]);
    assert_eq!((answer.origin.as_deref(), answer.destination.as_deref()), (Some("CN"), Some("US")));
    assert_eq!(facts(&answer.facts), [("service", "UPS Worldwide Expedited®"), ("weight_g", "1500"), ("pieces", "2")]);
    let summary = answer.summary.expect("a state");
    assert_eq!(
        (summary.status, summary.code.as_deref(), summary.text.as_str()),
        (Status::Delivered, Some("011"), "Delivered")
    );
    assert_eq!(answer.window, None, "what has come is not expected any more");
}

#[test]
fn a_return_is_told_as_a_delivery_and_is_none() {
    let answer = asked("1ZW000000300000046", 200, RETURNED).expect("the return reads");
    assert_eq!(
        lines(&answer),
        [
            "2026-11-25T11:42:10 - | returned 034 D UA | Package was returned to the sender @ SAMPLE PORT, NJ, US [US]",
            "2026-11-25T08:10:00 - | out_for_delivery 021 I OT | Out For Delivery Today @ SAMPLE PORT, NJ, US [US]",
            "2026-11-23T12:00:00 - | returning 035 X 27 | The package will be returned to the sender. @ SAMPLETON, OH, US [US]",
            "2026-11-22T16:10:00 - | not_delivered 064 X 84 | The receiver refused the package. @ SAMPLETON, OH, US [US]",
        ]
    );
    assert_eq!(facts(&answer.events[0].facts), [], "the front desk is the sender's");
    assert_eq!(facts(&answer.events[3].facts), [("return_reason", "refused")]);
    assert_eq!(answer.summary.map(|summary| summary.status), Some(Status::Returned));
    assert!(answer.done && answer.window.is_none());
}

#[test]
fn a_parcel_that_waits_says_until_when_and_what_it_costs() {
    let answer = asked("1ZW000000300000037", 200, PICKUP).expect("it waits");
    assert_eq!(
        lines(&answer),
        [
            "2026-11-23T10:15:00-05:00 | available_for_pickup 100 X 5G | Your package is at a UPS Access Point and waits for you. Questions: … @ SAMPLETON, OH 43001, US [US]",
            "2026-11-22T14:30:00-05:00 | delivery_failed 022 X 48 | The customer was not available on the first attempt. @ SAMPLETON, OH, US [US]",
            "2026-11-21T21:10:00-05:00 | unknown 999 I ZZ | A scan from the future @ SAMPLE HUB, KY, US [US]",
        ]
    );
    assert_eq!(facts(&answer.events[0].facts), [("fee", "12.5 EUR"), ("pickup_until", "2026-11-30")]);
    assert_eq!(facts(&answer.facts), [("service", "UPS Ground"), ("weight_g", "907"), ("pieces", "1")]);
    assert!(!answer.done);
}

#[test]
fn the_number_under_which_the_post_brings_it_is_followed() {
    let answer = asked("1ZW000000300000055", 200, SUREPOST).expect("with the post");
    assert_eq!(answer.events[0].status, Status::HandedToLocal);
    let expected = Handoff {
        number: "9200100000000000000015".into(),
        carrier: Some("usps".into()),
        country: Some("US".into()),
        role: Role::HandOff,
        confidence: 95,
        because: "UPS gives it as the number under which USPS delivers".into(),
    };
    assert_eq!(answer.handoffs, [expected]);
    let own = SUREPOST.replace("9200100000000000000015", "1ZW000000300000055");
    assert!(asked("1ZW000000300000055", 200, &own).expect("it reads").handoffs.is_empty(), "its own is none");
    let twice = SUREPOST.replace("ORDER 4711\", \"type\": \"R", "9200100000000000000015\", \"type\": \"USPS_PIC");
    assert_eq!(asked("1ZW000000300000055", 200, &twice).expect("it reads").handoffs.len(), 1, "once is enough");
}

#[test]
fn letters_mean_something_else_with_mail_innovations() {
    let answer = asked("9274800000000000000170", 200, MAIL).expect("it reads");
    assert_eq!(
        lines(&answer),
        [
            "2026-11-21T13:05:00 - | delivered D DL | Delivered @ SAMPLETON, OH 43001, US [US]",
            "2026-11-21T09:10:00 - | out_for_delivery I 1A | Out for delivery @ SAMPLETON, OH, US [US]",
            "2026-11-20T22:10:00 - | exception X RZ | A problem at the post office @ SAMPLETON, OH, US [US]",
            "2026-11-19T08:15:00 - | handed_to_local I ZR | Received by the local post office @ SAMPLETON, OH, US [US]",
            "2026-11-18T19:15:00 - | accepted I 2O | Package received for processing @ SAMPLE HUB, KY, US [US]",
            "2026-11-17T10:15:00 - | registered M MQ | Shipment information received @ US [US]",
        ]
    );
    assert!(answer.done && answer.handoffs.is_empty());
    let newest = |letters: &str| {
        let body = MAIL.replace("\"code\": \"DL\"", &format!("\"code\": \"{letters}\", \"statusCode\": \"011\""));
        asked("9274800000000000000170", 200, &body).expect("it reads").events[0].status
    };
    assert_eq!((newest("SQ"), newest("UA"), newest("DL")), (Status::Returned, Status::Returned, Status::Delivered));
    let announced = |kind: &str, letters: &str| {
        let body = MAIL.replace(r#""type": "M""#, &format!(r#""type": "{kind}""#)).replace("MQ", letters);
        asked("9274800000000000000170", 200, &body).expect("it reads").events[5].status
    };
    for kind in ["M", "MV"] {
        assert_eq!((announced(kind, "MP"), announced(kind, "DP")), (Status::Registered, Status::Registered));
        assert_eq!((announced(kind, "VP"), announced(kind, "MQ")), (Status::Cancelled, Status::Registered));
    }
    assert_eq!(announced("I", "MP"), Status::InTransit, "a movement by the same letters");
}

#[test]
fn nobodys_name_phone_street_or_signature_leaves_the_plugin() {
    let told = format!(
        "{:?} {:?} {:?} {:?}",
        told(JOURNEY),
        asked("1ZW000000300000037", 200, PICKUP),
        asked("1ZW000000300000046", 200, RETURNED),
        asked("1ZW000000300000055", 200, SUREPOST)
    );
    for private in [
        "A. SAMPLE",
        "A.SAMPLE",
        "B.SAMPLE",
        "ANN",
        "LI SAMPLE",
        "WORKS",
        "Street",
        "Road",
        "QS4gU0FNUExF",
        "555",
        "4711",
    ] {
        assert!(!told.contains(private), "{private}");
    }
}

#[test]
fn one_request_a_parcel_in_the_operators_name() {
    let mut replay = Replay::<Ups>::of();
    replay.on("GET", &address(NUMBER)).reply(200, JOURNEY);
    replay.on("GET", &address(PIECE)).reply(200, JOURNEY);
    replay.on("GET", &address("9274800000000000000170")).reply(200, MAIL);
    let found = replay.track_all(&[NUMBER, PIECE, "420430019274800000000000000170"]);
    assert!(found.iter().all(Result::is_ok), "the routing is no part of the number: {found:?}");
    let sent = replay.sent();
    assert_eq!(sent.len(), 3);
    for request in sent {
        let header =
            |name: &str| request.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        assert_eq!(request.auth.as_deref(), Some("api"));
        assert_eq!(header("transactionSrc"), Some("parcelwatch"));
        assert_eq!(header("transId"), Some("000102030405060708090a0b0c0d0e0f"), "of the host's random bytes");
    }
}

#[test]
fn what_ends_a_journey_or_wants_an_address_is_told() {
    let problem = |status: &Value| {
        let event = scanned(&json!({ "date": "20261120", "time": "101500", "status": status }));
        event.facts.into_iter().find(|(name, _)| name == "problem").map(|(_, value)| value)
    };
    for (kind, letters, digits, expected) in [
        ("X", "26", None, Some("destroyed")),
        ("X", "A2", None, Some("destroyed")),
        ("X", "6G", None, Some("address")),
        ("X", "RZ", None, None),
        ("X", "RZ", Some("147"), Some("destroyed")),
    ] {
        let told = problem(&json!({ "type": kind, "code": letters, "statusCode": digits, "description": "said" }));
        assert_eq!(told.as_deref(), expected, "{kind} {letters} {digits:?}");
    }
}
