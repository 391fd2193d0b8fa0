use super::*;

const STRANGE: &str = include_str!("../../replies/strange.json");

#[test]
fn fields_of_another_kind_cost_themselves_and_nothing_else() {
    let answer = told("70000000017", STRANGE).expect("a number that is a number");
    let lines: Vec<String> = answer.events.iter().map(line).collect();
    assert_eq!(
        lines,
        [
            "2026-11-20T13:45:00 - | out_for_delivery GTMS_DELIVERING | Out for delivery",
            "None | unknown GTMS_DRONE | Drone landed on the roof",
            "None | unknown - | Carrier update",
        ]
    );
    assert_eq!((answer.summary, answer.window, answer.destination), (None, None, None));
    assert_eq!((answer.handoffs, answer.facts), (Vec::new(), Vec::new()));
}

#[test]
fn where_the_list_is_missing_the_newest_event_stands_alone() {
    let answer = told("LP00700000000066", STRANGE).expect("the newest event");
    assert_eq!(answer.events.len(), 1);
    assert_eq!(answer.events[0].status, Status::LocalProcessing);
    let summary = answer.summary.expect("a token");
    assert_eq!((summary.status, summary.code.as_deref()), (Status::Unknown, Some("TELEPORTING")));
}

#[test]
fn of_two_entries_about_one_number_the_fuller_counts() {
    let answer = told("LP00700000000074", STRANGE).expect("two entries");
    assert_eq!(answer.events.len(), 1);
}

#[test]
fn a_repeated_event_is_told_as_often_as_cainiao_tells_it() {
    let event =
        r#"{ "timeStr": "2026-11-20 09:00:00", "timeZone": "GMT+8", "actionCode": "LH_ARRIVE", "desc": "Arrived" }"#;
    let body = format!(r#"{{ "module": [{{ "mailNo": "AE070000017", "detailList": [{event}, {event}] }}] }}"#);
    let events = told("AE070000017", &body).expect("two events").events;
    assert_eq!(events.len(), 2);
    assert_eq!(events[0], events[1]);
}

#[test]
fn huge_and_hostile_texts_are_read_as_text() {
    let huge = "9 <b>\u{202e}[".repeat(50_000);
    let body = serde_json::json!({ "module": [{
        "mailNo": "AE070000017", "realMailNo": huge, "copyRealMailNo": huge, "status": huge,
        "globalEtaInfo": { "deliveryMinTime": i64::MIN, "deliveryMaxTime": i64::MAX },
        "detailList": [
            { "time": i64::MAX, "timeZone": huge, "desc": huge, "standerdDesc": "[", "actionCode": huge },
            { "timeStr": huge, "desc": "【】x", "standerdDesc": "[17] x" },
        ],
    }]});
    let answer = told("AE070000017", &body.to_string()).expect("an answer");
    assert_eq!((answer.events.len(), answer.handoffs.len(), answer.window), (2, 0, None));
    for event in &answer.events {
        assert_eq!((event.status, &event.moment, &event.place), (Status::Unknown, &None, &None));
    }
}

#[test]
fn a_reply_cut_off_anywhere_is_read_or_refused() {
    let body = include_str!("../../replies/journey.json");
    let whole = told("LP00700000000017", body).expect("the whole");
    for end in (0..body.trim_end().len()).filter(|end| body.is_char_boundary(*end)).step_by(7) {
        match told("LP00700000000017", &body[..end]) {
            Ok(answer) => assert_eq!(answer, whole, "cut at {end}"),
            Err(failure) => assert_eq!(failure.kind, FailureKind::Unavailable, "cut at {end}: {}", failure.message),
        }
    }
}
