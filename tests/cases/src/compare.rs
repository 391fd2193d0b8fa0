//! What a case expects, held against what became of it. Where a case lists several values, any of them is right.

use jiff::{SignedDuration, Timestamp};
use parcelwatch_tracking::{Moment, RecordedEvent, Status};
use serde_json::Value;

use crate::play::Played;

/// A day's name may be another in another zone.
const DAY: f64 = 1.1;

/// Everything that is not as expected.
pub(crate) fn faults(case: &Value, played: &Played) -> Vec<String> {
    let expected = if case["expect"].is_null() { &case["expected"] } else { &case["expect"] };
    let mut faults = Faults { played, found: Vec::new() };
    for (name, value) in expected.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null()) {
        faults.check(name, value);
    }
    if expected["failure"].is_null() {
        let failures = played.record.timeline.legs.iter().filter(|leg| leg.number == played.record.parcel.numbers[0]);
        let failures = failures.filter(|leg| leg.carrier == played.record.parcel.carrier);
        let kinds: Vec<&str> =
            failures.filter_map(|leg| leg.outage.as_ref()).map(|outage| outage.failure.kind.key()).collect();
        faults.expect(kinds.is_empty(), || format!("failure {kinds:?}"));
    }
    faults.titles();
    faults.found
}

struct Faults<'a> {
    played: &'a Played,
    found: Vec<String>,
}

impl Faults<'_> {
    fn expect(&mut self, holds: bool, fault: impl FnOnce() -> String) {
        if !holds {
            self.found.push(fault());
        }
    }

    fn check(&mut self, name: &str, value: &Value) {
        let (view, judgement) = (&self.played.judged.view, &self.played.judged.judgement);
        let verdict = judgement.silence.map_or("none", |silence| silence.verdict.key());
        match name {
            "status" | "final" => self.one_of(name, value, view.status.key()),
            "not_status" => self.none_of(name, value, view.status.key()),
            "stage" => self.one_of(name, value, view.stage.key()),
            "stage_not" => self.none_of(name, value, view.stage.key()),
            "verdict" => self.one_of(name, value, verdict),
            "verdict_not" => self.none_of(name, value, verdict),
            "trouble" => self.one_of(name, value, view.trouble.map_or("none", Status::key)),
            "attention" => self.one_of(name, value, view.attention.key()),
            "advice" => self.expect(matches(value, &view.advice), || format!("advice «{}» want {value}", view.advice)),
            "advice_not" => {
                self.expect(!matches(value, &view.advice), || format!("advice «{}» must not {value}", view.advice));
            }
            "doubt" => self.expect(view.doubt.is_some() == (value == true), || format!("doubt {:?}", view.doubt)),
            "place_not" => self.none_of(name, value, view.place.as_deref().unwrap_or_default()),
            "events" => self.events(value),
            "scans" => self.scans(value),
            "at" => self.times(value),
            "handoffs" => items(value).for_each(|told| self.leg(&told["number"], &told["carrier"])),
            "hand" => items(value).for_each(|told| self.leg(&told[0], &told[1])),
            "failure" => self.failure(value),
            "deadlines" => items(value).for_each(|told| self.deadline(told)),
            "alerts" => items(value).for_each(|told| self.title(told, false)),
            "important" => items(value).for_each(|told| self.title(told, true)),
            "alerts_max" => items(value).for_each(|told| self.few(told)),
            "window" => self.window(value),
            other => self.found.push(format!("the case expects {other:?}, which its player does not know")),
        }
    }

    fn one_of(&mut self, name: &str, expected: &Value, got: &str) {
        self.expect(is_one_of(expected, got), || format!("{name} {got} want {expected}"));
    }

    fn none_of(&mut self, name: &str, unwanted: &Value, got: &str) {
        self.expect(!is_one_of(unwanted, got), || format!("{name}: {got}"));
    }

    /// The given number's events in the order of time, and which status each code has.
    fn scans(&mut self, expected: &Value) {
        for scan in items(expected) {
            let found: Vec<&str> = self.coded(&scan[0]).map(|seen| seen.event.status.key()).collect();
            let right = !found.is_empty() && found.iter().all(|status| is_one_of(&scan[1], status));
            self.expect(right, || format!("scan {}: {found:?} want {}", scan[0], scan[1]));
        }
    }

    fn coded<'a>(&'a self, code: &'a Value) -> impl Iterator<Item = &'a RecordedEvent> {
        let code = code.as_str().unwrap_or_default().trim();
        let events = self.played.record.timeline.events.iter();
        events.filter(move |seen| seen.event.code.as_deref().is_some_and(|found| found.trim() == code))
    }

    /// The beginning of the time that a code's event shows, on its own clock or in UTC.
    fn times(&mut self, expected: &Value) {
        for (code, time) in expected.as_object().into_iter().flatten() {
            let code = Value::from(code.as_str());
            let shown: Vec<String> = self.coded(&code).flat_map(|seen| shown(seen.event.moment.as_ref())).collect();
            let wanted = time.as_str().unwrap_or_default().split('|').map(|text| text.replace(' ', "T"));
            let right = wanted.into_iter().any(|time| shown.iter().any(|shown| shown.starts_with(&time)));
            self.expect(right, || format!("time of {code}: {shown:?} want {time}"));
        }
    }

    /// Events by their words: time, status, place.
    fn events(&mut self, expected: &Value) {
        let count = self.played.record.timeline.events.len();
        self.expect(items(expected).count() == count, || format!("{count} events"));
        for event in items(expected) {
            let words = event["w"].as_str().unwrap_or_default();
            let of_words = self.played.record.timeline.events.iter().filter(|seen| seen.event.text.trim() == words);
            let right = of_words.clone().any(|seen| {
                let place = seen.event.place.as_ref().map_or(String::new(), |place| place.text.to_lowercase());
                let wanted = event["p"].as_str().unwrap_or_default().to_lowercase();
                is_one_of(&event["s"], seen.event.status.key())
                    && is_time(&event["t"], seen.event.moment.as_ref())
                    && place.contains(&wanted)
            });
            let found: Vec<String> = of_words
                .map(|seen| format!("{} {:?} {:?}", seen.event.status.key(), seen.event.moment, seen.event.place))
                .collect();
            self.expect(right, || format!("event {event}: {found:?}"));
        }
    }

    fn leg(&mut self, number: &Value, carrier: &Value) {
        let legs = &self.played.record.timeline.legs;
        let found = legs.iter().any(|leg| {
            leg.number.as_str() == number && leg.carrier.as_ref().is_some_and(|id| is_one_of(carrier, id.as_str()))
        });
        self.expect(found, || {
            let legs = legs.iter().map(|leg| format!("{} {:?}", leg.number, leg.carrier)).collect::<Vec<_>>();
            format!("hand-off {number} {carrier}: {legs:?}")
        });
    }

    fn failure(&mut self, expected: &Value) {
        let legs = self.played.record.timeline.legs.iter();
        let kinds: Vec<&str> =
            legs.filter_map(|leg| leg.outage.as_ref()).map(|outage| outage.failure.kind.key()).collect();
        let right = !kinds.is_empty() && kinds.iter().all(|kind| is_one_of(expected, kind));
        self.expect(right, || format!("failures {kinds:?} want {expected}"));
    }

    /// A deadline of one of these kinds, so many days from now.
    fn deadline(&mut self, expected: &Value) {
        let (kind, days) = (expected[0].as_str().unwrap_or_default(), expected[1].as_f64().unwrap_or_default());
        let deadlines = self.played.judged.view.deadlines.iter();
        let found: Vec<(&str, f64)> = deadlines.map(|told| (told.kind.key(), self.days(told.ends_at))).collect();
        let right = found.iter().any(|(told, left)| matches(&Value::from(kind), told) && (left - days).abs() <= DAY);
        self.expect(right, || format!("deadline {kind} in {days} days: {found:.1?}"));
    }

    fn days(&self, at: Timestamp) -> f64 {
        at.duration_since(self.played.now).as_secs_f64() / SignedDuration::from_hours(24).as_secs_f64()
    }

    /// An entry with such a title; among the important ones only.
    fn title(&mut self, pattern: &Value, important: bool) {
        let entries = self.played.entries.iter();
        let entries = entries.filter(|entry| !important || entry.importance.key() == "important");
        let titles: Vec<&str> = entries.map(|entry| entry.title.as_str()).collect();
        self.expect(titles.iter().any(|title| matches(pattern, title)), || format!("no entry {pattern} in {titles:?}"));
    }

    fn few(&mut self, expected: &Value) {
        let (pattern, most) = (&expected[0], expected[1].as_u64().unwrap_or(0));
        let titles: Vec<&str> = self.played.entries.iter().map(|entry| entry.title.as_str()).collect();
        let count = titles.iter().filter(|title| matches(pattern, title)).count();
        self.expect(count as u64 <= most, || format!("more than {most} entries {pattern} in {titles:?}"));
    }

    /// The end of the window lies so many days from now.
    fn window(&mut self, expected: &Value) {
        let ends = self.played.judged.view.expected.as_ref().map(|told| {
            let day = told.last_day(&jiff::tz::TimeZone::UTC).to_zoned(jiff::tz::TimeZone::UTC).expect("a day");
            self.days(day.timestamp())
        });
        let (from, to) = (expected[0].as_f64().unwrap_or_default(), expected[1].as_f64().unwrap_or_default());
        let right = ends.is_some_and(|ends| (from - DAY..=to + DAY).contains(&ends));
        self.expect(right, || format!("window ends in {ends:?} days, want {from} to {to}"));
    }

    /// No two entries say the same, and a title that counts days counts those that are left.
    fn titles(&mut self) {
        let titles: Vec<&str> = self.played.entries.iter().map(|entry| entry.title.as_str()).collect();
        let twice = (1..titles.len()).find(|at| titles[..*at].contains(&titles[*at]));
        self.expect(twice.is_none(), || format!("told twice in {titles:?}"));
        let left: Vec<f64> =
            self.played.judged.view.deadlines.iter().map(|deadline| self.days(deadline.ends_at)).collect();
        for title in titles {
            let counted = title.split(" days left").next().filter(|before| before.len() < title.len());
            let Some(days) = counted.and_then(|before| before.rsplit(' ').next()?.parse::<f64>().ok()) else {
                continue;
            };
            let right = left.iter().any(|left| (left - days).abs() <= DAY);
            self.expect(right, || format!("title «{title}», but {left:.1?} days are left"));
        }
    }
}

/// The items of a list.
fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// Whether a text is the expected one, or one of several.
fn is_one_of(expected: &Value, got: &str) -> bool {
    match expected {
        Value::Array(any) => any.iter().any(|value| value == got),
        value => value == got,
    }
}

/// A pattern of plain words with `|` between them, in any case; `^` stands for the beginning.
fn matches(pattern: &Value, text: &str) -> bool {
    let pattern = pattern.as_str().unwrap_or_default().trim_start_matches("(?i)").to_lowercase();
    let text = text.to_lowercase();
    pattern.split('|').any(|word| match word.strip_prefix('^') {
        Some(word) => text.starts_with(word),
        None => text.contains(word),
    })
}

fn is_time(expected: &Value, moment: Option<&Moment>) -> bool {
    let told: Vec<String> = shown(moment);
    let instant = |text: &str| text.parse::<Timestamp>().ok();
    let any = |wanted: &Value| {
        let wanted = wanted.as_str().unwrap_or_default();
        told.iter().any(|told| told == wanted || (instant(told).is_some() && instant(told) == instant(wanted)))
    };
    match expected {
        Value::Array(times) => times.iter().any(any),
        Value::Null => true,
        time => any(time),
    }
}

/// A moment as the carrier showed it, and in UTC where that is known.
fn shown(moment: Option<&Moment>) -> Vec<String> {
    match moment {
        Some(Moment::Instant { at, offset }) => vec![offset.to_datetime(*at).to_string(), at.to_string()],
        Some(Moment::Clock { at, .. }) => vec![at.to_string()],
        Some(Moment::Date(date)) => vec![date.to_string()],
        None => Vec::new(),
    }
}
