use super::*;

/// The replay grants only what the descriptor declares, so that the interface stands where the page is.
const ORIGIN: &str = "https://items.ems.post";
const TRACES: &str = include_str!("../../replies/partner.xml");

fn asked(status: u16, body: &str) -> Result<Answer, Failure> {
    let mut replay = Replay::<ChinaEms>::of();
    replay.setting("partner_origin", ORIGIN);
    replay.on("GET", &format!("{ORIGIN}/partner/api/public/p/track/query/en/{NUMBER}")).reply(status, body);
    replay.track_one(NUMBER)
}

#[track_caller]
fn check(status: u16, body: &str, expected: FailureKind) {
    let failure = asked(status, body).expect_err("no answer");
    assert_eq!(failure.kind, expected, "{}: {status} {body}", failure.message);
    assert!(!failure.message.ends_with('.'), "{}", failure.message);
}

#[test]
fn an_operator_with_a_key_has_the_scans_within_china() {
    let answer = asked(200, TRACES).expect("the traces read");
    let lines: Vec<String> = answer.events.iter().map(line).collect();
    assert_eq!(
        lines,
        [
            "2026-11-03T09:00:00 - | unknown - | Delivered, recipient: … @ MoXingSheng, call … [-]",
            "2026-11-02T23:08:24 - | arrived_at_sorting - | Arrival at Sorting Center @ 10000024 [-]",
            "2026-11-02T17:02:00 - | left_sorting - | Despatch from Sorting Center @ MoXingSheng MOXING [-]",
            "2026-11-02T08:50:00 - | accepted - | Posting @ MoXingSheng 10000017 [-]",
        ]
    );
    assert!(!answer.done);
    let everything = format!("{answer:?}");
    assert!(!everything.contains("Mo Xing") && !everything.contains("138"), "{everything}");
}

#[test]
fn the_question_carries_version_and_key() {
    let mut replay = Replay::<ChinaEms>::of();
    replay.setting("partner_origin", &format!(" {ORIGIN}/ "));
    replay.on("GET", &format!("{ORIGIN}/partner/api/public/p/track/query/en/{NUMBER}")).reply(200, TRACES);
    replay.track_one(NUMBER).expect("the traces read");
    let [request] = &replay.sent()[..] else { panic!("one question") };
    assert_eq!(request.headers, [("version".to_owned(), "international_eub_us_1.1".to_owned())]);
    assert_eq!(request.auth.as_deref(), Some("partner"));
    let profile = ChinaEms::describe().profiles.remove(0);
    let attached = profile.attach(&|name| Some(format!("the {name}")), None).expect("every secret is there");
    assert_eq!(attached.headers, [("authenticate".to_owned(), "the api_key".to_owned())]);
}

#[test]
fn without_the_setting_or_for_another_post_the_page_is_asked() {
    let foreign = "EE700000013NL";
    let mut replay = Replay::<ChinaEms>::of();
    replay.without_secrets();
    replay.on("GET", &address(NUMBER)).reply(200, JOURNEY);
    replay.on("GET", &address(foreign)).reply(200, &JOURNEY.replace(NUMBER, foreign));
    replay.track_one(NUMBER).expect("the page needs no key");
    replay.setting("partner_origin", "  ").track_one(NUMBER).expect("an empty setting is none");
    replay.setting("partner_origin", ORIGIN).track_one(foreign).expect("the interface knows Chinese items only");
}

#[test]
fn no_key_is_asked_for_before_anything_is_sent() {
    let mut replay = Replay::<ChinaEms>::of();
    let failure = replay.setting("partner_origin", ORIGIN).without_secrets().track_one(NUMBER).expect_err("no key");
    assert_eq!((failure.kind, failure.scope), (FailureKind::NeedsCredential, Scope::Account));
    assert!(failure.message.contains("api_key"), "{}", failure.message);
    assert!(replay.requests().is_empty());
}

#[test]
fn an_origin_that_is_not_granted_says_how_to_grant_it() {
    let mut replay = Replay::<ChinaEms>::of();
    let failure =
        replay.setting("partner_origin", "http://shipping.ems.com.cn").track_one(NUMBER).expect_err("no grant");
    assert!(
        failure.message.ends_with("add \"http://shipping.ems.com.cn\" to hosts in [carriers.china_ems]"),
        "{}",
        failure.message
    );
    assert!(replay.requests().is_empty());
}

#[test]
fn a_key_that_is_refused_says_where_to_mend_it() {
    let refused = include_str!("../../replies/bad_key.xml");
    for (status, body) in [(200, refused), (401, "")] {
        let failure = asked(status, body).expect_err("a bad key");
        assert_eq!((failure.kind, failure.scope), (FailureKind::AuthFailed, Scope::Account));
        assert!(failure.message.contains("api_key in [carriers.china_ems]"), "{}", failure.message);
    }
    check(200, &refused.replace("V02", "V99 &lt;x&gt;"), FailureKind::Inconclusive);
    check(200, "<response/>", FailureKind::Inconclusive);
}

#[test]
fn unknown_and_unscanned_items_are_told_apart() {
    check(200, "null", FailureKind::NotFound);
    check(200, " null\n", FailureKind::NotFound);
    check(200, "<?xml version=\"1.0\"?><traces/>", FailureKind::NoScanYet);
    check(200, "<traces><trace>\n<remark/></trace></traces>", FailureKind::NoScanYet);
}

#[test]
fn bodies_and_statuses_that_are_no_answer() {
    for (status, body, expected) in [
        (200, "", FailureKind::Unavailable),
        (200, "<html><p>Back soon</p></html>", FailureKind::Unavailable),
        (200, "<html>captcha</html>", FailureKind::Blocked),
        (200, "<traces><trace>", FailureKind::Unavailable),
        (200, "OK", FailureKind::ChangedUpstream),
        (200, "17", FailureKind::ChangedUpstream),
        (200, "{}", FailureKind::ChangedUpstream),
        (200, "[]", FailureKind::ChangedUpstream),
        (200, "<other/>", FailureKind::ChangedUpstream),
        (403, "<html>Access Denied</html>", FailureKind::Blocked),
        (404, "", FailureKind::ChangedUpstream),
        (429, "", FailureKind::RateLimited),
        (502, "<html>Bad gateway</html>", FailureKind::Unavailable),
    ] {
        check(status, body, expected);
    }
}

#[test]
fn fields_of_another_kind_cost_themselves_and_nothing_else() {
    let body = "<traces><trace><acceptTime>soon</acceptTime><remark><b>Posting</b></remark></trace>\
                <trace><remark/><acceptAddress/></trace><trace>words alone</trace></traces>";
    let answer = asked(200, body).expect("an answer");
    let lines: Vec<String> = answer.events.iter().map(line).collect();
    assert_eq!(lines, ["- | unknown - |  @ -", "- | accepted - | Posting @ -"]);
}

#[test]
fn a_reply_cut_off_anywhere_is_read_or_refused() {
    let whole = asked(200, TRACES).expect("the whole");
    for end in (0..TRACES.trim_end().len()).step_by(7) {
        match asked(200, &TRACES[..end]) {
            Ok(answer) => assert_eq!(answer, whole, "cut at {end}"),
            Err(failure) => assert_eq!(failure.kind, FailureKind::Unavailable, "cut at {end}: {}", failure.message),
        }
    }
}
