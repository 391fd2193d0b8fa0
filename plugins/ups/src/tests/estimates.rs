use super::*;

fn window(dates: &Value, time: &Value) -> Option<(Option<Moment>, Moment)> {
    let scan = json!({ "status": { "type": "I", "statusCode": "005" } });
    let fields = json!({ "activity": [scan], "deliveryDate": dates, "deliveryTime": time });
    packed(&fields).expect("an answer").window.map(|window| (window.earliest, window.latest))
}

fn clock(at: &str) -> Moment {
    Moment::Clock { at: at.into(), zone: None }
}

fn day(day: &str) -> Moment {
    Moment::Date(day.into())
}

#[test]
fn a_rescheduled_day_follows_the_scheduled_one_and_hours_have_no_zone() {
    let answer = asked("1ZW000000300000055", 200, SUREPOST).expect("with the post");
    let window = answer.window.expect("an estimate");
    assert_eq!(window.earliest, Some(clock("2026-11-22T11:15:00")));
    assert_eq!((window.latest, window.source.as_str()), (clock("2026-11-22T15:15:00"), "carrier"));
}

#[test]
fn every_kind_of_hours_is_read_and_midnight_means_the_day() {
    let scheduled = json!([{ "type": "SDD", "date": "20261121" }]);
    let on = |kind: &str, from: &str, to: &str| {
        window(&scheduled, &json!({ "type": kind, "startTime": from, "endTime": to })).expect("a window")
    };
    for kind in ["EDW", "CDW", "IDW"] {
        assert_eq!(on(kind, "91500", "131500"), (Some(clock("2026-11-21T09:15:00")), clock("2026-11-21T13:15:00")));
    }
    assert_eq!(on("CMT", "", "120000"), (None, clock("2026-11-21T12:00:00")));
    assert_eq!(on("EOD", "", ""), (None, day("2026-11-21")));
    assert_eq!(on("EOD", "", "190000"), (None, clock("2026-11-21T19:00:00")));
    assert_eq!(on("EOD", "000000", "000000"), (None, day("2026-11-21")));
    assert_eq!(on("EDW", "000000", "190000"), (None, clock("2026-11-21T19:00:00")));
    assert_eq!(on("EDW", "190000", "120000"), (None, clock("2026-11-21T12:00:00")), "hours that go back");
    assert_eq!(on("EDW", "noon", "evening"), (None, day("2026-11-21")));
    assert_eq!(on("XYZ", "080000", "090000"), (None, day("2026-11-21")), "hours of a kind nobody knows");
    assert_eq!(on("DEL", "", "090000"), (None, day("2026-11-21")), "the hour of a delivery is no estimate");
}

#[test]
fn without_a_day_there_is_no_window() {
    let hours = json!({ "type": "EDW", "startTime": "080000", "endTime": "090000" });
    assert_eq!(window(&json!([]), &hours), None);
    assert_eq!(window(&json!([{ "type": "SDD", "date": "soon" }]), &hours), None);
    assert_eq!(window(&json!([{ "type": "DEL", "date": "20261121" }]), &json!(null)), None);
    let two = json!([{ "type": "SDD", "date": "20261121" }, { "type": "RDD", "date": "string" }]);
    assert_eq!(window(&two, &json!(null)), Some((None, day("2026-11-21"))), "a day that does not read is none");
}

#[test]
fn a_parcel_on_its_way_back_is_not_expected() {
    let returning = json!({
        "activity": [{ "status": { "type": "X", "statusCode": "035" } }],
        "deliveryDate": [{ "type": "RDD", "date": "20261121" }],
    });
    assert_eq!(packed(&returning).expect("it goes back").window, None);
}

#[test]
fn until_when_it_waits_is_told_with_the_scan_that_says_so() {
    let told = |digits: &[&str], until: &str| -> Vec<usize> {
        let scans: Vec<Value> = digits.iter().map(|digits| json!({ "status": { "statusCode": digits } })).collect();
        let fields = json!({ "activity": scans, "accessPointInformation": { "pickupByDate": until } });
        let events = packed(&fields).expect("an answer").events;
        (0..events.len()).filter(|index| facts(&events[*index].facts) == [("pickup_until", "2026-11-30")]).collect()
    };
    assert_eq!(told(&["040", "022"], "20261130"), [0]);
    assert_eq!(told(&["018", "100", "022"], "2026-11-30"), [1]);
    assert_eq!(told(&["060"], "20261130"), [0]);
    assert!(told(&["011", "040"], "20261130").is_empty(), "it has been fetched");
    assert!(told(&["040"], "string").is_empty());
    assert!(told(&["005"], "20261130").is_empty());
}

#[test]
fn only_what_is_still_unpaid_is_due() {
    let due = |payment: Value| {
        let scan = json!({ "status": { "statusCode": "005" } });
        let answer = packed(&json!({ "activity": [scan, scan], "paymentInformation": [payment] })).expect("an answer");
        // A fact of the parcel would stay when it has been paid.
        assert!(answer.facts.is_empty() && answer.events[1].facts.is_empty());
        answer.events[0].facts.first().map(|(name, value)| format!("{name} {value}"))
    };
    assert_eq!(due(json!({ "amount": "243.5", "currency": "EUR", "paid": false })).as_deref(), Some("fee 243.5 EUR"));
    for payment in [
        json!({ "amount": "243.5", "currency": "EUR", "paid": true }),
        json!({ "amount": "243.5", "currency": "EUR" }),
        json!({ "amount": "0", "currency": "EUR", "paid": false }),
        json!({ "amount": "much", "currency": "EUR", "paid": false }),
        json!({ "amount": "5", "currency": "gold", "paid": false }),
    ] {
        assert_eq!(due(payment), None);
    }
}
