//! How much a parcel wants to be looked at: its group on the overview.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::judgement::{Advice, Expected, Silence, Verdict};
use crate::record::{LegState, Timeline};
use crate::state::ParcelState;
use crate::vocabulary::{Parcel, Stage, Status};

/// The groups of the overview, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Attention {
    /// Nothing goes on without the person.
    NeedsYou,
    /// Out for delivery, or expected today.
    Today,
    /// Something is odd.
    Watch,
    OnTheWay,
    WaitingForScan,
    Arrived,
}

impl Attention {
    pub const ALL: [Self; 6] =
        [Self::NeedsYou, Self::Today, Self::Watch, Self::OnTheWay, Self::WaitingForScan, Self::Arrived];

    pub const fn key(self) -> &'static str {
        match self {
            Self::NeedsYou => "needs_you",
            Self::Today => "today",
            Self::Watch => "watch",
            Self::OnTheWay => "on_the_way",
            Self::WaitingForScan => "waiting_for_scan",
            Self::Arrived => "arrived",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.key() == key)
    }

    pub const fn title(self) -> &'static str {
        match self {
            Self::NeedsYou => "Needs you",
            Self::Today => "Today",
            Self::Watch => "Watch",
            Self::OnTheWay => "On the way",
            Self::WaitingForScan => "Waiting for first scan",
            Self::Arrived => "Arrived recently",
        }
    }

    /// Position among the groups, from 0.
    pub fn index(self) -> usize {
        self as usize
    }
}

/// The group a parcel stands in.
#[expect(clippy::too_many_arguments, reason = "the last step of a judgement looks at all the others")]
pub fn attention(
    timeline: &Timeline,
    parcel: &Parcel,
    parcel_state: &ParcelState,
    expected: Option<&Expected>,
    silence: Option<&Silence>,
    advice: &Advice,
    zone: &TimeZone,
    now: Timestamp,
) -> Attention {
    if advice.urgent {
        return Attention::NeedsYou;
    }
    let contradicted = parcel_state.disagreement.is_some_and(|disagreement| disagreement.contradicts);
    if parcel_state.closed || (parcel_state.stage >= Stage::Done && !contradicted) {
        return Attention::Arrived;
    }
    let today = now.to_zoned(zone.clone()).date();
    if parcel_state.status == Status::OutForDelivery || expected.is_some_and(|e| e.is_only(today, zone)) {
        return Attention::Today;
    }
    let quiet = silence.is_some_and(|silence| silence.verdict != Verdict::Normal);
    let late = expected.is_some_and(|expected| expected.late_days(today, zone).is_some());
    let odd = parcel_state.repeated.is_some() || contradicted || parcel_state.status == Status::Unfulfillable;
    if parcel_state.trouble.is_some() || parcel_state.rolled_back || quiet || late || odd {
        return Attention::Watch;
    }
    let unserved = !parcel.numbers.is_empty() && timeline.legs.iter().all(|leg| leg.state == LegState::NoCarrier);
    if unserved || timeline.stuck().is_some() {
        return Attention::Watch;
    }
    match parcel_state.stage {
        Stage::Ordered | Stage::PreTransit => Attention::WaitingForScan,
        _ => Attention::OnTheWay,
    }
}

impl Expected {
    /// Whether this day is the one expected, and no other.
    fn is_only(&self, day: jiff::civil::Date, zone: &TimeZone) -> bool {
        self.last_day(zone) == day && self.first_day(zone).is_none_or(|first| first == day)
    }
}
