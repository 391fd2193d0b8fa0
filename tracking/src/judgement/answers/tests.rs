use super::*;
use crate::testing::*;
use crate::vocabulary::{Failure, FailureKind};

const POLLING: Polling = Polling { since: Timestamp::UNIX_EPOCH, loading: false };

fn minutes(minutes: i64) -> SignedDuration {
    SignedDuration::from_mins(minutes)
}

/// A parcel added at midnight whose carriers have not been asked.
fn added(carriers: &[&str]) -> Timeline {
    let mut timeline = timeline(carriers);
    for leg in &mut timeline.legs {
        plan(leg, day(1, 0));
    }
    timeline
}

/// The carrier of a leg was asked so long after midnight, and failed in this way.
fn fail(timeline: &mut Timeline, no: u16, kind: FailureKind, after: i64, next: i64) {
    let now = day(1, 0) + minutes(after);
    timeline.fail(LegNo(no), Failure::new(kind, "x"), now);
    let leg = timeline.leg_mut(LegNo(no)).expect("a leg");
    leg.last_asked_at = Some(now);
    plan(leg, day(1, 0) + minutes(next));
}

fn answer(timeline: &mut Timeline, no: u16, after: i64, next: i64) {
    let now = day(1, 0) + minutes(after);
    timeline.absorb(LegNo(no), &report(now, &["accepted | 2026-10-30 10:00 +08:00"]));
    let leg = timeline.leg_mut(LegNo(no)).expect("a leg");
    leg.last_asked_at = Some(now);
    plan(leg, day(1, 0) + minutes(next));
}

/// Minutes after midnight until which an answer is awaited, as of so many minutes after midnight.
#[track_caller]
fn check(timeline: &Timeline, polling: Polling, now: i64, expected: Option<i64>) {
    let answers = Answers::of(timeline, polling, day(1, 0) + minutes(now));
    let until = answers.awaited_until.map(|until| until.duration_since(day(1, 0)).as_mins());
    assert_eq!(until, expected, "{answers:?}");
}

#[test]
fn a_parcel_is_awaited_until_each_of_its_carriers_has_answered() {
    let mut timeline = added(&["one", "two"]);
    check(&timeline, POLLING, 0, Some(60));
    answer(&mut timeline, 0, 1, 90);
    check(&timeline, POLLING, 1, Some(60));
    assert!(Answers::of(&timeline, POLLING, day(1, 0) + minutes(1)).imminent);
    fail(&mut timeline, 1, FailureKind::NotFound, 2, 300);
    check(&timeline, POLLING, 2, None);
}

#[test]
fn every_answer_that_tells_nothing_is_one_and_a_refusal_will_not_become_one() {
    for kind in FailureKind::ALL {
        let mut timeline = added(&["one"]);
        fail(&mut timeline, 0, kind, 1, 16);
        let is_settled = !matches!(
            kind,
            FailureKind::RateLimited | FailureKind::Unavailable | FailureKind::ChangedUpstream | FailureKind::Internal
        );
        check(&timeline, POLLING, 2, (!is_settled).then_some(60));
    }
}

#[test]
fn the_wait_ends_an_hour_after_the_first_try_however_the_tries_fail() {
    let mut timeline = added(&["one"]);
    fail(&mut timeline, 0, FailureKind::Unavailable, 1, 16);
    fail(&mut timeline, 0, FailureKind::RateLimited, 40, 70);
    check(&timeline, POLLING, 59, Some(60));
    check(&timeline, POLLING, 60, None);
    assert_eq!(Answers::of(&timeline, POLLING, day(1, 1)).unheard, Some(Unheard::Failed(LegNo(0))));
}

#[test]
fn a_restart_in_the_middle_does_not_end_the_wait_and_does_not_begin_it_anew() {
    let start = |at: i64| Polling { since: day(1, 0) + minutes(at), loading: false };
    // Stopped before the first try, and started again two days later.
    let untried = added(&["one"]);
    check(&untried, start(2880), 2881, Some(2940));
    // Stopped while the carrier failed.
    let mut failed = added(&["one"]);
    fail(&mut failed, 0, FailureKind::Unavailable, 1, 16);
    check(&failed, start(30), 31, Some(61));
    check(&failed, start(2880), 2881, None);
}

#[test]
fn what_fell_due_while_nobody_was_asking_is_waited_for_and_what_did_not_is_not() {
    let start = Polling { since: day(15, 0), loading: false };
    let hour = day(15, 1).duration_since(day(1, 0)).as_mins();
    let mut timeline = added(&["one"]);
    answer(&mut timeline, 0, 1, 24 * 60);
    check(&timeline, start, hour - 59, Some(hour));
    answer(&mut timeline, 0, hour - 58, hour + 600);
    check(&timeline, start, hour - 57, None);
    let mut timeline = added(&["one"]);
    answer(&mut timeline, 0, 1, hour + 24 * 60);
    check(&timeline, start, hour - 59, None);
}

#[test]
fn a_number_without_a_carrier_may_get_one_while_plugins_are_loaded() {
    let mut timeline = added(&["one"]);
    (timeline.legs[0].carrier, timeline.legs[0].state) = (None, LegState::NoCarrier);
    check(&timeline, Polling { loading: true, ..POLLING }, 1, Some(60));
    check(&timeline, POLLING, 1, None);
    assert_eq!(Answers::of(&timeline, POLLING, day(1, 0)).unheard, Some(Unheard::NoCarrier));
}

#[test]
fn where_there_is_nothing_to_ask_nothing_is_awaited() {
    let answers = Answers::of(&Timeline::default(), Polling { loading: true, ..POLLING }, day(1, 0));
    assert_eq!(answers, Answers { awaited_until: None, imminent: false, unheard: Some(Unheard::NoNumber) });
    for state in [LegState::Dormant, LegState::Rejected, LegState::Refused, LegState::Retired] {
        let mut timeline = added(&["one", "two"]);
        answer(&mut timeline, 0, 1, 90);
        timeline.legs[1].state = state;
        assert_eq!(Answers::of(&timeline, POLLING, day(1, 0)), Answers::default());
    }
}

#[test]
fn a_question_that_is_put_off_is_awaited_but_not_imminent() {
    let mut timeline = added(&["one"]);
    plan(&mut timeline.legs[0], day(1, 5));
    let answers = Answers::of(&timeline, POLLING, day(1, 0) + minutes(1));
    assert_eq!(answers.awaited_until, Some(day(1, 1)));
    assert!(!answers.imminent);
    assert_eq!(answers.unheard, Some(Unheard::NotAskedYet));
}
