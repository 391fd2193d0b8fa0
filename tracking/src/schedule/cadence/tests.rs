use super::*;
use crate::record::LegNo;
use crate::testing::*;
use crate::vocabulary::{Choice, Failure};

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

fn next(lines: &[&str], gap: SignedDuration, every: Option<SignedDuration>, change: impl FnOnce(&mut Leg)) -> NextPoll {
    let mut timeline = timeline(&["demo"]);
    timeline.absorb(LegNo(0), &report(day(20, 11), lines));
    change(&mut timeline.legs[0]);
    let parcel_state = ParcelState::of(&timeline, &cross_border());
    let poll_schedule = PollSchedule { jitter: 0, ..PollSchedule::default() };
    let zone = TimeZone::get("Europe/Paris").expect("a zone");
    next_poll(Situation {
        now: at_noon(),
        leg: &timeline.legs[0],
        timeline: &timeline,
        expected: None,
        parcel_state: &parcel_state,
        poll_schedule: &poll_schedule,
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
    check(&["arrived_destination | 2026-11-20 10:00 Z"], nothing, Some(8 * 60), "in import");
    check(&["customs_cleared | 2026-11-20 10:00 Z"], nothing, Some(90), "after its release");
    check(&["local_processing | 2026-11-20 10:00 Z"], nothing, Some(3 * 60), "once the vans have left");
    check(&["available_for_pickup | 2026-11-20 10:00 Z"], nothing, Some(2 * 60), "while it waits for pickup");
    check(&["out_for_delivery | 2026-11-20 11:30 Z"], nothing, Some(20), "while it is out for delivery");
}

#[test]
fn silence_slows_it_down_to_a_limit() {
    check(&["departed_origin | 2026-11-15 06:00 Z"], nothing, Some(42 * 60), "slower the longer nothing happens");
    // A few days without a scan are usual in import and in a depot.
    check(&["arrived_destination | 2026-11-16 12:00 Z"], nothing, Some(8 * 60), "in import it asks every 8 h");
    check(&["arrived_destination | 2026-11-12 06:00 Z"], nothing, Some(10 * 60), "slower the longer nothing happens");
    check(&["departed_origin | 2026-11-01 12:00 Z"], |leg| leg.added_at = day(1, 12), Some(48 * 60), "slower");
}

/// The same with two legs of which the second is a hand-off, at any time: what the leg `no` is asked for.
#[track_caller]
fn check_leg(now: &str, first: &[&str], local: &[&str], no: u16, expected: &str, why: &str) {
    let mut timeline = timeline(if local.is_empty() { &["demo"] } else { &["demo", "post"] });
    timeline.absorb(LegNo(0), &report(at(now), first));
    if local.iter().any(|line| !line.is_empty()) {
        timeline.absorb(LegNo(1), &report(at(now), local));
    }
    let next = ask(&timeline, at(now), LegNo(no), None, next_poll);
    assert_eq!(next.at.map(|at| at.to_string()).as_deref(), Some(expected), "{}", next.why);
    assert!(next.why.contains(why), "{:?} should say {why:?}", next.why);
}

fn ask(
    timeline: &Timeline,
    now: Timestamp,
    no: LegNo,
    expected: Option<&Expected>,
    ask: fn(Situation<'_>) -> NextPoll,
) -> NextPoll {
    let parcel_state = ParcelState::of(timeline, &cross_border());
    let poll_schedule = PollSchedule { jitter: 0, ..PollSchedule::default() };
    let zone = TimeZone::get("Europe/Paris").expect("a zone");
    ask(Situation {
        now,
        leg: timeline.leg(no).expect("a leg"),
        timeline,
        expected,
        parcel_state: &parcel_state,
        poll_schedule: &poll_schedule,
        gap: hours(0),
        every: None,
        zone: &zone,
    })
}

const HANDED: &[&str] = &["departed_origin | 2026-11-10 10:00 Z", "handed_to_local | 2026-11-19 10:00 Z"];
const IN_DEPOT: &[&str] = &["local_processing | 2026-11-20 02:00 Z"];

#[test]
fn the_last_mile_is_asked_when_something_moves() {
    // Paris is an hour ahead of UTC. Depots sort at night, vans leave from 6 to 11, and then it is quiet until 18.
    for (now, expected, why) in [
        ("2026-11-20T02:30:00Z", "2026-11-20T04:30:00Z", "on the last mile it asks every 2 h"),
        ("2026-11-20T04:00:00Z", "2026-11-20T05:30:00Z", "every 90 min from 06:00 to 11:00 there, when vans leave"),
        ("2026-11-20T06:00:00Z", "2026-11-20T07:30:00Z", "every 90 min from 06:00 to 11:00 there, when vans leave"),
        ("2026-11-20T11:00:00Z", "2026-11-20T14:00:00Z", "once the vans have left, it asks every 3 h"),
        ("2026-11-20T20:00:00Z", "2026-11-20T22:00:00Z", "on the last mile it asks every 2 h"),
    ] {
        check_leg(now, HANDED, IN_DEPOT, 1, expected, why);
    }
}

#[test]
fn what_only_people_do_is_asked_by_day() {
    let waiting = &["available_for_pickup | 2026-11-20 10:00 Z"];
    check_leg("2026-11-20T18:30:00Z", waiting, &[], 0, "2026-11-20T19:55:00Z", "once more before the night");
    check_leg("2026-11-20T19:55:00Z", waiting, &[], 0, "2026-11-21T06:00:00Z", "by day, from 07:00 there");
    check_leg("2026-11-20T12:00:00Z", HANDED, &[], 0, "2026-11-20T14:00:00Z", "with no local portal to ask");
    check_leg("2026-11-20T20:30:00Z", HANDED, &[], 0, "2026-11-21T06:00:00Z", "with no local portal to ask");
}

#[test]
fn the_portal_that_leads_is_asked_and_the_other_now_and_then() {
    let noon = "2026-11-20T12:00:00Z";
    check_leg(noon, HANDED, IN_DEPOT, 0, "2026-11-24T12:00:00Z", "the local carrier has it now, and here");
    check_leg(noon, &HANDED[..1], &[""], 1, "2026-11-24T12:00:00Z", "it has not reached this carrier yet, and until");
    // Handed over and silent for longer than a day: the local portal may never tell, so both are asked.
    check_leg("2026-11-20T09:00:00Z", HANDED, &[""], 0, "2026-11-24T09:00:00Z", "the local carrier has it now");
    check_leg(noon, HANDED, &[""], 0, "2026-11-20T15:00:00Z", "once the vans have left");
    check_leg(noon, HANDED, &[""], 1, "2026-11-20T15:00:00Z", "once the vans have left");
}

#[test]
fn near_the_expected_day_it_asks_more_often() {
    let window = |source, from, to| Expected {
        from: Some(crate::vocabulary::Moment::Date(from)),
        to: crate::vocabulary::Moment::Date(to),
        source,
        slides: 0,
        slid_days: 0,
        peak: false,
    };
    let november = |day| jiff::civil::date(2026, 11, day);
    for (source, from, to, hours, why) in [
        (WindowSource::Carrier, 23, 25, 8, "on the long haul, and expected about now"),
        (WindowSource::Carrier, 24, 25, 36, "on the long haul it asks"),
        (WindowSource::Carrier, 10, 30, 8, "expected about now"),
        (WindowSource::Class, 22, 29, 8, "expected about now"),
        // A window of weeks tells no day.
        (WindowSource::Class, 20, 30, 36, "on the long haul it asks"),
    ] {
        let mut timeline = timeline(&["demo"]);
        timeline.absorb(LegNo(0), &report(at_noon(), &["departed_origin | 2026-11-20 10:00 Z"]));
        let expected = window(source, november(from), november(to));
        let next = ask(&timeline, at_noon(), LegNo(0), Some(&expected), next_poll);
        assert_eq!(next.at, Some(at_noon() + SignedDuration::from_hours(hours)), "{from} to {to}: {}", next.why);
        assert!(next.why.contains(why), "{}", next.why);
    }
}

#[test]
fn an_answer_of_one_portal_hastens_the_other_and_never_delays_it() {
    let mut timeline = timeline(&["demo", "post"]);
    timeline.absorb(LegNo(0), &report(at_noon(), HANDED));
    for (planned, expected) in [(70, 3), (1, 1)] {
        timeline.legs[1].next_ask_at = Some(at_noon() + hours(planned));
        timeline.legs[1].next_why = "it was planned".to_owned();
        let next = ask(&timeline, at_noon(), LegNo(1), None, poll_sooner);
        assert_eq!(next.at, Some(at_noon() + hours(expected)));
        assert_eq!(next.why == "it was planned", planned == expected);
    }
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
    check(&lines, failed(FailureKind::NotFound, 5), Some(180), "on the last mile");
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
fn a_carrier_that_will_soon_know_more_is_asked_then() {
    let soon = |wait: SignedDuration, count: u32| {
        move |leg: &mut Leg| {
            let failure = Failure { retry_after: Some(wait), ..Failure::new(FailureKind::Inconclusive, "x") };
            leg.outage = Some(Outage { failure, since: at(NOON), count });
        }
    };
    let minutes = SignedDuration::from_mins;
    check(&[], soon(minutes(5), 1), Some(5), "will know more in 5 min");
    check(&[], soon(minutes(0), 1), Some(1), "will know more");
    check(&[], soon(minutes(5), 3), Some(60), "will know more in 60 min");
    check(&[], soon(hours(100), 1), Some(1440), "before the first scan");
}

#[test]
fn jitter_spreads_and_repeats_itself() {
    let mut timeline = timeline(&["demo"]);
    timeline.absorb(LegNo(0), &report(day(20, 11), &["accepted | 2026-11-20 10:00 Z"]));
    let parcel_state = ParcelState::of(&timeline, &cross_border());
    let poll_schedule = PollSchedule::default();
    let zone = TimeZone::UTC;
    let mut seen = std::collections::BTreeSet::new();
    for number in 0..50 {
        let mut leg = timeline.legs[0].clone();
        leg.number = crate::vocabulary::TrackingNumber::new(&format!("NUMBER{number}")).expect("a number");
        let situation = Situation {
            now: at_noon(),
            leg: &leg,
            timeline: &timeline,
            expected: None,
            parcel_state: &parcel_state,
            poll_schedule: &poll_schedule,
            gap: hours(0),
            every: None,
            zone: &zone,
        };
        let next = next_poll(situation);
        assert_eq!(next, next_poll(situation));
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
