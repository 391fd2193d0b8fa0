use super::*;

fn failure(status: u16, headers: &[(&str, &str)], body: &str) -> Failure {
    let mut replay = Replay::<Cainiao>::of();
    replay.on("GET", &address("LP00700000000017")).reply_with(status, headers, body);
    replay.track_one("LP00700000000017").expect_err("no answer")
}

#[track_caller]
fn check(body: &str, expected: FailureKind) {
    let failure = told("LP00700000000017", body).expect_err("no answer");
    assert_eq!(failure.kind, expected, "{}: {body}", failure.message);
}

#[test]
fn a_captcha_is_a_block_in_each_of_its_forms() {
    let page = include_str!("../../replies/captcha.html");
    let refused = r#"{ "ret": ["FAIL_SYS_USER_VALIDATE", "RGV587_ERROR::SM"], "data": {} }"#;
    for (status, headers, body) in [
        (200, vec![("content-type", "text/html"), ("bxpunish", "1")], page),
        (200, vec![("content-type", "text/html")], page),
        (403, vec![("bxpunish", "1")], ""),
        (302, vec![("location", "https://global.cainiao.com/_____tmd_____/punish?x5secdata=1")], ""),
        (200, vec![("content-type", "application/json")], refused),
        (200, vec![("content-type", "application/json")], r#"{ "success": false, "errorCode": "RGV587_ERROR" }"#),
    ] {
        let failure = failure(status, &headers, body);
        assert_eq!((failure.kind, failure.scope), (FailureKind::Blocked, Scope::Carrier), "{status} {headers:?}");
        assert_eq!(failure.retry_after_s, Some(21_600));
    }
}

#[test]
fn a_header_that_says_there_is_no_block_is_none() {
    let body = r#"{ "success": true, "module": [{ "mailNo": "LP00700000000017", "mailNoSource": "EXTERNAL", "detailList": [] }] }"#;
    assert_eq!(failure(200, &[("bxpunish", "0")], body).kind, FailureKind::NotFound);
}

#[test]
fn what_the_service_says_of_itself() {
    assert_eq!(failure(503, &[], "").kind, FailureKind::Unavailable);
    let slow = failure(429, &[("retry-after", "90")], "");
    assert_eq!((slow.kind, slow.retry_after_s), (FailureKind::RateLimited, Some(90)));
    assert_eq!(failure(403, &[], "no").kind, FailureKind::Blocked);
    assert_eq!(failure(410, &[], "gone").kind, FailureKind::ChangedUpstream);
    check(r#"{ "success": false, "errorCode": "SYSTEM_BUSY", "errorMsg": "try later" }"#, FailureKind::Unavailable);
    check(r#"{ "success": false }"#, FailureKind::Unavailable);
    let message =
        told("AE070000017", r#"{ "success": false, "errorMsg": "try &amp; try" }"#).expect_err("none").message;
    assert_eq!(message, "Cainiao could not look anything up: try & try");
}

#[test]
fn no_network_is_unavailable() {
    let mut replay = Replay::<Cainiao>::of();
    replay.on("GET", &address("LP00700000000017")).fail("connect");
    assert_eq!(replay.track_one("LP00700000000017").expect_err("no network").kind, FailureKind::Unavailable);
}

#[test]
fn bodies_that_are_no_answer() {
    for (body, expected) in [
        ("", FailureKind::Unavailable),
        ("<html><body>System maintenance</body></html>", FailureKind::Unavailable),
        (r#"{ "success": true, "module": [{ "mailNo": "LP0070"#, FailureKind::Unavailable),
        ("service moved", FailureKind::ChangedUpstream),
        (r#"jsonp({ "module": [] })"#, FailureKind::ChangedUpstream),
        ("[]", FailureKind::ChangedUpstream),
        ("{}", FailureKind::ChangedUpstream),
        (r#"{ "success": true, "module": "none" }"#, FailureKind::ChangedUpstream),
        (r#"{ "success": true, "module": [{ "status": "SIGN" }] }"#, FailureKind::ChangedUpstream),
        (r#"{ "success": true, "module": [{ "mailNo": "LP00700000000017" }] }"#, FailureKind::ChangedUpstream),
    ] {
        check(body, expected);
    }
}

#[test]
fn known_unknown_and_left_out_are_told_apart() {
    let entry =
        |fields: &str| format!(r#"{{ "success": true, "module": [{{ "mailNo": "LP00700000000017"{fields} }}] }}"#);
    check(&entry(r#", "mailNoSource": "EXTERNAL", "detailList": []"#), FailureKind::NotFound);
    check(&entry(r#", "detailList": []"#), FailureKind::NotFound);
    check(&entry(r#", "mailNoSource": "AE", "detailList": []"#), FailureKind::NoScanYet);
    check(r#"{ "success": true, "module": [] }"#, FailureKind::Inconclusive);
    let other = entry(r#", "status": "SIGN""#).replace("LP00700000000017", "LP00700000000099");
    check(&other, FailureKind::Inconclusive);
}

#[test]
fn a_number_with_a_comma_never_reaches_the_list() {
    let mut replay = Replay::<Cainiao>::of();
    for number in ["LP00700000000017,LP00700000000025", "LP-0070", ""] {
        assert_eq!(replay.track_one(number).expect_err("not a number").kind, FailureKind::InvalidNumber);
    }
    assert!(replay.requests().is_empty());
}

#[test]
fn one_blocked_question_is_every_parcels_failure() {
    let mut replay = Replay::<Cainiao>::of();
    replay.on("GET", &address("LP00700000000017,LP00700000000025")).reply(200, "<html>captcha</html>");
    let found = replay.track_all(&["LP00700000000017", "LP00700000000025", "LP-0070"]);
    let kinds: Vec<FailureKind> = found.into_iter().map(|found| found.expect_err("blocked").kind).collect();
    assert_eq!(kinds, [FailureKind::Blocked, FailureKind::Blocked, FailureKind::InvalidNumber]);
}
