//! One line for every parcel: what to do now, whom to ask, and until when there is time.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::judgement::{
    Advice, AdviceKind, AdviceReason, ContactTarget, Deadline, DeadlineKind, DisputeTime, Expected, Silence, Verdict,
};
use crate::record::{LegState, MarkKind, Timeline};
use crate::state::{MergedEvent, ParcelState};
use crate::vocabulary::{FailureKind, Parcel, Problem, ReturnReason, Stage, Status};

/// What had a scan within so many days is still moving.
const MOVING_DAYS: i64 = 7;

/// What advice rests on.
#[derive(Clone, Copy, Debug)]
pub struct Grounds<'a> {
    pub timeline: &'a Timeline,
    pub parcel: &'a Parcel,
    pub parcel_state: &'a ParcelState,
    pub entries: &'a [MergedEvent<'a>],
    pub expected: Option<&'a Expected>,
    pub silence: Option<&'a Silence>,
    pub deadlines: &'a [Deadline],
    /// From so many days before its end on a dispute is urgent.
    pub urgent_days: u16,
    pub zone: &'a TimeZone,
    pub now: Timestamp,
}

/// The advice for a parcel as it stands.
pub fn advice(grounds: Grounds<'_>) -> Advice {
    let steps = [
        Grounds::on_settled,
        Grounds::on_dispute,
        Grounds::on_receipt,
        Grounds::on_end,
        Grounds::on_unread,
        Grounds::on_status,
        Grounds::on_question,
        Grounds::on_loss,
        // What can wait must not hide that the money is in danger.
        Grounds::on_last_days,
        Grounds::on_number,
        Grounds::on_problem,
        Grounds::on_late,
        Grounds::on_doubt,
        Grounds::on_closed_door,
    ];
    steps.into_iter().find_map(|step| step(&grounds)).unwrap_or_else(|| grounds.on_silence())
}

impl Grounds<'_> {
    fn deadline(&self, kind: DeadlineKind) -> Option<&Deadline> {
        self.deadlines.iter().find(|deadline| deadline.kind == kind)
    }

    /// The day of a deadline that has not passed.
    fn by(&self, kind: DeadlineKind) -> Option<Date> {
        let deadline = self.deadline(kind).filter(|deadline| !deadline.has_passed(self.now))?;
        Some(deadline.at.calendar_date())
    }

    /// A moment's day on the recipient's calendar.
    fn day(&self, at: Timestamp) -> Date {
        at.to_zoned(self.zone.clone()).date()
    }

    /// The carrier that has it, or the one whose number was named last.
    fn holder(&self) -> Option<ContactTarget> {
        let holder = self.parcel_state.holder.and_then(|no| self.timeline.leg(no));
        let any = || self.timeline.legs.iter().rev().find(|leg| leg.state == LegState::Active);
        holder.or_else(any).map(|leg| ContactTarget::Carrier(leg.no))
    }

    /// Until when a dispute can be opened: by the strict reading, and when that has passed while buyer protection runs.
    fn dispute_time(&self) -> Option<DisputeTime> {
        let strict = self.by(DeadlineKind::Dispute).map(DisputeTime::By);
        strict.or_else(|| self.late_dispute().map(|(_, protected)| DisputeTime::StillBy(protected)))
    }

    /// The days of a dispute whose strict reading has passed while buyer protection runs: of the one, and of the other.
    fn late_dispute(&self) -> Option<(Date, Date)> {
        let strict = self.deadline(DeadlineKind::Dispute)?;
        let protection = self.deadline(DeadlineKind::Protection)?;
        let day = |deadline: &Deadline| deadline.at.calendar_date();
        (strict.has_passed(self.now) && !strict.is_over(self.now)).then(|| (day(strict), day(protection)))
    }

    /// Nothing more is to be expected.
    fn on_settled(&self) -> Option<Advice> {
        let seller = Some(ContactTarget::Seller);
        Some(match self.parcel_state.status {
            Status::Refunded => Advice::new(AdviceKind::Nothing, None, AdviceReason::Refunded),
            Status::Returned => {
                let reason = AdviceReason::Returned { dispute: self.dispute_time() };
                Advice::new(AdviceKind::ContactSeller, seller, reason)
            }
            Status::Cancelled | Status::Unfulfillable => {
                Advice::new(AdviceKind::AwaitMoney, seller, AdviceReason::NothingSent)
            }
            _ => return None,
        })
    }

    /// It is in the user's hands.
    fn on_receipt(&self) -> Option<Advice> {
        self.parcel_state.closed.then(|| Advice::new(AdviceKind::Nothing, None, AdviceReason::Received))
    }

    /// A dispute runs: its own clocks lead.
    fn on_dispute(&self) -> Option<Advice> {
        let seller = Some(ContactTarget::Seller);
        let kind = match self.timeline.dispute()?.kind {
            MarkKind::DisputeOpened(_) => DeadlineKind::DisputeAcceptance,
            MarkKind::DisputeAccepted => DeadlineKind::Refund,
            MarkKind::DisputeMediated => {
                return Some(Advice::new(AdviceKind::AwaitMoney, seller, AdviceReason::PlatformDecides));
            }
            _ => return None,
        };
        let deadline = self.deadline(kind)?;
        if deadline.has_passed(self.now) {
            return Some(Advice::urgent(AdviceKind::ContactSeller, seller, AdviceReason::PlatformLate));
        }
        let reason = AdviceReason::DisputeRuns { basis: deadline.basis, date: deadline.at.calendar_date() };
        Some(Advice::new(AdviceKind::AwaitMoney, None, reason))
    }

    /// What the last status asked for is over: the parcel does not come any more, or waits for something else.
    fn on_end(&self) -> Option<Advice> {
        self.parcel_state.problem.filter(|_| self.parcel_state.stage < Stage::Done)?;
        self.on_loss()
    }

    /// News that nobody here can read came after what the last status asks for, which may be over by it.
    fn on_unread(&self) -> Option<Advice> {
        let status = self.parcel_state.status;
        if !self.parcel_state.is_in_doubt || self.parcel_state.missing {
            return None;
        }
        let reason = AdviceReason::Unread { status };
        match status {
            Status::OutForDelivery => Some(Advice::new(AdviceKind::CheckLocal, self.holder(), reason)),
            status if status.needs_person() => Some(Advice::urgent(AdviceKind::CheckLocal, self.holder(), reason)),
            _ => None,
        }
    }

    fn on_status(&self) -> Option<Advice> {
        let parcel_state = self.parcel_state;
        let (holder, seller) = (self.holder(), Some(ContactTarget::Seller));
        Some(match parcel_state.status {
            Status::AwaitingClarification => Advice::urgent(AdviceKind::GiveDetails, seller, AdviceReason::SellerAsks),
            Status::CustomsHold => {
                let reason = AdviceReason::CustomsHold { by: self.by(DeadlineKind::Customs) };
                Advice::urgent(AdviceKind::BringPapers, holder, reason)
            }
            Status::AvailableForPickup => {
                let place = parcel_state.place.as_ref().map(|place| place.text.clone()).filter(|text| !text.is_empty());
                if self.deadline(DeadlineKind::Pickup).is_some_and(|deadline| deadline.has_passed(self.now)) {
                    let reason = AdviceReason::PickupOver { place, dispute: self.dispute_time() };
                    return Some(Advice::urgent(AdviceKind::ContactCarrier, holder, reason));
                }
                let reason = AdviceReason::ReadyToCollect { by: self.by(DeadlineKind::Pickup), place };
                Advice::urgent(AdviceKind::Collect, holder, reason)
            }
            Status::DeliveryFailed | Status::NotDelivered if !parcel_state.missing => {
                Advice::urgent(AdviceKind::Arrange, holder, AdviceReason::AttemptFailed)
            }
            // The newest word is a problem, or the parcel needs a camera before it needs anything else.
            Status::OutForDelivery if parcel_state.rolled_back || parcel_state.trouble.is_some() => return None,
            Status::Delivered if parcel_state.trouble == Some(Status::Damaged) => return None,
            Status::Delivered if parcel_state.disagreement.is_some_and(|found| found.contradicts) => return None,
            Status::OutForDelivery if self.silence.is_none_or(|silence| silence.verdict == Verdict::Normal) => {
                if let Some((strict, protected)) = self.late_dispute() {
                    let reason = AdviceReason::OutForDeliveryLate { strict, protected };
                    return Some(Advice::urgent(AdviceKind::OpenDispute, seller, reason));
                }
                Advice::new(AdviceKind::BeThere, holder, AdviceReason::OutForDelivery)
            }
            Status::Returning => {
                let (because, dispute) = (self.return_reason(), self.dispute_time());
                Advice::urgent(AdviceKind::ContactSeller, seller, AdviceReason::Returning { because, dispute })
            }
            Status::Delivered => {
                let reason = AdviceReason::Delivered { dispute: self.dispute_time() };
                Advice::new(AdviceKind::LookForIt, None, reason)
            }
            _ if parcel_state.missing => {
                let reason = AdviceReason::Missing { dispute: self.dispute_time() };
                Advice::urgent(AdviceKind::LookForIt, holder, reason)
            }
            _ => return None,
        })
    }

    fn return_reason(&self) -> Option<ReturnReason> {
        self.entries.iter().rev().flat_map(MergedEvent::sources).find_map(|seen| seen.event.return_reason())
    }

    /// A carrier wants to know something before it answers.
    fn on_question(&self) -> Option<Advice> {
        let waiting = self.timeline.legs.iter().filter(|leg| leg.state == LegState::Active).find_map(|leg| {
            let failure = &leg.outage.as_ref()?.failure;
            matches!(failure.kind, FailureKind::Ambiguous | FailureKind::NeedsInput).then_some((leg.no, failure))
        });
        let (leg, failure) = waiting?;
        let reason = match failure.needs.as_slice() {
            [] => AdviceReason::Ambiguous,
            fields => AdviceReason::Needs { fields: fields.to_vec() },
        };
        Some(Advice::urgent(AdviceKind::GiveDetails, Some(ContactTarget::Carrier(leg)), reason))
    }

    /// The number is likely not the right one.
    fn on_number(&self) -> Option<Advice> {
        let reason = if self.timeline.is_likely_mistyped() && !self.parcel_state.acknowledged {
            AdviceReason::CheckDigit
        } else if self.everybody_says(|kind| kind == FailureKind::InvalidNumber) {
            AdviceReason::InvalidNumber
        } else {
            return None;
        };
        Some(Advice::new(AdviceKind::CheckNumber, Some(ContactTarget::Seller), reason))
    }

    /// Whether every carrier asked gives an answer of this kind instead of a report.
    fn everybody_says(&self, wanted: impl Fn(FailureKind) -> bool) -> bool {
        let mut asked = self.timeline.legs.iter().filter(|leg| leg.state == LegState::Active).peekable();
        asked.peek().is_some() && asked.all(|leg| leg.outage.as_ref().is_some_and(|outage| wanted(outage.failure.kind)))
    }

    /// The parcel, or what is in it, is lost to the user, or does not go on without them.
    fn on_loss(&self) -> Option<Advice> {
        let seller = Some(ContactTarget::Seller);
        match self.parcel_state.problem {
            Some(Problem::Address) => {
                return Some(Advice::urgent(AdviceKind::GiveDetails, self.holder(), AdviceReason::AddressWanted));
            }
            Some(problem) => {
                let reason = AdviceReason::Ended { problem, dispute: self.dispute_time() };
                return Some(Advice::urgent(AdviceKind::ContactSeller, seller, reason));
            }
            None => {}
        }
        Some(match self.parcel_state.trouble? {
            Status::Damaged => Advice::urgent(AdviceKind::ContactSeller, seller, AdviceReason::Damaged),
            Status::Lost => {
                let reason = AdviceReason::Lost { dispute: self.dispute_time() };
                Advice::urgent(AdviceKind::OpenDispute, seller, reason)
            }
            _ => return None,
        })
    }

    fn on_problem(&self) -> Option<Advice> {
        self.parcel_state.trouble?;
        Some(Advice::new(AdviceKind::CheckLocal, self.holder(), AdviceReason::Trouble))
    }

    /// The money is in danger: the time for a dispute is nearly over by one reading, or by all.
    fn on_last_days(&self) -> Option<Advice> {
        let dispute = self.deadline(DeadlineKind::Dispute).filter(|_| self.parcel_state.stage < Stage::Done)?;
        let protection = self.deadline(DeadlineKind::Protection);
        let day = dispute.at.calendar_date();
        let later = protection.filter(|protection| protection.ends_at > dispute.ends_at);
        let protected = later.map(|protection| protection.at.calendar_date());
        let seller = Some(ContactTarget::Seller);
        if dispute.is_over(self.now) {
            let reason = AdviceReason::DisputeOver { date: protected.unwrap_or(day) };
            return Some(Advice::urgent(AdviceKind::ContactSeller, seller, reason));
        }
        if !dispute.has_passed(self.now) && dispute.reminder(&[self.urgent_days], self.now).is_none() {
            return None;
        }
        let reason = match protected {
            Some(protected) if dispute.has_passed(self.now) => AdviceReason::DisputeLate { strict: day, protected },
            protected => AdviceReason::DisputeEnds { by: day, protected },
        };
        Some(Advice::urgent(AdviceKind::OpenDispute, seller, reason))
    }

    /// The window is over.
    fn on_late(&self) -> Option<Advice> {
        let dispute = self.deadline(DeadlineKind::Dispute).filter(|_| self.parcel_state.stage < Stage::Done)?;
        let dispute = dispute.at.calendar_date();
        let days = self.expected?.late_days(self.day(self.now), self.zone)?;
        // Quiet may be normal for longer; that is no movement.
        let moves = |silence: &Silence| {
            let recent = self.now.duration_since(silence.since) < SignedDuration::from_hours(24 * MOVING_DAYS);
            silence.scanned && recent && self.parcel_state.stage > Stage::PreTransit
        };
        match self.silence.map(|silence| silence.verdict) {
            // A silence that is too long says more than the window does.
            Some(Verdict::Act) => None,
            Some(Verdict::Normal) if self.silence.is_some_and(moves) => {
                Some(Advice::new(AdviceKind::Wait, None, AdviceReason::LateMoving { days, dispute }))
            }
            _ => {
                let reason = AdviceReason::LateQuiet { days, dispute };
                Some(Advice::new(AdviceKind::ContactSeller, Some(ContactTarget::Seller), reason))
            }
        }
    }

    /// The carriers say things that do not fit.
    fn on_doubt(&self) -> Option<Advice> {
        if let Some(repeated) = self.parcel_state.repeated {
            let reason = AdviceReason::Repeated { status: repeated.status, days: repeated.days };
            return Some(Advice::new(AdviceKind::ContactCarrier, self.holder(), reason));
        }
        let contradicts = self.parcel_state.disagreement.is_some_and(|disagreement| disagreement.contradicts);
        contradicts.then(|| Advice::new(AdviceKind::CheckLocal, self.holder(), AdviceReason::Contradiction))
    }

    /// Nobody who is asked answers before the user gives a key. A silence that was too long before that weighs more.
    fn on_closed_door(&self) -> Option<Advice> {
        let leg = self.timeline.stuck()?;
        if self.silence.is_some_and(|silence| silence.verdict == Verdict::Act) {
            return None;
        }
        Some(Advice::new(AdviceKind::CheckLocal, Some(ContactTarget::Carrier(leg.no)), AdviceReason::Stuck))
    }

    fn on_silence(&self) -> Advice {
        let Some(silence) = self.silence else {
            return Advice::new(AdviceKind::Nothing, None, AdviceReason::Done);
        };
        let (until, act) = (silence.last_normal_day(self.zone), self.day(silence.act_from));
        let legs = &self.timeline.legs;
        if silence.verdict == Verdict::Watch
            && !legs.is_empty()
            && legs.iter().all(|leg| leg.state == LegState::NoCarrier)
        {
            return Advice::new(AdviceKind::CheckLocal, None, AdviceReason::Unserved);
        }
        if let Some(at) = silence.unheard_since
            && silence.verdict == Verdict::Watch
        {
            return Advice::new(AdviceKind::CheckLocal, self.holder(), AdviceReason::Unheard { since: self.day(at) });
        }
        let unknown = self.everybody_says(|kind| kind == FailureKind::NotFound);
        let wait = |reason| Advice::new(AdviceKind::Wait, None, reason);
        let ask_seller = |reason| Advice::urgent(AdviceKind::ContactSeller, Some(ContactTarget::Seller), reason);
        match (silence.verdict, self.parcel_state.stage) {
            (Verdict::Normal, Stage::Ordered) => wait(AdviceReason::NoNumber { until }),
            (Verdict::Watch, Stage::Ordered) => wait(AdviceReason::NoNumberQuiet { act }),
            (Verdict::Act, Stage::Ordered) => ask_seller(AdviceReason::NoNumberTooLong),
            (Verdict::Normal, Stage::PreTransit) => wait(AdviceReason::NoScan { until }),
            (Verdict::Watch, Stage::PreTransit) if unknown => {
                Advice::new(AdviceKind::CheckNumber, Some(ContactTarget::Seller), AdviceReason::UnknownQuiet { act })
            }
            (Verdict::Act, Stage::PreTransit) if unknown => ask_seller(AdviceReason::UnknownTooLong),
            (Verdict::Watch, Stage::PreTransit) => wait(AdviceReason::NoScanQuiet { act }),
            (Verdict::Act, Stage::PreTransit) => ask_seller(AdviceReason::NoScanTooLong),
            (Verdict::Normal, _) => wait(AdviceReason::Normal { until }),
            (Verdict::Watch, Stage::Import | Stage::LastMile) => {
                Advice::new(AdviceKind::CheckLocal, self.holder(), AdviceReason::LocalQuiet)
            }
            (Verdict::Watch, _) => wait(AdviceReason::Quiet { act }),
            (Verdict::Act, Stage::Import | Stage::LastMile) => {
                let reason = AdviceReason::LocalTooLong { dispute: self.dispute_time() };
                Advice::urgent(AdviceKind::ContactCarrier, self.holder(), reason)
            }
            (Verdict::Act, _) => ask_seller(AdviceReason::TooLong { dispute: self.dispute_time() }),
        }
    }
}
