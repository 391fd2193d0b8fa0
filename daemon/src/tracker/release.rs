//! Parcels that nobody asks about any more: what their carriers hold for them is freed. An aggregator that was told to follow
//! a number is told to stop.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use parcelwatch_tracking::{CarrierId, Due};

use super::{Command, Shared, Tracker, poll};
use crate::plugin_host::{Outcome, Question};
use crate::store::Result;

/// What was not freed after so long is left to the carrier, which forgets it by itself some day.
const TRIED_FOR: SignedDuration = SignedDuration::from_hours(24 * 30);
/// Legs freed in one go.
const AT_ONCE: usize = 100;

/// What the loop knows of legs that are to be freed. A restart begins anew.
#[derive(Debug, Default)]
pub(super) struct Releases(HashMap<Due, Attempt>);

/// Up to now in vain.
#[derive(Clone, Copy, Debug, Default)]
struct Attempt {
    failures: u32,
    /// `None` while one is under way.
    next_at: Option<Timestamp>,
}

/// How one attempt went.
#[derive(Debug)]
pub struct Released {
    due: Due,
    /// How long the carrier wants us to wait, if it was not freed.
    failed: Option<Option<SignedDuration>>,
}

impl Releases {
    /// When the next attempt is to be made.
    pub(super) fn next_at(&self) -> Option<Timestamp> {
        self.0.values().filter_map(|attempt| attempt.next_at).min()
    }

    /// Forgets all pauses; what is under way stays so.
    pub(super) fn begin_anew(&mut self) {
        self.0.retain(|_, attempt| attempt.next_at.is_none());
    }

    fn is_now(&self, due: &Due, now: Timestamp) -> bool {
        self.0.get(due).is_none_or(|attempt| attempt.next_at.is_some_and(|at| at <= now))
    }
}

impl Tracker {
    /// Frees what is held in vain, beside the loop.
    pub(super) async fn release_unfollowed(&mut self) {
        let now = self.shared.clock.now();
        let held = match self.shared.store.read(move |view| view.held_in_vain(now - TRIED_FOR)).await {
            Ok(held) => held,
            Err(error) => return tracing::error!("cannot read what carriers hold in vain: {error}"),
        };
        // Whatever is followed again is forgotten, once the attempt under way has ended.
        self.releases.0.retain(|due, attempt| attempt.next_at.is_none() || held.iter().any(|(known, _)| known == due));
        let mut by_carrier: BTreeMap<CarrierId, Vec<Due>> = BTreeMap::new();
        let ready = held
            .into_iter()
            .filter(|(due, carrier)| self.releases.is_now(due, now) && self.shared.host.terms(carrier).is_some());
        for (due, carrier) in ready.take(AT_ONCE).collect::<Vec<_>>() {
            self.releases.0.entry(due.clone()).or_default().next_at = None;
            by_carrier.entry(carrier).or_default().push(due);
        }
        for (carrier, batch) in by_carrier {
            let shared = Arc::clone(&self.shared);
            self.tasks.spawn(async move {
                let released = release(&shared, &carrier, batch).await;
                // A stopping loop has no use for it: the store has what is still held.
                let _ = shared.commands.send(Command::Released(released)).await;
            });
        }
    }

    pub(super) fn released(&mut self, released: Vec<Released>) {
        let (now, retry) = (self.shared.clock.now(), self.shared.context.load().config.poll_schedule.retry);
        for Released { due, failed } in released {
            match (failed, self.releases.0.get_mut(&due)) {
                (Some(wait), Some(attempt)) => {
                    attempt.failures = attempt.failures.saturating_add(1);
                    attempt.next_at = Some(now + wait.unwrap_or_default().max(retry.after(attempt.failures)));
                }
                _ => drop(self.releases.0.remove(&due)),
            }
        }
    }
}

async fn release(shared: &Arc<Shared>, carrier: &CarrierId, batch: Vec<Due>) -> Vec<Released> {
    match release_batch(shared, carrier, &batch).await {
        Ok(released) => released,
        Err(error) => {
            tracing::error!(%carrier, "cannot write down what was freed: {error}");
            batch.into_iter().map(|due| Released { due, failed: Some(None) }).collect()
        }
    }
}

async fn release_batch(shared: &Arc<Shared>, carrier: &CarrierId, batch: &[Due]) -> Result<Vec<Released>> {
    let batch_max = shared.host.terms(carrier).map_or(1, |terms| terms.batch_max).max(1);
    let mut released = Vec::new();
    for chunk in batch.chunks(batch_max) {
        let wanted = chunk.to_vec();
        let questions = shared.store.read(move |view| {
            let mut questions: Vec<(Due, Question)> = Vec::new();
            let mut gone = Vec::new();
            for due in wanted {
                let record = view.parcel_record(&due.parcel)?;
                match record.as_ref().and_then(|record| Some(poll::question(record, record.timeline.leg(due.leg)?))) {
                    Some(question) => questions.push((due, question)),
                    None => gone.push(Released { due, failed: None }),
                }
            }
            Ok((questions, gone))
        });
        let (questions, gone) = questions.await?;
        released.extend(gone);
        let (dues, questions): (Vec<Due>, Vec<Question>) = questions.into_iter().unzip();
        let asked = shared.host.release(carrier, &questions, shared.clock.now()).await;
        for ((due, question), outcome) in dues.into_iter().zip(questions).zip(asked.outcomes) {
            released.push(record(shared, carrier, due, question, outcome).await?);
        }
    }
    Ok(released)
}

async fn record(
    shared: &Arc<Shared>,
    carrier: &CarrierId,
    due: Due,
    question: Question,
    outcome: Outcome,
) -> Result<Released> {
    let Question { number, cursor, .. } = question;
    let failed = match &outcome.found {
        Ok(_) => {
            tracing::info!("{carrier} no longer follows {number} for us");
            None
        }
        Err(failure) => {
            tracing::warn!("{carrier} still follows {number} for us: {}", failure.message);
            Some(failure.retry_after)
        }
    };
    let (id, no, is_held) = (due.parcel.clone(), due.leg, failed.is_some());
    let written = shared.store.write(move |tx| {
        let Some(mut record) = tx.parcel_record(&id)? else { return Ok(()) };
        let before = record.timeline.clone();
        if let Some(leg) = record.timeline.leg_mut(no) {
            leg.released(cursor.as_deref(), outcome.cursor, is_held);
        }
        tx.save_timeline(record.row.pk, &before, &record.timeline)
    });
    written.await?;
    Ok(Released { due, failed })
}
