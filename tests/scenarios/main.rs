//! Stories about the whole daemon: a real process, a real HTTP site, real SQLite, a real feed parser.
#![forbid(unsafe_code)]

mod backup;
mod bad_day;
mod budgets;
mod cainiao_to_usps;
mod carrier_table;
mod carrier_troubles;
mod carriers;
mod closed_doors;
mod config_faults;
mod disk;
mod doctor;
mod evidence;
mod feeds;
mod first_sight;
mod held_page;
mod hostile_guests;
mod judgement;
mod killed;
mod layout;
mod local_post;
mod one_form;
mod own_statistics;
mod plugin_folder;
mod recognition;
mod recordings;
mod release_unfollowed;
mod replay;
mod site_guard;
mod upgrade;

use parcelwatch_tests::Home;

/// A home for the daemon that was built with these tests.
fn home(config: &str) -> Home {
    Home::new(env!("CARGO_BIN_EXE_parcelwatch"), config)
}

/// The status of a parcel as the API has it.
fn status(parcel: &serde_json::Value) -> &str {
    parcel["status"].as_str().unwrap_or_default()
}

/// A date so many days before today, in UTC. The daemon's clock is the real one, and what it says depends on how long ago
/// something was.
fn days_ago(days: i64) -> jiff::civil::Date {
    let today = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    today.checked_sub(jiff::SignedDuration::from_hours(24 * days)).expect("a day of this century")
}
