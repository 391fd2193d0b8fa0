use super::*;

fn waiting() -> Answer {
    let mut replay = Replay::<CanadaPost>::of();
    replay.on("GET", &address("ZY000000028CN")).reply(200, WAITING);
    replay.track_one("ZY000000028CN").expect("it waits")
}

#[test]
fn a_parcel_crosses_the_country_to_the_front_door() {
    let answer = told(JOURNEY).expect("the journey reads");
    let lines: Vec<String> = answer.events.iter().map(line).collect();
    assert_eq!(
        lines,
        [
            "2026-11-20T13:20:05-05:00 | delivered 1496 | Item delivered to recipient's front door. Questions: … @ SAMPLEVILLE, QC [CA]",
            "2026-11-20T08:27:43-05:00 | out_for_delivery 174 | Item out for delivery @ SAMPLEVILLE, QC [CA]",
            "2026-11-19T06:19:57-05:00 | exception 173 | Address error found; possible delay @ SAMPLEVILLE, QC [CA]",
            "2026-11-16T10:35:55-06:00 | in_transit 410 | Item departed @ PRAIRIE EXAMPLE, SK [CA]",
            "2026-11-15 | unknown 9999 | A code from the future @ -",
            "2026-11-06T15:03:11 PST | accepted 2300 | Shipment picked up by Canada Post @ WESTPORT, BC [CA]",
            "2026-10-30T09:38:34-04:00 | registered 3000 | Electronic information submitted by shipper @ WESTPORT, BC [CA]",
        ]
    );
    assert_eq!(answer.events[0].facts, [("delivered_to".into(), "safe_place".into())]);
    assert_eq!(answer.events[0].place.as_ref().and_then(|place| place.locality.as_deref()), Some("SAMPLEVILLE"));
    assert_eq!((answer.origin.as_deref(), answer.destination.as_deref()), (Some("CA"), Some("CA")));
    let facts = [
        ("service", "Sample Parcels"),
        ("options", "Signature Required; Proof of Age Required"),
        ("proof_of_delivery", "a signature, kept by Canada Post"),
    ];
    assert_eq!(answer.facts, facts.map(|(name, value)| (name.to_owned(), value.to_owned())));
    assert!(answer.done && answer.window.is_none() && answer.handoffs.is_empty());
}

#[test]
fn a_packet_from_abroad_waits_in_a_shop_and_money_is_due() {
    let answer = waiting();
    assert_eq!(
        answer.events.iter().map(line).collect::<Vec<_>>(),
        [
            "2026-11-25T16:10:00-05:00 | available_for_pickup 1488 | Item available for pickup @ EXAMPLE DRUGS, SAMPLEVILLE, QC [CA]",
            // These letters are an offset in Canada only, and the province is none of Canada's.
            "2026-11-12T09:31:07 CST | in_transit 100 | Item processed @ SAMPLE HUB,China [CN]",
            "2026-11-11T18:00:00 - | in_transit 100 | Item processed @ SAMPLE HUB, GD [-]",
        ]
    );
    let facts = [
        ("service", "Sample Packet"),
        ("options", "Card for Pickup; COD Amount"),
        ("delay", "Storm in the west, signed by …"),
        ("fee", "cash on delivery, the amount is not told"),
    ];
    assert_eq!(answer.facts, facts.map(|(name, value)| (name.to_owned(), value.to_owned())));
    assert_eq!((answer.origin, answer.destination.as_deref(), answer.done), (None, Some("CA"), false));
}

#[test]
fn the_number_of_the_way_back_is_followed_and_ones_own_is_not() {
    let handoff = waiting().handoffs.remove(0);
    assert_eq!((handoff.number.as_str(), handoff.role), ("4000000000000039", Role::Return));
    assert_eq!((handoff.carrier.as_deref(), handoff.country.as_deref()), (Some("canadapost"), Some("CA")));
    for pin in [NUMBER, "", "soon/never"] {
        let body = detail(&format!("<return-pin>{pin}</return-pin>"), "<occurrence/>");
        assert!(told(&body).expect("an answer").handoffs.is_empty(), "{pin}");
    }
}

#[test]
fn the_day_is_the_one_it_was_moved_to() {
    let day = |fields: &str| {
        let window = told(&detail(fields, "<occurrence/>")).expect("an answer").window?;
        assert_eq!(window.earliest, None);
        Some(window.latest)
    };
    let date = |date: &str| Some(Moment::Date(date.into()));
    assert_eq!(waiting().window.map(|window| window.latest), date("2026-11-27"));
    assert_eq!(
        day("<expected-delivery-date>2026-11-24</expected-delivery-date><changed-expected-date/>"),
        date("2026-11-24")
    );
    assert_eq!(day("<expected-delivery-date>2026-11-24T00:00:00</expected-delivery-date>"), date("2026-11-24"));
    assert_eq!(day("<expected-delivery-date>soon</expected-delivery-date>"), None);
    assert_eq!(day(""), None);
}

#[test]
fn a_country_is_named_only_where_it_is_certain() {
    let destination = |code: &str| {
        let field = format!("<destination-postal-id>{code}</destination-postal-id>");
        told(&detail(&field, "<occurrence/>")).expect("an answer").destination
    };
    assert_eq!(destination("x9z 9x9").as_deref(), Some("CA"));
    for code in ["", "75001", "75001-1234", "9X9Z9X", "X9Z9Xé", "X9Z9X", "SW1A1A"] {
        assert_eq!(destination(code), None, "{code}");
    }
    let country = |site: &str, province: &str| {
        let fields = format!("<event-site>{site}</event-site><event-province>{province}</event-province>");
        scanned(&fields).place.and_then(|place| place.country)
    };
    assert_eq!(country("SAMPLEVILLE", "NU").as_deref(), Some("CA"));
    assert_eq!(country("00017,Israel", "").as_deref(), Some("IL"));
    assert_eq!((country("ISRAEL", ""), country("A,Atlantis", ""), country("SAMPLEVILLE", "XX")), (None, None, None));
}

#[test]
fn a_parcel_comes_from_canada_where_it_was_accepted_there() {
    let origin = |code: &str, province: &str| {
        let fields = format!("<event-identifier>{code}</event-identifier><event-province>{province}</event-province>");
        told(&detail("", &format!("<occurrence>{fields}</occurrence>"))).expect("an answer").origin
    };
    assert_eq!(origin("2300", "MB").as_deref(), Some("CA"));
    assert_eq!((origin("2300", ""), origin("100", "MB"), origin("3000", "MB")), (None, None, None));
}

#[test]
fn who_signed_and_the_senders_references_stay_inside() {
    let said = format!("{:?}{:?}", told(JOURNEY).expect("the journey reads"), waiting());
    for personal in ["Placeholder", "PLACEHOLDER", "X9Z", "0004000000", "819 555"] {
        assert!(!said.contains(personal), "{personal} in {said}");
    }
}

#[test]
fn a_signature_is_no_move() {
    let body = |code: &str| {
        let signature = format!("<occurrence><event-identifier>{code}</event-identifier></occurrence>");
        told(&detail("", &format!("{signature}<occurrence><event-identifier>0174</event-identifier></occurrence>")))
    };
    for code in ["21", "2001"] {
        assert_eq!(body(code).expect("an answer").events.len(), 1, "{code}");
    }
    for code in ["20", "0020"] {
        let answer = body(code).expect("an answer");
        assert_eq!((answer.events.len(), answer.events[0].status), (1, Status::OutForDelivery));
        assert_eq!(answer.facts.first().map(|(name, _)| name.as_str()), Some("proof_of_delivery"));
    }
    assert_eq!(body("200").expect("an answer").events.len(), 2);
}

#[test]
fn every_code_has_a_meaning_with_leading_zeros_and_without() {
    assert_eq!(codes::EVENTS.iter().count(), 188);
    for (code, status) in codes::EVENTS.iter() {
        assert_ne!(status, Status::Unknown);
        for told in [code.to_owned(), format!("{code:0>4}"), format!(" 00{code} ")] {
            let event = scanned(&format!("<event-identifier>{told}</event-identifier>"));
            assert_eq!((event.status, event.code.as_deref()), (status, Some(code)), "{told}");
        }
    }
    let event = scanned("<event-identifier>0000</event-identifier>");
    assert_eq!((event.status, event.code.as_deref()), (Status::Unknown, Some("0000")));
}

#[test]
fn a_card_is_an_attempt_and_words_tell_of_the_way_back() {
    use Status::*;
    for (code, words, status, reason) in [
        ("1438", "Notice card left indicating where and when to pick up item", DeliveryFailed, None),
        ("1488", "Item available for pickup", AvailableForPickup, None),
        ("1443", "Attempted delivery. Item rescheduled for delivery next business day.", DeliveryFailed, None),
        (
            "0156",
            "Final Notice; Item will be returned to sender if not collected within 10 days",
            AvailableForPickup,
            None,
        ),
        ("1417", "Item refused by recipient. Item being returned to sender.", Returning, Some("refused")),
        (
            "1482",
            "Item refused or unclaimed by recipient. Item being returned to sender.",
            Returning,
            Some("unclaimed"),
        ),
        (
            "1481",
            "Recipient not located at address provided. Item being returned to sender.",
            Returning,
            Some("address"),
        ),
        ("2600", "Item has been returned and is enroute to the Sender", Returning, None),
        (
            "1100",
            "Refused by Customs. Unacceptable sender info. Item being returned to sender",
            Returning,
            Some("customs"),
        ),
        ("0174", "L'article renvoyé à l'expéditeur est sorti pour livraison.", Returning, None),
        ("1496", "L'article a été renvoyé avec succès à l'expéditeur.", Returned, None),
        ("1496", "Delivered to sender", Returned, None),
        ("1466", "Delivered to mailroom", Delivered, Some("front_desk")),
        ("4202", "International item has left the origin country and is en route to Canada", DepartedOrigin, None),
        ("4700", "Item on hold", Exception, None),
        ("9999", "Item being returned to sender", Returning, None),
    ] {
        let event = scanned(&format!(
            "<event-identifier>{code}</event-identifier><event-description>{words}</event-description>"
        ));
        let fact = event.facts.first().map(|(_, value)| value.as_str());
        assert_eq!((event.status, fact), (status, reason), "{code} {words}");
    }
}

#[test]
fn the_words_of_a_delivery_tell_where_it_was_left() {
    let left_at = |code: &str, words: &str| {
        let fields =
            format!("<event-identifier>{code}</event-identifier><event-description>{words}</event-description>");
        scanned(&fields).facts.pop().map(|(_, place)| place)
    };
    for (words, place) in [
        ("Delivered to your mailbox", Some("mailbox")),
        ("Delivered to your parcel locker", Some("locker")),
        ("Delivered to your community mailbox or parcel locker", None),
        ("Left with a neighbour", Some("neighbour")),
        ("Item left at side door", Some("safe_place")),
        ("Delivered to concierge", Some("front_desk")),
        ("Item successfully delivered", None),
    ] {
        assert_eq!(left_at("1496", words).as_deref(), place, "{words}");
        assert_eq!(left_at("174", words), None, "{words}");
    }
}

#[test]
fn a_clock_is_an_instant_only_where_its_letters_are_certain() {
    let moment = |date: &str, time: &str, zone: &str| {
        let fields = format!(
            "<event-date>{date}</event-date><event-time>{time}</event-time><event-time-zone>{zone}</event-time-zone>\
             <event-province>ON</event-province>"
        );
        line(&scanned(&fields)).split(" | ").next().map(str::to_owned).unwrap_or_default()
    };
    assert_eq!(moment("2026-01-20", "10:30:00", "EST"), "2026-01-20T10:30:00-05:00");
    assert_eq!(moment("2026-07-20", "10:30:00", "EDT"), "2026-07-20T10:30:00-04:00");
    assert_eq!(moment("2026-07-20", "10:30:00", "EST"), "2026-07-20T10:30:00 EST");
    assert_eq!(moment("2026-01-20", "10:30:00", "ISRAEL"), "2026-01-20T10:30:00 ISRAEL");
    assert_eq!(moment("2026-01-20", "10:30:00", ""), "2026-01-20T10:30:00 -");
    assert_eq!(moment("2026-01-20", "", "EST"), "2026-01-20");
    assert_eq!(moment("2026-01-20", "noon", "EST"), "2026-01-20");
    assert_eq!(moment("soon", "10:30:00", "EST"), "-");
}

#[test]
fn one_question_a_parcel_in_the_operators_name_and_in_one_language() {
    let mut replay = Replay::<CanadaPost>::of();
    replay.on("GET", &address(NUMBER)).reply(200, JOURNEY);
    replay.on("GET", &address("4000000000000046")).reply(404, NOT_FOUND);
    let found = replay.track_all(&[NUMBER, "4000000000000046"]);
    assert!(found[0].is_ok());
    assert_eq!(found[1].as_ref().expect_err("unknown").kind, FailureKind::NotFound);
    let sent = replay.sent();
    assert_eq!(sent.len(), 2);
    for request in sent {
        assert_eq!(request.auth.as_deref(), Some("api"));
        for (name, value) in [("accept", "application/vnd.cpc.track-v2+xml"), ("accept-language", "en-CA")] {
            assert!(request.headers.contains(&(name.into(), value.into())), "{name}");
        }
    }
}

#[test]
fn what_is_disposed_of_is_told() {
    let event =
        scanned("<event-identifier>0150</event-identifier><event-description>Item disposed of</event-description>");
    assert_eq!((event.status, event.facts), (Status::Exception, vec![("problem".to_owned(), "destroyed".to_owned())]));
}
