//! Where the config and the state are, when nobody says so.

use std::env;
use std::path::{Path, PathBuf};

use super::PlacesArgs;
use crate::config::Config;
use crate::reload::Places;

/// The config file: as given, else the first of the usual ones that is there.
pub fn config_path(places: &PlacesArgs) -> Option<PathBuf> {
    match &places.config {
        Some(path) => Some(path.clone()),
        None => usual_configs().into_iter().find(|path| path.is_file()),
    }
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
        .or_else(|| env::var_os("STATE_DIRECTORY").map(PathBuf::from))
        .or_else(|| home("XDG_STATE_HOME", ".local/state").map(|folder| folder.join("parcelwatch")))
        .unwrap_or_else(|| PathBuf::from("state"));
    // Only where the folder we stand in is gone does this fail, and then it has no root to begin at.
    std::path::absolute(&folder).unwrap_or(folder)
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
