//! Everything about one parcel: read whole, changed, and written back where it differs.

use std::collections::HashMap;

use jiff::Timestamp;
use parcelwatch_tracking::{
    CarrierId, Country, Event, EventId, Leg, LegNo, LegState, Mark, MarkKind, NextPoll, Parcel, ParcelId, Place,
    PollReason, RecordedEvent, RecordedWindow, Role, Status, Timeline, ToldWindow, TrackingNumber, Urgency,
};
use rusqlite::{OptionalExtension as _, Row, params};

use super::codec::{self, corrupt};
use super::{Result, Tx, View, at, at_opt, ms};

/// Everything about one parcel.
#[derive(Clone, Debug)]
pub struct ParcelRecord {
    pub row: ParcelRow,
    pub parcel: Parcel,
    pub timeline: Timeline,
}

impl ParcelRecord {
    /// Somebody waits for it: it is neither archived nor taken out of the config.
    pub fn is_followed(&self) -> bool {
        self.row.archived_at.is_none() && self.row.removed_at.is_none()
    }
}

/// A parcel's own row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParcelRow {
    pub pk: i64,
    pub added_at: Timestamp,
    /// Taken out of the config.
    pub removed_at: Option<Timestamp>,
    pub archived_at: Option<Timestamp>,
    /// When the passing of time alone changes what we say of it.
    pub review_at: Option<Timestamp>,
}

impl View<'_> {
    /// A parcel with its whole history; `None` when there is none of that id.
    pub fn parcel_record(&self, id: &ParcelId) -> Result<Option<ParcelRecord>> {
        let mut query = self.connection.prepare_cached(
            "SELECT pk, added_ms, removed_ms, archived_ms, review_ms, id, spec FROM parcels WHERE id = ?1",
        )?;
        let found = query.query_row([id.as_str()], parcel_row).optional()?;
        found.map(|row| self.fill(row?)).transpose()
    }

    /// The parcels that are followed, or were, with their whole histories: newest first, some at a time.
    pub fn parcel_records(&self, archived: bool, after_pk: Option<i64>, limit: usize) -> Result<Vec<ParcelRecord>> {
        let mut query = self.connection.prepare_cached(
            "SELECT pk, added_ms, removed_ms, archived_ms, review_ms, id, spec FROM parcels
             WHERE (archived_ms IS NOT NULL) = ?1 AND pk < ?2 ORDER BY pk DESC LIMIT ?3",
        )?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = query.query_map(params![archived, after_pk.unwrap_or(i64::MAX), limit], parcel_row)?;
        let rows: Vec<_> = rows.collect::<Result<_, _>>()?;
        rows.into_iter().map(|row| self.fill(row?)).collect()
    }

    fn fill(&self, (row, parcel): (ParcelRow, Parcel)) -> Result<ParcelRecord> {
        let timeline = Timeline {
            legs: self.legs(row.pk)?,
            events: self.events(row.pk)?,
            windows: self.windows(row.pk)?,
            marks: self.marks(row.pk)?,
        };
        Ok(ParcelRecord { row, parcel, timeline })
    }

    /// Every parcel the config had, by id: its key, whether it is still in the config, and how it was described.
    pub fn parcels(&self) -> Result<Vec<(ParcelRow, Parcel)>> {
        let mut query = self
            .connection
            .prepare_cached("SELECT pk, added_ms, removed_ms, archived_ms, review_ms, id, spec FROM parcels")?;
        let rows = query.query_map([], parcel_row)?;
        rows.collect::<Result<Vec<_>, _>>()?.into_iter().collect()
    }

    fn legs(&self, pk: i64) -> Result<Vec<Leg>> {
        let mut query = self.connection.prepare_cached(
            "SELECT no, number, carrier, role, state, confirmed, confidence, checksum, because, found_in, carrier_name,
                    country, added_ms, latest_ms, last_asked_ms, last_ok_ms, next_ask_ms, next_why, told, cursor, urgency,
                    held
             FROM legs WHERE parcel = ?1 ORDER BY no",
        )?;
        let rows = query.query_map([pk], |row| Ok(leg_from(row)))?;
        rows.map(|leg| leg?).collect()
    }

    fn events(&self, pk: i64) -> Result<Vec<RecordedEvent>> {
        let mut query = self.connection.prepare_cached(
            "SELECT leg, id, position, first_seen_ms, read_ms, moment, zone, status, code, text, translation, place, country,
                    locality, postcode, facts
             FROM events WHERE parcel = ?1",
        )?;
        let rows = query.query_map([pk], |row| Ok(seen_from(row)))?;
        rows.map(|seen| seen?).collect()
    }

    fn windows(&self, pk: i64) -> Result<Vec<RecordedWindow>> {
        let mut query = self.connection.prepare_cached(
            "SELECT leg, first_seen_ms, earliest, latest, source FROM windows WHERE parcel = ?1 ORDER BY first_seen_ms",
        )?;
        let rows =
            query.query_map([pk], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?)))?;
        rows.map(|row| {
            let (leg, first_seen, earliest, latest, source): (u16, i64, Option<String>, String, String) = row?;
            let latest = codec::moment_from(Some(&latest), None)?.ok_or_else(|| corrupt("moment", &latest))?;
            let earliest = codec::moment_from(earliest.as_deref(), None)?;
            Ok(RecordedWindow {
                leg: LegNo(leg),
                first_seen_at: at(first_seen)?,
                window: ToldWindow { earliest, latest, source },
            })
        })
        .collect()
    }

    fn marks(&self, pk: i64) -> Result<Vec<Mark>> {
        let mut query =
            self.connection.prepare_cached("SELECT at_ms, kind, text FROM marks WHERE parcel = ?1 ORDER BY at_ms")?;
        let rows = query.query_map([pk], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        rows.map(|row| {
            let (at_ms, kind, text): (i64, String, String) = row?;
            let kind = MarkKind::from_key(&kind, &text).ok_or_else(|| corrupt("mark", &kind))?;
            Ok(Mark { at: at(at_ms)?, kind })
        })
        .collect()
    }
}

impl Tx<'_> {
    /// Adds a parcel, or takes over how the config describes it now. Its history stays; the view that is kept no longer holds. True
    /// when it is new.
    pub fn describe_parcel(&self, parcel: &Parcel, now: Timestamp) -> Result<bool> {
        let known: Option<i64> = self
            .connection
            .prepare_cached("SELECT pk FROM parcels WHERE id = ?1")?
            .query_row([parcel.id.as_str()], |row| row.get(0))
            .optional()?;
        let spec = codec::parcel_to_json(parcel);
        let pk = match known {
            Some(pk) => {
                self.connection
                    .prepare_cached(
                        "UPDATE parcels SET spec = ?2, removed_ms = NULL, archived_ms = NULL, form = 0 WHERE pk = ?1",
                    )?
                    .execute(params![pk, spec])?;
                pk
            }
            None => {
                self.connection
                    .prepare_cached("INSERT INTO parcels (id, spec, added_ms) VALUES (?1, ?2, ?3)")?
                    .execute(params![parcel.id.as_str(), spec, ms(now)])?;
                self.connection.last_insert_rowid()
            }
        };
        self.connection.prepare_cached("DELETE FROM parcel_tags WHERE parcel = ?1")?.execute([pk])?;
        for tag in &parcel.tags {
            self.connection
                .prepare_cached("INSERT OR IGNORE INTO parcel_tags (tag, parcel) VALUES (?1, ?2)")?
                .execute(params![tag, pk])?;
        }
        self.touch_pages();
        Ok(known.is_none())
    }

    /// Marks a parcel as taken out of the config: archived, with its history kept.
    pub fn remove_parcel(&self, id: &ParcelId, now: Timestamp) -> Result<()> {
        self.connection
            .prepare_cached(
                "UPDATE parcels SET removed_ms = ?2, archived_ms = coalesce(archived_ms, ?2) WHERE id = ?1",
            )?
            .execute(params![id.as_str(), ms(now)])?;
        self.touch_pages();
        Ok(())
    }

    /// Moves a parcel into the archive, or back.
    pub fn archive_parcel(&self, id: &ParcelId, archived_at: Option<Timestamp>) -> Result<()> {
        self.connection
            .prepare_cached("UPDATE parcels SET archived_ms = ?2 WHERE id = ?1")?
            .execute(params![id.as_str(), archived_at.map(ms)])?;
        self.touch_pages();
        Ok(())
    }

    /// Writes what differs between two states of a parcel's history.
    pub fn save_timeline(&self, pk: i64, before: &Timeline, after: &Timeline) -> Result<()> {
        for leg in &after.legs {
            if before.leg(leg.no) != Some(leg) {
                self.save_leg(pk, leg)?;
            }
        }
        let known: HashMap<(LegNo, EventId), &RecordedEvent> =
            before.events.iter().map(|seen| ((seen.leg, seen.id), seen)).collect();
        for seen in &after.events {
            match known.get(&(seen.leg, seen.id)) {
                None => self.save_event(pk, seen)?,
                Some(before) if before.read_at != seen.read_at => self.save_event(pk, seen)?,
                Some(before) if before.position != seen.position || before.first_seen_at != seen.first_seen_at => {
                    self.move_event(pk, seen)?;
                }
                Some(_) => {}
            }
        }
        for window in after.windows.iter().filter(|window| !before.windows.contains(window)) {
            self.connection
                .prepare_cached(
                    "INSERT OR REPLACE INTO windows (parcel, leg, first_seen_ms, earliest, latest, source)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                )?
                .execute(params![
                    pk,
                    window.leg.0,
                    ms(window.first_seen_at),
                    window.window.earliest.as_ref().map(parcelwatch_tracking::Moment::text),
                    window.window.latest.text(),
                    window.window.source,
                ])?;
        }
        for mark in after.marks.iter().filter(|mark| !before.marks.contains(mark)) {
            let text = mark.kind.text();
            self.connection
                .prepare_cached("INSERT OR REPLACE INTO marks (parcel, at_ms, kind, text) VALUES (?1, ?2, ?3, ?4)")?
                .execute(params![pk, ms(mark.at), mark.kind.key(), text])?;
        }
        self.touch_pages();
        Ok(())
    }

    fn save_leg(&self, pk: i64, leg: &Leg) -> Result<()> {
        self.connection
            .prepare_cached(
                "INSERT OR REPLACE INTO legs (parcel, no, number, carrier, role, state, confirmed, confidence, checksum,
                    because, found_in, carrier_name, country, added_ms, latest_ms, last_asked_ms, last_ok_ms, next_ask_ms,
                    next_why, told, cursor, urgency, held)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21,
                    ?22, ?23)",
            )?
            .execute(params![
                pk,
                leg.no.0,
                leg.number.as_str(),
                leg.carrier.as_ref().map(CarrierId::as_str),
                leg.role.key(),
                leg.state.key(),
                leg.confirmed,
                leg.confidence,
                leg.checksum,
                leg.because,
                leg.found_in.map(|no| no.0),
                leg.carrier_name,
                leg.country.map(|country| country.to_string()),
                ms(leg.added_at),
                leg.latest_at.map(ms),
                leg.last_asked_at.map(ms),
                leg.last_ok_at.map(ms),
                leg.next_poll().at.map(ms),
                leg.next_poll().reason.to_string(),
                codec::told_to_json(leg),
                leg.cursor,
                leg.next_poll().urgency.key(),
                leg.held,
            ])?;
        Ok(())
    }

    fn save_event(&self, pk: i64, seen: &RecordedEvent) -> Result<()> {
        let (moment, zone) = codec::moment_columns(seen.event.moment.as_ref());
        let place = seen.event.place.as_ref();
        self.connection
            .prepare_cached(
                "INSERT OR REPLACE INTO events (parcel, leg, id, position, first_seen_ms, read_ms, moment, zone, status, code,
                    text, translation, place, country, locality, postcode, facts)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)",
            )?
            .execute(params![
                pk,
                seen.leg.0,
                seen.id.to_bytes(),
                seen.position,
                ms(seen.first_seen_at),
                ms(seen.read_at),
                moment,
                zone,
                seen.event.status.key(),
                seen.event.code,
                seen.event.text,
                seen.event.translation,
                place.map(|place| &place.text),
                place.and_then(|place| place.country).map(|country| country.to_string()),
                place.and_then(|place| place.locality.as_ref()),
                place.and_then(|place| place.postcode.as_ref()),
                codec::facts_to_json(&seen.event.facts),
            ])?;
        Ok(())
    }

    fn move_event(&self, pk: i64, seen: &RecordedEvent) -> Result<()> {
        self.connection
            .prepare_cached(
                "UPDATE events SET position = ?4, first_seen_ms = ?5 WHERE parcel = ?1 AND leg = ?2 AND id = ?3",
            )?
            .execute(params![pk, seen.leg.0, seen.id.to_bytes(), seen.position, ms(seen.first_seen_at)])?;
        Ok(())
    }
}

type FoundParcel = Result<(ParcelRow, Parcel)>;

fn parcel_row(row: &Row<'_>) -> rusqlite::Result<FoundParcel> {
    let (pk, added, removed, archived, review): (i64, i64, Option<i64>, Option<i64>, Option<i64>) =
        (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?);
    let (id, spec): (String, String) = (row.get(5)?, row.get(6)?);
    let read = || {
        let row = ParcelRow {
            pk,
            added_at: at(added)?,
            removed_at: at_opt(removed)?,
            archived_at: at_opt(archived)?,
            review_at: at_opt(review)?,
        };
        Ok((row, codec::parcel_from_json(&id, &spec)?))
    };
    Ok(read())
}

fn leg_from(row: &Row<'_>) -> Result<Leg> {
    let (number, role, state): (String, String, String) = (row.get(1)?, row.get(3)?, row.get(4)?);
    let number = TrackingNumber::new(&number).ok_or_else(|| corrupt("number", &number))?;
    let role = Role::from_key(&role).ok_or_else(|| corrupt("role", &role))?;
    let mut leg = Leg::new(LegNo(row.get(0)?), number, role, at(row.get(12)?)?);
    leg.carrier = row.get::<_, Option<String>>(2)?.as_deref().and_then(CarrierId::new);
    leg.state = LegState::from_key(&state).ok_or_else(|| corrupt("leg state", &state))?;
    leg.confirmed = row.get(5)?;
    leg.confidence = row.get(6)?;
    leg.checksum = row.get(7)?;
    leg.because = row.get(8)?;
    leg.found_in = row.get::<_, Option<u16>>(9)?.map(LegNo);
    leg.carrier_name = row.get(10)?;
    leg.country = row.get::<_, Option<String>>(11)?.as_deref().and_then(Country::new);
    leg.latest_at = at_opt(row.get(13)?)?;
    leg.last_asked_at = at_opt(row.get(14)?)?;
    leg.last_ok_at = at_opt(row.get(15)?)?;
    let (next_at, reason): (_, String) = (row.get(16)?, row.get(17)?);
    let told: String = row.get(18)?;
    codec::told_from_json(&told, &mut leg)?;
    leg.cursor = row.get(19)?;
    let urgency: String = row.get(20)?;
    let urgency = Urgency::from_key(&urgency).ok_or_else(|| corrupt("urgency", &urgency))?;
    leg.plan(NextPoll { at: at_opt(next_at)?, urgency, reason: PollReason::read(&reason) });
    leg.held = row.get(21)?;
    Ok(leg)
}

fn seen_from(row: &Row<'_>) -> Result<RecordedEvent> {
    let moment: Option<String> = row.get(5)?;
    let status: String = row.get(7)?;
    let place: Option<String> = row.get(11)?;
    let country: Option<String> = row.get(12)?;
    let facts: Option<String> = row.get(15)?;
    let event = Event {
        moment: codec::moment_from(moment.as_deref(), row.get(6)?)?,
        status: Status::from_key(&status).unwrap_or(Status::Unknown),
        code: row.get(8)?,
        text: row.get(9)?,
        translation: row.get(10)?,
        place: match place {
            Some(text) => Some(Place {
                text,
                country: country.as_deref().and_then(Country::new),
                locality: row.get(13)?,
                postcode: row.get(14)?,
            }),
            None => None,
        },
        facts: codec::facts_from_json(facts.as_deref())?,
    };
    Ok(RecordedEvent {
        id: EventId::from_bytes(row.get(1)?),
        leg: LegNo(row.get(0)?),
        event,
        first_seen_at: at(row.get(3)?)?,
        read_at: at(row.get(4)?)?,
        position: row.get(2)?,
    })
}
