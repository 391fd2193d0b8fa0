//! When a leg is polled next, and why then.

use std::fmt;

use jiff::{SignedDuration, Timestamp};

use crate::record::Urgency;
use crate::vocabulary::FailureKind;

/// When a leg is polled next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextPoll {
    /// `None` when there is no use in polling.
    pub at: Option<Timestamp>,
    /// How much depends on it, where the carrier's requests are few.
    pub urgency: Urgency,
    /// Why then, or why not at all.
    pub reason: PollReason,
}

/// Why a leg is polled when it is, with the figures that a sentence about it needs. Printed as a key and its figures, which
/// [`PollReason::read`] takes back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum PollReason {
    /// Nobody has planned it.
    #[default]
    Unplanned,
    New,
    /// An answer named the number.
    FoundInAnswer,
    /// A kept answer that was read anew named the number.
    FoundInReplay,
    /// It has arrived in the country of this post, which knows it under the same number.
    LocalPost,
    /// The carriers polled before it could report nothing.
    OthersInVain,
    /// A key or a hint that was missing may be there now.
    ConfigChanged,
    Confirmed,
    /// The user set another carrier for the number aside.
    OtherRejected,
    /// The user opened the carrier again.
    CarrierOpened,
    /// The carrier is not polled at all for a while; why, as the host says it.
    Paused {
        why: String,
    },
    QuotaUsed {
        allowed: u32,
    },
    /// The requests that are left are kept for what needs an answer sooner.
    QuotaKept {
        allowed: u32,
        left: u32,
    },
    /// Once in an interval, at any hour.
    Interval {
        phase: PollPhase,
        every: SignedDuration,
        /// Longer than at first, since nothing happened.
        slowed: bool,
    },
    /// Often while vans leave: the first and the last hour there.
    VansLeave {
        phase: PollPhase,
        every: SignedDuration,
        from: i8,
        until: i8,
    },
    /// Once more before the night.
    BeforeNight {
        phase: PollPhase,
    },
    /// Not before the day begins there, at this hour.
    ByDay {
        phase: PollPhase,
        from: i8,
    },
    /// The user's own interval, within what the carrier bears.
    OwnInterval {
        every: SignedDuration,
    },
    /// The carrier says that it will know more then.
    KnowsMore {
        wait: SignedDuration,
    },
    /// For returns and wrong scans, so long.
    AfterDelivery {
        watched: SignedDuration,
    },
    DeliveredLongAgo {
        watched: SignedDuration,
    },
    NothingToExpect,
    /// The carrier asked to wait.
    AskedToWait {
        wait: SignedDuration,
    },
    Failed {
        kind: FailureKind,
        attempt: u32,
    },
    /// Only the user can change it.
    WaitsForUser {
        kind: FailureKind,
    },
    /// As a former version worded it.
    Worded(String),
}

impl PollReason {
    /// Reads what was printed; anything else is the sentence of a former version.
    pub fn read(text: &str) -> Self {
        Self::parse(text).unwrap_or_else(|| Self::Worded(text.to_owned()))
    }

    fn parse(text: &str) -> Option<Self> {
        if let Some(why) = text.strip_prefix("paused ") {
            return Some(Self::Paused { why: why.to_owned() });
        }
        let words: Vec<&str> = text.split_whitespace().collect();
        Some(match words.as_slice() {
            [] => Self::Unplanned,
            ["new"] => Self::New,
            ["found_in_answer"] => Self::FoundInAnswer,
            ["found_in_replay"] => Self::FoundInReplay,
            ["local_post"] => Self::LocalPost,
            ["others_in_vain"] => Self::OthersInVain,
            ["config_changed"] => Self::ConfigChanged,
            ["confirmed"] => Self::Confirmed,
            ["other_rejected"] => Self::OtherRejected,
            ["carrier_opened"] => Self::CarrierOpened,
            ["quota_used", allowed] => Self::QuotaUsed { allowed: allowed.parse().ok()? },
            ["quota_kept", left, "of", allowed] => {
                Self::QuotaKept { allowed: allowed.parse().ok()?, left: left.parse().ok()? }
            }
            ["interval", phase, every, slowed @ ..] => Self::Interval {
                phase: PollPhase::from_key(phase)?,
                every: every.parse().ok()?,
                slowed: match slowed {
                    [] => false,
                    ["slowed"] => true,
                    _ => return None,
                },
            },
            ["vans_leave", phase, every, from, until] => Self::VansLeave {
                phase: PollPhase::from_key(phase)?,
                every: every.parse().ok()?,
                from: from.parse().ok()?,
                until: until.parse().ok()?,
            },
            ["before_night", phase] => Self::BeforeNight { phase: PollPhase::from_key(phase)? },
            ["by_day", phase, from] => Self::ByDay { phase: PollPhase::from_key(phase)?, from: from.parse().ok()? },
            ["own_interval", every] => Self::OwnInterval { every: every.parse().ok()? },
            ["knows_more", wait] => Self::KnowsMore { wait: wait.parse().ok()? },
            ["after_delivery", watched] => Self::AfterDelivery { watched: watched.parse().ok()? },
            ["delivered_long_ago", watched] => Self::DeliveredLongAgo { watched: watched.parse().ok()? },
            ["nothing_to_expect"] => Self::NothingToExpect,
            ["asked_to_wait", wait] => Self::AskedToWait { wait: wait.parse().ok()? },
            ["failed", kind, attempt] => {
                Self::Failed { kind: FailureKind::from_key(kind)?, attempt: attempt.parse().ok()? }
            }
            ["waits_for_user", kind] => Self::WaitsForUser { kind: FailureKind::from_key(kind)? },
            _ => return None,
        })
    }

    /// The phase of the parcel that sets the interval, where one does.
    pub const fn phase(&self) -> Option<PollPhase> {
        match self {
            Self::Interval { phase, .. }
            | Self::VansLeave { phase, .. }
            | Self::BeforeNight { phase }
            | Self::ByDay { phase, .. } => Some(*phase),
            _ => None,
        }
    }
}

impl fmt::Display for PollReason {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unplanned => Ok(()),
            Self::New => write!(out, "new"),
            Self::FoundInAnswer => write!(out, "found_in_answer"),
            Self::FoundInReplay => write!(out, "found_in_replay"),
            Self::LocalPost => write!(out, "local_post"),
            Self::OthersInVain => write!(out, "others_in_vain"),
            Self::ConfigChanged => write!(out, "config_changed"),
            Self::Confirmed => write!(out, "confirmed"),
            Self::OtherRejected => write!(out, "other_rejected"),
            Self::CarrierOpened => write!(out, "carrier_opened"),
            Self::Paused { why } => write!(out, "paused {why}"),
            Self::QuotaUsed { allowed } => write!(out, "quota_used {allowed}"),
            Self::QuotaKept { allowed, left } => write!(out, "quota_kept {left} of {allowed}"),
            Self::Interval { phase, every, slowed } => {
                write!(out, "interval {} {every}{}", phase.key(), if *slowed { " slowed" } else { "" })
            }
            Self::VansLeave { phase, every, from, until } => {
                write!(out, "vans_leave {} {every} {from} {until}", phase.key())
            }
            Self::BeforeNight { phase } => write!(out, "before_night {}", phase.key()),
            Self::ByDay { phase, from } => write!(out, "by_day {} {from}", phase.key()),
            Self::OwnInterval { every } => write!(out, "own_interval {every}"),
            Self::KnowsMore { wait } => write!(out, "knows_more {wait}"),
            Self::AfterDelivery { watched } => write!(out, "after_delivery {watched}"),
            Self::DeliveredLongAgo { watched } => write!(out, "delivered_long_ago {watched}"),
            Self::NothingToExpect => write!(out, "nothing_to_expect"),
            Self::AskedToWait { wait } => write!(out, "asked_to_wait {wait}"),
            Self::Failed { kind, attempt } => write!(out, "failed {} {attempt}", kind.key()),
            Self::WaitsForUser { kind } => write!(out, "waits_for_user {}", kind.key()),
            Self::Worded(text) => write!(out, "{text}"),
        }
    }
}

/// Where a parcel is, as far as the next poll depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PollPhase {
    /// Before the first scan.
    FirstScan,
    Origin,
    LineHaul,
    /// On the long haul, and expected about now.
    LineHaulNear,
    Import,
    /// In import, and expected about now.
    ImportNear,
    /// Customs have let it go.
    Released,
    LastMile,
    /// On the last mile, and the local carrier has no portal that is polled.
    NoLocalPortal,
    /// On the last mile, once the vans of the day have left.
    VansGone,
    OutForDelivery,
    Pickup,
    Back,
    Delivered,
    /// Another carrier has it now.
    SecondPortal,
    /// It has not reached this carrier yet.
    AwaitsHandOff,
}

impl PollPhase {
    pub const ALL: [Self; 16] = [
        Self::FirstScan,
        Self::Origin,
        Self::LineHaul,
        Self::LineHaulNear,
        Self::Import,
        Self::ImportNear,
        Self::Released,
        Self::LastMile,
        Self::NoLocalPortal,
        Self::VansGone,
        Self::OutForDelivery,
        Self::Pickup,
        Self::Back,
        Self::Delivered,
        Self::SecondPortal,
        Self::AwaitsHandOff,
    ];

    pub const fn key(self) -> &'static str {
        match self {
            Self::FirstScan => "first_scan",
            Self::Origin => "origin",
            Self::LineHaul => "line_haul",
            Self::LineHaulNear => "line_haul_near",
            Self::Import => "import",
            Self::ImportNear => "import_near",
            Self::Released => "released",
            Self::LastMile => "last_mile",
            Self::NoLocalPortal => "no_local_portal",
            Self::VansGone => "vans_gone",
            Self::OutForDelivery => "out_for_delivery",
            Self::Pickup => "pickup",
            Self::Back => "back",
            Self::Delivered => "delivered",
            Self::SecondPortal => "second_portal",
            Self::AwaitsHandOff => "awaits_hand_off",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|phase| phase.key() == key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_read_as_it_was_printed() {
        let hours = SignedDuration::from_hours;
        let every = hours(36) + SignedDuration::from_mins(20);
        let mut reasons = vec![
            PollReason::Unplanned,
            PollReason::New,
            PollReason::FoundInAnswer,
            PollReason::FoundInReplay,
            PollReason::LocalPost,
            PollReason::OthersInVain,
            PollReason::ConfigChanged,
            PollReason::Confirmed,
            PollReason::OtherRejected,
            PollReason::CarrierOpened,
            PollReason::Paused { why: "x.example asked to wait, twice".to_owned() },
            PollReason::QuotaUsed { allowed: 50 },
            PollReason::QuotaKept { allowed: 50, left: 7 },
            PollReason::OwnInterval { every: hours(3) },
            PollReason::KnowsMore { wait: SignedDuration::from_secs(90) },
            PollReason::AfterDelivery { watched: hours(7 * 24) },
            PollReason::DeliveredLongAgo { watched: hours(7 * 24) },
            PollReason::NothingToExpect,
            PollReason::AskedToWait { wait: hours(5) },
        ];
        for phase in PollPhase::ALL {
            let interval = |slowed| PollReason::Interval { phase, every, slowed };
            reasons.extend([interval(false), interval(true)]);
            reasons.push(PollReason::VansLeave { phase, every, from: 6, until: 11 });
            reasons.extend([PollReason::BeforeNight { phase }, PollReason::ByDay { phase, from: 7 }]);
        }
        for kind in FailureKind::ALL {
            reasons.extend([PollReason::Failed { kind, attempt: 3 }, PollReason::WaitsForUser { kind }]);
        }
        for reason in reasons {
            assert_eq!(PollReason::read(&reason.to_string()), reason);
        }
    }

    #[test]
    fn the_sentence_of_a_former_version_stays_as_it_is() {
        for text in
            ["at origin it asks every 24 h", "the carrier blocks automatic questions (attempt 2)", "failed once"]
        {
            assert_eq!(PollReason::read(text), PollReason::Worded(text.to_owned()));
        }
    }
}
