//! What was told to people, once and for ever.

use jiff::{SignedDuration, Timestamp};
use parcelwatch_tracking::Importance;
use rusqlite::{OptionalExtension as _, Row, params};
use uuid::Uuid;

use super::codec::{corrupt, from_json, to_json};
use super::{Result, Tx, View, at, ms};

/// Our own corner of the UUIDs. It must never change: feed readers know entries by the ids made from it.
const NAMESPACE: Uuid = Uuid::from_u128(0x7d1e_3f52_9a55_5f0b_8b2e_63a1_c0de_9a7c);

/// A feed carries what is this young …
const FEED_AGE: SignedDuration = SignedDuration::from_hours(30 * 24);
/// … but at least and at most so many entries. Readers that poll rarely lose nothing, and a feed stays small.
const FEED_MIN: usize = 50;
const FEED_MAX: usize = 200;

/// An entry to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryDraft {
    /// Names the change within its parcel, so that nothing is told twice.
    pub key: String,
    pub kind: String,
    pub importance: Importance,
    pub title: String,
    /// Clean HTML of a few elements, complete in itself.
    pub html: String,
    /// The page that shows more, from the root of the site.
    pub path: String,
    /// The carrier, or the daemon.
    pub author: String,
    pub categories: Vec<String>,
    pub tags: Vec<String>,
}

impl EntryDraft {
    /// The entry as it will be, of the daemon itself, before it can be written.
    pub fn unwritten(self, published_at: Timestamp) -> FeedEntry {
        let Self { key, kind, importance, title, html, path, author, categories, .. } = self;
        FeedEntry {
            seq: 0,
            id: entry_id("", &key),
            kind,
            importance,
            title,
            html,
            path,
            author,
            categories,
            published_at,
        }
    }
}

/// The same change of the same parcel has the same id for ever.
fn entry_id(parcel: &str, key: &str) -> Uuid {
    Uuid::new_v5(&NAMESPACE, format!("{parcel}/{key}").as_bytes())
}

/// An entry as it was written. It never changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedEntry {
    pub seq: i64,
    pub id: Uuid,
    pub kind: String,
    pub importance: Importance,
    pub title: String,
    pub html: String,
    pub path: String,
    pub author: String,
    pub categories: Vec<String>,
    pub published_at: Timestamp,
}

/// Which entries a feed carries.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum EntryFilter {
    /// Of all parcels, without routine scans. What is known of a parcel first is none, however quiet.
    All,
    Important,
    /// Of one parcel, by id, with routine scans.
    Parcel(String),
    /// Of the parcels that had a tag, without routine scans.
    Tag(String),
    /// Of the daemon itself.
    System,
}

pub(super) const COLUMNS: &str =
    "e.seq, e.id, e.kind, e.importance, e.title, e.html, e.path, e.author, e.categories, e.published_ms";

impl View<'_> {
    /// The entries of a feed, newest first.
    pub fn feed(&self, filter: &EntryFilter, now: Timestamp) -> Result<Vec<FeedEntry>> {
        let (from, wanted) = match filter {
            EntryFilter::All => {
                ("entries e", "e.parcel IS NOT NULL AND (e.importance >= 1 OR e.kind = 'now_tracking')")
            }
            EntryFilter::Important => ("entries e", "e.parcel IS NOT NULL AND e.importance >= 2"),
            EntryFilter::Parcel(_) => ("entries e", "e.parcel = (SELECT pk FROM parcels WHERE id = ?1)"),
            EntryFilter::Tag(_) => (
                "entry_tags t JOIN entries e ON e.seq = t.seq",
                "t.tag = ?1 AND (e.importance >= 1 OR e.kind = 'now_tracking')",
            ),
            EntryFilter::System => ("entries e", "e.parcel IS NULL"),
        };
        let subject = match filter {
            EntryFilter::Parcel(subject) | EntryFilter::Tag(subject) => subject.as_str(),
            EntryFilter::All | EntryFilter::Important | EntryFilter::System => "",
        };
        let sql = format!(
            "SELECT {COLUMNS} FROM {from} WHERE {wanted} AND ?1 IS NOT NULL ORDER BY e.seq DESC LIMIT {FEED_MAX}"
        );
        let mut query = self.connection.prepare_cached(&sql)?;
        let rows = query.query_map([subject], |row| Ok(entry(row)))?;
        let mut entries: Vec<FeedEntry> = rows.map(|row| row?).collect::<Result<_>>()?;
        let young = entries.iter().take_while(|entry| now.duration_since(entry.published_at) <= FEED_AGE).count();
        entries.truncate(young.max(FEED_MIN));
        Ok(entries)
    }

    /// The newest entries of one parcel, with routine scans.
    pub fn entries_of(&self, pk: i64, limit: usize) -> Result<Vec<FeedEntry>> {
        let sql = format!("SELECT {COLUMNS} FROM entries e WHERE e.parcel = ?1 ORDER BY e.seq DESC LIMIT ?2");
        let mut query = self.connection.prepare_cached(&sql)?;
        let rows = query.query_map(params![pk, i64::try_from(limit).unwrap_or(i64::MAX)], |row| Ok(entry(row)))?;
        rows.map(|row| row?).collect()
    }
}

impl Tx<'_> {
    /// Whether an alert of this key was told of a parcel, or is not to be told.
    pub fn is_published(&self, parcel: i64, key: &str) -> Result<bool> {
        // The expression is the one of the index.
        let mut query = self.connection.prepare_cached(
            "SELECT 1 FROM entries WHERE ifnull(parcel, 0) = ?1 AND key = ?2
             UNION ALL SELECT 1 FROM quieted WHERE parcel = ?1 AND key = ?2",
        )?;
        Ok(query.exists(params![parcel, key])?)
    }

    /// An alert of this key is not to be told of a parcel.
    pub fn suppress_alert(&self, parcel: i64, key: &str) -> Result<()> {
        self.connection
            .prepare_cached("INSERT OR IGNORE INTO quieted (parcel, key) VALUES (?1, ?2)")?
            .execute(params![parcel, key])?;
        Ok(())
    }

    /// Writes the entries that were not told before, oldest first, and puts those that are loud enough into the outbox.
    /// Returns how many were new.
    pub fn publish_alerts(
        &self,
        parcel: Option<(i64, &str)>,
        drafts: &[EntryDraft],
        channels: &[(String, Importance)],
        now: Timestamp,
    ) -> Result<usize> {
        let mut told = 0;
        for (index, draft) in drafts.iter().enumerate() {
            let subject = parcel.map_or("", |(_, id)| id);
            let id = entry_id(subject, &draft.key);
            // One second apart, ending now: readers keep whole seconds and break ties at random.
            let offset = i64::try_from(drafts.len() - 1 - index).unwrap_or(0);
            let published = self.next_published(now - SignedDuration::from_secs(offset))?;
            let written = self
                .connection
                .prepare_cached(
                    "INSERT OR IGNORE INTO entries
                        (id, parcel, key, kind, importance, title, html, path, author, categories, published_ms)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
                )?
                .execute(params![
                    id.to_string(),
                    parcel.map(|(pk, _)| pk),
                    draft.key,
                    draft.kind,
                    importance_to(draft.importance),
                    draft.title,
                    draft.html,
                    draft.path,
                    draft.author,
                    to_json(&draft.categories),
                    published,
                ])?;
            if written == 0 {
                continue;
            }
            told += 1;
            let seq = self.connection.last_insert_rowid();
            for tag in &draft.tags {
                self.connection
                    .prepare_cached("INSERT OR IGNORE INTO entry_tags (tag, seq) VALUES (?1, ?2)")?
                    .execute(params![tag, seq])?;
            }
            for (channel, from) in channels {
                if draft.importance >= *from {
                    self.connection
                        .prepare_cached("INSERT OR IGNORE INTO outbox (seq, channel, next_ms) VALUES (?1, ?2, ?3)")?
                        .execute(params![seq, channel, ms(now)])?;
                }
            }
        }
        if told > 0 {
            self.touch_entries();
        }
        Ok(told)
    }

    /// Never before the entry before it: a clock that was set back does not bury news.
    fn next_published(&self, wanted: Timestamp) -> Result<i64> {
        let last: Option<i64> = self
            .connection
            .prepare_cached("SELECT published_ms FROM entries ORDER BY seq DESC LIMIT 1")?
            .query_row([], |row| row.get(0))
            .optional()?;
        Ok(last.map_or(ms(wanted), |last| ms(wanted).max(last + 1)))
    }
}

pub(super) fn entry(row: &Row<'_>) -> Result<FeedEntry> {
    let (id, categories): (String, String) = (row.get(1)?, row.get(8)?);
    Ok(FeedEntry {
        seq: row.get(0)?,
        id: Uuid::parse_str(&id).map_err(|_| corrupt("UUID", &id))?,
        kind: row.get(2)?,
        importance: match row.get(3)? {
            0 => Importance::Routine,
            1 => Importance::Notice,
            _ => Importance::Important,
        },
        title: row.get(4)?,
        html: row.get(5)?,
        path: row.get(6)?,
        author: row.get(7)?,
        categories: from_json(&categories)?,
        published_at: at(row.get(9)?)?,
    })
}

fn importance_to(importance: Importance) -> i64 {
    match importance {
        Importance::Routine => 0,
        Importance::Notice => 1,
        Importance::Important => 2,
    }
}
