use super::*;

#[track_caller]
fn check(status: u16, body: &str, expected: FailureKind) {
    let failure = told_with(status, body).expect_err("no answer");
    assert_eq!(failure.kind, expected, "{}: {status} {body}", failure.message);
    assert!(!failure.message.ends_with('.'), "{}", failure.message);
}

fn returned(code: u16) -> String {
    format!(
        r#"{{ "returnCode": {code}, "returnMessage": "Call 01 23 45 67 89. Signed by A. EXEMPLE", "idShip": "{NUMBER}" }}"#
    )
}

#[test]
fn each_kind_of_having_no_answer_is_its_own() {
    for status in [200, 207, 404] {
        check(status, &returned(404), FailureKind::NotFound);
    }
    check(400, &returned(400), FailureKind::InvalidNumber);
    check(404, "no such resource", FailureKind::InvalidNumber);
    check(404, "", FailureKind::InvalidNumber);
    check(404, "<html>Not Found</html>", FailureKind::InvalidNumber);
    check(404, "<html>Please solve the CAPTCHA</html>", FailureKind::Blocked);
    check(401, r#"{ "code": "UNAUTHORIZED", "message": "unknown key" }"#, FailureKind::AuthFailed);
    check(200, r#"{ "code": "UNAUTHORIZED", "message": "unknown key" }"#, FailureKind::AuthFailed);
    check(200, &returned(429), FailureKind::RateLimited);
    check(200, &returned(500), FailureKind::Unavailable);
    check(200, &returned(418), FailureKind::ChangedUpstream);
    check(403, "<html>Access Denied</html>", FailureKind::Blocked);
    check(403, "", FailureKind::Blocked);
    check(403, r#"{ "code": "FORBIDDEN", "message": "no subscription" }"#, FailureKind::AuthFailed);
    check(503, "<html>Back soon</html>", FailureKind::Unavailable);
    check(429, "<html>Slow down</html>", FailureKind::RateLimited);
    let failure = told(&returned(418)).expect_err("a code from the future");
    assert!(failure.message.ends_with("Signed by …"), "{}", failure.message);
}

#[test]
fn slow_down_says_for_how_long() {
    let mut replay = Replay::<LaPoste>::of();
    replay.on("GET", &address(NUMBER)).reply_with(429, &[("retry-after", "60")], "{}");
    let failure = replay.track_one(NUMBER).expect_err("too many");
    assert_eq!((failure.kind, failure.retry_after_s), (FailureKind::RateLimited, Some(60)));
}

#[test]
fn no_key_is_asked_for_before_anything_is_sent() {
    let mut replay = Replay::<LaPoste>::of();
    let failure = replay.without_secrets().track_one(NUMBER).expect_err("no key");
    assert_eq!((failure.kind, failure.scope), (FailureKind::NeedsCredential, Scope::Account));
    assert!(replay.requests().is_empty());
}

#[test]
fn bodies_that_are_no_answer() {
    for (body, expected) in [
        ("", FailureKind::Unavailable),
        ("<!DOCTYPE html><html>We are down for maintenance</html>", FailureKind::Unavailable),
        (r#"{ "returnCode": 200, "shipment": { "idShip""#, FailureKind::Unavailable),
        ("OK", FailureKind::ChangedUpstream),
        ("17", FailureKind::ChangedUpstream),
        ("{}", FailureKind::ChangedUpstream),
        ("[]", FailureKind::Inconclusive),
        (r#"{ "returnCode": 200, "shipment": { "idShip": "6A00000000017" } }"#, FailureKind::ChangedUpstream),
        (r#"{ "returnCode": 200, "shipment": { "idShip": "6A00000000024", "event": [] } }"#, FailureKind::Inconclusive),
        (r#"{ "returnCode": 200, "shipment": { "idShip": "6A00000000017", "event": [] } }"#, FailureKind::NoScanYet),
    ] {
        check(200, body, expected);
    }
}

/// What each of several numbers is told, where La Poste answers so to all of them at once and so to each alone. Counts the
/// requests.
fn told_apart(together: (u16, &str), alone: &[(&str, u16, &str)]) -> (Vec<Option<FailureKind>>, usize) {
    let numbers: Vec<&str> = alone.iter().map(|(number, _, _)| *number).collect();
    let mut replay = Replay::<LaPoste>::of();
    replay.on("GET", &address(&numbers.join(","))).reply(together.0, together.1);
    for (number, status, body) in alone {
        replay.on("GET", &address(number)).reply(*status, body);
    }
    let found = replay.track_all(&numbers);
    let kinds = found.iter().map(|found| found.as_ref().err().map(|failure| failure.kind)).collect();
    (kinds, replay.requests().len())
}

#[test]
fn what_does_not_say_whose_it_is_is_told_of_one_number_only() {
    let nameless = r#"{ "returnCode": 200, "shipment": { "event": [{ "code": "DI1" }] } }"#;
    assert_eq!(told(nameless).expect("one was asked").events[0].status, Status::Delivered);
    let waits = r#"{ "returnCode": 200, "shipment": { "idShip": "6A00000000031", "event": [] } }"#;
    let alone = [(NUMBER, 200, JOURNEY), ("6A00000000031", 200, waits)];
    let expected = (vec![None, Some(FailureKind::NoScanYet)], 3);
    assert_eq!(told_apart((200, nameless), &alone), expected);
    assert_eq!(told_apart((207, &format!("[{waits}, {nameless}]")), &alone), expected);
}

#[test]
fn a_number_that_spoils_the_answer_does_not_spoil_those_of_others() {
    let refused = r#"{ "returnCode": 400, "idShip": "WRONG1" }"#;
    for together in [(404, ""), (400, refused), (404, refused), (200, refused), (400, r#"{ "returnCode": 400 }"#)] {
        for wrong in [(400, refused), (404, "")] {
            let (kinds, requests) = told_apart(together, &[(NUMBER, 200, JOURNEY), ("WRONG1", wrong.0, wrong.1)]);
            assert_eq!((kinds, requests), (vec![None, Some(FailureKind::InvalidNumber)], 3), "{together:?}");
        }
    }
    let both = format!(r#"[{refused}, {{ "returnCode": 404, "idShip": "{NUMBER}" }}]"#);
    let (kinds, requests) = told_apart((404, &both), &[(NUMBER, 200, JOURNEY), ("WRONG1", 404, "")]);
    assert_eq!((kinds, requests), (vec![Some(FailureKind::NotFound), Some(FailureKind::InvalidNumber)], 1));
}

#[test]
fn a_gate_that_knows_no_number_at_all_is_no_word_on_numbers() {
    let changed = vec![Some(FailureKind::ChangedUpstream); 2];
    for (status, body) in [(404, ""), (404, "no such resource"), (400, "bad request")] {
        assert_eq!(told_apart((404, ""), &[(NUMBER, status, body), ("WRONG1", 404, "")]), (changed.clone(), 3));
    }
    let refused = r#"{ "returnCode": 400 }"#;
    let (kinds, _) = told_apart((404, ""), &[("WRONG1", 404, ""), ("WRONG2", 400, refused)]);
    assert_eq!(kinds, [Some(FailureKind::InvalidNumber); 2], "one of them La Poste has read");
}

#[test]
fn a_full_batch_of_troubles_stays_within_the_requests_of_a_call() {
    let numbers: Vec<String> = (0..10).map(|no| format!("WRONG{no}")).collect();
    let refused = r#"{ "returnCode": 400 }"#;
    let alone: Vec<(&str, u16, &str)> = numbers.iter().map(|number| (number.as_str(), 400, refused)).collect();
    let (kinds, requests) = told_apart((400, refused), &alone);
    assert_eq!((kinds, requests), (vec![Some(FailureKind::InvalidNumber); 10], 11));
}

#[test]
fn a_refusal_that_concerns_all_ends_the_asking() {
    for (status, body, expected) in [
        (401, "", FailureKind::AuthFailed),
        (403, "<html>Access Denied</html>", FailureKind::Blocked),
        (429, "", FailureKind::RateLimited),
    ] {
        let alone = [(NUMBER, status, body), ("6A00000000031", 200, JOURNEY), ("WRONG1", 404, "")];
        assert_eq!(told_apart((404, ""), &alone), (vec![Some(expected); 3], 2));
        assert_eq!(told_apart((status, body), &alone), (vec![Some(expected); 3], 1));
    }
}

#[test]
fn a_number_that_is_no_path_is_not_asked() {
    let mut replay = Replay::<LaPoste>::of();
    replay.on("GET", &address(NUMBER)).reply(200, JOURNEY);
    let found = replay.track_all(&["../keys/1", NUMBER, "6A,6B"]);
    let kinds: Vec<_> = found.iter().map(|found| found.as_ref().err().map(|failure| failure.kind)).collect();
    assert_eq!(kinds, [Some(FailureKind::InvalidNumber), None, Some(FailureKind::InvalidNumber)]);
}

#[test]
fn fields_of_another_kind_cost_themselves_and_nothing_else() {
    let huge = "9 <b>\u{202e}".repeat(50_000);
    let body = serde_json::json!({
        "returnCode": "200",
        "shipment": {
            "idShip": NUMBER, "holder": {}, "product": ["x"], "estimDate": huge, "contextData": [1],
            "event": [null, "word", { "code": 5, "label": {}, "date": [] }, { "code": "MD2", "label": huge, "date": "soon" }],
        },
    });
    let answer = told(&body.to_string()).expect("an answer");
    let statuses: Vec<Status> = answer.events.iter().map(|event| event.status).collect();
    assert_eq!(statuses, [Status::Unknown, Status::OutForDelivery]);
    assert_eq!((answer.window, answer.facts, answer.origin), (None, Vec::new(), None));
}

#[test]
fn a_reply_cut_off_anywhere_is_read_or_refused() {
    let whole = told(JOURNEY).expect("the whole");
    for end in (0..JOURNEY.trim_end().len()).step_by(7) {
        match told(&JOURNEY[..end]) {
            Ok(answer) => assert_eq!(answer, whole, "cut at {end}"),
            Err(failure) => assert_eq!(failure.kind, FailureKind::Unavailable, "cut at {end}: {}", failure.message),
        }
    }
}
