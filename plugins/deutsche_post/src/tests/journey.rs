use parcelwatch_dhl_unified::entries;

use super::*;

#[test]
fn a_registered_letter_is_followed_to_the_locker() {
    let answer = told(REGISTERED).expect("the journey reads");
    let lines: Vec<String> = answer.events.iter().map(line).collect();
    assert_eq!(
        lines,
        [
            "2026-11-20T11:04:00 - | delivered FETCHED_PACKSTATION | The letter was collected. Signed by … @ Germany [DE]",
            "2026-11-19T12:20:00 - | available_for_pickup NOTIFIED_PACKSTATION | NOTIFIED_PACKSTATION @ Packstation 123 [-]",
            "2026-11-19T11:40:00 - | delivery_failed DELIVERY_ATTEMPTED | DELIVERY_ATTEMPTED @ Dresden [DE]",
            "2026-11-19T07:31:00 - | out_for_delivery IN_DELIVERY | The letter is being delivered @ Dresden [DE]",
            "2026-11-19T04:10:00 - | in_transit BZE | BZE @ Ottendorf-Okrilla [DE]",
            "2026-11-18T21:40:00 - | in_transit transit | The shipment was processed in the mail centre @ Köln [DE]",
            "2026-11-18T15:02:00+01:00 | accepted POSTED | POSTED @ Bonn [DE]",
            "2026-11-18 | registered ANNOUNCED | ANNOUNCED @ -",
        ]
    );
    assert_eq!(answer.events[0].facts, [("delivered_to".into(), "locker".into())]);
    assert_eq!(answer.events[0].translation.as_deref(), Some("Fetched packstation"));
    let waits = [
        ("pickup_at".to_owned(), "locker".to_owned()),
        ("next_steps".to_owned(), "Collect it within seven days. Questions: …".to_owned()),
    ];
    assert_eq!(answer.events[1].facts, waits);
    assert_eq!((answer.origin.as_deref(), answer.destination.as_deref()), (Some("DE"), Some("DE")));
    assert_eq!(answer.facts, [("service".into(), "post-de".into()), ("product".into(), "Einschreiben".into())]);
    assert!(answer.done && answer.window.is_none() && answer.handoffs.is_empty());
}

#[test]
fn a_small_packet_that_only_the_other_unit_knows_is_found_there() {
    let mut replay = replay_with(PACKET, 404, UNKNOWN);
    replay.on("GET", &address(PACKET, "post-international")).reply(200, ABROAD);
    let answer = replay.track_one(PACKET).expect("the other unit knows it");
    assert_eq!(statuses(&answer), ["arrived_destination", "departed_origin", "origin_processing", "accepted"]);
    assert_eq!(replay.requests().len(), 2);
    let window = answer.window.as_ref().expect("an estimate");
    assert_eq!((window.earliest.as_ref(), &window.latest), (None, &Moment::Date("2026-11-24".into())));
    assert!(!answer.done);
}

#[test]
fn the_number_of_the_post_abroad_is_followed() {
    let answer = replay_with(PACKET, 200, ABROAD).track_one(PACKET).expect("the journey reads");
    let [local] = answer.handoffs.as_slice() else { panic!("one further number: {:?}", answer.handoffs) };
    assert_eq!((local.number.as_str(), local.carrier.as_deref()), ("LX000000080FR", Some("La Poste")));
    assert_eq!((local.country.as_deref(), local.role, local.confidence), (Some("FR"), Role::HandOff, 85));
    assert_eq!(local.because, "Deutsche Post lists it as the local tracking number");
    let own = ABROAD.replace("LX000000080FR", PACKET);
    assert!(replay_with(PACKET, 200, &own).track_one(PACKET).expect("the journey reads").handoffs.is_empty());
}

#[test]
fn the_next_question_begins_with_the_unit_that_knew_the_number() {
    let mut replay = replay_with(PACKET, 404, UNKNOWN);
    replay.on("GET", &address(PACKET, "post-international")).reply(200, ABROAD);
    let parcel = Parcel { key: 1, number: PACKET.into(), ..Parcel::default() };
    let first = replay.track(std::slice::from_ref(&parcel)).remove(0);
    assert_eq!(first.cursor.as_deref(), Some("post-international".as_bytes()));
    let again = replay.track(&[Parcel { cursor: first.cursor.clone(), ..parcel }]).remove(0);
    assert_eq!((again.found.is_ok(), again.cursor), (true, first.cursor));
    assert_eq!(replay.requests().len(), 3);
}

#[test]
fn what_came_back_to_its_sender_is_not_delivered() {
    let answer = replay_with("RR000000031DE", 200, RETURNED).track_one("RR000000031DE").expect("the journey reads");
    assert_eq!(statuses(&answer), ["returned", "returning", "exception", "unknown", "in_transit"]);
    assert_eq!(answer.events[1].facts, [("return_reason".into(), "address".into())]);
    assert_eq!(answer.events[3].code.as_deref(), Some("FLOWN_TO_THE_MOON"));
    assert_eq!(answer.summary.as_ref().map(|summary| summary.status), Some(Status::Returned));
    assert!(answer.done);
}

#[test]
fn no_person_is_named() {
    let told = format!("{:?}", told(REGISTERED).expect("the journey reads"));
    for personal in ["Beispiel", "Muster", "23456789", "4000000", "Musterweg"] {
        assert!(!told.contains(personal), "{personal} left the plugin: {told}");
    }
}

#[test]
fn every_code_of_letters_has_its_meaning() {
    assert_eq!(entries("post-de").count(), 46);
    for unit in UNITS {
        for entry in entries("svb") {
            // The coarse state would say something else of most.
            let body = format!(
                r#"{{"shipments": [{{"id": "{NUMBER}", "service": "{unit}", "events": [{{"status": "{}", "statusCode": "transit"}}]}}]}}"#,
                entry.code
            );
            let answer = told(&body).expect("one event");
            assert_eq!(answer.events[0].status, entry.status, "{unit} {}", entry.code);
            assert_eq!(answer.done, matches!(entry.status, Status::Delivered | Status::Returned), "{}", entry.code);
        }
    }
}

#[test]
fn a_hint_names_the_unit_and_one_for_another_carrier_is_none() {
    let mut replay = Replay::<DeutschePost>::of();
    let international = format!("{}&recipientPostalCode=75002", address(PACKET, "post-international"));
    replay.on("GET", &international).reply(200, ABROAD);
    let hints = [("service", "Post-International"), ("postcode", "75002")];
    assert!(replay.track_with(PACKET, &hints).is_ok());
    let mut replay = replay_with(PACKET, 200, ABROAD);
    assert!(replay.track_with(PACKET, &[("service", "parcel-de")]).is_ok());
}
