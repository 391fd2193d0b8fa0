//! Where a parcel is: its events merged, what each portal says by itself, and the state that follows.

mod merged;
mod portals;
mod shipped;
mod standing;

pub use merged::{MergedEvent, merged_events};
pub use portals::{Disagreement, LastWord, disagreement, last_words};
pub use shipped::shipped_on;
pub use standing::{Milestone, Repeated, Standing};
