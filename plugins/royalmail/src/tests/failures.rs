use serde_json::json;

use super::*;

#[track_caller]
fn check(status: u16, body: &str, expected: FailureKind) -> Failure {
    let failure = told_with(status, body).expect_err("no answer");
    assert_eq!(failure.kind, expected, "{}: {status} {body}", failure.message);
    assert!(!failure.message.ends_with('.') && !failure.message.contains("Call"), "{}", failure.message);
    failure
}

/// An error as Royal Mail words it. `httpCode` is a text there.
fn error(code: &str, http_code: u16) -> String {
    described(code, http_code, "Call 01632 960 961")
}

fn described(code: &str, http_code: u16, description: &str) -> String {
    let error = json!({ "errorCode": code, "errorDescription": description, "errorCause": "Call us" });
    json!({ "httpCode": http_code.to_string(), "httpMessage": "Call us", "errors": [error] }).to_string()
}

#[test]
fn every_error_code_is_its_own_kind_whatever_the_status() {
    use FailureKind::*;
    for (http_code, code, expected) in [
        (404, "E1142", NotFound),
        (404, "E1144", Inconclusive),
        (404, "E1145", Inconclusive),
        (404, "E1283", Unsupported),
        (404, "E1284", NoScanYet),
        (404, "E1308", NoScanYet),
        (503, "E1307", Inconclusive),
        (400, "E0004", ChangedUpstream),
        (400, "E0013", ChangedUpstream),
        (429, "E0010", RateLimited),
        (500, "E0009", Unavailable),
        (503, "E0001", Unavailable),
    ] {
        for status in [http_code, 200] {
            let failure = check(status, &error(code, http_code), expected);
            assert_eq!(failure.http_status, Some(status));
        }
    }
    let schema = described("E0004", 400, "Failed schema validation for mailPieceId");
    check(400, &schema, InvalidNumber);
}

#[test]
fn a_parcel_of_which_nothing_can_be_told_is_left_open_and_another_carrier_may_be_asked() {
    let failure = check(200, &error("E1307", 503), FailureKind::Inconclusive);
    assert_eq!((failure.scope, failure.http_status), (Scope::Parcel, Some(200)));
    assert_eq!(check(503, &error("E0001", 503), FailureKind::Unavailable).scope, Scope::Carrier);
}

#[test]
fn an_error_without_a_known_code_is_read_by_its_own_status() {
    for (status, http_code, expected) in [
        (401, 401, FailureKind::AuthFailed),
        (200, 401, FailureKind::AuthFailed),
        (403, 403, FailureKind::AuthFailed),
        (429, 429, FailureKind::RateLimited),
        (200, 500, FailureKind::Unavailable),
        (404, 404, FailureKind::ChangedUpstream),
        (405, 405, FailureKind::ChangedUpstream),
        (200, 99_999, FailureKind::ChangedUpstream),
    ] {
        let gate = json!({ "httpCode": http_code.to_string(), "httpMessage": "Call us", "moreInformation": "Call us" });
        check(status, &gate.to_string(), expected);
    }
    check(404, &error("E9999", 404), FailureKind::ChangedUpstream);
}

#[test]
fn a_refused_key_says_who_gets_one_and_where_else_to_look() {
    let refused = check(401, &error("", 401), FailureKind::AuthFailed);
    assert_eq!(refused.scope, Scope::Account);
    assert!(refused.message.contains("[carriers.royalmail]"), "{}", refused.message);
    assert!(refused.message.contains("account customers") && refused.message.contains("aggregator"));
    check(401, "", FailureKind::AuthFailed);
}

#[test]
fn no_key_is_asked_for_before_anything_is_sent() {
    let mut replay = Replay::<RoyalMail>::of();
    let failure = replay.without_secrets().track_one(NUMBER).expect_err("no key");
    assert_eq!((failure.kind, failure.scope), (FailureKind::NeedsCredential, Scope::Account));
    assert!(failure.message.contains("client_id") && failure.message.contains("account customers"));
    assert!(replay.requests().is_empty());
}

#[test]
fn a_broken_network_is_no_word_on_keys() {
    let mut replay = Replay::<RoyalMail>::of();
    replay.on("GET", &address(NUMBER)).fail("timeout");
    let failure = replay.track_one(NUMBER).expect_err("no network");
    assert_eq!(failure.kind, FailureKind::Unavailable);
    assert!(!failure.message.contains("customers"), "{}", failure.message);
}

#[test]
fn the_limit_says_for_how_long_and_the_rest_is_not_asked() {
    let limited = |headers: &[(&str, &str)], body: &str| {
        let mut replay = Replay::<RoyalMail>::of();
        replay.on("GET", &address(NUMBER)).reply_with(429, headers, body);
        let found = replay.track_all(&[NUMBER, "ZY000000028GB"]);
        assert_eq!(replay.requests().len(), 1);
        let failure = found[1].as_ref().expect_err("too many");
        assert_eq!(failure.kind, FailureKind::RateLimited);
        assert!(failure.message.contains("daily_quota"), "{}", failure.message);
        failure.retry_after_s
    };
    assert_eq!(limited(&[("retry-after", "600")], &error("E0010", 429)), Some(600));
    assert_eq!(limited(&[("retry-after", "600")], ""), Some(600));
    assert_eq!(limited(&[], &error("E0010", 429)), Some(3600));
}

#[test]
fn a_wall_against_machines_is_one_whatever_its_status() {
    check(403, "<html>Access Denied</html>", FailureKind::Blocked);
    check(429, "<html>Solve this captcha</html>", FailureKind::Blocked);
    check(403, "", FailureKind::Blocked);
    check(503, "<html>Back soon</html>", FailureKind::Unavailable);
}

#[test]
fn bodies_that_are_no_answer() {
    let piece = |fields: &str| format!(r#"{{ "mailPieces": {{ "mailPieceId": "{NUMBER}"{fields} }} }}"#);
    for (body, expected) in [
        ("", FailureKind::Unavailable),
        ("<!DOCTYPE html><html>We are down for maintenance</html>", FailureKind::Unavailable),
        (r#"{ "mailPieces": { "mailPieceId""#, FailureKind::Unavailable),
        ("OK", FailureKind::ChangedUpstream),
        ("17", FailureKind::ChangedUpstream),
        ("{}", FailureKind::ChangedUpstream),
        ("[]", FailureKind::ChangedUpstream),
        (r#"{ "mailPieces": {} }"#, FailureKind::ChangedUpstream),
        (r#"{ "mailPieces": { "mailPieceId": "ZY000000028GB", "events": [] } }"#, FailureKind::Inconclusive),
        (&piece(""), FailureKind::ChangedUpstream),
        (&piece(r#", "events": "none""#), FailureKind::ChangedUpstream),
        (&piece(r#", "events": []"#), FailureKind::NoScanYet),
    ] {
        check(200, body, expected);
    }
}

#[test]
fn a_parcel_without_scans_is_what_its_summary_says() {
    let summary = json!({ "statusCategory": "IN TRANSIT", "statusDescription": "On its way" });
    let answer = with(&json!([]), &json!({ "summary": summary })).expect("an answer");
    assert_eq!(answer.summary.map(|summary| summary.status), Some(Status::InTransit));
    assert!(answer.events.is_empty() && !answer.done);
}

#[test]
fn a_number_that_is_no_path_is_not_asked() {
    let mut replay = Replay::<RoyalMail>::of();
    for number in ["../summary?mailPieceId=1", "ZY/014", "ZY000000014GB,ZY000000028GB", "é", ""] {
        let failure = replay.track_one(number).expect_err("not a number");
        assert_eq!(failure.kind, FailureKind::InvalidNumber, "{number}");
    }
    assert!(replay.requests().is_empty());
}

#[test]
fn fields_of_another_kind_cost_themselves_and_nothing_else() {
    let huge = "9 <b>\u{202e}".repeat(50_000);
    let body = json!({
        "httpCode": {},
        "errors": [],
        "mailPieces": [{
            "mailPieceId": NUMBER, "estimatedDelivery": [1], "summary": { "productName": {}, "originCountryCode": huge,
            "internationalPostalProvider": "x", "statusCategory": [], "destinationCountryCode": 17 },
            "events": [null, "word", { "eventCode": 5, "eventName": {}, "eventDateTime": [] },
                { "eventCode": "EVGPD", "eventName": huge, "eventDateTime": "soon", "locationName": false }],
        }],
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
