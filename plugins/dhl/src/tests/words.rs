use parcelwatch_dhl_unified::entries;
use parcelwatch_plugin::code_table::Entry;

use super::*;

/// The units that have a table.
const UNITS: [&str; 11] = [
    "dgf",
    "ecommerce",
    "ecommerce-europe",
    "ecommerce-ppl",
    "express",
    "freight",
    "parcel-de",
    "parcel-nl",
    "parcel-pl",
    "post-de",
    "svb",
];

#[track_caller]
fn check(service: &str, fields: &str, expected: Status) {
    assert_eq!(event(service, &format!("{{{fields}}}")).status, expected, "{service}: {fields}");
}

#[test]
fn every_code_reads_back() {
    for unit in UNITS {
        let known: Vec<Entry> = entries(unit).collect();
        for (index, Entry { code, status, words, .. }) in known.iter().enumerate() {
            let event = event(unit, &format!(r#"{{"status": "{code}", "statusCode": "transit"}}"#));
            assert_eq!((event.status, event.code.as_deref()), (*status, Some(*code)), "{unit} {code}");
            assert!(known[..index].iter().all(|other| other.code != *code), "{unit} has {code} twice");
            assert!(*words == squeezed(words) && words.chars().count() <= 70, "{unit} {code}: {words}");
        }
    }
    let counts = UNITS.map(|unit| entries(unit).count());
    assert_eq!(counts, [15, 289, 162, 11, 41, 48, 16, 354, 107, 46, 46]);
}

fn squeezed(words: &str) -> String {
    words.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

#[test]
fn the_vendors_words_mean_what_their_code_means() {
    check(
        "ecommerce",
        r#""status": "ARRIVAL DHL DISTRIBUTION CENTER", "statusCode": "transit""#,
        Status::ArrivedAtSorting,
    );
    check(
        "ecommerce",
        r#""status": "Awaiting  collection at DHL service point", "statusCode": "delivered""#,
        Status::AvailableForPickup,
    );
    check("dgf", r#""description": "Flight Landed""#, Status::ArrivedDestination);
    // Longer than the vendor's list keeps them.
    check(
        "ecommerce",
        r#""status": "DUTY/TAX ASSESSED FOR PACKAGE, AWAITING PAYMENT. PLEASE CHECK YOUR EMAIL FOR A LINK", "statusCode": "transit""#,
        Status::CustomsHold,
    );
    // These words stand for a code at the origin and for one underway.
    check("parcel-nl", r#""status": "Processed at the sorting center", "statusCode": "transit""#, Status::InTransit);
}

#[test]
fn delivered_is_not_always_delivered() {
    for (service, code, expected) in [
        ("ecommerce-europe", "43", Status::AvailableForPickup),
        ("ecommerce-europe", "44", Status::AvailableForPickup),
        ("ecommerce-europe", "45", Status::AvailableForPickup),
        ("ecommerce-europe", "46", Status::AvailableForPickup),
        ("ecommerce-europe", "302", Status::HandedToLocal),
        ("ecommerce-europe", "366", Status::Returned),
        ("svb", "RETURNED_TO_SENDER", Status::Returned),
        ("post-de", "NOTIFIED_PACKSTATION", Status::AvailableForPickup),
        ("parcel-nl", "DELIVERED_AT_PARCELSTATION", Status::AvailableForPickup),
        ("parcel-nl", "SIGNATURE_RECORDED", Status::Unknown),
        ("parcel-pl", "DOR_SP", Status::AvailableForPickup),
    ] {
        check(service, &format!(r#""status": "{code}", "statusCode": "delivered""#), expected);
    }
    for (words, expected) in [
        ("Handed over to the parcelshop around the corner", Status::AvailableForPickup),
        ("Handed over to the carrier of the island", Status::HandedToLocal),
        ("Delivered back to the business sender of the goods", Status::Returned),
        ("Your parcel is ready for collection", Status::AvailableForPickup),
        ("Delivered; a message went to the sender", Status::Delivered),
    ] {
        check("sameday", &format!(r#""description": "{words}", "statusCode": "delivered""#), expected);
    }
}

#[test]
fn delivered_is_not_always_delivered_in_words_either() {
    for (status, description, expected) in [
        ("RETURNED TO SENDER", "", Status::Returned),
        ("DELIVERED", "TO ORIGINAL SENDER", Status::Returned),
        ("DELIVERED, TO ORIGINAL SENDER", "", Status::Returned),
        ("DELIVERED", "Delivered to the shipper", Status::Returned),
        ("DELIVERED", "DELIVERED TO PICK-UP LOCATION - CUSTOMER NOTIFIED", Status::AvailableForPickup),
        ("DELIVERED", "TO PICK-UP LOCATION", Status::AvailableForPickup),
        ("DELIVERED", "AWAITING COLLECTION AT DHL SERVICE POINT", Status::AvailableForPickup),
        ("Delivered", "To the locker at the station", Status::AvailableForPickup),
        ("DELIVERED", "TO AGENT FOR FINAL DELIVERY", Status::HandedToLocal),
        ("DELIVERED", "TO POST OFFICE BOX", Status::Delivered),
        ("DELIVERED", "IN/AT MAILBOX", Status::Delivered),
        ("DELIVERED", "", Status::Delivered),
    ] {
        for service in ["ecommerce", "ecommerce-apac", "ecommerce-iberia", "express", "parcel-uk", "sameday"] {
            let fields = format!(r#""status": "{status}", "description": "{description}", "statusCode": "delivered""#);
            check(service, &fields, expected);
        }
    }
}

#[test]
fn the_vendors_own_words_for_delivered_stay_delivered() {
    for unit in UNITS {
        for Entry { code, words, .. } in entries(unit).filter(|entry| entry.status == Status::Delivered) {
            let event = event(unit, &format!(r#"{{"description": "{words}", "statusCode": "delivered"}}"#));
            let differs = entries(unit).any(|other| other.words == words && other.status != Status::Delivered);
            assert!(differs || event.status == Status::Delivered, "{unit} {code}: {words}: {:?}", event.status);
        }
    }
}

#[test]
fn the_coarse_state_counts_where_nothing_finer_is_said() {
    for (coarse, expected) in [
        ("pre-transit", Status::Registered),
        ("transit", Status::InTransit),
        ("delivered", Status::Delivered),
        ("failure", Status::Unknown),
        ("unknown", Status::Unknown),
        ("beamed", Status::Unknown),
    ] {
        check("parcel-uk", &format!(r#""statusCode": "{coarse}", "description": "Words nobody listed""#), expected);
    }
    for (words, expected) in [
        ("Delivery attempted but no response at Consignee address", Status::DeliveryFailed),
        ("The parcel could not be delivered", Status::DeliveryFailed),
        ("The parcel is returned to sender", Status::Returning),
        ("The parcel is on hold", Status::Exception),
    ] {
        check("parcel-uk", &format!(r#""statusCode": "failure", "description": "{words}""#), expected);
    }
    for (words, expected) in [
        ("Delivery attempted but no response at Consignee address", Status::DeliveryFailed),
        ("The shipment could not be delivered", Status::DeliveryFailed),
        ("The shipment is returning to sender", Status::Returning),
    ] {
        check("express", &format!(r#""statusCode": "failure", "description": "{words}""#), expected);
    }
    check("ecommerce", r#""statusCode": "transit", "status": "CUSTOMS CLEARANCE""#, Status::ImportCustoms);
    check(
        "parcel-de",
        r#""statusCode": "transit", "description": "It is ready for pick-up at the shop""#,
        Status::AvailableForPickup,
    );
}

#[test]
fn an_unlisted_code_is_unknown_and_kept() {
    for (service, code) in [
        ("parcel-nl", "TELEPORTED"),
        ("parcel-pl", "DORX"),
        ("express", "ZZ"),
        ("ecommerce", "9999"),
        ("svb", "FLOWN"),
        ("freight", "99-9"),
    ] {
        let event = event(service, &format!(r#"{{"status": "{code}", "statusCode": "delivered"}}"#));
        assert_eq!((event.status, event.code.as_deref()), (Status::Unknown, Some(code)), "{service}");
    }
}

#[test]
fn a_contradiction_is_believed_on_neither_side() {
    check("express", r#""status": "DELIVERED", "statusCode": "pre-transit""#, Status::Unknown);
}

#[test]
fn the_finer_code_may_stand_in_a_field_of_its_own() {
    let event = event("parcel-de", r#"{"status": "DELIVERED", "statusDetailed": "ZF", "statusCode": "delivered"}"#);
    assert_eq!((event.status, event.code.as_deref()), (Status::AvailableForPickup, Some("ZF")));
}

#[test]
fn words_tell_where_and_why() {
    for (service, code, name, value) in [
        ("parcel-nl", "DELIVERED_AT_NEIGHBOURS", "delivered_to", Some("neighbour")),
        ("parcel-nl", "DELIVERED_IN_MAILBOX", "delivered_to", Some("mailbox")),
        ("parcel-nl", "DELIVERED_AT_SAFEPLACE", "delivered_to", Some("safe_place")),
        ("parcel-nl", "COLLECTED_AT_PARCELSHOP", "delivered_to", Some("shop")),
        ("parcel-pl", "DOR_RDZ", "delivered_to", Some("person")),
        ("ecommerce", "656", "delivered_to", Some("front_desk")),
        ("ecommerce", "606", "delivered_to", None),
        ("parcel-nl", "DELIVERED", "delivered_to", None),
        ("ecommerce-europe", "45", "pickup_at", Some("locker")),
        ("parcel-nl", "ADDRESS_UNKNOWN", "return_reason", Some("address")),
        ("parcel-nl", "REFUSED_RETURN", "return_reason", Some("refused")),
        ("parcel-nl", "STORAGE_PERIOD_ENDED_AT_PARCELSHOP", "return_reason", Some("unclaimed")),
        ("parcel-nl", "CUSTOMS_DATA_INCORRECT_RETURN_TO_SHIPPER", "return_reason", Some("customs")),
        ("parcel-nl", "NOT_HOME_RETURN_TO_SHIPPER", "return_reason", Some("attempts")),
        ("parcel-nl", "RECEIVER_RETURN", "return_reason", None),
    ] {
        let event = event(service, &format!(r#"{{"status": "{code}", "statusCode": "delivered"}}"#));
        assert_eq!(fact(&event.facts, name), value, "{service} {code}");
    }
}

#[test]
fn an_events_name_rests_on_dhls_words_alone() {
    // The vendor's words help people; they may be mended, and the event must stay the same.
    let event = event("parcel-nl", r#"{"status": "NOT_HOME", "statusCode": "failure", "description": "Near no. 12"}"#);
    assert_eq!((event.text.as_str(), event.translation.as_deref()), ("NOT_HOME", Some("We missed each other")));
    let cut = super::event("parcel-nl", r#"{"status": "ACCESSPOINT_FULL_REDELIVER"}"#);
    assert!(cut.translation.is_some_and(|words| words.ends_with('…')));
}

#[test]
fn what_ends_a_journey_or_wants_an_address_is_told() {
    for (unit, fields, expected) in [
        ("express", r#""status": "BA""#, Some("address")),
        ("express", r#""statusCode": "failure", "status": "Destroyed / Disposal""#, Some("destroyed")),
        ("ecommerce", r#""status": "825""#, Some("destroyed")),
        ("parcel-nl", r#""status": "SHIPMENT_STOPPED""#, Some("seized")),
        ("parcel-nl", r#""status": "ON_HOLD_BAD_ADDRESS""#, Some("address")),
        ("parcel-pl", r#""status": "AN""#, Some("address")),
        ("parcel-pl", r#""status": "DOR""#, None),
    ] {
        let event = event(unit, &format!("{{{fields}}}"));
        let problem = event.facts.iter().find(|(name, _)| name == "problem").map(|(_, value)| value.as_str());
        assert_eq!(problem, expected, "{unit} {fields}: {event:?}");
    }
}
