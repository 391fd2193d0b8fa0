//! What finished parcels teach.

mod experience;
mod statistics;

pub use experience::{Experience, Journey, KIN_MIN, Kind, StageStay, quantile};
pub use statistics::{
    Accuracy, CarrierCount, End, Group, KindCount, LastMile, MonthSummary, NewPartner, Spread, Statistics, Subject,
    month_summary, statistics,
};
