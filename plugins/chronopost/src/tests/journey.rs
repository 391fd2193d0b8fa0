use super::*;

#[test]
fn a_parcel_is_followed_from_the_label_to_the_door() {
    let answer = told(JOURNEY).expect("the journey reads");
    let lines: Vec<String> = answer.events.iter().map(line).collect();
    assert_eq!(
        lines,
        [
            "2026-11-20T08:30:00+01:00 | delivered D | Delivered @ MODELVILLE CHRONOPOST [-]",
            "2026-11-20T07:12:05+01:00 | out_for_delivery TA | Shipment in delivery to the consignee @ MODELVILLE CHRONOPOST [-]",
            "2026-11-20T02:44:00+01:00 | local_processing SD | Sorted at delivery location @ MODELVILLE CHRONOPOST [-]",
            "2026-11-20T02:30:00+01:00 | unknown ZZ | A code from the future & beyond @ HUB DU MILIEU CHRONOPOST [-]",
            "2026-11-19T23:40:00+01:00 | in_transit TS | Shipment in transit @ HUB DU MILIEU CHRONOPOST [-]",
            "2026-11-19T19:02:11+01:00 | origin_processing SC | Sorted at departure location @ EXEMPLE CHRONOPOST [-]",
            "2026-11-18T17:21:00+01:00 | accepted DY | Parcel Registered by the post office @ EXEMPLE SUR MER [-]",
            "2026-11-18T17:20:05+01:00 | accepted DB | Shipment handed over by shipper @ EXEMPLE SUR MER [-]",
            "2026-11-18T09:12:40+01:00 | registered DC | Shipment in preparation to be shipped @ -",
        ]
    );
    let postcode = |event: &Event| event.place.as_ref().and_then(|place| place.postcode.clone());
    assert_eq!(postcode(&answer.events[0]).as_deref(), Some("00100"));
    assert!(answer.done && answer.window.is_none());
}

#[test]
fn what_is_worth_knowing_beside_the_events_is_told() {
    let answer = told(JOURNEY).expect("the journey reads");
    let facts = [("delivery_time_counts_from", "2026-11-19 10:00"), ("service", "Standard Delivery")]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(answer.facts, facts);
}

#[test]
fn the_partners_number_is_followed_once_and_ones_own_is_not() {
    let handoffs = told(JOURNEY).expect("the journey reads").handoffs;
    let [handoff] = handoffs.as_slice() else { panic!("one number told twice is one: {handoffs:?}") };
    assert_eq!((handoff.number.as_str(), handoff.carrier.as_deref()), ("XT0000000170017", Some("GEO")));
    assert_eq!((handoff.role, handoff.country.as_deref(), handoff.confidence), (Role::Partner, None, 70));
    assert_eq!(handoff.because, "Chronopost names it as its partner's number in the network GEO");

    let partner = |value: &str| {
        let handoffs = told(&JOURNEY.replace("GEO/XT0000000170017", value)).expect("the journey reads").handoffs;
        handoffs.into_iter().map(|handoff| (handoff.carrier, handoff.number)).collect::<Vec<_>>()
    };
    assert_eq!(partner("XT 0000 0001 70017"), [(None, "XT0000000170017".to_owned())]);
    for none in [NUMBER, "GEO/10000000000017", "GEO/", "GEO/A/B", "GEO/../x", " "] {
        assert_eq!(partner(none), [], "{none}");
    }
}

#[test]
fn partners_are_found_in_an_answer_in_french_too() {
    let french = JOURNEY.replace("Partner number", "Numéro partenaire");
    assert_eq!(told(&french).expect("the journey reads").handoffs.len(), 1);
}

#[test]
fn a_parcel_under_way_is_not_done() {
    let waiting = JOURNEY.replace("<code>D</code>", "<code>TA</code>");
    let answer = told(&waiting).expect("it is under way");
    assert_eq!((answer.events[0].status, answer.done), (Status::OutForDelivery, false));
}

#[test]
fn nobody_is_named() {
    let spoken = JOURNEY.replace(
        "<eventLabel>Delivered</eventLabel>",
        "<eventLabel>Delivered, signed by A. MODELE, 06 12 34 56 78</eventLabel>",
    );
    let answer = told(&spoken).expect("the journey reads");
    assert_eq!(answer.events[0].text, "Delivered, signed by …");
    let everything = format!("{answer:?}").to_uppercase();
    for person in ["MODELE\"", "A. MODELE", "MME", "06 12", "EXEMPLE -", "L'EXEMPLE", "SAMPLE SHOP"] {
        assert!(!everything.contains(person), "{person} is in {everything}");
    }
}

#[test]
fn a_code_that_partners_use_otherwise_counts_only_beside_its_words() {
    use Status::*;
    for (code, words, expected) in [
        ("AB", "Colis mis à disposition au point de retrait", AvailableForPickup),
        ("AB", "Parcel sorted abroad", Unknown),
        ("P", "Echec de livraison suite à l'absence du destinataire.", DeliveryFailed),
        ("P", "", Unknown),
        ("EI", "Colis entré dans le pays de destination", ArrivedDestination),
        ("SK", "Colis en attente d'informations complémentaires de votre part", Exception),
        ("SD", "Sorted at delivery location", LocalProcessing),
        ("SD", "Livraison reportée de 24h", InTransit),
        ("IA", "Livraison reportée de 24h", InTransit),
        ("ta", "Colis en cours de livraison", OutForDelivery),
    ] {
        assert_eq!(codes::status(Some(code), words), expected, "{code} {words}");
    }
}

#[test]
fn every_code_of_the_list_has_a_meaning() {
    assert_eq!(codes::EVENTS.iter().count(), 21);
    assert!(codes::EVENTS.iter().all(|(_, status)| status != Status::Unknown));
}
