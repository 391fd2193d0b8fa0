//! A case played: the carriers answer, the history is merged and judged.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use parcelwatch::config::Config;
use parcelwatch::report::alert::feed_entries;
use parcelwatch::report::{Judged, JudgementContext, Names, judge};
use parcelwatch::store::{EntryDraft, ParcelRecord, ParcelRow};
use parcelwatch_plugin::http::Reply;
use parcelwatch_tracking::{
    Answers, CarrierId, Class, Country, LegNo, Norms, Occasion, Parcel, ParcelId, PollReason, Polling, Timeline,
    TrackingNumber, merged_events, messages, untold,
};
use serde_json::Value;

use crate::native::{Native, opinions, reply};
use crate::report::{failure, report};

/// The times of the journeys are relative to this moment, which lies in the peak season.
const NOW: &str = "2026-11-30T21:00:00Z";
const ASK_MAX: usize = 3;
/// No case leads to more numbers than this.
const POLLS_MAX: usize = 12;

/// What has become of a case.
#[derive(Debug)]
pub(crate) struct Played {
    pub(crate) now: Timestamp,
    pub(crate) record: ParcelRecord,
    pub(crate) judged: Judged,
    pub(crate) entries: Vec<EntryDraft>,
}

type Replies = HashMap<(String, String), Vec<Vec<Reply>>>;

/// Plays a case to its end.
pub(crate) fn play(case: &Value) -> Played {
    let now: Timestamp = NOW.parse().expect("a time");
    let parcel = parcel(case, now);
    let mut replies = replies(case);
    let mut timeline = Timeline::default();
    timeline.reconcile(&parcel, now);
    for number in &parcel.numbers {
        let told = opinions(number, parcel.carrier.as_ref());
        timeline.choose_carriers(&parcel, number, told, ASK_MAX, now);
    }
    for _ in 0..POLLS_MAX {
        let Some((no, next)) = waiting(&timeline, &mut replies) else { break };
        poll(&mut timeline, &parcel, no, next, now);
    }
    told(parcel, timeline, now)
}

/// A carrier of the parcel that has an answer left.
fn waiting(timeline: &Timeline, replies: &mut Replies) -> Option<(LegNo, Vec<Reply>)> {
    timeline.legs.iter().filter(|leg| leg.state == parcelwatch_tracking::LegState::Active).find_map(|leg| {
        let key = (leg.carrier.as_ref()?.to_string(), leg.number.to_string());
        let left = replies.get_mut(&key).filter(|left| !left.is_empty())?;
        Some((leg.no, left.remove(0)))
    })
}

fn poll(timeline: &mut Timeline, parcel: &Parcel, no: LegNo, replies: Vec<Reply>, now: Timestamp) {
    let leg = timeline.leg(no).expect("a leg");
    let carrier = Native::of(leg.carrier.as_ref().expect("a carrier").as_str());
    let number = leg.number.clone();
    let ordered = parcel.ordered.map(|day| day.to_string());
    let country = parcel.country.map(|country| country.to_string());
    let hints = [("ordered", ordered.as_deref()), ("country", country.as_deref())];
    let hints: Vec<(&str, &str)> = hints.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
    match carrier.track(number.as_str(), &hints, replies, NOW, false) {
        Ok(answer) => {
            let report = report(answer, carrier.describe().zone, now);
            timeline.absorb(no, &report);
            for handoff in &report.handoffs {
                let told = opinions(&handoff.number, None);
                timeline.hand_over(parcel, handoff, told, ASK_MAX, now, &PollReason::FoundInAnswer);
            }
        }
        Err(told) => {
            timeline.fail(no, failure(told), now);
        }
    }
    timeline.choose_active_carrier(&number, now);
    timeline.refuse_reused(parcel);
}

fn told(parcel: Parcel, timeline: Timeline, now: Timestamp) -> Played {
    let context = JudgementContext {
        config: Arc::new(Config::default()),
        names: Names::new([], TimeZone::UTC),
        norms: Norms::default(),
        polling: Polling { since: Timestamp::MIN, loading: false },
    };
    let row = ParcelRow { pk: 1, added_at: now, removed_at: None, archived_at: None, review_at: None };
    let record = ParcelRecord { row, parcel, timeline };
    let judged = judge(&record, &context, now);
    let mut due = judged.timely(&context, now);
    due.extend(untold(&record.timeline));
    let merged = merged_events(&record.timeline, &record.parcel);
    let occasion = Occasion {
        is_known: false,
        answers: Answers { awaited_until: None, imminent: false, ..judged.answers },
        first_sight: parcelwatch_tracking::first_sight(judged.parcel_state(), &merged, now),
        changes: Vec::new(),
        due,
    };
    let entries = feed_entries(&messages(occasion), &record, &judged, &context, now);
    Played { now, record, judged, entries }
}

/// The parcel as its owner described it. In a journey the carrier is named unless the config says otherwise.
fn parcel(case: &Value, now: Timestamp) -> Parcel {
    let mut parcel = Parcel::new(ParcelId::new("case").expect("an id"), "Parcel");
    parcel.numbers.extend(TrackingNumber::new(text(&case["number"])));
    parcel.class = case["class"].as_str().and_then(Class::from_key);
    let days = case["ordered_days_ago"].as_i64();
    parcel.ordered = days.map(|days| -> Date {
        let span = jiff::Span::new().days(days);
        now.to_zoned(TimeZone::UTC).date().checked_sub(span).expect("a day")
    });
    if days.is_some() {
        parcel.marketplace = Some("aliexpress".to_owned());
    }
    let config = case["config"].as_str().unwrap_or_default();
    let fields: toml::Table = toml::from_str(config).unwrap_or_else(|error| panic!("{config:?}: {error}"));
    for (name, value) in &fields {
        let value = value.as_str().unwrap_or_default();
        match name.as_str() {
            "country" => parcel.country = Country::new(value),
            "origin" => parcel.origin = Country::new(value),
            "class" => parcel.class = Class::from_key(value),
            "marketplace" => parcel.marketplace = Some(value.to_owned()),
            "postcode" => parcel.postcode = Some(value.to_owned()),
            "ordered" => parcel.ordered = value.parse().ok(),
            other => panic!("a case sets {other:?}, which its player does not know"),
        }
    }
    if !config.contains("#nocarrier") {
        parcel.carrier = CarrierId::new(text(&case["carrier"]));
    }
    parcel
}

/// What is served to each carrier for each number: one list of replies a poll.
fn replies(case: &Value) -> Replies {
    let mut replies = Replies::new();
    let mut add = |carrier: &str, number: &str, served: Vec<Reply>| {
        let number = TrackingNumber::new(number).expect("a number").to_string();
        replies.entry((carrier.to_owned(), number)).or_default().push(served);
    };
    let (carrier, number) = (text(&case["carrier"]), text(&case["number"]));
    if let Some(served) = case["replies"].as_array() {
        let one = |told: &Value| {
            let status = told["status"].as_u64().and_then(|status| u16::try_from(status).ok()).unwrap_or(200);
            reply(status, text(&told["type"]), &told["body"])
        };
        add(carrier, number, served.iter().map(one).collect());
    }
    let answers = case["answers"].as_array().cloned().unwrap_or_default();
    for answer in answers.iter().chain([&case["answer"]]).filter(|answer| !answer.is_null()) {
        add(carrier, number, vec![json(answer)]);
    }
    for told in case["more_answers"].as_array().into_iter().flatten() {
        add(text(&told[0]), text(&told[1]), vec![json(&told[2])]);
    }
    replies
}

fn json(answer: &Value) -> Reply {
    reply(200, "application/json", answer)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
