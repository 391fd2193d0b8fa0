//! Tells when a file or folder has settled after somebody touched it.
//!
//! Folders are watched, not files: editors and `mv` put a new file in the place of the old one. What the system's
//! notifications miss (network folders, bind mounts) a slow look at everything finds.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use notify_debouncer_full::notify::{RecommendedWatcher, RecursiveMode};
use notify_debouncer_full::{DebounceEventResult, Debouncer, RecommendedCache, new_debouncer};
use tokio::sync::mpsc;

/// A folder that has been quiet for this long has settled.
const SETTLE: Duration = Duration::from_millis(250);

/// Which folder was touched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Touched {
    pub paths: Vec<PathBuf>,
}

/// Watches folders for as long as it lives.
pub struct Watch {
    debouncer: Option<Debouncer<RecommendedWatcher, RecommendedCache>>,
    watched: BTreeSet<PathBuf>,
}

impl std::fmt::Debug for Watch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Watch").field("watched", &self.watched).finish_non_exhaustive()
    }
}

impl Watch {
    /// A watch on nothing yet. Where the system cannot notify, the slow look has to do.
    pub fn new(touched: mpsc::Sender<Touched>) -> Self {
        let tell = move |result: DebounceEventResult| match result {
            Ok(events) => {
                let changed = events.into_iter().filter(|event| !event.kind.is_access());
                let paths: Vec<PathBuf> = changed.flat_map(|event| event.event.paths).collect();
                if !paths.is_empty() {
                    // A full queue means that a look is due anyway.
                    let _ = touched.try_send(Touched { paths });
                }
            }
            Err(errors) => {
                for error in errors {
                    tracing::warn!("watching files: {error}");
                }
            }
        };
        let debouncer = match new_debouncer(SETTLE, None, tell) {
            Ok(debouncer) => Some(debouncer),
            Err(error) => {
                tracing::warn!(
                    "the system does not tell of changed files ({error}); they are found within half a minute"
                );
                None
            }
        };
        Self { debouncer, watched: BTreeSet::new() }
    }

    /// Watches exactly these folders from now on.
    pub fn set(&mut self, folders: impl IntoIterator<Item = PathBuf>) {
        let wanted: BTreeSet<PathBuf> = folders.into_iter().collect();
        let Some(debouncer) = &mut self.debouncer else { return };
        for stale in self.watched.difference(&wanted) {
            // A folder that is gone is no longer watched anyway.
            let _ = debouncer.unwatch(stale);
        }
        let mut watched = BTreeSet::new();
        for folder in wanted {
            if self.watched.contains(&folder) || watch(debouncer, &folder) {
                watched.insert(folder);
            }
        }
        self.watched = watched;
    }
}

fn watch(debouncer: &mut Debouncer<RecommendedWatcher, RecommendedCache>, folder: &Path) -> bool {
    match debouncer.watch(folder, RecursiveMode::NonRecursive) {
        Ok(()) => true,
        Err(error) => {
            tracing::warn!("cannot watch {}: {error}; changes there are found within half a minute", folder.display());
            false
        }
    }
}
