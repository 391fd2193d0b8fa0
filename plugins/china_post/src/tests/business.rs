use super::*;

/// The address of a contract. A replay grants the descriptor's hosts only, so it stands on one of them.
pub(super) const ADDRESS: &str = "https://ec.ems.com.cn/querypush-twswn/mailTrack/queryMailTrackWn/plus";

pub(super) const JOURNEY: &str = include_str!("../../replies/business.json");

/// A replay for an operator with a contract.
pub(super) fn contracted() -> Replay<ChinaPost> {
    let mut replay = Replay::<ChinaPost>::of();
    replay.setting("customer", " SAMPLE ").setting("business_url", ADDRESS);
    replay
}

pub(super) fn told_with(status: u16, body: &str) -> Result<Answer, Failure> {
    let mut replay = contracted();
    replay.on("POST", ADDRESS).reply(status, body);
    replay.track_one(NUMBER)
}

#[track_caller]
fn check(status: u16, body: &str, expected: FailureKind) -> Failure {
    let failure = told_with(status, body).expect_err("no answer");
    assert_eq!(failure.kind, expected, "{}: {status} {body}", failure.message);
    failure
}

#[test]
fn a_customer_sees_every_scan() {
    let answer = told_with(200, JOURNEY).expect("the record reads");
    assert_eq!(
        lines(&answer),
        [
            "2026-11-21T11:42:00 - | delivered 463 | 【法国】已妥投 @ 法国 [FR]",
            "2026-11-20T10:05:00 - | delivery_failed 542 | 【法国】未妥投 @ 法国 [FR]",
            "2026-11-07T20:15:00 - | departed_origin 457 | 航空公司启运 @ -",
            "2026-11-06T02:10:00 Asia/Shanghai | origin_processing 713 | 邮件到达【示例处理中心】 @ 示例处理中心 [CN]",
            "2026-11-05T17:03:22 Asia/Shanghai | unknown 203 | 示例市揽投部已收件 @ 示例市揽投部 [CN]",
        ]
    );
    let places: Vec<Option<&str>> =
        answer.events.iter().map(|event| event.place.as_ref()?.locality.as_deref()).collect();
    assert_eq!(places, [None, None, None, Some("示例市"), Some("示例市")]);
    assert_eq!((answer.origin.as_deref(), answer.done), (Some("CN"), true));
}

#[test]
fn the_question_is_signed_with_the_key_of_the_contract() {
    let mut replay = contracted();
    replay.on("POST", ADDRESS).reply(200, JOURNEY);
    replay.now("2026-11-21T17:05:09.123456Z").track_one(NUMBER).expect("the record reads");
    let Body::Text(form) = &replay.sent()[0].body else { panic!("no form") };
    assert_eq!(
        form.split('&').collect::<Vec<_>>(),
        [
            "sendID=SAMPLE",
            "proviceNo=99",
            "msgKind=SAMPLE_JDPT_TRACE",
            "serialNo=0001020304050607",
            "sendDate=20261122010509",
            "receiveID=JDPT",
            "batchNo=999",
            "dataType=1",
            // Worked out by other means, with the key that the replay gives to every profile.
            "dataDigest=NzExMTNjNjk0MDYxZGM5YTAzYWQzNzUwNzExMjUzN2I%3D",
            "msgBody=%7B%22traceNo%22%3A%22LX000000014CN%22%7D",
        ]
    );
}

#[test]
fn half_a_contract_says_what_is_missing() {
    for (given, missing) in [("customer", "business_url"), ("business_url", "customer")] {
        let mut replay = Replay::<ChinaPost>::of();
        let failure = replay.setting(given, ADDRESS).track_one(NUMBER).expect_err("half a contract");
        assert_eq!(failure.kind, FailureKind::NeedsCredential);
        assert_eq!(failure.needs, [missing]);
        assert!(failure.message.contains(&format!("set {missing} in [carriers.china_post.settings]")));
        assert!(replay.requests().is_empty());
    }
    let mut replay = Replay::<ChinaPost>::of();
    replay.setting("customer", " ").setting("business_url", "");
    replay.on("POST", CHECK).reply(200, OPEN);
    replay.on("POST", RECORD).reply(200, super::JOURNEY);
    assert!(replay.track_one(NUMBER).is_ok(), "empty settings are none");
}

#[test]
fn a_contract_without_its_key_or_its_grant_is_not_asked() {
    let mut replay = contracted();
    let failure = replay.without_secrets().track_one(NUMBER).expect_err("no key");
    assert_eq!((failure.kind, failure.needs), (FailureKind::NeedsCredential, vec!["business_key".to_owned()]));
    assert!(failure.message.contains("business_key in [carriers.china_post.secrets]"), "{}", failure.message);
    let mut replay = contracted();
    replay.setting("business_url", "http://contract.example/query");
    let failure = replay.track_one(NUMBER).expect_err("not granted");
    assert!(failure.message.contains("hosts in [carriers.china_post]"), "{}", failure.message);
    assert!(replay.requests().is_empty());
}

#[test]
fn each_kind_of_having_no_answer_is_its_own() {
    let refused =
        |words: &str| json!({ "responseState": false, "errorDesc": words, "responseItems": null }).to_string();
    let bad_key = check(200, &refused("签名验证失败"), FailureKind::AuthFailed);
    assert!(bad_key.message.contains("business_key"), "{}", bad_key.message);
    check(200, &refused("暂无物流信息"), FailureKind::Inconclusive);
    check(200, &refused("系统繁忙"), FailureKind::Unavailable);
    let new = check(200, &refused("请致电 13812345678"), FailureKind::ChangedUpstream);
    assert!(new.message.contains("business_key") && !new.message.contains("138"), "{}", new.message);
    check(200, r#"{ "responseState": true, "responseItems": [] }"#, FailureKind::Inconclusive);
    check(
        200,
        r#"{ "responseState": true, "responseItems": [{ "traceNo": "LX000000028CN" }] }"#,
        FailureKind::Inconclusive,
    );
    check(200, "<html>登录</html>", FailureKind::Blocked);
    check(401, "no", FailureKind::AuthFailed);
    check(429, "", FailureKind::RateLimited);
    check(502, "", FailureKind::Unavailable);
    check(200, "", FailureKind::Unavailable);
    for body in ["OK", "17", "{}", "[]", r#"{ "responseItems": [] }"#] {
        check(200, body, FailureKind::ChangedUpstream);
    }
}

#[test]
fn an_item_need_not_repeat_the_number() {
    let item = json!({ "opCode": "704", "opName": 5, "opTime": {}, "opOrgCity": [] });
    let body = json!({ "responseState": "true", "responseItems": item }).to_string();
    let answer = told_with(200, &body).expect("one scan");
    assert_eq!(lines(&answer), ["- | delivered 704 | 5 @ -"]);
}
