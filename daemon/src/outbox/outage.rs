//! Channels that take nothing: their pauses, who is told, and what is given up in the end.

use jiff::{SignedDuration, Timestamp};

use super::Shared;
use crate::config::Config;
use crate::report::system::system_entry;
use crate::store::{ChannelOutage, ChannelQueue, Level, Notice, Outgoing, Result};

/// The first pause after a failure, doubled each time up to the last.
const RETRY_MIN: SignedDuration = SignedDuration::from_secs(30);
const RETRY_MAX: SignedDuration = SignedDuration::from_hours(6);
/// A channel that took nothing so often in a row, which is some three minutes, is named. One that is started anew is not.
const NAMED_FROM: u32 = 3;
/// What waits longer is no news, and the feeds have it. A day's worth is given up at a time, in one entry.
const STALE: SignedDuration = SignedDuration::from_hours(8 * 24);
const STALE_BATCH: SignedDuration = SignedDuration::from_hours(24);

/// How long a channel is left alone after so many tries in vain.
pub(super) fn pause(tries: u32) -> SignedDuration {
    RETRY_MIN.checked_mul(1 << tries.saturating_sub(1).min(16)).unwrap_or(RETRY_MAX).min(RETRY_MAX)
}

/// When a pause ends. Where the clock was set back since it began, that is now.
pub(super) fn within_pause(ends_at: Timestamp, now: Timestamp) -> Timestamp {
    if ends_at.duration_since(now) > RETRY_MAX { now } else { ends_at }
}

fn notice_key(channel: &str) -> String {
    format!("channel:{channel}")
}

impl Shared {
    /// A channel took nothing.
    pub(super) async fn failed(&self, queue: &ChannelQueue, error: String) -> Result<()> {
        let (now, name) = (self.clock.now(), queue.name.clone());
        let (since, tries) = queue.outage.as_ref().map_or((now, 1), |outage| (outage.since, outage.tries + 1));
        let outage = ChannelOutage { since, tries, next_at: now + pause(tries), error };
        tracing::warn!(channel = name, tries = outage.tries, "a message was not taken: {}", outage.error);
        let others = Self::others(&self.site.load().config, &name);
        self.store
            .write(move |tx| {
                tx.channel_failed(&name, &outage)?;
                if outage.tries < NAMED_FROM {
                    return Ok(());
                }
                let title = format!("The channel \"{name}\" takes nothing");
                let detail = format!("{}\nWhat is sent to it waits, and stands in the feeds.", outage.error);
                tx.post_notice(&Notice {
                    key: notice_key(&name),
                    level: Level::Warn,
                    title: title.clone(),
                    detail: detail.clone(),
                    since,
                })?;
                let entry = system_entry(&format!("channel-down:{name}:{since}"), "channel_down", &title, &detail);
                tx.publish_alerts(None, &[entry], &others, now)?;
                Ok(())
            })
            .await
    }

    /// A channel that took nothing takes something again.
    pub(super) async fn works(&self, channel: &str) -> Result<()> {
        let (now, name) = (self.clock.now(), channel.to_owned());
        let others = Self::others(&self.site.load().config, &name);
        self.store
            .write(move |tx| {
                let Some(since) = tx.channel_works(&name)? else { return Ok(()) };
                tracing::info!(channel = name, "messages are taken again");
                if tx.clear_notice(&notice_key(&name))? {
                    let title = format!("The channel \"{name}\" takes messages again");
                    let entry = system_entry(&format!("channel-up:{name}:{since}"), "channel_up", &title, "");
                    tx.publish_alerts(None, &[entry], &others, now)?;
                }
                Ok(())
            })
            .await
    }

    /// A channel that the config does not name. What waits for it stays as long as for one that is down: faults of the config may
    /// have hidden it.
    pub(super) async fn unnamed(&self, queue: &ChannelQueue) -> Result<()> {
        let (now, name) = (self.clock.now(), queue.name.clone());
        match &queue.outage {
            Some(_) if queue.waiting == 0 => {
                self.store
                    .write(move |tx| {
                        tx.channel_works(&name)?;
                        tx.clear_notice(&notice_key(&name)).map(drop)
                    })
                    .await
            }
            None => {
                let error = "the config names no such channel".to_owned();
                let outage = ChannelOutage { since: now, tries: 0, next_at: now, error };
                self.store.write(move |tx| tx.channel_failed(&name, &outage)).await
            }
            Some(_) => Ok(()),
        }
    }

    /// A channel does not want an entry for what is in it.
    pub(super) async fn give_up(&self, channel: &str, outgoing: &Outgoing, reason: String) -> Result<()> {
        let (now, name, row, refused) =
            (self.clock.now(), channel.to_owned(), outgoing.row, outgoing.entry.title.clone());
        tracing::error!(channel, "\"{refused}\" is given up: {reason}");
        let others = Self::others(&self.site.load().config, channel);
        self.store
            .write(move |tx| {
                tx.outbox_done(row)?;
                let title = format!("The channel \"{name}\" refused an alert");
                let detail = format!("{refused}\n{reason}");
                let entry = system_entry(&format!("channel-refused:{name}:{row}"), "channel_refused", &title, &detail);
                tx.publish_alerts(None, &[entry], &others, now)?;
                Ok(())
            })
            .await
    }

    /// Gives up what has waited for a channel that was down until it is no news, and names it.
    pub(super) async fn drop_stale(&self, queue: &ChannelQueue, config: &Config, now: Timestamp) -> Result<()> {
        let is_over = |since: Timestamp, span| now.duration_since(since) >= span;
        let is_down = queue.outage.as_ref().is_some_and(|outage| is_over(outage.since, STALE - STALE_BATCH));
        if !is_down || !queue.oldest_at.is_some_and(|oldest| is_over(oldest, STALE)) {
            return Ok(());
        }
        let (name, others) = (queue.name.clone(), Self::others(config, &queue.name));
        self.store
            .write(move |tx| {
                let titles = tx.outbox_drop_before(&name, now - STALE + STALE_BATCH)?;
                let title =
                    format!("Given up for the channel \"{name}\", which took nothing for a week: {}", titles.len());
                tracing::error!(channel = name, "given up after a week: {}", titles.join("; "));
                let entry =
                    system_entry(&format!("channel-stale:{name}:{now}"), "channel_stale", &title, &titles.join("\n"));
                tx.publish_alerts(None, &[entry], &others, now)?;
                Ok(())
            })
            .await
    }
}
