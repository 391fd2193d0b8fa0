//! A plugin host for one command, where no daemon runs.

use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use super::PlacesArgs;
use super::access::state_dir;
use crate::plugin_host::{self, PluginHost};
use crate::store::Store;

/// A plugin host of its own, that has in common with the daemon's only what that has compiled: it takes a while.
pub(super) fn scratch_host(places: &PlacesArgs) -> anyhow::Result<(PluginHost, ScratchFolder)> {
    let folder = ScratchFolder::new()?;
    folder.share(&state_dir(places).join("compiled"));
    let store = Store::open(&folder.0.join("scratch.db"))?;
    Ok((PluginHost::new(&folder.0, store)?, folder))
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
}

impl Drop for ScratchFolder {
    fn drop(&mut self) {
        // What stays behind lies in the system's folder for such things.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
