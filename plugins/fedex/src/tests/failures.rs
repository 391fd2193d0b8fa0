use super::*;

fn failure(status: u16, body: &str) -> Failure {
    replies(status, body).track_one("770000000015").expect_err("no answer")
}

#[track_caller]
fn check(status: u16, body: &str, kind: FailureKind) {
    let failure = failure(status, body);
    assert_eq!((failure.kind, failure.http_status), (kind, Some(status)), "{failure:?}");
    assert!(!failure.message.ends_with('.'), "{}", failure.message);
}

fn errors(code: &str) -> String {
    format!(r#"{{"transactionId": "1", "errors": [{{"code": "{code}", "message": "Words of FedEx."}}]}}"#)
}

#[test]
fn every_refusal_has_its_kind() {
    check(400, &errors("TRACKING.TRACKINGNUMBER.EMPTY"), FailureKind::InvalidNumber);
    check(400, &errors("SOMETHING.NEW"), FailureKind::Inconclusive);
    check(400, "{}", FailureKind::ChangedUpstream);
    check(401, &errors("NOT.AUTHORIZED.ERROR"), FailureKind::AuthFailed);
    check(401, "<html><h1>Unauthorized</h1></html>", FailureKind::AuthFailed);
    check(403, &errors("FORBIDDEN.ERROR"), FailureKind::AuthFailed);
    check(403, "<html><h1>Access Denied</h1></html>", FailureKind::Blocked);
    check(404, &errors("NOT.FOUND.ERROR"), FailureKind::ChangedUpstream);
    check(429, &errors("TOO.MANY.REQUESTS"), FailureKind::RateLimited);
    check(429, "<html><h1>Too many requests</h1></html>", FailureKind::RateLimited);
    check(500, &errors("INTERNAL.SERVER.ERROR"), FailureKind::Unavailable);
    check(503, &errors("SERVICE.UNAVAILABLE.ERROR"), FailureKind::Unavailable);
    check(502, "<html>Bad gateway</html>", FailureKind::Unavailable);
    check(200, &errors("INTERNAL.SERVER.ERROR"), FailureKind::Unavailable);
    check(200, &errors("NOT.AUTHORIZED.ERROR"), FailureKind::AuthFailed);
    check(200, "<html>Please wait</html>", FailureKind::Unavailable);
    check(200, "<html>Complete the CAPTCHA</html>", FailureKind::Blocked);
    check(200, "", FailureKind::Unavailable);
    check(200, r#"{"output": {"completeTrack"#, FailureKind::Unavailable);
    check(200, "{}", FailureKind::ChangedUpstream);
    check(200, "[]", FailureKind::ChangedUpstream);
}

#[test]
fn an_answer_about_nothing_has_its_kind() {
    let kind = |body: &str| failure(200, body).kind;
    assert_eq!(kind(r#"{"output": {}}"#), FailureKind::Inconclusive);
    assert_eq!(
        kind(r#"{"output": {"alerts": "TRACKING.DATA.NOTFOUND -  Tracking data unavailable"}}"#),
        FailureKind::NotFound
    );
    assert_eq!(kind(&told("770000000999", r#"{"scanEvents": [{"eventType": "DL"}]}"#)), FailureKind::Inconclusive);
    assert_eq!(kind(&told("770000000015", "{}")), FailureKind::ChangedUpstream);
    assert_eq!(
        kind(&told("770000000015", r#"{"error": {"code": "TRACKING.TRACKINGNUMBER.NOTFOUND"}}"#)),
        FailureKind::NotFound
    );
    assert_eq!(kind(&told("770000000015", r#"{"error": {"code": "SOMETHING.NEW"}}"#)), FailureKind::Inconclusive);
}

#[test]
fn one_answer_serves_a_batch_and_each_failure_is_its_own() {
    let mut replay = replies(200, include_str!("../../replies/batch.json"));
    let found = replay.track_all(&["770000000026", "770000000048", "1Z999", "770000000037"]);
    let kinds: Vec<Option<FailureKind>> =
        found.iter().map(|found| found.as_ref().err().map(|failure| failure.kind)).collect();
    let expected =
        [None, Some(FailureKind::NotFound), Some(FailureKind::InvalidNumber), Some(FailureKind::Inconclusive)];
    assert_eq!(kinds, expected);
    assert_eq!(replay.requests().len(), 1);
}

#[test]
fn what_is_no_number_is_not_sent() {
    let mut replay = replies(200, include_str!("../../replies/batch.json"));
    let long = "7".repeat(41);
    let found = replay.track_all(&["", "77 00", "770000000026", "ÄÖÜ", &long]);
    let kinds: Vec<Option<FailureKind>> =
        found.iter().map(|found| found.as_ref().err().map(|failure| failure.kind)).collect();
    let invalid = Some(FailureKind::InvalidNumber);
    assert_eq!(kinds, [invalid, invalid, None, invalid, invalid]);
    let http::Body::Text(body) = &replay.sent()[0].body else { panic!("a body of text") };
    assert_eq!(body.matches("trackingNumberInfo").count(), 1);
}

/// What becomes of numbers, and how many requests it took.
fn kinds(replies: &[(u16, &str)], numbers: &[&str]) -> (Vec<Option<FailureKind>>, usize) {
    let mut replay = Replay::<Fedex>::of();
    for (status, body) in replies {
        replay.on("POST", TRACK).reply(*status, body);
    }
    let found = replay.track_all(numbers);
    let kinds = found.iter().map(|found| found.as_ref().err().map(|failure| failure.kind)).collect();
    (kinds, replay.requests().len())
}

#[test]
fn a_refused_batch_is_asked_in_halves() {
    let batch = include_str!("../../replies/batch.json");
    let invalid = errors("TRACKING.TRACKINGNUMBER.INVALID");
    // The whole, both halves, then the first half one by one.
    for refusal in [(400, "{}"), (400, &invalid), (200, &invalid)] {
        let replies = [refusal, refusal, (200, batch), (200, batch), (400, &invalid)];
        let (kinds, requests) = kinds(&replies, &["770000000026", "BAD", "770000000048", "770000000026"]);
        assert_eq!(kinds, [None, Some(FailureKind::InvalidNumber), Some(FailureKind::NotFound), None]);
        assert_eq!(requests, 5);
    }
}

#[test]
fn a_refusal_that_concerns_all_ends_the_halving() {
    let numbers = ["770000000026", "BAD", "770000000048", "770000000026"];
    for (status, kind) in [(401, FailureKind::AuthFailed), (429, FailureKind::RateLimited)] {
        let (kinds, requests) = kinds(&[(400, "{}"), (status, "{}")], &numbers);
        assert_eq!((kinds, requests), (vec![Some(kind); 4], 2));
    }
}

#[test]
fn halving_takes_no_more_requests_than_a_call_may_make() {
    let numbers: Vec<String> = (0..30).map(|index| format!("7700000{index:05}")).collect();
    let numbers: Vec<&str> = numbers.iter().map(String::as_str).collect();
    let invalid = errors("TRACKING.TRACKINGNUMBER.INVALID");
    let (kinds, requests) = kinds(&[(400, &invalid)], &numbers);
    let count = |wanted: FailureKind| kinds.iter().filter(|kind| **kind == Some(wanted)).count();
    // The last request is about one number alone; the others may be as good as any.
    assert_eq!((count(FailureKind::InvalidNumber), count(FailureKind::Inconclusive), requests), (1, 29, 16));
}

#[test]
fn a_large_batch_takes_several_requests() {
    let numbers: Vec<String> = (0..31).map(|index| format!("7700000{index:05}")).collect();
    let numbers: Vec<&str> = numbers.iter().map(String::as_str).collect();
    let mut replay = replies(200, r#"{"output": {}}"#);
    assert_eq!(replay.track_all(&numbers).len(), 31);
    assert_eq!(replay.requests().len(), 2);
}

#[test]
fn a_used_up_quota_waits_for_midnight_or_for_what_fedex_says() {
    let mut replay = replies(429, &errors("TOO.MANY.REQUESTS"));
    replay.now("2026-11-21T23:00:00Z");
    assert_eq!(replay.track_one("770000000015").expect_err("spent").retry_after_s, Some(3600));
    let mut replay = Replay::<Fedex>::of();
    replay.on("POST", TRACK).reply_with(429, &[("retry-after", "30")], "<html>Too many requests</html>");
    assert_eq!(replay.track_one("770000000015").expect_err("spent").retry_after_s, Some(30));
}

#[test]
fn a_missing_key_is_named_for_every_parcel() {
    let mut replay = replies(200, "{}");
    for found in replay.without_secrets().track_all(&["770000000015", "770000000026"]) {
        let failure = found.expect_err("no key");
        assert_eq!(failure.kind, FailureKind::NeedsCredential);
        assert!(failure.message.contains("client_id"), "{}", failure.message);
    }
}

#[test]
fn a_fault_of_the_network_is_a_bad_hour() {
    let mut replay = Replay::<Fedex>::of();
    replay.on("POST", TRACK).fail("timeout");
    assert_eq!(replay.track_one("770000000015").expect_err("no reply").kind, FailureKind::Unavailable);
}

#[test]
fn a_request_carries_the_numbers_and_the_profile() {
    let mut replay = replies(200, r#"{"output": {}}"#);
    replay.track_all(&["770000000015", "770000000026"]);
    let sent = &replay.sent()[0];
    assert_eq!((sent.auth.as_deref(), sent.follow), (Some("api"), 0));
    let expected = r#"{"includeDetailedScans":true,"trackingInfo":[{"trackingNumberInfo":{"trackingNumber":"770000000015"}},{"trackingNumberInfo":{"trackingNumber":"770000000026"}}]}"#;
    assert_eq!(sent.body, http::Body::Text(expected.into()));
    let header = |name: &str| sent.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    assert_eq!((header("x-locale"), header("content-type")), (Some("en_US"), Some("application/json")));
    assert_eq!(header("x-customer-transaction-id"), Some("0001020304050607"));
}

#[test]
fn the_project_and_its_quotas_are_declared() {
    let descriptor = Fedex::describe();
    let profile = &descriptor.profiles[0];
    assert_eq!(profile.kind, "oauth2_client_credentials");
    assert_eq!(fact(&profile.parameters, "token_url"), Some("https://apis.fedex.com/oauth/token"));
    assert_eq!(fact(&profile.parameters, "style"), Some("form"));
    assert_eq!(descriptor.quotas[0].resets_at.as_deref(), Some("00:00Z"));
    assert_eq!((descriptor.batch_max, descriptor.zone), (30, None));
}
