//! Which phase a parcel is in, as far as the next poll of a leg depends on it.

use jiff::SignedDuration;
use jiff::civil::Date;

use super::{Interval, Situation};
use crate::judgement::WindowSource;
use crate::record::{Leg, LegState, PollPhase, Role, Urgency};
use crate::vocabulary::{Stage, Status};

/// A parcel that was on the van for longer is not any more, whatever its last scan says.
const VAN_DAY: SignedDuration = SignedDuration::from_hours(18);
/// A window this wide still tells when to look; a wider one of our own making does not.
const NARROW_DAYS: i32 = 7;
/// A local carrier that was given a parcel shows it within a day.
const HANDOVER_DAY: SignedDuration = SignedDuration::from_hours(24);

/// What decides about the schedule of a leg.
pub(super) struct Phase {
    pub(super) is: PollPhase,
    pub(super) interval: Interval,
    pub(super) hours: Hours,
    pub(super) urgency: Urgency,
}

/// At which hours of the recipient's day something is to be expected.
#[derive(Clone, Copy)]
pub(super) enum Hours {
    /// Depots and customs work round the clock.
    Any,
    /// Only people and vans make news.
    Day,
    /// At any hour, and most of all when vans leave.
    Vans,
}

impl Phase {
    pub(super) fn of(situation: Situation<'_>) -> Self {
        use Urgency::{Idle, Urgent, Usual};
        let every = situation.poll_schedule;
        let is = poll_phase(situation);
        let (interval, hours, urgency) = match is {
            PollPhase::SecondPortal => (every.second_portal, Hours::Day, Idle),
            PollPhase::AwaitsHandOff => (every.second_portal, Hours::Any, Idle),
            PollPhase::FirstScan => (every.first_scan, Hours::Any, Idle),
            PollPhase::Origin => (every.origin, Hours::Any, Usual),
            PollPhase::LineHaul => (every.line_haul, Hours::Any, Idle),
            PollPhase::LineHaulNear => (every.import, Hours::Any, Usual),
            PollPhase::Released => (every.released, Hours::Any, Urgent),
            PollPhase::ImportNear => (every.import_near, Hours::Any, Urgent),
            PollPhase::Import => (every.import, Hours::Any, Usual),
            PollPhase::OutForDelivery => (every.out_for_delivery, Hours::Day, Urgent),
            PollPhase::Pickup => (every.pickup, Hours::Day, Urgent),
            PollPhase::NoLocalPortal => (every.last_mile, Hours::Day, Usual),
            PollPhase::VansGone => (every.vans_gone, Hours::Vans, Usual),
            PollPhase::LastMile => (every.last_mile, Hours::Vans, Urgent),
            PollPhase::Delivered => (every.pickup, Hours::Any, Idle),
            PollPhase::Back => (every.back, Hours::Any, Usual),
        };
        Self { is, interval, hours, urgency }
    }
}

fn poll_phase(situation: Situation<'_>) -> PollPhase {
    let Situation { now, leg, timeline, parcel_state, .. } = situation;
    if is_second_portal(situation) {
        return PollPhase::SecondPortal;
    }
    if awaits_hand_off(situation) {
        return PollPhase::AwaitsHandOff;
    }
    // The post that is polled to find out whether it has it is not hurried by what the other one reports.
    let is_guess = timeline.is_local_post(leg) && !leg.is_acknowledged();
    let is_on_van = parcel_state.happened_at().is_some_and(|since| now.duration_since(since) < VAN_DAY);
    match (parcel_state.stage, parcel_state.status) {
        (Stage::Ordered | Stage::PreTransit, _) => PollPhase::FirstScan,
        (Stage::Origin, _) => PollPhase::Origin,
        (Stage::LineHaul, _) if is_near(situation) => PollPhase::LineHaulNear,
        (Stage::LineHaul, _) => PollPhase::LineHaul,
        (Stage::Import, _) if is_guess => PollPhase::Import,
        (Stage::Import, Status::CustomsCleared) => PollPhase::Released,
        (Stage::Import, _) if is_near(situation) => PollPhase::ImportNear,
        (Stage::Import, _) => PollPhase::Import,
        (Stage::LastMile, Status::OutForDelivery) if is_on_van => PollPhase::OutForDelivery,
        (Stage::LastMile, Status::AvailableForPickup) => PollPhase::Pickup,
        (Stage::LastMile, Status::HandedToLocal) if !has_local_portal(situation) => PollPhase::NoLocalPortal,
        (Stage::LastMile, _) if are_vans_gone(situation) => PollPhase::VansGone,
        (Stage::LastMile, _) => PollPhase::LastMile,
        (Stage::Done, _) => PollPhase::Delivered,
        (Stage::Back, _) => PollPhase::Back,
    }
}

/// Whether the local carrier's own portal is polled.
fn has_local_portal(situation: Situation<'_>) -> bool {
    let is_local = |leg: &Leg| leg.role == Role::HandOff && leg.state == LegState::Active;
    situation.timeline.legs.iter().any(is_local)
}

/// Whether the vans of today have left, and what is not on one waits for the night's sorting.
fn are_vans_gone(situation: Situation<'_>) -> bool {
    let Situation { now, poll_schedule, zone, .. } = situation;
    (poll_schedule.vans_until..poll_schedule.sorting_from).contains(&now.to_zoned(zone.clone()).hour())
}

/// Whether it is expected about now: from so many days before the window on. A window of weeks tells no day.
fn is_near(situation: Situation<'_>) -> bool {
    days_ahead(situation).is_some_and(|days| days <= situation.poll_schedule.near_days)
}

/// The days until the window begins, negative once it has; `None` where no window is narrow enough to go by.
fn days_ahead(situation: Situation<'_>) -> Option<i32> {
    let Situation { now, zone, expected, .. } = situation;
    let expected = expected?;
    let last = expected.last_day(zone);
    let first = expected.first_day(zone).unwrap_or(last);
    if days(first, last)? > NARROW_DAYS && expected.source != WindowSource::Carrier {
        return None;
    }
    days(now.to_zoned(zone.clone()).date(), first)
}

fn days(from: Date, to: Date) -> Option<i32> {
    Some(to.since(from).ok()?.get_days())
}

/// Whether another carrier has it now, and reported so itself or was given it within a day.
fn is_second_portal(situation: Situation<'_>) -> bool {
    let Situation { now, leg, timeline, parcel_state, .. } = situation;
    if parcel_state.stage != Stage::LastMile {
        return false;
    }
    let local = || timeline.legs.iter().rev().find(|leg| leg.role == Role::HandOff && leg.polled_carrier().is_some());
    let holder = parcel_state.holder.and_then(|no| timeline.leg(no));
    // Handed over, the local carrier is where news comes from, though it may not know the number yet.
    let is_handed = parcel_state.status == Status::HandedToLocal && holder.is_none_or(|leg| leg.role != Role::HandOff);
    let holder = local().filter(|_| is_handed).or(holder).filter(|holder| holder.no != leg.no);
    let is_fresh = parcel_state.happened_at().is_some_and(|since| now.duration_since(since) < HANDOVER_DAY);
    holder.is_some_and(|holder| {
        holder.state == LegState::Active && (is_fresh || timeline.events.iter().any(|seen| seen.leg == holder.no))
    })
}

/// Whether this is the number of a local carrier that the parcel has not reached, by what the others report.
fn awaits_hand_off(situation: Situation<'_>) -> bool {
    let Situation { leg, timeline, parcel_state, .. } = situation;
    let is_reported = |other: &Leg| other.no != leg.no && other.state == LegState::Active && other.is_acknowledged();
    leg.role == Role::HandOff
        // This one may have it from arrival on, and is polled to find out.
        && !timeline.is_local_post(leg)
        && parcel_state.stage <= Stage::Import
        && parcel_state.holder != Some(leg.no)
        && timeline.legs.iter().any(is_reported)
}
