//! Whether what is written reaches the disk, and why not.

use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard};

use jiff::Timestamp;
use rusqlite::ErrorCode;

use crate::clock::Clock;

/// What is wrong with the disk or the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TroubleKind {
    Full,
    ReadOnly,
    Damaged,
    /// The file was removed or replaced while it was open: what is written to it is nowhere.
    Gone,
    Unwritable,
}

/// The store takes no changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    pub since: Timestamp,
    pub kind: TroubleKind,
    /// In the words of SQLite or the system.
    pub reason: String,
    pub path: PathBuf,
}

impl TroubleKind {
    /// What an error says of the disk or the file; none where it is about a statement.
    pub fn of(error: &rusqlite::Error) -> Option<Self> {
        match error.sqlite_error_code()? {
            ErrorCode::DiskFull => Some(Self::Full),
            ErrorCode::ReadOnly => Some(Self::ReadOnly),
            ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => Some(Self::Damaged),
            ErrorCode::SystemIoFailure | ErrorCode::CannotOpen | ErrorCode::PermissionDenied => Some(Self::Unwritable),
            _ => None,
        }
    }
}

/// The trouble that lasts, and what has ended and is not made up for yet.
#[derive(Debug, Default)]
pub(super) struct Condition {
    pub(super) trouble: Option<Trouble>,
    pub(super) ended: Vec<Trouble>,
}

/// A disk that comes and goes is named so often at most.
const ENDED_MAX: usize = 10;

/// What is known of the file that is written to.
#[derive(Debug)]
pub(super) struct Health {
    clock: Clock,
    path: PathBuf,
    /// Device and number of the file that is open.
    file: Option<(u64, u64)>,
    condition: Mutex<Condition>,
}

impl Health {
    pub(super) fn new(path: &Path, clock: Clock) -> Self {
        Self { clock, path: path.to_owned(), file: identity(path), condition: Mutex::default() }
    }

    pub(super) fn condition(&self) -> MutexGuard<'_, Condition> {
        self.condition.lock().expect("nothing panics while it holds this lock")
    }

    /// Whether what is written would be lost: the file is no longer where it was.
    pub(super) fn is_gone(&self) -> bool {
        self.file.is_some() && identity(&self.path) != self.file
    }

    /// Takes in how a group of changes went; true when that is another state than before.
    pub(super) fn note(&self, failed: Option<(TroubleKind, String)>) -> bool {
        let mut condition = self.condition();
        let before = condition.trouble.take();
        match (failed, before) {
            (None, None) => return false,
            (None, Some(ended)) => {
                tracing::info!("{} can be written again", self.path.display());
                if condition.ended.len() < ENDED_MAX {
                    condition.ended.push(ended);
                }
            }
            // Its first words stay: what was shown of it does not change.
            (Some(_), Some(before)) => {
                condition.trouble = Some(before);
                return false;
            }
            (Some((kind, reason)), None) => {
                tracing::error!("{} cannot be written: {reason}", self.path.display());
                let since = self.clock.now();
                condition.trouble = Some(Trouble { since, kind, reason, path: self.path.clone() });
            }
        }
        true
    }
}

fn identity(path: &Path) -> Option<(u64, u64)> {
    std::fs::metadata(path).ok().map(|meta| (meta.dev(), meta.ino()))
}
