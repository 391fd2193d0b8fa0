//! The files of the plugin folder.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::limits::Limits;

pub(super) fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// The plugin files of a folder, sorted by name. Hidden files and those a program is still writing are left out.
pub(super) fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut files: Vec<PathBuf> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "wasm"))
        .filter(|path| !file_name(path).starts_with('.'))
        // A link that leads out of the folder would load what nobody put there.
        .filter(|path| std::fs::symlink_metadata(path).is_ok_and(|meta| meta.is_file() || leads_inside(path, folder)))
        .collect();
    files.sort();
    files
}

fn leads_inside(path: &Path, folder: &Path) -> bool {
    match (path.canonicalize(), folder.canonicalize()) {
        (Ok(target), Ok(folder)) => target.starts_with(folder) && target.is_file(),
        _ => false,
    }
}

/// Reads a file that nobody is writing to: its size and time are the same before and after.
pub(super) async fn read_settled(path: &Path) -> Result<Vec<u8>, String> {
    const TRIES: usize = 5;
    let stamp = |path: &Path| std::fs::metadata(path).map(|meta| (meta.len(), meta.modified().ok()));
    for _ in 0..TRIES {
        let before = stamp(path).map_err(|error| format!("cannot read it: {error}"))?;
        if usize::try_from(before.0).is_ok_and(|bytes| bytes > Limits::LARGE.file_bytes) {
            return Err(format!(
                "the file has {} MiB; the limit is {} MiB",
                before.0 >> 20,
                Limits::LARGE.file_bytes >> 20
            ));
        }
        let bytes = tokio::fs::read(path).await.map_err(|error| format!("cannot read it: {error}"))?;
        if stamp(path).is_ok_and(|after| after == before && after.0 == bytes.len() as u64) {
            return Ok(bytes);
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Err("it keeps changing while it is read; copy it under another name and rename it".to_owned())
}
