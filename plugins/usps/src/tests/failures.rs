use serde_json::json;

use super::*;

#[track_caller]
fn check(status: u16, body: &str, expected: FailureKind) {
    let failure = told_with(status, body).expect_err("no answer");
    assert_eq!(failure.kind, expected, "{}: {status} {body}", failure.message);
    assert!(!failure.message.ends_with('.'), "{}", failure.message);
}

fn error(code: &str, message: &str) -> String {
    json!({ "apiVersion": "/tracking/v3", "error": { "code": code, "message": message, "errors": [] } }).to_string()
}

#[test]
fn not_found_comes_as_a_bad_request() {
    let body = include_str!("../../replies/not_found.json");
    check(400, body, FailureKind::NotFound);
    check(404, body, FailureKind::NotFound);
    check(400, &error("400", "12: A status update is not yet available on your sample."), FailureKind::NotFound);
    let failure = told_with(400, body).expect_err("not found");
    assert_eq!((failure.scope, failure.http_status), (Scope::Parcel, Some(400)));
}

#[test]
fn a_wrong_number_and_a_number_used_twice_are_told_apart() {
    check(400, &error("400", "The tracking number may be incorrect."), FailureKind::InvalidNumber);
    check(400, &error("400", "Multiple items found; narrow the search"), FailureKind::Ambiguous);
    check(400, &error("400", "The moon is in the wrong house"), FailureKind::ChangedUpstream);
    check(400, "{ \"error\": {} }", FailureKind::ChangedUpstream);
    check(400, "{ \"error\": 7 }", FailureKind::ChangedUpstream);
}

#[test]
fn no_access_is_the_accounts_or_the_parcels() {
    let scope = |status| {
        let failure = told_with(status, &error("", "Insufficient OAuth scope")).expect_err("refused");
        assert_eq!((failure.kind, failure.http_status), (FailureKind::AuthFailed, Some(status)));
        assert!(failure.message.contains("tracking product"), "{}", failure.message);
        failure.scope
    };
    assert_eq!((scope(401), scope(403)), (Scope::Account, Scope::Parcel));
    check(200, &error("401", "Insufficient OAuth scope"), FailureKind::AuthFailed);
    check(200, r#"{ "error": "invalid_client", "error_description": "no" }"#, FailureKind::AuthFailed);
    check(200, r#"{ "error": "gate closed" }"#, FailureKind::ChangedUpstream);
    check(403, "<html>Access Denied</html>", FailureKind::Blocked);
}

#[test]
fn a_parcel_that_is_not_shown_closes_nothing_for_the_next() {
    let other = "9200100000000000000022";
    let refused = |code: &str| {
        let mut replay = Replay::<Usps>::of();
        let body = json!({ "trackingNumber": NUMBER, "error": { "code": code, "message": "Insufficient access" } });
        replay.on("GET", &address(NUMBER)).reply(200, &body.to_string());
        replay.on("GET", &address(other)).reply(200, &JOURNEY.replace(NUMBER, other));
        let found = replay.track_all(&[NUMBER, other]);
        let failure = found[0].clone().expect_err("refused");
        assert_eq!(failure.kind, FailureKind::AuthFailed);
        (failure.scope, found[1].is_ok())
    };
    assert_eq!(refused("403"), (Scope::Parcel, true));
    assert_eq!(refused("401"), (Scope::Account, false));
}

#[test]
fn no_key_is_asked_for_before_anything_is_sent() {
    let mut replay = Replay::<Usps>::of();
    let failure = replay.without_secrets().track_one(NUMBER).expect_err("no key");
    assert_eq!((failure.kind, failure.scope), (FailureKind::NeedsCredential, Scope::Account));
    assert!(replay.requests().is_empty());
}

#[test]
fn slow_down_and_out_of_order_say_for_how_long() {
    for (status, expected) in [(429, FailureKind::RateLimited), (503, FailureKind::Unavailable)] {
        let mut replay = Replay::<Usps>::of();
        replay.on("GET", &address(NUMBER)).reply_with(status, &[("retry-after", "1200")], &error("429", "Exceeded"));
        let failure = replay.track_one(NUMBER).expect_err("no answer");
        assert_eq!((failure.kind, failure.retry_after_s), (expected, Some(1200)));
    }
    check(200, &error("429", "Exceeded quota limit"), FailureKind::RateLimited);
    check(200, &error("503", "Back soon"), FailureKind::Unavailable);
    let mut replay = Replay::<Usps>::of();
    replay.on("GET", &address(NUMBER)).fail("timeout");
    assert_eq!(replay.track_one(NUMBER).expect_err("no network").kind, FailureKind::Unavailable);
}

#[test]
fn bodies_that_are_no_answer() {
    for (body, expected) in [
        ("", FailureKind::Unavailable),
        ("<!DOCTYPE html><html>We are down for maintenance</html>", FailureKind::Unavailable),
        ("{ \"trackingNumber\": \"94001", FailureKind::Unavailable),
        ("OK", FailureKind::ChangedUpstream),
        ("17", FailureKind::ChangedUpstream),
        ("{}", FailureKind::ChangedUpstream),
        ("[{ \"status\": \"x\" }]", FailureKind::ChangedUpstream),
        ("[]", FailureKind::Inconclusive),
        (r#"{ "trackingNumber": "9200100000000000000022", "status": "Accepted" }"#, FailureKind::Inconclusive),
        (r#"{ "trackingNumber": "9400100000000000000013" }"#, FailureKind::ChangedUpstream),
        (r#"{ "trackingNumber": "9400100000000000000013", "trackingEvents": [] }"#, FailureKind::NoScanYet),
        (
            r#"{ "trackingNumber": "9400100000000000000013", "trackingEvents": [{ "type": "Delivered", "at": "…" }] }"#,
            FailureKind::ChangedUpstream,
        ),
        (
            r#"{ "trackingNumber": "9400100000000000000013", "status": "Delivered", "trackingEvents": [{}] }"#,
            FailureKind::ChangedUpstream,
        ),
    ] {
        check(200, body, expected);
    }
    check(404, "<html>Not Found</html>", FailureKind::ChangedUpstream);
}

#[test]
fn a_list_fails_in_part() {
    let list = |error: &str| {
        let item = format!(r#"{{ "trackingNumber": "{NUMBER}", "error": {error} }}"#);
        format!(r#"[{{ "trackingNumber": "9200100000000000000022", "status": "Accepted" }}, {item}]"#)
    };
    check(200, &list(r#"{ "message": "12: A status update is not yet available" }"#), FailureKind::NotFound);
    check(200, &list("null"), FailureKind::ChangedUpstream);
}

#[test]
fn a_number_that_is_no_path_is_not_asked() {
    let mut replay = Replay::<Usps>::of();
    for number in ["../token", "9400/1000", ""] {
        assert_eq!(replay.track_one(number).expect_err("not a number").kind, FailureKind::InvalidNumber);
    }
    assert!(replay.requests().is_empty());
}

#[test]
fn fields_of_another_kind_cost_themselves_and_nothing_else() {
    let huge = "9 <b>\u{202e}".repeat(50_000);
    let body = json!({
        "trackingNumber": 17, "mailClass": ["x"], "status": huge, "predictedDeliveryDate": huge, "services": "one text",
        "trackingEvents": [
            null, "word", { "eventTimestamp": "2026-11-21T07:10:00", "eventCity": "SAMPLETON" },
            { "eventType": 5, "eventCode": 1, "eventTimestamp": {}, "eventCity": null, "GMTOffset": huge },
            { "eventType": huge, "eventCode": "OF", "eventTimestamp": "2026-11-20T07:10:00", "eventState": "é" },
        ],
    });
    let mut replay = Replay::<Usps>::of();
    replay.on("GET", &address("17")).reply(200, &body.to_string());
    let answer = replay.track_one("17").expect("an answer");
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

/// The words guess at reasons, and the status says that there is nothing.
#[test]
fn not_found_is_no_typo_whatever_its_words_guess() {
    let words =
        "Tracking is not available for this item. This may be because the tracking number is invalid or incorrect.";
    check(404, &error("404", words), FailureKind::NotFound);
    check(404, &error("", words), FailureKind::NotFound);
}
