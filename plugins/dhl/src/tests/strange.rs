use super::*;

#[test]
fn what_breaks_its_word_spoils_nothing_else() {
    let answer = ask("2233445561", include_str!("../../replies/strange.json")).expect("what can be read");
    assert_eq!(
        journey(&answer),
        [
            "unknown | never | -",
            "unknown | never | -",
            "accepted | clock 2026-11-18T16:00:00 | -",
            "accepted | clock 2026-11-18T16:00:00 | -"
        ]
    );
    assert_eq!(answer.events[0].text, "The shipment went elsewhere");
    assert_eq!((answer.events[1].code.as_deref(), answer.events[1].text.as_str()), (Some("ZZ"), "ZZ"));
    assert_eq!((answer.origin, answer.destination, answer.window, answer.summary), (None, None, None, None));
    assert_eq!(answer.facts, [("service".into(), "express".into()), ("pieces".into(), "2".into())]);
    assert!(answer.handoffs.is_empty() && !answer.done);
}

#[test]
fn no_input_makes_it_panic() {
    let bodies = [
        include_str!("../../replies/express.json"),
        include_str!("../../replies/benelux_return.json"),
        include_str!("../../replies/shared.json"),
        include_str!("../../replies/strange.json"),
    ];
    for body in bodies {
        // Cut anywhere, and every value replaced by one of another type.
        for end in (0..body.len()).step_by(37).filter(|end| body.is_char_boundary(*end)) {
            let found = ask("2233445561", &body[..end]);
            assert!(found.is_err_and(|failure| failure.kind == FailureKind::Unavailable), "cut at {end}");
        }
        for (from, to) in [("\": \"", "\": [\""), ("\": {", "\": {\"x\": 1}, \"y\": {"), ("202", "é"), ("null", "[[]]")]
        {
            let _ = ask("2233445561", &body.replace(from, to));
            let _ = ask("2233445561", &body.replace(from, to).replace("\",", "\"],"));
        }
    }
}

#[test]
fn huge_text_is_carried_and_not_copied_many_times() {
    let long = "Delivered to a very long place ".repeat(10_000);
    let event = event("express", &format!(r#"{{"statusCode": "delivered", "description": "{long}"}}"#));
    assert_eq!(event.status, Status::Delivered);
    assert_eq!(event.text.len(), long.trim_end().len());
}

#[test]
fn odd_numbers_are_asked_as_they_are() {
    for number in ["", " ", "ÄÖÜ", "J", "3S", "3S€€€€€", "420", "42000000000000000000000000€00", "GM", "J\u{0}"]
    {
        let _ = Replay::<Dhl>::of().recognize(number);
    }
    assert!(ask("0", r#"{"shipments": [{"id": "00", "events": [{"statusCode": "transit"}]}]}"#).is_ok());
}
