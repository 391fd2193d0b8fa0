//! Whose number is it: recognition, check digits, posts and carriers without a plugin, marketplaces.

pub mod checksum;
mod directory;
mod marketplace;
mod recognition;

pub use directory::{Post, matches_unsupported, unsupported_carriers};
pub use marketplace::Marketplace;
pub use recognition::{CONFIDENCE_ASKED_MIN, Candidate, Circumstances, Recognition, recognize};
