//! What finished parcels teach.

mod experience;
mod statistics;

pub use experience::{COHORT_MIN, Cohort, CompletedTrip, Experience, StageStay, quantile};
pub use statistics::{
    Accuracy, CarrierCount, CohortCount, End, Group, LastMile, MonthSummary, NewPartner, Spread, Statistics, Subject,
    month_summary, statistics,
};
