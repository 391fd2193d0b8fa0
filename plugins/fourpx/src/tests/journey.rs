use super::*;

#[test]
fn a_parcel_is_followed_from_the_label_to_the_signature() {
    let answer = told(JOURNEY).expect("the journey reads");
    let lines: Vec<String> = answer.events.iter().map(line).collect();
    assert_eq!(
        lines,
        [
            "2026-11-20T11:42:00+01:00 | delivered FPX_S_OKSC | Delivered, signed by … @ FRANCE [FR]",
            "2026-11-20T07:31:00+01:00 | out_for_delivery FPX_D_OFD | Out for delivery, call … @ Sample Depot [-]",
            "2026-11-19T21:04:00+00:00 | handed_to_local FPX_O_RR | Service provider received the parcel @ -",
            "2026-11-19T14:20:00+00:00 | customs_cleared FPX_I_RCUK | Released from customs: customs cleared. @ -",
            "2026-11-19T00:30:00+01:00 | customs_hold FPX_I_HCIT | 清关中：收件人 … @ FRANCE [FR]",
            "2026-11-18T06:40:00+01:00 | arrived_destination FPX_M_ATA | 航班抵达 @ -",
            "2026-11-18T00:07:11+08:00 | handed_to_airline FPX_M_HA | Hand over to airline. @ -",
            "2026-11-10T17:05:00+08:00 | origin_processing FPX_C_AAF | Shipment arrived at facility and measured. @ \
             Sample Town,Sample Province [-]",
            "2026-11-09T12:30:00+01:00 | registered FPX_O_IR | Order data transmitted @ FRANCE [FR]",
            "2026-11-09T09:00:00+08:00 | registered FPX_L_RPIF | Parcel information received @ -",
        ]
    );
    assert_eq!(answer.events[0].facts, [("delivered_to".into(), "person".into())]);
    assert_eq!((answer.origin.as_deref(), answer.destination.as_deref()), (Some("CN"), Some("FR")));
    assert_eq!(answer.facts, [("local_carrier".into(), "Sample Express".into())]);
    assert!(answer.done && answer.window.is_none());
}

#[test]
fn chinese_words_come_with_english_ones() {
    let answer = told(JOURNEY).expect("the journey reads");
    let translations: Vec<Option<&str>> =
        answer.events.iter().skip(3).take(3).map(|event| event.translation.as_deref()).collect();
    let ours = "held in customs: recipient must confirm duty";
    assert_eq!(translations, [None, Some(ours), Some("Arrival to the destination airport")]);
    let relayed = scanned(json!({ "tkCode": "FPX_O_IR", "tkDesc": "已出库" }));
    assert_eq!((relayed.status, relayed.translation), (Status::Unknown, None));
    let translated_only = scanned(json!({ "tkCode": "FPX_M_IT", "tkTranslatedDesc": "In transit" }));
    assert_eq!((translated_only.text.as_str(), translated_only.translation), ("In transit", None));
}

#[test]
fn nobody_is_named_and_no_phone_or_postcode_told() {
    let answer = format!("{:?}", told(JOURNEY).expect("the journey reads"));
    for secret in ["Beispiel", "23 45", "75002", "pictures.example", "help@", "SHOPORDER"] {
        assert!(JOURNEY.contains(secret), "the reply has no {secret}");
        assert!(!answer.contains(secret), "{secret} in {answer}");
    }
}

#[test]
fn the_local_carriers_number_is_followed_once() {
    let handoffs = told(JOURNEY).expect("the journey reads").handoffs;
    let [handoff] = handoffs.as_slice() else { panic!("{handoffs:?}") };
    assert_eq!((handoff.number.as_str(), handoff.carrier.as_deref()), ("XP000000017FR", Some("Sample Express")));
    assert_eq!((handoff.role, handoff.country.as_deref(), handoff.confidence), (Role::HandOff, Some("FR"), 85));
}

#[test]
fn numbers_to_go_on_with_are_found_in_every_place() {
    let answer = entry(json!({
        "serverCode": " 00 340 000 17 ", "shipperCode": NUMBER, "channelTrackCode": "CH000017",
        "hawbCodeSet": [NUMBER.to_lowercase(), "0034000017", "HB000017", "../17", "17", "4PX3000000000099CN"],
        "channelContact": { "channelSimpleName": "Sample Post", "contact": "【服务商】Other Post" },
    }));
    let told: Vec<(String, Role, u8, Option<String>)> = answer
        .expect("numbers")
        .handoffs
        .into_iter()
        .map(|handoff| (handoff.number, handoff.role, handoff.confidence, handoff.carrier))
        .collect();
    let local =
        |number: &str, confidence| (number.to_owned(), Role::HandOff, confidence, Some("Sample Post".to_owned()));
    assert_eq!(
        told,
        [
            local("CH000017", 90),
            local("0034000017", 85),
            local("HB000017", 50),
            ("4PX3000000000099CN".into(), Role::Partner, 50, Some("fourpx".into())),
        ]
    );
}

#[test]
fn a_number_to_go_on_with_is_an_answer_before_the_first_scan() {
    let answer = entry(json!({ "serverCode": "XP000000017FR", "ctEndCode": "FR", "tracks": null })).expect("a number");
    assert_eq!((answer.events.len(), answer.handoffs.len(), answer.done), (0, 1, false));
}

#[test]
fn an_instant_is_shown_on_the_clock_of_its_place() {
    for (date, text, zone, expected) in [
        ("2026-12-31T23:30:00.000+0000", None, Some("UTC+02:00"), "2027-01-01T01:30:00+02:00"),
        ("2028-03-01T00:10:00.000+0000", None, Some("UTC-03:30"), "2028-02-29T20:40:00-03:30"),
        ("2026-11-20T10:00:00.000+0000", None, Some("UTC+0530"), "2026-11-20T15:30:00+05:30"),
        ("2026-11-20T10:00:00.000+0000", None, Some("UTC"), "2026-11-20T10:00:00+00:00"),
        ("2026-11-20T10:00:00.000+0000", None, Some("Europe/Vienna"), "2026-11-20T10:00:00+00:00"),
        ("2026-11-20T10:00:00.000+0000", None, Some("UTC+99:00"), "2026-11-20T10:00:00+00:00"),
        ("2026-11-20T10:00:00.000Z", None, Some("UTC+01:00"), "2026-11-20T11:00:00+01:00"),
        ("2026-11-20T18:00:00.000+0800", None, Some("UTC+01:00"), "2026-11-20T11:00:00+01:00"),
        ("1763632800000", Some("2026-11-20 18:00:00"), Some("UTC+01:00"), "2026-11-20T11:00:00+01:00"),
        ("1763632800000", Some("2026-11-20 18:00:00"), None, "2026-11-20T18:00:00+08:00"),
        ("1795168800000", None, Some("UTC+08:00"), "2026-11-20T18:00:00+08:00"),
        ("1795168800", None, None, "2026-11-20T10:00:00Z"),
    ] {
        let scan = json!({ "tkCode": "FPX_M_IT", "tkDate": date, "tkDateStr": text, "tkTimezone": zone });
        assert_eq!(scanned(scan).moment, Some(Moment::Instant(expected.into())), "{date} {zone:?}");
    }
    let bare = scanned(json!({ "tkDate": "2026-11-20T10:00:00", "tkTimezone": "UTC+01:00" }));
    let clock = Moment::Clock { at: "2026-11-20T10:00:00".into(), zone: Some("UTC+01:00".into()) };
    assert_eq!(bare.moment, Some(clock), "without an offset it is a clock");
    assert_eq!(scanned(json!({ "tkCode": "FPX_M_IT" })).moment, None);
}

#[test]
fn a_countrys_name_counts_where_the_parcel_comes_from_or_goes() {
    let country = |name: &str| scanned(json!({ "tkLocation": name })).place.and_then(|place| place.country);
    assert_eq!(country("AUSTRIA").as_deref(), Some("AT"));
    assert_eq!(country("China").as_deref(), Some("CN"));
    assert_eq!(country("Lebanon"), None, "a town in Pennsylvania, too");
    assert_eq!(country("Vienna"), None);
}

#[test]
fn a_return_says_why_and_ends_with_the_sender() {
    let track = |code: &str| entry(json!({ "tracks": [{ "tkCode": code, "tkDesc": "x" }] })).expect("an event");
    let refused = track("FPX_O_PRRR");
    assert_eq!((refused.events[0].status, refused.done), (Status::Returning, false));
    assert_eq!(refused.events[0].facts, [("return_reason".into(), "refused".into())]);
    assert!(track("FPX_O_RT").done);
}
