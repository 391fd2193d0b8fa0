use super::*;

#[track_caller]
fn check(status: u16, body: &str, expected: FailureKind) -> Failure {
    let mut replay = replay_with(NUMBER, status, body);
    replay.on("GET", &address(NUMBER, "post-international")).reply(status, body);
    let failure = replay.track_one(NUMBER).expect_err("no answer");
    assert_eq!((failure.kind, failure.http_status), (expected, Some(status)), "{}: {body}", failure.message);
    assert!(!failure.message.ends_with('.') && !failure.message.contains("DHL "), "{}", failure.message);
    failure
}

#[test]
fn each_kind_of_having_no_answer_is_its_own() {
    check(400, r#"{"title":"Invalid input","detail":"trackingNumber"}"#, FailureKind::InvalidNumber);
    check(400, r#"{"title":"Invalid input","detail":"service"}"#, FailureKind::ChangedUpstream);
    check(401, r#"{"title":"Unauthorized","status":401}"#, FailureKind::AuthFailed);
    check(403, r#"{"title":"Forbidden","status":403}"#, FailureKind::AuthFailed);
    check(403, "<html><body>Access Denied</body></html>", FailureKind::Blocked);
    check(404, "<html><body>Not here</body></html>", FailureKind::Unavailable);
    check(429, r#"{"title":"Too Many Requests","status":429}"#, FailureKind::RateLimited);
    check(500, "", FailureKind::Unavailable);
    check(503, "<html><body>Maintenance</body></html>", FailureKind::Unavailable);
    check(302, "", FailureKind::ChangedUpstream);
}

#[test]
fn a_refused_key_is_named_with_the_way_out() {
    let failure = check(401, "{}", FailureKind::AuthFailed);
    assert_eq!(
        failure.message,
        "Deutsche Post refused the key; check api_key in [carriers.deutsche_post] against your app at developer.dhl.com"
    );
}

#[test]
fn a_letter_that_nobody_knows_may_be_an_ordinary_one() {
    let failure = check(404, UNKNOWN, FailureKind::NotFound);
    assert_eq!(
        failure.message,
        "Deutsche Post does not know RR000000014DE; it shows registered letters and tracked small packets from their posting \
         until about 90 days later, and an ordinary letter has no tracking"
    );
    let mut replay = replay_with(NUMBER, 404, UNKNOWN);
    let failure = replay.track_with(NUMBER, &[("service", "post-de")]).expect_err("one unit is asked");
    assert!(failure.message.contains("without the hint service"), "{}", failure.message);
    assert_eq!(replay.requests().len(), 1);
}

#[test]
fn only_a_unit_that_does_not_know_the_number_leads_to_the_other() {
    for (status, body) in [(429, "{}"), (401, "{}"), (500, ""), (200, "<html>Solve this captcha</html>")] {
        let mut replay = replay_with(NUMBER, status, body);
        assert!(replay.track_one(NUMBER).is_err(), "{status}");
        assert_eq!(replay.requests().len(), 1, "{status}");
    }
    let mut replay = replay_with(NUMBER, 200, r#"{"shipments": []}"#);
    replay.on("GET", &address(NUMBER, "post-international")).reply(429, "{}");
    assert_eq!(replay.track_one(NUMBER).expect_err("too many").kind, FailureKind::RateLimited);
}

#[test]
fn after_a_refusal_no_request_of_the_day_is_wasted() {
    let mut replay = replay_with(NUMBER, 429, r#"{"detail":"Daily quota exceeded"}"#);
    replay.now("2026-11-21T21:30:00Z");
    let found = replay.track_all(&[NUMBER, PACKET]);
    for failure in found.into_iter().map(|found| found.expect_err("too many")) {
        assert_eq!((failure.kind, failure.retry_after_s), (FailureKind::RateLimited, Some(9000)));
    }
    assert_eq!(replay.requests().len(), 1);
}

#[test]
fn slow_down_says_for_how_long() {
    let mut replay = Replay::<DeutschePost>::of();
    replay.on("GET", &address(NUMBER, "post-de")).reply_with(429, &[("retry-after", "60")], "{}");
    assert_eq!(replay.track_one(NUMBER).expect_err("too many").retry_after_s, Some(60));
}

#[test]
fn no_key_is_asked_for_before_anything_is_sent() {
    let mut replay = Replay::<DeutschePost>::of();
    let failure = replay.without_secrets().track_one(NUMBER).expect_err("no key");
    assert_eq!((failure.kind, failure.scope), (FailureKind::NeedsCredential, Scope::Account));
    assert!(failure.message.contains("api_key"), "{}", failure.message);
    assert!(replay.requests().is_empty());
}

#[test]
fn a_number_that_is_no_number_is_not_asked() {
    let mut replay = replay_with(NUMBER, 200, REGISTERED);
    let found = replay.track_all(&["RR000000014DE&service=express", "", "ÄR000000014DE", NUMBER]);
    let kinds: Vec<_> = found.iter().map(|found| found.as_ref().err().map(|failure| failure.kind)).collect();
    let invalid = Some(FailureKind::InvalidNumber);
    assert_eq!(kinds, [invalid, invalid, invalid, None]);
    assert_eq!(replay.requests().len(), 1);
}

#[test]
fn a_letter_that_is_only_announced_has_no_scan_yet() {
    let body = format!(
        r#"{{"shipments": [{{"id": "{NUMBER}", "service": "post-de", "status": {{"statusCode": "pre-transit"}}, "events": []}}]}}"#
    );
    let failure = told(&body).expect_err("no scan");
    assert_eq!(failure.kind, FailureKind::NoScanYet);
    assert_eq!(failure.message, "Deutsche Post knows RR000000014DE and has not scanned it yet");
}

#[test]
fn another_letter_under_the_number_waits_for_the_persons_word() {
    let failure = told(RETURNED).expect_err("another number");
    assert_eq!((failure.kind, failure.needs.as_slice()), (FailureKind::Ambiguous, ["shipment".to_owned()].as_slice()));
    assert!(failure.message.starts_with("Deutsche Post answers about"), "{}", failure.message);
    let mut replay = replay_with(NUMBER, 200, RETURNED);
    assert!(replay.track_with(NUMBER, &[("shipment", "RR000000031DE")]).is_ok());
}

#[test]
fn a_postcode_that_is_none_is_asked_for_again() {
    let mut replay = Replay::<DeutschePost>::of();
    let address = format!("{}&recipientPostalCode=Ort", address(NUMBER, "post-de"));
    replay.on("GET", &address).reply(400, r#"{"title":"Invalid input","detail":"recipientPostalCode"}"#);
    let failure = replay.track_with(NUMBER, &[("postcode", "Ort")]).expect_err("no postcode");
    assert_eq!((failure.kind, failure.needs.as_slice()), (FailureKind::NeedsInput, ["postcode".to_owned()].as_slice()));
}

#[test]
fn bodies_that_are_no_answer() {
    let named = |fields: &str| format!(r#"{{"shipments": [{{"id": "{NUMBER}", "service": "post-de"{fields}}}]}}"#);
    for (body, expected) in [
        ("", FailureKind::Unavailable),
        ("<!DOCTYPE html><html>We are down for maintenance</html>", FailureKind::Unavailable),
        (r#"{"shipments": [{"id""#, FailureKind::Unavailable),
        ("OK", FailureKind::ChangedUpstream),
        ("17", FailureKind::ChangedUpstream),
        ("{}", FailureKind::ChangedUpstream),
        ("[]", FailureKind::ChangedUpstream),
        (named("").as_str(), FailureKind::ChangedUpstream),
    ] {
        let failure = told(body).expect_err("no answer");
        assert_eq!(failure.kind, expected, "{body}: {}", failure.message);
    }
}

#[test]
fn fields_of_another_kind_cost_themselves_and_nothing_else() {
    let body = format!(
        r#"{{"shipments": [{{
            "id": "{NUMBER}", "service": "post-de", "status": "soon", "origin": 3, "destination": [], "details": "none",
            "events": [null, "word", {{"timestamp": [], "location": "Bonn", "status": "IN_DELIVERY", "description": {{}}}}]
        }}]}}"#
    );
    let answer = told(&body).expect("what can be read");
    assert_eq!(statuses(&answer), ["out_for_delivery"]);
    assert_eq!((answer.summary, answer.origin, answer.window), (None, None, None));
}

#[test]
fn a_reply_cut_off_anywhere_is_read_or_refused() {
    let whole = told(REGISTERED).expect("the whole");
    for end in (0..REGISTERED.trim_end().len()).step_by(7) {
        let Some(part) = REGISTERED.get(..end) else { continue };
        match told(part) {
            Ok(answer) => assert_eq!(answer, whole, "cut at {end}"),
            Err(failure) => assert_eq!(failure.kind, FailureKind::Unavailable, "cut at {end}: {}", failure.message),
        }
    }
}

#[test]
fn a_fault_of_the_network_is_a_bad_hour() {
    let mut replay = Replay::<DeutschePost>::of();
    replay.on("GET", &address(NUMBER, "post-de")).fail("timeout");
    assert_eq!(replay.track_one(NUMBER).expect_err("no reply").kind, FailureKind::Unavailable);
}
