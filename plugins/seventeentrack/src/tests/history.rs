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
        assert_eq!((answer.events[0].status, answer.events[0].code.as_deref()), (status, Some(code)));
        assert_eq!(status == Status::Unknown, code.starts_with("NotFound"), "{code}");
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
