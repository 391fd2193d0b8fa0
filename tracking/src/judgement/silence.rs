//! How long it has been quiet, and whether that is normal: per stage, class and season, or as the person's own parcels teach.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::judgement::Season;
use crate::learning::{Cohort, Experience, Lesson};
use crate::record::{Leg, LegState, Role, Timeline};
use crate::state::{MergedEvent, ParcelState};
use crate::vocabulary::{Class, Parcel, Problem, Stage, Status};

const DAY: SignedDuration = SignedDuration::from_hours(24);
/// A portal with at most so many scans before arrival tells of milestones only.
const SPARSE_ENTRIES_MAX: usize = 3;
/// Such a portal is quiet for longer; in percent.
const SPARSE_PERCENT: i64 = 150;
/// However fast the user's own parcels were, a silence stays normal for so much of our guess, in percent.
const OWN_PERCENT_MIN: i64 = 60;

/// How long a silence in one stage is normal, and from when on it wants somebody to act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SilenceLimits {
    pub normal: SignedDuration,
    pub act: SignedDuration,
}

impl SilenceLimits {
    const fn days(normal: i64, act: i64) -> Self {
        Self { normal: SignedDuration::from_hours(24 * normal), act: SignedDuration::from_hours(24 * act) }
    }

    fn stretched(self, percent: i64) -> Self {
        let stretch = |span: SignedDuration| SignedDuration::from_secs(span.as_secs() * percent / 100);
        Self { normal: stretch(self.normal), act: stretch(self.act) }
    }

    /// The same, where only what comes after a first stretch counts for longer.
    fn stretched_after(self, first: SignedDuration, percent: i64) -> Self {
        let stretch = |span: SignedDuration| {
            let rest = (span - first).max(SignedDuration::ZERO);
            span - rest + SignedDuration::from_secs(rest.as_secs() * percent / 100)
        };
        Self { normal: stretch(self.normal), act: stretch(self.act) }
    }

    /// The limits as the user's own parcels correct them; `None` where they do not. Longer at once; shorter only where it
    /// was proven before the silence began, and never by much.
    fn corrected(self, lesson: &Lesson<SignedDuration>, since: Timestamp) -> Option<Self> {
        let begun = since.to_zoned(TimeZone::UTC).date();
        let (usual, longest, proven) = (lesson.usual(begun), lesson.longest(), lesson.proven(begun));
        let floor = self.stretched(OWN_PERCENT_MIN);
        let corrected = |guess: SignedDuration, own: SignedDuration, proven: Option<SignedDuration>, floor| match proven
        {
            Some(proven) => own.max(proven).max(floor),
            None => own.max(guess),
        };
        let normal = corrected(self.normal, usual.max(DAY), proven.map(|(bound, _)| bound), floor.normal);
        let act = corrected(self.act, longest * 3 / 2, proven.map(|(_, longest)| longest * 3 / 2), floor.act);
        let own = Self { normal, act: act.max(normal + DAY) };
        (own != self).then_some(own)
    }
}

/// What silence is normal for a standard parcel. All of it is our guess, and a setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SilenceRules {
    /// An order without a number.
    pub ordered: SilenceLimits,
    /// A label, or a number that no carrier knows yet.
    pub label: SilenceLimits,
    pub origin: SilenceLimits,
    pub line_haul: SilenceLimits,
    pub import: SilenceLimits,
    pub last_mile: SilenceLimits,
    pub out_for_delivery: SilenceLimits,
    pub back: SilenceLimits,
    /// In percent of a standard parcel's.
    pub economy_percent: u16,
    pub express_percent: u16,
    pub warehouse_percent: u16,
    pub combined_percent: u16,
    pub remote_percent: u16,
}

impl Default for SilenceRules {
    fn default() -> Self {
        Self {
            ordered: SilenceLimits::days(7, 14),
            label: SilenceLimits::days(2, 7),
            origin: SilenceLimits::days(7, 15),
            line_haul: SilenceLimits::days(14, 30),
            import: SilenceLimits::days(7, 15),
            last_mile: SilenceLimits::days(3, 7),
            out_for_delivery: SilenceLimits::days(1, 3),
            back: SilenceLimits::days(21, 45),
            economy_percent: 200,
            express_percent: 50,
            warehouse_percent: 50,
            combined_percent: 100,
            remote_percent: 150,
        }
    }
}

impl SilenceRules {
    fn of(&self, stage: Stage, status: Status) -> SilenceLimits {
        match (stage, status) {
            (_, Status::OutForDelivery) => self.out_for_delivery,
            (Stage::Ordered, _) => self.ordered,
            (Stage::PreTransit, _) => self.label,
            (Stage::Origin, _) => self.origin,
            (Stage::LineHaul, _) => self.line_haul,
            (Stage::Import, _) => self.import,
            (Stage::LastMile | Stage::Done, _) => self.last_mile,
            (Stage::Back, _) => self.back,
        }
    }

    fn percent(&self, class: Option<Class>) -> u16 {
        match class {
            None | Some(Class::Standard) => 100,
            Some(Class::Economy) => self.economy_percent,
            Some(Class::Express) => self.express_percent,
            Some(Class::Warehouse) => self.warehouse_percent,
            Some(Class::Combined) => self.combined_percent,
            Some(Class::Remote) => self.remote_percent,
        }
    }
}

/// What to think of a silence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Verdict {
    Normal,
    Watch,
    Act,
}

impl Verdict {
    pub const fn key(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Watch => "watch",
            Self::Act => "act",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        [Self::Normal, Self::Watch, Self::Act].into_iter().find(|known| known.key() == key)
    }
}

/// What a verdict rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// Our defaults, or the operator's settings.
    Rules,
    /// So many finished parcels of the same class and route.
    Own(usize),
}

/// How long it has been quiet, and what to think of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Silence {
    pub verdict: Verdict,
    /// The newest scan; before there is one, when the wait began.
    pub since: Timestamp,
    /// There has been a scan.
    pub scanned: bool,
    pub normal_until: Timestamp,
    pub act_from: Timestamp,
    pub basis: Basis,
    /// The season makes it longer.
    pub peak: bool,
    /// No carrier could be asked since then: the silence may be ours and not the parcel's.
    pub unheard_since: Option<Timestamp>,
}

/// What silence depends on beside the parcel.
#[derive(Clone, Copy, Debug)]
pub struct SilenceNorms<'a> {
    pub rules: &'a SilenceRules,
    pub season: &'a Season,
    pub experience: &'a Experience,
}

/// Judges the silence of a parcel. None where waiting for a scan is not the matter: it has arrived or is said to have, will
/// never be sent, or does not come any more. What waits to be collected is quiet until `pickup_ends`, and then should move.
pub fn silence(
    timeline: &Timeline,
    parcel: &Parcel,
    parcel_state: &ParcelState,
    entries: &[MergedEvent<'_>],
    norms: SilenceNorms<'_>,
    pickup_ends: Option<Timestamp>,
    now: Timestamp,
) -> Option<Silence> {
    if parcel_state.problem.is_some_and(Problem::is_final) || parcel_state.status == Status::Unfulfillable {
        return None;
    }
    if parcel_state.closed || parcel_state.missing || parcel_state.stage == Stage::Done {
        return None;
    }
    let since = parcel_state.moved_at.unwrap_or_else(|| waiting_since(timeline, parcel, parcel_state, now)).min(now);
    let season = norms.season;
    let is_peak = |at: Timestamp| season.contains(at.to_zoned(TimeZone::UTC).date());
    let stage = match ends_at_hand_over(timeline, parcel, parcel_state) {
        // As quiet as the long way.
        true => Stage::LineHaul,
        false => stage_of_silence(parcel_state, entries),
    };
    let mut percent = i64::from(norms.rules.percent(parcel.class));
    // Express and warehouse parcels are scanned at every step, and do not wait in the queue of the season.
    let waits = !matches!(parcel.class, Some(Class::Express | Class::Warehouse));
    if waits && stage < Stage::Import && is_sparse(entries) && parcel_state.moved_at.is_some() {
        percent = percent * SPARSE_PERCENT / 100;
    }
    // A label waits for the seller, and neither class nor season changes that much.
    let is_label = stage <= Stage::PreTransit;
    let peak = waits && !is_label && parcel_state.stage <= Stage::Import && (is_peak(since) || is_peak(now));
    let percent = if is_label { 100 } else { percent };
    let mut guess = norms.rules.of(stage, parcel_state.status).stretched(percent);
    if peak {
        // Only the days of the season count for longer.
        let before = if is_peak(since) { SignedDuration::ZERO } else { season.starts_after(since, now) };
        guess = guess.stretched_after(before, i64::from(season.patience_percent));
    }
    let lesson = norms.experience.silences(Cohort::of(timeline, parcel), parcel_state.stage);
    let own = lesson.and_then(|lesson| Some((guess.corrected(&lesson, since)?, lesson.parcels())));
    let (limits, basis, peak) = match own {
        Some((limits, parcels)) => (limits, Basis::Own(parcels), false),
        None => (guess, Basis::Rules, peak),
    };
    let after = |span: SignedDuration| since.checked_add(span).unwrap_or(Timestamp::MAX);
    let (normal_until, act_from) = (after(limits.normal), after(limits.act.max(limits.normal)));
    let (normal_until, act_from, basis, peak) = match (parcel_state.status, pickup_ends) {
        (Status::AvailableForPickup, ends) => (ends?, ends?, Basis::Rules, false),
        _ => (normal_until, act_from, basis, peak),
    };
    let unheard_since = unheard_since(timeline);
    let verdict = match now {
        // Nobody was asked, so nobody knows how quiet it is.
        _ if is_unheard(timeline) => Verdict::Watch,
        now if now >= act_from && unheard_since.is_some_and(|at| at < act_from) => Verdict::Watch,
        now if now >= act_from => Verdict::Act,
        now if now >= normal_until => Verdict::Watch,
        _ => Verdict::Normal,
    };
    let scanned = parcel_state.moved_at.is_some();
    Some(Silence { verdict, since, scanned, normal_until, act_from, basis, peak, unheard_since })
}

/// Silence on the long way is normal once export was seen; a bare "in transit" before that is still the origin.
fn stage_of_silence(parcel_state: &ParcelState, entries: &[MergedEvent<'_>]) -> Stage {
    let export = |entry: &MergedEvent<'_>| {
        matches!(entry.status, Status::ExportCustoms | Status::HandedToAirline | Status::DepartedOrigin)
    };
    match parcel_state.stage {
        Stage::LineHaul if !entries.iter().any(export) => Stage::Origin,
        // The airline has it: no scans are to be expected before it lands.
        Stage::Origin if parcel_state.status == Status::HandedToAirline => Stage::LineHaul,
        stage => stage,
    }
}

/// Economy is not tracked once the local carrier has it, unless that one has a number and answers to it.
fn ends_at_hand_over(timeline: &Timeline, parcel: &Parcel, parcel_state: &ParcelState) -> bool {
    let is_tracked = || timeline.legs.iter().any(|leg| leg.role == Role::HandOff && leg.is_acknowledged());
    parcel.class == Some(Class::Economy) && parcel_state.status == Status::HandedToLocal && !is_tracked()
}

fn is_sparse(entries: &[MergedEvent<'_>]) -> bool {
    entries.len() <= SPARSE_ENTRIES_MAX
}

/// When the wait for a first scan began.
fn waiting_since(timeline: &Timeline, parcel: &Parcel, parcel_state: &ParcelState, now: Timestamp) -> Timestamp {
    let number = timeline.legs.iter().map(|leg| leg.added_at).min();
    let ordered = parcel.ordered.and_then(|date| Some(date.to_zoned(TimeZone::UTC).ok()?.timestamp()));
    match parcel_state.stage {
        Stage::Ordered => ordered.or(number),
        _ => number.or(ordered),
    }
    .unwrap_or(now)
}

/// Since when no carrier that is asked could answer; `None` while any does.
fn unheard_since(timeline: &Timeline) -> Option<Timestamp> {
    let mut asked = timeline.legs.iter().filter(|leg| leg.state == LegState::Active).peekable();
    asked.peek()?;
    asked.try_fold(Timestamp::MIN, |latest, leg| {
        let outage = leg.outage.as_ref().filter(|outage| !outage.failure.kind.is_answer())?;
        Some(latest.max(outage.since))
    })
}

/// Whether no carrier has ever said anything of the parcel, and none can: all were asked in vain, or nobody serves its numbers.
fn is_unheard(timeline: &Timeline) -> bool {
    let nobody_serves = || timeline.legs.iter().all(|leg| leg.state == LegState::NoCarrier);
    !timeline.legs.is_empty()
        && !timeline.legs.iter().any(Leg::was_answered)
        && (unheard_since(timeline).is_some() || nobody_serves())
}

impl Silence {
    /// The last day on which it is normal; one that ends at midnight ends with the day before.
    pub fn last_normal_day(&self, zone: &TimeZone) -> Date {
        let before = self.normal_until.checked_sub(SignedDuration::from_nanos(1)).unwrap_or(self.normal_until);
        before.to_zoned(zone.clone()).date()
    }

    /// When time alone changes the verdict next.
    pub fn changes_at(&self, now: Timestamp) -> Option<Timestamp> {
        [self.normal_until, self.act_from].into_iter().filter(|at| *at > now).min()
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::learning::{CompletedTrip, StageStay};
    use crate::testing::*;
    use crate::vocabulary::ParcelId;

    /// So many parcels that were never silent for more than two days, delivered one a day.
    fn quick(first: jiff::civil::Date, parcels: i64) -> Experience {
        let trip = |n: i64| CompletedTrip {
            parcel: ParcelId::new(&format!("quick-{n}")).expect("an id"),
            class: None,
            origin: cross_border().origin,
            destination: cross_border().country,
            first_carrier: None,
            last_carrier: None,
            shipped: date(2026, 9, 1),
            delivered: first.checked_add(hours(24 * n)).expect("a date"),
            stages: vec![StageStay { stage: Stage::Import, stay: hours(96), silence: hours(48) }],
            first_window: None,
            last_window: None,
        };
        (0..parcels).map(trip).collect()
    }

    #[test]
    fn nothing_is_quiet_for_too_long_on_the_day_on_which_another_parcel_arrives() {
        let normal_until = |first, parcels| {
            let mut timeline = timeline(&["demo"]);
            timeline.absorb(
                crate::record::LegNo(0),
                &report(day(28, 0), &["arrived_destination | 2026-11-22 10:00 +00:00"]),
            );
            let parcel = cross_border();
            let merged = crate::state::merged_events(&timeline, &parcel);
            let parcel_state = ParcelState::read(&timeline, &parcel, &merged);
            let (rules, experience) = (SilenceRules::default(), quick(first, parcels));
            let season = Season { from: (1, 1), to: (1, 2), ..Season::default() };
            let norms = SilenceNorms { rules: &rules, season: &season, experience: &experience };
            silence(&timeline, &parcel, &parcel_state, &merged, norms, None, day(28, 0))
                .expect("a silence")
                .normal_until
        };
        assert_eq!(normal_until(date(2026, 11, 1), 0), day(29, 10));
        // Most of these arrived after this silence began, and prove nothing for it.
        assert_eq!(normal_until(date(2026, 11, 1), 60), day(29, 10));
        assert_eq!(normal_until(date(2026, 10, 1), 60), day(26, 14) + SignedDuration::from_mins(48));
    }
}
