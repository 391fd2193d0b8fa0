//! From alerts to entries: the words people read in their feed reader, fixed at the moment they are told.
//!
//! Nothing here depends on the clock of the reader: no "two hours ago", no counters. An entry is true for ever.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use parcelwatch_tracking::{
    Alert, AlertKind, Deadline, DeadlineKind, Event, Importance, Leg, LegNo, MergedEvent, Message, Milestone, Moment,
    Outage, RecordedEvent, Stage, Status, Unheard, Verdict, merged_events,
};

use super::judged::{Judged, JudgementContext};
use super::times::{self, date_words, day_words};
use super::words::{advice, deadline, escape, full_stop, lower, slides, upper, window_source};
use crate::store::{EntryDraft, ParcelRecord};

/// Lines of history shown at the end of an entry.
const HISTORY_LINES: usize = 5;

/// What else is loud at the same moment, in a title; the text has all of it.
const ASIDES_MAX: usize = 2;

/// The entries for messages about one parcel.
pub fn feed_entries(
    messages: &[Message],
    record: &ParcelRecord,
    judged: &Judged,
    context: &JudgementContext,
    now: Timestamp,
) -> Vec<EntryDraft> {
    let merged = merged_events(&record.timeline, &record.parcel);
    let text = AlertText { record, judged, context, merged: &merged, now };
    messages.iter().map(|message| text.draft(message)).collect()
}

struct AlertText<'a> {
    record: &'a ParcelRecord,
    judged: &'a Judged,
    context: &'a JudgementContext,
    merged: &'a [MergedEvent<'a>],
    now: Timestamp,
}

impl AlertText<'_> {
    fn draft(&self, message: &Message) -> EntryDraft {
        let alert = &message.alert;
        let entry = alert.event.and_then(|id| self.merged.iter().find(|entry| entry.sources().any(|s| s.id == id)));
        let parcel = &self.record.parcel;
        let mut categories = vec![self.judged.parcel_state().stage.key().to_owned(), alert.kind.key().to_owned()];
        categories.extend(parcel.tags.iter().cloned());
        categories.dedup();
        let importance = message.importance();
        if importance == Importance::Important {
            categories.push("important".to_owned());
        }
        EntryDraft {
            key: alert.key.clone(),
            kind: alert.kind.key().to_owned(),
            importance,
            title: format!("{}: {}", parcel.label, self.title(message, entry)),
            html: self.body(message, entry),
            path: format!("parcel/{}", parcel.id),
            author: self.author(&alert.kind, entry),
            categories,
            tags: parcel.tags.clone(),
        }
    }

    /// What is loud comes first, and needs no introduction.
    fn title(&self, message: &Message, entry: Option<&MergedEvent<'_>>) -> String {
        let Alert { kind, importance, .. } = &message.alert;
        let loud = message.with.iter().filter(|alert| alert.importance == Importance::Important);
        let mut asides: Vec<String> = loud.filter_map(|alert| self.aside(&alert.kind)).take(ASIDES_MAX).collect();
        match kind {
            AlertKind::NowTracking { .. } if *importance == Importance::Important => asides.insert(0, self.state()),
            AlertKind::NowTracking { .. } => asides.push(self.headline(kind, entry)),
            _ => asides.insert(0, self.headline(kind, entry)),
        }
        let title = asides.join("; ");
        if asides.len() > 1 { upper(&title) } else { title }
    }

    /// Where it is, and the problem where there is one.
    fn state(&self) -> String {
        let parcel_state = self.judged.parcel_state();
        let status = match parcel_state.status {
            Status::Delivered => self.delivered(),
            _ => self.judged.view.status_title.clone(),
        };
        match parcel_state.trouble {
            Some(trouble) if parcel_state.status == Status::Unknown => trouble.title().to_owned(),
            Some(trouble) => format!("{}, {}", trouble.title(), lower(&status)),
            None => status,
        }
    }

    /// What comes with something else, as the rest of a title. A day rather than the days left: an entry is read at any time.
    fn aside(&self, kind: &AlertKind) -> Option<String> {
        Some(match kind {
            AlertKind::Reminder(kind, _) => {
                let day = date_words(self.deadline(*kind)?.at.calendar_date());
                match kind {
                    DeadlineKind::Protection => format!("buyer protection ends on {day}"),
                    kind => format!("{} by {day}", lower(kind.title())),
                }
            }
            kind => lower(&self.headline(kind, None)),
        })
    }

    fn deadline(&self, kind: DeadlineKind) -> Option<&Deadline> {
        self.judged.judgement.deadlines.iter().find(|deadline| deadline.kind == kind)
    }

    fn headline(&self, kind: &AlertKind, entry: Option<&MergedEvent<'_>>) -> String {
        let parcel_state = self.judged.parcel_state();
        match kind {
            AlertKind::NowTracking { .. } => format!("now followed, {}", lower(&self.state())),
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
            AlertKind::RolledBack => format!("Not delivered yet, {}", lower(parcel_state.status.title())),
            AlertKind::HandOff(no) => match self.leg(*no) {
                Some(leg) => format!("New number with {}", self.carrier(leg)),
                None => "New number".to_owned(),
            },
            AlertKind::WindowMoved => match &self.judged.view.expected {
                Some(expected) => format!("Now expected by {}", expected.last_day(&self.zone())),
                None => "The expected window moved".to_owned(),
            },
            AlertKind::Late => "Later than expected".to_owned(),
            AlertKind::Silence(_) if self.is_unheard() => "No carrier could be asked".to_owned(),
            AlertKind::Silence(Verdict::Act) if parcel_state.status == Status::AvailableForPickup => {
                "The time to collect it is over".to_owned()
            }
            AlertKind::Silence(Verdict::Act) => "Silent for too long".to_owned(),
            AlertKind::Silence(_) => "Quieter than usual".to_owned(),
            AlertKind::Reminder(kind, days) => format!("{}, {}", kind.title(), self.left(*kind, *days)),
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
        match self.judged.view.delivered_to {
            Some(place) => format!("Delivered ({})", place.key().replace('_', " ")),
            None => "Delivered".to_owned(),
        }
    }

    /// How long a deadline is away on the day it is published, which may be less than what it is published for, and its day:
    /// who reads it later counts from there.
    fn left(&self, kind: DeadlineKind, days: u16) -> String {
        let deadline = self.deadline(kind);
        let left = deadline.map(|deadline| deadline.ends_at.duration_since(self.now));
        let days = left.map_or(i64::from(days), |left| (left + SignedDuration::from_hours(12)).as_hours() / 24);
        let left = match days {
            ..=0 => "today is the last day".to_owned(),
            1 => "one day left".to_owned(),
            days => format!("{days} days left"),
        };
        match deadline {
            Some(deadline) => format!("{left} ({})", date_words(deadline.at.calendar_date())),
            None => left,
        }
    }

    fn is_unheard(&self) -> bool {
        self.judged.answers.unheard.is_some_and(|why| why != Unheard::NoNumber)
    }

    fn body(&self, message: &Message, entry: Option<&MergedEvent<'_>>) -> String {
        let kind = &message.alert.kind;
        let mut html = String::new();
        if let Some(entry) = entry {
            html.push_str(&paragraph(&self.told(entry.lead)));
            for other in &entry.others {
                html.push_str(&paragraph(&format!("Also told: {}", self.told(other))));
            }
        }
        let sentences =
            [self.sentence(kind)].into_iter().chain(message.with.iter().map(|alert| self.added(&alert.kind)));
        for sentence in sentences.flatten().chain(self.unheard()) {
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

    /// What an alert has to say that is told with another one.
    fn added(&self, kind: &AlertKind) -> Option<String> {
        match kind {
            AlertKind::Silence(_) if !self.is_unheard() => {
                let since = self.judged.judgement.silence.as_ref()?.since;
                let day = day_words(since, &self.zone());
                Some(format!("{}: nothing since {day}.", self.headline(kind, None)))
            }
            AlertKind::Late => Some("It is later than expected.".to_owned()),
            AlertKind::SourceBack(_) => Some(full_stop(&self.headline(kind, None))),
            // The judgement lists what it reminds of.
            AlertKind::Reminder(..) => None,
            kind => self.sentence(kind),
        }
    }

    /// That what is told rests on the config alone, and why.
    fn unheard(&self) -> Option<String> {
        let why = match self.judged.answers.unheard? {
            Unheard::NoNumber => "it has no tracking number yet".to_owned(),
            Unheard::NoCarrier => "none that is known here serves its number".to_owned(),
            Unheard::Failed(no) => {
                let leg = self.leg(no)?;
                format!("{} {}", self.carrier(leg), outage(leg)?.failure.kind.title())
            }
            Unheard::NotAskedYet => return Some("No carrier could be asked yet.".to_owned()),
        };
        Some(format!("No carrier could be asked: {why}."))
    }

    /// What it meant when it was told: advice, until when silence is normal, by when to act. Dates only, as an entry is read
    /// at any time.
    fn judgement(&self) -> String {
        let judgement = &self.judged.judgement;
        let mut lines = vec![advice(&judgement.advice.reason)];
        if let Some(silence) = judgement.silence.as_ref().filter(|silence| silence.verdict == Verdict::Normal) {
            let until = date_words(silence.last_normal_day(&self.zone()));
            lines.push(format!("Without another scan, silence is normal until {until}."));
        }
        lines.extend(judgement.deadlines.iter().filter(|found| found.reminds).map(|found| deadline(found, self.now)));
        lines.dedup();
        let lines: Vec<String> = lines.iter().map(|line| format!("<li>{}</li>", escape(line))).collect();
        format!("<ul>{}</ul>", lines.concat())
    }

    /// What the kind of alert has to say beside the scan.
    fn sentence(&self, kind: &AlertKind) -> Option<String> {
        match kind {
            AlertKind::NowTracking { earlier } => {
                let scans = match earlier {
                    0 => String::new(),
                    1 => "; its page has an earlier scan".to_owned(),
                    scans => format!("; its page has {scans} earlier scans"),
                };
                let meaning = self.judged.parcel_state().trouble.unwrap_or(self.judged.parcel_state().status);
                let meaning = needs_words(meaning).then(|| format!("{} ", meaning.meaning().description));
                Some(format!("{}It is followed from now on{scans}.", meaning.unwrap_or_default()))
            }
            AlertKind::HandOff(no) => {
                let leg = self.leg(*no)?;
                let number =
                    if self.context.config.feeds.show_numbers { format!(" {}", leg.number) } else { String::new() };
                Some(format!(
                    "Good news: it has a number of the carrier that brings it on{number} ({}). Both numbers are followed.",
                    leg.because
                ))
            }
            AlertKind::WindowMoved => {
                let slid = slides(self.judged.view.expected.as_ref()?)?;
                Some(format!("The carrier moved its window {slid} in all."))
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
                self.deadline(*kind).map(|found| deadline(found, self.now))
            }
            AlertKind::Status(status) | AlertKind::Trouble(status) if needs_words(*status) => {
                Some(status.meaning().description.to_owned())
            }
            AlertKind::Status(Status::OutForDelivery) | AlertKind::Milestone(Milestone::OutForDelivery) => {
                Some("It usually arrives today, though that is not a promise.".to_owned())
            }
            _ => None,
        }
    }

    fn told(&self, seen: &RecordedEvent) -> String {
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
        let expected = self.judged.view.expected.as_ref()?;
        let (first, last) = (expected.first_day(&self.zone()), expected.last_day(&self.zone()));
        let by = window_source(expected);
        Some(match first.filter(|first| *first != last) {
            Some(first) => format!("Expected {first} to {last} ({by})."),
            None => format!("Expected {last} ({by})."),
        })
    }

    fn zone(&self) -> TimeZone {
        self.context.zone(self.record)
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

    fn author(&self, kind: &AlertKind, entry: Option<&MergedEvent<'_>>) -> String {
        let leg = match kind {
            AlertKind::SourceLost(no) | AlertKind::SourceBack(no) => self.leg(*no),
            _ => entry.and_then(|entry| self.leg(entry.lead.leg)),
        };
        leg.map_or_else(|| "Parcelwatch".to_owned(), |leg| self.carrier(leg))
    }

    fn leg(&self, no: LegNo) -> Option<&Leg> {
        self.record.timeline.leg(no)
    }

    fn carrier(&self, leg: &Leg) -> String {
        self.context.names.of_leg(leg)
    }
}

/// Whether a status is better explained.
fn needs_words(status: Status) -> bool {
    status.needs_person() || status.is_trouble() || status.stage() == Some(Stage::Back)
}

fn outage(leg: &Leg) -> Option<&Outage> {
    leg.outage.as_ref()
}

/// English words where there are some, else the carrier's own.
fn words(event: &Event) -> &str {
    let words = event.translation.as_deref().unwrap_or(&event.text);
    if words.is_empty() { event.status.title() } else { words }
}

/// A moment as the carrier gave it, and what is known of its zone.
fn clock(moment: &Moment) -> String {
    let face = times::clock_face(moment);
    match times::clock_zone(moment) {
        Some(zone) if zone.starts_with("UTC") => format!("{face} ({zone})"),
        Some(zone) => format!("{face} local time, zone {zone}"),
        None => face,
    }
}

fn paragraph(text: &str) -> String {
    format!("<p>{}</p>", escape(text))
}
