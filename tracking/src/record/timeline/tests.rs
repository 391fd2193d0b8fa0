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
