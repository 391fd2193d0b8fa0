//! Delivers recorded alerts. An alert is a row in the transaction of its cause before it is a message; the row goes when
//! the channel has taken it, so a crash may send one twice, under the same id, and loses none.
//!
//! Each channel has its own queue and its own pauses: one that hangs keeps no other waiting.

mod outage;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use jiff::Timestamp;
use tokio::task::{self, JoinSet};
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::config::{ChannelConfig, Config};
use crate::notify::{self, DeliveryError, Message, Sender};
use crate::site::Site;
use crate::store::{ChannelQueue, Outgoing, Result, Store};

/// Messages read at once; a channel takes one after the other.
const AT_ONCE: usize = 20;
/// An entry that its channel refuses so often is given up, so that those behind it come through.
const REFUSALS_MAX: u32 = 3;
const LONGEST_SLEEP: Duration = Duration::from_secs(60);
/// A message under way when the daemon is stopped may take this long.
const LAST_MESSAGES: Duration = Duration::from_secs(5);

/// Takes entries from the store to the channels.
#[derive(Debug)]
pub struct Outbox {
    shared: Arc<Shared>,
    sending: JoinSet<Sent>,
    channels: HashMap<String, Channel>,
}

#[derive(Debug)]
struct Shared {
    store: Store,
    clock: Clock,
    site: Arc<ArcSwap<Site>>,
    sender: Sender,
    stop: CancellationToken,
}

/// A channel as it was last tried.
#[derive(Debug)]
struct Channel {
    config: ChannelConfig,
    /// The task that sends what waits, while there is one.
    task: Option<task::Id>,
    /// What it took and the store could not write down: it is not sent again.
    taken: Option<i64>,
    /// How often in a row the store could not write down how it went, and until when nothing is tried for that.
    unwritten: u32,
    resume_at: Option<Timestamp>,
}

/// How far a channel came.
#[derive(Debug)]
struct Sent {
    channel: String,
    taken: Option<i64>,
    is_written: bool,
}

impl Outbox {
    pub fn new(store: Store, clock: Clock, site: Arc<ArcSwap<Site>>, stop: CancellationToken) -> Self {
        let shared = Arc::new(Shared { store, clock, site, sender: Sender::default(), stop });
        Self { shared, sending: JoinSet::new(), channels: HashMap::new() }
    }

    /// Delivers what is recorded, until it is stopped.
    pub async fn run(mut self) {
        let mut revision = self.shared.store.revision();
        let stop = self.shared.stop.clone();
        loop {
            let sleep = match self.start_due().await {
                Ok(sleep) => sleep,
                Err(error) => {
                    tracing::error!("cannot read the outbox: {error}");
                    LONGEST_SLEEP
                }
            };
            tokio::select! {
                () = stop.cancelled() => break,
                () = tokio::time::sleep(sleep) => {}
                Some(sent) = self.sending.join_next() => self.sent(sent),
                changed = revision.changed() => if changed.is_err() { break },
            }
        }
        // Whatever has no answer by then is sent again after the next start, under the same id.
        let _ = tokio::time::timeout(LAST_MESSAGES, async { while self.sending.join_next().await.is_some() {} }).await;
    }

    /// Starts every channel that is due and has nothing under way; returns how long nothing else is.
    async fn start_due(&mut self) -> Result<Duration> {
        let now = self.shared.clock.now();
        let queues = self.shared.store.read(|view| view.channel_queues()).await?;
        let config = Arc::clone(&self.shared.site.load().config);
        let mut next_at: Option<Timestamp> = None;
        for queue in queues {
            self.shared.drop_stale(&queue, &config, now).await?;
            let Some(wanted) = config.channels.iter().find(|channel| channel.name == queue.name) else {
                self.shared.unnamed(&queue).await?;
                continue;
            };
            let channel = self.channels.entry(queue.name.clone()).or_insert_with(|| Channel {
                config: wanted.clone(),
                task: None,
                taken: None,
                unwritten: 0,
                resume_at: None,
            });
            if channel.task.is_some() {
                continue;
            }
            let is_other = channel.config != *wanted;
            channel.config = wanted.clone();
            let pause_ends = queue.outage.as_ref().filter(|_| !is_other).map(|outage| outage.next_at);
            let due_at = pause_ends.max(channel.resume_at).map_or(now, |at| outage::within_pause(at, now));
            if due_at > now {
                next_at = Some(next_at.map_or(due_at, |next| next.min(due_at)));
                continue;
            }
            if queue.waiting > 0 {
                let (shared, wanted, taken) = (Arc::clone(&self.shared), wanted.clone(), channel.taken);
                let task = self.sending.spawn(async move { shared.deliver_queue(wanted, queue, taken).await });
                channel.task = Some(task.id());
            }
        }
        let wait =
            next_at.map_or(LONGEST_SLEEP, |at| Duration::try_from(at.duration_since(now)).unwrap_or(Duration::ZERO));
        Ok(wait.clamp(Duration::from_millis(200), LONGEST_SLEEP))
    }

    fn sent(&mut self, sent: std::result::Result<Sent, tokio::task::JoinError>) {
        match sent {
            Ok(Sent { channel, taken, is_written }) => {
                let Some(channel) = self.channels.get_mut(&channel) else { return };
                (channel.task, channel.taken) = (None, taken);
                channel.unwritten = if is_written { 0 } else { channel.unwritten + 1 };
                channel.resume_at = (!is_written).then(|| self.shared.clock.now() + outage::pause(channel.unwritten));
            }
            Err(error) => {
                tracing::error!("a channel's queue ended: {error}");
                let ended = self.channels.values_mut().find(|channel| channel.task == Some(error.id()));
                if let Some(channel) = ended {
                    (channel.task, channel.resume_at) = (None, Some(self.shared.clock.now() + outage::pause(1)));
                }
            }
        }
    }
}

impl Shared {
    /// Sends what waits for a channel, oldest first, until one is not taken.
    async fn deliver_queue(&self, channel: ChannelConfig, queue: ChannelQueue, mut taken: Option<i64>) -> Sent {
        let written = self.deliver_waiting(&channel, queue, &mut taken).await;
        if let Err(error) = &written {
            tracing::error!(channel = channel.name, "cannot write down what a channel took: {error}");
        }
        Sent { channel: channel.name, taken, is_written: written.is_ok() }
    }

    async fn deliver_waiting(
        &self,
        channel: &ChannelConfig,
        mut queue: ChannelQueue,
        taken: &mut Option<i64>,
    ) -> Result<()> {
        self.settle(taken).await?;
        let name = channel.name.clone();
        let waiting = self.store.read(move |view| view.outbox_of(&name, AT_ONCE)).await?;
        let mut refusal = None;
        for outgoing in waiting {
            if self.stop.is_cancelled() {
                break;
            }
            match self.send(channel, &outgoing).await {
                Ok(()) => *taken = Some(outgoing.row),
                Err(DeliveryError::Refused(reason)) if outgoing.refusals + 1 < REFUSALS_MAX => {
                    self.store.write(move |tx| tx.outbox_refused(outgoing.row)).await?;
                    refusal = Some(reason);
                    continue;
                }
                Err(DeliveryError::Refused(reason)) => self.give_up(&channel.name, &outgoing, reason).await?,
                Err(DeliveryError::Down(error)) => return self.failed(&queue, format!("{error:#}")).await,
            }
            if queue.outage.take().is_some() {
                self.works(&channel.name).await?;
            }
            self.settle(taken).await?;
        }
        match refusal {
            // It comes last at the next try.
            Some(reason) => self.failed(&queue, reason).await,
            None => Ok(()),
        }
    }

    async fn send(&self, channel: &ChannelConfig, outgoing: &Outgoing) -> std::result::Result<(), DeliveryError> {
        let entry = &outgoing.entry;
        let link = self.site.load().link(&entry.path);
        let message = Message { entry, link, text: plain(&entry.html) };
        notify::deliver(&self.sender, channel, &message).await
    }

    /// Writes down what a channel took.
    async fn settle(&self, taken: &mut Option<i64>) -> Result<()> {
        if let Some(row) = *taken {
            self.store.write(move |tx| tx.outbox_done(row)).await?;
            *taken = None;
        }
        Ok(())
    }

    /// The channels that hear of one that takes nothing.
    fn others(config: &Config, name: &str) -> Vec<(String, parcelwatch_tracking::Importance)> {
        let others = config.channels.iter().filter(|channel| channel.name != name);
        others.map(|channel| (channel.name.clone(), channel.from)).collect()
    }
}

/// Our own few elements of HTML as lines of text.
fn plain(html: &str) -> String {
    let lines = html.replace("</p>", "\n").replace("<li>", "- ").replace("</li>", "\n");
    let lines = lines.lines().map(parcelwatch_plugin::text::clean).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}
