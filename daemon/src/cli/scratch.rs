//! A plugin host for one command, where no daemon runs.

use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use jiff::Timestamp;

use super::PlacesArgs;
use super::access::{peek, state_dir};
use crate::plugin_host::{self, PluginHost};
use crate::store::Store;

/// A plugin host of its own. It shares what the daemon's has compiled, as that takes a while, and has a copy of what files
/// were granted and last ran: a key is tried with those plugins alone that the daemon would run.
pub(super) async fn scratch_host(places: &PlacesArgs) -> anyhow::Result<(PluginHost, ScratchFolder)> {
    let folder = ScratchFolder::new()?;
    folder.share(&state_dir(places).join("compiled"));
    folder.copy(&state_dir(places).join("last-good"))?;
    let store = Store::open(&folder.0.join("scratch.db"), crate::clock::Clock::system())?;
    // Without a history nothing was granted yet.
    if let Ok(grants) = peek(places, |view| view.grants()) {
        let now = Timestamp::now();
        store.write(move |tx| grants.iter().try_for_each(|grant| tx.grant(grant, now))).await?;
    }
    Ok((PluginHost::new(&folder.0, None, store)?, folder))
}

/// A folder that goes away with the command.
pub(super) struct ScratchFolder(std::path::PathBuf);

impl ScratchFolder {
    fn new() -> anyhow::Result<Self> {
        let path = std::env::temp_dir().join(format!("parcelwatch-{}", uuid::Uuid::new_v4()));
        plugin_host::private_folder(&path)?;
        Ok(Self(path))
    }

    /// Shares a folder of compiled code. What lies there is executed, so that only our own will do; without it everything
    /// is compiled anew.
    fn share(&self, compiled: &Path) {
        let owner = |path: &Path| std::fs::metadata(path).map(|folder| folder.uid()).ok();
        if owner(compiled).is_some() && owner(compiled) == owner(&self.0) {
            let _ = std::os::unix::fs::symlink(compiled, self.0.join("compiled"));
        }
    }

    /// Copies a folder of files. One that goes away meanwhile is none that is needed.
    fn copy(&self, folder: &Path) -> anyhow::Result<()> {
        let Ok(entries) = std::fs::read_dir(folder) else { return Ok(()) };
        let copy = self.0.join(folder.file_name().unwrap_or_default());
        plugin_host::private_folder(&copy)?;
        for entry in entries.flatten() {
            let _ = std::fs::copy(entry.path(), copy.join(entry.file_name()));
        }
        Ok(())
    }
}

impl Drop for ScratchFolder {
    fn drop(&mut self) {
        // What stays behind lies in the system's folder for such things.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
