//! What is due: legs to poll, legs whose carriers hold something in vain, parcels to judge anew.

use jiff::{SignedDuration, Timestamp};
use parcelwatch_tracking::{CarrierId, Due, LegNo, ParcelId, Plan, PollReason, Urgency};
use rusqlite::params;

use super::codec::corrupt;
use super::{Result, Tx, View, at, at_opt, ms};

impl View<'_> {
    /// Every leg that is to be polled.
    pub fn schedule(&self) -> Result<Vec<Plan>> {
        let mut query = self.connection.prepare_cached(
            "SELECT p.id, l.no, l.carrier, l.next_ask_ms, l.urgency FROM legs l JOIN parcels p ON p.pk = l.parcel
             WHERE l.state = 'active' AND l.carrier IS NOT NULL AND l.next_ask_ms IS NOT NULL
               AND p.removed_ms IS NULL AND p.archived_ms IS NULL",
        )?;
        let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?)))?;
        rows.map(|row| {
            let (id, no, carrier, next, urgency): (String, u16, String, i64, String) = row?;
            Ok(Plan {
                due: Due { parcel: ParcelId::new(&id).ok_or_else(|| corrupt("parcel id", &id))?, leg: LegNo(no) },
                carrier: CarrierId::new(&carrier).ok_or_else(|| corrupt("carrier id", &carrier))?,
                at: at(next)?,
                urgency: Urgency::from_key(&urgency).ok_or_else(|| corrupt("urgency", &urgency))?,
            })
        })
        .collect()
    }

    /// The latest moment that something was told or polled.
    pub fn last_written_at(&self) -> Result<Option<Timestamp>> {
        let mut query = self.connection.prepare_cached(
            "SELECT max(at) FROM (SELECT max(published_ms) AS at FROM entries UNION ALL SELECT max(last_asked_ms) FROM legs)",
        )?;
        at_opt(query.query_row([], |row| row.get(0))?)
    }

    /// Legs that nobody asks about any more and for which their carriers may hold something; those last asked about before
    /// `since` are left out. What another parcel with the same number still needs is not held in vain.
    pub fn held_in_vain(&self, since: Timestamp) -> Result<Vec<(Due, CarrierId)>> {
        let mut query = self.connection.prepare_cached(
            "SELECT p.id, l.no, l.carrier FROM legs l JOIN parcels p ON p.pk = l.parcel
             WHERE l.held AND l.carrier IS NOT NULL AND l.last_asked_ms >= ?1
               AND (p.archived_ms IS NOT NULL OR p.removed_ms IS NOT NULL OR l.state <> 'active')
               AND NOT EXISTS (
                 SELECT 1 FROM legs o JOIN parcels q ON q.pk = o.parcel
                 WHERE o.number = l.number AND o.carrier = l.carrier AND o.state = 'active'
                   AND q.archived_ms IS NULL AND q.removed_ms IS NULL)
             ORDER BY l.last_asked_ms DESC",
        )?;
        let rows = query.query_map(params![ms(since)], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        rows.map(|row| {
            let (id, no, carrier): (String, u16, String) = row?;
            let parcel = ParcelId::new(&id).ok_or_else(|| corrupt("parcel id", &id))?;
            let carrier = CarrierId::new(&carrier).ok_or_else(|| corrupt("carrier id", &carrier))?;
            Ok((Due { parcel, leg: LegNo(no) }, carrier))
        })
        .collect()
    }

    /// The parcels whose words change with time alone, up to now.
    pub fn reviews_due(&self, now: Timestamp, limit: usize) -> Result<Vec<ParcelId>> {
        let mut query = self.connection.prepare_cached(
            "SELECT id FROM parcels WHERE review_ms <= ?1 AND archived_ms IS NULL ORDER BY review_ms LIMIT ?2",
        )?;
        let rows = query.query_map(params![ms(now), i64::try_from(limit).unwrap_or(i64::MAX)], |row| row.get(0))?;
        rows.map(|id| {
            let id: String = id?;
            ParcelId::new(&id).ok_or_else(|| corrupt("parcel id", &id))
        })
        .collect()
    }

    /// When the next of them is.
    pub fn next_review_at(&self) -> Result<Option<Timestamp>> {
        let mut query = self
            .connection
            .prepare_cached("SELECT min(review_ms) FROM parcels WHERE review_ms IS NOT NULL AND archived_ms IS NULL")?;
        at_opt(query.query_row([], |row| row.get(0))?)
    }
}

impl Tx<'_> {
    /// Makes due what was polled in the future, or is planned further ahead than any plan: another clock did that. What was to be
    /// judged anew then is judged now.
    pub fn plan_anew(&self, now: Timestamp, longest: SignedDuration) -> Result<()> {
        let (now, latest) = (ms(now), ms(now + longest));
        self.connection
            .prepare_cached(
                "UPDATE legs SET next_ask_ms = ?1 WHERE state = 'active' AND next_ask_ms > ?1
                 AND (last_asked_ms > ?1 OR next_ask_ms > ?2)",
            )?
            .execute(params![now, latest])?;
        self.connection
            .prepare_cached("UPDATE parcels SET review_ms = ?1 WHERE review_ms > ?1 AND archived_ms IS NULL")?
            .execute([now])?;
        self.touch_pages();
        Ok(())
    }

    /// Moves the next poll of an active leg, and says why.
    pub fn reschedule(&self, due: &Due, at: Timestamp, reason: &PollReason) -> Result<()> {
        self.connection
            .prepare_cached(
                "UPDATE legs SET next_ask_ms = ?3, next_why = ?4
                 WHERE parcel = (SELECT pk FROM parcels WHERE id = ?1) AND no = ?2 AND state = 'active'",
            )?
            .execute(params![due.parcel.as_str(), due.leg.0, ms(at), reason.to_string()])?;
        self.touch_pages();
        Ok(())
    }
}
