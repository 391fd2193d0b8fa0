use super::*;

#[track_caller]
fn same(found: Result<Answer, Failure>, expected: FailureKind) -> Failure {
    let failure = found.expect_err("no answer");
    assert_eq!(failure.kind, expected, "{}", failure.message);
    assert!(!failure.message.ends_with('.'), "{}", failure.message);
    failure
}

/// What becomes of this reply to each of the two questions.
#[track_caller]
fn check(status: u16, body: &str, expected: FailureKind) -> Failure {
    let mut replay = Replay::<ChinaPost>::of();
    replay.on("POST", CHECK).reply(status, body);
    let first = same(replay.track_one(NUMBER), expected);
    assert_eq!(replay.requests().len(), 1, "the record is not asked for");
    assert_eq!(same(told_with(status, body), expected), first);
    first
}

fn refused(code: &str, words: &str) -> String {
    json!({ "code": code, "msg": words, "info": null }).to_string()
}

fn checked(info: Value) -> Result<Answer, Failure> {
    let mut replay = Replay::<ChinaPost>::of();
    replay.on("POST", CHECK).reply(200, &json!({ "code": "000000", "info": info }).to_string());
    replay.track_one(NUMBER)
}

#[test]
fn each_refusal_is_of_its_own_kind() {
    let bad_key = check(200, &refused("999999", "签名验证失败"), FailureKind::AuthFailed);
    assert!(bad_key.message.contains("signing_key in [carriers.china_post]"), "{}", bad_key.message);
    check(401, &refused("999999", "签名验证失败"), FailureKind::AuthFailed);
    check(200, &refused("200001", ""), FailureKind::Blocked);
    check(401, &refused("200002", "登录已过期"), FailureKind::Blocked);
    check(200, &refused("500", "请登录后再查询"), FailureKind::Blocked);
    check(200, &refused("600001", "输入有误"), FailureKind::Inconclusive);
    check(200, &refused("999999", "暂无物流信息"), FailureKind::Inconclusive);
    check(200, &refused("999999", "系统繁忙，请稍后再试"), FailureKind::Unavailable);
    let new = check(200, &refused("777777", "请致电 13812345678"), FailureKind::ChangedUpstream);
    assert!(!new.message.contains("138"), "{}", new.message);
}

#[test]
fn a_wall_is_a_block_in_each_of_its_forms() {
    for (status, body) in
        [(200, "<html><body>请完成滑块验证</body></html>"), (405, "<!DOCTYPE html><html>WAF</html>"), (403, "no")]
    {
        assert_eq!(check(status, body, FailureKind::Blocked).scope, Scope::Carrier);
    }
}

#[test]
fn what_the_service_says_of_itself() {
    check(401, "no", FailureKind::AuthFailed);
    check(401, "{}", FailureKind::AuthFailed);
    check(503, "<html>维护中</html>", FailureKind::Unavailable);
    check(404, "no such thing", FailureKind::ChangedUpstream);
    check(404, "{}", FailureKind::ChangedUpstream);
    // A server's own pages are no walls.
    check(401, "<html>Authorization Required</html>", FailureKind::AuthFailed);
    check(404, "<html>Not Found</html>", FailureKind::ChangedUpstream);
}

#[test]
fn no_key_is_asked_for_before_anything_is_sent() {
    let mut replay = Replay::<ChinaPost>::of();
    let failure = same(replay.without_secrets().track_one(NUMBER), FailureKind::NeedsCredential);
    assert_eq!((failure.scope, failure.needs), (Scope::Account, vec!["signing_key".to_owned()]));
    for part in ["signing_key in [carriers.china_post]", "destination's post", "aggregator"] {
        assert!(failure.message.contains(part), "{}", failure.message);
    }
    assert!(replay.requests().is_empty());
}

#[test]
fn digits_of_a_phone_cannot_be_sent_so_nobody_is_asked_for_them() {
    for info in [json!(2), json!("2")] {
        let failure = same(checked(info), FailureKind::Unsupported);
        assert!(failure.needs.is_empty());
        assert!(failure.message.contains("cannot send"), "{}", failure.message);
    }
}

#[test]
fn nothing_known_proves_nothing() {
    same(checked(json!(3)), FailureKind::Inconclusive);
    for info in [json!(null), json!({}), json!({ "mail": null }), json!({ "mail": {} }), json!("none")] {
        let body = json!({ "code": "000000", "info": info }).to_string();
        same(told(&body), FailureKind::Inconclusive);
    }
    same(record(json!({ "mailNo": "LX000000028CN", "stateDesc": "运送中" })), FailureKind::Inconclusive);
}

#[test]
fn a_record_without_scans_is_known_and_one_that_cannot_be_read_is_told() {
    same(record(json!({ "mailInfos": [], "receiverCountryName": "法国" })), FailureKind::NoScanYet);
    same(
        record(json!({ "mailInfos": null, "mailInfoCount": 0, "receiverCountryName": "法国" })),
        FailureKind::NoScanYet,
    );
    same(record(json!({ "mailInfos": "many", "mailInfoCount": 14 })), FailureKind::ChangedUpstream);
    same(record(json!({ "mailNo": null, "mailInfos": [{ "operationCode": "713" }] })), FailureKind::ChangedUpstream);
}

#[test]
fn anything_else_than_two_and_three_opens_the_record() {
    for info in [json!(1), json!(0), json!(null), json!("open"), json!({})] {
        let mut replay = Replay::<ChinaPost>::of();
        replay.on("POST", CHECK).reply(200, &json!({ "code": "000000", "info": info }).to_string());
        replay.on("POST", RECORD).reply(200, JOURNEY);
        assert!(replay.track_one(NUMBER).is_ok(), "{info}");
    }
}

#[test]
fn slow_down_says_for_how_long_and_the_rest_is_not_asked() {
    let mut replay = Replay::<ChinaPost>::of();
    replay.on("POST", CHECK).reply_with(429, &[("retry-after", "600")], "");
    for found in replay.track_all(&[NUMBER, "LX000000028CN"]) {
        let failure = same(found, FailureKind::RateLimited);
        assert_eq!(failure.retry_after_s, Some(600));
    }
    assert_eq!(replay.requests().len(), 1);
}

#[test]
fn no_network_is_unavailable() {
    let mut replay = Replay::<ChinaPost>::of();
    replay.on("POST", CHECK).fail("connect");
    same(replay.track_one(NUMBER), FailureKind::Unavailable);
}

#[test]
fn bodies_that_are_no_answer() {
    for (body, expected) in [
        ("", FailureKind::Unavailable),
        (r#"{ "code": "000000", "info": { "mail"#, FailureKind::Unavailable),
        ("OK", FailureKind::ChangedUpstream),
        ("17", FailureKind::ChangedUpstream),
        ("{}", FailureKind::ChangedUpstream),
        ("[]", FailureKind::ChangedUpstream),
    ] {
        check(200, body, expected);
    }
}

#[test]
fn a_number_that_could_break_out_of_the_question_is_not_asked() {
    let mut replay = Replay::<ChinaPost>::of();
    for number in ["LX\",\"a\":\"", "LX 1", "LX-1", "", &"9".repeat(41)] {
        same(replay.track_one(number), FailureKind::InvalidNumber);
    }
    assert!(replay.requests().is_empty());
}
