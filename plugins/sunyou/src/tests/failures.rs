use serde_json::json;

use super::*;

#[track_caller]
fn check(status: u16, body: &str, expected: FailureKind) {
    let failure = told_with(status, body).expect_err("no answer");
    assert_eq!(failure.kind, expected, "{}: {status} {body}", failure.message);
    assert!(!failure.message.ends_with('.'), "{}", failure.message);
}

#[test]
fn each_kind_of_having_no_answer_is_its_own() {
    let kind = |fields: serde_json::Value| entry(&fields).expect_err("no answer").kind;
    assert_eq!(kind(json!({ "has": false, "displayStatus": "0" })), FailureKind::NotFound);
    assert_eq!(kind(json!({ "has": false, "lastStatus": "209" })), FailureKind::NotFound);
    assert_eq!(kind(json!({ "result": { "origin": { "items": [] } } })), FailureKind::NoScanYet);
    assert_eq!(kind(json!({ "has": null })), FailureKind::ChangedUpstream);
    assert_eq!(kind(json!({ "orderNo": "SYTS000000024" })), FailureKind::Inconclusive);
    check(200, r#"searchCallback({"data":[],"message":"success","status":1})"#, FailureKind::Inconclusive);
    check(200, r#"searchCallback({"data":null,"message":"busy","status":0})"#, FailureKind::Unavailable);
    check(200, r#"searchCallback({"data":null,"message":"success","status":1})"#, FailureKind::ChangedUpstream);
    check(404, "", FailureKind::ChangedUpstream);
}

#[test]
fn a_status_counts_before_the_page_that_comes_with_it() {
    check(404, "<html><body>404 Not Found</body></html>", FailureKind::ChangedUpstream);
    check(429, "<html><body>429 Too Many Requests</body></html>", FailureKind::RateLimited);
    check(502, "<html>Bad Gateway</html>", FailureKind::Unavailable);
    for (status, body) in
        [(401, "<html>Authorization Required</html>"), (401, ""), (403, "<html>Access Denied</html>"), (403, "no")]
    {
        check(status, body, FailureKind::Blocked);
        let message = told_with(status, body).expect_err("shut").message;
        assert!(message.starts_with("SunYou refuses the question"), "{message}");
    }
}

#[test]
fn a_page_for_people_is_a_wall_unless_it_says_that_it_will_be_back() {
    check(200, "<html><body>Please solve the captcha</body></html>", FailureKind::Blocked);
    check(405, "<html><body>Please solve the captcha</body></html>", FailureKind::Blocked);
    check(200, "<!DOCTYPE html><html><script>check(navigator)</script></html>", FailureKind::Blocked);
    check(200, "<!DOCTYPE html><html>We are down for maintenance</html>", FailureKind::Unavailable);
    let failure = told_with(200, "<html>Hello</html>").expect_err("a page");
    assert_eq!((failure.scope, failure.http_status), (Scope::Carrier, Some(200)));
}

#[test]
fn slow_down_says_for_how_long_and_ends_the_asking() {
    let mut replay = Replay::<SunYou>::of();
    replay.on("GET", &address(NUMBER)).reply_with(429, &[("retry-after", "90")], "");
    let found = replay.track_all(&[NUMBER, "SYTS000000024"]);
    for found in found {
        let failure = found.expect_err("too many");
        assert_eq!((failure.kind, failure.retry_after_s), (FailureKind::RateLimited, Some(90)));
    }
    assert_eq!(replay.requests().len(), 1);
}

#[test]
fn bodies_that_are_no_answer() {
    for (body, expected) in [
        ("", FailureKind::Unavailable),
        ("searchCall", FailureKind::Unavailable),
        ("searchCallback()", FailureKind::Unavailable),
        (
            r#"searchCallback({"data":[{"orderNo":"SYTS000000017","lastContent":"at the door (left"#,
            FailureKind::Unavailable,
        ),
        (r#"searchCallback({"data":[{"lastContent":"at the (back) door"#, FailureKind::Unavailable),
        ("OK", FailureKind::ChangedUpstream),
        ("17", FailureKind::ChangedUpstream),
        ("{}", FailureKind::ChangedUpstream),
        ("[]", FailureKind::ChangedUpstream),
        ("searchCallback(17)", FailureKind::ChangedUpstream),
        ("searchCallback(back soon)", FailureKind::ChangedUpstream),
        ("sorry (see below) ", FailureKind::ChangedUpstream),
    ] {
        check(200, body, expected);
    }
}

#[test]
fn json_that_lost_its_wrapping_is_read_all_the_same() {
    let bare = JOURNEY.trim().trim_start_matches("searchCallback(").trim_end_matches(')');
    let whole = told_with(200, JOURNEY).expect("the whole");
    assert_eq!(told_with(200, bare).expect("bare JSON"), whole);
    assert_eq!(told_with(200, &format!("\n/**/ anyName ({bare});\n")).expect("another callback"), whole);
}

#[test]
fn a_number_that_is_none_is_not_asked() {
    let mut replay = Replay::<SunYou>::of();
    replay.on("GET", &address(NUMBER)).reply(200, JOURNEY);
    let long = "S".repeat(41);
    let found = replay.track_all(&["SYTS000000017,SYTS000000024", NUMBER, "SY&x=1", "", &long, "SYÄÖ000000017"]);
    let kinds: Vec<_> = found.iter().map(|found| found.as_ref().err().map(|failure| failure.kind)).collect();
    let invalid = Some(FailureKind::InvalidNumber);
    assert_eq!(kinds, [invalid, None, invalid, invalid, invalid, invalid]);
    assert_eq!(replay.requests().len(), 1);
}

#[test]
fn fields_of_another_kind_cost_themselves_and_nothing_else() {
    let huge = "9 <b>\u{202e}(".repeat(50_000);
    let answer = entry(&json!({
        "orderNo": 17, "has": "yes", "lastStatus": {}, "lastContent": huge, "orgCountry": 86, "dstCountry": "ZZ",
        "trackingNumber": [huge], "carrierName": {},
        "result": { "origin": { "items": [
            null, "word", { "status": 209, "content": {}, "createTime": [], "timeZone": 8, "office": 17 },
            { "status": [], "content": huge, "createTime": "soon" },
        ] }, "more": "none", "odd": [1] },
    }));
    // A number that is a number is still another one than ours.
    assert_eq!(answer.expect_err("another number").kind, FailureKind::Inconclusive);
    let answer = entry(&json!({
        "orderNo": {}, "has": "yes", "lastStatus": {}, "dstCountry": "ZZ", "trackingNumber": huge, "carrierName": {},
        "result": { "origin": { "items": [
            null, "word", { "status": 209, "content": {}, "createTime": [], "timeZone": 8, "office": 17 },
            { "status": [], "content": huge, "createTime": "soon", "timeZone": huge },
        ] }, "more": "none", "odd": [1] },
    }))
    .expect("an answer without a name");
    assert_eq!(answer.events.len(), 2);
    assert_eq!((answer.events[0].status, &answer.events[0].moment), (Status::Unknown, &None));
    assert_eq!(line(&answer.events[1]), "- | delivered 209 |  @ 17 [-]");
    assert_eq!((answer.summary, answer.destination, answer.facts), (None, None, Vec::new()));
    assert!(answer.handoffs.is_empty());
}

#[test]
fn a_reply_cut_off_anywhere_is_read_or_refused() {
    let whole = told_with(200, JOURNEY).expect("the whole");
    for end in (0..JOURNEY.trim_end().len()).step_by(7) {
        match told_with(200, &JOURNEY[..end]) {
            Ok(answer) => assert_eq!(answer, whole, "cut at {end}"),
            Err(failure) => assert_eq!(failure.kind, FailureKind::Unavailable, "cut at {end}: {}", failure.message),
        }
    }
}
