//! What waits for each channel, and which of them take nothing.

use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Row, params};

use super::entries::{COLUMNS, entry};
use super::{FeedEntry, Result, Tx, View, at, ms};

/// An entry that waits for a channel.
#[derive(Clone, Debug)]
pub struct Outgoing {
    pub row: i64,
    /// How often the channel has refused this entry.
    pub refusals: u32,
    pub entry: FeedEntry,
}

/// A channel that does not take what is sent to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChannelOutage {
    pub since: Timestamp,
    /// How often it was tried in vain.
    pub tries: u32,
    pub next_at: Timestamp,
    pub error: String,
}

/// What waits for a channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChannelQueue {
    pub name: String,
    pub waiting: i64,
    /// When the oldest entry that waits was published.
    pub oldest_at: Option<Timestamp>,
    pub outage: Option<ChannelOutage>,
}

impl View<'_> {
    /// The channels for which something waits or which take nothing.
    pub fn channel_queues(&self) -> Result<Vec<ChannelQueue>> {
        let mut query = self.connection.prepare_cached(
            "SELECT n.name, ifnull(o.waiting, 0), o.oldest_ms, c.failing_since_ms, c.tries, c.next_ms, c.error
             FROM (SELECT channel AS name FROM outbox UNION SELECT name FROM channels) n
             LEFT JOIN channels c ON c.name = n.name
             LEFT JOIN (SELECT o.channel, count(*) AS waiting, min(e.published_ms) AS oldest_ms
                        FROM outbox o JOIN entries e ON e.seq = o.seq GROUP BY o.channel) o ON o.channel = n.name
             ORDER BY n.name",
        )?;
        let rows = query.query_map([], |row| Ok(queue(row)))?;
        rows.map(|row| row?).collect()
    }

    /// What waits for a channel: oldest first, and last what it has refused.
    pub fn outbox_of(&self, channel: &str, limit: usize) -> Result<Vec<Outgoing>> {
        let sql = format!(
            "SELECT {COLUMNS}, o.id, o.attempts FROM outbox o JOIN entries e ON e.seq = o.seq
             WHERE o.channel = ?1 ORDER BY o.attempts, o.id LIMIT ?2"
        );
        let mut query = self.connection.prepare_cached(&sql)?;
        let rows = query.query_map(params![channel, i64::try_from(limit).unwrap_or(i64::MAX)], |row| {
            Ok((entry(row), row.get(10)?, row.get(11)?))
        })?;
        rows.map(|row| {
            let (entry, row, refusals) = row?;
            Ok(Outgoing { row, refusals, entry: entry? })
        })
        .collect()
    }

    /// How many entries wait for a channel.
    pub fn outbox_len(&self) -> Result<i64> {
        Ok(self.connection.prepare_cached("SELECT count(*) FROM outbox")?.query_row([], |row| row.get(0))?)
    }
}

impl Tx<'_> {
    /// A channel took an entry, or never will.
    pub fn outbox_done(&self, row: i64) -> Result<()> {
        self.connection.prepare_cached("DELETE FROM outbox WHERE id = ?1")?.execute([row])?;
        Ok(())
    }

    /// A channel refused an entry for what is in it.
    pub fn outbox_refused(&self, row: i64) -> Result<()> {
        self.connection.prepare_cached("UPDATE outbox SET attempts = attempts + 1 WHERE id = ?1")?.execute([row])?;
        Ok(())
    }

    /// Takes out what was published before an instant; returns the titles, oldest first.
    pub fn outbox_drop_before(&self, channel: &str, before: Timestamp) -> Result<Vec<String>> {
        let mut query = self.connection.prepare_cached(
            "SELECT o.id, e.title FROM outbox o JOIN entries e ON e.seq = o.seq
             WHERE o.channel = ?1 AND e.published_ms < ?2 ORDER BY o.id",
        )?;
        let rows = query.query_map(params![channel, ms(before)], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let old: Vec<(i64, String)> = rows.collect::<Result<_, rusqlite::Error>>()?;
        old.iter().try_for_each(|(row, _)| self.outbox_done(*row))?;
        Ok(old.into_iter().map(|(_, title)| title).collect())
    }

    /// A channel took nothing; it is tried again at `next_at`.
    pub fn channel_failed(&self, name: &str, outage: &ChannelOutage) -> Result<()> {
        self.connection
            .prepare_cached(
                "INSERT INTO channels (name, failing_since_ms, tries, next_ms, error) VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT (name) DO UPDATE SET failing_since_ms = ?2, tries = ?3, next_ms = ?4, error = ?5",
            )?
            .execute(params![name, ms(outage.since), outage.tries, ms(outage.next_at), outage.error])?;
        self.touch_pages();
        Ok(())
    }

    /// A channel takes what is sent to it, or is to be tried anew; returns since when it did not.
    pub fn channel_works(&self, name: &str) -> Result<Option<Timestamp>> {
        let mut query =
            self.connection.prepare_cached("DELETE FROM channels WHERE name = ?1 RETURNING failing_since_ms")?;
        let since: Option<i64> = query.query_row([name], |row| row.get(0)).optional()?;
        if since.is_some() {
            self.touch_pages();
        }
        super::at_opt(since)
    }
}

fn queue(row: &Row<'_>) -> Result<ChannelQueue> {
    let since: Option<i64> = row.get(3)?;
    let outage = match since {
        Some(since) => {
            Some(ChannelOutage { since: at(since)?, tries: row.get(4)?, next_at: at(row.get(5)?)?, error: row.get(6)? })
        }
        None => None,
    };
    Ok(ChannelQueue { name: row.get(0)?, waiting: row.get(1)?, oldest_at: super::at_opt(row.get(2)?)?, outage })
}
