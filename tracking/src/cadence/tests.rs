use super::*;
use crate::testing::*;
use crate::{Choice, Failure, LegNo};

const NOON: &str = "2026-11-20T12:00:00Z";

/// When a leg is asked next, in minutes from noon, with a rhythm that has no jitter; and why.
#[track_caller]
fn check(lines: &[&str], change: impl FnOnce(&mut Leg), expected: Option<i64>, why: &str) {
    let next = next(lines, SignedDuration::ZERO, None, change);
    let minutes = next.at.map(|at| at.duration_since(at_noon()).as_mins());
    assert_eq!(minutes, expected, "{}", next.why);
    assert!(next.why.contains(why), "{:?} should say {why:?}", next.why);
}

fn at_noon() -> Timestamp {
    at(NOON)
}

fn next(lines: &[&str], gap: SignedDuration, every: Option<SignedDuration>, change: impl FnOnce(&mut Leg)) -> NextAsk {
    let mut timeline = timeline(&["demo"]);
    timeline.absorb(LegNo(0), &report(day(20, 11), lines));
    change(&mut timeline.legs[0]);
    let standing = Standing::of(&timeline, &cross_border());
    let rhythm = Rhythm { jitter: 0, ..Rhythm::default() };
    let zone = TimeZone::get("Europe/Paris").expect("a zone");
    next_ask(Situation {
        now: at_noon(),
        leg: &timeline.legs[0],
        timeline: &timeline,
        expected: None,
        standing: &standing,
        rhythm: &rhythm,
        gap,
        every,
        zone: &zone,
    })
}

fn nothing(_: &mut Leg) {}

#[test]
fn the_stage_sets_the_rhythm() {
    check(&["registered | 2026-11-20 10:00 Z"], nothing, Some(6 * 60), "before the first scan");
    check(&["accepted | 2026-11-20 10:00 Z"], nothing, Some(24 * 60), "at origin");
    check(&["departed_origin | 2026-11-20 10:00 Z"], nothing, Some(36 * 60), "on the long haul");
    check(&["arrived_destination | 2026-11-20 10:00 Z"], nothing, Some(12 * 60), "in import");
    check(&["local_processing | 2026-11-20 10:00 Z"], nothing, Some(2 * 60), "on the last mile");
    check(&["out_for_delivery | 2026-11-20 11:30 Z"], nothing, Some(20), "while it is out for delivery");
}

#[test]
fn silence_slows_it_down_to_a_limit() {
    check(&["departed_origin | 2026-11-13 12:00 Z"], nothing, Some(42 * 60), "slower the longer nothing happens");
    check(&["departed_origin | 2026-11-01 12:00 Z"], |leg| leg.added_at = day(1, 12), Some(48 * 60), "slower");
}

#[test]
fn the_last_mile_is_asked_by_day() {
    // Noon in UTC is one in the afternoon in Paris; twelve hours later it is night there.
    check(
        &["local_processing | 2026-11-14 10:00 Z"],
        |leg| leg.added_at = day(14, 0),
        Some(18 * 60),
        "from 07:00 there",
    );
}

#[test]
fn a_delivered_parcel_is_watched_for_a_week() {
    check(&["delivered | 2026-11-19 10:00 Z"], nothing, Some(24 * 60), "watched for 7 days");
    check(&["delivered | 2026-11-12 10:00 Z"], nothing, None, "more than 7 days ago");
    check(&["returned | 2026-11-19 10:00 Z"], nothing, None, "nothing more to expect");
}

#[test]
fn the_persons_interval_holds_within_the_carriers_limit() {
    let every = |every, gap| next(&["accepted | 2026-11-20 10:00 Z"], hours(gap), Some(hours(every)), nothing);
    assert_eq!(every(3, 1).at, Some(at_noon() + hours(3)));
    assert_eq!(every(3, 5).at, Some(at_noon() + hours(5)));
    assert!(every(3, 5).why.contains("every 5 h"));
}

#[test]
fn failures_wait_longer_each_time() {
    let failed = |kind: FailureKind, count: u32| {
        move |leg: &mut Leg| leg.outage = Some(Outage { failure: Failure::new(kind, "x"), since: at(NOON), count })
    };
    let lines = ["local_processing | 2026-11-20 10:00 Z"];
    for (count, minutes) in [(1, 15), (2, 30), (3, 60), (7, 720), (30, 720)] {
        check(&lines, failed(FailureKind::Unavailable, count), Some(minutes), "cannot be reached");
    }
    check(&lines, failed(FailureKind::NeedsCredential, 1), Some(720), "waits for you");
    check(&lines, failed(FailureKind::Blocked, 1), Some(60), "blocks automatic questions");
    check(&lines, failed(FailureKind::NotFound, 5), Some(120), "on the last mile");
    let limited = |leg: &mut Leg| {
        let failure = Failure {
            retry_after: Some(hours(5)),
            choices: Vec::<Choice>::new(),
            ..Failure::new(FailureKind::RateLimited, "x")
        };
        leg.outage = Some(Outage { failure, since: at(NOON), count: 1 });
    };
    check(&lines, limited, Some(300), "asked to wait 5 h");
}

#[test]
fn jitter_spreads_and_repeats_itself() {
    let mut timeline = timeline(&["demo"]);
    timeline.absorb(LegNo(0), &report(day(20, 11), &["accepted | 2026-11-20 10:00 Z"]));
    let standing = Standing::of(&timeline, &cross_border());
    let rhythm = Rhythm::default();
    let zone = TimeZone::UTC;
    let mut seen = std::collections::BTreeSet::new();
    for number in 0..50 {
        let mut leg = timeline.legs[0].clone();
        leg.number = crate::TrackingNumber::new(&format!("NUMBER{number}")).expect("a number");
        let situation = Situation {
            now: at_noon(),
            leg: &leg,
            timeline: &timeline,
            expected: None,
            standing: &standing,
            rhythm: &rhythm,
            gap: hours(0),
            every: None,
            zone: &zone,
        };
        let next = next_ask(situation);
        assert_eq!(next, next_ask(situation));
        let waits = next.at.expect("it is asked").duration_since(at_noon());
        assert!((hours(21)..=hours(27)).contains(&waits), "{waits}");
        seen.insert(waits);
    }
    assert!(seen.len() > 40, "fifty parcels hardly ever meet");
}

#[test]
fn durations_in_words() {
    for (seconds, expected) in [(20, "20 s"), (1200, "20 min"), (7200, "2 h"), (129_600, "36 h"), (604_800, "7 days")] {
        assert_eq!(words(SignedDuration::from_secs(seconds)), expected);
    }
}
