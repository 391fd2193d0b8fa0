//! Where the config and the state are, when nobody says so.

use std::env;
use std::path::{Path, PathBuf};

use super::PlacesArgs;
use crate::config::{self, Config, Fault, LastGood, Start};
use crate::notify;
use crate::reload::Places;

/// The config file: as given, else the first of the usual ones that is there, or that was there and good. One that has gone
/// missing is not the same as none: its parcels are followed, and its state lies where it said.
pub(super) fn config_path(places: &PlacesArgs) -> Option<PathBuf> {
    if let Some(path) = &places.config {
        return Some(path.clone());
    }
    // What cannot be looked at may be there.
    let is_there = |path: &PathBuf| path.try_exists().unwrap_or(true);
    let last_good = last_good(places);
    let was_there = |path: &PathBuf| last_good.as_ref().is_some_and(|copies| copies.file(path).is_file());
    let mut usual = usual_configs().into_iter();
    usual.find(is_there).or_else(|| usual_configs().into_iter().find(was_there))
}

/// Where copies of good configs are kept. It cannot be the state folder alone: only the config says where that is.
fn last_good(places: &PlacesArgs) -> Option<LastGood> {
    let named = env::var_os("STATE_DIRECTORY").map(PathBuf::from);
    let folders = named.into_iter().chain(user_state_dir()).chain(places.data_dir.clone());
    let mut folders = folders.map(|folder| std::path::absolute(&folder).unwrap_or(folder).join("last-good-config"));
    Some(LastGood::new(folders.next()?, folders.collect()))
}

/// What a start runs on, and what the command line takes for the config in force.
pub fn start(places: &PlacesArgs) -> Result<Start, Fault> {
    config::start(config_path(places).as_deref(), last_good(places).as_ref(), notify::KINDS)
}

/// Where a config of one's own goes.
pub(super) fn new_config_path(places: &PlacesArgs) -> PathBuf {
    let usual = || usual_configs().into_iter().next().unwrap_or_else(|| PathBuf::from("config.toml"));
    config_path(places).unwrap_or_else(usual)
}

fn usual_configs() -> Vec<PathBuf> {
    let own = home("XDG_CONFIG_HOME", ".config").map(|folder| folder.join("parcelwatch/config.toml"));
    own.into_iter().chain([PathBuf::from("/etc/parcelwatch/config.toml")]).collect()
}

fn home(variable: &str, below_home: &str) -> Option<PathBuf> {
    let set = env::var_os(variable).map(PathBuf::from).filter(|path| path.is_absolute());
    set.or_else(|| Some(PathBuf::from(env::var_os("HOME")?).join(below_home)))
}

/// The state folder, from the root on: as given, as the config says, as systemd says, or the usual one.
pub fn state_dir(places: &PlacesArgs, config: &Config) -> PathBuf {
    let relative_to_config = |path: &PathBuf| match config.path.as_deref().and_then(Path::parent) {
        Some(folder) => folder.join(path),
        None => path.clone(),
    };
    let folder = places
        .data_dir
        .clone()
        .or_else(|| config.data_dir.as_ref().map(relative_to_config))
        .or_else(usual_state_dir)
        .unwrap_or_else(|| PathBuf::from("state"));
    // Only where the folder we stand in is gone does this fail, and then it has no root to begin at.
    std::path::absolute(&folder).unwrap_or(folder)
}

/// The state folder where nobody names one: systemd's, else the user's.
fn usual_state_dir() -> Option<PathBuf> {
    env::var_os("STATE_DIRECTORY").map(PathBuf::from).or_else(user_state_dir)
}

fn user_state_dir() -> Option<PathBuf> {
    home("XDG_STATE_HOME", ".local/state").map(|folder| folder.join("parcelwatch"))
}

/// All places, for a daemon.
pub fn places(args: &PlacesArgs, config: &Config) -> Places {
    let state_dir = state_dir(args, config);
    let relative_to_config = |path: &PathBuf| match config.path.as_deref().and_then(Path::parent) {
        Some(folder) => folder.join(path),
        None => path.clone(),
    };
    let plugin_dir = args.plugin_dir.clone().or_else(|| config.plugin_dir.as_ref().map(relative_to_config));
    Places {
        config: config_path(args),
        config_wanted: usual_configs().into_iter().next(),
        last_good: last_good(args),
        plugin_dir: plugin_dir.unwrap_or_else(|| state_dir.join("plugins")),
        state_dir,
        program: env::current_exe().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_folder_is_found_from_wherever_it_is_named() {
        let places = PlacesArgs { config: None, data_dir: Some("state".into()), plugin_dir: None };
        let here = env::current_dir().expect("tests run somewhere");
        assert_eq!(state_dir(&places, &Config::default()), here.join("state"));
    }
}
