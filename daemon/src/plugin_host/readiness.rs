//! How far the carriers are: at a first start each is compiled, which takes a while on a small machine.

use tokio::sync::watch;

use super::bundled::BUNDLED;

/// How far the first scan of the plugins is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Bundled carriers that were compiled, or failed to.
    pub done: usize,
    /// Every plugin that is there is in force, as far as it can be.
    pub is_over: bool,
}

impl Progress {
    /// "7 of 20", while it is not over.
    pub fn words(self) -> Option<String> {
        (!self.is_over).then(|| format!("{} of {}", self.done.min(BUNDLED.len()), BUNDLED.len()))
    }
}

/// What the host tells of the first scan, for whoever waits for it or shows it.
#[derive(Debug, Default)]
pub(super) struct Readiness(watch::Sender<Progress>);

impl Readiness {
    pub(super) fn now(&self) -> Progress {
        *self.0.borrow()
    }

    pub(super) fn watch(&self) -> watch::Receiver<Progress> {
        self.0.subscribe()
    }

    /// One more bundled carrier is compiled or has failed; later scans change nothing.
    pub(super) fn advance(&self) {
        self.0.send_if_modified(|progress| {
            progress.done += usize::from(!progress.is_over);
            !progress.is_over
        });
    }

    /// The scan is over. Says whether it was the first.
    pub(super) fn finish(&self) -> bool {
        self.0.send_if_modified(|progress| !std::mem::replace(&mut progress.is_over, true))
    }
}
