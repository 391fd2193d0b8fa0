//! The whole daemon from outside: a scripted carrier site, the daemon as a real process in a temporary folder, and guests
//! that misbehave. The stories are in `scenarios/`.
#![forbid(unsafe_code)]

mod daemon;
mod guests;
pub mod past;
pub mod site;
pub mod story;

pub use daemon::{Daemon, Home};
pub use guests::{guest, guest_with};
pub use site::CarrierSite;
pub use story::Story;
