use serde_json::json;

use super::*;

#[track_caller]
fn check(told: Result<Answer, Failure>, expected: FailureKind) {
    let failure = told.expect_err("no answer");
    assert_eq!(failure.kind, expected, "{}", failure.message);
    assert!(!failure.message.ends_with('.'), "{}", failure.message);
}

#[track_caller]
fn check_page(status: u16, body: &str, expected: FailureKind) {
    check(shown_with(status, body), expected);
}

#[track_caller]
fn check_merchant(status: u16, body: &str, expected: FailureKind) {
    check(told_of(NUMBER, status, body), expected);
}

#[test]
fn the_page_says_in_two_places_that_it_does_not_know_a_number() {
    let page = NOT_FOUND.replace(UNKNOWN, NUMBER);
    check_page(200, &page, FailureKind::NotFound);
    check_page(200, &page.replace("No information was found", "Please try later"), FailureKind::Inconclusive);
    check_page(200, &page.replace("查询不到", "未知"), FailureKind::Inconclusive);
    check_page(200, NOT_FOUND, FailureKind::Inconclusive);
    check_page(200, &without_scans(PAGE).replace("3SYTW0000017", "-"), FailureKind::NoScanYet);
}

#[test]
fn a_page_without_a_result_names_the_word_that_may_have_changed() {
    for (status, body) in [
        (200, FORM),
        (200, "illegal request"),
        (200, "<script>alert('no')</script>"),
        (302, ""),
        (400, r#"{ "msg": "sign" }"#),
        (401, "sign"),
        (403, "sign"),
    ] {
        let failure = shown_with(status, body).expect_err("no result");
        assert_eq!(failure.kind, FailureKind::ChangedUpstream, "{status} {body}");
        assert!(failure.message.ends_with("set word in [carriers.yanwen.settings]"), "{}", failure.message);
        assert_eq!(failure.http_status, Some(status));
    }
}

#[test]
fn a_wall_is_a_wall_and_a_passing_trouble_passes() {
    check_page(403, "<html>Access Denied</html>", FailureKind::Blocked);
    check_page(200, "<html>Please solve the captcha</html>", FailureKind::Blocked);
    check_page(403, "", FailureKind::Blocked);
    check_page(502, "<html>Bad Gateway</html>", FailureKind::Unavailable);
    check_page(200, "<!DOCTYPE html><html>We are down for maintenance</html>", FailureKind::Unavailable);
    check_page(200, "<html>系统维护中</html>", FailureKind::Unavailable);
    check_page(404, "<html>Not Found</html>", FailureKind::ChangedUpstream);
    let mut replay = Replay::<Yanwen>::of();
    let elsewhere = [("location", "https://track.yw56.com.cn/captcha?back=1")];
    replay.without_secrets().on("POST", &form(NUMBER, DIGEST)).reply_with(302, &elsewhere, "");
    check(replay.track_one(NUMBER), FailureKind::Blocked);
    let mut replay = Replay::<Yanwen>::of();
    replay.without_secrets().on("POST", &form(NUMBER, DIGEST)).fail("timeout");
    check(replay.track_one(NUMBER), FailureKind::Unavailable);
}

#[test]
fn slow_down_says_for_how_long_and_ends_the_asking() {
    let mut replay = Replay::<Yanwen>::of();
    replay.without_secrets().on("POST", &form(NUMBER, DIGEST)).reply_with(429, &[("retry-after", "90")], "");
    let others: Vec<String> = (0..5).map(|i| format!("UJ00000010{i}YP")).collect();
    let numbers: Vec<&str> = std::iter::once(NUMBER).chain(others.iter().map(String::as_str)).collect();
    for found in replay.track_all(&numbers) {
        let failure = found.expect_err("too many");
        assert_eq!(
            (failure.kind, failure.scope, failure.retry_after_s),
            (FailureKind::RateLimited, Scope::Carrier, Some(90))
        );
    }
    assert_eq!(replay.requests().len(), 1);
}

#[test]
fn bodies_that_are_no_page() {
    for (body, expected) in [
        ("", FailureKind::Unavailable),
        (" \n", FailureKind::Unavailable),
        ("<!DOCTYPE html><html><body><div", FailureKind::Unavailable),
        ("OK", FailureKind::ChangedUpstream),
        ("17", FailureKind::ChangedUpstream),
        ("{}", FailureKind::ChangedUpstream),
        ("[]", FailureKind::ChangedUpstream),
    ] {
        check_page(200, body, expected);
    }
}

#[test]
fn bodies_that_are_no_answer_of_the_interface() {
    for (body, expected) in [
        ("", FailureKind::Unavailable),
        (r#"{ "code": 0, "result": [{ "tracking"#, FailureKind::Unavailable),
        ("<html><body>Back soon</body></html>", FailureKind::Unavailable),
        ("OK", FailureKind::ChangedUpstream),
        ("17", FailureKind::ChangedUpstream),
        ("{}", FailureKind::ChangedUpstream),
        ("[]", FailureKind::ChangedUpstream),
        (r#"{ "code": 0, "message": "success", "data": [] }"#, FailureKind::ChangedUpstream),
        (r#"{ "code": 0, "message": "success", "result": [] }"#, FailureKind::NotFound),
        (r#"{ "code": 0, "result": [{ "tracking_number": "UJ000000028YP" }] }"#, FailureKind::Inconclusive),
        (r#"{ "code": 0, "result": [{ "number": "UJ000000014YP" }] }"#, FailureKind::ChangedUpstream),
    ] {
        check_merchant(200, body, expected);
    }
}

#[test]
fn a_refusal_of_the_interface_has_its_own_kind() {
    for (status, body, expected) in [
        (401, "", FailureKind::AuthFailed),
        (403, r#"{ "code": 403 }"#, FailureKind::AuthFailed),
        (200, r#"{ "code": 401, "message": "no" }"#, FailureKind::AuthFailed),
        (200, r#"{ "code": "1001", "message": "Authorization is required" }"#, FailureKind::AuthFailed),
        (200, r#"{ "code": 1, "message": "商户号不存在", "result": null }"#, FailureKind::AuthFailed),
        (200, r#"{ "code": 429 }"#, FailureKind::RateLimited),
        (200, r#"{ "code": 500, "message": "secret words" }"#, FailureKind::Unavailable),
        (200, r#"{ "code": 7, "message": "secret words", "result": [] }"#, FailureKind::ChangedUpstream),
        (401, "<html>Authorization Required</html>", FailureKind::AuthFailed),
        (403, "<html>Access Denied</html>", FailureKind::Blocked),
        (429, "", FailureKind::RateLimited),
        (429, "<html>Too Many Requests</html>", FailureKind::RateLimited),
        (503, "<html>Back soon</html>", FailureKind::Unavailable),
        (404, "", FailureKind::ChangedUpstream),
        (404, "<html>Not Found</html>", FailureKind::ChangedUpstream),
    ] {
        let failure = told_of(NUMBER, status, body).expect_err("refused");
        assert_eq!(failure.kind, expected, "{status} {body}");
        assert!(!failure.message.contains("secret words"), "{}", failure.message);
    }
    let failure = told_of(NUMBER, 401, "").expect_err("refused");
    assert!(failure.message.contains("[carriers.yanwen]"), "{}", failure.message);
    assert_eq!((failure.scope, failure.http_status), (Scope::Account, Some(401)));
}

#[test]
fn a_number_that_is_none_is_not_asked() {
    let mut replay = Replay::<Yanwen>::of();
    replay.on("GET", &list(&[NUMBER])).reply(200, BATCH);
    let long = "U".repeat(41);
    let found = replay.track_all(&["UJ000000014YP,UJ000000028YP", NUMBER, "UJ&cyp=1", "", &long, "ÜJ000000014YP"]);
    let kinds: Vec<_> = found.iter().map(|found| found.as_ref().err().map(|failure| failure.kind)).collect();
    let invalid = Some(FailureKind::InvalidNumber);
    assert_eq!(kinds, [invalid, None, invalid, invalid, invalid, invalid]);
    let mut replay = Replay::<Yanwen>::of();
    check(replay.track_one("../x"), FailureKind::InvalidNumber);
    assert!(replay.requests().is_empty());
}

#[test]
fn fields_of_another_kind_cost_themselves_and_nothing_else() {
    let huge = "9 <b>\u{202e}（".repeat(50_000);
    let body = json!({ "code": "0", "message": 17, "result": [null, "word", {
        "tracking_number": NUMBER, "waybill_number": 17, "exchange_number": huge, "tracking_status": {},
        "origin_country": huge, "destination_country": ["FR"],
        "checkpoints": [null, "word", { "time_stamp": {}, "time_zone": 8, "tracking_status": 40, "message": [], "location": {} },
            { "time_stamp": huge, "time_zone": huge, "tracking_status": huge, "message": huge, "location": huge }],
    }]});
    let answer = told_of(NUMBER, 200, &body.to_string()).expect("an answer");
    assert_eq!(line(&answer.events[0]), "- | unknown 40 |  @ -");
    assert_eq!((answer.events.len(), answer.events[1].status, &answer.events[1].moment), (2, Status::Unknown, &None));
    assert_eq!((answer.summary, answer.origin, answer.destination), (None, None, None));
    assert!(answer.handoffs.is_empty());
    let old = json!({
        "code": 0, "state": [], "waybill_number": NUMBER, "origin_items": "none", "destin_items": { "message": 5 },
    });
    let answer = told_of(NUMBER, 200, &old.to_string()).expect("one event");
    assert_eq!(lines(&answer), ["- | unknown - | 5 @ -"]);
}

#[test]
fn hostile_pages_are_read_as_pages() {
    let huge = "<dd><div class=\"cz_r\"><h6>9 \u{202e}【<b>".repeat(20_000);
    let page = PAGE.replace("<dl>", &format!("<dl>{huge}"));
    assert!(shown_with(200, &page).is_ok());
    let open = format!("<html>{}", "<p class='cx_lb' name=wcdhA value".repeat(20_000));
    check_page(200, &open, FailureKind::Unavailable);
    check_page(200, &"<".repeat(100_000), FailureKind::ChangedUpstream);
    check_page(200, &format!("{}</html>", "<script>".repeat(20_000)), FailureKind::ChangedUpstream);
    check_page(200, &"<script></script><style></style>".repeat(50_000), FailureKind::ChangedUpstream);
    check_page(200, &"<div><h6><!--".repeat(100_000), FailureKind::ChangedUpstream);
}

#[test]
fn a_page_cut_off_anywhere_is_read_or_refused() {
    let whole = shown_with(200, PAGE).expect("the whole");
    for end in (0..PAGE.trim_end().len()).filter(|end| PAGE.is_char_boundary(*end)).step_by(7) {
        match shown_with(200, &PAGE[..end]) {
            Ok(answer) => assert_eq!(answer, whole, "cut at {end}"),
            Err(failure) => assert_eq!(failure.kind, FailureKind::Unavailable, "cut at {end}: {}", failure.message),
        }
    }
}

#[test]
fn an_answer_cut_off_anywhere_is_read_or_refused() {
    for (number, body) in [(NUMBER, BATCH), ("AA000000017YR", OLD)] {
        let whole = told_of(number, 200, body).expect("the whole");
        for end in (0..body.trim_end().len()).filter(|end| body.is_char_boundary(*end)).step_by(7) {
            match told_of(number, 200, &body[..end]) {
                Ok(answer) => assert_eq!(answer, whole, "cut at {end}"),
                Err(failure) => assert_eq!(failure.kind, FailureKind::Unavailable, "cut at {end}: {}", failure.message),
            }
        }
    }
}
