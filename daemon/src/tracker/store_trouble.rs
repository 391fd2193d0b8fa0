//! A disk that is full, or a file that cannot be written: while that lasts nobody is asked, since an answer would be lost and asked
//! for again. What was missed meanwhile is made up for.

use jiff::Timestamp;
use parcelwatch_tracking::Importance;

use super::{Tracker, reconcile};
use crate::report::system::{store_entry, system_entry};
use crate::store::{Result, Trouble, Tx};

impl Tracker {
    /// Looks whether the store takes changes again, and makes up for what it did not take.
    pub(super) async fn retry_store(&mut self) {
        // A daemon that has nothing to write notices, too, that its file was taken away.
        if self.shared.store.trouble().is_some() || self.shared.store.is_gone() {
            // The writer has said in the log why not.
            let _ = self.shared.store.try_again().await;
        }
        let ended = self.shared.store.take_ended_trouble();
        if ended.is_empty() {
            return;
        }
        let (now, channels) = (self.shared.clock.now(), self.shared.context.load().channels());
        let written =
            self.shared.store.write(move |tx| ended.iter().try_for_each(|ended| tell(tx, ended, &channels, now)));
        if let Err(error) = written.await {
            tracing::error!("cannot say that the history could not be written: {error}");
        }
        // A config that was saved meanwhile, and what time brought.
        match reconcile::config(&self.shared, true).await {
            Ok(reconciled) => self.take(reconciled).await,
            Err(error) => tracing::error!("cannot make up for what could not be written: {error}"),
        }
    }
}

/// Writes down what the feed showed while nothing could be written, and that it is over.
fn tell(tx: &Tx<'_>, ended: &Trouble, channels: &[(String, Importance)], now: Timestamp) -> Result<()> {
    let entry = store_entry(ended);
    let detail = format!("{}, since {}", entry.title, ended.since);
    let key = format!("store-back:{}", ended.since);
    let again = system_entry(&key, "store_back", "The history can be written again", &detail);
    tx.publish_alerts(None, &[entry], channels, ended.since)?;
    tx.publish_alerts(None, &[again], channels, now)?;
    Ok(())
}
