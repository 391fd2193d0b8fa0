//! What holds for every history, however odd: properties over random answers.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::judgement::{AdviceReason, Polling, Verdict, alerts, first_sight, timely};
use crate::record::{Event, LegNo, LegState, Mark, MarkKind, Report};
use crate::state::merged_events;
use crate::testing::*;
use crate::vocabulary::{Class, Failure, FailureKind, Moment, Stage, Status};

const HOUR: SignedDuration = SignedDuration::from_hours(1);
/// How long a parcel is looked at after its last answer, in days.
const QUIET_DAYS: i32 = 150;
/// Two verdicts, a window that is over, three reminders for each of three deadlines (what waits for the person, and both
/// readings of the dispute's) and two overdue clocks: nobody hears more of a parcel about which nothing is said.
const MESSAGES_MAX: usize = 2 + 1 + 9 + 2;

/// One scan: by which of two carriers, its status, minutes after the one before, and its place.
type Step = (u16, usize, i64, usize);

fn steps() -> impl Strategy<Value = Vec<Step>> {
    vec((0..2_u16, 0..Status::ALL.len(), 1..4000_i64, 0..3_usize), 1..16)
}

/// The scans with the carrier of each, in the order in which they happened.
fn scans(steps: &[Step]) -> Vec<(LegNo, Event)> {
    let mut clock = day(1, 0);
    let mut scans = Vec::new();
    for (leg, status, minutes, place) in steps {
        clock += SignedDuration::from_mins(*minutes);
        let mut told = event(&format!("{} | | step {}", Status::ALL[*status].key(), scans.len()));
        told.moment = Moment::instant(&clock.to_string());
        told.place = event(&format!("unknown | | | {}", ["", "CN", "FR"][*place])).place;
        scans.push((LegNo(*leg), told));
    }
    scans
}

/// What each carrier answers after each scan: all it knows by then, an hour later.
fn answers(scans: &[(LegNo, Event)]) -> Vec<(LegNo, Report)> {
    let answer = |(index, (leg, newest)): (usize, &(LegNo, Event))| {
        let received_at = newest.moment.as_ref().map_or(day(1, 0), |moment| moment.estimate(None).0) + HOUR;
        let told = scans[..=index].iter().rev().filter(|(told_by, _)| told_by == leg);
        (*leg, Report { events: told.map(|(_, event)| event.clone()).collect(), ..Report::empty(received_at) })
    };
    scans.iter().enumerate().map(answer).collect()
}

fn bought() -> Parcel {
    Parcel {
        ordered: "2026-10-31".parse().ok(),
        marketplace: Some("aliexpress".to_owned()),
        class: Some(Class::Standard),
        ..cross_border()
    }
}

fn judged(timeline: &Timeline, parcel: &Parcel, now: Timestamp) -> Judgement {
    let zone = TimeZone::get("Europe/Paris").expect("a zone");
    assess(timeline, parcel, &crate::state::merged_events(timeline, parcel), &Norms::default(), &zone, now)
}

fn marks(said: &[(usize, i64)]) -> Vec<Mark> {
    let kinds = [
        MarkKind::HaveIt,
        MarkKind::NotHere,
        MarkKind::DisputeOpened(crate::record::Claim::NotReceived),
        MarkKind::DisputeOpened(crate::record::Claim::Damaged),
        MarkKind::DisputeMediated,
        MarkKind::DisputeAccepted,
        MarkKind::Refunded,
    ];
    let mark = |(kind, hours): &(usize, i64)| Mark {
        at: day(1, 0) + HOUR * i32::try_from(*hours).expect("few"),
        kind: kinds[*kind].clone(),
    };
    let mut marks: Vec<Mark> = said.iter().map(mark).collect();
    marks.sort_by_key(|mark| mark.at);
    marks
}

/// Moments as carriers really tell them, and some that no calendar should hold.
fn moments() -> impl Strategy<Value = Option<Moment>> {
    let text = prop::sample::select(vec![
        "",
        "2026-11-05",
        "2026-11-05T10:00:00",
        "2026-11-05T10:00:00+08:00",
        "2026-03-29T02:30:00",
        "9999-12-31",
        "9999-12-31T23:59:59",
        "-009999-01-01",
        "0000-01-01",
        "1970-01-01T00:00:00Z",
    ]);
    let hint = prop::sample::select(vec![None, Some("GMT+8"), Some("Europe/Paris"), Some("nowhere")]);
    (text, hint).prop_map(|(text, hint)| Moment::parse(text, hint.map(str::to_owned)))
}

proptest! {
    #[test]
    fn the_order_of_the_answers_does_not_change_a_judgement(
        steps in steps(),
        said in vec((0..7_usize, 0..900_i64), 0..3),
        order in vec(any::<prop::sample::Index>(), 0..24),
        hours in 0..4000_i64,
    ) {
        let all = answers(&scans(&steps));
        let judgement = |answers: Vec<&(LegNo, Report)>| {
            let mut timeline = timeline(&["first", "local"]);
            for (no, report) in answers {
                timeline.absorb(*no, report);
            }
            timeline.marks = marks(&said);
            judged(&timeline, &bought(), day(1, 0) + SignedDuration::from_hours(hours))
        };
        let mut shuffled: Vec<&(LegNo, Report)> = order.iter().map(|index| index.get(&all)).collect();
        shuffled.extend(all.iter().rev());
        prop_assert_eq!(judgement(shuffled), judgement(all.iter().collect()));
    }

    #[test]
    fn the_stage_goes_back_only_where_a_step_back_is_meant(steps in steps()) {
        let parcel = bought();
        let mut timeline = timeline(&["first", "local"]);
        let mut before = ParcelState::of(&timeline, &parcel);
        for (no, report) in answers(&scans(&steps)) {
            timeline.absorb(no, &report);
            let after = ParcelState::of(&timeline, &parcel);
            let meant = matches!(before.stage, Stage::Done | Stage::Back)
                || matches!(after.status, Status::Cancelled | Status::Refunded | Status::Unfulfillable);
            // Before the first scan the stage is our own idea.
            prop_assert!(
                after.stage >= before.stage || before.lead.is_none() || meant,
                "{} ({}) after {} ({})", after.status.key(), after.stage.key(), before.status.key(), before.stage.key()
            );
            before = after;
        }
    }

    #[test]
    fn every_event_of_every_carrier_is_kept(steps in steps()) {
        let scans = scans(&steps);
        let mut timeline = timeline(&["first", "local"]);
        for (no, report) in answers(&scans) {
            timeline.absorb(no, &report);
        }
        let kept: usize = crate::state::merged_events(&timeline, &bought()).iter().map(|entry| entry.sources().count()).sum();
        prop_assert_eq!((timeline.events.len(), kept), (scans.len(), scans.len()));
    }

}

proptest! {
    // Each case looks at a parcel on many days.
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn nothing_is_told_twice_and_silence_is_no_flood(
        steps in steps(),
        said in vec((0..7_usize, 0..900_i64), 0..2),
    ) {
        let (parcel, rules) = (bought(), Norms::default().deadlines);
        let zone = TimeZone::get("Europe/Paris").expect("a zone");
        let mut timeline = timeline(&["first", "local"]);
        let mut told: BTreeSet<String> = BTreeSet::new();
        let mut now = day(1, 0);
        for (no, report) in answers(&scans(&steps)) {
            let (before, first) = (ParcelState::of(&timeline, &parcel), timeline.events.is_empty());
            let progress = timeline.absorb(no, &report);
            let after = ParcelState::of(&timeline, &parcel);
            let alerts = match first {
                true => first_sight(&after, &crate::state::merged_events(&timeline, &parcel), report.received_at).into_iter().collect(),
                false => alerts(&timeline, &before, &after, &progress),
            };
            let keys: BTreeSet<String> = alerts.iter().map(|alert| alert.key.clone()).collect();
            prop_assert_eq!(keys.len(), alerts.len(), "one answer, one alert a key");
            told.extend(keys);
            // The same answer again tells nothing.
            let again = timeline.absorb(no, &report);
            prop_assert!(crate::judgement::alerts(&timeline, &after, &after, &again).is_empty());
            now = report.received_at;
        }
        timeline.marks = marks(&said).into_iter().filter(|mark| mark.at <= now).collect();
        let known = told.len();
        for _ in 0..QUIET_DAYS {
            let judgement = judged(&timeline, &parcel, now);
            let alerts = timely(&judgement, &rules.remind_days, &zone, now);
            let keys: BTreeSet<String> = alerts.iter().map(|alert| alert.key.clone()).collect();
            prop_assert_eq!(keys.len(), alerts.len(), "one look, one alert a key");
            told.extend(keys);
            if let Some(at) = judgement.changes_at {
                prop_assert!(at > now, "the next change lies ahead");
            }
            now += HOUR * 24;
        }
        prop_assert!(told.len() - known <= MESSAGES_MAX, "{told:?}");
    }
}

proptest! {
    #[test]
    fn a_judgement_never_panics(
        told in vec((0..Status::ALL.len(), moments(), 0..3_usize), 0..8),
        said in vec((0..7_usize, -100_000..100_000_i64), 0..3),
        failure in prop::option::of(prop::sample::select(FailureKind::ALL.to_vec())),
        class in prop::option::of(prop::sample::select(Class::ALL.to_vec())),
        second in prop_oneof![Just(Timestamp::MIN.as_second()), Just(Timestamp::MAX.as_second()),
            Timestamp::MIN.as_second()..Timestamp::MAX.as_second()],
    ) {
        let now = Timestamp::from_second(second).expect("in range");
        let parcel = Parcel { class, ..bought() };
        let mut timeline = timeline(&["first"]);
        let mut report = Report::empty(day(3, 0));
        for (status, moment, place) in told {
            let mut told = event(&format!("{} | | step {}", Status::ALL[status].key(), report.events.len()));
            told.moment = moment;
            told.place = event(&format!("unknown | | | {}", ["", "CN", "FR"][place])).place;
            report.events.push(told);
        }
        timeline.absorb(LegNo(0), &report);
        timeline.marks = marks(&said);
        if let Some(kind) = failure {
            timeline.fail(LegNo(0), Failure::new(kind, "x"), now);
        }
        let judgement = judged(&timeline, &parcel, now);
        let zone = TimeZone::get("Europe/Paris").expect("a zone");
        timely(&judgement, &[7, 3, 1], &zone, now);
        first_sight(&judgement.parcel_state, &crate::state::merged_events(&timeline, &parcel), now);
        crate::judgement::Answers::of(&timeline, Polling { since: now, loading: true }, now);
    }
}

#[test]
fn what_nobody_was_asked_about_is_not_called_normal() {
    let judged = |change: fn(&mut Timeline)| {
        let mut timeline = timeline(&["demo"]);
        change(&mut timeline);
        let parcel = cross_border();
        let merged = merged_events(&timeline, &parcel);
        assess(&timeline, &parcel, &merged, &Norms::default(), &TimeZone::UTC, day(1, 1))
    };
    let unserved = judged(|timeline| (timeline.legs[0].carrier, timeline.legs[0].state) = (None, LegState::NoCarrier));
    assert_eq!(unserved.silence.map(|silence| silence.verdict), Some(Verdict::Watch));
    assert_eq!(unserved.advice.reason, AdviceReason::Unserved);
    let blocked = judged(|timeline| {
        timeline.fail(LegNo(0), Failure::new(FailureKind::Blocked, "x"), day(1, 0));
    });
    assert_eq!(blocked.silence.map(|silence| silence.verdict), Some(Verdict::Watch));
    assert!(matches!(blocked.advice.reason, AdviceReason::Unheard { .. }), "{:?}", blocked.advice);
    let asked = judged(|timeline| {
        timeline.fail(LegNo(0), Failure::new(FailureKind::NotFound, "x"), day(1, 0));
    });
    assert_eq!(asked.silence.map(|silence| silence.verdict), Some(Verdict::Normal), "that is an answer");
    let told = timely(&blocked, &[7], &TimeZone::UTC, day(1, 1));
    assert!(told.is_empty(), "that nobody was asked is no alarm: {told:?}");
}
