use super::*;

#[test]
fn fields_of_another_kind_cost_themselves_and_nothing_else() {
    let huge = "9 <b>\u{202e}".repeat(50_000);
    let body = shipment(&json!([null, "word", {
        "trackingNumber": NUMBER, "packageCount": "many", "weight": [1], "service": "fast", "currentStatus": 7,
        "packageAddress": [{ "type": {}, "address": [] }, 3], "deliveryDate": { "type": "SDD", "date": huge },
        "deliveryTime": ["EDW"], "deliveryInformation": "desk", "accessPointInformation": [huge],
        "alternateTrackingNumber": [{ "number": huge, "type": "USPS_PIC" }, { "number": [], "type": "USPS_PIC" }],
        "paymentInformation": true,
        "activity": [
            null, "word",
            { "date": {}, "time": [], "location": "here", "status": { "code": 5, "type": [], "description": {} } },
            { "date": huge, "time": huge, "gmtOffset": huge, "location": { "address": { "city": huge, "countryCode": huge } },
              "status": { "type": huge, "code": huge, "statusCode": "021", "description": huge } },
        ],
    }]));
    let answer = told(&body).expect("an answer");
    let statuses: Vec<Status> = answer.events.iter().map(|event| event.status).collect();
    assert_eq!(statuses, [Status::Unknown, Status::OutForDelivery]);
    assert!(answer.events.iter().all(|event| event.moment.is_none()));
    assert_eq!((answer.window, answer.summary, answer.origin), (None, None, None));
    assert_eq!((answer.facts, answer.handoffs), (Vec::new(), Vec::new()));
}

#[test]
fn one_object_where_a_list_stood_is_a_list_of_one() {
    let scan = json!({ "status": { "type": "I", "statusCode": "021" } });
    let package = json!({ "trackingNumber": NUMBER, "activity": scan, "packageCount": "3" });
    let body = json!({ "trackResponse": { "shipment": { "inquiryNumber": NUMBER, "package": package } } });
    let answer = told(&body.to_string()).expect("an answer");
    assert_eq!((answer.events.len(), facts(&answer.facts)), (1, vec![("pieces", "3")]));
}

#[test]
fn replies_cut_off_anywhere_are_read_or_refused() {
    for (number, body) in [(NUMBER, JOURNEY), ("1ZW000000300000037", PICKUP), ("9274800000000000000170", MAIL)] {
        let whole = asked(number, 200, body).expect("the whole");
        for end in (0..body.trim_end().len()).step_by(7) {
            let Some(part) = body.get(..end) else { continue };
            match asked(number, 200, part) {
                Ok(answer) => assert_eq!(answer, whole, "cut at {end}"),
                Err(failure) => assert_eq!(failure.kind, FailureKind::Unavailable, "cut at {end}: {}", failure.message),
            }
        }
    }
}
