use super::*;
use crate::record::Outage;
use crate::testing::*;
use crate::vocabulary::Failure;

/// The alerts for each of several answers in a row, as their kinds.
#[track_caller]
fn check(answers: &[&[&str]], expected: &[&[&str]]) {
    let mut timeline = timeline(&["demo"]);
    let parcel = cross_border();
    for (number, (lines, expected)) in (1..).zip(answers.iter().zip(expected)) {
        let before = ParcelState::of(&timeline, &parcel);
        let is_known = !timeline.events.is_empty();
        let progress = timeline.absorb(LegNo(0), &report(day(number, 23), lines));
        let after = ParcelState::of(&timeline, &parcel);
        let told = match first_sight(&after, &crate::state::merged_events(&timeline, &parcel), day(number, 23)) {
            Some(first) if !is_known => vec![first],
            _ => alerts(&timeline, &before, &after, &progress),
        };
        let kinds: Vec<&str> = told.iter().map(|alert| alert.kind.key()).collect();
        assert_eq!(kinds, *expected, "answer {number}");
        let mut keys: Vec<&String> = told.iter().map(|alert| &alert.key).collect();
        keys.dedup();
        assert_eq!(keys.len(), told.len(), "every alert of an answer has a key of its own");
    }
}

const LABEL: &str = "registered | 2026-11-01 10:00 +08:00";
const IN: &str = "accepted | 2026-11-02 10:00 +08:00";
const LEFT: &str = "departed_origin | 2026-11-03 10:00 +08:00";
const LANDED: &str = "arrived_destination | 2026-11-04 10:00 +01:00";
const OUT: &str = "out_for_delivery | 2026-11-05 08:00 +01:00";
const BACK: &str = "local_processing | 2026-11-05 20:00 +01:00";
const OUT_AGAIN: &str = "out_for_delivery | 2026-11-06 08:00 +01:00";
const DONE: &str = "delivered | 2026-11-06 12:00 +01:00";

#[test]
fn the_first_answer_is_one_message_however_much_is_in_it() {
    check(&[&[LABEL, IN, LEFT, LANDED], &[LABEL, IN, LEFT, LANDED]], &[&["now_tracking"], &[]]);
}

#[test]
fn each_key_moment_is_told_once() {
    check(
        &[
            &[LABEL],
            &[LABEL, IN],
            &[LABEL, IN, LEFT],
            &[LABEL, IN, LEFT, LANDED, OUT],
            &[LABEL, IN, LEFT, LANDED, OUT, DONE],
        ],
        &[&["now_tracking"], &["shipped"], &["left_origin"], &["out_for_delivery", "scan"], &["delivered"]],
    );
}

#[test]
fn a_step_back_is_told_calmly_and_a_second_attempt_again() {
    check(
        &[&[IN, LANDED, OUT], &[IN, LANDED, OUT, BACK], &[IN, LANDED, OUT, BACK, OUT_AGAIN]],
        &[&["now_tracking"], &["rolled_back"], &["out_for_delivery"]],
    );
}

#[test]
fn what_needs_a_person_is_told_each_time() {
    let failed = "delivery_failed | 2026-11-05 12:00 +01:00";
    let failed_again = "delivery_failed | 2026-11-06 12:00 +01:00";
    check(
        &[&[LANDED, OUT], &[LANDED, OUT, failed], &[LANDED, OUT, failed, OUT_AGAIN, failed_again]],
        &[&["now_tracking"], &["delivery_failed"], &["delivery_failed", "scan"]],
    );
}

#[test]
fn trouble_is_told_when_it_begins() {
    let trouble = "exception | 2026-11-03 12:00 +08:00";
    check(&[&[IN], &[IN, trouble], &[IN, trouble]], &[&["now_tracking"], &["exception"], &[]]);
}

#[test]
fn a_routine_scan_is_for_the_parcels_own_feed() {
    let sorted = "origin_processing | 2026-11-02 18:00 +08:00";
    check(&[&[IN], &[IN, sorted]], &[&["now_tracking"], &["scan"]]);
    assert_eq!(AlertKind::Scan.importance(), Importance::Routine);
}

#[test]
fn an_outage_of_one_parcel_is_told_once_it_is_one_and_again_when_it_ends() {
    let outage = |kind, count| Outage { failure: Failure::new(kind, "x"), since: day(1, 0), count };
    let told = |kind, count| lost(LegNo(0), &outage(kind, count)).is_some();
    assert_eq!([1, 2].map(|count| told(FailureKind::NeedsInput, count)), [true, false]);
    assert_eq!([1, 2].map(|count| told(FailureKind::NeedsCredential, count)), [true, false]);
    assert_eq!([1, 2].map(|count| told(FailureKind::Ambiguous, count)), [true, false]);
    assert!(!told(FailureKind::NotFound, 3));
    assert!(!told(FailureKind::Unavailable, 3), "that is the carrier's, and not the parcel's");
    let ended = back(LegNo(0), &outage(FailureKind::NeedsInput, 5)).expect("its end is told");
    let again = back(LegNo(0), &outage(FailureKind::NeedsInput, 9)).expect("its end is told");
    assert_eq!(ended.key, again.key, "one outage, one message");
}

#[test]
fn a_carrier_is_lost_when_it_fails_everybody_for_a_while() {
    let is_lost = |kind, count| is_carrier_lost(&Outage { failure: Failure::new(kind, "x"), since: day(1, 0), count });
    assert_eq!([1, 2, 3, 4].map(|count| is_lost(FailureKind::Unavailable, count)), [false, false, true, true]);
    assert!(is_lost(FailureKind::Blocked, 1) && is_lost(FailureKind::AuthFailed, 1));
    assert!(!is_lost(FailureKind::NotFound, 9) && !is_lost(FailureKind::NeedsInput, 9));
}

#[test]
fn a_problem_that_does_not_pass_is_important_at_first_sight() {
    for (problem, importance) in [
        ("problem=destroyed", Importance::Important),
        ("problem=address", Importance::Important),
        ("", Importance::Notice),
    ] {
        let trouble = format!("exception | 2026-11-05 08:00 +01:00 | Trouble | FR | X | {problem}");
        let (parcel, mut timeline) = (cross_border(), timeline(&["demo"]));
        timeline.absorb(LegNo(0), &report(day(5, 23), &[LANDED, &trouble]));
        let state = ParcelState::of(&timeline, &parcel);
        let merged = crate::state::merged_events(&timeline, &parcel);
        let first = first_sight(&state, &merged, day(5, 23)).expect("an alert");
        assert_eq!(first.importance, importance, "{problem}");
    }
}
