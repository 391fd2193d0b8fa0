use super::*;
use crate::record::Report;
use crate::testing::*;
use crate::vocabulary::{Failure, FailureKind};

const JOURNEY: [&str; 2] =
    ["registered | 2026-11-01 10:00 +08:00 | Label", "accepted | 2026-11-02 09:00 +08:00 | Taken in"];

/// When each leg is polled next, as an hour of 3 November, and why.
fn plans(timeline: &Timeline) -> Vec<(LegState, Option<i64>, PollReason)> {
    let hour = |at: Timestamp| at.duration_since(day(3, 0)).as_hours();
    let plan = |leg: &Leg| (leg.state, leg.next_poll().at.map(hour), leg.next_poll().reason.clone());
    timeline.legs.iter().map(plan).collect()
}

#[test]
fn the_carrier_that_tells_events_wins_over_those_that_do_not() {
    let mut timeline = timeline(&["demo"]);
    timeline.legs[0].carrier = None;
    timeline.legs[0].state = LegState::NoCarrier;
    let number = timeline.legs[0].number.clone();
    let candidates: Vec<Candidate> = [("first", 60), ("second", 55), ("third", 20)]
        .map(|(carrier, confidence)| candidate(carrier, confidence))
        .into();
    assert_eq!(timeline.assign(&number, &candidates, 2, day(1, 0), &PollReason::New), [LegNo(0), LegNo(1)]);
    timeline.fail(LegNo(0), Failure::new(FailureKind::NotFound, "x"), day(3, 0));
    timeline.absorb(LegNo(1), &report(day(3, 0), &JOURNEY));
    timeline.choose_active_carrier(&number, day(3, 0));
    let states: Vec<LegState> = timeline.legs.iter().map(|leg| leg.state).collect();
    assert_eq!(states, [LegState::Dormant, LegState::Active, LegState::Dormant]);
}

#[test]
fn when_nobody_asked_knows_the_number_the_next_is_asked() {
    let mut timeline = timeline(&["demo"]);
    timeline.legs[0].carrier = None;
    timeline.legs[0].state = LegState::NoCarrier;
    let number = timeline.legs[0].number.clone();
    timeline.assign(&number, &[candidate("first", 60), candidate("second", 30)], 1, day(1, 0), &PollReason::New);
    for hour in 0..2 {
        assert_eq!(timeline.choose_active_carrier(&number, day(3, hour)), []);
        timeline.fail(LegNo(0), Failure::new(FailureKind::NotFound, "x"), day(3, hour));
    }
    assert_eq!(timeline.choose_active_carrier(&number, day(3, 2)), [LegNo(1)]);
}

/// A timeline of one number with these candidates, of which the first is asked.
fn asked_first(candidates: &[(&str, u8)]) -> (Timeline, TrackingNumber) {
    let mut timeline = timeline(&["demo"]);
    timeline.legs[0].carrier = None;
    timeline.legs[0].state = LegState::NoCarrier;
    let number = timeline.legs[0].number.clone();
    let candidates: Vec<Candidate> = candidates.iter().map(|(name, sure)| candidate(name, *sure)).collect();
    timeline.assign(&number, &candidates, 1, day(1, 0), &PollReason::New);
    (timeline, number)
}

#[test]
fn a_closed_door_leads_to_the_next_likely_one_at_once() {
    let (mut timeline, number) = asked_first(&[("closed", 60), ("next", 30), ("unlikely", 10)]);
    timeline.fail(LegNo(0), Failure::new(FailureKind::NeedsCredential, "x"), day(3, 0));
    assert_eq!(timeline.choose_active_carrier(&number, day(3, 0)), [LegNo(1)]);
    timeline.fail(LegNo(1), Failure::new(FailureKind::Unsupported, "x"), day(3, 0));
    assert_eq!(timeline.choose_active_carrier(&number, day(3, 0)), [], "next to no likelihood is no reason to ask");
}

#[test]
fn nobody_pays_for_an_answer_while_the_likely_carrier_may_still_give_one() {
    let (mut timeline, number) = asked_first(&[("likely", 90), ("other", 30), ("trackall", 10)]);
    let not_found = || Failure::new(FailureKind::NotFound, "x");
    for hour in 0..2 {
        timeline.fail(LegNo(0), not_found(), day(3, hour));
    }
    assert_eq!(timeline.choose_active_carrier(&number, day(3, 2)), [LegNo(1)]);
    for hour in 2..4 {
        timeline.fail(LegNo(1), not_found(), day(3, hour));
    }
    assert_eq!(timeline.choose_active_carrier(&number, day(4, 23)), [], "a new number is unknown for a day or two");
    assert_eq!(timeline.choose_active_carrier(&number, day(5, 0)), [LegNo(2)]);

    let (mut timeline, number) = asked_first(&[("closed", 90), ("trackall", 10)]);
    timeline.fail(LegNo(0), Failure::new(FailureKind::AuthFailed, "x"), day(3, 0));
    assert_eq!(
        timeline.choose_active_carrier(&number, day(3, 0)),
        [LegNo(1)],
        "who refuses private people leaves no other way"
    );
    timeline.absorb(LegNo(1), &report(day(3, 1), &JOURNEY));
    timeline.choose_active_carrier(&number, day(3, 1));
    assert_eq!(timeline.legs[0].state, LegState::Dormant, "the closed door is no trouble any more");
}

fn candidate(carrier: &str, confidence: u8) -> Candidate {
    Candidate {
        carrier: crate::vocabulary::CarrierId::new(carrier).expect("an id"),
        carrier_name: carrier.to_owned(),
        number: TrackingNumber::new("NUMBER0").expect("a number"),
        confidence,
        scheme: String::new(),
        checksum: None,
        country: None,
        needs: Vec::new(),
        serves: Vec::new(),
        link: None,
        is_aggregator: carrier.starts_with("track"),
    }
}

#[test]
fn what_an_aggregator_named_is_not_paid_for_a_second_time() {
    let (mut timeline, _) = asked_first(&[("trackall", 10)]);
    let local = TrackingNumber::new("LOCAL00001").expect("a number");
    let mut told = report(day(3, 1), &JOURNEY);
    told.handoffs = vec![handoff("LOCAL00001", "Post")];
    timeline.absorb(LegNo(0), &told);
    assert_eq!(timeline.assign(&local, &[candidate("trackany", 10)], 1, day(1, 0), &PollReason::New), []);
    assert_eq!(timeline.leg(LegNo(1)).map(|leg| leg.state), Some(LegState::NoCarrier));
    let candidates = [candidate("post", 60), candidate("trackany", 10)];
    assert_eq!(timeline.assign(&local, &candidates, 1, day(1, 0), &PollReason::New), [LegNo(1)]);
    assert_eq!(timeline.legs.len(), 2, "the post has it, and nobody else is asked");
}

#[test]
fn nobody_pays_for_a_partners_number_of_a_stretch_that_is_told() {
    for (role, asked) in [(Role::Partner, None), (Role::HandOff, Some(LegNo(1)))] {
        let (mut timeline, _) = asked_first(&[("express", 90)]);
        let mut told = report(day(3, 1), &JOURNEY);
        told.handoffs = vec![HandOff { role, ..handoff("NETWORK0001", "Network") }];
        timeline.absorb(LegNo(0), &told);
        let number = TrackingNumber::new("NETWORK0001").expect("a number");
        assert_eq!(
            timeline.assign(&number, &[candidate("trackany", 10)], 1, day(1, 0), &PollReason::New),
            asked.into_iter().collect::<Vec<_>>()
        );
    }
}

#[test]
fn a_parcel_is_stuck_once_everybody_asked_waits_for_the_person() {
    let (mut timeline, number) = asked_first(&[("closed", 60), ("next", 50)]);
    assert_eq!(timeline.stuck(), None, "it has only begun");
    timeline.fail(LegNo(0), Failure::new(FailureKind::NeedsCredential, "x"), day(3, 0));
    assert_eq!(timeline.stuck().map(|leg| leg.no), Some(LegNo(0)));
    timeline.choose_active_carrier(&number, day(3, 0));
    assert_eq!(timeline.stuck(), None, "the next one is asked");
    timeline.fail(LegNo(1), Failure::new(FailureKind::NeedsInput, "x"), day(3, 1));
    assert_eq!(timeline.stuck().map(|leg| leg.no), Some(LegNo(0)), "the likeliest of them");
    timeline.absorb(LegNo(1), &report(day(3, 2), &JOURNEY));
    assert_eq!(timeline.stuck(), None);
}

#[test]
fn numbers_taken_out_of_the_config_are_retired_and_come_back() {
    let mut timeline = Timeline::default();
    let mut parcel = parcel();
    parcel.numbers = vec![TrackingNumber::new("AB1234").expect("a number")];
    timeline.reconcile(&parcel, day(1, 0));
    parcel.numbers = vec![TrackingNumber::new("CD5678").expect("a number")];
    timeline.reconcile(&parcel, day(2, 0));
    let states: Vec<LegState> = timeline.legs.iter().map(|leg| leg.state).collect();
    assert_eq!(states, [LegState::Retired, LegState::NoCarrier]);
    parcel.numbers.push(TrackingNumber::new("AB1234").expect("a number"));
    timeline.reconcile(&parcel, day(3, 0));
    assert_eq!((timeline.legs.len(), timeline.legs[0].state), (2, LegState::NoCarrier));
}

#[test]
fn who_becomes_active_is_polled_at_once_and_who_is_not_is_not() {
    let (mut timeline, number) = asked_first(&[("first", 60), ("second", 50)]);
    for hour in 0..2 {
        timeline.fail(LegNo(0), Failure::new(FailureKind::NotFound, "x"), day(3, hour));
    }
    timeline.choose_active_carrier(&number, day(3, 2));
    assert_eq!(plans(&timeline)[1], (LegState::Active, Some(2), PollReason::OthersInVain));
    timeline.absorb(LegNo(1), &report(day(3, 3), &JOURNEY));
    timeline.choose_active_carrier(&number, day(3, 3));
    assert_eq!(plans(&timeline)[0], (LegState::Dormant, None, PollReason::New));
    // A carrier that was polled before is polled again when its turn comes.
    assert!(timeline.reject(LegNo(1), day(3, 4)));
    assert_eq!(plans(&timeline)[0], (LegState::Active, Some(4), PollReason::OtherRejected));
    assert_eq!(plans(&timeline)[1], (LegState::Rejected, None, PollReason::OthersInVain));
}

#[test]
fn what_the_user_confirms_is_polled_at_once() {
    let (mut timeline, _) = asked_first(&[("first", 60), ("second", 50)]);
    assert!(timeline.confirm(LegNo(1), day(3, 5)));
    assert!(timeline.legs[1].confirmed);
    assert_eq!(plans(&timeline)[1], (LegState::Active, Some(5), PollReason::Confirmed));
    assert!(!timeline.confirm(LegNo(9), day(3, 5)) && !timeline.reject(LegNo(9), day(3, 5)));
    timeline.legs[0].carrier = None;
    assert!(timeline.confirm(LegNo(0), day(3, 6)));
    assert_eq!(plans(&timeline)[0].1, None, "a number without a carrier cannot be polled");
}

#[test]
fn the_users_carrier_is_polled_and_no_other() {
    let (mut timeline, number) = asked_first(&[("guess", 90), ("chosen", 10)]);
    let mut parcel = Parcel { numbers: vec![number.clone()], ..parcel() };
    let opinions = || vec![candidate("guess", 90), candidate("chosen", 10)];
    parcel.carrier = CarrierId::new("chosen");
    assert_eq!(timeline.numbers_without_carrier(parcel.carrier.as_ref()), std::slice::from_ref(&number));
    timeline.choose_carriers(&parcel, &number, opinions(), 3, day(3, 1));
    assert_eq!(plans(&timeline)[0].0, LegState::Dormant);
    assert_eq!(plans(&timeline)[1], (LegState::Active, Some(1), PollReason::New));
    assert_eq!(timeline.legs.iter().map(|leg| leg.confirmed).collect::<Vec<_>>(), [false, true]);
    assert_eq!(timeline.numbers_without_carrier(parcel.carrier.as_ref()), []);
}

#[test]
fn a_carrier_that_no_plugin_serves_confirms_no_other() {
    let (mut timeline, number) = asked_first(&[]);
    let parcel = Parcel { numbers: vec![number.clone()], carrier: CarrierId::new("nobody"), ..parcel() };
    timeline.choose_carriers(&parcel, &number, vec![candidate("guess", 90)], 3, day(3, 1));
    assert_eq!((timeline.legs[0].state, timeline.legs[0].confirmed), (LegState::Active, false));
}

#[test]
fn a_number_handed_over_is_given_a_carrier_once() {
    let (mut timeline, _) = asked_first(&[("first", 90)]);
    let told = Report { handoffs: vec![handoff("LOCAL00001", "post")], ..report(day(3, 1), &JOURNEY) };
    timeline.absorb(LegNo(0), &told);
    let hand_over = |timeline: &mut Timeline, carrier: &str, hour| {
        let reason = PollReason::FoundInAnswer;
        timeline.hand_over(&parcel(), &told.handoffs[0], vec![candidate(carrier, 60)], 3, day(3, hour), &reason);
    };
    hand_over(&mut timeline, "post", 1);
    assert_eq!(plans(&timeline)[1], (LegState::Active, Some(1), PollReason::FoundInAnswer));
    hand_over(&mut timeline, "courier", 2);
    assert_eq!((timeline.legs.len(), plans(&timeline)[1].1), (2, Some(1)), "it has one");
}

#[test]
fn what_waited_for_the_user_is_polled_when_the_config_changes() {
    let (mut timeline, _) = asked_first(&[("closed", 60)]);
    timeline.fail(LegNo(0), Failure::new(FailureKind::Unavailable, "x"), day(3, 0));
    timeline.wake_waiting(day(3, 7));
    assert_eq!(plans(&timeline)[0].2, PollReason::New, "the user changes nothing about that");
    timeline.fail(LegNo(0), Failure::new(FailureKind::NeedsCredential, "x"), day(3, 1));
    timeline.wake_waiting(day(3, 7));
    assert_eq!(plans(&timeline)[0], (LegState::Active, Some(7), PollReason::ConfigChanged));
}

#[test]
fn what_was_released_meanwhile_stays_released() {
    let mut leg = timeline(&["demo"]).legs.remove(0);
    leg.polled(None, Some(vec![1]), day(3, 0));
    assert_eq!((leg.held, leg.cursor.as_deref()), (true, Some(&[1][..])));
    leg.released(Some(&[1]), None, false);
    leg.polled(Some(&[1]), Some(vec![2]), day(3, 1));
    assert_eq!((leg.held, leg.cursor.as_deref()), (false, None), "the answer was on its way when it was released");
    leg.polled(None, Some(vec![3]), day(3, 2));
    leg.released(Some(&[1]), None, false);
    assert_eq!((leg.held, leg.cursor.as_deref()), (true, Some(&[3][..])), "it was polled while it was released");
}

#[test]
fn a_number_whose_scans_are_over_for_a_year_is_in_doubt() {
    for (scan, ordered, is_reused) in [
        ("delivered | 2025-10-20 10:00 +01:00 | Delivered", None, true),
        ("delivered | 2026-10-20 10:00 +01:00 | Delivered", None, false),
        ("delivered | 2026-10-20 10:00 +01:00 | Delivered", Some(jiff::civil::date(2026, 10, 28)), true),
        ("delivered | 2026-10-20 10:00 +01:00 | Delivered", Some(jiff::civil::date(2026, 10, 2)), false),
    ] {
        let mut timeline = timeline(&["demo"]);
        timeline.absorb(LegNo(0), &report(day(3, 0), &[scan]));
        let parcel = Parcel { ordered, carrier: CarrierId::new("demo"), ..parcel() };
        assert_eq!(timeline.reused_number(&parcel).is_some(), is_reused, "{scan} {ordered:?}");
    }
}
