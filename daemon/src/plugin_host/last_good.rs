//! The last good bytes of every plugin file, kept in the state folder: one that is broken goes on with them after a restart.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;

use super::files::file_name;
use super::folder::Folder;
use super::host::PluginHost;
use super::loader::digest;
use super::plugin::Compiled;
use crate::files::private_folder;

impl PluginHost {
    fn last_good_path(&self, path: &Path) -> PathBuf {
        self.state_dir.join("last-good").join(file_name(path))
    }

    /// What a file ran before the restart, when it is broken now.
    pub(super) async fn last_good(&self, folder: &mut Folder, path: &Path, now: Timestamp) -> Option<Arc<Compiled>> {
        let bytes = std::fs::read(self.last_good_path(path)).ok()?;
        self.compiled_file(folder, bytes, now).await.ok()
    }

    /// Keeps the bytes of every file in force. A copy that cannot be made costs the next restart, not this run.
    pub(super) fn keep_last_good(&self, folder: &Folder) {
        for (path, compiled) in &folder.by_file {
            let kept = self.last_good_path(path);
            let known = std::fs::read(&kept).is_ok_and(|bytes| digest(&bytes) == compiled.digest);
            let Ok(bytes) = std::fs::read(path) else { continue };
            if known || digest(&bytes) != compiled.digest {
                continue;
            }
            let written = private_folder(&self.state_dir.join("last-good"))
                .and_then(|()| Ok(crate::files::replace(&kept, &bytes)?));
            if let Err(error) = written {
                tracing::warn!("cannot keep a copy of {}: {error:#}", path.display());
            }
        }
    }

    /// A file that was taken out of the folder is not to come back.
    pub(super) fn forget_last_good(&self, folder: &Folder) {
        let Ok(entries) = std::fs::read_dir(self.state_dir.join("last-good")) else { return };
        let wanted: Vec<String> = folder.by_file.keys().map(|path| file_name(path)).collect();
        for entry in entries.flatten() {
            if !wanted.contains(&entry.file_name().to_string_lossy().into_owned()) {
                // One that stays is unused, and tried again at the next scan.
                let _ = std::fs::remove_file(entry.path());
            }
        }
    }
}
