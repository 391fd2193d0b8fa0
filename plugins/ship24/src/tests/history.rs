//! What events mean, each beside the others.

use super::*;

fn event(code: Option<&str>, milestone: &str) -> Value {
    json!({ "statusCode": code, "statusMilestone": milestone, "status": "Words", "occurrenceDatetime": "2026-11-20T08:00:00" })
}

#[test]
fn every_code_has_its_meaning() {
    assert_eq!((codes::CODES.iter().count(), codes::SILENT.len(), codes::MILESTONES.iter().count()), (18, 2, 8));
    for (code, status) in codes::CODES.iter() {
        let answer = with_events(&json!([event(Some(code), "in_transit")]));
        assert_eq!((answer.events[0].status, answer.events[0].code.as_deref()), (status, Some(code)));
        assert_ne!(status, Status::Unknown, "{code}");
    }
    for (milestone, status) in codes::MILESTONES.iter() {
        let answer = with_events(&json!([event(None, milestone)]));
        assert_eq!((answer.events[0].status, answer.events[0].code.as_deref()), (status, None));
    }
}

#[test]
fn an_empty_code_is_none() {
    let answer = with_events(&json!([event(Some(" "), "delivered")]));
    assert_eq!((answer.events[0].status, answer.events[0].code.as_deref()), (Status::Delivered, None));
}

#[test]
fn a_code_that_is_not_listed_is_unknown_whatever_the_milestone() {
    let answer = with_events(&json!([event(Some("delivery_by_drone"), "delivered"), event(None, "paused")]));
    assert_eq!(statuses(&answer), ["unknown", "unknown"]);
    let codes: Vec<_> = answer.events.iter().map(|event| event.code.as_deref()).collect();
    assert_eq!(codes, [Some("delivery_by_drone"), Some("paused")], "somebody has to learn them");
    assert!(!answer.done);
}

#[test]
fn what_is_known_to_say_nothing_of_an_event_is_not_its_code() {
    let silent = ["data_delivery_decided", "data_delivery_proposed"].map(|code| event(Some(code), "failed_attempt"));
    let answer =
        with_events(&json!([silent[0], silent[1], event(None, "failed_attempt"), event(None, "failed_attempt")]));
    assert_eq!(statuses(&answer), ["unknown", "unknown", "unknown", "delivery_failed"]);
    // Nor does it become one, or cease to be, by what comes before it: the code is a part of what an event is known by.
    assert!(answer.events.iter().all(|event| event.code.is_none()));
}

#[test]
fn a_scan_after_an_attempt_is_no_second_attempt() {
    let answer = with_events(&json!([
        event(None, "failed_attempt"),
        event(Some("data_delivery_decided"), "failed_attempt"),
        event(Some("delivery_attempted"), "failed_attempt"),
        event(None, "out_for_delivery"),
        event(None, "in_transit"),
        event(None, "in_transit"),
        event(Some("data_delivery_proposed"), "info_received"),
    ]));
    assert_eq!(
        statuses(&answer),
        ["unknown", "unknown", "delivery_failed", "out_for_delivery", "in_transit", "in_transit", "registered"]
    );
}

#[test]
fn customs_in_the_country_of_origin_are_no_arrival() {
    let customs = ["customs_received", "customs_exception", "customs_cleared", "customs_rejected"];
    let read = |newer: Option<&str>, older: Option<&str>, courier: &str| -> Vec<&'static str> {
        let of = |code: &str| {
            let mut event = event(Some(code), "in_transit");
            event["courierCode"] = json!(courier);
            let neighbour = |code: Option<&str>| code.map(|code| self::event(Some(code), "in_transit"));
            let answer = with_events(&json!([neighbour(newer), event, neighbour(older)]));
            answer.events[usize::from(newer.is_some())].status.key()
        };
        customs.iter().map(|code| of(code)).collect()
    };
    let import = ["import_customs", "customs_hold", "customs_cleared", "exception"];
    assert_eq!(read(None, Some("destination_arrival"), "cn-post"), import);
    assert_eq!(read(None, Some("transit_origin_country_departure"), "cn-post"), import);
    assert_eq!(read(None, None, "us-post"), import, "the post of the destination told it");
    let export = ["export_customs", "exception", "export_customs", "exception"];
    assert_eq!(read(Some("transit_origin_country_departure"), None, "cn-post"), export);
    let unsaid = ["in_transit", "exception", "in_transit", "exception"];
    assert_eq!(read(None, None, "cn-post"), unsaid);
    assert_eq!(read(None, Some("transit_handover"), "fedex"), unsaid);
}

#[test]
fn what_is_delivered_on_its_way_back_is_returned() {
    let answer = with_events(&json!([
        event(Some("delivery_delivered"), "delivered"),
        event(Some("exception_return"), "exception"),
        event(Some("delivery_refused"), "failed_attempt"),
    ]));
    assert_eq!(statuses(&answer), ["returned", "returning", "not_delivered"]);
    let refused = [("return_reason".to_owned(), "refused".to_owned())];
    assert_eq!((answer.events[0].facts.as_slice(), answer.events[1].facts.as_slice()), (&refused[..], &refused[..]));
    assert!(answer.done);
    let answer = with_events(&json!([event(None, "delivered"), event(Some("exception_return"), "exception")]));
    assert_eq!(statuses(&answer), ["returned", "returning"]);
}

#[test]
fn words_tell_where_it_was_left_unless_they_name_two_places() {
    let left = |words: &str| {
        let mut event = event(Some("delivery_delivered"), "delivered");
        event["status"] = json!(words);
        with_events(&json!([event])).events.remove(0).facts.pop().map(|(_, value)| value)
    };
    assert_eq!(left("Delivered, Front Desk/Reception").as_deref(), Some("front_desk"));
    assert_eq!(left("Left with a neighbour").as_deref(), Some("neighbour"));
    assert_eq!(left("Left with a neighbor or at the front desk"), None);
    assert_eq!(left("ENTREGADO"), None);
}

#[test]
fn an_event_without_words_is_told_by_its_code() {
    let mut event = event(Some("delivery_attempted"), "failed_attempt");
    event["status"] = json!(" ");
    assert_eq!(with_events(&json!([event])).events[0].text, "delivery attempted");
}

#[test]
fn events_of_one_time_are_ordered_only_where_all_are_numbered() {
    let at = |words: &str, order: Option<i64>| {
        let mut event = event(None, "in_transit");
        (event["status"], event["order"]) = (json!(words), json!(order));
        event
    };
    let words =
        |events: Value| -> Vec<String> { with_events(&events).events.into_iter().map(|event| event.text).collect() };
    assert_eq!(words(json!([at("a", Some(1)), at("b", Some(3)), at("c", Some(2))])), ["b", "c", "a"]);
    assert_eq!(words(json!([at("a", Some(1)), at("b", None), at("c", Some(2))])), ["a", "b", "c"]);
}

#[test]
fn a_state_without_events_is_an_answer() {
    let body = json!({ "data": { "trackings": [{ "shipment": { "statusMilestone": "in_transit" }, "events": [] }] } });
    let answer = told(&body.to_string()).expect("a state");
    assert_eq!(
        answer.summary.map(|summary| (summary.status, summary.text)),
        Some((Status::InTransit, "in transit".into()))
    );
    assert!(answer.events.is_empty() && !answer.done);
}

#[test]
fn that_nobody_looks_any_more_is_told() {
    let body = json!({ "data": { "trackings": [{
        "tracker": { "trackerId": "t1", "trackingNumber": NUMBER, "isTracked": false },
        "events": [event(None, "in_transit")],
    }] } });
    let facts = told(&body.to_string()).expect("an answer").facts;
    assert_eq!(facts, [("tracking".into(), "Ship24 looks for no more news".into())]);
}

#[test]
fn what_ends_a_journey_is_told() {
    for (code, expected) in [
        ("exception_discarded", Some("destroyed")),
        ("customs_rejected", Some("import_refused")),
        ("customs_exception", None),
    ] {
        let answer = with_events(&json!([event(Some(code), "exception")]));
        let problem =
            answer.events[0].facts.iter().find(|(name, _)| name == "problem").map(|(_, value)| value.as_str());
        assert_eq!(problem, expected, "{code}");
    }
}
