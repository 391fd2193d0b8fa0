use super::*;

#[track_caller]
fn check(status: u16, body: &str, expected: FailureKind) -> Failure {
    let failure = replies(status, body).track_one(NUMBER).expect_err("no answer");
    assert_eq!(failure.kind, expected, "{}: {status} {body}", failure.message);
    assert!(!failure.message.ends_with('.'), "{}", failure.message);
    assert!(!failure.message.contains("EXEMPLE"), "{}", failure.message);
    failure
}

#[test]
fn each_kind_of_having_no_answer_is_its_own() {
    check(200, &consignment("<SummaryCode>CNF</SummaryCode>"), FailureKind::NotFound);
    check(200, &consignment("<PieceQuantity>1</PieceQuantity>"), FailureKind::NoScanYet);
    check(200, UNKNOWN, FailureKind::Inconclusive);
    check(200, "<?xml version=\"1.0\"?><TrackResponse/>", FailureKind::Inconclusive);
    check(401, "Unauthorized", FailureKind::AuthFailed);
    check(403, "<html><h1>Access Denied</h1></html>", FailureKind::Blocked);
    check(404, "<html>No such page</html>", FailureKind::Unavailable);
    check(418, "tea", FailureKind::ChangedUpstream);
    check(500, "<html>Error</html>", FailureKind::Unavailable);
    check(503, "<?xml version=\"1.0\"?><fault/>", FailureKind::Unavailable);
}

#[test]
fn a_number_tnt_does_not_know_may_be_fedexs() {
    let failure = told("700000044", UNKNOWN).expect_err("unknown");
    assert_eq!(
        failure.message,
        "TNT does not know 700000044; newer numbers of TNT are FedEx's, so try it with carrier = \"fedex\", or check it for a \
         typo"
    );
}

#[test]
fn a_login_that_is_refused_says_where_it_stands() {
    let failure = check(200, REFUSED, FailureKind::AuthFailed);
    assert_eq!((failure.scope, failure.http_status), (Scope::Account, Some(200)));
    assert!(failure.message.contains("username and password in [carriers.tnt]"), "{}", failure.message);
}

#[test]
fn the_other_errors_prove_nothing() {
    for code in [
        "0001", "1001", "6001", "7001", "7002", "7003", "7004", "8001", "8002", "8003", "8004", "8005", "8006", "8007",
        "9001",
    ] {
        let failure = check(200, &error(code), FailureKind::Inconclusive);
        assert!(failure.message.contains(&format!("error {code}, an unreadable")), "{}", failure.message);
    }
    let failure = check(200, &error("4711"), FailureKind::Inconclusive);
    assert!(failure.message.contains("4711, which this plugin does not know"), "{}", failure.message);
    for code in ["", "A. EXEMPLE", "EXEMPLEEXEMPLE"] {
        let failure = check(200, &error(code), FailureKind::Inconclusive);
        assert!(failure.message.contains("no code"), "{}", failure.message);
    }
}

#[test]
fn slow_down_says_for_how_long() {
    for body in ["", "<html>slow down</html>"] {
        let mut replay = Replay::<Tnt>::of();
        replay.on("POST", TRACK).reply_with(429, &[("retry-after", "600")], body);
        let failure = replay.track_one(NUMBER).expect_err("too many");
        assert_eq!((failure.kind, failure.retry_after_s), (FailureKind::RateLimited, Some(600)));
    }
}

#[test]
fn no_login_is_asked_for_before_anything_is_sent() {
    let mut replay = Replay::<Tnt>::of();
    let failure = replay.without_secrets().track_one(NUMBER).expect_err("no login");
    assert_eq!((failure.kind, failure.scope), (FailureKind::NeedsCredential, Scope::Account));
    assert!(replay.requests().is_empty());
}

#[test]
fn a_number_that_could_break_out_of_the_document_is_not_asked() {
    let mut replay = replies(200, JOURNEY);
    let found = replay.track_all(&["1</ConsignmentNumber>", NUMBER, "a&b", "", "700 000 013", &"7".repeat(21)]);
    let kinds: Vec<_> = found.iter().map(|found| found.as_ref().err().map(|failure| failure.kind)).collect();
    let invalid = Some(FailureKind::InvalidNumber);
    assert_eq!(kinds, [invalid, None, invalid, invalid, invalid, invalid]);
    assert_eq!(replay.requests().len(), 1);
}

#[test]
fn a_number_that_spoils_the_batch_is_found_by_halving_it() {
    let mut replay = Replay::<Tnt>::of();
    // The whole, then its halves, then the halves of the second.
    for body in [&error("7001"), JOURNEY, &error("7001"), UNKNOWN, &error("7001")] {
        replay.on("POST", TRACK).reply(200, body);
    }
    let found = replay.track_all(&[NUMBER, NUMBER, "700000044", "WRONG1"]);
    let kinds: Vec<_> = found.iter().map(|found| found.as_ref().err().map(|failure| failure.kind)).collect();
    assert_eq!(kinds, [None, None, Some(FailureKind::NotFound), Some(FailureKind::Inconclusive)]);
    assert_eq!(replay.requests().len(), 5);
}

#[test]
fn two_numbers_that_spoil_a_batch_do_not_spoil_it_for_the_good_ones() {
    let mut replay = Replay::<Tnt>::of();
    // The whole, both halves, then each number.
    for body in [&error("7001"), &error("7001"), &error("7001"), &error("7001"), JOURNEY, JOURNEY, &error("7002")] {
        replay.on("POST", TRACK).reply(200, body);
    }
    let found = replay.track_all(&["WRONG1", NUMBER, NUMBER, "WRONG2"]);
    let kinds: Vec<_> = found.iter().map(|found| found.as_ref().err().map(|failure| failure.kind)).collect();
    let spoilt = Some(FailureKind::Inconclusive);
    assert_eq!(kinds, [spoilt, None, None, spoilt]);
    assert_eq!(replay.requests().len(), 7);
}

#[test]
fn a_refusal_that_concerns_all_ends_the_halving_and_is_kept() {
    let mut replay = Replay::<Tnt>::of();
    replay.on("POST", TRACK).reply(200, &error("7001"));
    replay.on("POST", TRACK).reply(200, REFUSED);
    let found = replay.track_all(&[NUMBER, "WRONG1", "700000044", "WRONG2"]);
    assert!(found.iter().all(|found| found.as_ref().is_err_and(|failure| failure.kind == FailureKind::AuthFailed)));
    assert_eq!(replay.requests().len(), 2);
}

#[test]
fn trouble_of_tnts_own_takes_no_more_requests_than_a_call_may_make() {
    let numbers: Vec<String> = (0..50).map(|no| format!("7000001{no:02}")).collect();
    let numbers: Vec<&str> = numbers.iter().map(String::as_str).collect();
    for (body, requests) in [(error("0001"), 16), (REFUSED.to_owned(), 1), (String::new(), 1)] {
        let mut replay = replies(200, &body);
        assert!(replay.track_all(&numbers).iter().all(Result::is_err));
        assert_eq!(replay.requests().len(), requests, "{body}");
    }
}
