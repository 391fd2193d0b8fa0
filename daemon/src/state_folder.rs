//! The state folder: one daemon holds it. Its history is opened, or left as it is where it cannot be; it is never begun anew by itself.

use std::fs::{self, File};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};

use crate::clock::Clock;
use crate::files::{self, private_folder};
use crate::report::system::way_out;
use crate::store::{Store, TroubleKind};

/// What the lock's file says once a history was kept beside it.
const HAS_HISTORY: &[u8] = b"A history is kept in parcelwatch.db.\n";

/// What people read who look into the folder.
const README: &str = "\
This folder belongs to Parcelwatch. Nobody else writes into it; stop the daemon before you move or copy it by hand.

parcelwatch.db          the whole history: parcels, scans, entries of the feeds, raw answers (SQLite)
parcelwatch.db-wal, -shm  parts of it while the daemon runs
attachments/            what you attached to parcels
plugins/                carriers you dropped in, unless the config names another folder
compiled/               compiled plugins; made anew when removed
last-good/, last-good-config/  plugins and configs that ran, for a start that finds the newer ones broken
lock, control.sock      hold the folder for one daemon, and let commands speak to it
before-restore-.../     what stood here before a backup was restored; remove it when you no longer need it
config-from-backup/     the config that a restored backup had

To keep a copy: parcelwatch backup FILE, also while the daemon runs. To go back to one: parcelwatch restore FILE.
";

/// A state folder that is held by this daemon.
#[derive(Debug)]
pub struct StateFolder {
    pub store: Store,
    _hold: Hold,
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

impl StateError {
    fn of(error: &anyhow::Error) -> Self {
        Self::Unusable(format!("{error:#}"))
    }
}

/// Keeps others from a state folder for as long as it lives.
#[derive(Debug)]
pub struct Hold {
    lock: File,
    path: PathBuf,
    said: Vec<u8>,
}

impl Hold {
    /// Takes hold of the folder, and makes it first where it is new.
    pub fn take(folder: &Path) -> Result<Self, StateError> {
        private_folder(folder).map_err(|error| StateError::of(&error))?;
        let path = folder.join("lock");
        let open = File::options().create(true).read(true).write(true).truncate(false).open(&path);
        let named = |error: io::Error| StateError::Unusable(format!("cannot use {}: {error}", path.display()));
        let mut lock = open.map_err(named)?;
        lock.try_lock().map_err(|_| StateError::Busy(folder.to_owned()))?;
        let mut said = Vec::new();
        lock.read_to_end(&mut said).map_err(named)?;
        Ok(Self { lock, path, said })
    }

    /// Writes down that a history is kept in the folder, so that it is missed when it is gone.
    pub fn has_history(mut self) -> Result<Self, StateError> {
        if self.said.is_empty() {
            let written = self.lock.rewind().and_then(|()| self.lock.write_all(HAS_HISTORY));
            written.map_err(|error| StateError::Unusable(format!("cannot write {}: {error}", self.path.display())))?;
        }
        Ok(self)
    }
}

impl StateFolder {
    /// Takes hold of the folder and opens its history.
    pub fn open(path: &Path, clock: Clock) -> Result<Self, StateError> {
        let hold = Hold::take(path)?;
        let database = path.join("parcelwatch.db");
        let is_empty = fs::metadata(&database).map_or(true, |meta| meta.len() == 0);
        if is_empty && !hold.said.is_empty() {
            return Err(StateError::Unusable(format!(
                "{} is missing or empty, and a history was kept there. Put it back, or restore a backup: parcelwatch restore FILE. \
                 To begin a new history, remove {}",
                database.display(),
                hold.path.display()
            )));
        }
        let store = Store::open(&database, clock).map_err(|error| StateError::Unusable(with_way_out(&error)))?;
        let readme = path.join("README.txt");
        if fs::read_to_string(&readme).ok().as_deref() != Some(README)
            && let Err(error) = files::replace(&readme, README.as_bytes())
        {
            tracing::warn!("cannot write {}: {error}", readme.display());
        }
        Ok(Self { store, _hold: hold.has_history()? })
    }
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
