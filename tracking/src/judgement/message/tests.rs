use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::*;
use crate::judgement::{Importance, Norms, Polling, alerts, assess, first_sight, timely, untold};
use crate::record::{LegNo, Timeline};
use crate::state::{ParcelState, merged_events};
use crate::testing::*;
use crate::vocabulary::{Failure, FailureKind, Parcel};

const POLLING: Polling = Polling { since: Timestamp::UNIX_EPOCH, loading: false };

fn bought() -> Parcel {
    Parcel {
        ordered: "2026-09-20".parse().ok(),
        marketplace: Some("aliexpress".to_owned()),
        class: Some(crate::vocabulary::Class::Standard),
        numbers: crate::vocabulary::TrackingNumber::new("NUMBER0").into_iter().collect(),
        ..cross_border()
    }
}

/// What is told of a timeline as of now, where nothing was told before.
fn at_first(timeline: &Timeline, now: Timestamp) -> Vec<Message> {
    let parcel = bought();
    let merged = merged_events(timeline, &parcel);
    let judgement = assess(timeline, &parcel, &merged, &Norms::default(), &TimeZone::UTC, now);
    let mut due = timely(&judgement, &[7, 3, 1], &TimeZone::UTC, now);
    due.extend(untold(timeline));
    messages(Occasion {
        is_known: false,
        answers: Answers::of(timeline, POLLING, now),
        first_sight: first_sight(&judgement.parcel_state, &merged, now),
        changes: Vec::new(),
        due,
    })
}

fn words(messages: &[Message]) -> Vec<String> {
    let key = |alert: &Alert| alert.kind.key();
    let said = |alert: &&Alert| alert.importance > Importance::Routine;
    let with = |message: &Message| {
        message.with.iter().filter(said).map(|alert| format!(" + {}", key(alert))).collect::<String>()
    };
    let line = |message: &Message| format!("{}: {}{}", message.importance().key(), key(&message.alert), with(message));
    messages.iter().map(line).collect()
}

fn asked(timeline: &mut Timeline, no: u16, now: Timestamp) {
    timeline.leg_mut(LegNo(no)).expect("a leg").last_asked_at = Some(now);
}

/// The importance of the one message about a parcel whose carrier tells these scans first, on 20 November.
#[track_caller]
fn check(lines: &[&str], expected: &str) {
    let now = day(20, 12);
    let mut timeline = timeline(&["demo"]);
    timeline.absorb(LegNo(0), &report(now, lines));
    asked(&mut timeline, 0, now);
    let told = at_first(&timeline, now);
    assert_eq!(told.len(), 1, "{lines:?}");
    assert_eq!(told[0].alert.importance.key(), expected, "{lines:?}");
}

const LANDED: &str = "arrived_destination | 2026-11-15 10:00 +01:00";

#[test]
fn what_needs_somebody_is_loud_at_first_sight() {
    for status in [
        "delivery_failed",
        "customs_hold",
        "available_for_pickup",
        "not_delivered",
        "out_for_delivery",
        "damaged",
        "lost",
        "returning",
    ] {
        check(&[LANDED, &format!("{status} | 2026-11-19 10:00 +01:00")], "important");
    }
    for status in ["in_transit", "import_customs", "handed_to_local", "exception", "returned"] {
        check(&[LANDED, &format!("{status} | 2026-11-19 10:00 +01:00")], "notice");
    }
}

#[test]
fn a_delivery_is_news_for_two_days() {
    check(&[LANDED, "delivered | 2026-11-18 13:01 +01:00"], "important");
    check(&[LANDED, "delivered | 2026-11-18 12:59 +01:00"], "routine");
    check(&[LANDED, "delivered | 2026-10-02 12:00 +01:00"], "routine");
    // What is broken is no matter of the past.
    check(&[LANDED, "damaged | 2026-11-16 11:00 +01:00", "delivered | 2026-11-16 12:59 +01:00"], "important");
}

#[test]
fn what_time_has_brought_by_the_first_answer_is_told_with_it() {
    let now = day(18, 12);
    let mut timeline = timeline(&["demo"]);
    assert_eq!(at_first(&timeline, day(1, 0)), []);
    timeline.absorb(LegNo(0), &report(now, &["departed_origin | 2026-09-25 10:00 +08:00"]));
    asked(&mut timeline, 0, now);
    assert_eq!(words(&at_first(&timeline, now)), ["important: now_tracking + deadline + silence + late"]);
}

#[test]
fn numbers_that_the_first_answer_leads_to_are_asked_first() {
    let now = day(18, 12);
    let mut timeline = timeline(&["cainiao", "usps"]);
    timeline.legs[1].added_at = now;
    timeline.absorb(LegNo(0), &report(now, &["handed_to_local | 2026-11-17 10:00 +01:00"]));
    asked(&mut timeline, 0, now);
    assert_eq!(at_first(&timeline, now), []);
    timeline.absorb(LegNo(1), &report(now, &["available_for_pickup | 2026-11-18 10:00 +01:00"]));
    asked(&mut timeline, 1, now);
    let told = at_first(&timeline, now);
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].with.last().map(|alert| alert.kind.clone()), Some(AlertKind::HandOff(LegNo(1))));
}

#[test]
fn a_carrier_that_fails_holds_up_what_rests_on_the_history_and_not_the_news() {
    let now = day(18, 12);
    let mut timeline = timeline(&["cainiao", "usps"]);
    timeline.legs.iter_mut().for_each(|leg| leg.added_at = now);
    timeline.absorb(LegNo(0), &report(now, &["departed_origin | 2026-09-25 10:00 +08:00"]));
    timeline.fail(LegNo(1), Failure::new(FailureKind::Unavailable, "x"), now);
    [0, 1].into_iter().for_each(|no| asked(&mut timeline, no, now));
    assert_eq!(words(&at_first(&timeline, now)), ["notice: now_tracking + handoff"]);
}

#[test]
fn where_nobody_answers_the_dates_of_the_config_remind_after_the_wait_in_one_message() {
    let added = day(18, 12);
    let mut timeline = timeline(&["demo"]);
    timeline.legs[0].added_at = added;
    timeline.fail(LegNo(0), Failure::new(FailureKind::Unavailable, "x"), added);
    asked(&mut timeline, 0, added);
    assert_eq!(at_first(&timeline, day(18, 12)), []);
    assert_eq!(words(&at_first(&timeline, day(18, 13))), ["important: deadline + late"]);
    // A key that is missing is not waited for, and is told with it.
    timeline.fail(LegNo(0), Failure::new(FailureKind::NeedsCredential, "x"), added);
    assert_eq!(words(&at_first(&timeline, day(18, 12))), ["important: deadline + late + source_lost"]);
    assert_eq!(words(&at_first(&Timeline::default(), day(18, 12))).len(), 1);
}

#[test]
fn later_each_change_is_a_message_and_what_time_brings_at_one_moment_is_another() {
    let parcel = bought();
    let mut timeline = timeline(&["demo"]);
    let scans = ["accepted | 2026-09-22 10:00 +08:00", "departed_origin | 2026-09-25 10:00 +08:00", LANDED];
    timeline.absorb(LegNo(0), &report(day(16, 0), &scans[..2]));
    let before = ParcelState::of(&timeline, &parcel);
    let progress = timeline.absorb(LegNo(0), &report(day(18, 12), &scans));
    asked(&mut timeline, 0, day(18, 12));
    let merged = merged_events(&timeline, &parcel);
    let judgement = assess(&timeline, &parcel, &merged, &Norms::default(), &TimeZone::UTC, day(18, 12));
    let told = messages(Occasion {
        is_known: true,
        answers: Answers::of(&timeline, POLLING, day(18, 12)),
        first_sight: first_sight(&judgement.parcel_state, &merged, day(18, 12)),
        changes: alerts(&timeline, &before, &judgement.parcel_state, &progress),
        due: timely(&judgement, &[7, 3, 1], &TimeZone::UTC, day(18, 12)),
    });
    assert_eq!(words(&told), ["important: arrived", "important: deadline + late"]);
}
