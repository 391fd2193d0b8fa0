use super::*;

#[track_caller]
fn check(status: u16, body: &str, expected: FailureKind) -> Failure {
    let failure = told_with(status, body).expect_err("no answer");
    assert_eq!((failure.kind, failure.http_status), (expected, Some(status)), "{}: {body}", failure.message);
    assert!(!failure.message.ends_with('.'), "{}", failure.message);
    failure
}

fn error(code: &str, message: &str) -> String {
    json!({ "errors": [{ "code": code, "message": message }], "data": null }).to_string()
}

#[test]
fn each_error_is_its_own() {
    for (status, code, expected) in [
        (400, "auth_missing_header", FailureKind::AuthFailed),
        (400, "auth_invalid_header", FailureKind::AuthFailed),
        (401, "auth_invalid_api_key", FailureKind::AuthFailed),
        (422, "no_active_subscription", FailureKind::AuthFailed),
        (403, "quota_limit_reached", FailureKind::RateLimited),
        (405, "quota_limit_reached", FailureKind::RateLimited),
        (404, "parcel_not_found", FailureKind::NotFound),
        (400, "tracker_conflict", FailureKind::NeedsInput),
        (400, "shipping_date_outdated", FailureKind::Unsupported),
        (409, "request_conflict", FailureKind::Unavailable),
        (400, "processing_error", FailureKind::Unavailable),
        (400, "parsing_error", FailureKind::ChangedUpstream),
        (404, "tracker_not_found", FailureKind::ChangedUpstream),
        (400, "error_of_tomorrow", FailureKind::ChangedUpstream),
        (200, "error_of_tomorrow", FailureKind::ChangedUpstream),
        // Not the HTTP status decides.
        (200, "parcel_not_found", FailureKind::NotFound),
        (207, "quota_limit_reached", FailureKind::RateLimited),
        (500, "auth_invalid_api_key", FailureKind::AuthFailed),
    ] {
        check(status, &error(code, "Words"), expected);
    }
}

#[test]
fn a_refusal_without_words_is_told_by_its_status() {
    check(401, "", FailureKind::AuthFailed);
    check(403, "{}", FailureKind::AuthFailed);
    check(402, "{}", FailureKind::Unavailable);
    check(409, "{}", FailureKind::Unavailable);
    check(429, "Too many requests", FailureKind::RateLimited);
    check(403, "<html><body>Access Denied</body></html>", FailureKind::Blocked);
    check(200, "<!DOCTYPE html><title>Please solve this captcha</title>", FailureKind::Blocked);
    check(404, "<html>Not here</html>", FailureKind::Unavailable);
    check(500, "", FailureKind::Unavailable);
    check(502, "<html>Bad gateway</html>", FailureKind::Unavailable);
    check(418, "{}", FailureKind::ChangedUpstream);
}

#[test]
fn a_refused_key_and_a_wrong_plan_are_named_with_the_way_out() {
    let failure = check(401, &error("auth_invalid_api_key", ""), FailureKind::AuthFailed);
    assert_eq!(
        failure.message,
        "Ship24 refused the key; check api_key in [carriers.ship24] against dashboard.ship24.com"
    );
    let failure = check(422, &error("no_active_subscription", ""), FailureKind::AuthFailed);
    assert!(failure.message.contains("plan = \"per_call\" in [carriers.ship24.settings]"), "{}", failure.message);
    let mut replay = Replay::<Ship24>::of();
    replay.setting("plan", "per_call").on("POST", SEARCH).reply(422, &error("no_active_subscription", ""));
    let failure = replay.track_one(NUMBER).expect_err("the other plan");
    assert!(failure.message.contains("plan = \"per_shipment\""), "{}", failure.message);
}

#[test]
fn what_ship24_does_not_accept_is_asked_for_again() {
    for (field, hint) in
        [("destinationPostCode", "postcode"), ("destinationCountryCode", "country"), ("shippingDate", "ship_date")]
    {
        let problem = format!("Please make sure that {field} is what it should be, Alex Sample.");
        let failure = check(400, &error("validation_error", &problem), FailureKind::NeedsInput);
        assert_eq!(failure.needs, [hint]);
        assert!(!failure.message.contains("Alex"), "{}", failure.message);
    }
    let problem = "The trackingNumber provided seems invalid.";
    check(400, &error("validation_error", problem), FailureKind::InvalidNumber);
    check(400, &error("validation_error", "Something else."), FailureKind::ChangedUpstream);
}

#[test]
fn a_used_up_quota_stops_new_trackers_and_no_old_one() {
    let failure = check(403, include_str!("../../replies/quota.json"), FailureKind::RateLimited);
    assert_eq!((failure.scope, failure.retry_after_s), (Scope::Parcel, Some(86_400)));
    let mut replay = Replay::<Ship24>::of();
    let spent = include_str!("../../replies/quota.json");
    replay.setting("plan", "per_call").on("POST", SEARCH).reply(403, spent);
    let found = replay.track_all(&[NUMBER, "OTHER-0001"]);
    for failure in found.into_iter().map(|found| found.expect_err("no call left")) {
        assert_eq!((failure.kind, failure.scope), (FailureKind::RateLimited, Scope::Account));
    }
    assert_eq!(replay.requests().len(), 1, "the second call would be refused, too");
}

#[test]
fn slow_down_says_for_how_long() {
    for (header, expected) in [("retry-after", Some(3)), ("ratelimit-reset", Some(3)), ("x-other", None)] {
        let mut replay = Replay::<Ship24>::of();
        replay.on("POST", TRACK).reply_with(429, &[(header, "3")], "");
        let failure = replay.track_one(NUMBER).expect_err("too fast");
        assert_eq!((failure.kind, failure.retry_after_s), (FailureKind::RateLimited, expected), "{header}");
    }
}

#[test]
fn a_number_that_nobody_finds_is_told_apart_from_a_search_that_has_just_begun() {
    let failure = told(PENDING).expect_err("nothing yet");
    assert_eq!(failure.kind, FailureKind::Inconclusive);
    let failure = told(&PENDING.replace("\"isTracked\": true", "\"isTracked\": false")).expect_err("given up");
    assert_eq!(failure.kind, FailureKind::NotFound);
    let failure = check(404, include_str!("../../replies/parcel_not_found.json"), FailureKind::NotFound);
    assert!(failure.message.contains(NUMBER), "{}", failure.message);
    let failure = told(&PENDING.replace("\"pending\"", "\"info_received\"")).expect_err("announced");
    assert_eq!(failure.kind, FailureKind::NoScanYet);
}

#[test]
fn no_key_is_asked_for_before_anything_is_sent() {
    let mut replay = Replay::<Ship24>::of();
    let failure = replay.without_secrets().track_one(NUMBER).expect_err("no key");
    assert_eq!((failure.kind, failure.scope), (FailureKind::NeedsCredential, Scope::Account));
    assert!(failure.message.contains("api_key"), "{}", failure.message);
    assert!(replay.requests().is_empty());
}

#[test]
fn a_first_question_may_take_too_long() {
    let mut replay = Replay::<Ship24>::of();
    replay.on("POST", TRACK).fail("timeout");
    let failure = replay.track_one(NUMBER).expect_err("no reply");
    assert_eq!((failure.kind, failure.scope), (FailureKind::Unavailable, Scope::Parcel));
    assert!(failure.message.contains("may take it a minute"), "{}", failure.message);
    let mut replay = Replay::<Ship24>::of();
    replay.on("POST", TRACK).fail("connect");
    assert_eq!(replay.track_one(NUMBER).expect_err("no reply").scope, Scope::Carrier);
}

#[test]
fn a_number_that_is_no_number_is_not_asked() {
    let mut replay = Replay::<Ship24>::of();
    replay.on("POST", TRACK).reply(201, JOURNEY);
    let long = "1".repeat(51);
    let found = replay.track_all(&["1234", &long, "LX\"000000", "LX 0000 00", "ÄÖ123456", "", NUMBER]);
    let kinds: Vec<_> = found.iter().map(|found| found.as_ref().err().map(|failure| failure.kind)).collect();
    let invalid = Some(FailureKind::InvalidNumber);
    assert_eq!(kinds, [invalid, invalid, invalid, invalid, invalid, invalid, None]);
    assert_eq!(replay.requests().len(), 1);
}

#[test]
fn one_failure_is_its_own_and_a_refused_key_is_everyones() {
    let mut replay = Replay::<Ship24>::of();
    replay.on("POST", TRACK).reply(404, &error("parcel_not_found", ""));
    replay.on("POST", TRACK).reply(201, JOURNEY);
    replay.on("POST", TRACK).reply(401, "{}");
    let found = replay.track_all(&["OTHER-0001", NUMBER, "OTHER-0002", "OTHER-0003"]);
    let kinds: Vec<_> = found.iter().map(|found| found.as_ref().err().map(|failure| failure.kind)).collect();
    let refused = Some(FailureKind::AuthFailed);
    assert_eq!(kinds, [Some(FailureKind::NotFound), None, refused, refused]);
    assert_eq!(replay.requests().len(), 3);
}

#[test]
fn another_shipment_is_not_taken_for_this_one() {
    let other = JOURNEY.replace(NUMBER, "OTHER-0001");
    assert_eq!(told(&other).expect_err("left out").kind, FailureKind::Inconclusive);
    assert_eq!(told(r#"{ "data": { "trackings": [] } }"#).expect_err("left out").kind, FailureKind::Inconclusive);
}

#[test]
fn two_shipments_under_one_number_are_to_choose_from() {
    let shipment = |id: &str, day: &str| {
        json!({
            "shipment": { "shipmentId": id, "destinationCountryCode": "US", "trackingNumbers": [{ "tn": NUMBER }] },
            "events": [{
                "occurrenceDatetime": format!("{day}T08:00:00"), "courierCode": "us-post", "statusMilestone": "in_transit",
            }],
        })
    };
    let body =
        json!({ "data": { "trackings": [shipment("s1", "2026-11-09"), shipment("s2", "2025-01-20")] } }).to_string();
    let ask = |hints: &[(&str, &str)]| {
        let mut replay = Replay::<Ship24>::of();
        replay.on("POST", TRACK).reply(201, &body);
        replay.track_with(NUMBER, hints)
    };
    let failure = ask(&[]).expect_err("two");
    assert_eq!((failure.kind, failure.choices.len()), (FailureKind::Ambiguous, 2));
    assert_eq!(failure.choices[0].label, "us-post, from 2026-11-09, to US");
    for choice in failure.choices {
        assert!(ask(&[(&choice.hint.0, &choice.hint.1)]).is_ok(), "{choice:?}");
    }
    let answer = ask(&[("ordered", "2026-11-08")]).expect("the order is younger than the other");
    assert_eq!(answer.events[0].moment, civil::parse("2026-11-09T08:00:00"));
}

#[test]
fn bodies_that_are_no_answer() {
    for (body, expected) in [
        ("", FailureKind::Unavailable),
        ("<!DOCTYPE html><html>We are down for maintenance</html>", FailureKind::Unavailable),
        (r#"{ "data": { "trackings": [{"#, FailureKind::Unavailable),
        ("OK", FailureKind::ChangedUpstream),
        ("17", FailureKind::ChangedUpstream),
        ("{}", FailureKind::ChangedUpstream),
        ("[]", FailureKind::ChangedUpstream),
        (r#"{ "errors": null, "data": null }"#, FailureKind::ChangedUpstream),
        (r#"{ "data": { "trackings": [{}] } }"#, FailureKind::ChangedUpstream),
        (r#"{ "data": { "trackings": [{ "events": "none" }] } }"#, FailureKind::ChangedUpstream),
        (r#"{ "data": { "trackings": [{ "events": [] }] } }"#, FailureKind::Inconclusive),
    ] {
        let failure = told(body).expect_err("no answer");
        assert_eq!(failure.kind, expected, "{body}: {}", failure.message);
    }
}

#[test]
fn fields_of_another_kind_cost_themselves_and_nothing_else() {
    let huge = "9 <b>\u{202e}".repeat(50_000);
    let body = json!({ "data": { "trackings": [{
        "tracker": "none",
        "shipment": {
            "shipmentId": {}, "statusMilestone": [], "originCountryCode": "Narnia", "destinationCountryCode": 7,
            "delivery": { "estimatedDeliveryDate": [], "courierEstimatedDeliveryDate": "soon", "service": huge },
            "trackingNumbers": [null, 5, { "tn": {} }, { "tn": NUMBER }], "recipient": 1,
        },
        "events": [
            null, "word", { "status": 5, "occurrenceDatetime": [], "order": "x", "statusCode": {} },
            { "status": huge, "occurrenceDatetime": "soon", "location": {}, "statusCode": "delivery_attempted" },
        ],
    }] } });
    let answer = told(&body.to_string()).expect("what can be read");
    assert_eq!(statuses(&answer), ["unknown", "delivery_failed"]);
    assert_eq!((answer.summary, answer.window, answer.handoffs.len()), (None, None, 0));
    assert_eq!((answer.origin, answer.destination), (None, None));
}

#[test]
fn more_events_than_anyone_keeps_are_read_in_time() {
    let event = json!({ "statusCode": "customs_cleared", "statusMilestone": "in_transit" });
    let answer = with_events(&json!(vec![event; 5000]));
    assert_eq!(answer.events.len(), 200);
}

#[test]
fn a_reply_cut_off_anywhere_is_read_or_refused() {
    let whole = told(JOURNEY).expect("the whole");
    for end in (0..JOURNEY.trim_end().len()).step_by(7) {
        let Some(part) = JOURNEY.get(..end) else { continue };
        match told(part) {
            Ok(answer) => assert_eq!(answer, whole, "cut at {end}"),
            Err(failure) => assert_eq!(failure.kind, FailureKind::Unavailable, "cut at {end}: {}", failure.message),
        }
    }
}
