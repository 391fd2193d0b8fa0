//! Delivers recorded alerts. An alert is a row in the transaction of its cause before it is a message; the row goes when
//! the channel has taken it, so a crash may send one twice, under the same id, and loses none.

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use jiff::{SignedDuration, Timestamp};
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::notify::{self, Message, Sender};
use crate::site::Site;
use crate::store::{Outgoing, Store};

const AT_ONCE: usize = 20;
/// The first pause after a failure, doubled each time up to the last.
const RETRY_MIN: SignedDuration = SignedDuration::from_secs(30);
const RETRY_MAX: SignedDuration = SignedDuration::from_hours(6);
/// A message this late is no news; the feed has it.
const TRIES_MAX: u32 = 30;
const LONGEST_SLEEP: Duration = Duration::from_secs(60);

/// Takes entries from the store to the channels.
#[derive(Debug)]
pub struct Outbox {
    store: Store,
    clock: Clock,
    site: Arc<ArcSwap<Site>>,
    sender: Sender,
}

impl Outbox {
    pub fn new(store: Store, clock: Clock, site: Arc<ArcSwap<Site>>) -> Self {
        Self { store, clock, site, sender: Sender::default() }
    }

    /// Delivers what is recorded, until it is stopped.
    pub async fn run(self, stop: CancellationToken) {
        let mut revision = self.store.revision();
        loop {
            let sleep = match self.deliver_due().await {
                Ok(sleep) => sleep,
                Err(error) => {
                    tracing::error!("cannot read the outbox: {error}");
                    LONGEST_SLEEP
                }
            };
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(sleep) => {}
                changed = revision.changed() => if changed.is_err() { return },
            }
        }
    }

    /// Tries what is due; returns how long nothing else is.
    async fn deliver_due(&self) -> crate::store::Result<Duration> {
        let now = self.clock.now();
        let due = self.store.read(move |view| view.outbox_due(now, AT_ONCE)).await?;
        for outgoing in due {
            self.deliver(outgoing, now).await?;
        }
        let next = self.store.read(|view| view.outbox_next_at()).await?;
        let wait =
            next.map_or(LONGEST_SLEEP, |at| Duration::try_from(at.duration_since(now)).unwrap_or(Duration::ZERO));
        Ok(wait.clamp(Duration::from_millis(200), LONGEST_SLEEP))
    }

    async fn deliver(&self, outgoing: Outgoing, now: Timestamp) -> crate::store::Result<()> {
        let row = outgoing.row;
        let site = self.site.load_full();
        let Some(channel) = site.config.channels.iter().find(|channel| channel.name == outgoing.channel) else {
            // The channel was taken out of the config.
            return self.store.write(move |tx| tx.outbox_done(row)).await;
        };
        let entry = &outgoing.entry;
        let message = Message { entry, link: site.link(&entry.path), text: plain(&entry.html) };
        match notify::deliver(&self.sender, channel, &message).await {
            Ok(()) => self.store.write(move |tx| tx.outbox_done(row)).await,
            Err(error) if outgoing.attempts + 1 >= TRIES_MAX => {
                tracing::error!(channel = channel.name, "gave up on \"{}\": {error:#}", entry.title);
                self.store.write(move |tx| tx.outbox_done(row)).await
            }
            Err(error) => {
                tracing::warn!(channel = channel.name, "\"{}\" was not taken: {error:#}", entry.title);
                let pause = RETRY_MIN.checked_mul(1 << outgoing.attempts.min(16)).unwrap_or(RETRY_MAX).min(RETRY_MAX);
                let words = format!("{error:#}");
                self.store.write(move |tx| tx.outbox_failed(row, now + pause, &words)).await
            }
        }
    }
}

/// Our own few elements of HTML as lines of text.
fn plain(html: &str) -> String {
    let lines = html.replace("</p>", "\n").replace("<li>", "- ").replace("</li>", "\n");
    let lines = lines.lines().map(parcelwatch_plugin::text::clean).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_reads_as_lines() {
        assert_eq!(plain("<p>DHL: a &lt;b&gt;.</p><ul><li>x</li><li>y</li></ul>"), "DHL: a <b>.\n- x\n- y");
    }
}
