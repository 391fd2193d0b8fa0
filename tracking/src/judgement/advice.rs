//! One line for every parcel: what to do now, whom to ask, and until when there is time.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::judgement::{Deadline, DeadlineKind, Expected, Silence, Verdict, date_words, day_words};
use crate::record::{LegNo, LegState, MarkKind, Timeline};
use crate::state::{MergedEvent, Standing};
use crate::vocabulary::{FailureKind, Parcel, ReturnReason, Stage, Status};

/// What kind of thing to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AdviceKind {
    /// Nothing to do before a date.
    Wait,
    /// Look at the local carrier's own page.
    CheckLocal,
    ContactSeller,
    ContactCarrier,
    /// Tell us or the carrier something that is missing.
    GiveDetails,
    /// The number is likely mistyped.
    CheckNumber,
    BringPapers,
    Collect,
    /// Arrange another attempt.
    Arrange,
    BeThere,
    /// It is said to be delivered: see whether it is.
    LookForIt,
    OpenDispute,
    /// A dispute or a refund runs.
    AwaitMoney,
    Nothing,
}

impl AdviceKind {
    const ALL: [Self; 14] = [
        Self::Wait,
        Self::CheckLocal,
        Self::ContactSeller,
        Self::ContactCarrier,
        Self::GiveDetails,
        Self::CheckNumber,
        Self::BringPapers,
        Self::Collect,
        Self::Arrange,
        Self::BeThere,
        Self::LookForIt,
        Self::OpenDispute,
        Self::AwaitMoney,
        Self::Nothing,
    ];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Wait => "wait",
            Self::CheckLocal => "check_local",
            Self::ContactSeller => "contact_seller",
            Self::ContactCarrier => "contact_carrier",
            Self::GiveDetails => "give_details",
            Self::CheckNumber => "check_number",
            Self::BringPapers => "bring_papers",
            Self::Collect => "collect",
            Self::Arrange => "arrange",
            Self::BeThere => "be_there",
            Self::LookForIt => "look_for_it",
            Self::OpenDispute => "open_dispute",
            Self::AwaitMoney => "await_money",
            Self::Nothing => "nothing",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.key() == key)
    }
}

/// Whom to ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Whom {
    /// The seller, through the marketplace.
    Seller,
    Carrier(LegNo),
}

/// What to do about a parcel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advice {
    pub kind: AdviceKind,
    /// One sentence.
    pub text: String,
    pub whom: Option<Whom>,
    /// Something is lost or stands still until the person does it.
    pub urgent: bool,
}

impl Advice {
    fn new(kind: AdviceKind, whom: Option<Whom>, text: impl Into<String>) -> Self {
        Self { kind, text: text.into(), whom, urgent: false }
    }

    fn urgent(kind: AdviceKind, whom: Option<Whom>, text: impl Into<String>) -> Self {
        Self { urgent: true, ..Self::new(kind, whom, text) }
    }
}

/// What advice rests on.
#[derive(Clone, Copy, Debug)]
pub struct Grounds<'a> {
    pub timeline: &'a Timeline,
    pub parcel: &'a Parcel,
    pub standing: &'a Standing,
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

    /// "by 3 December", of a deadline that has not passed.
    fn by(&self, kind: DeadlineKind) -> Option<String> {
        let deadline = self.deadline(kind).filter(|deadline| !deadline.has_passed(self.now))?;
        Some(format!("by {}", date_words(deadline.at.calendar_date())))
    }

    /// The carrier that has it, or the one whose number was named last.
    fn holder(&self) -> Option<Whom> {
        let holder = self.standing.holder.and_then(|no| self.timeline.leg(no));
        let any = || self.timeline.legs.iter().rev().find(|leg| leg.state == LegState::Active);
        holder.or_else(any).map(|leg| Whom::Carrier(leg.no))
    }

    /// Until when a dispute can be opened: by the strict reading, and when that has passed while buyer protection runs.
    fn dispute_hint(&self) -> String {
        if let Some(by) = self.by(DeadlineKind::Dispute) {
            return format!("; a dispute can be opened {by}");
        }
        let still = self.late_dispute().map(|(_, until)| until);
        still.map_or_else(String::new, |until| format!("; a dispute can still be opened by {until}"))
    }

    /// The days of a dispute whose strict reading has passed while buyer protection runs: of the one, and of the other.
    fn late_dispute(&self) -> Option<(String, String)> {
        let strict = self.deadline(DeadlineKind::Dispute)?;
        let protection = self.deadline(DeadlineKind::Protection)?;
        let day = |deadline: &Deadline| date_words(deadline.at.calendar_date());
        (strict.has_passed(self.now) && !strict.is_over(self.now)).then(|| (day(strict), day(protection)))
    }

    /// Nothing more is to be expected.
    fn on_settled(&self) -> Option<Advice> {
        let advice = match self.standing.status {
            Status::Refunded => {
                Advice::new(AdviceKind::Nothing, None, "The money is back; nothing more is to be done.")
            }
            Status::Returned => {
                let text = format!(
                    "It is back with the sender: ask the seller whether it is sent again or paid back{}.",
                    self.dispute_hint()
                );
                Advice::new(AdviceKind::ContactSeller, Some(Whom::Seller), text)
            }
            Status::Cancelled | Status::Unfulfillable => Advice::new(
                AdviceKind::AwaitMoney,
                Some(Whom::Seller),
                "Nothing will be sent; if the money is not back within a month, ask the marketplace.",
            ),
            _ => return None,
        };
        Some(advice)
    }

    /// It is in the person's hands.
    fn on_receipt(&self) -> Option<Advice> {
        let text = "You have it; nothing more is to be done.";
        self.standing.closed.then(|| Advice::new(AdviceKind::Nothing, None, text))
    }

    /// A dispute runs: its own clocks lead.
    fn on_dispute(&self) -> Option<Advice> {
        let kind = match self.timeline.dispute()?.kind {
            MarkKind::DisputeOpened(_) => DeadlineKind::DisputeAcceptance,
            MarkKind::DisputeAccepted => DeadlineKind::Refund,
            MarkKind::DisputeMediated => {
                let text = "The platform is deciding; answer at once when it asks you for something.";
                return Some(Advice::new(AdviceKind::AwaitMoney, Some(Whom::Seller), text));
            }
            _ => return None,
        };
        let deadline = self.deadline(kind)?;
        if deadline.has_passed(self.now) {
            let text = "The platform is late with your dispute: write to it, with the order number.";
            return Some(Advice::urgent(AdviceKind::ContactSeller, Some(Whom::Seller), text));
        }
        Some(Advice::new(AdviceKind::AwaitMoney, None, deadline.text.clone()))
    }

    fn on_status(&self) -> Option<Advice> {
        let standing = self.standing;
        let holder = self.holder();
        Some(match standing.status {
            Status::AwaitingClarification => Advice::urgent(
                AdviceKind::GiveDetails,
                Some(Whom::Seller),
                "Answer the seller: the order waits for you.",
            ),
            Status::CustomsHold => {
                let by = self.by(DeadlineKind::Customs).unwrap_or_else(|| "now".to_owned());
                let text =
                    format!("Give customs what is missing {by}: ask the carrier which papers or how much money.");
                Advice::urgent(AdviceKind::BringPapers, holder, text)
            }
            Status::AvailableForPickup => {
                let by = self.by(DeadlineKind::Pickup).unwrap_or_else(|| "now".to_owned());
                let place = standing.place.as_ref().map(|place| place.text.as_str()).filter(|text| !text.is_empty());
                let place = place.map_or_else(String::new, |place| format!(" at {place}"));
                Advice::urgent(
                    AdviceKind::Collect,
                    holder,
                    format!("Collect it {by}{place}; bring a proof of identity."),
                )
            }
            Status::DeliveryFailed | Status::NotDelivered if !standing.missing => Advice::urgent(
                AdviceKind::Arrange,
                holder,
                "Look for a card or a message, and arrange another attempt with the carrier before it goes back.",
            ),
            // The newest word is a problem, or the parcel needs a camera before it needs anything else.
            Status::OutForDelivery if standing.rolled_back || standing.trouble.is_some() => return None,
            Status::Delivered if standing.trouble == Some(Status::Damaged) => return None,
            Status::Delivered if standing.disagreement.is_some_and(|found| found.contradicts) => return None,
            Status::OutForDelivery if self.silence.is_none_or(|silence| silence.verdict == Verdict::Normal) => {
                if let Some((strict, protected)) = self.late_dispute() {
                    let text = format!(
                        "It may come today; if it does not, open a dispute at once: by the strict reading it was due on {strict}, and buyer protection ends on {protected}."
                    );
                    return Some(Advice::urgent(AdviceKind::OpenDispute, Some(Whom::Seller), text));
                }
                Advice::new(AdviceKind::BeThere, holder, "It may come today; most do, and it is no promise.")
            }
            Status::Returning => {
                let remedy = self.return_reason().map_or("agree on a new shipment or a refund", ReturnReason::remedy);
                let text = format!("It goes back: write to the seller now, and {remedy}{}.", self.dispute_hint());
                Advice::urgent(AdviceKind::ContactSeller, Some(Whom::Seller), text)
            }
            Status::Delivered => Advice::new(
                AdviceKind::LookForIt,
                None,
                format!(
                    "See whether it is really there, and confirm receipt in the shop only then{}.",
                    self.dispute_hint()
                ),
            ),
            _ if standing.missing => Advice::urgent(
                AdviceKind::LookForIt,
                holder,
                format!(
                    "Look in the places below and ask the neighbours; then ask the carrier for its proof of delivery{}.",
                    self.dispute_hint()
                ),
            ),
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
        let text = if failure.needs.is_empty() {
            "Say which of the carrier's parcels is yours: the choices stand beside the number.".to_owned()
        } else {
            format!("Add {} to the parcel in the config: the carrier asks for it.", failure.needs.join(", "))
        };
        Some(Advice::urgent(AdviceKind::GiveDetails, Some(Whom::Carrier(leg)), text))
    }

    /// The number is likely not the right one.
    fn on_number(&self) -> Option<Advice> {
        if self.timeline.is_likely_mistyped() && !self.standing.acknowledged {
            let text = "Compare the number with the seller's message: its check digit does not hold.";
            return Some(Advice::new(AdviceKind::CheckNumber, Some(Whom::Seller), text));
        }
        if self.everybody_says(|kind| kind == FailureKind::InvalidNumber) {
            let text = "Compare the number with the seller's message: the carrier does not accept it.";
            return Some(Advice::new(AdviceKind::CheckNumber, Some(Whom::Seller), text));
        }
        None
    }

    /// Whether every carrier asked gives an answer of this kind instead of a report.
    fn everybody_says(&self, wanted: impl Fn(FailureKind) -> bool) -> bool {
        let mut asked = self.timeline.legs.iter().filter(|leg| leg.state == LegState::Active).peekable();
        asked.peek().is_some() && asked.all(|leg| leg.outage.as_ref().is_some_and(|outage| wanted(outage.failure.kind)))
    }

    /// The parcel, or what is in it, is lost to the person.
    fn on_loss(&self) -> Option<Advice> {
        Some(match self.standing.trouble? {
            Status::Damaged => Advice::urgent(
                AdviceKind::ContactSeller,
                Some(Whom::Seller),
                "Photograph the parcel and its contents before you touch anything, and tell the seller.",
            ),
            Status::Lost => {
                let text = format!("The carrier has lost it: tell the seller now{}.", self.dispute_hint());
                Advice::urgent(AdviceKind::OpenDispute, Some(Whom::Seller), text)
            }
            _ => return None,
        })
    }

    fn on_problem(&self) -> Option<Advice> {
        self.standing.trouble?;
        Some(Advice::new(
            AdviceKind::CheckLocal,
            self.holder(),
            "A problem is reported: most pass with the next scan; if none comes within days, ask the carrier.",
        ))
    }

    /// The money is in danger: the time for a dispute is nearly over by one reading, or by all.
    fn on_last_days(&self) -> Option<Advice> {
        let dispute = self.deadline(DeadlineKind::Dispute).filter(|_| self.standing.stage < Stage::Done)?;
        let protection = self.deadline(DeadlineKind::Protection);
        let day = date_words(dispute.at.calendar_date());
        let later = protection.filter(|protection| protection.ends_at > dispute.ends_at);
        let protected = later.map(|protection| date_words(protection.at.calendar_date()));
        if dispute.is_over(self.now) {
            let day = protected.unwrap_or(day);
            let text = format!("The time for a dispute usually ended on {day}; write to the marketplace all the same.");
            return Some(Advice::urgent(AdviceKind::ContactSeller, Some(Whom::Seller), text));
        }
        if !dispute.has_passed(self.now) && dispute.reminder(&[self.urgent_days], self.now).is_none() {
            return None;
        }
        let text = match (protected, dispute.has_passed(self.now)) {
            (Some(protected), true) => format!(
                "Open a dispute now: by the strict reading it was due on {day}, and buyer protection ends on {protected}."
            ),
            (Some(protected), false) => {
                format!(
                    "Open a dispute by {day}, the strict reading of the rule; buyer protection ends on {protected}."
                )
            }
            (None, _) => format!("Open a dispute by {day}: after that the money is hard to get back."),
        };
        Some(Advice::urgent(AdviceKind::OpenDispute, Some(Whom::Seller), text))
    }

    /// The window is over.
    fn on_late(&self) -> Option<Advice> {
        let dispute = self.deadline(DeadlineKind::Dispute).filter(|_| self.standing.stage < Stage::Done)?;
        let day = date_words(dispute.at.calendar_date());
        let today = self.now.to_zoned(self.zone.clone()).date();
        let late = self.expected?.late_days(today, self.zone)?;
        let verdict = self.silence.map(|silence| silence.verdict);
        // A silence that is too long says more than the window does.
        if verdict == Some(Verdict::Act) {
            return None;
        }
        let moving = verdict == Some(Verdict::Normal);
        let days = if late == 1 { "a day".to_owned() } else { format!("{late} days") };
        Some(if moving {
            let text =
                format!("It is {days} late and still moving: wait, and open a dispute by {day} if it has not come.");
            Advice::new(AdviceKind::Wait, None, text)
        } else {
            let text = format!("It is {days} late: ask the seller now, and open a dispute by {day}.");
            Advice::new(AdviceKind::ContactSeller, Some(Whom::Seller), text)
        })
    }

    /// The carriers say things that do not fit.
    fn on_doubt(&self) -> Option<Advice> {
        if let Some(repeated) = self.standing.repeated {
            let text = format!(
                "“{}” came on {} days: something about its papers may be wrong; ask the carrier that has it.",
                repeated.status.title(),
                repeated.days
            );
            return Some(Advice::new(AdviceKind::ContactCarrier, self.holder(), text));
        }
        if self.standing.disagreement.is_some_and(|disagreement| disagreement.contradicts) {
            let text = "Two carriers do not say the same: the local carrier's own page decides.";
            return Some(Advice::new(AdviceKind::CheckLocal, self.holder(), text));
        }
        None
    }

    /// Nobody who is asked answers before the person gives a key. A silence that was too long before that weighs more.
    fn on_closed_door(&self) -> Option<Advice> {
        let leg = self.timeline.stuck()?;
        if self.silence.is_some_and(|silence| silence.verdict == Verdict::Act) {
            return None;
        }
        let text = "Look at the carrier's own page, or give it a key that works: nobody can be asked until then.";
        Some(Advice::new(AdviceKind::CheckLocal, Some(Whom::Carrier(leg.no)), text))
    }

    fn on_silence(&self) -> Advice {
        let Some(silence) = self.silence else {
            return Advice::new(AdviceKind::Nothing, None, "Nothing is to be done.");
        };
        let until = day_words(silence.normal_until, self.zone);
        let act = day_words(silence.act_from, self.zone);
        let stage = self.standing.stage;
        if let Some(at) = silence.unheard_since
            && silence.verdict == Verdict::Watch
        {
            let day = day_words(at, self.zone);
            let text = format!("Look at the carrier's own page: it could not be asked from here since {day}.");
            return Advice::new(AdviceKind::CheckLocal, self.holder(), text);
        }
        let unknown = self.everybody_says(|kind| kind == FailureKind::NotFound);
        match (silence.verdict, stage) {
            (Verdict::Normal, Stage::Ordered) => Advice::new(
                AdviceKind::Wait,
                None,
                format!("Wait for a tracking number; until {until} that is normal."),
            ),
            (Verdict::Watch, Stage::Ordered) => Advice::new(
                AdviceKind::Wait,
                None,
                format!("There should be a tracking number by now: if none comes by {act}, ask the seller."),
            ),
            (Verdict::Act, Stage::Ordered) => {
                let text = "Ask the seller when it will be sent: there is still no tracking number.";
                Advice::urgent(AdviceKind::ContactSeller, Some(Whom::Seller), text)
            }
            (Verdict::Normal, Stage::PreTransit) => Advice::new(
                AdviceKind::Wait,
                None,
                format!("Wait for the first scan; until {until} silence is normal."),
            ),
            (Verdict::Watch, Stage::PreTransit) if unknown => {
                let text = format!(
                    "Compare the number with the seller's message; if no carrier knows it by {act}, ask the seller."
                );
                Advice::new(AdviceKind::CheckNumber, Some(Whom::Seller), text)
            }
            (Verdict::Act, Stage::PreTransit) if unknown => {
                let text = "Ask the seller for the right number: no carrier knows this one.";
                Advice::urgent(AdviceKind::ContactSeller, Some(Whom::Seller), text)
            }
            (Verdict::Watch, Stage::PreTransit) => {
                let text =
                    format!("Only a label so far: if there is no scan by {act}, ask the seller whether it was sent.");
                Advice::new(AdviceKind::Wait, None, text)
            }
            (Verdict::Act, Stage::PreTransit) => {
                let text = "Ask the seller whether it was really sent: a label is not a parcel.";
                Advice::urgent(AdviceKind::ContactSeller, Some(Whom::Seller), text)
            }
            (Verdict::Normal, _) => {
                Advice::new(AdviceKind::Wait, None, format!("Wait: silence is normal until {until}."))
            }
            (Verdict::Watch, Stage::Import | Stage::LastMile) => Advice::new(
                AdviceKind::CheckLocal,
                self.holder(),
                "Look at the local carrier's own page; it may know more.",
            ),
            (Verdict::Watch, _) => Advice::new(
                AdviceKind::Wait,
                None,
                format!("Quieter than usual: wait until {act}, then ask the seller."),
            ),
            (Verdict::Act, Stage::Import | Stage::LastMile) => {
                let text =
                    format!("Ask the carrier that has it; if it does not know, ask the seller{}.", self.dispute_hint());
                Advice::urgent(AdviceKind::ContactCarrier, self.holder(), text)
            }
            (Verdict::Act, _) => {
                let text = format!("Ask the seller to find out where it is{}.", self.dispute_hint());
                Advice::urgent(AdviceKind::ContactSeller, Some(Whom::Seller), text)
            }
        }
    }
}
