//! How far a parcel's carriers have answered. What rests on a history is not told before they did.

use jiff::{SignedDuration, Timestamp};

use crate::record::{Leg, LegNo, LegState, Timeline};
use crate::vocabulary::FailureKind;

/// How long an answer is waited for; then what is known has to do.
const WAIT: SignedDuration = SignedDuration::from_hours(1);

/// How carriers are asked in this run of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Polling {
    /// Nobody was asked for some time before this.
    pub since: Timestamp,
    /// Plugins are still being loaded, so a number without a carrier may get one.
    pub loading: bool,
}

/// What the carriers of a parcel have answered so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Answers {
    /// One of them has yet to answer, and is waited for until then.
    pub awaited_until: Option<Timestamp>,
    /// One that was never asked is being asked now.
    pub imminent: bool,
    /// None of them has ever answered.
    pub unheard: Option<Unheard>,
}

/// Why no carrier has ever said anything of a parcel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unheard {
    NoNumber,
    /// Nobody we speak to serves its numbers.
    NoCarrier,
    /// Every carrier was asked in vain; this leg's is the likeliest.
    Failed(LegNo),
    NotAskedYet,
}

impl Answers {
    pub fn of(timeline: &Timeline, polling: Polling, now: Timestamp) -> Self {
        let awaited = timeline.legs.iter().filter_map(|leg| Some((leg, awaited_until(leg, polling, now)?)));
        Self {
            awaited_until: awaited.clone().map(|(_, until)| until).max(),
            imminent: awaited.clone().any(|(leg, _)| is_imminent(leg, now)),
            unheard: unheard(timeline),
        }
    }
}

/// Until when the answer of a leg's carrier is waited for; `None` where there is one, or none is to be expected.
fn awaited_until(leg: &Leg, polling: Polling, now: Timestamp) -> Option<Timestamp> {
    let outage = leg.outage.as_ref().filter(|outage| !outage.failure.kind.is_answer());
    match leg.state {
        LegState::Active if outage.is_some_and(|outage| is_refusal(outage.failure.kind)) => return None,
        LegState::Active => {}
        LegState::NoCarrier if polling.loading => {}
        _ => return None,
    }
    // A question that fell due while nobody was asking makes an older answer stale.
    let missed = || leg.next_poll().at.is_some_and(|at| at <= polling.since) || outage.is_some();
    if leg.last_ok_at.is_some_and(|at| at >= polling.since || !missed()) {
        return None;
    }
    let begun = leg.added_at.max(polling.since);
    let begun = outage.map_or(begun, |outage| outage.since.min(begun));
    begun.checked_add(WAIT).ok().filter(|until| *until > now)
}

/// What comes back the same until a person does something, or for hours.
fn is_refusal(kind: FailureKind) -> bool {
    kind.needs_person() || kind == FailureKind::Blocked
}

/// Whether the first answer about a leg comes in a moment: nothing puts its question off.
fn is_imminent(leg: &Leg, now: Timestamp) -> bool {
    leg.last_asked_at.is_none() && leg.last_ok_at.is_none() && leg.next_poll().at.is_none_or(|at| at <= now)
}

fn unheard(timeline: &Timeline) -> Option<Unheard> {
    if timeline.legs.iter().any(Leg::was_answered) {
        return None;
    }
    let mut followed = timeline.legs.iter().filter(|leg| leg.state != LegState::Retired).peekable();
    if followed.peek().is_none() {
        return Some(Unheard::NoNumber);
    }
    let active = followed.filter(|leg| leg.state == LegState::Active);
    let Some(likeliest) = active.max_by_key(|leg| (leg.outage.is_some(), leg.confidence)) else {
        return Some(Unheard::NoCarrier);
    };
    Some(if likeliest.outage.is_some() { Unheard::Failed(likeliest.no) } else { Unheard::NotAskedYet })
}

#[cfg(test)]
mod tests;
