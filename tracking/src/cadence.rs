//! When to ask again, and why then.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::{Expected, FailureKind, Leg, LegState, Outage, Stage, Standing, Status, Timeline, WindowSource};

/// A parcel that was on the van for longer is not any more, whatever its last scan says.
const VAN_DAY: SignedDuration = SignedDuration::from_hours(18);

/// How often to ask in one phase: often at first, and less as the silence lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    pub from: SignedDuration,
    pub to: SignedDuration,
}

impl Pace {
    const fn hours(from: i64, to: i64) -> Self {
        Self { from: SignedDuration::from_hours(from), to: SignedDuration::from_hours(to) }
    }
}

/// The rhythm of the questions. The defaults are our guess; each is a setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rhythm {
    pub first_scan: Pace,
    pub origin: Pace,
    pub line_haul: Pace,
    pub import: Pace,
    /// Customs have let it go, and the local carrier's first scan is near.
    pub released: Pace,
    pub last_mile: Pace,
    /// The first portal, once the local carrier tells more.
    pub second_portal: Pace,
    pub out_for_delivery: Pace,
    pub pickup: Pace,
    pub back: Pace,
    pub after_delivery: SignedDuration,
    /// How long a delivered parcel is still asked for: a wrong scan, a return.
    pub after_delivery_for: SignedDuration,
    /// The recipient's day, in whole hours: nobody delivers at night.
    pub day_starts: i8,
    pub day_ends: i8,
    /// After a failure: the first pause, doubled each time up to the last.
    pub retry: Pace,
    /// Questions are spread by up to this part of the interval, in percent.
    pub jitter: i64,
}

impl Default for Rhythm {
    fn default() -> Self {
        Self {
            first_scan: Pace::hours(6, 24),
            origin: Pace::hours(24, 48),
            line_haul: Pace::hours(36, 48),
            import: Pace::hours(12, 24),
            released: Pace::hours(3, 12),
            last_mile: Pace::hours(2, 12),
            second_portal: Pace::hours(12, 24),
            out_for_delivery: Pace { from: SignedDuration::from_mins(20), to: SignedDuration::from_hours(1) },
            pickup: Pace::hours(6, 24),
            back: Pace::hours(24, 72),
            after_delivery: SignedDuration::from_hours(24),
            after_delivery_for: SignedDuration::from_hours(7 * 24),
            day_starts: 7,
            day_ends: 21,
            retry: Pace { from: SignedDuration::from_mins(15), to: SignedDuration::from_hours(12) },
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
    pub standing: &'a Standing,
    pub expected: Option<&'a Expected>,
    pub rhythm: &'a Rhythm,
    /// The gap between two questions about one parcel that the carrier tolerates.
    pub gap: SignedDuration,
    /// The person's own interval, for this parcel or this carrier.
    pub every: Option<SignedDuration>,
    /// The recipient's zone.
    pub zone: &'a TimeZone,
}

/// When to ask next; `at` is `None` when there is no use in asking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextAsk {
    pub at: Option<Timestamp>,
    /// Why then, as the end of "next in 2 h because …".
    pub why: String,
}

/// Works out when to ask about a leg again.
pub fn next_ask(situation: Situation<'_>) -> NextAsk {
    let Situation { now, leg, standing, rhythm, .. } = situation;
    if let Some(outage) = &leg.outage
        && !outage.failure.kind.is_answer()
    {
        return after_failure(situation, outage);
    }
    if standing.closed {
        return NextAsk { at: None, why: "there is nothing more to expect".to_owned() };
    }
    if standing.stage == Stage::Done {
        return after_delivery(situation);
    }
    if let Some(every) = situation.every {
        let interval = every.max(situation.gap);
        return NextAsk {
            at: Some(now + spread(situation, interval)),
            why: format!("you set it to every {}", words(interval)),
        };
    }
    let Phase { pace, by_day, words: phase } = phase(situation);
    let silent_since = standing.moved_at.unwrap_or(leg.added_at).max(leg.added_at);
    let interval = slowed(pace, now.duration_since(silent_since)).max(situation.gap);
    let mut at = now + spread(situation, interval);
    let mut why = format!("{phase} it asks every {}", words(interval));
    if interval > pace.from && interval > situation.gap {
        why = format!("{phase} it asks every {}, slower the longer nothing happens", words(interval));
    }
    if by_day {
        let morning = daytime(at, situation);
        if morning > at {
            at = morning;
            why = format!("{phase} it asks by day, from {:02}:00 there", rhythm.day_starts);
        }
    }
    NextAsk { at: Some(at), why }
}

/// What decides about the rhythm.
struct Phase {
    pace: Pace,
    /// Nothing is to be expected at night.
    by_day: bool,
    /// "at origin", as the beginning of a reason.
    words: &'static str,
}

fn phase(situation: Situation<'_>) -> Phase {
    let Situation { now, standing, rhythm, .. } = situation;
    let phase = |pace, by_day, words| Phase { pace, by_day, words };
    let on_the_van = standing.since.is_some_and(|since| now.duration_since(since) < VAN_DAY);
    if standing.stage == Stage::LastMile && is_second_portal(situation) {
        return phase(rhythm.second_portal, true, "as the local carrier knows more,");
    }
    match (standing.stage, standing.status) {
        (Stage::Ordered | Stage::PreTransit, _) => phase(rhythm.first_scan, false, "before the first scan"),
        (Stage::LineHaul, _) if is_near(situation) => {
            phase(rhythm.import, false, "on the long haul, and expected about now,")
        }
        (Stage::Import, Status::CustomsCleared) => phase(rhythm.released, true, "after its release"),
        (Stage::Import, _) if is_near(situation) => phase(rhythm.released, true, "in import, and expected about now,"),
        (Stage::Origin, _) => phase(rhythm.origin, false, "at origin"),
        (Stage::LineHaul, _) => phase(rhythm.line_haul, false, "on the long haul"),
        (Stage::Import, _) => phase(rhythm.import, false, "in import"),
        (Stage::LastMile, Status::OutForDelivery) if on_the_van => {
            phase(rhythm.out_for_delivery, true, "while it is out for delivery")
        }
        (Stage::LastMile, Status::AvailableForPickup) => phase(rhythm.pickup, true, "while it waits for pickup"),
        (Stage::LastMile, _) => phase(rhythm.last_mile, true, "on the last mile"),
        (Stage::Done, _) => phase(rhythm.pickup, false, "after delivery"),
        (Stage::Back, _) => phase(rhythm.back, false, "on the way back"),
    }
}

/// Whether the carrier expects to deliver about now: from the day before its window on.
fn is_near(situation: Situation<'_>) -> bool {
    let told = situation.expected.filter(|expected| expected.source == WindowSource::Carrier);
    told.is_some_and(|expected| {
        let today = situation.now.to_zoned(situation.zone.clone()).date();
        let first = expected.first_day(situation.zone).unwrap_or_else(|| expected.last_day(situation.zone));
        first.yesterday().is_ok_and(|eve| eve <= today)
    })
}

/// Whether another carrier has it now, and told of the last mile itself.
fn is_second_portal(situation: Situation<'_>) -> bool {
    let Situation { leg, timeline, standing, .. } = situation;
    let holder = standing.holder.filter(|holder| *holder != leg.no).and_then(|no| timeline.leg(no));
    holder.is_some_and(|holder| {
        holder.state == LegState::Active && timeline.seen.iter().any(|seen| seen.leg == holder.no)
    })
}

/// The interval after a silence: the first one until a silence of four of them, then longer, at most the last one.
fn slowed(pace: Pace, silence: SignedDuration) -> SignedDuration {
    let quarter = SignedDuration::from_secs(silence.as_secs() / 4);
    quarter.clamp(pace.from, pace.to.max(pace.from))
}

fn after_delivery(situation: Situation<'_>) -> NextAsk {
    let Situation { now, standing, rhythm, .. } = situation;
    let delivered_at = standing.since.unwrap_or(now);
    if now.duration_since(delivered_at) >= rhythm.after_delivery_for {
        return NextAsk {
            at: None,
            why: format!("it was delivered more than {} ago", words(rhythm.after_delivery_for)),
        };
    }
    let interval = rhythm.after_delivery.max(situation.gap);
    NextAsk {
        at: Some(now + spread(situation, interval)),
        why: format!(
            "a delivered parcel is watched for {}, for returns and wrong scans",
            words(rhythm.after_delivery_for)
        ),
    }
}

fn after_failure(situation: Situation<'_>, outage: &Outage) -> NextAsk {
    let Situation { now, rhythm, .. } = situation;
    let failure = &outage.failure;
    if let Some(retry_after) = failure.retry_after {
        return NextAsk {
            at: Some(now + retry_after),
            why: format!("the carrier asked to wait {}", words(retry_after)),
        };
    }
    let pause = match failure.kind {
        // Only a person can change it; a look now and then shows that they did.
        kind if kind.needs_person() => rhythm.retry.to,
        // A block answered with more questions becomes a longer block.
        FailureKind::Blocked => (backoff(rhythm.retry, outage.count) * 4).min(SignedDuration::from_hours(24)),
        _ => backoff(rhythm.retry, outage.count),
    };
    let pause = pause.max(situation.gap.min(rhythm.retry.to));
    let why = if failure.kind.needs_person() {
        format!("it {}, and waits for you", failure.kind.title())
    } else {
        format!("the carrier {} (attempt {})", failure.kind.title(), outage.count)
    };
    NextAsk { at: Some(now + spread(situation, pause)), why }
}

fn backoff(pace: Pace, count: u32) -> SignedDuration {
    let doublings = count.saturating_sub(1).min(16);
    pace.from.checked_mul(1 << doublings).unwrap_or(pace.to).min(pace.to)
}

/// The interval, a little more or less: many parcels added at once drift apart. The same question always gets the same
/// spread, so a restart does not ask anew.
fn spread(situation: Situation<'_>, interval: SignedDuration) -> SignedDuration {
    let range = interval.as_secs() * situation.rhythm.jitter / 100;
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

/// The same time, or the next morning where the parcel is.
fn daytime(at: Timestamp, situation: Situation<'_>) -> Timestamp {
    let local = at.to_zoned(situation.zone.clone());
    let hour = local.hour();
    let (starts, ends) = (situation.rhythm.day_starts, situation.rhythm.day_ends);
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
