//! When to poll a leg next, and why then.

use jiff::{SignedDuration, Timestamp};

use super::phase::{Hours, Phase};
use super::{Interval, Situation};
use crate::record::{NextPoll, Outage, PollReason, Urgency};
use crate::vocabulary::{FailureKind, Stage, Status};

/// Polls that reached nobody and are repeated without a longer pause, two hours of them by default.
const UNSENT_AT_FIRST: u32 = 7;
const UNSENT_PAUSE_MAX: SignedDuration = SignedDuration::from_hours(1);

/// Works out when to poll a leg again.
pub fn next_poll(situation: Situation<'_>) -> NextPoll {
    let next = by_schedule(situation);
    match asked_to_return(situation) {
        Some(wait) if next.at.is_some_and(|at| situation.now + wait < at) => {
            NextPoll { at: Some(situation.now + wait), reason: PollReason::KnowsMore { wait }, ..next }
        }
        _ => next,
    }
}

/// Works out when to poll a leg again after the answer of another one has moved the parcel, or an answer was read anew: sooner
/// where the new phase calls for it, and never later.
pub fn poll_sooner(situation: Situation<'_>) -> NextPoll {
    let planned = situation.leg.next_poll();
    let next = next_poll(situation);
    match (planned.at, next.at) {
        (Some(at), Some(sooner)) if sooner < at => next,
        (None, Some(_)) => next,
        _ => planned.clone(),
    }
}

/// After an answer that reports nothing yet, how long the carrier says that it takes. Where it says so again and again, it
/// does not know.
fn asked_to_return(situation: Situation<'_>) -> Option<SignedDuration> {
    const SOONEST: SignedDuration = SignedDuration::from_mins(1);
    let Outage { failure, count, .. } = situation.leg.outage.as_ref()?;
    let wait = failure.retry_after.filter(|_| failure.kind.is_answer())?;
    let retry = &situation.poll_schedule.retry;
    Some(if *count > 1 { wait.max(retry.after(*count)) } else { wait.max(SOONEST) })
}

fn by_schedule(situation: Situation<'_>) -> NextPoll {
    let Situation { now, leg, parcel_state, gap, .. } = situation;
    if let Some(outage) = leg.outage.as_ref().filter(|outage| !outage.failure.kind.is_answer()) {
        return after_failure(situation, outage);
    }
    if parcel_state.closed {
        return NextPoll { at: None, urgency: Urgency::Idle, reason: PollReason::NothingToExpect };
    }
    if parcel_state.stage == Stage::Done {
        return after_delivery(situation);
    }
    let phase = Phase::of(situation);
    if let Some(every) = situation.every {
        let every = every.max(gap);
        let at = Some(now + spread(situation, every));
        return NextPoll { at, urgency: phase.urgency, reason: PollReason::OwnInterval { every } };
    }
    let every = slowed(phase.interval, situation);
    let at = now + spread(situation, every);
    let slowed = every > phase.interval.from && every > gap;
    let reason = PollReason::Interval { phase: phase.is, every, slowed };
    let next = NextPoll { at: Some(at), urgency: phase.urgency, reason };
    match phase.hours {
        Hours::Any => next,
        Hours::Day => by_day(situation, &phase, every, at).unwrap_or(next),
        Hours::Vans => when_vans_leave(situation, &phase, at).unwrap_or(next),
    }
}

/// The interval after a silence: the first one until a silence of three of them, then longer, at most the last one.
fn slowed(interval: Interval, situation: Situation<'_>) -> SignedDuration {
    let Situation { now, leg, parcel_state, poll_schedule, .. } = situation;
    let silent_since = parcel_state.moved_at.unwrap_or(leg.added_at).max(leg.added_at);
    let mut silence = now.duration_since(silent_since);
    let is_on_van = parcel_state.status == Status::OutForDelivery;
    if matches!(parcel_state.stage, Stage::Import | Stage::LastMile) && !is_on_van {
        silence -= poll_schedule.slow_after;
    }
    let third = SignedDuration::from_secs(silence.as_secs() / 3);
    third.clamp(interval.from, interval.to.max(interval.from)).max(situation.gap)
}

/// A poll that would fall into the night is made in the evening, or in the morning when there was one just now.
fn by_day(situation: Situation<'_>, phase: &Phase, every: SignedDuration, at: Timestamp) -> Option<NextPoll> {
    let Situation { now, poll_schedule, gap, .. } = situation;
    let morning = daytime(at, situation);
    if morning == at {
        return None;
    }
    // Not all at once when the day begins and ends.
    let scatter = (at.duration_since(now) - every).abs();
    let (morning, evening) = (morning + scatter, evening(situation) - scatter);
    let soonest = now + SignedDuration::from_secs(every.as_secs() / 4).max(gap);
    let (at, reason) = if soonest < evening && evening < at {
        (evening, PollReason::BeforeNight { phase: phase.is })
    } else {
        (morning, PollReason::ByDay { phase: phase.is, from: poll_schedule.day_starts })
    };
    Some(NextPoll { at: Some(at), urgency: phase.urgency, reason })
}

/// The poll for which the hours of the vans are a reason, where it comes before the one at `at`.
fn when_vans_leave(situation: Situation<'_>, phase: &Phase, at: Timestamp) -> Option<NextPoll> {
    let Situation { now, poll_schedule, zone, .. } = situation;
    let (from, until) = (poll_schedule.vans_from, poll_schedule.vans_until);
    let every = slowed(poll_schedule.vans, situation);
    let spread = spread(situation, every);
    let mut next = now + spread;
    let local = next.to_zoned(zone.clone());
    if !(from..until).contains(&local.hour()) {
        let today = local.date();
        let day = if local.hour() < from { today } else { today.tomorrow().ok()? };
        let opens = day.at(from, 0, 0, 0).to_zoned(zone.clone()).ok()?.timestamp();
        next = opens + (spread - every).abs();
    }
    let reason = PollReason::VansLeave { phase: phase.is, every, from, until };
    (next < at).then_some(NextPoll { at: Some(next), urgency: phase.urgency, reason })
}

fn after_delivery(situation: Situation<'_>) -> NextPoll {
    let Situation { now, parcel_state, poll_schedule, .. } = situation;
    let watched = poll_schedule.after_delivery_for;
    let delivered_at = parcel_state.happened_at().unwrap_or(now);
    if now.duration_since(delivered_at) >= watched {
        return NextPoll { at: None, urgency: Urgency::Idle, reason: PollReason::DeliveredLongAgo { watched } };
    }
    let every = poll_schedule.after_delivery.max(situation.gap);
    let at = Some(now + spread(situation, every));
    NextPoll { at, urgency: Urgency::Idle, reason: PollReason::AfterDelivery { watched } }
}

fn after_failure(situation: Situation<'_>, outage: &Outage) -> NextPoll {
    let Situation { now, poll_schedule, .. } = situation;
    let (failure, retry) = (&outage.failure, &poll_schedule.retry);
    let kind = failure.kind;
    // What the user has to change first can wait; what failed by chance matters as much as before.
    let urgency = if kind.needs_person() { Urgency::Idle } else { Phase::of(situation).urgency };
    if let Some(wait) = failure.retry_after {
        return NextPoll { at: Some(now + wait), urgency, reason: PollReason::AskedToWait { wait } };
    }
    let failed = PollReason::Failed { kind, attempt: outage.count };
    if failure.unsent {
        // The carrier has borne nothing, so its gap does not count: the network is usually back in minutes.
        let pause = retry.after(outage.count.saturating_sub(UNSENT_AT_FIRST)).min(UNSENT_PAUSE_MAX.max(retry.from));
        return NextPoll { at: Some(now + spread(situation, pause).min(pause)), urgency, reason: failed };
    }
    let (pause, reason) = match kind {
        // Only the user can change it; a look now and then shows that they did.
        kind if kind.needs_person() => (retry.to, PollReason::WaitsForUser { kind }),
        // A block answered with more requests becomes a longer block.
        FailureKind::Blocked => ((retry.after(outage.count) * 4).min(SignedDuration::from_hours(24)), failed),
        _ => (retry.after(outage.count), failed),
    };
    let pause = pause.max(situation.gap.min(retry.to));
    NextPoll { at: Some(now + spread(situation, pause)), urgency, reason }
}

/// The interval, a little more or less: many parcels added at once drift apart. The same poll always gets the same
/// spread, so a restart does not poll anew.
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

#[cfg(test)]
mod tests;
