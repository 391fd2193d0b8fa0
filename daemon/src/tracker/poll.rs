//! One question: read what is known, call the plugin, absorb the answer, record all of it at once.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use jiff::{SignedDuration, Timestamp};
use parcelwatch_tracking::{
    Alert, Candidate, CarrierId, Due, Facts, Failure, FailureKind, Leg, LegNo, NextPoll, ParcelState, Plan, PollReason,
    Progress, Report, Situation, Status, Timeline, TrackingNumber, Urgency, alerts, back, lost, next_poll, poll_sooner,
};

use super::{Shared, outages, record, unmapped};
use crate::plugin_host::{Outcome, Question, Terms};
use crate::report::{Judged, JudgementContext, judge};
use crate::store::{Packed, ParcelRecord, Result, Tx};

/// After answers that could not be recorded the pause grows from a minute to about an hour.
const UNRECORDED_DOUBLINGS: u32 = 6;

/// Legs that are to be asked, and when.
pub(super) type Schedule = Vec<Plan>;

/// Asks a carrier about a batch and records what came back. Returns when to ask next, and words on how it went.
pub(super) async fn ask(shared: &Arc<Shared>, carrier: &CarrierId, batch: Vec<Due>) -> (Schedule, String) {
    let now = shared.clock.now();
    match ask_batch(shared, carrier, &batch, now).await {
        Ok(done) => {
            shared.unrecorded.store(0, Ordering::Relaxed);
            done
        }
        Err(error) => {
            // The legs are tried again, whatever was wrong with the store: later each time, as requests may have been made.
            tracing::error!(%carrier, "cannot ask: {error}");
            let times = shared.unrecorded.fetch_add(1, Ordering::Relaxed);
            let again = now + SignedDuration::from_mins(1 << times.min(UNRECORDED_DOUBLINGS));
            let plan = |due| Plan { due, carrier: carrier.clone(), at: again, urgency: Urgency::Usual };
            (batch.into_iter().map(plan).collect(), format!("{carrier}: {error}"))
        }
    }
}

async fn ask_batch(
    shared: &Arc<Shared>,
    carrier: &CarrierId,
    batch: &[Due],
    now: Timestamp,
) -> Result<(Schedule, String)> {
    let wanted = batch.to_vec();
    let questions = shared
        .store
        .read(move |view| {
            let mut questions = Vec::new();
            for due in wanted {
                if let Some(record) = view.parcel_record(&due.parcel)?.filter(ParcelRecord::is_followed)
                    && let Some(leg) = record.timeline.leg(due.leg).filter(|leg| leg.polled_carrier().is_some())
                {
                    questions.push((question(&record, leg), (due, followed(&record))));
                }
            }
            Ok(questions)
        })
        .await?;
    if questions.is_empty() {
        return Ok((Schedule::new(), format!("{carrier}: nobody follows this any more")));
    }
    let (questions, dues): (Vec<Question>, Vec<(Due, HashSet<TrackingNumber>)>) = questions.into_iter().unzip();
    let asked = shared.host.ask(carrier, &questions, now).await;
    let received = shared.clock.now();
    let answers = dues.iter().zip(&asked.outcomes);
    let numbers = new_numbers(
        answers.filter_map(|((_, followed), outcome)| outcome.found.as_ref().ok().map(|report| (followed, report))),
    );
    let opinions: HashMap<TrackingNumber, Vec<Candidate>> =
        numbers.iter().cloned().zip(shared.host.recognize(&numbers, received).await).collect();
    let packed = Packed::of(&asked.exchanges);
    let recording = Arc::new(Recording {
        carrier: carrier.clone(),
        grounds: Grounds::new(shared, opinions, received),
        plugin: asked.plugin,
        packed,
    });
    let mut schedule = Vec::new();
    let mut words = Vec::new();
    let mut writes = Vec::new();
    for (((due, _), question), outcome) in dues.into_iter().zip(questions).zip(asked.outcomes) {
        words.push(in_words(carrier, &outcome));
        let recording = Arc::clone(&recording);
        writes.push(shared.store.write(move |tx| recording.record(tx, &due, question.cursor, outcome)));
    }
    // All at once, so that they share a commit.
    for write in futures_util::future::join_all(writes).await {
        schedule.extend(write?);
    }
    Ok((schedule, words.join("; ")))
}

pub(super) fn question(record: &ParcelRecord, leg: &Leg) -> Question {
    Question { number: leg.number.clone(), hints: hints(record), cursor: leg.cursor.clone() }
}

/// What a carrier may want to know beside the number.
fn hints(record: &ParcelRecord) -> Facts {
    let parcel = &record.parcel;
    let mut hints = parcel.hints.clone();
    let mut add = |name: &str, value: Option<String>| {
        if let Some(value) = value
            && hints.get(name).is_none()
        {
            hints.set(name, value);
        }
    };
    add("added_at", Some(record.row.added_at.to_string()));
    add("country", record.timeline.destination(parcel).map(|country| country.to_string()));
    add("postcode", parcel.postcode.clone());
    add("order", parcel.order.clone());
    add("ordered", parcel.ordered.map(|date| date.to_string()));
    hints
}

/// The parcel's numbers that have a carrier.
pub(super) fn followed(record: &ParcelRecord) -> HashSet<TrackingNumber> {
    let legs = record.timeline.legs.iter().filter(|leg| leg.carrier.is_some());
    legs.map(|leg| leg.number.clone()).collect()
}

/// The numbers that answers lead to and that no carrier has, each once; an answer stands beside the numbers followed before
/// it. Most answers only name what they named before.
pub(super) fn new_numbers<'a>(
    answers: impl Iterator<Item = (&'a HashSet<TrackingNumber>, &'a Report)>,
) -> Vec<TrackingNumber> {
    let mut numbers: Vec<TrackingNumber> = Vec::new();
    for (followed, report) in answers {
        for handoff in &report.handoffs {
            if !followed.contains(&handoff.number) && !numbers.contains(&handoff.number) {
                numbers.push(handoff.number.clone());
            }
        }
    }
    numbers
}

fn in_words(carrier: &CarrierId, outcome: &Outcome) -> String {
    match &outcome.found {
        Ok(report) => match report.events.first() {
            Some(event) => format!("{carrier}: {} events, the newest: {}", report.events.len(), event.text),
            None => format!("{carrier}: known, no events yet"),
        },
        Err(failure) => format!("{carrier}: {}", failure.message),
    }
}

fn terms(shared: &Shared) -> BTreeMap<CarrierId, Terms> {
    let carriers = shared.host.carriers().into_iter();
    carriers.filter_map(|carrier| Some((carrier.id.clone(), shared.host.terms(&carrier.id)?))).collect()
}

/// What the record of an answer depends on beside the answer.
struct Recording {
    carrier: CarrierId,
    grounds: Grounds,
    plugin: String,
    packed: Option<Packed>,
}

/// What decides where an answer leads: whom to follow, and when to ask next.
pub(super) struct Grounds {
    pub(super) context: Arc<JudgementContext>,
    terms: BTreeMap<CarrierId, Terms>,
    /// Whose the numbers found in the answer could be.
    opinions: HashMap<TrackingNumber, Vec<Candidate>>,
    pub(super) now: Timestamp,
}

impl Recording {
    /// Takes in one outcome: history, schedule, alerts and raw answer in one transaction. `cursor` is the one it was polled
    /// with.
    fn record(&self, tx: &Tx<'_>, due: &Due, cursor: Option<Vec<u8>>, outcome: Outcome) -> Result<Schedule> {
        let Some(mut record) = tx.parcel_record(&due.parcel)? else { return Ok(Vec::new()) };
        let Grounds { context, now, .. } = &self.grounds;
        let now = *now;
        let before = record.timeline.clone();
        let Some(leg) = record.timeline.leg_mut(due.leg) else { return Ok(Vec::new()) };
        leg.polled(cursor.as_deref(), outcome.cursor, now);
        let mut told: Vec<Alert> = Vec::new();
        let judged: Judged;
        let mut moved = false;
        match outcome.found {
            Ok(report) => {
                let progress = record.timeline.absorb(due.leg, &report);
                self.grounds.follow(&mut record, &report, &PollReason::FoundInAnswer);
                record.timeline.refuse_reused(&record.parcel);
                self.grounds.poll_local_post(&mut record);
                choose_active_carrier(&mut record, due.leg, now);
                judged = judge(&record, context, now);
                told.extend(progress.back.as_ref().and_then(|outage| back(due.leg, outage)));
                // Most answers say what was known, and that is no news.
                if progress != Progress::default() {
                    let state_before = ParcelState::of(&before, &record.parcel);
                    moved = state_before.lead != judged.parcel_state().lead;
                    told.extend(alerts(&record.timeline, &state_before, judged.parcel_state(), &progress));
                }
                self.count_unmapped(tx, &report, &before)?;
                outages::answered(tx, &self.carrier, context, now)?;
            }
            Err(failure) => {
                if failure.kind.is_answer() {
                    outages::answered(tx, &self.carrier, context, now)?;
                }
                if let Some(outage) = record.timeline.fail(due.leg, self.with_pause(failure), now) {
                    told.extend(lost(due.leg, outage));
                    outages::failed(tx, &self.carrier, outage, context, now)?;
                }
                choose_active_carrier(&mut record, due.leg, now);
                judged = judge(&record, context, now);
            }
        }
        self.grounds.plan(&mut record, due.leg, &judged, next_poll);
        if moved {
            self.grounds.plan_others(&mut record, due.leg, &judged);
        }
        let schedule = plans(&before, &record, Some(due.leg));
        tx.save_timeline(record.row.pk, &before, &record.timeline)?;
        record::save(&judged, tx, &record, told, context, now)?;
        if let Some(packed) = &self.packed {
            tx.keep_answer(record.row.pk, due.leg, &self.carrier, &self.plugin, packed, now)?;
        }
        // It may have been archived, or taken out of the config, while the carrier answered.
        Ok(if record.is_followed() { schedule } else { Schedule::new() })
    }

    /// A limit that the host knows of holds for the leg, too.
    fn with_pause(&self, failure: Failure) -> Failure {
        if failure.kind == FailureKind::RateLimited && failure.retry_after.is_none() {
            let wait = self.grounds.context.config.poll_schedule.retry.from;
            return Failure { retry_after: Some(wait), ..failure };
        }
        failure
    }

    /// Counts the codes nobody mapped, once for each event. Words without a code count too, but for those that an aggregator
    /// only repeats: no table could have them all.
    fn count_unmapped(&self, tx: &Tx<'_>, report: &Report, before: &Timeline) -> Result<()> {
        let numbers: Vec<TrackingNumber> = before.legs.iter().map(|leg| leg.number.clone()).collect();
        let count = |code: &str, text: &str| {
            let (code, words) = unmapped::redacted(code, text, &numbers);
            tx.count_unmapped(&self.carrier, &code, &words, self.grounds.now)
        };
        let repeats = self.grounds.terms.get(&self.carrier).is_some_and(|terms| terms.is_aggregator);
        let unknown = report.events.iter().filter(|event| event.status == Status::Unknown);
        for event in unknown.filter(|event| event.code.is_some() || !repeats) {
            let known = before.events.iter().any(|seen| seen.event.code == event.code && seen.event.text == event.text);
            if !known {
                count(event.code.as_deref().unwrap_or_default(), &event.text)?;
            }
        }
        // Where nothing was scanned, a summary is all there is.
        let summary = report.summary.as_ref().filter(|summary| summary.status == Status::Unknown);
        if let Some(summary) = summary.filter(|_| report.events.is_empty())
            && let Some(code) = &summary.code
            && before.legs.iter().all(|leg| leg.summary.as_ref() != Some(summary))
        {
            count(code, &summary.text)?;
        }
        Ok(())
    }
}

impl Grounds {
    pub(super) fn new(shared: &Shared, opinions: HashMap<TrackingNumber, Vec<Candidate>>, now: Timestamp) -> Self {
        Self { context: shared.context.load_full(), terms: terms(shared), opinions, now }
    }

    /// Gives the numbers found in an answer their carriers.
    pub(super) fn follow(&self, record: &mut ParcelRecord, report: &Report, reason: &PollReason) {
        let ask_max = self.context.config.recognition.ask_max;
        for handoff in &report.handoffs {
            let Some(opinions) = self.opinions.get(&handoff.number) else { continue };
            record.timeline.hand_over(&record.parcel, handoff, opinions.clone(), ask_max, self.now, reason);
        }
    }

    /// From arrival on the destination's post is polled as well, where it can be.
    pub(super) fn poll_local_post(&self, record: &mut ParcelRecord) {
        poll_local_post(record, self.now, |carrier| self.terms.get(carrier).is_some_and(|terms| terms.has_keys));
    }

    /// Plans the next poll of a leg; none where it is not polled.
    pub(super) fn plan(
        &self,
        record: &mut ParcelRecord,
        no: LegNo,
        judged: &Judged,
        when: fn(Situation<'_>) -> NextPoll,
    ) {
        let Some(leg) = record.timeline.leg(no) else { return };
        let Some(terms) = leg.polled_carrier().map(|carrier| self.terms.get(carrier)) else { return };
        let next = when(Situation {
            now: self.now,
            leg,
            timeline: &record.timeline,
            parcel_state: judged.parcel_state(),
            expected: judged.judgement.expected.as_ref(),
            poll_schedule: &self.context.config.poll_schedule,
            gap: terms.map_or(SignedDuration::ZERO, |terms| terms.gap),
            every: record.parcel.ask_every.or_else(|| terms.and_then(|terms| terms.ask_every)),
            zone: &self.context.zone(record),
        });
        if let Some(leg) = record.timeline.leg_mut(no) {
            leg.plan(next);
        }
    }

    /// Where one portal reports that the parcel has moved, the others may have to be polled sooner than planned.
    fn plan_others(&self, record: &mut ParcelRecord, polled: LegNo, judged: &Judged) {
        let legs = record.timeline.legs.iter().filter(|leg| leg.no != polled && leg.last_asked_at.is_some());
        let others: Vec<LegNo> = legs.map(|leg| leg.no).collect();
        for no in others {
            self.plan(record, no, judged, poll_sooner);
        }
    }
}

/// Gives a postal number that has arrived the leg of the post there; where that cannot be polled the page names it.
pub(super) fn poll_local_post(record: &mut ParcelRecord, now: Timestamp, can_poll: impl Fn(&CarrierId) -> bool) {
    let Some((issued, post)) = record.timeline.unpolled_local_post(&record.parcel) else { return };
    if can_poll(&post.carrier) && ParcelState::of(&record.timeline, &record.parcel).stage.is_at_destination() {
        record.timeline.poll_local_post(issued, &post, now);
    }
}

/// What the loop has to put on its agenda: the legs whose next poll has changed, and the one that was polled.
pub(super) fn plans(before: &Timeline, after: &ParcelRecord, polled: Option<LegNo>) -> Schedule {
    let is_new = |leg: &Leg| {
        polled == Some(leg.no) || before.leg(leg.no).is_none_or(|known| known.next_poll().at != leg.next_poll().at)
    };
    let legs = after.timeline.legs.iter().filter(|leg| is_new(leg));
    let plan = |leg: &Leg| {
        let due = Due { parcel: after.parcel.id.clone(), leg: leg.no };
        let next = leg.next_poll();
        Some(Plan { due, carrier: leg.polled_carrier()?.clone(), at: next.at?, urgency: next.urgency })
    };
    legs.filter_map(plan).collect()
}

/// Who else is polled about the number, now that this leg was.
pub(super) fn choose_active_carrier(record: &mut ParcelRecord, polled: LegNo, now: Timestamp) {
    if let Some(number) = record.timeline.leg(polled).map(|leg| leg.number.clone()) {
        record.timeline.choose_active_carrier(&number, now);
    }
}
