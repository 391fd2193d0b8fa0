use super::*;

#[track_caller]
fn check(status: u16, body: &str, expected: FailureKind) -> Failure {
    let failure = told_with(status, body).expect_err("no answer");
    assert_eq!(failure.kind, expected, "{}: {status} {body}", failure.message);
    assert!(!failure.message.ends_with('.'), "{}", failure.message);
    failure
}

#[track_caller]
fn check_entry(entry_told: Value, expected: FailureKind) {
    let failure = entry(entry_told.clone()).expect_err("no answer");
    assert_eq!(failure.kind, expected, "{}: {entry_told}", failure.message);
}

#[test]
fn known_unknown_and_left_out_are_told_apart() {
    check(200, &UNKNOWN.replace("4PX3000000000031CN", NUMBER), FailureKind::NotFound);
    check_entry(json!({ "serverCode": null, "tracks": null }), FailureKind::NotFound);
    check_entry(json!({ "serverCode": null, "tracks": [], "status": 0 }), FailureKind::NotFound);
    check_entry(json!({ "ctStartCode": "CN", "ctEndCode": "AT", "tracks": null }), FailureKind::NoScanYet);
    check_entry(json!({ "serverCode": NUMBER, "ctEndCode": "AT", "tracks": [] }), FailureKind::NoScanYet);
    check(200, UNKNOWN, FailureKind::Inconclusive);
    check(200, r#"{ "result": 1, "data": [] }"#, FailureKind::Inconclusive);
    check(200, r#"{ "result": 1, "data": null }"#, FailureKind::Inconclusive);
}

#[test]
fn what_the_service_says_of_itself() {
    let app_key = r#"{ "result": "0", "msg": "no", "errors": [{ "errorCode": "000013", "errorMsg": "app_key" }] }"#;
    let refused = check(200, app_key, FailureKind::AuthFailed);
    assert!(refused.message.contains("[carriers.fourpx]"), "{}", refused.message);
    let busy = r#"{ "result": 0, "errors": [{ "errorCode": "000001", "errorMsg": "Call 01 23 45 67 89" }] }"#;
    let busy = check(200, busy, FailureKind::Unavailable);
    assert_eq!(busy.message, "4PX could not look anything up (000001)");
    check(200, r#"{ "result": 0, "message": "系统繁忙" }"#, FailureKind::Unavailable);
    check(200, r#"{ "result": 0, "errors": [{ "errorCode": "<b>no</b>" }] }"#, FailureKind::Unavailable);
    check(503, "<html>Back soon</html>", FailureKind::Unavailable);
    check(404, "no such thing", FailureKind::ChangedUpstream);
}

#[test]
fn a_wall_is_a_block_in_each_of_its_forms() {
    for (status, body) in [
        (200, "<html><body>Please solve the CAPTCHA</body></html>"),
        (403, "<html><body>Access Denied</body></html>"),
        (403, r#"{ "message": "forbidden" }"#),
        (401, r#"{ "message": "login" }"#),
    ] {
        let failure = check(status, body, FailureKind::Blocked);
        assert_eq!((failure.scope, failure.http_status), (Scope::Carrier, Some(status)));
    }
}

#[test]
fn slow_down_says_for_how_long_and_the_rest_is_not_asked() {
    let mut replay = Replay::<FourPx>::of();
    replay.on("POST", ADDRESS).reply_with(429, &[("retry-after", "600")], "");
    for found in replay.track_all(&[NUMBER, "4PX3000000000024CN"]) {
        let failure = found.expect_err("too many");
        assert_eq!((failure.kind, failure.retry_after_s), (FailureKind::RateLimited, Some(600)));
    }
    assert_eq!(replay.requests().len(), 1);
}

#[test]
fn no_network_is_unavailable() {
    let mut replay = Replay::<FourPx>::of();
    replay.on("POST", ADDRESS).fail("connect");
    assert_eq!(replay.track_one(NUMBER).expect_err("no network").kind, FailureKind::Unavailable);
}

#[test]
fn bodies_that_are_no_answer() {
    for (body, expected) in [
        ("", FailureKind::Unavailable),
        ("<!DOCTYPE html><html>We are down for maintenance</html>", FailureKind::Unavailable),
        (r#"{ "result": 1, "data": [{ "queryCode": "4PX3"#, FailureKind::Unavailable),
        ("OK", FailureKind::ChangedUpstream),
        ("17", FailureKind::ChangedUpstream),
        ("{}", FailureKind::ChangedUpstream),
        ("[]", FailureKind::ChangedUpstream),
        (r#"{ "result": 1, "data": [{ "tracks": [] }] }"#, FailureKind::ChangedUpstream),
    ] {
        check(200, body, expected);
    }
}

#[test]
fn a_number_that_could_break_out_of_the_question_is_not_asked() {
    let mut replay = Replay::<FourPx>::of();
    for number in ["4PX\",\"4PX", "4PX 1", "4PX-1", "", &"4".repeat(41)] {
        let failure = replay.track_one(number).expect_err("not a number");
        assert_eq!(failure.kind, FailureKind::InvalidNumber, "{number}");
    }
    assert!(replay.requests().is_empty());
}
