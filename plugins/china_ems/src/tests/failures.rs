use super::*;

#[track_caller]
fn check(status: u16, body: &str, expected: FailureKind) {
    let failure = told_with(status, body).expect_err("no answer");
    assert_eq!(failure.kind, expected, "{}: {status} {body}", failure.message);
    assert!(!failure.message.ends_with('.'), "{}", failure.message);
    assert_eq!(failure.http_status, Some(status));
}

fn about_us(reply: &str, other: &str) -> String {
    reply.replace(other, NUMBER)
}

#[test]
fn unknown_items_are_not_found() {
    check(200, &about_us(include_str!("../../replies/not_found.html"), "EB700000027CN"), FailureKind::NotFound);
}

#[test]
fn what_the_page_does_not_serve_is_no_number_of_its() {
    let page = about_us(include_str!("../../replies/no_ems_item.html"), "EB700000035CN");
    check(200, &page, FailureKind::InvalidNumber);
    // The list of errors alone, without the place for a history.
    let bare = page.replace(&format!("id=\"table-{NUMBER}\""), "");
    check(200, &bare, FailureKind::InvalidNumber);
    check(200, &page.replace("does not denote an EMS item", "could not be looked up"), FailureKind::Inconclusive);
}

#[test]
fn a_number_that_is_no_ems_item_is_not_asked() {
    let mut replay = Replay::<ChinaEms>::of();
    for number in [
        "LX123456785CN",
        "EA123456784CN",
        "EA152563254CN",
        "EB12345678CN",
        "EB123456785XX",
        "eb123456785cn",
        "9892019112608",
        "EB123456785CN&itemId=EB700000013CN",
        "../EB123456785CN",
        "日本語",
        "",
    ] {
        let failure = replay.track_one(number).expect_err("no EMS item");
        assert_eq!(failure.kind, FailureKind::InvalidNumber, "{number}");
        assert!(failure.message.contains("serves EMS items only"), "{}", failure.message);
    }
    assert!(replay.requests().is_empty());
}

#[test]
fn a_captcha_is_a_block() {
    let captcha = include_str!("../../replies/captcha.html");
    for (status, body) in [(200, captcha), (403, captcha), (403, ""), (200, "<html>Access Denied")] {
        check(status, body, FailureKind::Blocked);
    }
    let failure = told(captcha).expect_err("a captcha");
    assert_eq!(failure.scope, Scope::Carrier);
    assert!(failure.message.contains("wait, or look"), "{}", failure.message);
    // The word alone, beside a history, is none.
    assert!(told(&JOURNEY.replace("Terms", "protected by a captcha")).is_ok());
}

#[test]
fn what_the_site_says_by_its_status() {
    check(503, "<html>Back soon</html>", FailureKind::Unavailable);
    check(500, JOURNEY, FailureKind::Unavailable);
    check(404, "<html>Nothing here</html>", FailureKind::ChangedUpstream);
    check(302, "", FailureKind::ChangedUpstream);
    check(401, "", FailureKind::ChangedUpstream);
}

#[test]
fn slow_down_says_for_how_long() {
    let mut replay = Replay::<ChinaEms>::of();
    replay.on("GET", &address(NUMBER)).reply_with(429, &[("retry-after", "90"), ("content-type", "text/html")], "<p>");
    let failure = replay.track_one(NUMBER).expect_err("too many");
    assert_eq!((failure.kind, failure.retry_after_s), (FailureKind::RateLimited, Some(90)));
}

#[test]
fn no_network_is_unavailable() {
    let mut replay = Replay::<ChinaEms>::of();
    replay.on("GET", &address(NUMBER)).fail("connect");
    assert_eq!(replay.track_one(NUMBER).expect_err("no network").kind, FailureKind::Unavailable);
}

#[test]
fn an_answer_about_another_number_proves_nothing() {
    check(200, &JOURNEY.replace(NUMBER, "EB700000027CN"), FailureKind::Inconclusive);
}

#[test]
fn bodies_that_are_no_answer() {
    for (body, expected) in [
        ("", FailureKind::Unavailable),
        (" \n", FailureKind::Unavailable),
        ("<!DOCTYPE html><html>We are down for maintenance</html>", FailureKind::Unavailable),
        ("<!DOCTYPE html><html><body><input name=\"itemId\">", FailureKind::Unavailable),
        ("OK", FailureKind::ChangedUpstream),
        ("17", FailureKind::ChangedUpstream),
        ("{}", FailureKind::ChangedUpstream),
        ("[]", FailureKind::ChangedUpstream),
        ("<html><input name=\"itemId\"><p>another form of page</p></html>", FailureKind::ChangedUpstream),
        (&page(""), FailureKind::ChangedUpstream),
        (&page("<tr><td>Nov 2, 2026, 4:05 PM</td></tr>"), FailureKind::ChangedUpstream),
    ] {
        check(200, body, expected);
    }
}

#[test]
fn cells_of_another_kind_cost_themselves_and_nothing_else() {
    let huge = "9 &lt;b&gt;\u{202e}".repeat(20_000);
    let rows = format!(
        "<tr><td>soon</td><td>Posted</td><td>CHINA</td></tr><tr></tr><tr><td></td><td></td><td></td></tr>\
         <tr><td>Nov 3, 2026, 9:10 PM</td><td></td><td>{huge}</td><td>more</td></tr>\
         <tr><td colspan=\"3\">a notice</td></tr><tr><td>{huge}</td><td>{huge}</td></tr>"
    );
    let answer = told(&page(&rows)).expect("an answer");
    let statuses: Vec<Status> = answer.events.iter().map(|event| event.status).collect();
    assert_eq!(statuses, [Status::Unknown, Status::Unknown, Status::Accepted]);
    assert_eq!((&answer.events[0].moment, &answer.events[2].moment), (&None, &None));
    assert_eq!(answer.events[1].moment, civil::parse("2026-11-03 21:10"));
}

#[test]
fn a_page_of_tags_without_end_is_not_read() {
    for deep in [page(&"<tr><td>".repeat(4_000)), page(&"<b>".repeat(500_000)), "</".repeat(500_000)] {
        let failure = told(&deep).expect_err("no history");
        assert_eq!(failure.kind, FailureKind::ChangedUpstream, "{}", failure.message);
    }
}

#[test]
fn cells_within_cells_are_read_in_no_time() {
    let nested = page(&format!("{}{}", "<tr><td>a".repeat(2_400), "</td></tr>".repeat(2_400)));
    assert_eq!(told(&nested).expect_err("no history").kind, FailureKind::ChangedUpstream);
}

#[test]
fn a_page_cut_off_anywhere_is_read_or_refused() {
    let whole = told(JOURNEY).expect("the whole");
    for end in (0..JOURNEY.trim_end().len()).filter(|end| JOURNEY.is_char_boundary(*end)).step_by(7) {
        match told(&JOURNEY[..end]) {
            Ok(answer) => assert_eq!(answer, whole, "cut at {end}"),
            Err(failure) => assert_eq!(failure.kind, FailureKind::Unavailable, "cut at {end}: {}", failure.message),
        }
    }
}

#[test]
fn a_page_with_a_hole_anywhere_is_read_or_refused() {
    for at in (0..JOURNEY.len() - 24).filter(|at| JOURNEY.is_char_boundary(*at)).step_by(11) {
        for length in [1, 3, 24] {
            let mut damaged = JOURNEY.to_owned();
            damaged.replace_range(at..at + length, "");
            // What counts is that nothing panics, whatever is told.
            let _ = told(&damaged);
        }
    }
}
