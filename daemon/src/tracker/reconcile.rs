//! Brings the store in line with what the operator wants: parcels of the config, carriers of the plugins in force.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use parcelwatch_tracking::{
    Candidate, CarrierId, FailureKind, LegNo, Parcel, ParcelId, Plan, PollReason, TrackingNumber,
};

use super::poll::poll_local_post;
use super::{ActionError, Shared, record};
use crate::plugin_host::Descriptor;
use crate::report::{JudgementContext, judge};
use crate::store::{ParcelRecord, Pause, Result, Tx};

/// Parcels written in one transaction: enough to be quick, few enough not to hold up answers.
const PARCELS_AT_ONCE: usize = 100;
/// Questions that fell due while the daemon was down are spread over this time.
const CATCH_UP: SignedDuration = SignedDuration::from_mins(5);

/// What the loop has to change in its agenda.
#[derive(Debug, Default)]
pub(super) struct Reconciled {
    pub(super) gone: Vec<ParcelId>,
    pub(super) schedule: Vec<Plan>,
}

/// What differs between the parcels that are followed and those the config names.
#[derive(Debug, Default, PartialEq, Eq)]
struct Difference {
    /// New, or described anew.
    described: Vec<Parcel>,
    removed: Vec<ParcelId>,
}

fn difference(followed: &[Parcel], wanted: &[Parcel]) -> Difference {
    let known: HashMap<&ParcelId, &Parcel> = followed.iter().map(|parcel| (&parcel.id, parcel)).collect();
    let wanted_ids: HashSet<&ParcelId> = wanted.iter().map(|parcel| &parcel.id).collect();
    Difference {
        described: wanted.iter().filter(|parcel| known.get(&parcel.id) != Some(parcel)).cloned().collect(),
        removed: followed.iter().map(|parcel| &parcel.id).filter(|id| !wanted_ids.contains(id)).cloned().collect(),
    }
}

/// Takes over the parcels of the config in force.
pub(super) async fn config(shared: &Arc<Shared>, judge_all: bool) -> Result<Reconciled> {
    let context = shared.context.load_full();
    let known = shared.store.read(|view| view.parcels()).await?;
    let followed: Vec<Parcel> =
        known.into_iter().filter(|(row, _)| row.removed_at.is_none()).map(|(_, parcel)| parcel).collect();
    let difference = difference(&followed, &context.config.parcels);
    let now = shared.clock.now();
    for id in difference.removed.clone() {
        shared.store.write(move |tx| tx.remove_parcel(&id, now)).await?;
    }
    let described = difference.described;
    let ids: Vec<ParcelId> = described.iter().map(|parcel| parcel.id.clone()).collect();
    for chunk in described.chunks(PARCELS_AT_ONCE) {
        let chunk = chunk.to_vec();
        let new = shared.store.write(move |tx| {
            let mut new = 0;
            for parcel in &chunk {
                new += usize::from(tx.describe_parcel(parcel, now)?);
            }
            Ok(new)
        });
        let new = new.await?;
        tracing::info!("parcels added: {new}");
    }
    let ids = if judge_all { context.config.parcels.iter().map(|parcel| parcel.id.clone()).collect() } else { ids };
    assign(shared, &context, ids).await?;
    Ok(Reconciled { gone: difference.removed, schedule: schedule(shared).await? })
}

/// Gives parcels whose numbers have no carrier yet the plugins in force now.
pub(super) async fn plugins(shared: &Arc<Shared>) -> Result<Reconciled> {
    let context = shared.context.load_full();
    let known = shared.store.read(|view| view.parcels()).await?;
    let ids: Vec<ParcelId> =
        known.into_iter().filter(|(row, _)| row.removed_at.is_none()).map(|(_, parcel)| parcel.id).collect();
    assign(shared, &context, ids).await?;
    Ok(Reconciled { gone: Vec::new(), schedule: schedule(shared).await? })
}

/// Lets the plugins look at every number of these parcels that wants a carrier, and writes down who is asked.
async fn assign(shared: &Arc<Shared>, context: &Arc<JudgementContext>, ids: Vec<ParcelId>) -> Result<()> {
    let now = shared.clock.now();
    let carriers: Arc<BTreeMap<CarrierId, Descriptor>> =
        Arc::new(shared.host.carriers().into_iter().map(|carrier| (carrier.id.clone(), carrier)).collect());
    let has_keys = |carrier: &&CarrierId| shared.host.terms(carrier).is_some_and(|terms| terms.has_keys);
    let pollable: Arc<HashSet<CarrierId>> = Arc::new(carriers.keys().filter(has_keys).cloned().collect());
    for chunk in ids.chunks(PARCELS_AT_ONCE) {
        let wanted = chunk.to_vec();
        let records = shared
            .store
            .read(move |view| {
                wanted.iter().filter_map(|id| view.parcel_record(id).transpose()).collect::<Result<Vec<_>>>()
            })
            .await?;
        let mut numbers: Vec<TrackingNumber> = Vec::new();
        // While some carriers are still made ready, only the user's own choice is as good as it will be.
        let is_chosen =
            |record: &&ParcelRecord| record.parcel.carrier.as_ref().is_some_and(|id| carriers.contains_key(id));
        for record in records.iter().filter(|record| !context.polling.loading || is_chosen(record)) {
            for number in unassigned(record, now, &carriers) {
                if !numbers.contains(&number) {
                    numbers.push(number);
                }
            }
        }
        let opinions: HashMap<TrackingNumber, Vec<Candidate>> =
            numbers.iter().cloned().zip(shared.host.recognize(&numbers, now).await).collect();
        let (context, carriers, ids) = (Arc::clone(context), Arc::clone(&carriers), chunk.to_vec());
        let pollable = Arc::clone(&pollable);
        shared
            .store
            .write(move |tx| {
                ids.iter().try_for_each(|id| assign_one(tx, id, &opinions, &carriers, &pollable, &context, now))
            })
            .await?;
    }
    Ok(())
}

/// The numbers of a parcel that want a carrier.
fn unassigned(
    record: &ParcelRecord,
    now: Timestamp,
    carriers: &BTreeMap<CarrierId, Descriptor>,
) -> Vec<TrackingNumber> {
    let mut after = record.timeline.clone();
    after.reconcile(&record.parcel, now);
    let chosen = record.parcel.carrier.as_ref().filter(|carrier| carriers.contains_key(*carrier));
    after.numbers_without_carrier(chosen)
}

fn assign_one(
    tx: &Tx<'_>,
    id: &ParcelId,
    opinions: &HashMap<TrackingNumber, Vec<Candidate>>,
    carriers: &BTreeMap<CarrierId, Descriptor>,
    pollable: &HashSet<CarrierId>,
    context: &JudgementContext,
    now: Timestamp,
) -> Result<()> {
    let Some(mut record) = tx.parcel_record(id)? else { return Ok(()) };
    let ParcelRecord { parcel, timeline, row } = &mut record;
    let before = timeline.clone();
    timeline.reconcile(parcel, now);
    let chosen = parcel.carrier.as_ref();
    for number in timeline.numbers_without_carrier(chosen.filter(|carrier| carriers.contains_key(*carrier))) {
        let Some(opinions) = opinions.get(&number) else { continue };
        let chosen = chosen.filter(|_| parcel.numbers.contains(&number));
        let opinions = with_chosen(opinions.clone(), chosen, &number, carriers);
        timeline.choose_carriers(parcel, &number, opinions, context.config.recognition.ask_max, now);
    }
    timeline.wake_waiting(now);
    let pk = row.pk;
    poll_local_post(&mut record, now, |carrier| pollable.contains(carrier));
    tx.save_timeline(pk, &before, &record.timeline)?;
    record::save(&judge(&record, context, now), tx, &record, Vec::new(), context, now)
}

/// The person's carrier is a candidate whether or not its plugin knows the format.
fn with_chosen(
    mut opinions: Vec<Candidate>,
    chosen: Option<&CarrierId>,
    number: &TrackingNumber,
    carriers: &BTreeMap<CarrierId, Descriptor>,
) -> Vec<Candidate> {
    if let Some(carrier) = chosen.and_then(|chosen| carriers.get(chosen))
        && !opinions.iter().any(|candidate| candidate.carrier == carrier.id)
    {
        opinions.push(Candidate {
            carrier: carrier.id.clone(),
            carrier_name: carrier.name.clone(),
            number: number.clone(),
            confidence: 0,
            scheme: "chosen by you".to_owned(),
            checksum: None,
            country: None,
            needs: Vec::new(),
            serves: carrier.countries.clone(),
            link: None,
            is_aggregator: carrier.is_aggregator(),
        });
    }
    opinions
}

/// What is due, from the store. Overdue questions are spread, so that a start is not a stampede; a parcel that was never
/// asked does not wait.
async fn schedule(shared: &Arc<Shared>) -> Result<Vec<Plan>> {
    let now = shared.clock.now();
    let mut schedule = shared.store.read(|view| view.schedule()).await?;
    let is_late = |plan: &&mut Plan| now.duration_since(plan.at) > CATCH_UP;
    let overdue = schedule.iter_mut().filter(is_late).count();
    for (index, plan) in schedule.iter_mut().filter(is_late).enumerate() {
        let share = CATCH_UP.as_millis() * index as i128 / overdue.max(1) as i128;
        plan.at = now + SignedDuration::from_millis(i64::try_from(share).unwrap_or(0));
    }
    Ok(schedule)
}

/// What waited for the end of these pauses, or was what made the carrier pause, is asked about now.
pub(super) async fn opened(shared: &Arc<Shared>, carrier: CarrierId, lifted: Vec<Pause>) -> Result<Vec<Plan>> {
    let (now, was_paused) = (shared.clock.now(), !lifted.is_empty());
    let opened = shared.store.write(move |tx| {
        let waits = |plan: &Plan| plan.carrier == carrier && plan.at > now;
        let mut opened = Vec::new();
        for plan in tx.schedule()?.into_iter().filter(waits) {
            let Some(record) = tx.parcel_record(&plan.due.parcel)? else { continue };
            let Some(leg) = record.timeline.leg(plan.due.leg) else { continue };
            let waited = matches!(leg.next_poll().reason, PollReason::Paused { .. } | PollReason::Worded(_));
            let was_put_off = was_paused && waited;
            let kind = leg.outage.as_ref().map(|outage| outage.failure.kind);
            let was_shut = matches!(kind, Some(FailureKind::Blocked | FailureKind::RateLimited));
            if was_put_off || was_shut {
                tx.reschedule(&plan.due, now, &PollReason::CarrierOpened)?;
                opened.push(Plan { at: now, ..plan });
            }
        }
        Ok(opened)
    });
    opened.await
}

/// Takes in what the person says of a number and its carrier.
pub(super) async fn confirm_or_reject(
    shared: &Arc<Shared>,
    parcel: ParcelId,
    no: LegNo,
    right: bool,
) -> Result<Result<Reconciled, ActionError>> {
    let (now, context) = (shared.clock.now(), shared.context.load_full());
    let id = parcel.clone();
    let found = shared
        .store
        .write(move |tx| {
            let Some(mut record) = tx.parcel_record(&id)? else { return Ok(false) };
            let before = record.timeline.clone();
            let found = match right {
                true => record.timeline.confirm(no, now),
                false => record.timeline.reject(no, now),
            };
            if !found {
                return Ok(false);
            }
            tx.save_timeline(record.row.pk, &before, &record.timeline)?;
            record::save(&judge(&record, &context, now), tx, &record, Vec::new(), &context, now)?;
            Ok(true)
        })
        .await?;
    if !found {
        return Ok(Err(ActionError::NoParcel(format!("{parcel}, number {no}"))));
    }
    let all = schedule(shared).await?;
    let schedule = all.into_iter().filter(|plan| plan.due.parcel == parcel).collect();
    Ok(Ok(Reconciled { gone: vec![parcel], schedule }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parcel(id: &str, label: &str) -> Parcel {
        Parcel::new(ParcelId::new(id).expect("an id"), label)
    }

    #[test]
    fn only_what_differs_is_touched() {
        let followed = [parcel("a", "Lamp"), parcel("b", "Book"), parcel("c", "Cup")];
        let wanted = [parcel("a", "Lamp"), parcel("b", "Blue book"), parcel("d", "Door")];
        let found = difference(&followed, &wanted);
        let described: Vec<&str> = found.described.iter().map(|parcel| parcel.id.as_str()).collect();
        assert_eq!(described, ["b", "d"]);
        assert_eq!(found.removed, [ParcelId::new("c").expect("an id")]);
    }
}
