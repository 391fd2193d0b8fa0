//! The person's own figures: how long parcels took, who brought them, and how good the estimates were.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use jiff::civil::Date;

use crate::learning::{COHORT_MIN, Cohort, CompletedTrip, Experience, PROOF_MIN, quantile};
use crate::vocabulary::{CarrierId, Class, Country, ParcelId, Stage};

/// Where values lie: four of five are between `p10` and `p90`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spread<T> {
    pub count: usize,
    pub p10: T,
    pub median: T,
    pub p90: T,
}

impl<T: Copy + Ord> Spread<T> {
    /// `None` where there are no values.
    pub fn of(mut values: Vec<T>) -> Option<Self> {
        values.sort_unstable();
        (!values.is_empty()).then(|| Self {
            count: values.len(),
            p10: quantile(&values, 10),
            median: quantile(&values, 50),
            p90: quantile(&values, 90),
        })
    }
}

/// What journeys have in common.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    Class(Option<Class>),
    /// From and to.
    Route(Option<Country>, Option<Country>),
    FirstCarrier(CarrierId),
    LastCarrier(CarrierId),
}

/// How long some journeys took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Days from shipping to delivery.
    pub days: Spread<i64>,
    /// The time spent in each stage, in the order of the stages.
    pub stages: Vec<(Stage, Spread<SignedDuration>)>,
}

impl Group {
    fn of(journeys: &[&CompletedTrip]) -> Option<Self> {
        let stays = |stage: Stage| {
            let stays = journeys.iter().filter_map(|journey| journey.stay(stage)).map(|stay| stay.stay);
            Some((stage, Spread::of(stays.collect())?))
        };
        Some(Self {
            days: Spread::of(journeys.iter().map(|journey| journey.days()).collect())?,
            stages: Stage::ALL.into_iter().filter_map(stays).collect(),
        })
    }

    /// The stage that took longest.
    pub fn slowest(&self) -> Option<(Stage, SignedDuration)> {
        let medians = self.stages.iter().map(|(stage, spread)| (*stage, spread.median));
        medians.max_by_key(|(_, median)| *median)
    }
}

/// How many parcels a carrier had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CarrierCount {
    pub carrier: CarrierId,
    pub parcels: usize,
}

/// The two ends of a parcel's way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    First,
    Last,
}

/// The newest parcel of a kind came with a carrier that none of the earlier ones came with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPartner {
    pub kind: Cohort,
    pub end: End,
    pub parcel: ParcelId,
    pub delivered: Date,
    pub now: CarrierId,
    /// Who had the earlier ones, the most frequent first.
    pub before: Vec<CarrierCount>,
}

/// How good the carriers' estimates were.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accuracy {
    /// Parcels of which a carrier told a window.
    pub told: usize,
    /// Of those, delivered no later than the end of the first window told, and of the last.
    pub within_first: usize,
    pub within_last: usize,
    /// By how many days half of the late ones missed the first window; `None` where none was late.
    pub late_days: Option<i64>,
}

impl Accuracy {
    fn of(journeys: &[CompletedTrip]) -> Option<Self> {
        let missed: Vec<i64> = journeys.iter().filter_map(CompletedTrip::window_missed_by).collect();
        let in_last = |journey: &&CompletedTrip| journey.last_window.is_some_and(|end| journey.delivered <= end);
        (!missed.is_empty()).then(|| Self {
            told: missed.len(),
            within_first: missed.iter().filter(|days| **days <= 0).count(),
            within_last: journeys.iter().filter(|journey| journey.first_window.is_some()).filter(in_last).count(),
            late_days: Spread::of(missed.into_iter().filter(|days| *days > 0).collect()).map(|late| late.median),
        })
    }

    /// The share delivered within the first window, in whole percent.
    pub fn percent(&self) -> usize {
        (self.within_first * 100 + self.told / 2) / self.told.max(1)
    }
}

/// Who brings parcels of a kind to the door.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastMile {
    pub kind: Cohort,
    /// The most frequent first.
    pub carriers: Vec<CarrierCount>,
}

/// How many parcels of a kind have arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CohortCount {
    pub kind: Cohort,
    pub parcels: usize,
    /// How many more it takes until they lengthen our guesses.
    pub missing: usize,
    /// How many more it takes until they shorten them.
    pub unproven: usize,
}

/// All figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statistics {
    pub all: Group,
    /// In groups that have something in common: by class, by route, by first and by last carrier, the largest group first.
    pub groups: Vec<(Subject, Group)>,
    pub first_carriers: Vec<CarrierCount>,
    pub last_carriers: Vec<CarrierCount>,
    /// The newest first.
    pub new_partners: Vec<NewPartner>,
    pub accuracy: Option<Accuracy>,
    /// The largest kind first.
    pub last_mile: Vec<LastMile>,
    pub cohorts: Vec<CohortCount>,
}

/// Works out all figures; `None` before anything has arrived.
pub fn statistics(experience: &Experience) -> Option<Statistics> {
    let journeys = experience.journeys();
    let all: Vec<&CompletedTrip> = journeys.iter().collect();
    let cohorts = cohorts(journeys);
    let cohort_count = |(kind, cohort): &(Cohort, Vec<&CompletedTrip>)| CohortCount {
        kind: *kind,
        parcels: cohort.len(),
        missing: COHORT_MIN.saturating_sub(cohort.len()),
        unproven: PROOF_MIN.saturating_sub(cohort.len()),
    };
    let last_mile = |(kind, cohort): &(Cohort, Vec<&CompletedTrip>)| LastMile {
        kind: *kind,
        carriers: carriers(cohort, End::Last),
    };
    let mut new_partners: Vec<NewPartner> = cohorts
        .iter()
        .flat_map(|(kind, cohort)| [End::First, End::Last].map(|end| new_partner(*kind, cohort, end)))
        .flatten()
        .collect();
    new_partners.sort_by_key(|new| std::cmp::Reverse(new.delivered));
    Some(Statistics {
        all: Group::of(&all)?,
        groups: groups(journeys),
        first_carriers: carriers(&all, End::First),
        last_carriers: carriers(&all, End::Last),
        new_partners,
        accuracy: Accuracy::of(journeys),
        last_mile: cohorts.iter().map(last_mile).filter(|last_mile| !last_mile.carriers.is_empty()).collect(),
        cohorts: cohorts.iter().map(cohort_count).collect(),
    })
}

fn groups(journeys: &[CompletedTrip]) -> Vec<(Subject, Group)> {
    let mut members: BTreeMap<Subject, Vec<&CompletedTrip>> = BTreeMap::new();
    for journey in journeys {
        let always = [Subject::Class(journey.class), Subject::Route(journey.origin, journey.destination)];
        let first = journey.first_carrier.clone().map(Subject::FirstCarrier);
        let last = journey.last_carrier.clone().map(Subject::LastCarrier);
        for subject in always.into_iter().chain(first).chain(last) {
            members.entry(subject).or_default().push(journey);
        }
    }
    let group = |(subject, members): (Subject, Vec<&CompletedTrip>)| Some((subject, Group::of(&members)?));
    let mut groups: Vec<(Subject, Group)> = members.into_iter().filter_map(group).collect();
    groups.sort_by_key(|(_, group)| std::cmp::Reverse(group.days.count));
    groups
}

/// The journeys by kind, oldest delivery first, the largest kind first.
fn cohorts(journeys: &[CompletedTrip]) -> Vec<(Cohort, Vec<&CompletedTrip>)> {
    let mut cohorts: BTreeMap<Cohort, Vec<&CompletedTrip>> = BTreeMap::new();
    for journey in journeys {
        let kind = Cohort { class: journey.class, origin: journey.origin, destination: journey.destination };
        cohorts.entry(kind).or_default().push(journey);
    }
    let mut cohorts: Vec<(Cohort, Vec<&CompletedTrip>)> = cohorts.into_iter().collect();
    cohorts.sort_by_key(|(_, cohort)| std::cmp::Reverse(cohort.len()));
    cohorts
}

fn carrier_at(journey: &CompletedTrip, end: End) -> Option<&CarrierId> {
    match end {
        End::First => journey.first_carrier.as_ref(),
        End::Last => journey.last_carrier.as_ref(),
    }
}

/// Who had these parcels at one end of their way, the most frequent first.
fn carriers(journeys: &[&CompletedTrip], end: End) -> Vec<CarrierCount> {
    let mut counts: BTreeMap<&CarrierId, usize> = BTreeMap::new();
    for carrier in journeys.iter().filter_map(|journey| carrier_at(journey, end)) {
        *counts.entry(carrier).or_default() += 1;
    }
    let mut counts: Vec<CarrierCount> =
        counts.into_iter().map(|(carrier, parcels)| CarrierCount { carrier: carrier.clone(), parcels }).collect();
    counts.sort_by_key(|count| std::cmp::Reverse(count.parcels));
    counts
}

fn new_partner(kind: Cohort, cohort: &[&CompletedTrip], end: End) -> Option<NewPartner> {
    let (newest, earlier) = cohort.split_last()?;
    let now = carrier_at(newest, end)?;
    let before = carriers(earlier, end);
    let is_new = !before.is_empty() && before.iter().all(|count| count.carrier != *now);
    is_new.then(|| NewPartner {
        kind,
        end,
        parcel: newest.parcel.clone(),
        delivered: newest.delivered,
        now: now.clone(),
        before,
    })
}

/// One month, looked back upon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MonthSummary {
    /// Its first day.
    pub month: Date,
    pub arrived: usize,
    /// Half of them took no longer than this from shipping to delivery.
    pub days: i64,
    /// The stage that took longest, and how long half of them stayed in it at most.
    pub slowest: Option<(Stage, SignedDuration)>,
    /// How many arrived in the month before, and their days; `None` where none did.
    pub before: Option<(usize, i64)>,
}

/// Looks back on the calendar month that a day lies in; `None` where nothing arrived in it.
pub fn month_summary(experience: &Experience, day: Date) -> Option<MonthSummary> {
    let month = day.first_of_month();
    let arrived = |month: Date| {
        let journeys = experience.journeys().iter();
        Group::of(&journeys.filter(|journey| journey.delivered.first_of_month() == month).collect::<Vec<_>>())
    };
    let group = arrived(month)?;
    let before = month.yesterday().ok().and_then(|day| arrived(day.first_of_month()));
    Some(MonthSummary {
        month,
        arrived: group.days.count,
        days: group.days.median,
        slowest: group.slowest(),
        before: before.map(|group| (group.days.count, group.days.median)),
    })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::learning::StageStay;
    use crate::testing::hours;

    /// A parcel delivered on this day of 2026 that took so many days, of which the stages took as many.
    fn journey(id: &str, delivered: Date, carriers: (&str, &str), stays: &[(Stage, i64)]) -> CompletedTrip {
        let days: i64 = stays.iter().map(|(_, days)| days).sum();
        let stay =
            |(stage, days): &(Stage, i64)| StageStay { stage: *stage, stay: hours(days * 24), silence: hours(24) };
        CompletedTrip {
            parcel: ParcelId::new(id).expect("an id"),
            class: Some(Class::Standard),
            origin: Country::new("CN"),
            destination: Country::new("FR"),
            first_carrier: CarrierId::new(carriers.0),
            last_carrier: CarrierId::new(carriers.1),
            shipped: delivered.checked_sub(hours(days * 24)).expect("a date"),
            delivered,
            stages: stays.iter().map(stay).collect(),
            first_window: None,
            last_window: None,
        }
    }

    fn november(day: i8, haul: i64, last: &str) -> CompletedTrip {
        let stays = [(Stage::Origin, 2), (Stage::LineHaul, haul), (Stage::LastMile, 1)];
        journey(&format!("n{day}"), date(2026, 11, day), ("cainiao", last), &stays)
    }

    #[test]
    fn without_an_arrival_there_is_nothing_to_tell() {
        let none = Experience::default();
        assert_eq!((statistics(&none), month_summary(&none, date(2026, 11, 1))), (None, None));
    }

    #[test]
    fn stages_have_a_median_and_where_four_of_five_lie_overall_and_in_each_group() {
        let journeys: Vec<CompletedTrip> = (1..=10).map(|day| november(day, i64::from(day), "laposte")).collect();
        let found = statistics(&journeys.into_iter().collect()).expect("ten have arrived");
        assert_eq!(found.all.days, Spread { count: 10, p10: 4, median: 8, p90: 12 });
        let haul = Spread { count: 10, p10: hours(24), median: hours(5 * 24), p90: hours(9 * 24) };
        assert_eq!(found.all.stages[1], (Stage::LineHaul, haul));
        assert_eq!(found.all.slowest(), Some((Stage::LineHaul, hours(5 * 24))));
        let subjects: Vec<&Subject> = found.groups.iter().map(|(subject, _)| subject).collect();
        let carrier = |id: &str| CarrierId::new(id).expect("a carrier id");
        assert_eq!(
            subjects,
            [
                &Subject::Class(Some(Class::Standard)),
                &Subject::Route(Country::new("CN"), Country::new("FR")),
                &Subject::FirstCarrier(carrier("cainiao")),
                &Subject::LastCarrier(carrier("laposte")),
            ]
        );
        assert!(found.groups.iter().all(|(_, group)| *group == found.all));
        let CohortCount { parcels, missing, unproven, .. } = found.cohorts[0];
        assert_eq!((parcels, missing, unproven), (10, 0, PROOF_MIN - 10));
    }

    #[test]
    fn a_carrier_that_is_new_at_either_end_is_named_once_there_are_earlier_ones() {
        let usual = [november(1, 5, "laposte"), november(2, 6, "laposte"), november(3, 7, "gls")];
        let first = statistics(&usual[..1].iter().cloned().collect()).expect("one has arrived");
        assert_eq!(first.new_partners, []);
        let found = statistics(&usual.iter().cloned().collect()).expect("three have arrived");
        let told: Vec<_> =
            found.new_partners.iter().map(|new| (new.end, new.now.as_str(), new.before[0].parcels)).collect();
        assert_eq!(told, [(End::Last, "gls", 2)]);
        let counts: Vec<_> =
            found.last_mile[0].carriers.iter().map(|count| (count.carrier.as_str(), count.parcels)).collect();
        assert_eq!(counts, [("laposte", 2), ("gls", 1)]);
        // Once it came a second time it is known.
        let again = usual.into_iter().chain([november(4, 7, "gls")]).collect();
        assert_eq!(statistics(&again).expect("four have arrived").new_partners, []);
    }

    #[test]
    fn an_estimate_is_good_when_the_parcel_came_no_later() {
        let told = |day: i8, first: i8, last: i8| CompletedTrip {
            first_window: Some(date(2026, 11, first)),
            last_window: Some(date(2026, 11, last)),
            ..november(day, 5, "laposte")
        };
        let journeys =
            [told(10, 12, 12), told(11, 11, 11), told(15, 12, 16), told(20, 10, 18), november(21, 5, "laposte")];
        let accuracy = statistics(&journeys.into_iter().collect()).expect("five have arrived").accuracy;
        let accuracy = accuracy.expect("four had a window");
        assert_eq!(accuracy, Accuracy { told: 4, within_first: 2, within_last: 3, late_days: Some(3) });
        assert_eq!(accuracy.percent(), 50);
    }

    #[test]
    fn a_month_is_compared_with_the_one_before_also_over_new_year() {
        let in_month = |id: &str, delivered: Date, haul: i64| {
            journey(id, delivered, ("cainiao", "laposte"), &[(Stage::Origin, 1), (Stage::LineHaul, haul)])
        };
        let experience: Experience = [
            in_month("a", date(2026, 12, 31), 9),
            in_month("b", date(2027, 1, 1), 11),
            in_month("c", date(2027, 1, 31), 13),
            in_month("d", date(2027, 2, 1), 30),
        ]
        .into_iter()
        .collect();
        let january = month_summary(&experience, date(2027, 1, 17)).expect("two arrived");
        let slowest = Some((Stage::LineHaul, hours(11 * 24)));
        let expected = MonthSummary { month: date(2027, 1, 1), arrived: 2, days: 12, slowest, before: Some((1, 10)) };
        assert_eq!(january, expected);
        assert_eq!(month_summary(&experience, date(2026, 12, 1)).expect("one arrived").before, None);
        assert_eq!(month_summary(&experience, date(2027, 3, 1)), None);
    }
}
