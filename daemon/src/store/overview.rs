//! The overview: what its page shows of each parcel, ready made.

use jiff::Timestamp;
use parcelwatch_tracking::{FailureKind, ParcelId, PollReason};
use rusqlite::params;

use super::codec::corrupt;
use super::{Result, Tx, View, at_opt, ms};

/// What is kept of a parcel beside its record: how it is shown, where on the overview, and when to look again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptView {
    pub json: String,
    /// The group of the overview, and the place in it.
    pub attention: i64,
    pub sort_ms: i64,
    pub review_at: Option<Timestamp>,
}

/// What the overview shows of one parcel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OverviewRow {
    pub id: ParcelId,
    /// The version of the view's form, and the view as JSON.
    pub form: i64,
    pub view: String,
    /// The last time any carrier spoke about it, and the next time one is asked.
    pub last_ok_at: Option<Timestamp>,
    pub next_ask_at: Option<Timestamp>,
    /// Why then.
    pub next_reason: PollReason,
}

/// How many parcels stand in a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    pub attention: i64,
    pub parcels: i64,
}

/// How a carrier is doing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CarrierHealth {
    pub carrier: String,
    /// Numbers asked of it.
    pub legs: i64,
    /// Of those, how many got no answer the last time.
    pub failing: i64,
    pub last_ok_at: Option<Timestamp>,
    pub next_ask_at: Option<Timestamp>,
}

impl View<'_> {
    /// The parcels of one group of the overview, the most urgent first.
    pub fn group(&self, attention: i64, offset: usize, limit: usize) -> Result<Vec<OverviewRow>> {
        let mut query = self.connection.prepare_cached(
            "SELECT p.id, p.form, p.card, (SELECT max(last_ok_ms) FROM legs WHERE parcel = p.pk), l.next_ask_ms, l.next_why
             FROM (SELECT pk, id, form, card, sort_ms FROM parcels
                   WHERE archived_ms IS NULL AND attention = ?1 ORDER BY sort_ms, pk LIMIT ?2 OFFSET ?3) p
             LEFT JOIN legs l ON l.parcel = p.pk AND l.no =
                (SELECT no FROM legs WHERE parcel = p.pk AND state = 'active' AND next_ask_ms IS NOT NULL
                 ORDER BY next_ask_ms LIMIT 1)
             ORDER BY p.sort_ms, p.pk",
        )?;
        self.rows(&mut query, params![attention, count(limit), count(offset)])
    }

    /// Archived parcels, the newest first; `search` is matched against label, numbers, order and tags.
    pub fn archived(&self, search: &str, offset: usize, limit: usize) -> Result<Vec<OverviewRow>> {
        let mut query = self.connection.prepare_cached(
            "SELECT p.id, p.form, p.card, NULL, NULL, NULL FROM parcels p
             WHERE p.archived_ms IS NOT NULL AND (?1 = '' OR instr(lower(p.id || p.spec), lower(?1)) > 0)
             ORDER BY p.archived_ms DESC, p.pk DESC LIMIT ?2 OFFSET ?3",
        )?;
        self.rows(&mut query, params![search, count(limit), count(offset)])
    }

    fn rows(
        &self,
        query: &mut rusqlite::CachedStatement<'_>,
        params: &[&dyn rusqlite::ToSql],
    ) -> Result<Vec<OverviewRow>> {
        let rows = query.query_map(params, |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?))
        })?;
        rows.map(|row| {
            let (id, form, view, last_ok, next_at, reason): (String, _, _, _, _, Option<String>) = row?;
            let id = ParcelId::new(&id).ok_or_else(|| corrupt("parcel id", &id))?;
            let next_reason = PollReason::read(&reason.unwrap_or_default());
            Ok(OverviewRow { id, form, view, last_ok_at: at_opt(last_ok)?, next_ask_at: at_opt(next_at)?, next_reason })
        })
        .collect()
    }

    /// How a parcel is shown: the version of the view's form, and the view as JSON.
    pub fn kept_view(&self, pk: i64) -> Result<(i64, String)> {
        let mut query = self.connection.prepare_cached("SELECT form, card FROM parcels WHERE pk = ?1")?;
        Ok(query.query_row([pk], |row| Ok((row.get(0)?, row.get(1)?)))?)
    }

    /// Parcels whose view has another form than this.
    pub fn views_of_other_forms(&self, form: i64, limit: usize) -> Result<Vec<ParcelId>> {
        let mut query = self.connection.prepare_cached("SELECT id FROM parcels WHERE form <> ?1 LIMIT ?2")?;
        let ids = query.query_map(params![form, count(limit)], |row| row.get::<_, String>(0))?;
        ids.map(|id| {
            let id = id?;
            ParcelId::new(&id).ok_or_else(|| corrupt("parcel id", &id))
        })
        .collect()
    }

    /// How many parcels stand in each group.
    pub fn counts(&self) -> Result<Vec<Count>> {
        let mut query = self
            .connection
            .prepare_cached("SELECT attention, count(*) FROM parcels WHERE archived_ms IS NULL GROUP BY attention")?;
        let rows = query.query_map([], |row| Ok(Count { attention: row.get(0)?, parcels: row.get(1)? }))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    pub fn archived_count(&self) -> Result<i64> {
        let mut query = self.connection.prepare_cached("SELECT count(*) FROM parcels WHERE archived_ms IS NOT NULL")?;
        Ok(query.query_row([], |row| row.get(0))?)
    }

    /// How each carrier is doing, over the parcels that are followed.
    pub fn carrier_health(&self) -> Result<Vec<CarrierHealth>> {
        let answers = FailureKind::ALL.into_iter().filter(|kind| kind.is_answer());
        let answers: Vec<String> = answers.map(|kind| format!("'{}'", kind.key())).collect();
        let mut query = self.connection.prepare_cached(&format!(
            "SELECT l.carrier, count(*),
                    coalesce(sum(json_extract(l.told, '$.outage.kind') NOT IN ({})), 0),
                    max(l.last_ok_ms), min(l.next_ask_ms)
             FROM legs l JOIN parcels p ON p.pk = l.parcel
             WHERE l.state = 'active' AND l.carrier IS NOT NULL AND p.archived_ms IS NULL GROUP BY l.carrier",
            answers.join(", ")
        ))?;
        let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?)))?;
        rows.map(|row| {
            let (carrier, legs, failing, last_ok, next_poll) = row?;
            Ok(CarrierHealth { carrier, legs, failing, last_ok_at: at_opt(last_ok)?, next_ask_at: at_opt(next_poll)? })
        })
        .collect()
    }

    /// The last time any carrier spoke about anything.
    pub fn last_ok_at(&self) -> Result<Option<Timestamp>> {
        let last =
            self.connection.prepare_cached("SELECT max(last_ok_ms) FROM legs")?.query_row([], |row| row.get(0))?;
        at_opt(last)
    }

    /// Every tag in use.
    pub fn tags(&self) -> Result<Vec<String>> {
        let mut query = self.connection.prepare_cached("SELECT DISTINCT tag FROM parcel_tags ORDER BY tag")?;
        let rows = query.query_map([], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Size of the database on the disk, in bytes.
    pub fn size_bytes(&self) -> Result<i64> {
        let pages: i64 = self.connection.query_row("SELECT page_count FROM pragma_page_count", [], |row| row.get(0))?;
        let size: i64 = self.connection.query_row("SELECT page_size FROM pragma_page_size", [], |row| row.get(0))?;
        Ok(pages * size)
    }

    /// How many events are kept.
    pub fn event_count(&self) -> Result<i64> {
        Ok(self.connection.query_row("SELECT count(*) FROM events", [], |row| row.get(0))?)
    }
}

impl Tx<'_> {
    /// Writes how a parcel is shown, in which form that is, and when to look again.
    pub fn save_view(&self, pk: i64, kept: &KeptView, form: i64) -> Result<()> {
        self.connection
            .prepare_cached(
                "UPDATE parcels SET card = ?2, attention = ?3, sort_ms = ?4, review_ms = ?5, form = ?6 WHERE pk = ?1
                 AND (card <> ?2 OR attention <> ?3 OR sort_ms <> ?4 OR review_ms IS NOT ?5 OR form <> ?6)",
            )?
            .execute(params![pk, kept.json, kept.attention, kept.sort_ms, kept.review_at.map(ms), form])?;
        self.touch_pages();
        Ok(())
    }
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
