//! What was said of a parcel, and by whom: events, legs, reports, marks, and the timeline that keeps them.

mod dispute;
mod event;
mod leg;
mod leg_moves;
mod mark;

mod poll_reason;
mod report;
mod role;
mod timeline;
mod urgency;

pub use dispute::DisputeStep;
pub use event::{Event, EventId, Place, RecordedEvent};
pub use leg::{Leg, LegState, Outage};
pub use mark::{Claim, Mark, MarkKind};
pub use poll_reason::{NextPoll, PollPhase, PollReason};
pub use report::{HandOff, Report, Summary, ToldWindow};
pub use role::{LegNo, Role};
pub use timeline::{EVENTS_PER_LEG_MAX, Progress, RecordedWindow, Timeline};
pub use urgency::Urgency;
