//! A parcel for programs: its view, its numbers, its events. The API, `--json` and the evidence give the same.

use jiff::Timestamp;
use jiff::civil::Date;
use parcelwatch_tracking::{Mark, merged_events};
use serde::Serialize;
use serde_json::Value;

use super::history::{EventView, History, LegView};
use super::names::Names;
use super::view::ParcelView;
use super::words;
use crate::store::ParcelRecord;

#[derive(Serialize)]
struct ParcelJson<'a> {
    #[serde(flatten)]
    view: &'a ParcelView,
    ordered: Option<Date>,
    note: Option<&'a str>,
    legs: &'a [LegView],
    /// The newest first.
    events: Vec<&'a EventView>,
    marks: Vec<MarkJson>,
    archived: bool,
    added_at: Timestamp,
    archived_at: Option<Timestamp>,
}

#[derive(Serialize)]
struct MarkJson {
    at: Timestamp,
    kind: &'static str,
    text: String,
}

/// A parcel as of now. Times are RFC 3339; what is only a date stays a date.
pub fn parcel_json(record: &ParcelRecord, view: &ParcelView, names: &Names, now: Timestamp) -> Value {
    let merged = merged_events(&record.timeline, &record.parcel);
    let history = History::of(record, &merged, names);
    let mark = |mark: &Mark| MarkJson { at: mark.at, kind: mark.kind.key(), text: mark.kind.text().to_owned() };
    let parcel = ParcelJson {
        view,
        ordered: record.parcel.ordered,
        note: record.parcel.note.as_deref(),
        legs: &history.legs,
        events: history.events.iter().rev().collect(),
        marks: record.timeline.marks.iter().map(mark).collect(),
        archived: record.row.archived_at.is_some(),
        added_at: record.row.added_at,
        archived_at: record.row.archived_at,
    };
    let mut json = serde_json::to_value(parcel).expect("a view has text keys only");
    if let Some(silence) = &view.silence {
        // It names the days passed, so it is worded when it is read.
        json["silence"]["advice"] = words::silence(silence, &names.zone(view.country), now).into();
    }
    json
}
