//! By when to act: every clock that runs for or against the buyer, and when to remind of it.
//!
//! The platforms' own texts disagree about when a dispute must be opened: the earlier reading warns, and nothing is over
//! before the later one has passed as well.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::judgement::{DeadlineBasis, Expected};
use crate::record::{MarkKind, Timeline};
use crate::state::{MergedEvent, ParcelState};
use crate::state::{last_words, shipped_on};
use crate::vocabulary::{CarrierId, Moment, Parcel, Problem, Stage, Status};

const DAY: SignedDuration = SignedDuration::from_hours(24);

/// How long each clock runs. The figures are those that marketplaces name, or our guess; each is a setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeadlineRules {
    /// From a number to its first scan.
    pub activation: SignedDuration,
    /// Buyer protection, from the order.
    pub protection: SignedDuration,
    /// To open a dispute, from receipt or from the end of the delivery period.
    pub dispute: SignedDuration,
    /// How long a pickup point keeps a parcel.
    pub pickup: SignedDuration,
    /// The same for the pickup points of one carrier.
    pub pickup_of: Vec<(CarrierId, SignedDuration)>,
    /// The platform takes up a dispute within this time.
    pub dispute_acceptance: SignedDuration,
    /// The money comes back within this time after a dispute was won: at the earliest, at the latest.
    pub refund: (SignedDuration, SignedDuration),
    /// What customs may take.
    pub customs: SignedDuration,
    /// Days before a deadline on which to remind, the earliest first.
    pub remind_days: Vec<u16>,
}

impl Default for DeadlineRules {
    fn default() -> Self {
        Self {
            activation: SignedDuration::from_hours(48),
            protection: DAY * 60,
            dispute: DAY * 15,
            pickup: DAY * 15,
            pickup_of: Vec::new(),
            dispute_acceptance: SignedDuration::from_hours(48),
            refund: (DAY * 15, DAY * 30),
            customs: DAY * 7,
            remind_days: vec![7, 3, 1],
        }
    }
}

/// Which clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DeadlineKind {
    /// The first scan should be there.
    Activation,
    /// Collect it.
    Pickup,
    /// Customs should be done with it; in a hold: bring what is missing.
    Customs,
    /// Open a dispute.
    Dispute,
    /// Buyer protection ends.
    Protection,
    /// The platform should have taken up the dispute.
    DisputeAcceptance,
    /// The money should be back.
    Refund,
}

impl DeadlineKind {
    pub const ALL: [Self; 7] = [
        Self::Activation,
        Self::Pickup,
        Self::Customs,
        Self::Dispute,
        Self::Protection,
        Self::DisputeAcceptance,
        Self::Refund,
    ];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Activation => "activation",
            Self::Pickup => "pickup",
            Self::Customs => "customs",
            Self::Dispute => "dispute",
            Self::Protection => "protection",
            Self::DisputeAcceptance => "dispute_acceptance",
            Self::Refund => "refund",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.key() == key)
    }

    pub const fn title(self) -> &'static str {
        match self {
            Self::Activation => "First scan due",
            Self::Pickup => "Collect it",
            Self::Customs => "Papers or money for customs",
            Self::Dispute => "Open a dispute",
            Self::Protection => "Buyer protection ends",
            Self::DisputeAcceptance => "Dispute taken up",
            Self::Refund => "Refund due",
        }
    }

    /// Whether the person loses something when it passes.
    pub const fn is_the_users(self) -> bool {
        matches!(self, Self::Pickup | Self::Customs | Self::Dispute | Self::Protection)
    }
}

/// One clock of a parcel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deadline {
    pub kind: DeadlineKind,
    /// The end: an instant, or the last day.
    pub at: Moment,
    /// When it ends on the person's clock.
    pub ends_at: Timestamp,
    /// From when on it is too late by every reading of the rule; later than `ends_at` where buyer protection runs longer.
    pub over_at: Timestamp,
    /// From when on one can act; `None` where one can already.
    pub opens: Option<Date>,
    pub basis: DeadlineBasis,
    /// Whether it is worth a reminder.
    pub reminds: bool,
    /// Until when another clock that ends sooner is the one to be reminded of.
    pub yields_until: Option<Timestamp>,
}

impl Deadline {
    pub fn has_passed(&self, now: Timestamp) -> bool {
        self.ends_at <= now
    }

    /// Whether it has passed by every reading.
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.over_at <= now
    }

    /// How many of these days before the end have come: the smallest of them.
    pub fn reminder(&self, remind_days: &[u16], now: Timestamp) -> Option<u16> {
        if !self.reminds || self.has_passed(now) || self.yields_until.is_some_and(|until| now < until) {
            return None;
        }
        let left = self.ends_at.duration_since(now);
        remind_days.iter().copied().filter(|days| left <= DAY * i32::from(*days)).min()
    }

    /// How many of these days before the end come next, where they come within a day.
    pub fn next_reminder(&self, remind_days: &[u16], now: Timestamp) -> Option<u16> {
        let left = self.ends_at.duration_since(now);
        let next = remind_days.iter().copied().filter(|days| left > DAY * i32::from(*days)).max()?;
        (left < DAY * (i32::from(next) + 1)).then_some(next)
    }

    /// When the next reminder is due, or it passes by one reading.
    pub fn changes_at(&self, remind_days: &[u16], now: Timestamp) -> Option<Timestamp> {
        let reminders = remind_days.iter().filter(|_| self.reminds);
        let reminders = reminders.filter_map(|days| self.ends_at.checked_sub(DAY * i32::from(*days)).ok());
        let ends = [self.ends_at, self.over_at].into_iter().chain(self.yields_until);
        reminders.chain(ends).filter(|at| *at > now).min()
    }
}

/// What the clocks run on.
#[derive(Clone, Copy, Debug)]
pub struct Clocks<'a> {
    pub timeline: &'a Timeline,
    pub parcel: &'a Parcel,
    pub parcel_state: &'a ParcelState,
    pub entries: &'a [MergedEvent<'a>],
    pub expected: Option<&'a Expected>,
    pub rules: &'a DeadlineRules,
    pub zone: &'a TimeZone,
    pub now: Timestamp,
}

/// The clocks that run for a parcel, the first to end first. One that has passed stays for as long as it matters.
pub fn deadlines(clocks: Clocks<'_>) -> Vec<Deadline> {
    let mut all: Vec<Deadline> = [
        clocks.activation(),
        clocks.pickup(),
        clocks.customs(),
        clocks.dispute(),
        clocks.protection(),
        clocks.dispute_acceptance(),
        clocks.refund(),
    ]
    .into_iter()
    .flatten()
    .collect();
    all.sort_by_key(|deadline| (deadline.ends_at, deadline.kind));
    all
}

impl Clocks<'_> {
    fn until(
        &self,
        kind: DeadlineKind,
        from: Timestamp,
        span: SignedDuration,
        basis: DeadlineBasis,
    ) -> Option<Deadline> {
        let ends_at = from.checked_add(span).ok()?;
        let local = ends_at.to_zoned(self.zone.clone());
        Some(Deadline {
            kind,
            at: Moment::Instant { at: ends_at, offset: local.offset() },
            ends_at,
            over_at: ends_at,
            opens: None,
            basis,
            reminds: kind.is_the_users(),
            yields_until: None,
        })
    }

    /// A deadline on a day, which is over when the day is.
    fn on(&self, kind: DeadlineKind, date: Date, basis: DeadlineBasis) -> Option<Deadline> {
        let ends_at = self.end_of(date)?;
        Some(Deadline {
            kind,
            at: Moment::Date(date),
            ends_at,
            over_at: ends_at,
            opens: None,
            basis,
            reminds: kind.is_the_users() && !self.parcel_state.closed,
            yields_until: None,
        })
    }

    fn end_of(&self, date: Date) -> Option<Timestamp> {
        Some(date.tomorrow().ok()?.to_zoned(self.zone.clone()).ok()?.timestamp())
    }

    fn date(&self, at: Timestamp) -> Date {
        at.to_zoned(self.zone.clone()).date()
    }

    fn after(&self, date: Date, span: SignedDuration) -> Option<Date> {
        date.checked_add(span).ok()
    }

    fn marked_at(&self, wanted: impl Fn(&MarkKind) -> bool) -> Option<Timestamp> {
        self.timeline.marks.iter().rev().find(|mark| wanted(&mark.kind)).map(|mark| mark.at)
    }

    /// A new number is dead for a day or two.
    fn activation(&self) -> Option<Deadline> {
        if self.parcel_state.stage != Stage::PreTransit || self.parcel_state.closed {
            return None;
        }
        let added = self.timeline.legs.iter().map(|leg| leg.added_at).min()?;
        // A label that was made long before the number was given to us does not get more time.
        let from = self.parcel_state.happened_at().map_or(added, |since| since.min(added));
        self.until(DeadlineKind::Activation, from, self.rules.activation, DeadlineBasis::FirstScan)
    }

    /// Nothing of it arrives any more, so that nothing is to be collected or declared.
    fn has_ended(&self) -> bool {
        self.parcel_state.problem.is_some_and(Problem::is_final)
    }

    fn pickup(&self) -> Option<Deadline> {
        if self.parcel_state.status != Status::AvailableForPickup || self.parcel_state.closed || self.has_ended() {
            return None;
        }
        let told = self.entries.iter().rev().find(|entry| entry.status == Status::AvailableForPickup)?;
        let holder = self.parcel_state.holder.and_then(|no| self.timeline.leg(no));
        let until = told.lead.event.facts.get("pickup_until");
        let until = until.or_else(|| holder.and_then(|leg| leg.facts.get("pickup_until")));
        if let Some(date) = until.and_then(|text| text.get(..10)?.parse::<Date>().ok()) {
            return self.on(DeadlineKind::Pickup, date, DeadlineBasis::PickupSaid);
        }
        let carrier = holder.and_then(|leg| leg.carrier.as_ref());
        let own = self.rules.pickup_of.iter().find(|(known, _)| Some(known) == carrier);
        let kept = own.map_or(self.rules.pickup, |(_, kept)| *kept);
        let date = self.after(self.date(self.parcel_state.status_since?), kept)?;
        self.on(DeadlineKind::Pickup, date, DeadlineBasis::PickupUsual { days: days(kept) })
    }

    fn customs(&self) -> Option<Deadline> {
        let hold = self.parcel_state.status == Status::CustomsHold;
        if !(hold || self.parcel_state.status == Status::ImportCustoms) || self.parcel_state.closed || self.has_ended()
        {
            return None;
        }
        let date = self.after(self.date(self.parcel_state.status_since?), self.rules.customs)?;
        let basis = if hold { DeadlineBasis::CustomsHold } else { DeadlineBasis::CustomsRelease };
        let mut deadline = self.on(DeadlineKind::Customs, date, basis)?;
        deadline.reminds &= hold;
        Some(deadline)
    }

    /// The end of buyer protection, which is the longest a delivery period can be. Where the day of the order is not known it
    /// counts from the first day known, and so ends too late rather than too early.
    fn protected_until(&self) -> Option<Date> {
        let ordered = self.parcel.ordered.or_else(|| shipped_on(self.timeline, self.parcel))?;
        self.after(ordered, self.rules.protection)
    }

    /// Two readings of one rule: so many days after receipt, or after the end of the delivery period, and never later than
    /// the end of buyer protection. The earliest date that one of them gives is the strict reading, which warns; while
    /// protection runs a dispute can still be opened.
    fn dispute(&self) -> Option<Deadline> {
        if !self.is_bought() || self.is_settled() || self.is_disputed() {
            return None;
        }
        let protected = self.protected_until();
        let received = self.received_on();
        let delivered_elsewhere =
            self.delivered_elsewhere_on().filter(|day| received.is_none_or(|received| *day < received));
        let ended = match received {
            Some(_) => None,
            None => self.expected.map(|expected| expected.last_day(self.zone)),
        };
        let after_receipt = delivered_elsewhere.or(received).and_then(|date| self.after(date, self.rules.dispute));
        let after_window = ended.and_then(|date| self.after(date, self.rules.dispute));
        let date = [after_receipt, after_window, protected].into_iter().flatten().min()?;
        let basis = if Some(date) == after_receipt {
            DeadlineBasis::DisputeFromReceipt { days: days(self.rules.dispute) }
        } else if Some(date) == after_window {
            DeadlineBasis::DisputeFromWindow { days: days(self.rules.dispute) }
        } else {
            DeadlineBasis::DisputeFromOrder { days: days(self.rules.protection) }
        };
        let mut deadline = self.on(DeadlineKind::Dispute, date, basis)?;
        let protected = protected.filter(|protected| *protected > date);
        if let Some((until, over_at)) = protected.and_then(|until| Some((until, self.end_of(until)?))) {
            deadline.over_at = over_at;
            if deadline.has_passed(self.now) && !deadline.is_over(self.now) {
                deadline.basis = DeadlineBasis::DisputeStrict { protected: until };
            }
        }
        // Platforms want the delivery period to be over first, unless that would be too late.
        deadline.opens = ended.filter(|ended| *ended < date && self.date(self.now) <= *ended);
        deadline.reminds = self.is_money_at_stake();
        Some(deadline)
    }

    /// Somebody paid for it through a marketplace, or on a day that is known.
    fn is_bought(&self) -> bool {
        self.parcel.marketplace.is_some() || self.parcel.ordered.is_some()
    }

    fn is_disputed(&self) -> bool {
        self.marked_at(|kind| matches!(kind, MarkKind::DisputeOpened(_))).is_some()
    }

    /// Whoever holds what they ordered needs no reminder, and whoever says that it is not there does. What waits to be
    /// collected is there: its own clock is the one that matters.
    fn is_money_at_stake(&self) -> bool {
        let waits = self.pickup().is_some_and(|pickup| !pickup.has_passed(self.now));
        !self.parcel_state.closed && !waits && (self.received_on().is_none() || self.is_missing())
    }

    /// The day it was delivered, as the carrier or the person says.
    fn received_on(&self) -> Option<Date> {
        let told = self.entries.iter().rev().find(|entry| entry.status == Status::Delivered).map(|entry| entry.at);
        let have_it = self.marked_at(|kind| *kind == MarkKind::HaveIt);
        let delivered = self.parcel_state.status == Status::Delivered || self.is_missing();
        told.filter(|_| delivered).or(have_it).map(|at| self.date(at))
    }

    /// The day on which the first of the portals had it delivered and still has: the shop may go by that one, whatever the
    /// others say.
    fn delivered_elsewhere_on(&self) -> Option<Date> {
        let words = last_words(self.timeline, self.entries).into_iter();
        words.filter(|word| word.status == Status::Delivered).map(|word| self.date(word.at)).min()
    }

    fn is_missing(&self) -> bool {
        self.parcel_state.missing
    }

    fn is_settled(&self) -> bool {
        matches!(self.parcel_state.status, Status::Refunded | Status::Cancelled)
    }

    fn protection(&self) -> Option<Deadline> {
        if self.parcel_state.closed || !self.is_bought() || self.is_settled() {
            return None;
        }
        let date = self.protected_until()?;
        let days = days(self.rules.protection);
        let basis = match self.parcel.ordered {
            Some(_) => DeadlineBasis::ProtectionFromOrder { days },
            None => DeadlineBasis::ProtectionFromFirstDay { days },
        };
        let mut deadline = self.on(DeadlineKind::Protection, date, basis)?;
        // Where both end on one day the dispute's own reminder is enough, and until that ends it is the one that matters.
        let strict = self.dispute().map(|dispute| dispute.ends_at);
        deadline.reminds = self.is_money_at_stake() && strict.is_some_and(|strict| strict < deadline.ends_at);
        deadline.yields_until = strict.filter(|_| deadline.reminds).and_then(|strict| strict.checked_add(DAY).ok());
        Some(deadline)
    }

    fn dispute_acceptance(&self) -> Option<Deadline> {
        let opened = self.timeline.dispute().filter(|mark| matches!(mark.kind, MarkKind::DisputeOpened(_)))?;
        if self.is_settled() {
            return None;
        }
        let span = self.rules.dispute_acceptance;
        self.until(DeadlineKind::DisputeAcceptance, opened.at, span, DeadlineBasis::DisputeTakenUp)
    }

    fn refund(&self) -> Option<Deadline> {
        let won = self.timeline.dispute().filter(|mark| mark.kind == MarkKind::DisputeAccepted)?.at;
        if self.is_settled() {
            return None;
        }
        let (early, late) = self.rules.refund;
        let from = self.after(self.date(won), early)?;
        let date = self.after(self.date(won), late)?;
        self.on(DeadlineKind::Refund, date, DeadlineBasis::RefundFrom { from })
    }
}

fn days(span: SignedDuration) -> i64 {
    span.as_hours() / 24
}
