//! What a parcel's history means: no I/O, no clock, no async.
//!
//! The daemon turns a carrier's answer into a [`Report`]; [`Timeline::absorb`] merges it and says what changed;
//! [`ParcelState`] reads where the parcel is; [`assess`] says what that means, what comes next and by when to act; [`alerts`]
//! and [`timely`] pick what deserves a message, [`messages`] when and in how many; [`next_poll`] says when to ask again.
//! Everything takes the present as a parameter named `now`.

#[cfg(test)]
mod journeys;
/// Plays the stories of `journeys/`, for whoever shows what is made of them.
#[cfg(any(test, feature = "stories"))]
pub mod stories;
#[cfg(test)]
mod testing;

mod carriers;
mod judgement;
mod learning;
mod record;
mod schedule;
mod state;
mod vocabulary;

pub use carriers::{
    CONFIDENCE_ASKED_MIN, Candidate, Circumstances, Marketplace, Post, Recognition, checksum, matches_unsupported,
    recognize, unsupported_carriers,
};
pub use judgement::{
    Advice, AdviceKind, AdviceReason, Alert, AlertKind, Answers, Attention, Basis, Clocks, ContactTarget, Deadline,
    DeadlineBasis, DeadlineKind, DeadlineRules, DisputeTime, Expected, FIRST_SIGHT, Grounds, Importance, Judgement,
    Message, Norms, Occasion, Polling, Season, Silence, SilenceLimits, SilenceNorms, SilenceRules, Unheard, Verdict,
    WindowNorms, WindowSource, Windows, advice, alerts, assess, attention, back, deadlines, expected, first_sight,
    is_carrier_lost, lost, messages, silence, timely, untold,
};
pub use learning::{
    Accuracy, COHORT_MIN, CarrierCount, Cohort, CohortCount, CompletedTrip, End, Experience, Group, LastMile,
    MonthSummary, NewPartner, PROOF_MIN, Spread, StageStay, Statistics, Subject, month_summary, quantile, statistics,
};
pub use record::{
    Claim, DisputeStep, EVENTS_PER_LEG_MAX, Event, EventId, HandOff, Leg, LegNo, LegState, Mark, MarkKind, NextPoll,
    Outage, Place, PollPhase, PollReason, Progress, RecordedEvent, RecordedWindow, Report, Role, Summary, Timeline,
    ToldWindow, Urgency,
};
pub use schedule::{Agenda, Budget, Due, Interval, Plan, PollSchedule, Situation, next_poll, poll_sooner};
pub use state::{
    Disagreement, LastWord, MergedEvent, Milestone, ParcelState, Repeated, disagreement, last_words, merged_events,
    shipped_on,
};
pub use vocabulary::{
    CarrierId, Choice, Class, Country, DeliveredTo, Facts, Failure, FailureKind, Meaning, Moment, Parcel, ParcelId,
    Precision, Problem, ReturnReason, Scope, Stage, Status, TrackingNumber, UNSCANNED, words, zone_from_hint,
};
