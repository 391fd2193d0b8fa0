//! When to poll next and why, who comes first where polls are few, who is due.

mod agenda;
mod budget;
mod cadence;

pub use agenda::{Agenda, Due, Plan};
pub use budget::Budget;
pub use cadence::{Interval, NextPoll, PollSchedule, Situation, next_poll, poll_sooner, words};
