//! What the person's own finished parcels teach: how long each stage took, and how long the silences were.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use crate::record::{Role, Timeline};
use crate::state::shipped_on;
use crate::state::{MergedEvent, ParcelState};
use crate::vocabulary::{CarrierId, Class, Country, Parcel, ParcelId, Stage};

/// From this many finished parcels of a kind on, they replace our guesses.
pub const COHORT_MIN: usize = 8;

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

    /// How long a silence in a stage was normal for parcels of a kind, and how long the longest was, with how many parcels
    /// that went through the stage.
    pub fn silences(&self, kind: Cohort, stage: Stage) -> Option<(SignedDuration, SignedDuration, usize)> {
        let cohort = self.cohort(kind)?;
        let mut silences: Vec<SignedDuration> =
            cohort.iter().filter_map(|journey| journey.stay(stage)).map(|stay| stay.silence).collect();
        silences.sort();
        (silences.len() >= COHORT_MIN).then(|| (quantile(&silences, 90), silences[silences.len() - 1], silences.len()))
    }

    /// The days from shipping to delivery that four of five parcels of a kind took, with how many parcels that is known of.
    pub fn window(&self, kind: Cohort) -> Option<(u16, u16, usize)> {
        let cohort = self.cohort(kind)?;
        let mut days: Vec<i64> = cohort.iter().map(|journey| journey.days()).collect();
        days.sort_unstable();
        let days_at = |percent: usize| u16::try_from(quantile(&days, percent)).unwrap_or(0);
        Some((days_at(10), days_at(90), cohort.len()))
    }
}

/// The value below which this part of the sorted values lies, by the nearest rank.
///
/// # Panics
/// When there are no values.
pub fn quantile<T: Copy>(sorted: &[T], percent: usize) -> T {
    let rank = (sorted.len() * percent).div_ceil(100).clamp(1, sorted.len());
    sorted[rank - 1]
}
