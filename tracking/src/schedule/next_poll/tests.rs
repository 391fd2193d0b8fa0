use jiff::tz::TimeZone;

use super::*;
use crate::judgement::{Expected, WindowSource};
use crate::record::{Leg, LegNo, PollPhase, Timeline};
use crate::schedule::PollSchedule;
use crate::state::ParcelState;
use crate::testing::*;
use crate::vocabulary::Failure;

const NOON: &str = "2026-11-20T12:00:00Z";

/// When a leg is asked next, in minutes from noon, with a rhythm that has no jitter; and why.
#[track_caller]
fn check(lines: &[&str], change: impl FnOnce(&mut Leg), expected: Option<i64>, reason: &str) {
    let next = next(lines, SignedDuration::ZERO, None, change);
    let minutes = next.at.map(|at| at.duration_since(at_noon()).as_mins());
    assert_eq!((minutes, next.reason.to_string().as_str()), (expected, reason));
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
    check(&["registered | 2026-11-20 10:00 Z"], nothing, Some(6 * 60), "interval first_scan PT6H");
    check(&["accepted | 2026-11-20 10:00 Z"], nothing, Some(24 * 60), "interval origin PT24H");
    check(&["departed_origin | 2026-11-20 10:00 Z"], nothing, Some(36 * 60), "interval line_haul PT36H");
    check(&["arrived_destination | 2026-11-20 10:00 Z"], nothing, Some(7 * 60), "interval import PT7H");
    check(&["customs_cleared | 2026-11-20 10:00 Z"], nothing, Some(90), "interval released PT1H30M");
    check(&["local_processing | 2026-11-20 10:00 Z"], nothing, Some(3 * 60), "interval vans_gone PT3H");
    check(&["available_for_pickup | 2026-11-20 10:00 Z"], nothing, Some(2 * 60), "interval pickup PT2H");
    check(&["out_for_delivery | 2026-11-20 11:30 Z"], nothing, Some(20), "interval out_for_delivery PT20M");
}

#[test]
fn silence_slows_it_down_to_a_limit() {
    check(&["departed_origin | 2026-11-15 06:00 Z"], nothing, Some(42 * 60), "interval line_haul PT42H slowed");
    // A few days without a scan are usual in import and in a depot.
    check(&["arrived_destination | 2026-11-16 12:00 Z"], nothing, Some(7 * 60), "interval import PT7H");
    check(&["arrived_destination | 2026-11-12 06:00 Z"], nothing, Some(10 * 60), "interval import PT10H slowed");
    check(
        &["departed_origin | 2026-11-01 12:00 Z"],
        |leg| leg.added_at = day(1, 12),
        Some(48 * 60),
        "interval line_haul PT48H slowed",
    );
}

/// The same with two legs of which the second is a hand-off, at any time: what the leg `no` is asked for.
#[track_caller]
fn check_leg(now: &str, first: &[&str], local: &[&str], no: u16, expected: &str, reason: &str) {
    let mut timeline = timeline(if local.is_empty() { &["demo"] } else { &["demo", "post"] });
    timeline.absorb(LegNo(0), &report(at(now), first));
    if local.iter().any(|line| !line.is_empty()) {
        timeline.absorb(LegNo(1), &report(at(now), local));
    }
    let next = ask(&timeline, at(now), LegNo(no), None, next_poll);
    assert_eq!(next.at.map(|at| at.to_string()).as_deref(), Some(expected), "{}", next.reason);
    assert_eq!(next.reason.to_string(), reason);
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
    for (now, expected, reason) in [
        ("2026-11-20T02:30:00Z", "2026-11-20T04:30:00Z", "interval last_mile PT2H"),
        ("2026-11-20T04:00:00Z", "2026-11-20T05:30:00Z", "vans_leave last_mile PT1H30M 6 11"),
        ("2026-11-20T06:00:00Z", "2026-11-20T07:30:00Z", "vans_leave last_mile PT1H30M 6 11"),
        ("2026-11-20T11:00:00Z", "2026-11-20T14:00:00Z", "interval vans_gone PT3H"),
        ("2026-11-20T20:00:00Z", "2026-11-20T22:00:00Z", "interval last_mile PT2H"),
    ] {
        check_leg(now, HANDED, IN_DEPOT, 1, expected, reason);
    }
}

#[test]
fn what_only_people_do_is_asked_by_day() {
    let waiting = &["available_for_pickup | 2026-11-20 10:00 Z"];
    check_leg("2026-11-20T18:30:00Z", waiting, &[], 0, "2026-11-20T19:55:00Z", "before_night pickup");
    check_leg("2026-11-20T19:55:00Z", waiting, &[], 0, "2026-11-21T06:00:00Z", "by_day pickup 7");
    check_leg("2026-11-20T12:00:00Z", HANDED, &[], 0, "2026-11-20T14:00:00Z", "interval no_local_portal PT2H");
    check_leg("2026-11-20T20:30:00Z", HANDED, &[], 0, "2026-11-21T06:00:00Z", "by_day no_local_portal 7");
}

#[test]
fn the_hours_of_the_day_are_local_over_a_change_of_summer_time() {
    // In Paris the clock goes from 2 to 3 on 29 March 2026, and from 3 to 2 on 25 October.
    for (arrived, now, expected) in [
        ("2026-03-28 10:00 Z", "2026-03-28T19:55:00Z", "2026-03-29T05:00:00Z"),
        ("2026-10-24 10:00 Z", "2026-10-24T18:55:00Z", "2026-10-25T06:00:00Z"),
    ] {
        let waiting = format!("available_for_pickup | {arrived}");
        check_leg(now, &[&waiting], &[], 0, expected, "by_day pickup 7");
    }
    for (scan, now, expected) in [
        ("2026-03-29 00:30 Z", "2026-03-29T03:00:00Z", "2026-03-29T04:30:00Z"),
        ("2026-10-25 00:30 Z", "2026-10-25T04:00:00Z", "2026-10-25T05:30:00Z"),
    ] {
        let in_depot = format!("local_processing | {scan}");
        check_leg(now, &[], &[&in_depot], 1, expected, "vans_leave last_mile PT1H30M 6 11");
    }
}

#[test]
fn the_portal_that_leads_is_asked_and_the_other_now_and_then() {
    let noon = "2026-11-20T12:00:00Z";
    check_leg(noon, HANDED, IN_DEPOT, 0, "2026-11-25T06:00:00Z", "by_day second_portal 7");
    check_leg(noon, &HANDED[..1], &[""], 1, "2026-11-25T02:00:00Z", "interval awaits_hand_off PT110H");
    // Handed over and silent for longer than a day: the local portal may never tell, so both are asked.
    check_leg("2026-11-20T09:00:00Z", HANDED, &[""], 0, "2026-11-25T06:00:00Z", "by_day second_portal 7");
    check_leg(noon, HANDED, &[""], 0, "2026-11-20T15:00:00Z", "interval vans_gone PT3H");
    check_leg(noon, HANDED, &[""], 1, "2026-11-20T15:00:00Z", "interval vans_gone PT3H");
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
    for (source, from, to, hours, phase) in [
        (WindowSource::Carrier, 23, 25, 7, PollPhase::LineHaulNear),
        (WindowSource::Carrier, 24, 25, 36, PollPhase::LineHaul),
        (WindowSource::Carrier, 10, 30, 7, PollPhase::LineHaulNear),
        (WindowSource::Class, 22, 29, 7, PollPhase::LineHaulNear),
        // A window of weeks tells no day.
        (WindowSource::Class, 20, 30, 36, PollPhase::LineHaul),
    ] {
        let mut timeline = timeline(&["demo"]);
        timeline.absorb(LegNo(0), &report(at_noon(), &["departed_origin | 2026-11-20 10:00 Z"]));
        let expected = window(source, november(from), november(to));
        let next = ask(&timeline, at_noon(), LegNo(0), Some(&expected), next_poll);
        assert_eq!(next.at, Some(at_noon() + SignedDuration::from_hours(hours)), "{from} to {to}: {}", next.reason);
        assert_eq!(next.reason.phase(), Some(phase));
    }
}

#[test]
fn an_answer_of_one_portal_advances_the_poll_of_the_other_and_never_delays_it() {
    let mut timeline = timeline(&["demo", "post"]);
    timeline.absorb(LegNo(0), &report(at_noon(), HANDED));
    for (planned, expected) in [(70, 3), (1, 1)] {
        plan(&mut timeline.legs[1], at_noon() + hours(planned));
        let next = ask(&timeline, at_noon(), LegNo(1), None, poll_sooner);
        assert_eq!(next.at, Some(at_noon() + hours(expected)));
        assert_eq!(next.reason == PollReason::Unplanned, planned == expected);
    }
}

#[test]
fn a_delivered_parcel_is_watched_for_a_week() {
    check(&["delivered | 2026-11-19 10:00 Z"], nothing, Some(24 * 60), "after_delivery PT168H");
    check(&["delivered | 2026-11-12 10:00 Z"], nothing, None, "delivered_long_ago PT168H");
    check(&["returned | 2026-11-19 10:00 Z"], nothing, None, "nothing_to_expect");
}

#[test]
fn the_users_interval_holds_within_the_carriers_limit() {
    let every = |every, gap| next(&["accepted | 2026-11-20 10:00 Z"], hours(gap), Some(hours(every)), nothing);
    assert_eq!(every(3, 1).at, Some(at_noon() + hours(3)));
    assert_eq!(every(3, 5).at, Some(at_noon() + hours(5)));
    assert_eq!(every(3, 5).reason, PollReason::OwnInterval { every: hours(5) });
}

#[test]
fn failures_wait_longer_each_time() {
    let failed = |kind: FailureKind, count: u32| {
        move |leg: &mut Leg| leg.outage = Some(Outage { failure: Failure::new(kind, "x"), since: at(NOON), count })
    };
    let lines = ["local_processing | 2026-11-20 10:00 Z"];
    for (count, minutes) in [(1, 15), (2, 30), (3, 60), (7, 720), (30, 720)] {
        check(&lines, failed(FailureKind::Unavailable, count), Some(minutes), &format!("failed unavailable {count}"));
    }
    check(&lines, failed(FailureKind::NeedsCredential, 1), Some(720), "waits_for_user needs_credential");
    check(&lines, failed(FailureKind::Blocked, 1), Some(60), "failed blocked 1");
    check(&lines, failed(FailureKind::NotFound, 5), Some(180), "interval vans_gone PT3H");
    let limited = |leg: &mut Leg| {
        let failure = Failure { retry_after: Some(hours(5)), ..Failure::new(FailureKind::RateLimited, "x") };
        leg.outage = Some(Outage { failure, since: at(NOON), count: 1 });
    };
    check(&lines, limited, Some(300), "asked_to_wait PT5H");
}

#[test]
fn what_never_left_the_house_is_tried_again_soon_whatever_the_carriers_gap() {
    let pause = |count| {
        let failure = Failure { unsent: true, ..Failure::new(FailureKind::Unavailable, "no address") };
        let fail = move |leg: &mut Leg| leg.outage = Some(Outage { failure, since: at(NOON), count });
        let next = next(&["departed_origin | 2026-11-20 10:00 Z"], hours(24), None, fail);
        next.at.map(|at| at.duration_since(at_noon()).as_mins())
    };
    assert_eq!([1, 4, 8, 9, 10, 50].map(pause), [15, 15, 15, 30, 60, 60].map(Some));
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
    check(&[], soon(minutes(5), 1), Some(5), "knows_more PT5M");
    check(&[], soon(minutes(0), 1), Some(1), "knows_more PT1M");
    check(&[], soon(minutes(5), 3), Some(60), "knows_more PT1H");
    check(&[], soon(hours(100), 1), Some(1440), "interval first_scan PT24H slowed");
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
fn a_local_carrier_that_does_not_know_the_number_yet_is_polled_as_on_the_last_mile() {
    let mut timeline = timeline(&["demo", "post"]);
    timeline.absorb(LegNo(0), &report(at_noon(), HANDED));
    timeline.fail(LegNo(1), Failure::new(FailureKind::NotFound, "x"), at_noon());
    let next = ask(&timeline, at_noon(), LegNo(1), None, next_poll);
    assert_eq!(next.reason.phase(), Some(PollPhase::VansGone));
}
