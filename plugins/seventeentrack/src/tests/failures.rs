use super::*;

#[track_caller]
fn check(found: Result<Answer, Failure>, expected: FailureKind) -> Failure {
    let failure = found.expect_err("no answer");
    assert_eq!(failure.kind, expected, "{}", failure.message);
    assert!(!failure.message.ends_with('.') && !failure.message.contains("Words"), "{}", failure.message);
    failure
}

fn whole(code: i64) -> String {
    json!({ "code": code, "data": { "errors": [{ "code": code, "message": "Words." }] } }).to_string()
}

#[test]
fn a_refusal_of_the_whole_question_is_told_by_its_code_or_its_status() {
    use FailureKind::{AuthFailed, Blocked, ChangedUpstream, RateLimited, Unavailable};
    for (status, body, expected) in [
        (401, whole(-18_010_002), AuthFailed),
        (200, whole(-18_010_002), AuthFailed),
        (403, whole(-18_010_001), AuthFailed),
        (200, whole(-18_010_004), AuthFailed),
        (200, whole(-18_010_005), AuthFailed),
        (200, whole(-18_010_003), Unavailable),
        (429, whole(429), RateLimited),
        (200, whole(429), RateLimited),
        (200, whole(-18_010_013), ChangedUpstream),
        (200, whole(-18_010_014), ChangedUpstream),
        (200, whole(-77), ChangedUpstream),
        (401, String::new(), AuthFailed),
        (403, "{}".to_owned(), AuthFailed),
        (429, "Too many requests".to_owned(), RateLimited),
        // A code may only repeat the status.
        (401, whole(401), AuthFailed),
        (403, whole(403), AuthFailed),
        (404, whole(404), ChangedUpstream),
        (500, whole(500), Unavailable),
        (503, whole(503), Unavailable),
        (200, whole(401), AuthFailed),
        (200, whole(503), Unavailable),
        (200, whole(200), ChangedUpstream),
        (403, "<html><body>Access Denied</body></html>".to_owned(), Blocked),
        (200, "<!DOCTYPE html><title>Please solve this captcha</title>".to_owned(), Blocked),
        (404, "{}".to_owned(), ChangedUpstream),
        (500, String::new(), Unavailable),
        (503, "<html>Back soon</html>".to_owned(), Unavailable),
        (200, "{}".to_owned(), ChangedUpstream),
        (200, r#"{"code":0,"data":{}}"#.to_owned(), ChangedUpstream),
        (200, r#"{"code":0,"data":{"accepted":[{"#.to_owned(), Unavailable),
        (200, "tracked".to_owned(), ChangedUpstream),
        (200, String::new(), Unavailable),
    ] {
        let failure = check(told_with(status, &body), expected);
        assert_eq!(failure.http_status, Some(status), "{body}");
    }
}

#[test]
fn what_is_wrong_with_one_number_is_not_said_of_a_whole_question() {
    use FailureKind::{ChangedUpstream, RateLimited, Unavailable};
    for code in [
        -18_010_012,
        -18_010_018,
        -18_010_019,
        -18_010_020,
        -18_010_022,
        -18_019_808,
        -18_019_902,
        -18_019_903,
        -18_019_909,
        -18_019_910,
        -18_019_911,
    ] {
        let failure = check(told_with(200, &whole(code)), ChangedUpstream);
        assert!(
            failure.message.contains(&code.to_string()) && !failure.message.contains("\"\""),
            "{}",
            failure.message
        );
    }
    for (code, expected) in [(-18_019_815, Unavailable), (-18_019_907, RateLimited), (-18_019_908, RateLimited)] {
        assert_eq!(check(told_with(200, &whole(code)), expected).scope, Scope::Parcel);
    }
}

#[test]
fn a_refused_key_is_named_with_the_way_out() {
    let failure = check(told_with(401, &whole(-18_010_002)), FailureKind::AuthFailed);
    assert!(failure.message.contains("api_key in [carriers.seventeentrack]"), "{}", failure.message);
    assert_eq!(failure.scope, Scope::Account);
    let failure = check(told_with(403, &whole(-18_010_001)), FailureKind::AuthFailed);
    assert!(failure.message.contains("add the daemon's address"), "{}", failure.message);
}

#[test]
fn a_missing_key_is_told_before_anything_is_sent() {
    let mut replay = Replay::<SeventeenTrack>::of();
    let failure = check(replay.without_secrets().track_one(NUMBER), FailureKind::NeedsCredential);
    assert!(failure.message.contains("api_key"), "{}", failure.message);
    assert!(replay.requests().is_empty());
}

#[test]
fn every_listed_error_code_of_a_number_has_its_kind() {
    use FailureKind::{
        ChangedUpstream, Inconclusive, InvalidNumber, NeedsInput, RateLimited, Unavailable, Unsupported,
    };
    let odd = [
        -18_010_010,
        -18_010_011,
        -18_010_013,
        -18_010_014,
        -18_010_015,
        -18_010_016,
        -18_010_201,
        -18_010_202,
        -18_010_203,
        -18_010_204,
        -18_010_205,
        -18_010_206,
        -18_019_801,
        -18_019_802,
        -18_019_803,
        -18_019_804,
        -18_019_805,
        -18_019_806,
        -18_019_807,
        -18_019_809,
        -18_019_810,
        -18_019_811,
        -18_019_817,
        -18_019_818,
        -18_019_912,
    ];
    for code in odd {
        let failure = check(told_with(200, &rejected(code)), ChangedUpstream);
        assert!(failure.message.contains(": ") && failure.message.contains(&code.to_string()), "{}", failure.message);
    }
    for (code, expected) in [
        (-18_010_003, Unavailable),
        (-18_010_012, InvalidNumber),
        (-18_010_018, NeedsInput),
        (-18_010_019, NeedsInput),
        (-18_010_020, NeedsInput),
        (-18_010_022, NeedsInput),
        (-18_019_808, Inconclusive),
        (-18_019_815, Unavailable),
        (-18_019_816, Unavailable),
        (-18_019_903, NeedsInput),
        (-18_019_907, RateLimited),
        (-18_019_908, RateLimited),
        (-18_019_909, Inconclusive),
        (-18_019_910, NeedsInput),
        (-18_019_911, Unsupported),
    ] {
        let failure = check(told_with(200, &rejected(code)), expected);
        assert!(
            failure.message.contains(NUMBER) || matches!(expected, RateLimited | Unavailable),
            "{}",
            failure.message
        );
    }
}

#[test]
fn what_stands_in_the_way_of_one_number_does_not_stop_the_others() {
    for code in [-18_019_907, -18_019_908, -18_010_003] {
        let failure = told_with(200, &rejected(code)).expect_err("refused");
        assert_eq!(failure.scope, Scope::Parcel);
    }
    for (code, wait) in [(-18_019_907, 21_600), (-18_019_908, 86_400)] {
        assert_eq!(told_with(200, &rejected(code)).expect_err("refused").retry_after_s, Some(wait));
    }
}

#[test]
fn a_closed_door_is_knocked_at_once() {
    let mut replay = Replay::<SeventeenTrack>::of();
    replay.on("POST", &at("gettrackinfo")).reply(429, &whole(429));
    let new = Parcel { key: 2, number: "SAMPLE-0002".into(), ..Parcel::default() };
    for outcome in replay.track(&[registered(), new]) {
        assert_eq!(outcome.found.map_err(|failure| failure.kind), Err(FailureKind::RateLimited));
    }
    assert_eq!(replay.requests().len(), 1);
    let mut replay = Replay::<SeventeenTrack>::of();
    replay.on("POST", &at("register")).reply_with(429, &[("retry-after", "9")], "");
    assert_eq!(replay.track_one(NUMBER).expect_err("too fast").retry_after_s, Some(9));
}

#[test]
fn nothing_yet_is_told_apart_from_nothing_anywhere() {
    let state = |sub_status: Option<&str>, sync: &str| {
        let body = info(&json!({
            "latest_status": { "status": sub_status.map(|sub| sub.split('_').next()), "sub_status": sub_status },
            "tracking": { "providers": [{ "provider": { "key": 3011 }, "latest_sync_status": sync, "events": [] }] },
        }));
        told_with(200, &body)
    };
    check(state(Some("NotFound_Other"), "Success"), FailureKind::NotFound);
    check(state(Some("NotFound_Other"), "Failure"), FailureKind::Inconclusive);
    check(state(Some("NotFound_InvalidCode"), "Success"), FailureKind::InvalidNumber);
    check(state(Some("InfoReceived"), "Success"), FailureKind::NoScanYet);
    check(state(None, "Success"), FailureKind::Inconclusive);
    check(told_with(200, &info(&Value::Null)), FailureKind::Inconclusive);
    check(told_with(200, NOTHING_YET), FailureKind::Inconclusive);
    let other = JOURNEY.replace(NUMBER, "LX000000028CN");
    let failure = check(told_with(200, &other), FailureKind::Inconclusive);
    assert!(failure.message.contains("left LX000000014CN out"), "{}", failure.message);
}

#[test]
fn nearly_any_number_may_be_theirs_and_none_likely() {
    let replay = Replay::<SeventeenTrack>::of();
    for number in [NUMBER, "12345", "SAMPLE-0024"] {
        assert_eq!(replay.recognize(number), [Candidate::new(number, 10, "aggregator")], "{number}");
    }
    for number in ["1234", "NUMBER", "12/345", &"1".repeat(51)] {
        assert!(replay.recognize(number).is_empty(), "{number}");
    }
    let mut replay = Replay::<SeventeenTrack>::of();
    check(replay.track_one("1234"), FailureKind::InvalidNumber);
    assert!(replay.requests().is_empty());
}
