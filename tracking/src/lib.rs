//! What a parcel's history means: no I/O, no clock, no async.
//!
//! The daemon turns a carrier's answer into a [`Report`]; [`Timeline::absorb`] merges it and says what changed;
//! [`Standing`] reads where the parcel is; [`alerts`] picks what deserves a message; [`next_ask`] says when to ask again.
//! Everything takes the present as a parameter named `now`.

#[cfg(test)]
mod testing;

mod country;
mod facts;
mod moment;
mod parcel;
mod stage;
mod status;

mod event;
mod failure;
mod leg;
mod mark;
mod report;

mod agenda;
mod alert;
mod attention;
mod cadence;
mod entries;
mod eta;
mod recognition;
mod standing;
mod timeline;

pub use agenda::{Agenda, Due};
pub use alert::{Alert, AlertKind, Importance, alerts, back, is_carrier_lost, lost};
pub use attention::{Attention, attention};
pub use cadence::{NextAsk, Pace, Rhythm, Situation, next_ask, words};
pub use country::Country;
pub use entries::{Entry, entries};
pub use eta::{Expected, WindowSource, Windows, expected, shipped_on};
pub use event::{Event, EventId, Place, Seen};
pub use facts::Facts;
pub use failure::{Choice, Failure, FailureKind, Scope};
pub use leg::{Leg, LegNo, LegState, Outage, Role};
pub use mark::{Mark, MarkKind};
pub use moment::{Moment, Precision, zone_from_hint};
pub use parcel::{CarrierId, Class, Parcel, ParcelId, TrackingNumber};
pub use recognition::{CONFIDENCE_ASKED_MIN, Candidate, Circumstances, Recognition, recognize};
pub use report::{HandOff, Report, Summary, ToldWindow};
pub use stage::Stage;
pub use standing::{Milestone, Standing};
pub use status::Status;
pub use timeline::{EVENTS_PER_LEG_MAX, Progress, SeenWindow, Timeline};
