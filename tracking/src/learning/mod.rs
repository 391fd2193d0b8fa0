//! What finished parcels teach.

mod experience;
mod statistics;

pub(crate) use experience::Lesson;
pub use experience::{COHORT_MIN, Cohort, CompletedTrip, Experience, PROOF_MIN, StageStay, quantile};
pub use statistics::{
    Accuracy, CarrierCount, CohortCount, End, Group, LastMile, MonthSummary, NewPartner, Spread, Statistics, Subject,
    month_summary, statistics,
};
