//! When to ask again, and why then.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::judgement::{Expected, WindowSource};
use crate::record::Urgency;
use crate::record::{Leg, LegState, Outage, Role, Timeline};
use crate::state::ParcelState;
use crate::vocabulary::{FailureKind, Stage, Status};

/// A parcel that was on the van for longer is not any more, whatever its last scan says.
const VAN_DAY: SignedDuration = SignedDuration::from_hours(18);

/// A window this wide still tells when to look; a wider one of our own making does not.
const NARROW_DAYS: i32 = 7;
/// A local carrier that was given a parcel shows it within a day.
const HANDOVER_DAY: SignedDuration = SignedDuration::from_hours(24);

/// How often to ask in one phase: often at first, and less as the silence lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interval {
    pub from: SignedDuration,
    pub to: SignedDuration,
}

impl Interval {
    const fn hours(from: i64, to: i64) -> Self {
        Self::minutes(60 * from, 60 * to)
    }

    const fn minutes(from: i64, to: i64) -> Self {
        Self { from: SignedDuration::from_mins(from), to: SignedDuration::from_mins(to) }
    }

    /// How long to wait after so many failures in a row: twice as long after each.
    pub fn after(self, failures: u32) -> SignedDuration {
        let doublings = failures.saturating_sub(1).min(16);
        self.from.checked_mul(1 << doublings).unwrap_or(self.to).min(self.to)
    }
}

/// The rhythm of the questions. The defaults are our guess; each is a setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PollSchedule {
    pub first_scan: Interval,
    pub origin: Interval,
    pub line_haul: Interval,
    pub import: Interval,
    /// In import, where it is expected about now.
    pub import_near: Interval,
    /// Customs have let it go, and the hand-off follows within hours.
    pub released: Interval,
    pub last_mile: Interval,
    /// On the last mile, at the hours when vans leave.
    pub vans: Interval,
    /// On the last mile, once the vans have left: what is not on one waits for the night's sorting.
    pub vans_gone: Interval,
    /// The portal of a carrier that has handed it on, or does not have it yet.
    pub second_portal: Interval,
    pub out_for_delivery: Interval,
    pub pickup: Interval,
    pub back: Interval,
    pub after_delivery: SignedDuration,
    /// How long a delivered parcel is still asked for: a wrong scan, a return.
    pub after_delivery_for: SignedDuration,
    /// From so many days before the window on, it is expected about now: it lands and is cleared in these.
    pub near_days: i32,
    /// From import on a silence this long is usual, and slows nothing: customs at work, a Sunday in a depot.
    pub slow_after: SignedDuration,
    /// The recipient's day, in whole hours: nobody delivers at night.
    pub day_starts: i8,
    pub day_ends: i8,
    /// The hours of the recipient's day at which vans leave, and from when on depots sort for the next day.
    pub vans_from: i8,
    pub vans_until: i8,
    pub sorting_from: i8,
    /// After a failure: the first pause, doubled each time up to the last.
    pub retry: Interval,
    /// Questions are spread by up to this part of the interval, in percent.
    pub jitter: i64,
}

impl Default for PollSchedule {
    fn default() -> Self {
        Self {
            first_scan: Interval::hours(6, 24),
            origin: Interval::hours(24, 48),
            line_haul: Interval::hours(36, 48),
            // At 12 h many a hand-off is seen half a day late: it follows the release by hours.
            import: Interval::hours(8, 12),
            import_near: Interval::hours(3, 12),
            released: Interval::minutes(90, 6 * 60),
            last_mile: Interval::hours(2, 6),
            vans: Interval::minutes(90, 180),
            vans_gone: Interval::hours(3, 6),
            second_portal: Interval::hours(96, 96),
            out_for_delivery: Interval::minutes(20, 60),
            pickup: Interval::hours(2, 6),
            back: Interval::hours(24, 72),
            after_delivery: SignedDuration::from_hours(24),
            after_delivery_for: SignedDuration::from_hours(7 * 24),
            near_days: 3,
            slow_after: SignedDuration::from_hours(7 * 24),
            day_starts: 7,
            day_ends: 21,
            vans_from: 6,
            vans_until: 11,
            sorting_from: 18,
            retry: Interval::minutes(15, 12 * 60),
            jitter: 10,
        }
    }
}

/// What the next question depends on.
#[derive(Clone, Copy, Debug)]
pub struct Situation<'a> {
    pub now: Timestamp,
    pub leg: &'a Leg,
    pub timeline: &'a Timeline,
    pub parcel_state: &'a ParcelState,
    pub expected: Option<&'a Expected>,
    pub poll_schedule: &'a PollSchedule,
    /// The gap between two questions about one parcel that the carrier tolerates.
    pub gap: SignedDuration,
    /// The person's own interval, for this parcel or this carrier.
    pub every: Option<SignedDuration>,
    /// The recipient's zone.
    pub zone: &'a TimeZone,
}

/// When to ask next; `at` is `None` when there is no use in asking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextPoll {
    pub at: Option<Timestamp>,
    /// Why then, as the end of "next in 2 h because …".
    pub why: String,
    /// How much depends on it, where the carrier's questions are few.
    pub urgency: Urgency,
}

/// Works out when to ask about a leg again.
pub fn next_poll(situation: Situation<'_>) -> NextPoll {
    let next = by_rhythm(situation);
    match told_to_return(situation) {
        Some(wait) if next.at.is_some_and(|at| situation.now + wait < at) => NextPoll {
            at: Some(situation.now + wait),
            why: format!("the carrier will know more in {}", words(wait)),
            urgency: next.urgency,
        },
        _ => next,
    }
}

/// After an answer that tells nothing yet, how long the carrier says that it takes. Where it says so again and again, it
/// does not know.
fn told_to_return(situation: Situation<'_>) -> Option<SignedDuration> {
    const SOONEST: SignedDuration = SignedDuration::from_mins(1);
    let Outage { failure, count, .. } = situation.leg.outage.as_ref()?;
    let wait = failure.retry_after.filter(|_| failure.kind.is_answer())?;
    let retry = &situation.poll_schedule.retry;
    Some(if *count > 1 { wait.max(retry.after(*count)) } else { wait.max(SOONEST) })
}

fn by_rhythm(situation: Situation<'_>) -> NextPoll {
    let Situation { now, leg, parcel_state, .. } = situation;
    if let Some(outage) = &leg.outage
        && !outage.failure.kind.is_answer()
    {
        return after_failure(situation, outage);
    }
    if parcel_state.closed {
        return NextPoll { at: None, why: "there is nothing more to expect".to_owned(), urgency: Urgency::Idle };
    }
    if parcel_state.stage == Stage::Done {
        return after_delivery(situation);
    }
    if let Some(every) = situation.every {
        let interval = every.max(situation.gap);
        return NextPoll {
            at: Some(now + spread(situation, interval)),
            why: format!("you set it to every {}", words(interval)),
            urgency: phase(situation).urgency,
        };
    }
    let phase = phase(situation);
    let Phase { pace, hours, words: phase_words, urgency } = &phase;
    let interval = slowed(*pace, situation);
    let at = now + spread(situation, interval);
    let mut why = format!("{phase_words} it asks every {}", words(interval));
    if interval > pace.from && interval > situation.gap {
        why = format!("{phase_words} it asks every {}, slower the longer nothing happens", words(interval));
    }
    let next = NextPoll { at: Some(at), why, urgency: *urgency };
    match hours {
        Hours::Any => next,
        Hours::Day => by_day(situation, &phase, interval, at).unwrap_or(next),
        Hours::Vans => when_vans_leave(situation, &phase, at).unwrap_or(next),
    }
}

/// Works out when to ask a leg again after the answer of another one has moved the parcel: sooner where the new pace
/// asks for it, and never later.
pub fn poll_sooner(situation: Situation<'_>) -> NextPoll {
    let leg = situation.leg;
    let next = next_poll(situation);
    let as_planned = || NextPoll { at: leg.next_ask_at, why: leg.next_why.clone(), urgency: next.urgency };
    match (leg.next_ask_at, next.at) {
        (Some(planned), Some(at)) if planned <= at => as_planned(),
        (_, Some(_)) => next,
        (_, None) => as_planned(),
    }
}

/// What decides about the rhythm.
struct Phase {
    pace: Interval,
    hours: Hours,
    /// "at origin", as the beginning of a reason.
    words: &'static str,
    urgency: Urgency,
}

/// At which hours of the recipient's day something is to be expected.
#[derive(Clone, Copy)]
enum Hours {
    /// Depots and customs work round the clock.
    Any,
    /// Only people and vans make news.
    Day,
    /// At any hour, and most of all when vans leave.
    Vans,
}

fn phase(situation: Situation<'_>) -> Phase {
    use Urgency::{Idle, Urgent, Usual};
    let Situation { now, parcel_state, poll_schedule, .. } = situation;
    let phase = |pace, hours, words, urgency| Phase { pace, hours, words, urgency };
    let on_the_van = parcel_state.since.is_some_and(|since| now.duration_since(since) < VAN_DAY);
    if is_second_portal(situation) {
        return phase(poll_schedule.second_portal, Hours::Day, "the local carrier has it now, and here", Idle);
    }
    if is_waiting_for_handoff(situation) {
        return phase(
            poll_schedule.second_portal,
            Hours::Any,
            "it has not reached this carrier yet, and until then",
            Idle,
        );
    }
    match (parcel_state.stage, parcel_state.status) {
        (Stage::Ordered | Stage::PreTransit, _) => {
            phase(poll_schedule.first_scan, Hours::Any, "before the first scan", Idle)
        }
        (Stage::Origin, _) => phase(poll_schedule.origin, Hours::Any, "at origin", Usual),
        (Stage::LineHaul, _) if is_near(situation) => {
            phase(poll_schedule.import, Hours::Any, "on the long haul, and expected about now,", Usual)
        }
        (Stage::LineHaul, _) => phase(poll_schedule.line_haul, Hours::Any, "on the long haul", Idle),
        (Stage::Import, Status::CustomsCleared) => {
            phase(poll_schedule.released, Hours::Any, "after its release", Urgent)
        }
        (Stage::Import, _) if is_near(situation) => {
            phase(poll_schedule.import_near, Hours::Any, "in import, and expected about now,", Urgent)
        }
        (Stage::Import, _) => phase(poll_schedule.import, Hours::Any, "in import", Usual),
        (Stage::LastMile, Status::OutForDelivery) if on_the_van => {
            phase(poll_schedule.out_for_delivery, Hours::Day, "while it is out for delivery", Urgent)
        }
        (Stage::LastMile, Status::AvailableForPickup) => {
            phase(poll_schedule.pickup, Hours::Day, "while it waits for pickup", Urgent)
        }
        (Stage::LastMile, Status::HandedToLocal) if !has_local_portal(situation) => {
            phase(poll_schedule.last_mile, Hours::Day, "on the last mile, with no local portal to ask,", Usual)
        }
        (Stage::LastMile, _) if are_vans_gone(situation) => {
            phase(poll_schedule.vans_gone, Hours::Vans, "on the last mile, once the vans have left,", Usual)
        }
        (Stage::LastMile, _) => phase(poll_schedule.last_mile, Hours::Vans, "on the last mile", Urgent),
        (Stage::Done, _) => phase(poll_schedule.pickup, Hours::Any, "after delivery", Idle),
        (Stage::Back, _) => phase(poll_schedule.back, Hours::Any, "on the way back", Usual),
    }
}

/// Whether the local carrier's own portal is asked.
fn has_local_portal(situation: Situation<'_>) -> bool {
    let local = |leg: &Leg| leg.role == Role::HandOff && leg.state == LegState::Active;
    situation.timeline.legs.iter().any(local)
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

/// Whether another carrier has it now, and told of it itself or was given it within a day.
fn is_second_portal(situation: Situation<'_>) -> bool {
    let Situation { now, leg, timeline, parcel_state, .. } = situation;
    if parcel_state.stage != Stage::LastMile {
        return false;
    }
    let holder = parcel_state.holder.filter(|holder| *holder != leg.no).and_then(|no| timeline.leg(no));
    let fresh = parcel_state.since.is_some_and(|since| now.duration_since(since) < HANDOVER_DAY);
    holder.is_some_and(|holder| {
        holder.state == LegState::Active && (fresh || timeline.events.iter().any(|seen| seen.leg == holder.no))
    })
}

/// Whether this is the number of a local carrier that the parcel has not reached, by what the others tell.
fn is_waiting_for_handoff(situation: Situation<'_>) -> bool {
    let Situation { leg, timeline, parcel_state, .. } = situation;
    let is_told = |other: &Leg| other.no != leg.no && other.state == LegState::Active && other.is_acknowledged();
    leg.role == Role::HandOff
        && parcel_state.stage <= Stage::Import
        && parcel_state.holder != Some(leg.no)
        && timeline.legs.iter().any(is_told)
}

/// The interval after a silence: the first one until a silence of three of them, then longer, at most the last one.
fn slowed(pace: Interval, situation: Situation<'_>) -> SignedDuration {
    let Situation { now, leg, parcel_state, poll_schedule, .. } = situation;
    let silent_since = parcel_state.moved_at.unwrap_or(leg.added_at).max(leg.added_at);
    let mut silence = now.duration_since(silent_since);
    let on_the_van = parcel_state.status == Status::OutForDelivery;
    if matches!(parcel_state.stage, Stage::Import | Stage::LastMile) && !on_the_van {
        silence -= poll_schedule.slow_after;
    }
    let third = SignedDuration::from_secs(silence.as_secs() / 3);
    third.clamp(pace.from, pace.to.max(pace.from)).max(situation.gap)
}

/// A question that would fall into the night is asked in the evening, or in the morning when there was one just now.
fn by_day(situation: Situation<'_>, phase: &Phase, interval: SignedDuration, at: Timestamp) -> Option<NextPoll> {
    let Situation { now, poll_schedule, .. } = situation;
    let morning = daytime(at, situation);
    if morning == at {
        return None;
    }
    // Not all at once when the day begins and ends.
    let scatter = (at.duration_since(now) - interval).abs();
    let (morning, evening) = (morning + scatter, evening(situation) - scatter);
    if now + SignedDuration::from_secs(interval.as_secs() / 4).max(situation.gap) < evening && evening < at {
        return Some(NextPoll {
            at: Some(evening),
            why: format!("{} it asks once more before the night", phase.words),
            urgency: phase.urgency,
        });
    }
    let why = format!("{} it asks by day, from {:02}:00 there", phase.words, poll_schedule.day_starts);
    Some(NextPoll { at: Some(morning), why, urgency: phase.urgency })
}

/// The question for which the hours of the vans are a reason, where it comes before the one at `at`.
fn when_vans_leave(situation: Situation<'_>, phase: &Phase, at: Timestamp) -> Option<NextPoll> {
    let Situation { now, poll_schedule, zone, .. } = situation;
    let interval = slowed(poll_schedule.vans, situation);
    let spread = spread(situation, interval);
    let mut asked = now + spread;
    let local = asked.to_zoned(zone.clone());
    if !(poll_schedule.vans_from..poll_schedule.vans_until).contains(&local.hour()) {
        let today = local.date();
        let day = if local.hour() < poll_schedule.vans_from { today } else { today.tomorrow().ok()? };
        let opens = day.at(poll_schedule.vans_from, 0, 0, 0).to_zoned(zone.clone()).ok()?.timestamp();
        asked = opens + (spread - interval).abs();
    }
    let hours =
        format!("from {:02}:00 to {:02}:00 there, when vans leave", poll_schedule.vans_from, poll_schedule.vans_until);
    let why = format!("{} it asks every {} {hours}", phase.words, words(interval));
    (asked < at).then_some(NextPoll { at: Some(asked), why, urgency: phase.urgency })
}

fn after_delivery(situation: Situation<'_>) -> NextPoll {
    let Situation { now, parcel_state, poll_schedule, .. } = situation;
    let delivered_at = parcel_state.since.unwrap_or(now);
    if now.duration_since(delivered_at) >= poll_schedule.after_delivery_for {
        return NextPoll {
            at: None,
            why: format!("it was delivered more than {} ago", words(poll_schedule.after_delivery_for)),
            urgency: Urgency::Idle,
        };
    }
    let interval = poll_schedule.after_delivery.max(situation.gap);
    NextPoll {
        at: Some(now + spread(situation, interval)),
        why: format!(
            "a delivered parcel is watched for {}, for returns and wrong scans",
            words(poll_schedule.after_delivery_for)
        ),
        urgency: Urgency::Idle,
    }
}

fn after_failure(situation: Situation<'_>, outage: &Outage) -> NextPoll {
    let Situation { now, poll_schedule, .. } = situation;
    let failure = &outage.failure;
    // What a person has to change first can wait; what failed by chance matters as much as before.
    let urgency = if failure.kind.needs_person() { Urgency::Idle } else { phase(situation).urgency };
    if let Some(retry_after) = failure.retry_after {
        return NextPoll {
            at: Some(now + retry_after),
            why: format!("the carrier asked to wait {}", words(retry_after)),
            urgency,
        };
    }
    let pause = match failure.kind {
        // Only a person can change it; a look now and then shows that they did.
        kind if kind.needs_person() => poll_schedule.retry.to,
        // A block answered with more questions becomes a longer block.
        FailureKind::Blocked => (poll_schedule.retry.after(outage.count) * 4).min(SignedDuration::from_hours(24)),
        _ => poll_schedule.retry.after(outage.count),
    };
    let pause = pause.max(situation.gap.min(poll_schedule.retry.to));
    let why = if failure.kind.needs_person() {
        format!("it {}, and waits for you", failure.kind.title())
    } else {
        format!("the carrier {} (attempt {})", failure.kind.title(), outage.count)
    };
    NextPoll { at: Some(now + spread(situation, pause)), why, urgency }
}

/// The interval, a little more or less: many parcels added at once drift apart. The same question always gets the same
/// spread, so a restart does not ask anew.
fn spread(situation: Situation<'_>, interval: SignedDuration) -> SignedDuration {
    let range = interval.as_secs() * situation.poll_schedule.jitter / 100;
    if range <= 0 {
        return interval;
    }
    let mut seed = situation.now.as_second().unsigned_abs();
    for byte in situation.leg.number.as_str().bytes() {
        seed = (seed ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    let offset = i64::try_from((seed >> 16) % (2 * range.unsigned_abs() + 1)).unwrap_or(0) - range;
    (interval + SignedDuration::from_secs(offset)).max(situation.gap.min(interval))
}

/// The last minutes of today where the parcel is.
fn evening(situation: Situation<'_>) -> Timestamp {
    let Situation { now, poll_schedule, zone, .. } = situation;
    let date = now.to_zoned(zone.clone()).date();
    let (hour, minute) = if poll_schedule.day_ends > 0 { (poll_schedule.day_ends - 1, 55) } else { (0, 0) };
    date.at(hour, minute, 0, 0).to_zoned(zone.clone()).map_or(now, |evening| evening.timestamp())
}

/// The same time, or the next morning where the parcel is.
fn daytime(at: Timestamp, situation: Situation<'_>) -> Timestamp {
    let local = at.to_zoned(situation.zone.clone());
    let hour = local.hour();
    let (starts, ends) = (situation.poll_schedule.day_starts, situation.poll_schedule.day_ends);
    if (starts..ends).contains(&hour) {
        return at;
    }
    let date = if hour >= ends { local.date().tomorrow().unwrap_or(local.date()) } else { local.date() };
    date.at(starts, 0, 0, 0).to_zoned(situation.zone.clone()).map_or(at, |morning| morning.timestamp().max(at))
}

/// A duration for people: "20 min", "6 h", "36 h", "7 days".
pub fn words(duration: SignedDuration) -> String {
    let minutes = duration.as_mins();
    match minutes {
        ..=0 => format!("{} s", duration.as_secs()),
        1..=119 => format!("{minutes} min"),
        120..=2879 => format!("{} h", (minutes + 30) / 60),
        _ => format!("{} days", (minutes + 720) / 1440),
    }
}

#[cfg(test)]
mod tests;
