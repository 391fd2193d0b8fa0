//! When to poll next and why, who comes first where polls are few, who is due.

mod agenda;
mod budget;
mod cadence;
mod next_poll;
mod phase;
mod situation;

pub use agenda::{Agenda, Due, Plan};
pub use budget::Budget;
pub use cadence::{Interval, PollSchedule};
pub use next_poll::{next_poll, poll_sooner};
pub use situation::Situation;
