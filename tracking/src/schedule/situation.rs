//! What the next poll of a leg depends on.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::PollSchedule;
use crate::judgement::Expected;
use crate::record::{Leg, Timeline};
use crate::state::ParcelState;

/// What the next poll depends on.
#[derive(Clone, Copy, Debug)]
pub struct Situation<'a> {
    pub now: Timestamp,
    pub leg: &'a Leg,
    pub timeline: &'a Timeline,
    pub parcel_state: &'a ParcelState,
    pub expected: Option<&'a Expected>,
    pub poll_schedule: &'a PollSchedule,
    /// The gap between two polls of one parcel that the carrier tolerates.
    pub gap: SignedDuration,
    /// The user's own interval, for this parcel or this carrier.
    pub every: Option<SignedDuration>,
    /// The recipient's zone.
    pub zone: &'a TimeZone,
}
