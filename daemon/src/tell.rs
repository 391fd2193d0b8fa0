//! From alerts to entries: the words people read in their feed reader, fixed at the moment they are told.
//!
//! Nothing here depends on the clock of the reader: no "two hours ago", no counters. An entry is true for ever.

use parcelwatch_tracking::{
    Alert, AlertKind, Entry as TimelineEntry, Event, Leg, LegNo, Milestone, Moment, Outage, Seen, Stage, Status,
    Verdict, entries,
};

use crate::judge::{Judged, Rules};
use crate::store::{Dossier, EntryDraft};

/// Lines of history shown at the end of an entry.
const HISTORY_LINES: usize = 5;

/// The entries for alerts about one parcel.
pub fn drafts(alerts: &[Alert], dossier: &Dossier, judged: &Judged, rules: &Rules) -> Vec<EntryDraft> {
    let merged = entries(&dossier.timeline, &dossier.parcel);
    let telling = Telling { dossier, judged, rules, merged: &merged };
    alerts.iter().map(|alert| telling.draft(alert)).collect()
}

struct Telling<'a> {
    dossier: &'a Dossier,
    judged: &'a Judged,
    rules: &'a Rules,
    merged: &'a [TimelineEntry<'a>],
}

impl Telling<'_> {
    fn draft(&self, alert: &Alert) -> EntryDraft {
        let entry = alert.event.and_then(|id| self.merged.iter().find(|entry| entry.sources().any(|s| s.id == id)));
        let parcel = &self.dossier.parcel;
        let mut categories = vec![self.judged.standing().stage.key().to_owned(), alert.kind.key().to_owned()];
        categories.extend(parcel.tags.iter().cloned());
        categories.dedup();
        let importance = alert.kind.importance();
        if importance == parcelwatch_tracking::Importance::Important {
            categories.push("important".to_owned());
        }
        EntryDraft {
            key: alert.key.clone(),
            kind: alert.kind.key().to_owned(),
            importance,
            title: format!("{}: {}", parcel.label, self.headline(&alert.kind, entry)),
            html: self.body(&alert.kind, entry),
            path: format!("parcel/{}", parcel.id),
            author: self.author(&alert.kind, entry),
            categories,
            tags: parcel.tags.clone(),
        }
    }

    fn headline(&self, kind: &AlertKind, entry: Option<&TimelineEntry<'_>>) -> String {
        let standing = self.judged.standing();
        match kind {
            AlertKind::NowTracking { .. } => format!("now followed, {}", lower(&self.judged.card.status_title)),
            AlertKind::Milestone(milestone) => match milestone {
                Milestone::Shipped => "Shipped".to_owned(),
                Milestone::LeftOrigin => "Left the country of origin".to_owned(),
                Milestone::Arrived => "Arrived in destination country".to_owned(),
                Milestone::OutForDelivery => "Out for delivery".to_owned(),
                Milestone::Delivered => self.delivered(),
            },
            AlertKind::Status(Status::Delivered) => self.delivered(),
            AlertKind::Status(status) => status.title().to_owned(),
            AlertKind::Trouble(status) => status.title().to_owned(),
            AlertKind::RolledBack => format!("Not delivered yet, {}", lower(standing.status.title())),
            AlertKind::HandOff(no) => match self.leg(*no) {
                Some(leg) => format!("New number with {}", self.carrier(leg)),
                None => "New number".to_owned(),
            },
            AlertKind::WindowMoved => match &self.judged.card.expected {
                Some(expected) => format!("Now expected by {}", expected.last_day),
                None => "The expected window moved".to_owned(),
            },
            AlertKind::Late => "Later than expected".to_owned(),
            AlertKind::Silence(Verdict::Act) => "Silent for too long".to_owned(),
            AlertKind::Silence(_) => "Quieter than usual".to_owned(),
            AlertKind::Reminder(kind, 1) => format!("{}, one day left", kind.title()),
            AlertKind::Reminder(kind, days) => format!("{}, {days} days left", kind.title()),
            AlertKind::Overdue(kind) => format!("{}, and it is over", kind.title()),
            AlertKind::SourceLost(no) => match self.leg(*no) {
                Some(leg) => {
                    format!("{} {}", self.carrier(leg), outage(leg).map_or("is lost", |o| o.failure.kind.title()))
                }
                None => "A carrier is lost".to_owned(),
            },
            AlertKind::SourceBack(no) => match self.leg(*no) {
                Some(leg) => format!("{} answers again", self.carrier(leg)),
                None => "A carrier answers again".to_owned(),
            },
            AlertKind::Scan => entry.map_or_else(|| "Scan".to_owned(), |entry| words(&entry.lead.event).to_owned()),
        }
    }

    fn delivered(&self) -> String {
        match &self.judged.card.delivered_to {
            Some(place) => format!("Delivered ({})", place.replace('_', " ")),
            None => "Delivered".to_owned(),
        }
    }

    fn body(&self, kind: &AlertKind, entry: Option<&TimelineEntry<'_>>) -> String {
        let mut html = String::new();
        if let Some(entry) = entry {
            html.push_str(&paragraph(&self.told(entry.lead)));
            for other in &entry.others {
                html.push_str(&paragraph(&format!("Also told: {}", self.told(other))));
            }
        }
        if let Some(sentence) = self.sentence(kind) {
            html.push_str(&paragraph(&sentence));
        }
        if let Some(expected) = self.expected() {
            html.push_str(&paragraph(&expected));
        }
        if !matches!(kind, AlertKind::Scan) {
            html.push_str(&self.judgement());
            html.push_str(&self.history());
        }
        html
    }

    /// What it meant when it was told: advice, until when silence is normal, by when to act. Dates only, as an entry is read
    /// at any time.
    fn judgement(&self) -> String {
        let judgement = &self.judged.judgement;
        let mut lines = vec![judgement.advice.text.clone()];
        if let Some(silence) = judgement.silence.as_ref().filter(|silence| silence.verdict == Verdict::Normal) {
            let until = parcelwatch_tracking::day_words(silence.normal_until, &self.rules.zone(self.dossier));
            lines.push(format!("Without another scan, silence is normal until {until}."));
        }
        lines.extend(judgement.deadlines.iter().filter(|deadline| deadline.reminds).map(|d| d.text.clone()));
        lines.dedup();
        let lines: Vec<String> = lines.iter().map(|line| format!("<li>{}</li>", escape(line))).collect();
        format!("<ul>{}</ul>", lines.concat())
    }

    /// What the kind of alert has to say beside the scan.
    fn sentence(&self, kind: &AlertKind) -> Option<String> {
        match kind {
            AlertKind::NowTracking { earlier: 0 } => None,
            AlertKind::NowTracking { earlier } => Some(format!("Its page has {earlier} earlier scans.")),
            AlertKind::HandOff(no) => {
                let leg = self.leg(*no)?;
                let number =
                    if self.rules.config.feeds.show_numbers { format!(" {}", leg.number) } else { String::new() };
                Some(format!(
                    "Good news: it has a number of the carrier that brings it on{number} ({}). Both numbers are followed.",
                    leg.because
                ))
            }
            AlertKind::WindowMoved => {
                let expected = self.judged.card.expected.as_ref()?;
                let times = if expected.slides == 1 { "once".to_owned() } else { format!("{} times", expected.slides) };
                Some(format!("The carrier moved its window {times}, {:+} days in all.", expected.slid_days))
            }
            AlertKind::SourceLost(no) => {
                let leg = self.leg(*no)?;
                let outage = outage(leg)?;
                Some(format!("{} It has been so since {}.", full_stop(&outage.failure.message), outage.since))
            }
            AlertKind::RolledBack => {
                Some("This happens, and is no reason to think it lost: most are delivered within days.".to_owned())
            }
            AlertKind::Reminder(kind, _) | AlertKind::Overdue(kind) => {
                let deadline = self.judged.judgement.deadlines.iter().find(|deadline| deadline.kind == *kind)?;
                Some(deadline.text.clone())
            }
            AlertKind::Status(status) | AlertKind::Trouble(status)
                if status.needs_person() || status.is_trouble() || status.stage() == Some(Stage::Back) =>
            {
                Some(status.meaning().description.to_owned())
            }
            AlertKind::Status(Status::OutForDelivery) | AlertKind::Milestone(Milestone::OutForDelivery) => {
                Some("It usually arrives today, though that is not a promise.".to_owned())
            }
            _ => None,
        }
    }

    fn told(&self, seen: &Seen) -> String {
        let event = &seen.event;
        let carrier = self.leg(seen.leg).map_or_else(|| "a carrier".to_owned(), |leg| self.carrier(leg));
        let mut told = format!("{carrier}: {}", words(event));
        if event.translation.is_some() && !event.text.is_empty() {
            told.push_str(&format!(" ({})", event.text));
        }
        if let Some(place) = event.place.as_ref().filter(|place| !place.text.is_empty()) {
            told.push_str(&format!(", {}", place.text));
        }
        if let Some(moment) = &event.moment {
            told.push_str(&format!(", {}", clock(moment)));
        }
        full_stop(&told)
    }

    fn expected(&self) -> Option<String> {
        let expected = self.judged.card.expected.as_ref()?;
        let by = match expected.source.as_str() {
            "carrier" => "by the carrier",
            "own" => "as your own parcels took",
            "any" => "usual from abroad, our guess",
            _ => "usual for its class, our guess",
        };
        Some(match expected.first_day.as_ref().filter(|first| **first != expected.last_day) {
            Some(first) => format!("Expected {first} to {} ({by}).", expected.last_day),
            None => format!("Expected {} ({by}).", expected.last_day),
        })
    }

    /// The last lines of the timeline.
    fn history(&self) -> String {
        let last = self.merged.iter().rev().take(HISTORY_LINES);
        let lines: Vec<String> = last.map(|entry| format!("<li>{}</li>", escape(&self.told(entry.lead)))).collect();
        if lines.len() < 2 {
            return String::new();
        }
        format!("<ul>{}</ul>", lines.concat())
    }

    fn author(&self, kind: &AlertKind, entry: Option<&TimelineEntry<'_>>) -> String {
        let leg = match kind {
            AlertKind::SourceLost(no) | AlertKind::SourceBack(no) => self.leg(*no),
            _ => entry.and_then(|entry| self.leg(entry.lead.leg)),
        };
        leg.map_or_else(|| "Parcelwatch".to_owned(), |leg| self.carrier(leg))
    }

    fn leg(&self, no: LegNo) -> Option<&Leg> {
        self.dossier.timeline.leg(no)
    }

    fn carrier(&self, leg: &Leg) -> String {
        match (&leg.carrier, &leg.carrier_name) {
            (Some(carrier), _) => self.rules.name(carrier).to_owned(),
            (None, Some(name)) => name.clone(),
            (None, None) => "an unknown carrier".to_owned(),
        }
    }
}

fn outage(leg: &Leg) -> Option<&Outage> {
    leg.outage.as_ref()
}

/// English words where there are some, else the carrier's own.
fn words(event: &Event) -> &str {
    let words = event.translation.as_deref().unwrap_or(&event.text);
    if words.is_empty() { event.status.title() } else { words }
}

/// A moment as it was told, and that its zone is unknown where it is.
fn clock(moment: &Moment) -> String {
    match moment {
        Moment::Instant { at, offset } => {
            let shown = jiff::fmt::strtime::format("%Y-%m-%d %H:%M", offset.to_datetime(*at));
            format!("{} ({offset})", shown.unwrap_or_else(|_| at.to_string()))
        }
        Moment::Clock { at, .. } => {
            let shown = jiff::fmt::strtime::format("%Y-%m-%d %H:%M", *at).unwrap_or_else(|_| at.to_string());
            format!("{shown} local time, zone not told")
        }
        Moment::Date(date) => date.to_string(),
    }
}

fn paragraph(text: &str) -> String {
    format!("<p>{}</p>", escape(text))
}

/// Text as HTML: nothing a carrier writes is markup.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

fn full_stop(text: &str) -> String {
    let text = text.trim_end();
    if text.ends_with(['.', '!', '?', '…']) { text.to_owned() } else { format!("{text}.") }
}

fn lower(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_lowercase().chain(chars).collect()).unwrap_or_default()
}
