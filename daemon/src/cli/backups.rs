//! `backup` and `restore`.

use std::path::Path;

use anyhow::{Context as _, bail};
use jiff::Timestamp;
use serde_json::json;

use super::access::state_dir;
use super::{PlacesArgs, paths, print};
use crate::config::{self, SourceFile};
use crate::{backup as backups, notify};

/// Writes a backup, beside a running daemon or without one.
pub(super) fn backup(places: &PlacesArgs, path: &Path, keep: Option<u16>, json: bool) -> anyhow::Result<()> {
    if keep.is_some() && !path.is_dir() {
        bail!("--keep counts the backups of a folder, and {} is none", path.display());
    }
    let (written, manifest) = backups::backup(&state_dir(places), &sources(places)?, path, Timestamp::now())?;
    let removed = match keep {
        Some(keep) => backups::keep_newest(path, keep.into())?,
        None => Vec::new(),
    };
    let bytes = std::fs::metadata(&written).map_or(0, |meta| meta.len());
    if json {
        let removed: Vec<String> = removed.iter().map(|path| path.display().to_string()).collect();
        return print::json(&json!({
            "path": written.display().to_string(), "bytes": bytes, "files": manifest.files, "removed": removed,
        }));
    }
    let files = manifest.files.len();
    print::line(format!("wrote {}, {:.1} MB, files in it: {files}", written.display(), bytes as f64 / 1e6));
    for path in &removed {
        print::line(format!("removed {}", path.display()));
    }
    print::line("Keys that stand in files of their own are not in it.");
    Ok(())
}

/// Puts a backup in the place of the history.
pub(super) fn restore(places: &PlacesArgs, path: &Path, json: bool) -> anyhow::Result<()> {
    let state = state_dir(places);
    let restored = backups::restore(path, &state, Timestamp::now())?;
    let shown = |path: &Option<std::path::PathBuf>| path.as_ref().map(|path| path.display().to_string());
    let (former, config) = (shown(&restored.former), shown(&restored.config));
    if json {
        let made_at = restored.manifest.made_at.to_string();
        return print::json(&json!({
            "state": state.display().to_string(), "made_at": made_at, "former": former, "config": config,
        }));
    }
    print::line(format!("restored {} as of {}", state.display(), restored.manifest.made_at));
    if let Some(former) = former {
        print::line(format!("what stood there is in {former}"));
    }
    if let Some(config) = config {
        print::line(format!("the config of the backup is in {config}; yours was left as it is"));
    }
    Ok(())
}

/// The files of the config; of one with faults the main file as it stands.
fn sources(places: &PlacesArgs) -> anyhow::Result<Vec<SourceFile>> {
    let Some(path) = paths::config_path(places) else { return Ok(Vec::new()) };
    if let Ok(checked) = config::load(&path, notify::KINDS) {
        return Ok(checked.sources);
    }
    let bytes = std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(vec![SourceFile { path, text: String::from_utf8_lossy(&bytes).into_owned() }])
}
