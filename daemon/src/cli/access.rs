//! What the commands stand on: the config a daemon would start on, its state, its socket.

use anyhow::bail;
use serde_json::Value;

use super::{PlacesArgs, paths};
use crate::config::Config;
use crate::{control, store};

/// The config that a daemon would start on; faults in it do not stop commands that only look.
pub(super) fn any_config(places: &PlacesArgs) -> Config {
    paths::start(places).map_or_else(|_| Config::default(), |start| start.config)
}

pub(super) fn state_dir(places: &PlacesArgs) -> std::path::PathBuf {
    paths::state_dir(places, &any_config(places))
}

pub(super) async fn call(places: &PlacesArgs, path: &str, body: Value) -> anyhow::Result<Value> {
    control::call(&state_dir(places), path, body).await
}

pub(super) fn peek<T>(
    places: &PlacesArgs,
    query: impl FnOnce(&store::View<'_>) -> store::Result<T>,
) -> anyhow::Result<T> {
    let path = state_dir(places).join("parcelwatch.db");
    if !path.is_file() {
        bail!("there is no history in {}; has the daemon run?", path.display());
    }
    Ok(store::peek(&path, query)?)
}
