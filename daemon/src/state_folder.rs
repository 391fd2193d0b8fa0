//! The state folder: one daemon holds it. Its history is opened, or left as it is where it cannot be; it is never begun anew by itself.

use std::fs::{self, File};
use std::io::{Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::clock::Clock;
use crate::plugin_host::private_folder;
use crate::report::system::way_out;
use crate::store::{Store, TroubleKind};

/// What the lock's file says once a history was kept beside it.
const HAS_HISTORY: &[u8] = b"A history is kept in parcelwatch.db.\n";

/// A state folder that is held by this daemon.
#[derive(Debug)]
pub struct StateFolder {
    pub path: PathBuf,
    pub store: Store,
    _lock: File,
}

/// Why a state folder cannot be held.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// Another daemon holds it; two would tell everything twice.
    #[error("another Parcelwatch uses {0}; stop it, or choose another folder with --data-dir")]
    Busy(PathBuf),
    /// Says what is wrong, and the way out.
    #[error("{0}")]
    Unusable(String),
}

impl StateFolder {
    /// Takes hold of the folder, and makes it first where it is new.
    pub fn open(path: &Path, clock: Clock) -> Result<Self, StateError> {
        let unusable = |error: anyhow::Error| StateError::Unusable(format!("{error:#}"));
        private_folder(path).map_err(unusable)?;
        let mut lock = open_lock(&path.join("lock")).map_err(unusable)?;
        lock.try_lock().map_err(|_| StateError::Busy(path.to_owned()))?;
        let database = path.join("parcelwatch.db");
        let mut said = Vec::new();
        lock.read_to_end(&mut said).context("cannot read the lock's file").map_err(unusable)?;
        let is_empty = fs::metadata(&database).map_or(true, |meta| meta.len() == 0);
        if is_empty && !said.is_empty() {
            return Err(StateError::Unusable(format!(
                "{} is missing or empty, and a history was kept there. Put it back, or restore a backup: parcelwatch restore FILE. \
                 To begin a new history, remove {}",
                database.display(),
                path.join("lock").display()
            )));
        }
        let store = Store::open(&database, clock).map_err(|error| StateError::Unusable(with_way_out(&error)))?;
        if said.is_empty() {
            let written = lock.rewind().and_then(|()| lock.write_all(HAS_HISTORY));
            written.context("cannot write the lock's file").map_err(unusable)?;
        }
        Ok(Self { path: path.to_owned(), store, _lock: lock })
    }
}

fn open_lock(path: &Path) -> anyhow::Result<File> {
    let file = File::options().create(true).read(true).write(true).truncate(false).open(path);
    file.with_context(|| format!("cannot make {}", path.display()))
}

fn with_way_out(error: &anyhow::Error) -> String {
    let kind = error.chain().filter_map(|cause| cause.downcast_ref()).find_map(TroubleKind::of);
    match kind {
        Some(kind) => format!("{error:#}. To go on, {}", way_out(kind)),
        None => format!("{error:#}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(path: &Path) -> Result<StateFolder, StateError> {
        StateFolder::open(path, Clock::system())
    }

    #[track_caller]
    fn is_refused(path: &Path, words: &[&str]) {
        let refused = open(path).expect_err("it cannot be used").to_string();
        for words in words {
            assert!(refused.contains(words), "{words:?} is not in {refused:?}");
        }
    }

    #[tokio::test]
    async fn a_history_that_is_gone_empty_or_damaged_is_not_begun_anew() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("state");
        open(&path).expect("a new folder").store.close().await;
        open(&path).expect("it is used again").store.close().await;
        let database = path.join("parcelwatch.db");
        let whole = fs::read(&database).expect("the history");
        let named = database.display().to_string();
        fs::write(&database, b"").expect("the folder is ours");
        is_refused(&path, &[&named, "missing or empty", "parcelwatch restore", "lock"]);
        fs::remove_file(&database).expect("the folder is ours");
        is_refused(&path, &[&named, "missing or empty"]);
        assert!(!database.exists(), "nothing new is put in its place");
        fs::write(&database, b"This was a database, once upon a time.").expect("the folder is ours");
        is_refused(&path, &[&named, "not a database", "parcelwatch restore"]);
        fs::write(&database, &whole).expect("the folder is ours");
        open(&path).expect("it is back").store.close().await;
        fs::remove_file(&database).and_then(|()| fs::remove_file(path.join("lock"))).expect("the folder is ours");
        open(&path).expect("a new history, as was asked for");
    }

    #[tokio::test]
    async fn two_do_not_hold_it() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let held = open(folder.path()).expect("a new folder");
        assert!(matches!(open(folder.path()), Err(StateError::Busy(_))));
        held.store.close().await;
    }
}
