//! What a piece of advice says: what to do, whom to ask, and whether it can wait.

use crate::judgement::AdviceReason;
use crate::record::LegNo;

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
pub enum ContactTarget {
    /// The seller, through the marketplace.
    Seller,
    Carrier(LegNo),
}

/// What to do about a parcel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advice {
    pub kind: AdviceKind,
    pub reason: AdviceReason,
    pub whom: Option<ContactTarget>,
    /// Something is lost or stands still until the user does it.
    pub urgent: bool,
}

impl Advice {
    pub(super) fn new(kind: AdviceKind, whom: Option<ContactTarget>, reason: AdviceReason) -> Self {
        Self { kind, reason, whom, urgent: false }
    }

    pub(super) fn urgent(kind: AdviceKind, whom: Option<ContactTarget>, reason: AdviceReason) -> Self {
        Self { urgent: true, ..Self::new(kind, whom, reason) }
    }
}
