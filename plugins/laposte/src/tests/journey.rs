use super::*;

#[test]
fn a_parcel_is_followed_from_abroad_to_the_mailbox() {
    let answer = told(JOURNEY).expect("the journey reads");
    let lines: Vec<String> = answer.events.iter().map(line).collect();
    assert_eq!(
        lines,
        [
            "2026-11-21T11:42:00+01:00 | delivered DI1 | Your parcel has been delivered to your mailbox. @ -",
            "2026-11-21T07:31:00+01:00 | local_processing MD2 | Your parcel is being prepared for delivery. @ -",
            "2026-11-20T18:10:00+01:00 | local_processing EP1 | Your parcel waits to be presented. @ -",
            "2026-11-19T22:04:00+01:00 | in_transit ET1 | Your parcel is on its way. @ -",
            "2026-11-19T15:20:00+01:00 | customs_cleared DO2 | Your parcel has left customs. @ -",
            "2026-11-18T09:12:00+01:00 | import_customs DO1 | Your parcel is in customs. @ -",
            "2026-11-18T06:40:00+01:00 | arrived_destination ET3 | Your parcel has arrived in the country of destination. @ -",
            "2026-11-12T08:00:00+08:00 | origin_processing ET2 | Your parcel is ready to leave its country of origin. @ -",
            "2026-11-10T17:05:00+08:00 | accepted PC2 | Your parcel was accepted in its country of origin. @ -",
            "2026-11-10T09:00:00+08:00 | registered DR1 | Your parcel will soon be handed to us. @ -",
        ]
    );
    assert_eq!(answer.events[0].facts, [("delivered_to".into(), "mailbox".into())]);
    assert_eq!((answer.origin.as_deref(), answer.destination.as_deref()), (Some("CN"), Some("FR")));
    assert_eq!(answer.facts, [("service".into(), "Colissimo".into())]);
    assert!(answer.done);
}

#[test]
fn the_number_of_the_other_end_is_followed_and_ones_own_is_not() {
    let handoff = |arrival: &str| {
        let body = JOURNEY.replace(r#""arrivalCountry": "FR""#, &format!(r#""arrivalCountry": "{arrival}""#));
        told(&body).expect("the journey reads").handoffs.remove(0)
    };
    let partner = handoff("FR");
    assert_eq!((partner.number.as_str(), partner.carrier.as_deref()), ("LX000000017CN", Some("Sample Post")));
    assert_eq!((partner.role, partner.country), (Role::Partner, None), "it is the post that sent it");
    assert_eq!(handoff("RE").role, Role::Partner, "La Poste delivers overseas, too");
    let local = handoff("BR");
    assert_eq!((local.role, local.country.as_deref()), (Role::HandOff, Some("BR")));
    let own = JOURNEY.replace("LX 000 000 017 CN", NUMBER);
    assert!(told(&own).expect("the journey reads").handoffs.is_empty());
}

#[test]
fn countries_are_those_of_the_steps_where_nothing_else_names_them() {
    let countries = |steps: &str, context: &str| {
        let event = r#"[{ "code": "ET1", "label": "It is on its way." }]"#;
        let body = format!(
            r#"{{ "shipment": {{ "idShip": "{NUMBER}", "event": {event}, "timeline": {steps}, "contextData": {context} }} }}"#
        );
        let answer = told(&body).expect("an answer");
        let role = answer.handoffs.first().map(|handoff| handoff.role);
        (answer.origin.unwrap_or_default(), answer.destination.unwrap_or_default(), role)
    };
    let all = r#"[{ "id": 1, "country": "CN" }, { "id": 2, "country": "NL" }, { "id": 3, "country": "" },
        { "id": 4, "country": "FR" }, { "id": 5, "country": "CN" }]"#;
    let told = |origin: &str, destination: &str, role| (origin.to_owned(), destination.to_owned(), role);
    assert_eq!(countries(all, "null"), told("CN", "FR", None), "the last may be the way back");
    let partner = r#"{ "partner": { "reference": "LX000000017CN" } }"#;
    assert_eq!(countries(all, partner), told("CN", "FR", Some(Role::Partner)));
    assert_eq!(countries("null", partner), told("", "", Some(Role::Partner)), "nobody says that it goes abroad");
    let context = r#"{ "originCountry": "FR", "arrivalCountry": "BR" }"#;
    assert_eq!(countries(all, context), told("FR", "BR", None));
    assert_eq!(countries(r#"[{ "id": 1, "country": "Paris" }, 7, { "country": "FR" }]"#, "[]"), told("", "", None));
}

#[test]
fn several_numbers_are_asked_at_once_and_each_has_its_own_answer() {
    let mut replay = Replay::<LaPoste>::of();
    let numbers = ["6A00000000048", "6A00000000031", "6A00000000024"];
    replay.on("GET", &address(&numbers.join(","))).reply(207, BATCH);
    let found = replay.track_all(&numbers);
    let kinds: Vec<_> = found.iter().map(|found| found.as_ref().err().map(|failure| failure.kind)).collect();
    assert_eq!(kinds, [Some(FailureKind::NoScanYet), Some(FailureKind::NotFound), None]);
    assert_eq!(replay.requests().len(), 1);
    let letter = found[2].as_ref().expect("it waits");
    assert_eq!(
        letter.events.iter().map(line).collect::<Vec<_>>(),
        [
            "2026-11-25T10:20:00+01:00 | available_for_pickup AG1 | Your letter waits for you. Questions: … @ SAMPLE POST OFFICE [-]",
            "2026-11-25T07:00:00+01:00 | unknown ZZ9 | A code from the future. @ -",
        ]
    );
    let window = letter.window.as_ref().expect("an estimate");
    assert_eq!(window.latest, Moment::Instant("2026-11-26T14:00:00+01:00".into()));
}

#[test]
fn nobody_is_named_where_it_waits() {
    let body = BATCH.replace("SAMPLE POST OFFICE", "CORNER SHOP 01 23 45 67 89, signed by A. EXEMPLE");
    let mut replay = Replay::<LaPoste>::of();
    replay.on("GET", &address("6A00000000024")).reply(200, &body);
    let place = replay.track_one("6A00000000024").expect("it waits").events.remove(0).place.expect("a place");
    assert_eq!(place.text, "CORNER SHOP …, signed by …");
}

#[test]
fn a_number_that_is_left_out_is_asked_alone() {
    let mut replay = Replay::<LaPoste>::of();
    let numbers = ["6A00000000031", "6A00000000055"];
    replay.on("GET", &address(&numbers.join(","))).reply(207, BATCH);
    for number in numbers {
        replay.on("GET", &address(number)).reply(200, BATCH);
    }
    let kinds = replay.track_all(&numbers).into_iter().map(|found| found.expect_err("no parcel").kind);
    assert_eq!(kinds.collect::<Vec<_>>(), [FailureKind::NotFound, FailureKind::Inconclusive]);
    assert_eq!(replay.requests().len(), 3);
}

#[test]
fn an_estimate_at_midnight_is_a_day() {
    let waiting = JOURNEY.replace("DI1", "ET1");
    let window = told(&waiting).expect("it is under way").window.expect("an estimate");
    assert_eq!((window.earliest, window.latest), (None, Moment::Date("2026-11-21".into())));
}

#[test]
fn a_delivery_to_the_sender_is_a_return() {
    let answer = told(&JOURNEY.replace("DI1", "DI2")).expect("the journey reads");
    assert_eq!((answer.events[0].status, answer.done), (Status::Returned, true));
    assert!(answer.events[0].facts.is_empty());
}

/// What the newest event means and where it was left, when it has this code and these words.
fn read(code: &str, words: &str) -> (Status, Option<String>) {
    let said = JOURNEY.replace("Your parcel has been delivered to your mailbox.", words).replace("DI1", code);
    let newest = told(&said).expect("the journey reads").events.remove(0);
    (newest.status, newest.facts.into_iter().next().map(|(_, place)| place))
}

#[test]
fn a_parcel_that_is_being_prepared_is_not_on_the_van_yet() {
    for words in [
        "Your parcel is at the delivery site that serves your address.",
        "Your parcel is in the delivery site. We are preparing it.",
        "It is being prepared for delivery.",
        "Votre colis est dans le site de livraison qui dessert votre adresse.",
        "Nous le préparons pour le mettre en livraison.",
        "Votre colis est arrivé sur son site de livraison.",
    ] {
        assert_eq!(read("MD2", words).0, Status::LocalProcessing, "{words}");
        assert_eq!(read("ET1", words).0, Status::InTransit, "another code has one meaning");
    }
    for words in
        ["", "Your parcel is out for delivery.", "Votre colis a quitté le site de livraison, il arrive aujourd’hui."]
    {
        assert_eq!(read("MD2", words).0, Status::OutForDelivery, "{words}");
    }
}

#[test]
fn where_it_was_left_is_told_in_whole_words() {
    for (words, place) in [
        ("Delivered to your mailbox.", Some("mailbox")),
        ("Livré dans votre boîte aux lettres", Some("mailbox")),
        ("Remis à une voisine", Some("neighbour")),
        ("Livré en consigne Pickup.", Some("locker")),
        ("Livré dans la consigne automatique", Some("locker")),
        ("Delivered to a locker", Some("locker")),
        ("Delivered to the consignee", None),
        ("It was given consignee's address", None),
        ("Livré selon vos consignes", None),
        ("Livré dans un commerce avoisinant", None),
    ] {
        assert_eq!(read("DI1", words), (Status::Delivered, place.map(str::to_owned)), "{words}");
    }
}

#[test]
fn every_code_has_a_meaning() {
    assert_eq!(codes::EVENTS.iter().count(), 26);
    assert!(codes::EVENTS.iter().all(|(_, status)| status != Status::Unknown));
}

#[test]
fn the_only_item_is_ours_though_a_check_letter_follows_its_number() {
    let body = |number: &str| {
        format!(
            r#"{{"returnCode": 200, "shipment": {{"idShip": "{number}", "event": [{{"code": "MD1", "date": "2026-11-20T08:00:00+01:00"}}]}}}}"#
        )
    };
    let answer = told(&body(&format!("{NUMBER}Q"))).expect("an answer");
    assert_eq!(answer.events[0].status, Status::OutForDelivery);
    assert!(told(&body("6A99999999999")).is_err());
}
