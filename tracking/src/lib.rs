//! What a parcel's history means: no I/O, no clock, no async.
//!
//! The daemon turns a carrier's answer into a [`Report`]; [`Timeline::absorb`] merges it and says what changed;
//! [`Standing`] reads where the parcel is; [`judge`] says what that means, what comes next and by when to act; [`alerts`]
//! and [`timely`] pick what deserves a message, [`messages`] when and in how many; [`next_ask`] says when to ask again.
//! Everything takes the present as a parameter named `now`.

#[cfg(test)]
mod journeys;
#[cfg(test)]
mod testing;

pub mod checksum;
mod country;
mod facts;
mod meaning;
mod moment;
mod outcome;
mod parcel;
mod stage;
mod status;

mod event;
mod failure;
mod leg;
mod mark;
mod report;

mod directory;
mod entries;
mod experience;
mod portals;
mod recognition;
mod season;
mod standing;
mod timeline;

mod advice;
mod attention;
mod causes;
mod deadline;
mod eta;
mod judgement;
mod marketplace;
mod silence;
mod statistics;

mod agenda;
mod alert;
mod answers;
mod budget;
mod cadence;
mod message;

pub use advice::{Advice, AdviceKind, Grounds, Whom, advice};
pub use agenda::{Agenda, Due, Plan};
pub use alert::{
    Alert, AlertKind, FIRST_SIGHT, Importance, alerts, back, first_sight, is_carrier_lost, lost, timely, untold,
};
pub use answers::{Answers, Polling, Unheard};
pub use attention::{Attention, attention};
pub use budget::{Budget, Urgency};
pub use cadence::{NextAsk, Pace, Rhythm, Situation, hasten, next_ask, words};
pub use causes::causes;
pub use country::Country;
pub use deadline::{Clocks, Deadline, DeadlineKind, DeadlineRules, deadlines};
pub use directory::{Post, fits_a_stranger, strangers};
pub use entries::{Entry, entries};
pub use eta::{Expected, WindowNorms, WindowSource, Windows, expected, shipped_on};
pub use event::{Event, EventId, Place, Seen};
pub use experience::{Experience, Journey, KIN_MIN, Kind, StageStay, quantile};
pub use facts::Facts;
pub use failure::{Choice, Failure, FailureKind, Scope};
pub use judgement::{Judgement, Norms, judge};
pub use leg::{Leg, LegNo, LegState, Outage, Role};
pub use mark::{Claim, Mark, MarkKind};
pub use marketplace::Marketplace;
pub use meaning::{Meaning, UNSCANNED};
pub use message::{Message, Occasion, messages};
pub use moment::{Moment, Precision, zone_from_hint};
pub use outcome::{DeliveredTo, ReturnReason};
pub use parcel::{CarrierId, Class, Parcel, ParcelId, TrackingNumber};
pub use portals::{Disagreement, LastWord, disagreement, last_words};
pub use recognition::{CONFIDENCE_ASKED_MIN, Candidate, Circumstances, Recognition, recognize};
pub use report::{HandOff, Report, Summary, ToldWindow};
pub use season::Season;
pub use silence::{Basis, Patience, Silence, SilenceNorms, SilenceRules, Verdict, date_words, day_words, silence};
pub use stage::Stage;
pub use standing::{Milestone, Repeated, Standing};
pub use statistics::{
    Accuracy, CarrierCount, End, Group, KindCount, LastMile, MonthSummary, NewPartner, Spread, Statistics, Subject,
    month_summary, statistics,
};
pub use status::Status;
pub use timeline::{EVENTS_PER_LEG_MAX, Progress, SeenWindow, Timeline};
