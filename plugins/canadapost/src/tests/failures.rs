use super::*;

#[track_caller]
fn check(status: u16, body: &str, expected: FailureKind) -> Failure {
    let failure = told_with(status, body).expect_err("no answer");
    assert_eq!(failure.kind, expected, "{}: {status} {body}", failure.message);
    assert!(!failure.message.ends_with('.') && !failure.message.contains("Call"), "{}", failure.message);
    failure
}

/// An answer with one message for each of these codes.
fn messages(codes: &[&str]) -> String {
    let message = |code: &&str| format!("<message><code>{code}</code><description>Call us</description></message>");
    format!("<messages>{}</messages>", codes.iter().map(message).collect::<String>())
}

#[test]
fn messages_decide_whatever_the_status() {
    for status in [200, 400, 401, 404, 500] {
        assert_eq!(check(status, NOT_FOUND, FailureKind::NotFound).http_status, Some(status));
        check(status, REFUSED, FailureKind::AuthFailed);
        check(status, LIMIT, FailureKind::RateLimited);
    }
    check(200, &messages(&["AA002"]), FailureKind::AuthFailed);
    check(200, &messages(&["9999", "004"]), FailureKind::NotFound);
}

#[test]
fn a_message_that_is_not_known_leaves_it_to_the_status() {
    for (status, expected) in [
        (200, FailureKind::ChangedUpstream),
        (404, FailureKind::ChangedUpstream),
        (406, FailureKind::ChangedUpstream),
        (401, FailureKind::AuthFailed),
        (403, FailureKind::AuthFailed),
        (429, FailureKind::RateLimited),
        (500, FailureKind::Unavailable),
        (503, FailureKind::Unavailable),
    ] {
        check(status, &messages(&["Server"]), expected);
        check(status, "<messages/>", expected);
    }
    check(200, "<messages><message><description>004</description></message></messages>", FailureKind::ChangedUpstream);
}

#[test]
fn a_refused_key_says_which_section_and_which_key() {
    let refused = check(401, REFUSED, FailureKind::AuthFailed);
    assert_eq!(refused.scope, Scope::Account);
    assert!(refused.message.contains("[carriers.canadapost]") && refused.message.contains("production key"));
    check(401, "", FailureKind::AuthFailed);
}

#[test]
fn no_key_is_asked_for_before_anything_is_sent() {
    let mut replay = Replay::<CanadaPost>::of();
    let failure = replay.without_secrets().track_one(NUMBER).expect_err("no key");
    assert_eq!((failure.kind, failure.scope), (FailureKind::NeedsCredential, Scope::Account));
    assert!(failure.message.contains("username"), "{}", failure.message);
    assert!(replay.requests().is_empty());
}

#[test]
fn slow_down_says_for_how_long_and_the_rest_is_not_asked() {
    let limited = |status, headers: &[(&str, &str)], body: &str| {
        let mut replay = Replay::<CanadaPost>::of();
        replay.on("GET", &address(NUMBER)).reply_with(status, headers, body);
        let found = replay.track_all(&[NUMBER, "4000000000000022"]);
        assert_eq!(replay.requests().len(), 1);
        let failure = found[1].as_ref().expect_err("too many");
        assert_eq!(failure.kind, FailureKind::RateLimited);
        failure.retry_after_s
    };
    assert_eq!(limited(500, &[], LIMIT), Some(60));
    assert_eq!(limited(200, &[("retry-after", "20")], LIMIT), Some(20));
    assert_eq!(limited(429, &[("retry-after", "20")], ""), Some(20));
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
    for (body, expected) in [
        ("", FailureKind::Unavailable),
        ("<!DOCTYPE html><html>We are down for maintenance</html>", FailureKind::Unavailable),
        ("<tracking-detail><pin>40000", FailureKind::Unavailable),
        ("OK", FailureKind::ChangedUpstream),
        ("17", FailureKind::ChangedUpstream),
        ("{}", FailureKind::ChangedUpstream),
        ("[]", FailureKind::ChangedUpstream),
        ("<a/>", FailureKind::ChangedUpstream),
        ("<tracking-detail/>", FailureKind::ChangedUpstream),
        ("<tracking-detail><significant-events/></tracking-detail>", FailureKind::NoScanYet),
        (&detail("", ""), FailureKind::NoScanYet),
        (&detail("", "<event/>"), FailureKind::NoScanYet),
        (&detail("", "<occurrence><event-identifier>20</event-identifier></occurrence>"), FailureKind::NoScanYet),
        (&detail("", "<occurrence/>").replace(NUMBER, "4000000000000022"), FailureKind::Inconclusive),
    ] {
        check(200, body, expected);
    }
}

#[test]
fn a_document_that_would_grow_without_end_is_refused() {
    let bomb = "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><tracking-detail>&b;</tracking-detail>";
    check(200, bomb, FailureKind::ChangedUpstream);
}

#[test]
fn a_number_that_is_no_path_is_not_asked() {
    let mut replay = Replay::<CanadaPost>::of();
    for number in ["../dnc/1", "4000/15", "4000000000000015?a=b", "é", ""] {
        let failure = replay.track_one(number).expect_err("not a number");
        assert_eq!(failure.kind, FailureKind::InvalidNumber, "{number}");
    }
    assert!(replay.requests().is_empty());
}

#[test]
fn fields_of_another_kind_cost_themselves_and_nothing_else() {
    let huge = "9 &lt;b&gt;\u{202e}".repeat(50_000);
    let odd = format!(
        "<occurrence><event-identifier><a/></event-identifier><event-description/><event-date><b>soon</b></event-date></occurrence>\
         word<occurrence/><other><event-identifier>174</event-identifier></other>\
         <occurrence><event-identifier>500</event-identifier><event-description>{huge}</event-description>\
         <event-date>{huge}</event-date><event-site>{huge}</event-site><event-province>{huge}</event-province></occurrence>"
    );
    let fields = format!(
        "<expected-delivery-date>{huge}</expected-delivery-date><delivery-options>{huge}</delivery-options>\
         <return-pin><a/></return-pin><destination-postal-id>{huge}</destination-postal-id><service-name/>"
    );
    let answer = told(&detail(&fields, &odd)).expect("an answer");
    let statuses: Vec<Status> = answer.events.iter().map(|event| event.status).collect();
    assert_eq!(statuses, [Status::Unknown, Status::Unknown, Status::OutForDelivery]);
    assert_eq!((answer.window, answer.facts, answer.destination), (None, Vec::new(), None));
    assert!(answer.handoffs.is_empty());
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
