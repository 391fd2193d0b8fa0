//! What the person's own finished parcels teach: how long each stage took, and how long the silences were.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use crate::record::{Role, Timeline};
use crate::state::shipped_on;
use crate::state::{MergedEvent, ParcelState};
use crate::vocabulary::{CarrierId, Class, Country, Parcel, ParcelId, Stage};

/// From this many finished parcels of a kind on, they lengthen what our guesses call normal.
pub const COHORT_MIN: usize = 8;
/// From this many on they can shorten it: of fewer, the longest may well lie below what one parcel in ten exceeds.
pub const PROOF_MIN: usize = 29;
/// How sure it must be that nine of ten parcels stay below a bound.
const DOUBT_MAX: f64 = 0.05;
/// The newest are enough: carriers and routes change.
const LESSONS_MAX: usize = 400;

/// One finished journey, as far as later parcels can learn from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompletedTrip {
    pub parcel: ParcelId,
    pub class: Option<Class>,
    pub origin: Option<Country>,
    pub destination: Option<Country>,
    pub first_carrier: Option<CarrierId>,
    pub last_carrier: Option<CarrierId>,
    pub shipped: Date,
    pub delivered: Date,
    pub stages: Vec<StageStay>,
    /// The last day of the first window a carrier told, and of the last.
    pub first_window: Option<Date>,
    pub last_window: Option<Date>,
}

/// How long a parcel stayed in one stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StageStay {
    pub stage: Stage,
    pub stay: SignedDuration,
    /// The longest time without a scan before the next one, whichever stage that belongs to.
    pub silence: SignedDuration,
}

impl CompletedTrip {
    /// The journey of a delivered parcel; `None` for one that is not, or whose shipping day nobody knows.
    pub fn of(
        timeline: &Timeline,
        parcel: &Parcel,
        parcel_state: &ParcelState,
        entries: &[MergedEvent<'_>],
    ) -> Option<Self> {
        if parcel_state.stage != Stage::Done {
            return None;
        }
        let delivered = entries.iter().rev().find(|entry| entry.status.stage() == Some(Stage::Done))?;
        let mut ends = timeline.windows.iter().map(|seen| seen.window.latest.calendar_date());
        let first_window = ends.next();
        let carrier = |leg: Option<&crate::record::Leg>| leg.and_then(|leg| leg.carrier.clone());
        let told = |role: fn(&Role) -> bool| {
            timeline.legs.iter().find(|leg| role(&leg.role) && leg.is_acknowledged() && leg.carrier.is_some())
        };
        Some(Self {
            parcel: parcel.id.clone(),
            class: parcel.class,
            origin: timeline.origin(parcel),
            destination: timeline.destination(parcel),
            first_carrier: carrier(told(|role| *role == Role::Given)),
            last_carrier: carrier(timeline.leg(delivered.lead.leg)),
            shipped: shipped_on(timeline, parcel)?,
            delivered: delivered.lead.event.moment.as_ref().map_or_else(
                || delivered.at.to_zoned(jiff::tz::TimeZone::UTC).date(),
                crate::vocabulary::Moment::calendar_date,
            ),
            stages: stays(entries, delivered.at),
            first_window,
            last_window: ends.next_back().or(first_window),
        })
    }

    /// Days from shipping to delivery.
    pub fn days(&self) -> i64 {
        days_between(self.shipped, self.delivered)
    }

    /// The days by which the delivery missed the first window told; negative when it came sooner.
    pub fn window_missed_by(&self) -> Option<i64> {
        Some(days_between(self.first_window?, self.delivered))
    }

    /// How long it stayed in a stage; `None` for one that it was never seen in.
    pub fn stay(&self, stage: Stage) -> Option<StageStay> {
        self.stages.iter().copied().find(|stay| stay.stage == stage)
    }
}

fn days_between(from: Date, to: Date) -> i64 {
    to.since(from).map_or(0, |span| i64::from(span.get_days()))
}

/// The stages a parcel went through, each counted from the first scan that belongs to it; steps back are not counted again.
fn stays(entries: &[MergedEvent<'_>], delivered_at: Timestamp) -> Vec<StageStay> {
    let mut stays: Vec<(Stage, Timestamp, SignedDuration)> = Vec::new();
    let mut last: Option<Timestamp> = None;
    for entry in entries.iter().filter(|entry| entry.at <= delivered_at) {
        if let (Some(before), Some((_, _, silence))) = (last, stays.last_mut()) {
            *silence = (*silence).max(entry.at.duration_since(before));
        }
        last = Some(entry.at);
        if let Some(stage) = entry.status.stage()
            && stage <= Stage::Done
            && stays.last().is_none_or(|(known, ..)| stage > *known)
        {
            stays.push((stage, entry.at, SignedDuration::ZERO));
        }
    }
    let ends = stays.iter().skip(1).map(|(_, at, _)| *at).chain([delivered_at]).collect::<Vec<_>>();
    let stay = |((stage, from, silence), to): (&(Stage, Timestamp, SignedDuration), Timestamp)| StageStay {
        stage: *stage,
        stay: to.duration_since(*from),
        silence: *silence,
    };
    stays.iter().zip(ends).map(stay).filter(|stay| stay.stage < Stage::Done).collect()
}

/// All finished journeys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Experience {
    journeys: Vec<CompletedTrip>,
}

/// Which journeys are alike: class and route.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Cohort {
    pub class: Option<Class>,
    pub origin: Option<Country>,
    pub destination: Option<Country>,
}

impl Cohort {
    pub fn of(timeline: &Timeline, parcel: &Parcel) -> Self {
        Self { class: parcel.class, origin: timeline.origin(parcel), destination: timeline.destination(parcel) }
    }
}

impl FromIterator<CompletedTrip> for Experience {
    fn from_iter<I: IntoIterator<Item = CompletedTrip>>(journeys: I) -> Self {
        let mut journeys: Vec<CompletedTrip> = journeys.into_iter().collect();
        journeys.sort_by(|a, b| (a.delivered, &a.parcel).cmp(&(b.delivered, &b.parcel)));
        Self { journeys }
    }
}

impl Experience {
    /// The journeys, the oldest delivery first.
    pub fn journeys(&self) -> &[CompletedTrip] {
        &self.journeys
    }

    /// The journeys of a kind, when there are enough of them to learn from.
    pub fn cohort(&self, kind: Cohort) -> Option<Vec<&CompletedTrip>> {
        let alike = |journey: &&CompletedTrip| {
            Cohort { class: journey.class, origin: journey.origin, destination: journey.destination } == kind
        };
        let cohort: Vec<&CompletedTrip> = self.journeys.iter().filter(alike).collect();
        (cohort.len() >= COHORT_MIN).then_some(cohort)
    }

    /// How long the longest silence of each parcel of a kind was in a stage.
    pub(crate) fn silences(&self, kind: Cohort, stage: Stage) -> Option<Lesson<SignedDuration>> {
        let silence = |journey: &&CompletedTrip| Some((journey.delivered, journey.stay(stage)?.silence));
        Lesson::of(self.cohort(kind)?.iter().filter_map(silence).collect())
    }

    /// The days from shipping to delivery.
    pub(crate) fn days(&self, kind: Cohort) -> Option<Lesson<i64>> {
        Lesson::of(self.cohort(kind)?.iter().map(|journey| (journey.delivered, journey.days())).collect())
    }
}

/// What finished parcels of a kind teach of one figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Lesson<T> {
    /// The day of each delivery and the figure, the oldest first.
    figures: Vec<(Date, T)>,
}

impl<T: Copy + Ord> Lesson<T> {
    fn of(figures: Vec<(Date, T)>) -> Option<Self> {
        let newest = figures.len().saturating_sub(LESSONS_MAX);
        (figures.len() >= COHORT_MIN).then(|| Self { figures: figures[newest..].to_vec() })
    }

    /// How many parcels it is known of.
    pub(crate) fn parcels(&self) -> usize {
        self.figures.len()
    }

    fn sorted(&self, until: Date) -> Vec<T> {
        let mut figures: Vec<T> =
            self.figures.iter().filter(|(delivered, _)| *delivered <= until).map(|(_, figure)| *figure).collect();
        figures.sort_unstable();
        figures
    }

    /// What one parcel in ten stayed below.
    pub(crate) fn shortest(&self) -> T {
        quantile(&self.sorted(Date::MAX), 10)
    }

    pub(crate) fn longest(&self) -> T {
        quantile(&self.sorted(Date::MAX), 100)
    }

    /// What nine parcels in ten stayed below: the most that this ever was from a day on. What began on that day does not
    /// become late because quick parcels arrive while it waits.
    pub(crate) fn usual(&self, from: Date) -> T {
        let mut known = self.sorted(from);
        let usual = |known: &[T]| (known.len() >= COHORT_MIN).then(|| quantile(known, 90));
        let mut most = usual(&known);
        for (_, figure) in self.figures.iter().filter(|(delivered, _)| *delivered > from) {
            known.insert(known.partition_point(|earlier| earlier < figure), *figure);
            most = most.max(usual(&known));
        }
        most.unwrap_or_else(|| quantile(&known, 90))
    }

    /// What nine parcels in ten stay below for all that was known on a day, and the most there was; `None` where there were
    /// too few to be sure of any such bound. Only what was known before a wait began may shorten it: nothing becomes late on
    /// the day on which another parcel arrives.
    pub(crate) fn proven(&self, known_on: Date) -> Option<(T, T)> {
        let sorted = self.sorted(known_on);
        Some((sorted[bound_rank(sorted.len())? - 1], *sorted.last()?))
    }
}

/// The lowest rank among so many sorted values that is not below their ninth decile, but with a small doubt: the chance that
/// this many of them or more lie below it is that of a binomial distribution.
fn bound_rank(count: usize) -> Option<usize> {
    let (mut chance, mut tail, mut rank) = (0.9_f64.powf(count as f64), 0.0, None);
    for below in (0..=count).rev() {
        tail += chance;
        if tail > DOUBT_MAX {
            break;
        }
        rank = Some(below);
        chance *= below as f64 / (count - below + 1) as f64 / 9.0;
    }
    rank.filter(|rank| *rank > 0)
}

/// The value below which this part of the sorted values lies, by the nearest rank.
///
/// # Panics
/// When there are no values.
pub fn quantile<T: Copy>(sorted: &[T], percent: usize) -> T {
    let rank = (sorted.len() * percent).div_ceil(100).clamp(1, sorted.len());
    sorted[rank - 1]
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_bound_needs_enough_parcels_and_comes_nearer_the_more_there_are() {
        for (parcels, rank) in
            [(8, None), (PROOF_MIN - 1, None), (PROOF_MIN, Some(29)), (60, Some(59)), (400, Some(371))]
        {
            assert_eq!(bound_rank(parcels), rank, "{parcels}");
        }
    }

    #[test]
    fn only_what_was_known_on_a_day_is_proven_on_it() {
        let figures = (1..=40)
            .map(|day| (date(2026, 3, 1).checked_add(SignedDuration::from_hours(24 * day)).expect("a date"), day));
        let lesson = Lesson::of(figures.collect()).expect("forty");
        assert_eq!((lesson.shortest(), lesson.usual(Date::MAX), lesson.longest()), (4, 36, 40));
        assert_eq!(lesson.proven(date(2026, 3, 29)), None);
        assert_eq!(lesson.proven(date(2026, 3, 30)), Some((29, 29)));
        assert_eq!(lesson.proven(date(2026, 4, 10)), Some((40, 40)));
    }

    #[test]
    fn quick_parcels_that_arrive_later_shorten_nothing_that_has_begun() {
        let slow = (1..=8).map(|day| (date(2026, 3, day), 30));
        let spring = date(2026, 4, 1);
        let quick = (1..=80).map(|day| (spring.checked_add(SignedDuration::from_hours(24 * day)).expect("a date"), 5));
        let lesson = Lesson::of(slow.chain(quick).collect()).expect("88");
        assert_eq!((lesson.usual(spring), lesson.usual(date(2026, 9, 1))), (30, 5));
    }
}
