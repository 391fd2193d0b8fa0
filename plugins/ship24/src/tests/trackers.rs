//! What is asked, and what is remembered from one question to the next.

use parcelwatch_plugin::http::Body;

use super::*;

const RESULTS: &str = "https://api.ship24.com/public/v1/trackers/00000000-0000-4000-8000-000000000017/results";
const GONE: &str = r#"{ "errors": [{ "code": "tracker_not_found", "message": "Tracker not found." }], "data": null }"#;

fn parcel(hints: &[(&str, &str)], cursor: Option<&str>) -> Parcel {
    let hints = hints.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Parcel { key: 1, number: NUMBER.into(), hints, cursor: cursor.map(|cursor| cursor.as_bytes().to_vec()) }
}

fn ask(replay: &mut Replay<Ship24>, parcel: Parcel) -> (Result<Answer, Failure>, Option<String>) {
    let outcome = replay.track(&[parcel]).remove(0);
    (outcome.found, outcome.cursor.map(|cursor| String::from_utf8(cursor).expect("text")))
}

#[test]
fn the_first_question_makes_a_tracker_and_the_next_ones_read_it() {
    let mut replay = Replay::<Ship24>::of();
    replay.on("POST", TRACK).reply(201, PENDING);
    replay.on("GET", RESULTS).reply(200, JOURNEY);
    let (found, cursor) = ask(&mut replay, parcel(&[], None));
    assert_eq!(found.expect_err("its search has just begun").kind, FailureKind::Inconclusive);
    let cursor = cursor.expect("the tracker is remembered even so");
    assert!(cursor.starts_with("00000000-0000-4000-8000-000000000017"), "{cursor:?}");
    let (found, again) = ask(&mut replay, parcel(&[], Some(&cursor)));
    assert_eq!((found.map(|answer| answer.done), again.as_deref()), (Ok(true), Some(cursor.as_str())));
    assert_eq!(replay.requests(), [format!("POST {TRACK}"), format!("GET {RESULTS}")]);
    assert!(replay.sent().iter().all(|request| request.auth.as_deref() == Some("api")));
}

/// A try that is given up may be paid all the same.
#[test]
fn a_question_that_makes_ship24_ask_the_carriers_may_take_long() {
    let mut replay = Replay::<Ship24>::of();
    replay.on("GET", RESULTS).reply(404, GONE);
    replay.on("POST", TRACK).reply(201, PENDING);
    let _ = ask(&mut replay, parcel(&[], Some("00000000-0000-4000-8000-000000000017\n\n")));
    let mut calls = Replay::<Ship24>::of();
    calls.setting("plan", "per_call").on("POST", SEARCH).reply(201, PENDING);
    let _ = ask(&mut calls, parcel(&[], None));
    let waits: Vec<_> = replay.sent().iter().chain(&calls.sent()).map(|request| request.timeout_ms).collect();
    assert_eq!(waits, [None, Some(50_000), Some(50_000)], "a tracker is read at once");
}

#[test]
fn a_tracker_that_is_gone_is_made_anew() {
    let mut replay = Replay::<Ship24>::of();
    replay.on("GET", RESULTS).reply(404, GONE);
    replay
        .on("POST", TRACK)
        .reply(201, &JOURNEY.replace("0017\",\n          \"trackingNumber", "0018\",\n          \"trackingNumber"));
    let old = "00000000-0000-4000-8000-000000000017\n\n";
    let (found, cursor) = ask(&mut replay, parcel(&[], Some(old)));
    assert!(found.is_ok());
    assert_eq!(cursor.as_deref(), Some("00000000-0000-4000-8000-000000000018\n\n"));
}

#[test]
fn a_tracker_that_found_nothing_is_made_anew_once_the_person_tells_more() {
    let mut replay = Replay::<Ship24>::of();
    replay.on("GET", RESULTS).reply(200, PENDING);
    replay.on("POST", TRACK).reply(201, JOURNEY);
    let old = "00000000-0000-4000-8000-000000000017\n\n";
    // What an answer told is no news of the user's.
    let (found, _) = ask(&mut replay, parcel(&[("country", "US")], Some(old)));
    assert!(found.is_err() && replay.requests().len() == 1);
    let (found, cursor) = ask(&mut replay, parcel(&[("postcode", "90001"), ("ship_date", "2026-11-09")], Some(old)));
    assert!(found.is_ok());
    assert_eq!(cursor.as_deref(), Some("00000000-0000-4000-8000-000000000017\n90001\n2026-11-09"));
    assert_eq!(replay.requests().len(), 3);
}

#[test]
fn a_tracker_that_found_the_parcel_is_kept_whatever_the_person_tells() {
    let mut replay = Replay::<Ship24>::of();
    replay.on("GET", RESULTS).reply(200, JOURNEY);
    let old = "00000000-0000-4000-8000-000000000017\n\n";
    let (found, cursor) = ask(&mut replay, parcel(&[("postcode", "90001")], Some(old)));
    assert_eq!((found.is_ok(), cursor.as_deref()), (true, Some(old)));
}

#[test]
fn a_refusal_forgets_no_tracker() {
    let old = "00000000-0000-4000-8000-000000000017\n\n";
    for (status, body) in [(500, ""), (401, "{}"), (404, "<html>Not here</html>")] {
        let mut replay = Replay::<Ship24>::of();
        replay.on("GET", RESULTS).reply(status, body);
        let (found, cursor) = ask(&mut replay, parcel(&[], Some(old)));
        assert_eq!((found.is_err(), cursor.as_deref()), (true, Some(old)), "{status}");
    }
}

#[test]
fn a_memory_that_could_lead_elsewhere_is_not_trusted() {
    for odd in ["", "\n\n", "../../couriers\n\n", "a b\n\n", "t1", "ü\n\n"] {
        let mut replay = Replay::<Ship24>::of();
        replay.on("POST", TRACK).reply(201, JOURNEY);
        assert!(ask(&mut replay, parcel(&[], Some(odd))).0.is_ok(), "{odd:?}");
    }
    let mut replay = Replay::<Ship24>::of();
    replay.on("POST", TRACK).reply(201, &JOURNEY.replace("00000000-0000-4000-8000-000000000017", "../17"));
    assert_eq!(ask(&mut replay, parcel(&[], None)).1, None);
}

#[test]
fn ship24_is_told_what_helps_it_to_find_the_parcel() {
    let body = |hints: &[(&str, &str)]| {
        let mut replay = Replay::<Ship24>::of();
        replay.on("POST", TRACK).reply(201, PENDING);
        let _ = ask(&mut replay, parcel(hints, None));
        match replay.sent().remove(0).body {
            Body::Text(text) => text,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(body(&[]), r#"{"trackingNumber":"LX000000014CN"}"#);
    assert_eq!(
        body(&[("country", "us"), ("postcode", "9\"0"), ("ship_date", "2026-11-09"), ("phone_digits", "1234")]),
        r#"{"trackingNumber":"LX000000014CN","destinationCountryCode":"US","destinationPostCode":"9\"0","shippingDate":"2026-11-09"}"#
    );
    assert_eq!(body(&[("country", "Narnia"), ("ship_date", "lately")]), r#"{"trackingNumber":"LX000000014CN"}"#);
}

#[test]
fn a_plan_per_call_searches_and_makes_no_tracker() {
    let mut replay = Replay::<Ship24>::of();
    replay.setting("plan", "per_call").on("POST", SEARCH).reply(201, JOURNEY);
    let (found, cursor) = ask(&mut replay, parcel(&[], None));
    assert_eq!((found.is_ok(), cursor), (true, None));
    // One from the other plan waits for its return.
    assert_eq!(ask(&mut replay, parcel(&[], Some("t1\n\n"))).1.as_deref(), Some("t1\n\n"));
    assert_eq!(replay.requests(), [format!("POST {SEARCH}"), format!("POST {SEARCH}")]);
}

#[test]
fn a_plan_that_is_none_is_named_before_anything_is_sent() {
    let mut replay = Replay::<Ship24>::of();
    let failure = replay.setting("plan", "golden").track_one(NUMBER).expect_err("no plan");
    assert_eq!((failure.kind, failure.scope), (FailureKind::NeedsInput, Scope::Account));
    assert!(failure.message.contains("golden") && failure.message.contains("[carriers.ship24.settings]"));
    assert!(replay.requests().is_empty());
    let mut replay = Replay::<Ship24>::of();
    replay.setting("plan", "per_shipment").on("POST", TRACK).reply(200, JOURNEY);
    assert!(replay.track_one(NUMBER).is_ok());
}

#[test]
fn nothing_is_held_that_had_to_be_released() {
    let mut replay = Replay::<Ship24>::of();
    assert!(replay.release(&[parcel(&[], Some("t1\n\n"))]).iter().all(|outcome| outcome.found.is_ok()));
    assert!(replay.requests().is_empty());
}
