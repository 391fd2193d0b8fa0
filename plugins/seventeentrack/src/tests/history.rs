//! What events mean, each beside the others.

use super::*;

fn event(sub_status: Option<&str>, stage: Option<&str>) -> Value {
    json!({ "sub_status": sub_status, "stage": stage, "description": "Words", "time_utc": "2026-11-20T08:00:00Z" })
}

#[test]
fn every_code_has_its_meaning() {
    use codes::{OLD_STATES, STAGES, SUB_STATUSES};
    assert_eq!((SUB_STATUSES.iter().count(), STAGES.iter().count(), OLD_STATES.iter().count()), (30, 9, 7));
    for (code, status) in SUB_STATUSES.iter() {
        let answer = with_events(&json!([event(Some(code), None)]));
        assert_eq!(status == Status::Unknown, code.starts_with("NotFound"), "{code}");
        // What is known to say nothing is no code that somebody has to learn.
        let kept = Some(code).filter(|code| !code.starts_with("NotFound"));
        assert_eq!((answer.events[0].status, answer.events[0].code.as_deref()), (status, kept));
    }
    for (stage, status) in STAGES.iter() {
        let answer = with_events(&json!([event(None, Some(stage))]));
        assert_eq!((answer.events[0].status, answer.events[0].code.as_deref()), (status, Some(stage)));
    }
}

#[test]
fn a_code_that_is_not_listed_is_unknown() {
    let answer = with_events(&json!([event(Some("Delivered_ByDrone"), Some("Delivered")), event(None, None)]));
    assert_eq!(statuses(&answer), ["unknown", "unknown"]);
    assert_eq!(answer.events[0].code.as_deref(), Some("Delivered_ByDrone"));
    assert!(!answer.done);
}

#[test]
fn a_stage_says_more_than_a_vague_state() {
    let answer = with_events(&json!([
        event(Some("Exception_Other"), Some("AvailableForPickup")),
        event(Some("Exception_Other"), None),
        event(Some("InTransit_Other"), Some("PickedUp")),
    ]));
    assert_eq!(statuses(&answer), ["available_for_pickup", "exception", "accepted"]);
}

#[test]
fn customs_in_the_country_of_origin_are_no_arrival() {
    let customs = |newer: Option<&str>, older: Option<&str>, country: Option<&str>| -> Vec<&'static str> {
        ["InTransit_CustomsProcessing", "InTransit_CustomsReleased", "InTransit_CustomsRequiringInformation"]
            .map(|code| {
                let mut customs = event(Some(code), None);
                customs["address"] = json!({ "country": country });
                let answer = with_events(&json!([
                    newer.map(|code| event(Some(code), None)),
                    customs,
                    older.map(|code| event(Some(code), None)),
                ]));
                answer.events[usize::from(newer.is_some())].status.key()
            })
            .to_vec()
    };
    let import = ["import_customs", "customs_cleared", "customs_hold"];
    let export = ["export_customs", "export_customs", "customs_hold"];
    assert_eq!(customs(None, None, None), import);
    assert_eq!(customs(None, Some("InTransit_Departure"), None), import);
    assert_eq!(customs(Some("InTransit_Departure"), None, None), export);
    assert_eq!(customs(Some("InTransit_Arrival"), Some("InTransit_Departure"), None), import);
    assert_eq!(customs(None, None, Some("CN")), export);
    assert_eq!(customs(Some("InTransit_Departure"), None, Some("US")), import);
}

#[test]
fn what_is_delivered_on_its_way_back_is_returned() {
    let answer = with_events(&json!([
        event(Some("Delivered_Other"), None),
        event(Some("Exception_Returning"), None),
        event(Some("DeliveryFailure_Rejected"), None),
    ]));
    assert_eq!(statuses(&answer), ["returned", "returning", "not_delivered"]);
    let reason =
        |event: &Event| event.facts.iter().find(|(name, _)| name == "return_reason").map(|(_, value)| value.clone());
    assert_eq!(
        (reason(&answer.events[0]).as_deref(), reason(&answer.events[1]).as_deref()),
        (Some("refused"), Some("refused"))
    );
    assert!(answer.done);
}

/// An event whose time is told in one field only.
fn told_at(sub_status: &str, field: &str, told: Value) -> Value {
    let mut event = json!({ "sub_status": sub_status, "description": "Words" });
    event[field] = told;
    event
}

fn utc(sub_status: &str, told: &str) -> Value {
    told_at(sub_status, "time_utc", json!(told))
}

/// An event that has only the carrier's own date and time.
fn raw(sub_status: &str, date: &str, time: &str) -> Value {
    told_at(sub_status, "time_raw", json!({ "date": date, "time": time }))
}

fn of_carriers(carriers: &[&[Value]]) -> Answer {
    let providers: Vec<Value> = carriers.iter().map(|events| json!({ "events": events })).collect();
    told_with(200, &info(&json!({ "tracking": { "providers": providers } }))).expect("the events read")
}

#[test]
fn an_event_that_only_the_carriers_own_clock_dates_stays_where_the_carrier_has_it() {
    let in_transit = || utc("InTransit_Other", "2026-11-19T08:00:00Z");
    for (newest, before, expected) in [
        (
            raw("AvailableForPickup_Other", "2026-11-20", "18:00"),
            utc("OutForDelivery_Other", "2026-11-20T07:00:00Z"),
            ["available_for_pickup", "out_for_delivery", "in_transit"],
        ),
        (
            raw("Delivered_Other", "2026-11-20", "13:00"),
            utc("Exception_Returning", "2026-11-20T10:00:00Z"),
            ["returned", "returning", "in_transit"],
        ),
        // West of Greenwich, where the clocks are behind.
        (
            raw("Delivered_Other", "2026-11-20", "13:12"),
            utc("OutForDelivery_Other", "2026-11-20T15:21:00Z"),
            ["delivered", "out_for_delivery", "in_transit"],
        ),
        // A clock that nobody reads, and a date alone.
        (
            raw("Delivered_Other", "today", "at noon"),
            utc("OutForDelivery_Other", "2026-11-20T15:21:00Z"),
            ["delivered", "out_for_delivery", "in_transit"],
        ),
        (
            told_at("Delivered_Other", "time_raw", json!({ "date": "2026-11-20" })),
            utc("OutForDelivery_Other", "2026-11-20T15:21:00Z"),
            ["delivered", "out_for_delivery", "in_transit"],
        ),
        (
            utc("Delivered_Other", "2026-11-20T20:12:00"),
            utc("OutForDelivery_Other", "2026-11-20T15:21:00Z"),
            ["delivered", "out_for_delivery", "in_transit"],
        ),
        (
            told_at("Delivered_Other", "time_iso", json!("2026-11-20T13:12:00-07:00")),
            utc("OutForDelivery_Other", "2026-11-20T15:21:00Z"),
            ["delivered", "out_for_delivery", "in_transit"],
        ),
    ] {
        let answer = of_carriers(&[&[newest, before, in_transit()]]);
        assert_eq!(statuses(&answer), expected);
        assert_eq!(answer.done, expected[0] == "delivered" || expected[0] == "returned", "{expected:?}");
    }
}

#[test]
fn events_of_two_carriers_are_one_row_whatever_clocks_they_have() {
    let first = [
        utc("InTransit_Other", "2026-11-20T18:00:00Z"),
        raw("InTransit_Departure", "2026-11-12", "23:00"),
        utc("InTransit_PickedUp", "2026-11-08T08:58:00Z"),
        json!({ "sub_status": "InfoReceived" }),
    ];
    // The newest clock of the second carrier goes like the ones before it, seven hours behind.
    let second = [
        raw("Delivered_Other", "2026-11-20", "11:30"),
        told_at("OutForDelivery_Other", "time_iso", json!("2026-11-20T08:21:00-07:00")),
        // Wrong by a day, or on a clock far in the east: it cannot be newer than what comes after it.
        raw("InTransit_Arrival", "2026-11-21", "04:00"),
        utc("InTransit_Other", "2026-11-12T20:00:00Z"),
    ];
    let answer = of_carriers(&[&first, &second]);
    assert_eq!(
        statuses(&answer),
        [
            "delivered",
            "in_transit",
            "out_for_delivery",
            "arrived_destination",
            "departed_origin",
            "in_transit",
            "accepted",
            "registered"
        ]
    );
    assert!(answer.done);
}

#[test]
fn a_clock_keeps_what_the_carrier_told_and_an_offset_is_only_a_hint() {
    let moment = |iso: Option<&str>, utc: Option<&str>, raw: Option<(&str, Option<&str>, Option<&str>)>| {
        let raw = raw.map(|(date, time, zone)| json!({ "date": date, "time": time, "timezone": zone }));
        let event = json!({ "time_iso": iso, "time_utc": utc, "time_raw": raw, "description": "Words" });
        line(&with_events(&json!([event])).events[0]).split(" | ").next().map(str::to_owned).expect("a moment")
    };
    let iso = Some("2022-09-01T08:47:00+01:00");
    assert_eq!(moment(iso, None, None), "2022-09-01T08:47:00 +01:00");
    assert_eq!(
        moment(iso, Some("2022-09-01T07:47:00Z"), Some(("2022-09-01", Some("08:47:00"), None))),
        "2022-09-01T08:47:00 +01:00"
    );
    assert_eq!(
        moment(None, None, Some(("2022-09-01", Some("8:47 PM"), Some("Europe/Berlin")))),
        "2022-09-01T20:47:00 Europe/Berlin"
    );
    assert_eq!(moment(None, None, Some(("2022-09-01", None, None))), "2022-09-01");
    assert_eq!(moment(Some("2022-09-01T00:00:00+02:00"), None, Some(("2022-09-01", None, None))), "2022-09-01");
    assert_eq!(moment(iso, None, Some(("1 September", Some("morning"), None))), "2022-09-01T08:47:00 +01:00");
    assert_eq!(moment(None, Some("2022-09-01T07:47:00Z"), None), "2022-09-01T07:47:00Z");
    assert_eq!(moment(None, Some("2026-09-01T07:47:00"), None), "2026-09-01T07:47:00Z");
    assert_eq!(moment(Some("soon"), Some("later"), None), "-");
}

#[test]
fn a_place_is_a_town_where_no_other_is_told_and_never_a_street() {
    let place = |address: Value| {
        let event = json!({ "description": "Words", "address": address });
        with_events(&json!([event])).events.remove(0).place.map(|place| (place.text, place.country))
    };
    let town = json!({ "country": "US", "state": "CA", "city": "Sample City", "street": "17 Example Lane" });
    assert_eq!(place(town), Some(("Sample City, CA".into(), Some("US".into()))));
    assert_eq!(place(json!({ "country": "US", "street": "17 Example Lane" })), Some(("US".into(), Some("US".into()))));
    assert_eq!(place(json!({ "street": "17 Example Lane", "country": "Narnia" })), None);
}

#[test]
fn an_event_without_words_is_told_by_its_code() {
    let mut event = event(Some("InTransit_CustomsRequiringInformation"), None);
    event["description"] = Value::Null;
    assert_eq!(with_events(&json!([event])).events[0].text, "In transit: customs requiring information");
    assert_eq!(with_events(&json!([{}])).events[0].text, "no words");
}

#[test]
fn a_state_without_events_is_an_answer() {
    let body = info(&json!({ "latest_status": { "status": "InTransit", "sub_status": "InTransit_Other" } }));
    let answer = told_with(200, &body).expect("a state");
    let summary = answer.summary.expect("a state");
    assert_eq!((summary.status, summary.text.as_str()), (Status::InTransit, "In transit"));
    assert!(answer.events.is_empty() && !answer.done);
}

#[test]
fn what_ends_a_journey_or_wants_an_address_is_told() {
    for (code, expected) in [
        ("Exception_Destroyed", Some("destroyed")),
        ("DeliveryFailure_InvalidAddress", Some("address")),
        ("DeliveryFailure_NoBody", None),
    ] {
        let told = info(&json!({ "tracking": { "providers": [{ "events": [event(Some(code), None)] }] } }));
        let told = told_with(200, &told).expect("an answer").events.remove(0);
        let problem = told.facts.iter().find(|(name, _)| name == "problem").map(|(_, value)| value.as_str());
        assert_eq!(problem, expected, "{code}");
    }
}
