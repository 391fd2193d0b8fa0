//! Brings the store in line with what the operator wants: parcels of the config, carriers of the plugins in force.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use parcelwatch_tracking::{
    Candidate, CarrierId, Circumstances, FailureKind, Leg, LegNo, LegState, Parcel, ParcelId, Plan, TrackingNumber,
    recognize,
};

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
    for chunk in ids.chunks(PARCELS_AT_ONCE) {
        let wanted = chunk.to_vec();
        let records = shared
            .store
            .read(move |view| {
                wanted.iter().filter_map(|id| view.parcel_record(id).transpose()).collect::<Result<Vec<_>>>()
            })
            .await?;
        let mut numbers: Vec<TrackingNumber> = Vec::new();
        for record in &records {
            for number in unassigned(record, now, &carriers) {
                if !numbers.contains(&number) {
                    numbers.push(number);
                }
            }
        }
        let opinions: HashMap<TrackingNumber, Vec<Candidate>> =
            numbers.iter().cloned().zip(shared.host.recognize(&numbers, now).await).collect();
        let (context, carriers, ids) = (Arc::clone(context), Arc::clone(&carriers), chunk.to_vec());
        shared
            .store
            .write(move |tx| ids.iter().try_for_each(|id| assign_one(tx, id, &opinions, &carriers, &context, now)))
            .await?;
    }
    Ok(())
}

/// The numbers of a parcel that want a carrier: new ones, those without, those whose carrier the person chose anew, and those
/// of which nobody has told anything, since a plugin that came since may know more.
fn unassigned(
    record: &ParcelRecord,
    now: Timestamp,
    carriers: &BTreeMap<CarrierId, Descriptor>,
) -> Vec<TrackingNumber> {
    let mut after = record.timeline.clone();
    after.reconcile(&record.parcel, now);
    let chosen = record.parcel.carrier.as_ref().filter(|carrier| carriers.contains_key(*carrier));
    let wants = |number: &TrackingNumber| {
        let mut legs = after.legs.iter().filter(|leg| leg.number == *number);
        let has_chosen = |carrier: &CarrierId| {
            after.legs.iter().any(|leg| {
                leg.number == *number && leg.carrier.as_ref() == Some(carrier) && leg.state == LegState::Active
            })
        };
        let is_told = |leg: &Leg| leg.confirmed || after.events.iter().any(|seen| seen.leg == leg.no);
        let is_followed = |leg: &Leg| matches!(leg.state, LegState::Active | LegState::NoCarrier);
        legs.clone().any(is_followed) && !legs.clone().any(is_told)
            || legs.clone().any(|leg| leg.state == LegState::NoCarrier)
            || (chosen.is_some_and(|carrier| !has_chosen(carrier))
                && legs.any(|leg| leg.role == parcelwatch_tracking::Role::Given))
    };
    let mut numbers: Vec<TrackingNumber> = after.legs.iter().map(|leg| leg.number.clone()).collect();
    numbers.dedup();
    numbers.retain(wants);
    numbers
}

fn assign_one(
    tx: &Tx<'_>,
    id: &ParcelId,
    opinions: &HashMap<TrackingNumber, Vec<Candidate>>,
    carriers: &BTreeMap<CarrierId, Descriptor>,
    context: &JudgementContext,
    now: Timestamp,
) -> Result<()> {
    let Some(mut record) = tx.parcel_record(id)? else { return Ok(()) };
    let before = record.timeline.clone();
    record.timeline.reconcile(&record.parcel, now);
    for number in unassigned(&record, now, carriers) {
        let Some(opinions) = opinions.get(&number) else { continue };
        let given = record.parcel.numbers.contains(&number);
        let chosen = record.parcel.carrier.clone().filter(|_| given);
        let opinions = with_chosen(opinions.clone(), chosen.as_ref(), &number, carriers);
        let leg = record.timeline.legs.iter().find(|leg| leg.number == number);
        let named = leg.and_then(|leg| leg.carrier_name.clone());
        let circumstances = Circumstances {
            carrier: chosen.as_ref(),
            named: named.as_deref(),
            destination: record.timeline.destination(&record.parcel),
            ask_max: context.config.recognition.ask_max,
        };
        let recognition = recognize(opinions, circumstances);
        if let Some(chosen) = &chosen {
            // The person's word is final: who was asked before is not asked any more.
            for leg in &mut record.timeline.legs {
                if leg.number == number && leg.carrier.as_ref() != Some(chosen) && leg.state == LegState::Active {
                    leg.state = LegState::Dormant;
                    leg.next_ask_at = None;
                }
            }
        }
        for no in record.timeline.assign(&number, &recognition.candidates, recognition.ask) {
            if let Some(leg) = record.timeline.leg_mut(no) {
                leg.confirmed = chosen.is_some();
                leg.next_ask_at = Some(now);
                leg.next_why = "it is new".to_owned();
            }
        }
        for no in record.timeline.choose_active_carrier(&number, now) {
            if let Some(leg) = record.timeline.leg_mut(no) {
                leg.next_ask_at = Some(now);
                leg.next_why = "nobody else could tell anything".to_owned();
            }
        }
    }
    wake_those_that_waited_for_the_operator(&mut record, now);
    for leg in record.timeline.legs.iter_mut().filter(|leg| leg.state != LegState::Active) {
        leg.next_ask_at = None;
    }
    tx.save_timeline(record.row.pk, &before, &record.timeline)?;
    record::save(&judge(&record, context, now), tx, &record, Vec::new(), context, now)
}

/// A key that was missing, or a hint, may be there now.
fn wake_those_that_waited_for_the_operator(record: &mut ParcelRecord, now: Timestamp) {
    for leg in record.timeline.legs.iter_mut().filter(|leg| leg.state == LegState::Active) {
        let waited = leg.outage.as_ref().is_some_and(|outage| outage.failure.kind.needs_person());
        if waited {
            leg.next_ask_at = Some(now);
            leg.next_why = "the config has changed".to_owned();
        } else if leg.next_ask_at.is_none() && leg.last_asked_at.is_none() {
            leg.next_ask_at = Some(now);
            leg.next_why = "it is new".to_owned();
        }
    }
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
    let now = shared.clock.now();
    let opened = shared.store.write(move |tx| {
        let waits = |plan: &Plan| plan.carrier == carrier && plan.at > now;
        let mut opened = Vec::new();
        for plan in tx.schedule()?.into_iter().filter(waits) {
            let Some(record) = tx.parcel_record(&plan.due.parcel)? else { continue };
            let Some(leg) = record.timeline.leg(plan.due.leg) else { continue };
            let was_put_off = lifted.iter().any(|pause| leg.next_why.contains(&pause.why));
            let kind = leg.outage.as_ref().map(|outage| outage.failure.kind);
            let was_shut = matches!(kind, Some(FailureKind::Blocked | FailureKind::RateLimited));
            if was_put_off || was_shut {
                tx.put_off(&plan.due, now, "you opened its carrier again")?;
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
            let Some(leg) = record.timeline.leg_mut(no) else { return Ok(false) };
            leg.confirmed = right;
            let has_carrier = leg.carrier.is_some();
            leg.state = match (right, has_carrier) {
                (true, true) => LegState::Active,
                (true, false) => LegState::NoCarrier,
                (false, _) => LegState::Rejected,
            };
            leg.next_ask_at = (right && has_carrier).then_some(now);
            leg.next_why = "you confirmed it".to_owned();
            let number = leg.number.clone();
            if !right {
                // The next best guess takes its place.
                let next = record.timeline.legs.iter_mut().filter(|leg| leg.number == number);
                let next = next.filter(|leg| leg.state == LegState::Dormant).max_by_key(|leg| leg.confidence);
                if let Some(next) = next {
                    next.state = LegState::Active;
                    next.next_ask_at = Some(now);
                    next.next_why = "you set another carrier aside".to_owned();
                }
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
