use super::*;

#[track_caller]
fn check(status: u16, body: &str, expected: FailureKind) -> Failure {
    let failure = asked(NUMBER, status, body).expect_err("no answer");
    assert_eq!(failure.kind, expected, "{}: {status} {body}", failure.message);
    assert!(!failure.message.ends_with('.'), "{}", failure.message);
    assert_eq!(failure.http_status, Some(status));
    failure
}

fn error(code: &str, message: &str) -> String {
    json!({ "response": { "errors": [{ "code": code, "message": message }] } }).to_string()
}

fn warning(code: &str) -> String {
    let warnings = json!([{ "code": code, "message": "Ask A. SAMPLE" }]);
    json!({ "trackResponse": { "shipment": [{ "inquiryNumber": NUMBER, "warnings": warnings }] } }).to_string()
}

#[test]
fn not_found_is_a_warning_in_a_good_answer_or_a_404() {
    for (status, body) in [
        (200, warning("TW0001")),
        (404, warning("TW0001")),
        (404, error("TW0001", "Tracking Information Not Found")),
        (200, error("TW0001", "Tracking Information Not Found")),
        (404, error("", "No such number")),
    ] {
        let failure = check(status, &body, FailureKind::NotFound);
        assert_eq!(failure.scope, Scope::Parcel);
        assert!(failure.message.contains(NUMBER) && failure.message.contains("web page"), "{}", failure.message);
    }
    // The gate's 404 speaks of the address and not of the number.
    check(404, "", FailureKind::ChangedUpstream);
    check(404, "no such resource", FailureKind::ChangedUpstream);
    check(404, "<html>Not Found</html>", FailureKind::Unavailable);
}

#[test]
fn a_wrong_number_and_a_warning_nobody_knows_are_no_news_of_the_parcel() {
    for status in [200, 400] {
        let failure = check(status, &error("TV1002", "Invalid inquiry number"), FailureKind::InvalidNumber);
        assert!(failure.message.contains("typo"), "{}", failure.message);
    }
    let failure = check(200, &warning("TW0999"), FailureKind::Inconclusive);
    assert!(failure.message.contains("the code TW0999") && !failure.message.contains("SAMPLE"), "{}", failure.message);
    let failure = check(400, &error("99-a <b>", "Ask A. SAMPLE"), FailureKind::ChangedUpstream);
    assert_eq!(failure.message, "UPS refused with the code 99ab, which this plugin does not know");
    check(400, &error("", ""), FailureKind::ChangedUpstream);
    check(400, "{}", FailureKind::ChangedUpstream);
}

#[test]
fn a_refused_key_says_where_it_stands_and_a_blocked_account_that_the_key_is_right() {
    for (status, code) in [(401, "250002"), (401, "250003"), (401, "250999"), (200, "250002")] {
        let failure = check(status, &error(code, "Invalid Authentication Information."), FailureKind::AuthFailed);
        assert_eq!(failure.scope, Scope::Account);
        assert!(failure.message.contains("client_secret in [carriers.ups]"), "{}", failure.message);
    }
    check(401, "", FailureKind::AuthFailed);
    for body in [error("", "Blocked Merchant"), error("250500", "blocked merchant."), error("1", "No access")] {
        let failure = check(403, &body, FailureKind::AuthFailed);
        assert_eq!(failure.scope, Scope::Account);
        assert!(failure.message.contains("[carriers.ups]") && failure.message.contains("shipping account"));
    }
}

#[test]
fn a_wall_against_machines_is_no_refused_key() {
    for (status, body) in [
        (403, "<html><h1>Access Denied</h1></html>"),
        (403, ""),
        (200, "<!DOCTYPE html><html>Please solve the CAPTCHA</html>"),
        (401, "<html>Access Denied</html>"),
    ] {
        let failure = check(status, body, FailureKind::Blocked);
        assert_eq!(failure.scope, Scope::Carrier);
    }
}

#[test]
fn no_key_is_asked_for_before_anything_is_sent() {
    let mut replay = Replay::<Ups>::of();
    let failure = replay.without_secrets().track_one(NUMBER).expect_err("no key");
    assert_eq!((failure.kind, failure.scope), (FailureKind::NeedsCredential, Scope::Account));
    assert!(replay.requests().is_empty());
}

#[test]
fn slow_down_says_for_how_long_and_ends_the_asking() {
    for (status, body) in
        [(429, error("10429", "Too Many Requests")), (429, String::new()), (429, "<html>Slow</html>".into())]
    {
        let mut replay = Replay::<Ups>::of();
        replay.on("GET", &address(NUMBER)).reply_with(status, &[("retry-after", "120")], &body);
        let found = replay.track_all(&[NUMBER, PIECE]);
        for failure in found.into_iter().map(|found| found.expect_err("too many")) {
            assert_eq!((failure.kind, failure.retry_after_s), (FailureKind::RateLimited, Some(120)));
        }
        assert_eq!(replay.requests().len(), 1, "the second would only be refused, too");
    }
    let failure = check(200, &error("10429", "Too Many Requests"), FailureKind::RateLimited);
    assert_eq!(failure.retry_after_s, None);
}

#[test]
fn out_of_order_is_a_trouble_that_passes() {
    for (status, body) in [(500, "{}"), (503, "<html>Back soon</html>"), (502, "")] {
        check(status, body, FailureKind::Unavailable);
    }
    let mut replay = Replay::<Ups>::of();
    replay.on("GET", &address(NUMBER)).fail("timeout");
    assert_eq!(replay.track_one(NUMBER).expect_err("no network").kind, FailureKind::Unavailable);
}

#[test]
fn known_and_not_yet_scanned() {
    for fields in [
        json!({ "activity": [] }),
        json!({ "activity": [{}] }),
        json!({ "activity": [], "currentStatus": { "code": "003", "description": "Label created" } }),
        json!({ "currentStatus": { "code": "000" } }),
        json!({ "activity": [], "currentStatus": { "code": "163", "description": "No status" } }),
        json!({ "activity": [], "currentStatus": {} }),
    ] {
        let failure = packed(&fields).expect_err("no scan");
        assert_eq!(failure.kind, FailureKind::NoScanYet, "{fields}");
    }
    // A state that says more than a label is an answer.
    let moving = packed(&json!({ "currentStatus": { "code": "005", "description": "On the Way" } })).expect("a state");
    let summary = moving.summary.expect("a state");
    assert_eq!(
        (summary.status, summary.code.as_deref(), summary.text.as_str()),
        (Status::InTransit, Some("005"), "On the Way")
    );
    for (code, told) in [(json!("170"), Some("170")), (json!(null), None)] {
        let state = json!({ "code": code, "description": "A state from the future" });
        let summary = packed(&json!({ "activity": [], "currentStatus": state })).expect("a state").summary;
        let summary = summary.expect("a state");
        assert_eq!((summary.status, summary.code.as_deref()), (Status::Unknown, told));
        assert_eq!(summary.text, "A state from the future");
    }
    assert_eq!(packed(&json!({})).expect_err("nothing").kind, FailureKind::ChangedUpstream);
}

#[test]
fn bodies_that_are_no_answer() {
    for (body, expected) in [
        ("", FailureKind::Unavailable),
        ("<!DOCTYPE html><html>We are down for maintenance</html>", FailureKind::Unavailable),
        (r#"{ "trackResponse": { "shipment": [{ "inquiryN"#, FailureKind::Unavailable),
        ("OK", FailureKind::ChangedUpstream),
        ("17", FailureKind::ChangedUpstream),
        ("null", FailureKind::ChangedUpstream),
        ("{}", FailureKind::ChangedUpstream),
        ("[]", FailureKind::ChangedUpstream),
        (r#"{ "access_token": "t", "expires_in": "14399" }"#, FailureKind::ChangedUpstream),
        (r#"{ "response": { "errors": [] } }"#, FailureKind::ChangedUpstream),
        (r#"{ "trackResponse": {} }"#, FailureKind::ChangedUpstream),
        (r#"{ "trackResponse": { "shipment": [{}] } }"#, FailureKind::ChangedUpstream),
        (r#"{ "trackResponse": { "shipment": [] } }"#, FailureKind::Inconclusive),
    ] {
        check(200, body, expected);
    }
}

#[test]
fn a_number_that_is_no_part_of_an_address_is_not_asked() {
    let mut replay = Replay::<Ups>::of();
    let long = "1".repeat(35);
    for number in ["../oauth/token", "1Z?x=1", "1Z 000 000", "1Z00&x=1", "1Zé00000", "123456", "", &long] {
        let failure = replay.track_one(number).expect_err("not a number");
        assert_eq!((failure.kind, failure.scope), (FailureKind::InvalidNumber, Scope::Parcel));
    }
    assert!(replay.requests().is_empty());
}
