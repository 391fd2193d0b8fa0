use super::*;

const FAULT: &str = include_str!("../../replies/fault.xml");

#[track_caller]
fn check(status: u16, body: &str, expected: FailureKind) {
    let failure = told_with(status, body).expect_err("no answer");
    assert_eq!(failure.kind, expected, "{}: {status} {body}", failure.message);
    assert!(!failure.message.ends_with('.'), "{}", failure.message);
}

#[test]
fn unknown_numbers_are_not_found() {
    check(200, include_str!("../../replies/not_found.xml"), FailureKind::NotFound);
    for nothing in ["", "<listEventInfoComp><skybillNumber>10000000000017</skybillNumber></listEventInfoComp>"] {
        check(200, &returned(&format!("<errorCode>0</errorCode>{nothing}")), FailureKind::NotFound);
    }
    check(
        200,
        &returned("<errorCode>0</errorCode><listEventInfoComp><events> <code/></events></listEventInfoComp>"),
        FailureKind::NotFound,
    );
    let failure = told(&returned("<errorCode>3</errorCode><errorMessage>Ask Mme Modele</errorMessage>"))
        .expect_err("an error code");
    assert_eq!(failure.kind, FailureKind::NotFound);
    assert!(failure.message.ends_with("(error 3)"), "{}", failure.message);
}

#[test]
fn a_service_in_trouble_proves_nothing() {
    for words in ["System Error", "Erreur système"] {
        let body = returned(&format!("<errorCode>1</errorCode><errorMessage>{words}</errorMessage>"));
        check(200, &body, FailureKind::Inconclusive);
    }
}

#[test]
fn an_answer_about_another_number_proves_nothing() {
    check(200, &JOURNEY.replace(NUMBER, "10000000000024"), FailureKind::Inconclusive);
}

#[test]
fn a_fault_is_the_services_or_the_questions() {
    for status in [200, 500] {
        check(status, FAULT, FailureKind::Unavailable);
        check(status, &FAULT.replace("soap:Server", "soap:Client"), FailureKind::ChangedUpstream);
    }
    let failure = told_with(500, FAULT).expect_err("a fault");
    assert_eq!(failure.http_status, Some(500));
    assert!(!failure.message.contains("pool"), "{}", failure.message);
}

#[test]
fn what_the_service_says_by_its_status() {
    check(500, "", FailureKind::Unavailable);
    check(503, "<html>Back soon</html>", FailureKind::Unavailable);
    check(403, "<html>Access Denied</html>", FailureKind::Blocked);
    check(403, "", FailureKind::Blocked);
    check(200, "<html>Solve this captcha</html>", FailureKind::Blocked);
    check(401, "", FailureKind::ChangedUpstream);
    check(404, "", FailureKind::ChangedUpstream);
    check(302, "", FailureKind::ChangedUpstream);
    let failure = told_with(403, "<html>Access Denied</html>").expect_err("a wall");
    assert_eq!(failure.scope, Scope::Carrier);
}

#[test]
fn slow_down_says_for_how_long() {
    let mut replay = Replay::<Chronopost>::of();
    replay.on("POST", TRACK).reply_with(429, &[("retry-after", "60"), ("content-type", "text/html")], "<html></html>");
    let failure = replay.track_one(NUMBER).expect_err("too many");
    assert_eq!((failure.kind, failure.retry_after_s), (FailureKind::RateLimited, Some(60)));
}

#[test]
fn no_network_is_unavailable() {
    let mut replay = Replay::<Chronopost>::of();
    replay.on("POST", TRACK).fail("connect");
    assert_eq!(replay.track_one(NUMBER).expect_err("no network").kind, FailureKind::Unavailable);
}

#[test]
fn bodies_that_are_no_answer() {
    for (body, expected) in [
        ("", FailureKind::Unavailable),
        ("<!DOCTYPE html><html>We are down for maintenance</html>", FailureKind::Unavailable),
        ("<?xml version=\"1.0\"?><soap:Envelope xmlns:soap=\"u\"><soap:Bo", FailureKind::Unavailable),
        ("OK", FailureKind::ChangedUpstream),
        ("17", FailureKind::ChangedUpstream),
        ("{}", FailureKind::ChangedUpstream),
        ("[]", FailureKind::ChangedUpstream),
        ("<?xml version=\"1.0\"?><a/>", FailureKind::ChangedUpstream),
        (
            "<?xml version=\"1.0\"?><Envelope><Body><otherResponse><return/></otherResponse></Body></Envelope>",
            FailureKind::ChangedUpstream,
        ),
    ] {
        check(200, body, expected);
    }
    check(200, &returned(""), FailureKind::ChangedUpstream);
}

#[test]
fn fields_of_another_kind_cost_themselves_and_nothing_else() {
    let huge = "9 &lt;b&gt;\u{202e}".repeat(20_000);
    let body = returned(&format!(
        "<listEventInfoComp><events><code><deep>T</deep><deep>A</deep></code><eventDate>soon</eventDate></events>\
         <events><eventLabel>{huge}</eventLabel><zipCode/><infoCompList/><infoCompList><name>Partner number</name>\
         </infoCompList><infoCompList><name>Date of start delay</name><value>{huge}</value></infoCompList></events>\
         <events>words alone</events><events/></listEventInfoComp>"
    ));
    let answer = told(&body).expect("an answer");
    let statuses: Vec<Status> = answer.events.iter().map(|event| event.status).collect();
    assert_eq!(statuses, [Status::Unknown, Status::Unknown, Status::OutForDelivery]);
    assert!(answer.events.iter().all(|event| event.moment.is_none() && event.place.is_none()));
    assert_eq!((answer.handoffs, answer.facts, answer.done), (Vec::new(), Vec::new(), false));
}

#[test]
fn a_reply_cut_off_anywhere_is_read_or_refused() {
    let whole = told(JOURNEY).expect("the whole");
    for end in (0..JOURNEY.trim_end().len()).filter(|end| JOURNEY.is_char_boundary(*end)).step_by(7) {
        match told(&JOURNEY[..end]) {
            Ok(answer) => assert_eq!(answer, whole, "cut at {end}"),
            Err(failure) => assert_eq!(failure.kind, FailureKind::Unavailable, "cut at {end}: {}", failure.message),
        }
    }
}
