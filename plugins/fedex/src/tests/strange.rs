use super::*;

#[test]
fn what_breaks_its_word_spoils_nothing_else() {
    let answer = ask("770000000015", include_str!("../../replies/strange.json")).expect("what can be read");
    assert_eq!(
        journey(&answer),
        [
            "unknown | never | -",
            "accepted | at 2026-11-18T16:00:00-06:00 | -",
            "accepted | at 2026-11-18T16:00:00-06:00 | -",
            "import_customs | at 2026-11-17T16:00:00-06:00 | -",
        ]
    );
    assert_eq!((answer.origin, answer.destination, answer.window, answer.summary), (None, None, None, None));
    assert!(answer.facts.is_empty() && !answer.done, "{:?}", answer.facts);
    let numbers: Vec<&str> = answer.handoffs.iter().map(|further| further.number.as_str()).collect();
    assert_eq!(numbers, ["12345678901"]);
}

#[test]
fn no_input_makes_it_panic() {
    for body in [
        include_str!("../../replies/journey.json"),
        include_str!("../../replies/held.json"),
        include_str!("../../replies/reused.json"),
        include_str!("../../replies/strange.json"),
    ] {
        // Cut anywhere, and values replaced by others of another type.
        for end in (0..body.trim_end().len()).step_by(41).filter(|end| body.is_char_boundary(*end)) {
            let found = ask("770000000015", &body[..end]);
            assert!(found.is_err_and(|failure| failure.kind == FailureKind::Unavailable), "cut at {end}");
        }
        for (from, to) in [("\": \"", "\": [\""), ("\": {", "\": {\"x\": 1}, \"y\": {"), ("202", "é"), ("null", "[[]]")]
        {
            let _ = ask("770000000015", &body.replace(from, to));
            let _ = ask("770000000015", &body.replace(from, to).replace("\",", "\"],"));
        }
    }
}

#[test]
fn huge_text_is_carried() {
    let long = "Delivered to a very long place ".repeat(10_000);
    let story = format!(r#"{{"scanEvents": [{{"eventType": "DL", "eventDescription": "{long}"}}]}}"#);
    let answer = ask("770000000015", &told("770000000015", &story)).expect("a long scan");
    assert_eq!((answer.events[0].status, answer.events[0].text.len()), (Status::Delivered, long.trim_end().len()));
}

#[test]
fn no_more_is_read_than_an_answer_can_hold() {
    let many = |what: &dyn Fn(u32) -> String, count| (0..count).map(what).collect::<Vec<String>>().join(", ");
    let numbers = many(&|index| format!(r#""{}""#, 770_000_000_000_u64 + u64::from(index)), 5000);
    let story = format!(
        r#"{{"scanEvents": [{{"eventType": "IT"}}], "additionalTrackingInfo": {{"packageIdentifiers": [
            {{"type": "PARTNER_CARRIER_NUMBER", "values": [{numbers}]}}]}}}}"#
    );
    let answer = ask("770000000015", &told("770000000015", &story)).expect("a story");
    assert_eq!(answer.handoffs.len(), 8);
    let same = |index| {
        format!(
            r#"{{"trackingNumberInfo": {{"trackingNumberUniqueId": "{index}"}}, "scanEvents": [{{"eventType": "IT"}}]}}"#
        )
    };
    let failure = ask("770000000015", &told("770000000015", &many(&same, 2000))).expect_err("many stories");
    assert_eq!((failure.kind, failure.choices.len()), (FailureKind::Ambiguous, 50));
    let ours = r#"{"trackingNumber": "770000000015", "trackResults": [{"scanEvents": [{"eventType": "IT"}]}]}"#;
    for (before, is_read) in [(29, true), (30, false)] {
        let others = many(&|index| format!(r#"{{"trackingNumber": "78{index}"}}"#), before);
        let body = format!(r#"{{"output": {{"completeTrackResults": [{others}, {ours}]}}}}"#);
        assert_eq!(ask("770000000015", &body).is_ok(), is_read, "after {before} others");
    }
}

#[test]
fn odd_numbers_are_no_trouble_to_recognise() {
    for number in ["", " ", "DT", "DTÄ", "ÄÖÜ", "96", "3", "34", "\u{0}"] {
        assert!(Replay::<Fedex>::of().recognize(number).is_empty(), "{number:?}");
    }
}
