//! Where a parcel is: its events merged, what each portal says by itself, and the state that follows.

mod inspections;
mod merged;
mod parcel_state;
mod portals;
mod shipped;

pub use merged::{MergedEvent, merged_events};
pub use parcel_state::{Milestone, ParcelState, Repeated};
pub use portals::{Disagreement, LastWord, disagreement, last_words};
pub use shipped::shipped_on;
