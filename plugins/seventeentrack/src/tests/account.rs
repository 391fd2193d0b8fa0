//! What is done at 17TRACK for a parcel, what it costs, and what is remembered of it.

use parcelwatch_plugin::http::Body;

use super::*;

/// Asks, and tells the outcome, the cursor, and what was sent: the last part of each address and the body.
fn ask(replay: &mut Replay<SeventeenTrack>, parcel: Parcel) -> (Result<Answer, Failure>, Option<String>) {
    let outcome = replay.track(&[parcel]).remove(0);
    (outcome.found, outcome.cursor.map(|cursor| String::from_utf8(cursor).expect("text")))
}

fn sent(replay: &Replay<SeventeenTrack>) -> Vec<String> {
    let told = |request: http::Request| {
        assert_eq!(request.auth.as_deref(), Some("api"));
        let Body::Text(body) = request.body else { panic!("no body") };
        format!("{} {body}", request.url.rsplit('/').next().unwrap_or_default())
    };
    replay.sent().into_iter().map(told).collect()
}

#[test]
fn a_number_is_registered_once_and_read_from_then_on() {
    let mut replay = Replay::<SeventeenTrack>::of();
    replay.on("POST", &at("register")).reply(200, REGISTERED);
    replay.on("POST", &at("getquota")).reply(200, QUOTA);
    replay.on("POST", &at("gettrackinfo")).reply(200, NOTHING_YET);
    replay.on("POST", &at("gettrackinfo")).reply(200, JOURNEY);
    let (found, cursor) = ask(&mut replay, parcel(&[], None));
    let failure = found.expect_err("its search has just begun");
    assert_eq!((failure.kind, failure.retry_after_s), (FailureKind::Inconclusive, Some(300)));
    assert!(failure.message.ends_with("(198 of 200 units left)"), "{}", failure.message);
    assert_eq!(cursor.as_deref(), Some("followed 3011 2026-11-21"));
    let (found, cursor) = ask(&mut replay, parcel(&[], cursor.as_deref()));
    assert_eq!(found.expect_err("nothing yet").kind, FailureKind::Inconclusive);
    let (found, cursor) = ask(&mut replay, parcel(&[], cursor.as_deref()));
    assert_eq!((found.map(|answer| answer.done), cursor.as_deref()), (Ok(true), Some("followed 3011 2026-11-21")));
    let read = r#"gettrackinfo [{"number":"LX000000014CN","carrier":3011}]"#;
    assert_eq!(sent(&replay), [r#"register [{"number":"LX000000014CN"}]"#, "getquota {}", read, read]);
}

#[test]
fn new_and_known_numbers_of_one_question_take_one_request_each() {
    let mut replay = Replay::<SeventeenTrack>::of();
    let both = REGISTERED.replace("\"number\": \"LX000000014CN\"", "\"number\": \"SAMPLE-0002\"");
    replay.on("POST", &at("register")).reply(200, &both);
    replay.on("POST", &at("getquota")).reply(500, "");
    replay.on("POST", &at("gettrackinfo")).reply(200, JOURNEY);
    let new = Parcel { key: 2, number: "SAMPLE-0002".into(), ..Parcel::default() };
    let odd = Parcel { key: 3, number: "no/number".into(), ..Parcel::default() };
    let left_out = Parcel { key: 4, number: "SAMPLE-0004".into(), ..Parcel::default() };
    let outcomes = replay.track(&[new, registered(), odd, left_out]);
    let kinds: Vec<_> =
        outcomes.iter().map(|outcome| outcome.found.as_ref().err().map(|failure| failure.kind)).collect();
    use FailureKind::{Inconclusive, InvalidNumber};
    assert_eq!(kinds, [Some(Inconclusive), None, Some(InvalidNumber), Some(Inconclusive)]);
    assert_eq!(
        outcomes[0].cursor.as_deref(),
        Some(&b"followed 3011 2026-11-21"[..]),
        "although the account could not be looked at"
    );
    assert_eq!(outcomes[3].cursor, None);
    assert_eq!(replay.requests().len(), 3);
}

#[test]
fn two_parcels_with_one_number_are_one_question_and_have_one_answer() {
    let twice = |cursor: Option<&str>| {
        [1, 2].map(|key| Parcel { key, cursor: cursor.map(|cursor| cursor.as_bytes().to_vec()), ..parcel(&[], None) })
    };
    let mut replay = Replay::<SeventeenTrack>::of();
    replay.on("POST", &at("gettrackinfo")).reply(200, JOURNEY);
    for outcome in replay.track(&twice(Some("followed 3011 2026-11-20"))) {
        assert_eq!(outcome.found.map(|answer| answer.events.len()), Ok(7));
    }
    assert_eq!(sent(&replay), [r#"gettrackinfo [{"number":"LX000000014CN","carrier":3011}]"#]);
    let mut replay = Replay::<SeventeenTrack>::of();
    replay.on("POST", &at("register")).reply(200, REGISTERED);
    replay.on("POST", &at("getquota")).reply(200, QUOTA);
    for outcome in replay.track(&twice(None)) {
        assert_eq!(outcome.cursor.as_deref(), Some(&b"followed 3011 2026-11-21"[..]));
    }
    assert_eq!(sent(&replay), [r#"register [{"number":"LX000000014CN"}]"#, "getquota {}"]);
    let mut replay = Replay::<SeventeenTrack>::of();
    replay.on("POST", &at("stoptrack")).reply(200, REGISTERED);
    for outcome in replay.release(&twice(Some("followed 3011"))) {
        assert_eq!(outcome.cursor.as_deref(), Some(&b"stopped 3011"[..]));
    }
    assert_eq!(sent(&replay), [r#"stoptrack [{"number":"LX000000014CN","carrier":3011}]"#]);
}

#[test]
fn one_number_at_two_carriers_is_two_questions_and_each_has_its_own_answer() {
    let of = |key, cursor: &str| Parcel { key, ..parcel(&[], Some(cursor)) };
    let record = json!({ "number": NUMBER, "carrier": 3011, "track_info": { "latest_status": { "sub_status": "InTransit_Other" } } });
    let refused = json!({ "number": NUMBER, "carrier": "3013", "error": { "code": -18_019_909 } });
    let body = json!({ "code": 0, "data": { "accepted": [record], "rejected": [refused] } });
    let mut replay = Replay::<SeventeenTrack>::of();
    replay.on("POST", &at("gettrackinfo")).reply(200, &body.to_string());
    let outcomes = replay.track(&[of(1, "followed 3013 2026-11-20"), of(2, "followed 3011 2026-11-20")]);
    let kinds: Vec<_> =
        outcomes.iter().map(|outcome| outcome.found.as_ref().err().map(|failure| failure.kind)).collect();
    assert_eq!(kinds, [Some(FailureKind::Inconclusive), None]);
    assert_eq!(
        sent(&replay),
        [r#"gettrackinfo [{"number":"LX000000014CN","carrier":3013},{"number":"LX000000014CN","carrier":3011}]"#]
    );
}

#[test]
fn a_number_that_is_registered_already_is_read_at_once() {
    let mut replay = Replay::<SeventeenTrack>::of();
    replay.on("POST", &at("register")).reply(200, &rejected(-18_019_901));
    replay.on("POST", &at("gettrackinfo")).reply(200, JOURNEY);
    let (found, cursor) = ask(&mut replay, parcel(&[("courier", "china_post")], None));
    assert_eq!((found.is_ok(), cursor.as_deref()), (true, Some("followed 3011")));
    assert_eq!(sent(&replay)[0], r#"register [{"number":"LX000000014CN","carrier":3011}]"#);
}

#[test]
fn a_number_that_was_deleted_there_is_registered_anew() {
    let mut replay = Replay::<SeventeenTrack>::of();
    replay.on("POST", &at("gettrackinfo")).reply(200, &rejected(-18_019_902));
    replay.on("POST", &at("register")).reply(200, REGISTERED);
    replay.on("POST", &at("getquota")).reply(200, QUOTA);
    let (found, cursor) = ask(&mut replay, registered());
    assert_eq!((found.is_err(), cursor.as_deref()), (true, Some("followed 3011 2026-11-21")));
    assert_eq!(replay.requests().len(), 3);
}

#[test]
fn what_the_carrier_wants_to_know_is_told_only_once_it_asked() {
    let hints = [("postcode", "90001"), ("phone_digits", "1234"), ("country", "US")];
    for (code, param) in [(-18_010_018, "90001"), (-18_010_019, "90001"), (-18_010_020, "1234"), (-18_010_022, "90001")]
    {
        let mut replay = Replay::<SeventeenTrack>::of();
        replay.on("POST", &at("register")).reply(200, &rejected(code));
        replay.on("POST", &at("register")).reply(200, REGISTERED);
        replay.on("POST", &at("getquota")).reply(200, QUOTA);
        assert_eq!(ask(&mut replay, parcel(&hints, None)).1.as_deref(), Some("followed 3011 2026-11-21"));
        let more = format!(r#"register [{{"number":"LX000000014CN","param":"{param}"}}]"#);
        assert_eq!(sent(&replay)[..2], [r#"register [{"number":"LX000000014CN"}]"#.to_owned(), more]);
    }
    let mut replay = Replay::<SeventeenTrack>::of();
    replay.on("POST", &at("register")).reply(200, &rejected(-18_010_019));
    let failure = ask(&mut replay, parcel(&hints, None)).0.expect_err("not with this postcode either");
    assert_eq!((failure.kind, failure.needs), (FailureKind::NeedsInput, vec!["postcode".to_owned()]));
    assert_eq!(replay.requests().len(), 2);
}

#[test]
fn a_parcel_that_is_no_longer_followed_is_stopped() {
    for (body, after) in
        [(REGISTERED.to_owned(), "stopped 3011 2026-11-20"), (rejected(-18_019_906), "stopped 3011 2026-11-20")]
    {
        let mut replay = Replay::<SeventeenTrack>::of();
        replay.on("POST", &at("stoptrack")).reply(200, &body);
        let outcome = replay.release(&[registered()]).remove(0);
        assert!(outcome.found.is_ok());
        assert_eq!(outcome.cursor.as_deref(), Some(after.as_bytes()));
        assert_eq!(sent(&replay), [r#"stoptrack [{"number":"LX000000014CN","carrier":3011}]"#]);
    }
    let mut replay = Replay::<SeventeenTrack>::of();
    replay.on("POST", &at("stoptrack")).reply(200, &rejected(-18_019_902));
    let outcome = replay.release(&[registered()]).remove(0);
    assert_eq!((outcome.found.is_ok(), outcome.cursor), (true, None), "it is not there any more");
}

#[test]
fn stopping_fails_as_asking_does_and_forgets_nothing() {
    let mut replay = Replay::<SeventeenTrack>::of();
    replay.on("POST", &at("stoptrack")).reply(503, "");
    let outcome = replay.release(&[registered()]).remove(0);
    assert_eq!(outcome.found.map_err(|failure| failure.kind), Err(FailureKind::Unavailable));
    assert_eq!(outcome.cursor.as_deref(), Some(&b"followed 3011 2026-11-20"[..]));
}

#[test]
fn nothing_is_asked_for_parcels_that_hold_nothing() {
    let mut replay = Replay::<SeventeenTrack>::of();
    let odd =
        [None, Some("stopped 3011"), Some("ended"), Some("followed")].map(|cursor| parcel(&[("courier", "?")], cursor));
    assert!(replay.release(&odd[..3]).iter().all(|outcome| outcome.found.is_ok()));
    assert!(replay.requests().is_empty());
    replay.on("POST", &at("stoptrack")).reply(200, REGISTERED);
    assert!(replay.release(&odd[3..])[0].found.is_ok(), "a hint that is none stops nothing from being freed");
    assert!(replay.release(&vec![registered(); 81]).iter().all(|outcome| outcome.key == 1));
    assert_eq!(replay.requests().len(), 1 + 3, "forty at a time");
}

#[test]
fn a_parcel_that_is_followed_again_is_restarted_once() {
    let mut replay = Replay::<SeventeenTrack>::of();
    replay.on("POST", &at("retrack")).reply(200, REGISTERED);
    replay.on("POST", &at("gettrackinfo")).reply(200, JOURNEY);
    let (found, cursor) = ask(&mut replay, parcel(&[], Some("stopped 3011")));
    assert_eq!((found.is_ok(), cursor.as_deref()), (true, Some("followed 3011 2026-11-21")));
    let requests: Vec<String> =
        sent(&replay).iter().filter_map(|sent| sent.split(' ').next().map(str::to_owned)).collect();
    assert_eq!(requests, ["retrack", "gettrackinfo"]);
}

#[test]
fn a_parcel_that_cannot_be_restarted_is_still_read_and_says_so() {
    let on_its_way = info(&json!({ "latest_status": { "sub_status": "InTransit_Other" } }));
    let mut replay = Replay::<SeventeenTrack>::of();
    replay.on("POST", &at("retrack")).reply(200, &rejected(-18_019_905));
    replay.on("POST", &at("gettrackinfo")).reply(200, &on_its_way);
    let (found, cursor) = ask(&mut replay, parcel(&[], Some("stopped 3011")));
    let facts = found.expect("what is known").facts;
    assert!(facts.iter().any(|(name, value)| name == "tracking" && value.contains("no more news")), "{facts:?}");
    assert_eq!(cursor.as_deref(), Some("ended 3011"));
    assert!(ask(&mut replay, parcel(&[], cursor.as_deref())).0.is_ok());
    assert_eq!(replay.requests().len(), 3, "it is not restarted a second time");
    // One that was not stopped after all.
    let mut replay = Replay::<SeventeenTrack>::of();
    replay.on("POST", &at("retrack")).reply(200, &rejected(-18_019_904));
    replay.on("POST", &at("gettrackinfo")).reply(200, &on_its_way);
    assert_eq!(ask(&mut replay, parcel(&[], Some("stopped"))).1.as_deref(), Some("followed 2026-11-21"));
}

/// Where the parcel was last seen on a day, and what 17TRACK makes of it.
fn seen_on(day: &str, sub_status: &str) -> String {
    info(&json!({
        "latest_status": { "sub_status": sub_status },
        "tracking": { "providers": [{ "events": [{ "time_utc": format!("{day}T08:00:00Z"), "sub_status": "InTransit_Other" }] }] },
    }))
}

/// Reads a parcel, and restarts it where it seems to be stopped.
fn revived(told: &str, restarted: &str, cursor: &str) -> (Result<Answer, Failure>, Option<String>, usize) {
    let mut replay = Replay::<SeventeenTrack>::of();
    replay.on("POST", &at("gettrackinfo")).reply(200, told);
    replay.on("POST", &at("retrack")).reply(200, restarted);
    let (found, cursor) = ask(&mut replay, parcel(&[], Some(cursor)));
    let restarts = sent(&replay);
    let restarts = restarts.iter().filter(|sent| *sent == r#"retrack [{"number":"LX000000014CN","carrier":3011}]"#);
    (found, cursor, restarts.count())
}

#[test]
fn a_parcel_that_17track_stopped_by_itself_is_restarted_and_not_again_and_again() {
    let expired = seen_on("2026-10-10", "Expired_Other");
    let (found, cursor, restarts) = revived(&expired, REGISTERED, "followed 3011 2026-10-01");
    let answer = found.expect("what was read stays");
    assert_eq!((answer.events.len(), answer.facts.len(), restarts), (1, 0, 1));
    assert_eq!(cursor.as_deref(), Some("followed 3011 2026-11-21"));
    // Its state stays the same until there are news.
    assert_eq!(revived(&expired, REGISTERED, "followed 3011 2026-11-21").2, 0);
    assert_eq!(revived(&expired, REGISTERED, "followed 3011 2026-10-22").2, 0);
    // Not stopped yet, which is remembered, too.
    let (_, cursor, restarts) = revived(&expired, &rejected(-18_019_904), "followed 3011");
    assert_eq!((cursor.as_deref(), restarts), (Some("followed 3011 2026-11-21"), 1));
}

#[test]
fn what_makes_a_parcel_look_stopped() {
    let state = |sub_status: &str| info(&json!({ "latest_status": { "sub_status": sub_status } }));
    for (told, restarts) in [
        (seen_on("2026-10-10", "InTransit_Other"), 1),
        (seen_on("2026-10-20", "InTransit_Other"), 1),
        (seen_on("2026-10-21", "InTransit_Other"), 0),
        (seen_on("2026-11-20", "Expired_Other"), 1),
        (seen_on("2027-01-01", "InTransit_Other"), 0),
        (state("InTransit_Other"), 1),
        (state("InfoReceived"), 1),
        (state("NotFound_Other"), 1),
        (NOTHING_YET.to_owned(), 1),
        (state("NotFound_InvalidCode"), 0),
        (rejected(-18_019_903), 0),
        (JOURNEY.replace("2026-11-", "2026-09-"), 0),
    ] {
        let (found, cursor, count) = revived(&told, REGISTERED, "followed 3011 2026-10-01");
        assert_eq!(count, restarts, "{found:?}");
        let day = if restarts == 1 { "2026-11-21" } else { "2026-10-01" };
        assert_eq!(cursor, Some(format!("followed 3011 {day}")));
        assert_eq!(revived(&told, REGISTERED, "ended 3011").2, 0);
    }
}

#[test]
fn a_parcel_that_17track_stopped_for_good_says_so() {
    let expired = seen_on("2026-10-10", "Expired_Other");
    let (found, cursor, _) = revived(&expired, &rejected(-18_019_905), "followed 3011 2026-10-01");
    let facts = found.expect("what was read stays").facts;
    assert!(facts.iter().any(|(name, value)| name == "tracking" && value.contains("no more news")), "{facts:?}");
    assert_eq!(cursor.as_deref(), Some("ended 3011 2026-10-01"));
}

#[test]
fn a_restart_that_fails_takes_nothing_away_and_is_tried_with_the_next_question() {
    let old = seen_on("2026-10-10", "InTransit_Other");
    for refused in [
        rejected(-18_019_907),
        rejected(-18_010_003),
        r#"{"code":0,"data":{"accepted":[]}}"#.to_owned(),
        "{}".to_owned(),
    ] {
        let (found, cursor, restarts) = revived(&old, &refused, "followed 3011 2026-10-01");
        assert_eq!(
            (found.is_ok(), cursor.as_deref(), restarts),
            (true, Some("followed 3011 2026-10-01"), 1),
            "{refused}"
        );
    }
}

#[test]
fn a_question_may_take_as_long_as_17track_allows_itself() {
    let mut replay = Replay::<SeventeenTrack>::of();
    replay.on("POST", &at("register")).reply(200, REGISTERED);
    replay.on("POST", &at("getquota")).reply(200, QUOTA);
    ask(&mut replay, parcel(&[], None)).0.expect_err("just registered");
    let waits: Vec<_> = replay.sent().iter().map(|request| request.timeout_ms).collect();
    assert_eq!(waits, [Some(30_000), None]);
}

#[test]
fn whether_the_key_works_is_found_out_without_a_unit() {
    let mut replay = Replay::<SeventeenTrack>::of();
    replay.on("POST", &at("getquota")).reply(200, QUOTA);
    let (found, cursor) = ask(&mut replay, parcel(&[("probe", "true")], None));
    assert_eq!(found.expect("the account").facts, [("quota".to_owned(), "198 of 200 units left".to_owned())]);
    assert_eq!((cursor, sent(&replay)), (None, vec!["getquota {}".to_owned()]));
    let mut replay = Replay::<SeventeenTrack>::of();
    replay.on("POST", &at("getquota")).reply(401, r#"{"code":-18010002,"data":{"errors":[]}}"#);
    assert_eq!(
        ask(&mut replay, parcel(&[("probe", "true")], None)).0.expect_err("refused").kind,
        FailureKind::AuthFailed
    );
}

#[test]
fn a_courier_that_is_none_is_asked_for_again() {
    let mut replay = Replay::<SeventeenTrack>::of();
    let failure = ask(&mut replay, parcel(&[("courier", "owl")], None)).0.expect_err("no carrier");
    assert_eq!((failure.kind, failure.needs), (FailureKind::NeedsInput, vec!["courier".to_owned()]));
    assert!(failure.message.contains("\"owl\"") && replay.requests().is_empty());
}

#[test]
fn an_odd_memory_is_as_good_as_none() {
    for odd in ["", "unheard of", "followed3011", "ü"] {
        let mut replay = Replay::<SeventeenTrack>::of();
        replay.on("POST", &at("register")).reply(200, REGISTERED);
        replay.on("POST", &at("getquota")).reply(200, QUOTA);
        assert_eq!(ask(&mut replay, parcel(&[], Some(odd))).1.as_deref(), Some("followed 3011 2026-11-21"), "{odd:?}");
    }
}
