use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::state::{ParcelState, merged_events};
use crate::testing::*;
use crate::vocabulary::{Failure, FailureKind, Moment, Status};

const JOURNEY: [&str; 6] = [
    "registered | 2026-11-01 10:00 +08:00 | Label | CN | LABEL",
    "accepted | 2026-11-02 09:00 +08:00 | Taken in | CN | IN",
    "departed_origin | 2026-11-04 20:00 +08:00 | Left China | CN | DEP",
    "arrived_destination | 2026-11-05 06:00 +01:00 | Arrived | FR | ARR",
    "customs_cleared | 2026-11-06 12:00 +01:00 | Released | FR | CUS",
    "out_for_delivery | 2026-11-07 08:00 +01:00 | With the courier | FR | OUT",
];

#[test]
fn an_answer_taken_in_again_changes_nothing() {
    let mut timeline = timeline(&["demo"]);
    let told = report(day(3, 0), &JOURNEY[..3]);
    let first = timeline.absorb(LegNo(0), &told);
    assert_eq!(first.new.len(), 3);
    let before = timeline.clone();
    let again = timeline.absorb(LegNo(0), &told);
    assert_eq!((again, &timeline), (Progress::default(), &before));
    let later = timeline.absorb(LegNo(0), &report(day(8, 0), &JOURNEY));
    assert_eq!(later.new.len(), 3);
    assert_eq!(timeline.events.iter().filter(|seen| seen.first_seen_at == day(3, 0)).count(), 3);
}

#[test]
fn a_line_told_twice_in_one_answer_is_one_event() {
    let mut timeline = timeline(&["demo"]);
    let progress = timeline.absorb(LegNo(0), &report(day(3, 0), &[JOURNEY[0], JOURNEY[1], JOURNEY[1], JOURNEY[1]]));
    assert_eq!(progress.new.len(), 2);
}

#[test]
fn a_repaired_table_changes_what_an_event_means_and_not_the_event() {
    let mut timeline = timeline(&["demo"]);
    let unknown = "unknown | 2026-11-02 09:00 +08:00 | Taken in | CN | IN";
    timeline.absorb(LegNo(0), &report(day(3, 0), &[unknown]));
    let id = timeline.events[0].id;
    let mut read_anew = report(day(3, 0), &[JOURNEY[1]]);
    read_anew.read_at = day(9, 0);
    let progress = timeline.absorb(LegNo(0), &read_anew);
    assert_eq!((progress.new.len(), progress.healed), (0, vec![id]));
    assert_eq!(timeline.events[0].event.status, Status::Accepted);
    assert_eq!(timeline.events[0].first_seen_at, day(3, 0));
}

#[test]
fn an_event_the_carrier_no_longer_shows_is_kept() {
    let mut timeline = timeline(&["demo"]);
    timeline.absorb(LegNo(0), &report(day(8, 0), &JOURNEY));
    timeline.absorb(LegNo(0), &report(day(9, 0), &JOURNEY[3..]));
    assert_eq!(timeline.events.len(), 6);
    assert_eq!(timeline.events.iter().filter(|seen| seen.position.is_none()).count(), 3);
    assert_eq!(lines(&timeline, &parcel()).len(), 6);
}

#[test]
fn a_carrier_that_words_every_answer_anew_does_not_fill_the_disk() {
    let mut timeline = timeline(&["demo"]);
    let mut left_out = 0;
    for round in 0..6 {
        let events: Vec<String> = (0..100).map(|n| format!("in_transit | | round {round}, line {n}")).collect();
        let lines: Vec<&str> = events.iter().map(String::as_str).collect();
        left_out += timeline.absorb(LegNo(0), &report(day(1 + round, 0), &lines)).overflow;
    }
    assert_eq!((timeline.events.len(), left_out), (EVENTS_PER_LEG_MAX, 100));
}

#[test]
fn a_number_in_an_answer_becomes_a_leg_once() {
    let mut timeline = timeline(&["demo"]);
    let mut told = report(day(3, 0), &JOURNEY);
    told.handoffs = vec![handoff("LOCAL12345", "USPS"), handoff("NUMBER0", "itself")];
    assert_eq!(timeline.absorb(LegNo(0), &told).legs, [LegNo(1)]);
    assert_eq!(timeline.absorb(LegNo(0), &told).legs, []);
    let leg = timeline.leg(LegNo(1)).expect("it was added");
    assert_eq!((leg.role, leg.found_in, leg.carrier_name.as_deref()), (Role::HandOff, Some(LegNo(0)), Some("USPS")));
}

#[test]
fn a_chain_of_numbers_ends_and_a_loop_does_not_begin() {
    let mut timeline = timeline(&["demo"]);
    for no in 0..6 {
        let mut told = report(day(3, 0), &[]);
        told.handoffs = vec![handoff(&format!("NEXT{no}000"), "x"), handoff("NUMBER0", "x")];
        timeline.absorb(LegNo(no), &told);
    }
    let refused: Vec<u16> =
        timeline.legs.iter().filter(|leg| leg.state == LegState::Refused).map(|leg| leg.no.0).collect();
    assert_eq!(refused.first(), Some(&3));
    assert!(timeline.leg(LegNo(3)).is_some_and(|leg| leg.because.contains("not followed")));
}

#[test]
fn the_same_failure_in_a_row_is_one_outage() {
    let mut timeline = timeline(&["demo"]);
    let failure = |kind| Failure::new(kind, "x");
    for hour in 0..3 {
        timeline.fail(LegNo(0), failure(FailureKind::Unavailable), day(3, hour));
    }
    let outage = timeline.legs[0].outage.clone().expect("it failed");
    assert_eq!((outage.since, outage.count), (day(3, 0), 3));
    assert_eq!(timeline.legs[0].last_ok_at, None);
    timeline.fail(LegNo(0), failure(FailureKind::NotFound), day(3, 4));
    assert_eq!(timeline.legs[0].last_ok_at, Some(day(3, 4)), "a carrier that does not know a number has spoken");
    let progress = timeline.absorb(LegNo(0), &report(day(4, 0), &[]));
    assert_eq!(progress.back.map(|outage| outage.count), Some(1));
    assert_eq!(timeline.legs[0].outage, None);
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
    assert_eq!(timeline.assign(&number, &candidates, 2), [LegNo(0), LegNo(1)]);
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
    timeline.assign(&number, &[candidate("first", 60), candidate("second", 30)], 1);
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
    timeline.assign(&number, &candidates, 1);
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
    assert_eq!(timeline.assign(&local, &[candidate("trackany", 10)], 1), []);
    assert_eq!(timeline.leg(LegNo(1)).map(|leg| leg.state), Some(LegState::NoCarrier));
    let candidates = [candidate("post", 60), candidate("trackany", 10)];
    assert_eq!(timeline.assign(&local, &candidates, 1), [LegNo(1)]);
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
        assert_eq!(timeline.assign(&number, &[candidate("trackany", 10)], 1), asked.into_iter().collect::<Vec<_>>());
    }
}

#[test]
fn what_is_to_come_holds_as_long_as_it_is_repeated() {
    let mut timeline = timeline(&["demo"]);
    let mut told = report(day(3, 0), &JOURNEY);
    told.facts.set("service", "Economy");
    told.facts.set("pickup_at", "Locker 7");
    timeline.absorb(LegNo(0), &told);
    assert_eq!(timeline.legs[0].facts.get("pickup_at"), Some("Locker 7"));
    timeline.absorb(LegNo(0), &report(day(4, 0), &JOURNEY));
    let facts = &timeline.legs[0].facts;
    assert_eq!((facts.get("service"), facts.get("pickup_at")), (Some("Economy"), None));
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

/// What a journey looks like in general: statuses in any order, clocks that go on, places now and then.
fn journeys() -> impl Strategy<Value = Vec<Event>> {
    let step = (0..Status::ALL.len(), 1..2000_i64, 0..3_usize, 0..4_u8);
    vec(step, 1..14).prop_map(|steps| {
        let mut clock = day(1, 0);
        let mut events = Vec::new();
        for (status, minutes, place, code) in steps {
            clock += jiff::SignedDuration::from_mins(minutes);
            let mut told = event(&format!("{} | | step {}", Status::ALL[status].key(), events.len()));
            told.moment = Moment::instant(&clock.to_string());
            told.code = (code > 0).then(|| format!("C{code}"));
            told.place = event(&format!("unknown | | | {}", ["", "CN", "FR"][place])).place;
            events.push(told);
        }
        events
    })
}

/// Answers about a journey: each shows a stretch of it, as carriers do that learn of scans and forget old ones.
fn answers(journey: &[Event], stretches: &[(usize, usize)]) -> Vec<Report> {
    let whole = std::iter::once((0, journey.len()));
    let stretches = stretches.iter().map(|(a, b)| (*a % journey.len(), *b % (journey.len() + 1)));
    let stretches = stretches.map(|(a, b)| if a < b { (a, b) } else { (b.min(a), a.max(b)) }).chain(whole);
    (1..)
        .zip(stretches)
        .map(|(day_no, (from, to))| {
            let events = journey[from..to].iter().rev().cloned().collect();
            Report { events, ..Report::empty(day(day_no, 6)) }
        })
        .collect()
}

/// What a timeline says, without what depends on the order of the answers by design: nothing.
fn said(timeline: &Timeline) -> (Vec<String>, ParcelState) {
    let parcel = cross_border();
    let merged = merged_events(timeline, &parcel);
    let line = |entry: &crate::state::MergedEvent<'_>| {
        let sources: Vec<String> =
            entry.sources().map(|s| format!("{} {} {:?}", s.id, s.first_seen_at, s.position)).collect();
        format!("{} {} {}", entry.at, entry.status.key(), sources.join(" "))
    };
    (merged.iter().map(line).collect(), ParcelState::read(timeline, &parcel, &merged))
}

fn absorbed<'a>(reports: impl IntoIterator<Item = &'a Report>) -> Timeline {
    let mut timeline = timeline(&["demo"]);
    for report in reports {
        timeline.absorb(LegNo(0), report);
    }
    timeline
}

proptest! {
    #[test]
    fn the_order_and_the_number_of_answers_do_not_matter(
        journey in journeys(),
        stretches in vec((0..14_usize, 0..14_usize), 0..6),
        order in vec(any::<prop::sample::Index>(), 0..24),
    ) {
        let reports = answers(&journey, &stretches);
        let in_order = said(&absorbed(&reports));
        // Any order, with any number of repetitions, as long as each answer comes at least once.
        let mut shuffled: Vec<&Report> = order.iter().map(|index| index.get(&reports)).collect();
        shuffled.extend(reports.iter().rev());
        prop_assert_eq!(said(&absorbed(shuffled)), in_order);
    }

    #[test]
    fn two_carriers_may_answer_in_any_order(
        journeys in (journeys(), journeys()),
        stretches in vec((0..14_usize, 0..14_usize), 0..4),
        order in vec(any::<prop::sample::Index>(), 0..24),
    ) {
        let told = |no: u16, journey: &[Event]| answers(journey, &stretches).into_iter().map(move |report| (LegNo(no), report));
        let all: Vec<(LegNo, Report)> = told(0, &journeys.0).chain(told(1, &journeys.1)).collect();
        let merged = |answers: Vec<&(LegNo, Report)>| {
            let mut timeline = timeline(&["first", "local"]);
            for (no, report) in answers {
                timeline.absorb(*no, report);
            }
            said(&timeline)
        };
        let mut shuffled: Vec<&(LegNo, Report)> = order.iter().map(|index| index.get(&all)).collect();
        shuffled.extend(all.iter().rev());
        prop_assert_eq!(merged(shuffled), merged(all.iter().collect()));
    }

    #[test]
    fn an_answer_told_in_pieces_says_the_same(journey in journeys(), cut in any::<prop::sample::Index>()) {
        let cut = cut.index(journey.len());
        let piece = |events: &[Event]| Report { events: events.iter().rev().cloned().collect(), ..Report::empty(day(20, 0)) };
        let whole = absorbed([&piece(&journey)]);
        let (older, newer) = (piece(&journey[..cut]), piece(&journey[cut..]));
        for pieces in [[&older, &newer], [&newer, &older]] {
            let pieces = absorbed(pieces);
            prop_assert_eq!(texts(&pieces), texts(&whole));
            prop_assert_eq!(status_of(&pieces), status_of(&whole));
        }
    }

    #[test]
    fn every_event_is_kept(journey in journeys(), stretches in vec((0..14_usize, 0..14_usize), 0..6)) {
        let timeline = absorbed(&answers(&journey, &stretches));
        prop_assert_eq!(timeline.events.len(), journey.len());
        let kept: usize = merged_events(&timeline, &cross_border()).iter().map(|entry| entry.sources().count()).sum();
        prop_assert_eq!(kept, journey.len());
    }
}

fn texts(timeline: &Timeline) -> Vec<String> {
    lines(timeline, &cross_border())
}

fn status_of(timeline: &Timeline) -> (Status, crate::vocabulary::Stage) {
    let parcel_state = ParcelState::of(timeline, &cross_border());
    (parcel_state.status, parcel_state.stage)
}
