use super::*;

#[track_caller]
fn check(status: u16, body: &str, expected: FailureKind) {
    let failure = told_with(status, body).expect_err("no answer");
    assert_eq!(failure.kind, expected, "{}: {status} {body}", failure.message);
    assert!(!failure.message.ends_with('.'), "{}", failure.message);
    assert_eq!(failure.http_status, Some(status), "{}", failure.message);
}

fn named(error: &str) -> String {
    format!(r#"{{ "status": 400, "error": "{error}", "message": "Call 600 700 800" }}"#)
}

#[test]
fn each_kind_of_having_no_answer_is_its_own() {
    for status in [200, 404] {
        check(status, NOT_FOUND, FailureKind::NotFound);
    }
    for details in
        [r#""status": "created", "tracking_details": []"#, r#""status": "created""#, r#""tracking_details": []"#]
    {
        check(200, &format!("{{ {details} }}"), FailureKind::NoScanYet);
    }
    check(
        200,
        r#"{ "tracking_number": "620000000000000000000024", "status": "delivered" }"#,
        FailureKind::Inconclusive,
    );
    check(200, &named("maintenance"), FailureKind::ChangedUpstream);
    check(400, &named("invalid_parameter"), FailureKind::ChangedUpstream);
    check(401, &named("token_invalid"), FailureKind::ChangedUpstream);
    check(403, &named("access_forbidden"), FailureKind::Blocked);
    check(403, "<html>Access Denied</html>", FailureKind::Blocked);
    check(404, "<html>No such page</html>", FailureKind::Unavailable);
    check(404, "{}", FailureKind::ChangedUpstream);
    check(404, "no route", FailureKind::ChangedUpstream);
    check(500, "<html>Error</html>", FailureKind::Unavailable);
    check(503, "", FailureKind::Unavailable);
}

#[test]
fn slow_down_says_for_how_long() {
    for body in ["{}", "<html>slow down</html>"] {
        let mut replay = Replay::<InPost>::of();
        replay.on("GET", &address(NUMBER)).reply_with(429, &[("retry-after", "120")], body);
        let failure = replay.track_one(NUMBER).expect_err("too many");
        assert_eq!((failure.kind, failure.retry_after_s), (FailureKind::RateLimited, Some(120)));
    }
}

#[test]
fn after_a_wall_the_other_numbers_are_not_asked() {
    let mut replay = Replay::<InPost>::of();
    replay.on("GET", &address(NUMBER)).reply(403, "<html>Access Denied</html>");
    let found = replay.track_all(&[NUMBER, "620000000000000000000024"]);
    assert!(found.iter().all(|found| found.as_ref().is_err_and(|failure| failure.kind == FailureKind::Blocked)));
    assert_eq!(replay.requests().len(), 1);
}

#[test]
fn what_is_no_number_of_inposts_is_not_asked() {
    let mut replay = Replay::<InPost>::of();
    for number in
        ["../statuses", "62000000000000000000001", "6200000000000000000000170", "62000000000000000000001X", "", "é"]
    {
        let failure = replay.track_one(number).expect_err("no number");
        assert_eq!(failure.kind, FailureKind::InvalidNumber, "{number}");
        assert!(failure.message.contains("24 digits"), "{}", failure.message);
    }
    assert!(replay.requests().is_empty());
}

#[test]
fn bodies_that_are_no_answer() {
    for (body, expected) in [
        ("", FailureKind::Unavailable),
        ("<!DOCTYPE html><html>We are down for maintenance</html>", FailureKind::Unavailable),
        ("<html>Please solve the CAPTCHA</html>", FailureKind::Blocked),
        (r#"{ "tracking_number": "62000"#, FailureKind::Unavailable),
        ("OK", FailureKind::ChangedUpstream),
        ("17", FailureKind::ChangedUpstream),
        ("{}", FailureKind::ChangedUpstream),
        ("[]", FailureKind::ChangedUpstream),
        (r#"{ "tracking_number": "620000000000000000000017" }"#, FailureKind::ChangedUpstream),
    ] {
        check(200, body, expected);
    }
}

#[test]
fn fields_of_another_kind_cost_themselves_and_nothing_else() {
    let huge = "9 <b>\u{202e}_".repeat(50_000);
    let body = serde_json::json!({
        "tracking_number": NUMBER, "service": {}, "status": [1], "custom_attributes": "locker",
        "tracking_details": [
            null, "word", {}, { "datetime": "2026-11-19T10:20:00.000+01:00" },
            { "status": 5, "agency": {}, "datetime": [] },
            { "status": huge, "agency": huge, "datetime": huge },
            { "status": "ready_to_pickup", "agency": null, "datetime": "soon" },
        ],
    });
    let answer = told(&body.to_string()).expect("an answer");
    let statuses: Vec<Status> = answer.events.iter().map(|event| event.status).collect();
    assert_eq!(statuses, [Status::Unknown, Status::Unknown, Status::AvailableForPickup]);
    assert!(answer.events.iter().all(|event| event.moment.is_none()));
    assert_eq!((answer.events[2].place.clone(), answer.facts, answer.summary), (None, Vec::new(), None));
}

#[test]
fn a_reply_cut_off_anywhere_is_read_or_refused() {
    let whole = told(WAITING).expect("the whole");
    for end in (0..WAITING.trim_end().len()).step_by(7) {
        match told(&WAITING[..end]) {
            Ok(answer) => assert_eq!(answer, whole, "cut at {end}"),
            Err(failure) => assert_eq!(failure.kind, FailureKind::Unavailable, "cut at {end}: {}", failure.message),
        }
    }
}
