//! The words everything else is said in: statuses, stages, times, countries, parcels, failures.

mod country;
mod delivery_facts;
mod duration;
mod facts;
mod failure;
mod meaning;
mod moment;
mod parcel;
mod stage;
mod status;

pub use country::Country;
pub use delivery_facts::{DeliveredTo, Problem, ReturnReason};
pub use duration::words;
pub use facts::Facts;
pub use failure::{Choice, Failure, FailureKind, Scope};
pub use meaning::{Meaning, UNSCANNED};
pub use moment::{Moment, Precision, zone_from_hint};
pub use parcel::{CarrierId, Class, Parcel, ParcelId, TrackingNumber};
pub use stage::Stage;
pub use status::Status;
