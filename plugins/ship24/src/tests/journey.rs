use super::*;

#[test]
fn a_parcel_is_followed_over_two_posts_to_the_mailbox() {
    let answer = told(JOURNEY).expect("the journey reads");
    let lines: Vec<String> = answer.events.iter().map(line).collect();
    assert_eq!(
        lines,
        [
            "2026-11-20T18:30:00 - | unknown - | Image of the delivery is available @ -",
            "2026-11-20T13:12:00 - | delivered delivery_delivered | Delivered, In/At Mailbox. Signed by … @ SAMPLE CITY, CA \
             90001 [-]",
            "2026-11-20T08:01:00 - | out_for_delivery delivery_out_for_delivery | Out for Delivery. Courier … @ SAMPLE CITY, CA \
             90001 [-]",
            "2026-11-19T02:40:00 - | in_transit - | Processed through regional facility @ SAMPLE CA DISTRIBUTION CENTER \
             [-]",
            "2026-11-17T11:05:00 - | customs_cleared customs_cleared | Inbound out of customs @ SAMPLE ISC [-]",
            "2026-11-16T20:15:00 - | arrived_destination destination_arrival | 到达寄达地处理中心 @ 美国 [-]",
            "2026-11-12T23:10:00+08:00 | departed_origin transit_origin_country_departure | Departed from the office of exchange \
             @ Guangzhou [-]",
            "2026-11-11T10:00:00 - | export_customs customs_cleared | Export customs clearance complete @ Guangzhou [-]",
            // Of one date, and put in their order.
            "2026-11-09 | in_transit - | Sorting complete @ Guangzhou [-]",
            "2026-11-09 | accepted transit_handover | Accepted @ Guangzhou [-]",
            "2026-11-08T09:30:00Z | registered data_order_created | Order information received @ -",
        ]
    );
    assert_eq!((answer.origin.as_deref(), answer.destination.as_deref()), (Some("CN"), Some("US")));
    assert_eq!(
        answer.facts,
        [("service".into(), "Sample Saver Plus".into()), ("couriers".into(), "us-post, cn-post".into())]
    );
    let summary = answer.summary.as_ref().expect("a state");
    assert_eq!((summary.status, summary.code.as_deref()), (Status::Delivered, Some("delivered")));
    assert!(answer.done && answer.window.is_none());
}

#[test]
fn an_event_tells_its_courier_and_the_number_it_was_found_under() {
    let answer = told(JOURNEY).expect("the journey reads");
    assert_eq!(
        answer.events[1].facts,
        [
            ("delivered_to".into(), "mailbox".into()),
            ("number".into(), "9400100000000000000013".into()),
            ("courier".into(), "us-post".into()),
        ]
    );
    // Its own number needs no telling.
    assert_eq!(answer.events[9].facts, [("courier".into(), "cn-post".into())]);
}

#[test]
fn the_shipments_other_numbers_are_followed_and_ones_own_is_not() {
    let handoffs = told(JOURNEY).expect("the journey reads").handoffs;
    let told: Vec<_> = handoffs
        .iter()
        .map(|handoff| {
            (handoff.number.as_str(), handoff.carrier.as_deref(), handoff.country.as_deref(), handoff.confidence)
        })
        .collect();
    assert_eq!(
        told,
        [("9400100000000000000013", Some("usps"), Some("US"), 65), ("SAMPLE-0017", None, None, 50)],
        "an event tells whose the first one is"
    );
    assert!(handoffs.iter().all(|handoff| handoff.role == Role::HandOff));
}

#[test]
fn odd_numbers_among_the_others_are_left_out() {
    let body =
        JOURNEY.replace("SAMPLE-0017", "../v1?x=1").replace("\"9400100000000000000013\" }", "\" lx000000014cn \" }");
    assert_eq!(told(&body).expect("the journey reads").handoffs, []);
}

#[test]
fn a_courier_that_is_no_post_has_its_code_for_a_name() {
    assert_eq!(courier::carrier("fedex"), "fedex");
    assert_eq!(courier::carrier("cn-post"), "china_post");
    assert_eq!(courier::carrier("xx-post"), "xx-post");
    assert_eq!(courier::country("us-post").map(|country| country.to_string()).as_deref(), Some("US"));
    assert_eq!(courier::country("fedex"), None);
}

#[test]
fn an_estimate_is_a_day_a_time_or_the_couriers_frame() {
    let window = |delivery: Value| {
        let body = json!({ "data": { "trackings": [{
            "shipment": { "statusMilestone": "in_transit", "delivery": delivery },
            "events": [{ "statusMilestone": "in_transit", "status": "Moving" }],
        }] } });
        told(&body.to_string()).expect("an answer").window.map(|window| (window.earliest, window.latest))
    };
    let day = Moment::Date("2026-11-21".into());
    assert_eq!(window(json!({ "estimatedDeliveryDate": "2026-11-21T00:00:00.000Z" })), Some((None, day.clone())));
    let time = Moment::Instant("2026-11-21T17:00:00Z".into());
    assert_eq!(window(json!({ "estimatedDeliveryDate": "2026-11-21T17:00:00.000Z" })), Some((None, time.clone())));
    let frame = json!({ "from": "2026-11-21T09:00:00", "to": "2026-11-21T12:00:00" });
    let clock = |at: &str| Moment::Clock { at: at.into(), zone: None };
    assert_eq!(
        window(json!({ "estimatedDeliveryDate": "2026-11-22", "courierEstimatedDeliveryDate": frame })),
        Some((Some(clock("2026-11-21T09:00:00")), clock("2026-11-21T12:00:00")))
    );
    let half = json!({ "from": "2026-11-20T09:00:00", "to": null });
    assert_eq!(
        window(json!({ "estimatedDeliveryDate": "2026-11-21", "courierEstimatedDeliveryDate": half })),
        Some((None, day))
    );
    assert_eq!(window(json!({ "estimatedDeliveryDate": "soon" })), None);
    assert_eq!(window(json!(null)), None);
}

#[test]
fn nobody_is_named() {
    let told = format!("{:?}", told(JOURNEY).expect("the journey reads"));
    for personal in ["Alex", "Example Lane", "Sample City", "555", "4567"] {
        assert!(!told.contains(personal), "{personal} left the plugin: {told}");
    }
}
