//! A parcel judged as of one moment: the one place where record, rules, names and now become a view.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use parcelwatch_tracking::{
    Alert, Answers, Attention, CompletedTrip, Importance, Judgement, Norms, ParcelState, Polling, Stage, assess,
    first_sight, merged_events, timely,
};

use super::names::Names;
use super::view::ParcelView;
use super::words;
use crate::config::Config;
use crate::store::{KeptView, ParcelRecord};

/// What judgement depends on beside the record.
#[derive(Clone, Debug)]
pub struct JudgementContext {
    pub config: Arc<Config>,
    pub names: Names,
    pub norms: Norms,
    pub polling: Polling,
}

impl JudgementContext {
    /// The channels beside the feeds, and the least important alert each takes.
    pub fn channels(&self) -> Vec<(String, Importance)> {
        self.config.channels.iter().map(|channel| (channel.name.clone(), channel.from)).collect()
    }

    /// The recipient's zone.
    pub fn zone(&self, record: &ParcelRecord) -> TimeZone {
        self.names.zone(record.timeline.destination(&record.parcel))
    }
}

/// A parcel judged.
#[derive(Clone, Debug)]
pub struct Judged {
    pub judgement: Judgement,
    pub answers: Answers,
    /// What is to be told of it first.
    pub first_sight: Option<Alert>,
    pub view: ParcelView,
    /// What it teaches later parcels, once it has arrived.
    pub journey: Option<CompletedTrip>,
    /// When it leaves the overview.
    pub archive_at: Option<Timestamp>,
    /// The recipient's zone.
    zone: TimeZone,
    sort_ms: i64,
}

/// Judges a parcel as of now.
pub fn judge(record: &ParcelRecord, context: &JudgementContext, now: Timestamp) -> Judged {
    let ParcelRecord { parcel, timeline, .. } = record;
    let merged = merged_events(timeline, parcel);
    let zone = context.zone(record);
    let judgement = assess(timeline, parcel, &merged, &context.norms, &zone, now);
    let parcel_state = &judgement.parcel_state;
    let mut view = ParcelView::of(record, &judgement, &merged, &context.names, now);
    // The carrier of its number may be one of those that are still made ready.
    if context.polling.loading && view.unserved {
        (view.unserved, view.advice) = (false, words::GETTING_READY.to_owned());
    }
    Judged {
        answers: Answers::of(timeline, context.polling, now),
        first_sight: first_sight(parcel_state, &merged, now),
        view,
        journey: CompletedTrip::of(timeline, parcel, parcel_state, &merged),
        archive_at: archive_at(parcel_state, record, context),
        sort_ms: sort_ms(&judgement, &zone, record),
        zone,
        judgement,
    }
}

impl Judged {
    pub fn parcel_state(&self) -> &ParcelState {
        &self.judgement.parcel_state
    }

    /// What time alone brings, told or not.
    pub fn timely(&self, context: &JudgementContext, now: Timestamp) -> Vec<Alert> {
        timely(&self.judgement, &context.norms.deadlines.remind_days, &self.zone, now)
    }

    /// What is kept of it beside the record.
    pub fn kept(&self) -> KeptView {
        let changes = [self.archive_at, self.judgement.changes_at, self.answers.awaited_until];
        KeptView {
            json: serde_json::to_string(&self.view).expect("a view has text keys only"),
            attention: i64::try_from(self.judgement.attention.index()).unwrap_or(0),
            sort_ms: self.sort_ms,
            review_at: changes.into_iter().flatten().min(),
        }
    }
}

/// The place within a group: what is expected sooner, what moved last, what was added last comes first.
fn sort_ms(judgement: &Judgement, zone: &TimeZone, record: &ParcelRecord) -> i64 {
    let added = record.row.added_at.as_millisecond();
    match judgement.attention {
        Attention::OnTheWay => judgement.expected.as_ref().map_or(i64::MAX / 2 - added / 2, |expected| {
            let day = expected.last_day(zone).to_zoned(zone.clone());
            day.map_or(i64::MAX / 2, |day| day.timestamp().as_millisecond())
        }),
        Attention::WaitingForScan => -added,
        _ => -judgement.parcel_state.moved_at.unwrap_or(record.row.added_at).as_millisecond(),
    }
}

/// When a finished parcel leaves the overview.
fn archive_at(parcel_state: &ParcelState, record: &ParcelRecord, context: &JudgementContext) -> Option<Timestamp> {
    if parcel_state.stage < Stage::Done && !parcel_state.closed {
        return None;
    }
    let finished = parcel_state.happened_at().unwrap_or(record.row.added_at).max(record.row.added_at);
    finished.checked_add(context.config.archive.after).ok()
}
