use super::*;

fn failure(status: u16, body: &str) -> Failure {
    replies("2233445561", status, body).track_one("2233445561").expect_err("no answer")
}

#[track_caller]
fn check(status: u16, body: &str, kind: FailureKind) {
    let failure = failure(status, body);
    assert_eq!((failure.kind, failure.http_status), (kind, Some(status)), "{failure:?}");
    assert!(!failure.message.ends_with('.'), "{}", failure.message);
}

#[test]
fn every_refusal_has_its_kind() {
    check(404, r#"{"title": "No result found", "status": 404}"#, FailureKind::NotFound);
    check(
        400,
        r#"{"title": "Invalid input", "detail": "Input is invalid: trackingNumber"}"#,
        FailureKind::InvalidNumber,
    );
    check(
        400,
        r#"{"title": "Invalid input", "detail": "Provided language code is no code"}"#,
        FailureKind::ChangedUpstream,
    );
    check(401, r#"{"title": "Unauthorized", "status": 401}"#, FailureKind::AuthFailed);
    check(401, "<html><body>Unauthorized</body></html>", FailureKind::AuthFailed);
    check(403, r#"{"title": "Forbidden", "status": 403}"#, FailureKind::AuthFailed);
    check(403, "<html><body>Access Denied</body></html>", FailureKind::Blocked);
    check(404, "<html><body>Not here</body></html>", FailureKind::Unavailable);
    check(429, r#"{"status": 429, "title": "Too Many Requests"}"#, FailureKind::RateLimited);
    check(500, "", FailureKind::Unavailable);
    check(503, "<html><body>Maintenance</body></html>", FailureKind::Unavailable);
    check(302, "", FailureKind::ChangedUpstream);
}

#[test]
fn an_answer_without_an_answer_has_its_kind() {
    let kind = |body: &str| failure(200, body).kind;
    assert_eq!(kind(r#"{"shipments": []}"#), FailureKind::NotFound);
    assert_eq!(kind(r#"{"shipments": null}"#), FailureKind::ChangedUpstream);
    assert_eq!(kind(r#"{"parcels": []}"#), FailureKind::ChangedUpstream);
    assert_eq!(kind(r#"{"shipments": "none"}"#), FailureKind::ChangedUpstream);
    assert_eq!(kind(r#"{"shipments": [{"id": "2233445561"}]}"#), FailureKind::ChangedUpstream);
    assert_eq!(
        kind(r#"{"shipments": [{"id": "2233445561", "status": {"statusCode": "pre-transit"}}]}"#),
        FailureKind::NoScanYet
    );
    assert_eq!(kind(r#"{"shipments": [{"events": [{"statusCode": "transit"}]}]}"#), FailureKind::ChangedUpstream);
    assert_eq!(kind("[]"), FailureKind::ChangedUpstream);
    assert_eq!(kind(""), FailureKind::Unavailable);
    assert_eq!(kind(r#"{"shipments": [{"id": "22334"#), FailureKind::Unavailable);
    assert_eq!(kind("<!DOCTYPE html><title>We are improving</title>"), FailureKind::Unavailable);
    assert_eq!(kind("<!DOCTYPE html><title>Please solve this captcha</title>"), FailureKind::Blocked);
}

#[test]
fn a_state_without_events_is_an_answer() {
    let ask = |service: &str, state: &str| {
        ask(
            "N1",
            &format!(
                r#"{{"shipments": [{{"id": "N1", "service": "{service}", "status": {{{state}}}, "events": []}}]}}"#
            ),
        )
    };
    let answer = ask("express", r#""statusCode": "transit""#).expect("a state");
    assert!(answer.events.is_empty() && !answer.done);
    assert_eq!(answer.summary.map(|summary| summary.status), Some(Status::InTransit));
    // A new code of the state is counted, and the coarse state beside it says what it means.
    let summary = ask("svb", r#""statusCode": "delivered", "status": "FLOWN""#).expect("a state").summary;
    let told = summary.map(|summary| (summary.status, summary.code));
    assert_eq!(told, Some((Status::Delivered, Some("FLOWN".into()))));
    for state in ["", r#""statusCode": "unknown""#, r#""statusCode": "unknown", "status": "NO_INFO""#] {
        assert_eq!(ask("svb", state).expect_err("no scan").kind, FailureKind::NoScanYet, "{state}");
    }
}

#[test]
fn a_limit_waits_as_long_as_dhl_says_or_as_it_has_to() {
    let recorded = r#"{"status": 429, "title": "Too Many Requests",
        "detail": "Too many requests within defined time period, please try again later."}"#;
    let of_the_day = r#"{"status": 429, "title": "Too Many Requests", "detail": "Daily quota exceeded"}"#;
    let html = "<html><body>Too many requests</body></html>";
    for (headers, body, expected) in [
        (&[("retry-after", "30")] as &[_], recorded, 30),
        (&[("retry-after", "30")], of_the_day, 30),
        (&[("retry-after", "30")], html, 30),
        (&[], recorded, 900),
        (&[], html, 900),
        (&[], "", 900),
        (&[], of_the_day, 9000),
    ] {
        let mut replay = Replay::<Dhl>::of();
        replay.on("GET", &address("2233445561", "")).reply_with(429, headers, body);
        replay.now("2026-11-21T21:30:00Z");
        let failure = replay.track_one("2233445561").expect_err("too often");
        assert_eq!((failure.kind, failure.retry_after_s), (FailureKind::RateLimited, Some(expected)), "{body}");
        assert_eq!(failure.message.contains("midnight"), expected == 9000, "{}", failure.message);
    }
}

#[test]
fn a_missing_key_is_named() {
    let mut replay = replies("2233445561", 200, "{}");
    let failure = replay.without_secrets().track_one("2233445561").expect_err("no key");
    assert_eq!(failure.kind, FailureKind::NeedsCredential);
    assert!(failure.message.contains("api_key"), "{}", failure.message);
    assert!(replay.requests().is_empty());
}

#[test]
fn a_fault_of_the_network_is_a_bad_hour() {
    let mut replay = Replay::<Dhl>::of();
    replay.on("GET", &address("2233445561", "")).fail("timeout");
    assert_eq!(replay.track_one("2233445561").expect_err("no reply").kind, FailureKind::Unavailable);
}

#[test]
fn one_number_one_request_and_one_failure_is_its_own() {
    let mut replay = replies("N1", 404, "{}");
    replay
        .on("GET", &address("N2", ""))
        .reply(200, r#"{"shipments": [{"id": "N2", "events": [{"statusCode": "transit"}]}]}"#);
    let found = replay.track_all(&["N1", "N2"]);
    assert_eq!(found[0].as_ref().map_err(|failure| failure.kind).err(), Some(FailureKind::NotFound));
    assert_eq!(found[1].as_ref().map(|answer| answer.events.len()).ok(), Some(1));
    assert_eq!(replay.requests().len(), 2);
}

#[test]
fn after_a_refusal_of_the_key_no_request_is_wasted() {
    let mut replay = replies("N1", 429, "{}");
    let found = replay.track_all(&["N1", "N2", "N3"]);
    assert!(found.iter().all(|found| found.as_ref().is_err_and(|failure| failure.kind == FailureKind::RateLimited)));
    assert_eq!(replay.requests().len(), 1);
}

#[test]
fn a_letter_is_pointed_to_deutsche_post() {
    let failure = replies("RB123456785DE", 404, "{}").track_one("RB123456785DE").expect_err("unknown");
    assert_eq!((failure.kind, failure.needs.as_slice()), (FailureKind::NotFound, ["service".to_owned()].as_slice()));
    assert!(failure.message.contains("post-de"), "{}", failure.message);
}

#[test]
fn a_postcode_that_dhl_does_not_accept_is_asked_for_again() {
    let mut replay = Replay::<Dhl>::of();
    let problem = r#"{"title": "Invalid input", "detail": "Input is invalid: recipientPostalCode"}"#;
    replay.on("GET", &address("N1", "&recipientPostalCode=Ville%20%3F")).reply(400, problem);
    let failure = replay.track_with("N1", &[("postcode", "Ville ?")]).expect_err("no postcode");
    assert_eq!((failure.kind, failure.needs.as_slice()), (FailureKind::NeedsInput, ["postcode".to_owned()].as_slice()));
}

#[test]
fn a_request_carries_the_key_and_what_the_hints_add() {
    let mut replay = Replay::<Dhl>::of();
    replay.on("GET", &address("N%201", "&service=post-de&recipientPostalCode=01097")).reply(404, "{}");
    let found = replay.track_with("N 1", &[("service", "post-de"), ("postcode", "01097"), ("country", "DE")]);
    assert_eq!(found.expect_err("unknown").kind, FailureKind::NotFound);
    let sent = &replay.sent()[0];
    assert_eq!((sent.auth.as_deref(), sent.follow, &sent.body), (Some("api"), 0, &http::Body::None));
    assert_eq!(sent.headers, [("accept".into(), "application/json".into())]);
}

#[test]
fn the_quota_of_a_day_is_declared() {
    let descriptor = Dhl::describe();
    assert_eq!(descriptor.quotas, [Quota { requests: 250, seconds: 86_400, resets_at: Some("00:00Z".into()) }]);
    assert_eq!(descriptor.profiles[0].parameters, [("DHL-API-Key".into(), "{api_key}".into())]);
    assert_eq!((descriptor.pace_ms, descriptor.zone), (5000, None));
    // A call has a minute, and a number may take two requests.
    assert!(u32::from(descriptor.batch_max) * 2 * descriptor.pace_ms < 60_000);
}
