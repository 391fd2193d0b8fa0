//! Journeys told as stories: what the carriers answered and the person said, day by day, and what we made of it.
//!
//! A story is a file under `journeys/`. Lines that begin with `>` are what this program says; the others are what happens to
//! it. `UPDATE_EXPECT=1 cargo test -p parcelwatch-tracking` writes the former anew; read the difference before believing it.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use jiff::{SignedDuration, Timestamp};

use crate::judgement::{
    Alert, AlertKind, Answers, Basis, FIRST_SIGHT, Importance, Judgement, Message, Occasion, Polling, assess,
    first_sight, messages, timely, untold,
};
use crate::record::{LegNo, LegState, Role};
use crate::schedule::{PollSchedule, Situation, next_poll};
use crate::state::{MergedEvent, merged_events};
use crate::stories::Story;

#[test]
fn every_journey_reads_as_it_was_labelled() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("journeys");
    let mut paths: Vec<_> = std::fs::read_dir(&folder)
        .expect("the folder of journeys")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "txt"))
        .collect();
    paths.sort();
    let update = std::env::var_os("UPDATE_EXPECT").is_some();
    let mut wrong = Vec::new();
    for path in paths {
        let text = std::fs::read_to_string(&path).expect("a journey");
        let told = Told::of(&path.display().to_string(), &text);
        if told == text {
            continue;
        }
        if update {
            std::fs::write(&path, told).expect("a folder that can be written");
        } else {
            wrong.push(format!("{}:\n{}", path.display(), difference(&text, &told)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The table of requirements in the README is only as good as the proofs that it names.
#[test]
fn every_proof_in_the_readme_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = std::fs::read_to_string(root.join("README.md")).expect("the README");
    // What a silence may come from is worded where all sentences are.
    let sources = sources(&root.join("src")) + &sources(&root.join("../daemon/src/report/words"));
    let mut numbers = Vec::new();
    for row in readme.lines().filter(|line| line.starts_with("| ")) {
        let cells: Vec<&str> = row.trim_matches('|').split(" | ").map(str::trim).collect();
        let Ok(number) = cells[0].parse::<u16>() else { continue };
        numbers.push(number);
        let proofs = cells[3].split(';').next().unwrap_or_default();
        for proof in proofs.split('`').skip(1).step_by(2).filter(|_| !proofs.starts_with("not met")) {
            let story = root.join("journeys").join(format!("{proof}.txt")).exists();
            assert!(story || sources.contains(&format!("fn {proof}(")), "requirement {number} names {proof:?}");
        }
    }
    assert_eq!(numbers, (17..=135).collect::<Vec<u16>>());
}

/// All the text of a folder.
fn sources(folder: &Path) -> String {
    let paths = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let read = |path: std::path::PathBuf| match path.is_dir() {
        true => sources(&path),
        false => std::fs::read_to_string(path).expect("a source"),
    };
    paths.map(read).collect()
}

fn difference(before: &str, after: &str) -> String {
    let lines = before.lines().zip(after.lines()).filter(|(before, after)| before != after);
    lines.take(12).map(|(before, after)| format!("  was {before}\n  now {after}\n")).collect()
}

/// A story while it is told.
struct Told<'a> {
    story: Story<'a>,
    poll_schedule: PollSchedule,
    told: BTreeSet<String>,
    /// What was said last, so that only what changes is said again.
    said: Vec<String>,
}

impl Told<'_> {
    /// The story anew, with what we make of it.
    fn of(name: &str, text: &str) -> String {
        let mut told = Told {
            story: Story::new(name, text),
            poll_schedule: PollSchedule { jitter: 0, ..PollSchedule::default() },
            told: BTreeSet::new(),
            said: Vec::new(),
        };
        let mut out = String::new();
        while let Some(scene) = told.story.play() {
            out.push_str(&scene.text);
            if scene.line.ends_with("history") {
                told.say_history(&mut out);
            }
            told.say(scene.at, scene.polled, &mut out);
        }
        out
    }

    /// Says the merged timeline, which is too long to say each time.
    fn say_history(&self, out: &mut String) {
        for MergedEvent { lead, others, status, at, .. } in merged_events(&self.story.timeline, &self.story.parcel) {
            let also = if others.is_empty() { String::new() } else { format!(" (told {} times)", others.len() + 1) };
            writeln!(out, "> at {at} {}: {}{also}", status.key(), lead.event.text).expect("memory");
        }
    }

    /// Says what has changed.
    fn say(&mut self, now: Timestamp, asked: Option<(LegNo, Vec<Alert>)>, out: &mut String) {
        let merged = merged_events(&self.story.timeline, &self.story.parcel);
        let judged =
            assess(&self.story.timeline, &self.story.parcel, &merged, &self.story.norms, &self.story.zone, now);
        let lines = self.lines(&judged, &merged, now);
        for line in lines.iter().filter(|line| !self.said.contains(line)) {
            writeln!(out, "> {line}").expect("memory");
        }
        let (no, changes) = asked.map_or((None, Vec::new()), |(no, told)| (Some(no), told));
        let mut told = self.messages(&judged, &merged, changes, now);
        told.retain(|message| self.told.insert(message.alert.key.clone()));
        self.told.extend(told.iter().flat_map(|message| &message.with).map(|alert| alert.key.clone()));
        // A story tells what is said, and not what is kept from being said.
        told.iter_mut().for_each(|message| message.with.retain(|alert| alert.importance > Importance::Routine));
        let told: Vec<String> = told.iter().map(in_words).collect();
        if !told.is_empty() {
            writeln!(out, "> told: {}", told.join(", ")).expect("memory");
        }
        if let Some(leg) = no.and_then(|no| self.story.timeline.leg(no)) {
            let next = next_poll(Situation {
                now,
                leg,
                timeline: &self.story.timeline,
                parcel_state: &judged.parcel_state,
                expected: judged.expected.as_ref(),
                poll_schedule: &self.poll_schedule,
                gap: SignedDuration::ZERO,
                every: None,
                zone: &self.story.zone,
            });
            let when = next
                .at
                .map_or("never".to_owned(), |at| format!("in {}", crate::vocabulary::words(at.duration_since(now))));
            writeln!(out, "> next poll {when}: {}", next.reason).expect("memory");
        }
        self.said = lines;
    }

    /// The messages that a person gets. A story does not play the minutes in which other answers are waited for.
    fn messages(
        &self,
        judged: &Judgement,
        merged: &[MergedEvent<'_>],
        changes: Vec<Alert>,
        now: Timestamp,
    ) -> Vec<Message> {
        let polling = Polling { since: Timestamp::MIN, loading: false };
        let answers = Answers::of(&self.story.timeline, polling, now);
        let is_known = self.told.contains(FIRST_SIGHT);
        let mut due = timely(judged, &self.story.norms.deadlines.remind_days, &self.story.zone, now);
        if !is_known {
            due.extend(untold(&self.story.timeline));
        }
        due.retain(|alert| !self.told.contains(&alert.key));
        messages(Occasion {
            is_known,
            answers: Answers { awaited_until: None, imminent: false, ..answers },
            first_sight: first_sight(&judged.parcel_state, merged, now),
            changes,
            due,
        })
    }

    fn lines(&self, judged: &Judgement, merged: &[MergedEvent<'_>], now: Timestamp) -> Vec<String> {
        let parcel_state = &judged.parcel_state;
        let carrier =
            parcel_state.holder.and_then(|no| self.story.timeline.leg(no)).and_then(|leg| leg.carrier.as_ref());
        let carrier = carrier.map_or(String::new(), |carrier| format!(" with {carrier}"));
        let trouble = parcel_state.trouble.map_or(String::new(), |status| format!(", trouble: {}", status.key()));
        let mut lines = vec![format!(
            "{} ({}){carrier}{trouble} [{}]",
            parcel_state.status.key(),
            parcel_state.stage.key(),
            judged.attention.key()
        )];
        for (holds, line) in [
            (parcel_state.rolled_back, "rolled back"),
            (parcel_state.missing, "missing"),
            (parcel_state.fee.is_some(), "a fee is due"),
            (parcel_state.closed, "closed"),
            (parcel_state.disagreement.is_some_and(|found| found.contradicts), "two portals contradict each other"),
            (parcel_state.disagreement.is_some_and(|found| !found.contradicts), "one portal stands still"),
        ] {
            if holds {
                lines.push(line.to_owned());
            }
        }
        let lead = merged.iter().find(|entry| Some(entry.lead.id) == parcel_state.lead);
        lines.extend(lead.and_then(|entry| entry.lead.event.delivered_to()).map(|to| format!("left {}", to.words())));
        if let Some(repeated) = parcel_state.repeated {
            lines.push(format!("{} on {} days", repeated.status.key(), repeated.days));
        }
        if let Some(expected) = &judged.expected {
            let from = expected.first_day(&self.story.zone).map_or(String::new(), |day| format!("{day} to "));
            let to = expected.last_day(&self.story.zone);
            let slid = match expected.slides {
                0 => String::new(),
                slides => format!(", moved {slides} times, {:+} days", expected.slid_days),
            };
            let peak = if expected.peak { ", peak season" } else { "" };
            lines.push(format!("expected {from}{to} ({}{slid}{peak})", expected.source.key()));
        }
        if let Some(silence) = &judged.silence {
            let day = |at: Timestamp| at.to_zoned(self.story.zone.clone()).date();
            let (until, from) = (day(silence.normal_until), day(silence.act_from));
            let own = match silence.basis {
                Basis::Own(parcels) => format!(" own={parcels}"),
                Basis::Rules => String::new(),
            };
            let peak = if silence.peak { " peak" } else { "" };
            let unheard = silence.unheard_since.map_or(String::new(), |at| format!(" unheard={}", day(at)));
            lines.push(format!("silence {} until={until} act={from}{own}{peak}{unheard}", silence.verdict.key()));
        }
        lines.extend(self.clocks(judged, now));
        lines
    }

    /// The deadlines, the advice, and the numbers that were found.
    fn clocks(&self, judged: &Judgement, now: Timestamp) -> Vec<String> {
        let mut lines = Vec::new();
        for deadline in &judged.deadlines {
            let passed = if deadline.has_passed(now) { ", passed" } else { "" };
            lines.push(format!("{} {}{passed}: {}", deadline.kind.key(), deadline.at.calendar_date(), deadline.basis));
        }
        lines.push(format!("advice {}: {}", judged.advice.kind.key(), judged.advice.reason));
        for leg in &self.story.timeline.legs {
            let carrier = leg.carrier.as_ref().map_or(String::new(), |carrier| format!(" of {carrier}"));
            match leg.state {
                LegState::Refused => lines.push(format!("refused {}{carrier}: {}", leg.number, leg.because)),
                _ if leg.role == Role::Given => {}
                state => lines.push(format!("{} {}{carrier} ({})", leg.role.key(), leg.number, state.key())),
            }
        }
        lines
    }
}

fn in_words(Message { alert, with }: &Message) -> String {
    let with: Vec<String> = with.iter().map(|alert| named(&alert.kind)).collect();
    let with = if with.is_empty() { String::new() } else { format!(" (with {})", with.join(", ")) };
    format!("{}{with}", named(&alert.kind))
}

fn named(kind: &AlertKind) -> String {
    match kind {
        AlertKind::Scan => "scan".to_owned(),
        AlertKind::Reminder(kind, days) => format!("{} in {days} days", kind.key()),
        AlertKind::Silence(verdict) => format!("silence: {}", verdict.key()),
        AlertKind::Overdue(kind) => format!("{} overdue", kind.key()),
        kind => kind.key().to_owned(),
    }
}
