//! Which changes deserve a message, and how loud.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::judgement::{Deadline, DeadlineKind, Judgement, Silence, Verdict};
use crate::record::{EventId, LegNo, LegState, Outage, Progress, Role, Timeline};
use crate::state::{MergedEvent, Milestone, ParcelState};
use crate::vocabulary::{FailureKind, Scope, Stage, Status};

/// How loud an alert is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Importance {
    /// A scan that changes nothing: in the parcel's own feed only.
    Routine,
    /// Worth reading.
    Notice,
    /// One of the five key moments, or something that needs a person.
    Important,
}

impl Importance {
    pub const fn key(self) -> &'static str {
        match self {
            Self::Routine => "routine",
            Self::Notice => "notice",
            Self::Important => "important",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        [Self::Routine, Self::Notice, Self::Important].into_iter().find(|importance| importance.key() == key)
    }
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum AlertKind {
    /// The first that is known of a parcel: one message for all that came before.
    NowTracking {
        earlier: usize,
    },
    Milestone(Milestone),
    /// A status that needs a person, or is worth knowing each time it occurs.
    Status(Status),
    Trouble(Status),
    /// It went back from delivery.
    RolledBack,
    /// A new number under which it goes on.
    HandOff(LegNo),
    WindowMoved,
    /// The window is over and it has not come.
    Late,
    /// It has been quiet for longer than is normal.
    Silence(Verdict),
    /// So many days before a deadline.
    Reminder(DeadlineKind, u16),
    /// A time that somebody else should have kept.
    Overdue(DeadlineKind),
    SourceLost(LegNo),
    SourceBack(LegNo),
    /// A scan that changes nothing.
    Scan,
}

impl AlertKind {
    pub const fn key(&self) -> &'static str {
        match self {
            Self::NowTracking { .. } => "now_tracking",
            Self::Milestone(milestone) => milestone.key(),
            Self::Status(status) | Self::Trouble(status) => status.key(),
            Self::RolledBack => "rolled_back",
            Self::HandOff(_) => "handoff",
            Self::WindowMoved => "window_moved",
            Self::Late => "late",
            Self::Silence(_) => "silence",
            Self::Reminder(..) => "deadline",
            Self::Overdue(_) => "overdue",
            Self::SourceLost(_) => "source_lost",
            Self::SourceBack(_) => "source_back",
            Self::Scan => "scan",
        }
    }

    /// How loud it is by itself; what is known first is as loud as its status.
    const fn importance(&self) -> Importance {
        match self {
            Self::Milestone(_) | Self::Trouble(_) | Self::Reminder(..) | Self::Silence(Verdict::Act) => {
                Importance::Important
            }
            Self::Status(status) if status.needs_person() => Importance::Important,
            Self::Status(Status::Delivered | Status::Returned | Status::Returning) => Importance::Important,
            Self::Status(_)
            | Self::NowTracking { .. }
            | Self::RolledBack
            | Self::HandOff(_)
            | Self::WindowMoved
            | Self::Late
            | Self::Silence(_)
            | Self::Overdue(_)
            | Self::SourceLost(_)
            | Self::SourceBack(_) => Importance::Notice,
            Self::Scan => Importance::Routine,
        }
    }
}

/// A change worth telling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alert {
    /// Names the change within its parcel: an alert with a key that was told before is not told again.
    pub key: String,
    pub kind: AlertKind,
    pub importance: Importance,
    /// The event it speaks of.
    pub event: Option<EventId>,
    /// The key of what would say the same again within a day, and is not told after this.
    pub covers: Option<String>,
}

impl Alert {
    fn new(kind: AlertKind, event: Option<EventId>, subject: impl std::fmt::Display) -> Self {
        Self { key: format!("{}:{subject}", kind.key()), importance: kind.importance(), kind, event, covers: None }
    }

    /// The reminder that so many days are left of a deadline.
    fn reminder(deadline: &Deadline, days: u16) -> Self {
        let subject = format!("{}:{}:{days}", deadline.kind.key(), deadline.at.calendar_date());
        Self::new(AlertKind::Reminder(deadline.kind, days), None, subject)
    }

    /// What is told with it, so that it is not told after it.
    pub(super) fn covered(&self) -> Option<Self> {
        let (key, kind) = (self.covers.clone()?, self.kind.clone());
        Some(Self { key, kind, importance: Importance::Routine, event: None, covers: None })
    }

    /// Whether it speaks of time that has passed, and so of a history that must be known.
    pub const fn rests_on_history(&self) -> bool {
        matches!(self.kind, AlertKind::Late | AlertKind::Silence(_) | AlertKind::Reminder(..) | AlertKind::Overdue(_))
    }
}

/// The key of the alert for what is known first.
pub const FIRST_SIGHT: &str = "now_tracking:first";

/// A delivery is news for so long.
const DELIVERY_IS_NEWS: SignedDuration = SignedDuration::from_hours(48);

/// How many failures in a row make an outage worth telling; one is noise.
const LOST_AFTER: u32 = 3;

/// The alert for what is known of a parcel first, in however many answers; `None` while the carriers tell nothing of where it
/// is. `entries` are those of its timeline.
pub fn first_sight(parcel_state: &ParcelState, entries: &[MergedEvent<'_>], now: Timestamp) -> Option<Alert> {
    let summarized = parcel_state.acknowledged && parcel_state.stage > Stage::PreTransit && !parcel_state.closed;
    if entries.is_empty() && !summarized {
        return None;
    }
    Some(Alert {
        key: FIRST_SIGHT.to_owned(),
        kind: AlertKind::NowTracking { earlier: entries.len().saturating_sub(1) },
        importance: first_importance(parcel_state, now),
        event: parcel_state.trouble_event.or(parcel_state.lead),
        covers: None,
    })
}

/// Loud is what needs a person or is about to happen, quiet what is over.
fn first_importance(parcel_state: &ParcelState, now: Timestamp) -> Importance {
    if matches!(parcel_state.trouble, Some(Status::Damaged | Status::Lost)) || parcel_state.problem.is_some() {
        return Importance::Important;
    }
    match parcel_state.status {
        status if status.needs_person() => Importance::Important,
        Status::OutForDelivery | Status::Returning => Importance::Important,
        Status::Refunded => Importance::Routine,
        Status::Delivered => match parcel_state.since {
            _ if parcel_state.closed => Importance::Routine,
            Some(since) if now.duration_since(since) <= DELIVERY_IS_NEWS => Importance::Important,
            Some(_) => Importance::Routine,
            None => Importance::Notice,
        },
        _ => Importance::Notice,
    }
}

/// What holds of a parcel now and would have been told had anything been told of it: numbers that were found, carriers that
/// do not answer.
pub fn untold(timeline: &Timeline) -> Vec<Alert> {
    let found = timeline.legs.iter().filter(|leg| leg.role != Role::Given && is_followed(leg.state));
    let mut numbers: Vec<&crate::vocabulary::TrackingNumber> = Vec::new();
    let mut alerts = Vec::new();
    for leg in found {
        // Several carriers may be asked about one number.
        if !numbers.contains(&&leg.number) {
            numbers.push(&leg.number);
            alerts.push(hand_off(leg.no, &leg.number));
        }
    }
    let active = timeline.legs.iter().filter(|leg| leg.state == LegState::Active);
    let outages = active.filter_map(|leg| Some((leg.no, leg.outage.as_ref()?)));
    alerts.extend(outages.filter(|(_, outage)| is_lost(outage)).map(|(no, outage)| source_lost(no, outage)));
    alerts
}

const fn is_followed(state: LegState) -> bool {
    matches!(state, LegState::Active | LegState::NoCarrier)
}

fn hand_off(no: LegNo, number: &crate::vocabulary::TrackingNumber) -> Alert {
    Alert::new(AlertKind::HandOff(no), None, number)
}

/// The alerts for an answer that was taken in, of a parcel that was told of before.
pub fn alerts(timeline: &Timeline, before: &ParcelState, after: &ParcelState, progress: &Progress) -> Vec<Alert> {
    let mut alerts = changes(before, after);
    let told: Vec<EventId> = alerts.iter().filter_map(|alert| alert.event).collect();
    let refused = |no| timeline.leg(no).is_some_and(|leg| leg.state == LegState::Refused);
    let foreign = |id: &EventId| timeline.events.iter().any(|seen| seen.id == *id && refused(seen.leg));
    let scans = progress.new.iter().filter(|id| !told.contains(id) && !foreign(id));
    alerts.extend(scans.map(|id| Alert::new(AlertKind::Scan, Some(*id), id)));
    for no in &progress.legs {
        if let Some(leg) = timeline.leg(*no).filter(|leg| leg.state != LegState::Refused) {
            alerts.push(hand_off(*no, &leg.number));
        }
    }
    if progress.window {
        let moved = timeline.windows.iter().filter(|window| Some(window.leg) == after.holder).count();
        if moved > 1 {
            alerts.push(Alert::new(AlertKind::WindowMoved, None, timeline.windows.len()));
        }
    }
    alerts
}

fn changes(before: &ParcelState, after: &ParcelState) -> Vec<Alert> {
    let mut alerts = Vec::new();
    let reached: Vec<&(Milestone, EventId)> =
        after.milestones.iter().filter(|(milestone, _)| !before.reached(*milestone)).collect();
    // A jump over several moments is one message, about the last of them.
    if let Some((milestone, event)) = reached.iter().max_by_key(|(milestone, _)| *milestone) {
        alerts.push(Alert::new(AlertKind::Milestone(*milestone), Some(*event), "first"));
    }
    if let Some(trouble) = after.trouble.filter(|_| after.trouble != before.trouble) {
        let event = after.trouble_event;
        alerts.push(Alert::new(AlertKind::Trouble(trouble), event, display(event)));
    }
    if after.rolled_back && !before.rolled_back {
        alerts.push(Alert::new(AlertKind::RolledBack, after.lead, display(after.lead)));
    } else if alerts.is_empty() {
        // Another portal's telling of the same scan, or new words for it, are no news.
        let known = before.lead.is_some_and(|lead| after.tellings.contains(&lead));
        let anew = after.status != before.status || is_an_attempt(after.status);
        let again = after.lead.is_some() && !known && anew && is_told_each_time(after.status);
        let onwards = after.stage != before.stage && after.stage > Stage::PreTransit;
        if again || onwards {
            alerts.push(Alert::new(AlertKind::Status(after.status), after.lead, display(after.lead)));
        }
    }
    alerts
}

/// The alerts that time alone brings: verdicts on silence, reminders, a window that is over. They come again with every look
/// at the parcel, under the same keys, and whoever tells them keeps count.
pub fn timely(judgement: &Judgement, remind_days: &[u16], zone: &TimeZone, now: Timestamp) -> Vec<Alert> {
    let mut alerts = Vec::new();
    let is_said = |silence: &Silence| silence.verdict != Verdict::Normal && now >= silence.normal_until;
    if let Some(silence) = judgement.silence.filter(is_said) {
        let kind = AlertKind::Silence(silence.verdict);
        alerts.push(Alert::new(kind, None, format!("{}:{}", silence.verdict.key(), silence.since)));
    }
    for deadline in &judgement.deadlines {
        let date = deadline.at.calendar_date();
        if let Some(days) = deadline.reminder(remind_days, now) {
            let next = deadline.next_reminder(remind_days, now).map(|days| Alert::reminder(deadline, days).key);
            alerts.push(Alert { covers: next, ..Alert::reminder(deadline, days) });
        }
        let others = matches!(deadline.kind, DeadlineKind::DisputeAcceptance | DeadlineKind::Refund);
        if others && deadline.has_passed(now) {
            alerts.push(Alert::new(AlertKind::Overdue(deadline.kind), None, format!("{}:{date}", deadline.kind.key())));
        }
    }
    let today = now.to_zoned(zone.clone()).date();
    if let Some(expected) = &judgement.expected
        && expected.late_days(today, zone).is_some()
    {
        alerts.push(Alert::new(AlertKind::Late, None, expected.last_day(zone)));
    }
    alerts
}

fn display(event: Option<EventId>) -> String {
    event.map_or_else(String::new, |event| event.to_string())
}

fn is_told_each_time(status: Status) -> bool {
    status.needs_person()
        || matches!(
            status,
            Status::OutForDelivery
                | Status::Delivered
                | Status::Returning
                | Status::Returned
                | Status::CustomsCleared
                | Status::HandedToLocal
                | Status::Cancelled
        )
}

/// What is news when it comes twice in a row. A parcel that goes back, scan by scan, does so once.
fn is_an_attempt(status: Status) -> bool {
    status.needs_person() || matches!(status, Status::OutForDelivery | Status::Delivered)
}

/// The alert for a question that was not answered, when the silence has become an outage. A carrier that fails everybody is
/// not told here: that is one message of the daemon's, and not one for each parcel.
pub fn lost(no: LegNo, outage: &Outage) -> Option<Alert> {
    (concerns_parcel(outage) && outage.count == told_at(outage.failure.kind)?).then(|| source_lost(no, outage))
}

/// Whether an outage is one that is told of a parcel, or was.
fn is_lost(outage: &Outage) -> bool {
    concerns_parcel(outage) && told_at(outage.failure.kind).is_some_and(|count| outage.count >= count)
}

fn source_lost(no: LegNo, outage: &Outage) -> Alert {
    let subject = format!("{no}:{}:{}", outage.failure.kind.key(), outage.since);
    Alert::new(AlertKind::SourceLost(no), None, subject)
}

/// The alert for a carrier that speaks again after an outage that was told.
pub fn back(no: LegNo, outage: &Outage) -> Option<Alert> {
    is_lost(outage).then(|| Alert::new(AlertKind::SourceBack(no), None, format!("{no}:{}", outage.since)))
}

/// Whether a carrier has been failing everybody for long enough to say so.
pub fn is_carrier_lost(outage: &Outage) -> bool {
    !concerns_parcel(outage) && told_at(outage.failure.kind).is_some_and(|count| outage.count >= count)
}

/// A missing key is told with the parcel that wants it: other parcels may have carriers that need none.
fn concerns_parcel(outage: &Outage) -> bool {
    outage.failure.scope == Scope::Parcel || outage.failure.kind == FailureKind::NeedsCredential
}

/// After how many failures in a row an outage is told; never for answers that only have nothing to tell.
fn told_at(kind: FailureKind) -> Option<u32> {
    match kind {
        kind if kind.is_answer() => (kind == FailureKind::Ambiguous).then_some(1),
        // These will not go away by themselves.
        FailureKind::NeedsInput | FailureKind::NeedsCredential | FailureKind::AuthFailed | FailureKind::Blocked => {
            Some(1)
        }
        _ => Some(LOST_AFTER),
    }
}

#[cfg(test)]
mod tests;
