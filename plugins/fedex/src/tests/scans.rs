use super::*;

/// What a scan means in a parcel from China to France.
fn event(scan: &str) -> Event {
    let story = format!(
        r#"{{"shipperInformation": {{"address": {{"countryCode": "CN"}}}}, "scanEvents": [{scan}],
            "recipientInformation": {{"address": {{"countryCode": "FR"}}}}}}"#
    );
    ask("770000000015", &told("770000000015", &story)).expect("one scan").events.remove(0)
}

#[track_caller]
fn check(fields: &str, expected: Status) {
    assert_eq!(event(&format!("{{{fields}}}")).status, expected, "{fields}");
}

#[test]
fn every_code_reads_back() {
    for (code, status) in codes::CODES.iter().chain(codes::POSSESSION.iter()) {
        check(&format!(r#""eventType": "{code}""#), status);
        // Where a scan has no code of its own, the derived one counts.
        check(&format!(r#""derivedStatusCode": "{code}""#), status);
    }
    assert_eq!(codes::CODES.iter().count(), 66);
    assert_eq!(codes::POSSESSION.iter().count(), 4);
}

#[test]
fn an_unlisted_code_is_unknown_and_kept() {
    let event = event(r#"{"eventType": "ZZ", "derivedStatusCode": "DL", "eventDescription": "Delivered to the moon"}"#);
    assert_eq!((event.status, event.code.as_deref()), (Status::Unknown, Some("ZZ")));
    assert_eq!(event.text, "Delivered to the moon");
}

#[test]
fn the_words_of_customs_tell_which_customs() {
    check(r#""eventType": "CC", "eventDescription": "International shipment release - Export""#, Status::ExportCustoms);
    check(
        r#""eventType": "CC", "eventDescription": "International shipment release - Import""#,
        Status::CustomsCleared,
    );
    check(r#""eventType": "CD", "eventDescription": "Clearance delay - Export""#, Status::ExportCustoms);
    check(r#""eventType": "CP", "eventDescription": "Clearance in progress""#, Status::ImportCustoms);
    check(r#""eventType": "CC", "scanLocation": {"countryCode": "CN"}"#, Status::ExportCustoms);
    check(r#""eventType": "CC", "scanLocation": {"countryCode": "FR"}"#, Status::CustomsCleared);
    check(r#""eventType": "CP", "locationType": "ORIGIN_FEDEX_FACILITY""#, Status::ExportCustoms);
}

#[test]
fn customs_that_waits_for_the_recipient_is_a_hold() {
    for words in [
        "The consignee must provide papers",
        "Awaiting information from the recipient",
        "Payment of duties and taxes is missing",
    ] {
        check(&format!(r#""eventType": "CD", "exceptionDescription": "{words}""#), Status::CustomsHold);
    }
    for words in ["Regulatory agency clearance delay", "Delay due to taxes of the season", "Broker informed"] {
        check(&format!(r#""eventType": "CD", "exceptionDescription": "{words}""#), Status::ImportCustoms);
    }
}

#[test]
fn the_place_of_a_scan_tells_the_depot() {
    check(r#""eventType": "AR", "locationType": "DESTINATION_FEDEX_FACILITY""#, Status::LocalProcessing);
    check(r#""eventType": "AR", "locationType": "ORIGIN_FEDEX_FACILITY""#, Status::OriginProcessing);
    check(r#""eventType": "DP", "locationType": "ORIGIN_FEDEX_FACILITY""#, Status::OriginProcessing);
    check(r#""eventType": "AR", "locationType": "SORT_FACILITY""#, Status::InTransit);
    check(r#""eventType": "DP", "locationType": "DESTINATION_FEDEX_FACILITY""#, Status::InTransit);
}

#[test]
fn codes_with_two_meanings_are_told_apart_by_their_words() {
    check(r#""eventType": "EA", "eventDescription": "Export Approved""#, Status::ExportCustoms);
    check(r#""eventType": "EA", "eventDescription": "Enroute to Airport""#, Status::OriginProcessing);
    check(r#""eventType": "TR", "eventDescription": "Transfer""#, Status::InTransit);
    check(r#""eventType": "TR", "eventDescription": "Enroute to Delivery""#, Status::OutForDelivery);
}

#[test]
fn words_tell_where_and_why() {
    for (code, words, name, value) in [
        ("DL", "Left at front door. Signature Service not requested.", "delivered_to", Some("safe_place")),
        ("DL", "Delivered to locker", "delivered_to", Some("locker")),
        ("DL", "Left with neighbor", "delivered_to", Some("neighbour")),
        ("DL", "Left at FedEx Office", "delivered_to", Some("shop")),
        ("DL", "Left with neighbor at the front door", "delivered_to", None),
        ("DL", "", "delivered_to", None),
        ("RS", "Incorrect address", "return_reason", Some("address")),
        ("RS", "Unable to clear customs", "return_reason", Some("customs")),
        ("RS", "Package not picked up", "return_reason", Some("unclaimed")),
        ("RS", "", "return_reason", None),
    ] {
        let event = event(&format!(r#"{{"eventType": "{code}", "exceptionDescription": "{words}"}}"#));
        assert_eq!(fact(&event.facts, name), value, "{code} {words}");
    }
}

#[test]
fn where_it_was_left_may_stand_beside_the_scans() {
    let place = |details: &str| {
        let story = format!(
            r#"{{"scanEvents": [{{"eventType": "DL"}}, {{"eventType": "OD"}}], "deliveryDetails": {details}}}"#
        );
        let answer = ask("770000000015", &told("770000000015", &story)).expect("a story");
        assert!(answer.events[1].facts.is_empty());
        fact(&answer.events[0].facts, "delivered_to").map(str::to_owned)
    };
    assert_eq!(place(r#"{"locationDescription": "Mailbox"}"#).as_deref(), Some("mailbox"));
    assert_eq!(
        place(r#"{"locationDescription": "Residence", "locationType": "FEDEX_EXPRESS_STATION"}"#).as_deref(),
        Some("shop")
    );
    assert_eq!(place(r#"{"locationDescription": "Residence", "receivedByName": "P.OFFICE"}"#), None);
}
