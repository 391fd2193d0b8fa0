//! Reads kept answers anew with the plugins in force now, so that what they mean heals. No carrier is asked, and what was
//! told stays told.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use parcelwatch_tracking::{EventId, LegNo, ParcelId, PollReason, Report, Timeline, poll_sooner};
use serde::{Deserialize, Serialize};

use super::poll::{Grounds, Schedule, choose_active_carrier, followed, new_numbers, plans, question};
use super::{ActionError, Command, Shared, record};
use crate::report::judge;
use crate::store::{Answer, ParcelRecord, Result, Tx};

/// What became of one parcel.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replayed {
    pub parcel: String,
    /// Answers that were read.
    pub answers: usize,
    /// Events we had and now read differently.
    pub healed: usize,
    /// Events that no former reading found.
    pub new: usize,
    /// Answers that no plugin in force can read; they stay kept.
    pub failed: usize,
    /// Why, for the first of them.
    pub failure: Option<String>,
}

/// A kept answer as it is read now.
struct Reading {
    leg: LegNo,
    first_at: Timestamp,
    last_at: Timestamp,
    report: Report,
    /// The last one that could be read of its leg.
    newest: bool,
}

/// Replays one parcel, or all that are in the config.
pub(super) async fn replay(
    shared: &Arc<Shared>,
    parcel: Option<ParcelId>,
) -> std::result::Result<Vec<Replayed>, ActionError> {
    let parcels = match parcel {
        Some(parcel) => vec![parcel],
        None => {
            let known = shared.store.read(|view| view.parcels()).await?;
            known.into_iter().filter(|(row, _)| row.removed_at.is_none()).map(|(_, parcel)| parcel.id).collect()
        }
    };
    let mut all = Vec::new();
    for parcel in parcels {
        // A daemon that is stopping does not wait for a long replay: every parcel is whole by itself.
        if shared.commands.is_closed() {
            return Err(ActionError::NotNow("the daemon is stopping".to_owned()));
        }
        all.push(replay_one(shared, &parcel).await?);
    }
    Ok(all)
}

async fn replay_one(shared: &Arc<Shared>, parcel: &ParcelId) -> std::result::Result<Replayed, ActionError> {
    let id = parcel.clone();
    let found = shared.store.read(move |view| {
        let Some(record) = view.parcel_record(&id)? else { return Ok(None) };
        let answers = view.answers(record.row.pk)?;
        Ok(Some((record, answers)))
    });
    let Some((record, answers)) = found.await? else { return Err(ActionError::NoParcel(parcel.to_string())) };
    let mut replayed = Replayed { parcel: parcel.to_string(), ..Replayed::default() };
    let readings = read(shared, &record, answers, &mut replayed).await;
    let now = shared.clock.now();
    let followed = followed(&record);
    let numbers = new_numbers(readings.iter().map(|reading| (&followed, &reading.report)));
    let opinions = numbers.iter().cloned().zip(shared.host.recognize(&numbers, now).await).collect();
    let grounds = Grounds::new(shared, opinions, now);
    let id = parcel.clone();
    let taken = shared.store.write(move |tx| take(tx, &id, &readings, &grounds));
    let (healed, new, schedule) = taken.await?;
    if !schedule.is_empty() {
        // A loop that has stopped has no use for it: the store has the schedule.
        let _ = shared.commands.send(Command::Scheduled(schedule)).await;
    }
    if healed + new > 0 {
        tracing::info!(parcel = %parcel, healed, new, "kept answers were read anew");
    }
    Ok(Replayed { healed, new, ..replayed })
}

/// Lets the plugins in force read what was kept, oldest first.
async fn read(
    shared: &Arc<Shared>,
    record: &ParcelRecord,
    answers: Vec<Answer>,
    replayed: &mut Replayed,
) -> Vec<Reading> {
    let mut readings: Vec<Reading> = Vec::new();
    let mut fail = |why: String| {
        replayed.failed += 1;
        replayed.failure.get_or_insert(why);
    };
    for answer in answers {
        let leg = record.timeline.leg(answer.leg).filter(|leg| leg.carrier.as_ref() == Some(&answer.carrier));
        let Some(leg) = leg else {
            fail(format!("the number that {} was asked about has another carrier now", answer.carrier));
            continue;
        };
        let question = [question(record, leg)];
        let asked = shared.host.reread(&answer.carrier, &question, answer.exchanges.into(), answer.first_at).await;
        match asked.outcomes.into_iter().next().map(|outcome| outcome.found) {
            Some(Ok(report)) => {
                for earlier in readings.iter_mut().filter(|reading| reading.leg == answer.leg) {
                    earlier.newest = false;
                }
                let (first_at, last_at) = (answer.first_at, answer.last_at);
                readings.push(Reading { leg: answer.leg, first_at, last_at, report, newest: true });
                replayed.answers += 1;
            }
            // That there is nothing to tell is an answer, too.
            Some(Err(failure)) if failure.kind.is_answer() => replayed.answers += 1,
            Some(Err(failure)) => fail(failure.message),
            None => fail(format!("the plugin of {} gave no outcome", answer.carrier)),
        }
    }
    readings
}

/// Takes the readings into the history, in one transaction. Returns the events healed, the events new, and what is to be
/// asked when.
fn take(tx: &Tx<'_>, id: &ParcelId, readings: &[Reading], grounds: &Grounds) -> Result<(usize, usize, Schedule)> {
    let Some(mut record) = tx.parcel_record(id)? else { return Ok((0, 0, Vec::new())) };
    let before = record.clone();
    let now = grounds.now;
    for (index, reading) in readings.iter().enumerate() {
        // A newer reading of an event replaces an older one, so the answers are read a moment apart, ending now.
        let behind = i64::try_from(readings.len() - 1 - index).unwrap_or(0);
        absorb(&mut record.timeline, reading, now - SignedDuration::from_millis(behind));
        grounds.follow(&mut record, &reading.report, &PollReason::FoundInReplay);
    }
    record.timeline.refuse_reused(&record.parcel);
    grounds.poll_local_post(&mut record);
    let legs: HashSet<LegNo> = readings.iter().map(|reading| reading.leg).collect();
    for leg in &legs {
        choose_active_carrier(&mut record, *leg, now);
    }
    if record.timeline == before.timeline {
        return Ok((0, 0, Vec::new()));
    }
    let (healed, new) = differences(&before.timeline, &record.timeline);
    let (pk, context) = (before.row.pk, &grounds.context);
    let followed = before.is_followed();
    if followed {
        // What was due to be told without this reading is told as ever.
        record::save(&judge(&before, context, now), tx, &before, Vec::new(), context, now)?;
    }
    let judged = judge(&record, context, now);
    if healed + new > 0 {
        for leg in legs {
            grounds.plan(&mut record, leg, &judged, poll_sooner);
        }
    }
    let schedule = plans(&before.timeline, &record, None);
    tx.save_timeline(pk, &before.timeline, &record.timeline)?;
    record::save_quietly(&judged, tx, &record, context, now)?;
    Ok((healed, new, if followed { schedule } else { Vec::new() }))
}

/// Absorbs one reading as of then. Whether the carrier answers now is another matter, and stays as it was, unless this very
/// answer is the last thing it said.
fn absorb(timeline: &mut Timeline, reading: &Reading, read_at: Timestamp) {
    let Some(leg) = timeline.leg(reading.leg) else { return };
    let outage = leg.outage.clone();
    let said_last = reading.newest && leg.last_asked_at.is_none_or(|asked| asked <= reading.last_at);
    let mut report = reading.report.clone();
    report.received_at = reading.first_at;
    report.read_at = read_at;
    timeline.absorb(reading.leg, &report);
    if reading.newest {
        // Once more as what the carrier shows now; events keep the time at which it first told them.
        report.received_at = reading.last_at;
        timeline.absorb(reading.leg, &report);
    }
    if !said_last && let Some(leg) = timeline.leg_mut(reading.leg) {
        leg.outage = outage;
    }
}

fn differences(before: &Timeline, after: &Timeline) -> (usize, usize) {
    let known: HashMap<(LegNo, EventId), _> =
        before.events.iter().map(|seen| ((seen.leg, seen.id), &seen.event)).collect();
    let was = |seen: &parcelwatch_tracking::RecordedEvent| known.get(&(seen.leg, seen.id)).copied();
    let healed = after.events.iter().filter(|seen| was(seen).is_some_and(|event| *event != seen.event)).count();
    let new = after.events.iter().filter(|seen| was(seen).is_none()).count();
    (healed, new)
}
