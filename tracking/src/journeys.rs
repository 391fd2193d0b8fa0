//! Journeys told as stories: what the carriers answered and the person said, day by day, and what we made of it.
//!
//! A story is a file under `journeys/`. Lines that begin with `>` are what this program says; the others are what happens to
//! it. `UPDATE_EXPECT=1 cargo test -p parcelwatch-tracking` writes the former anew; read the difference before believing it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::judgement::{
    Alert, AlertKind, Answers, FIRST_SIGHT, Judgement, Message, Norms, Occasion, Polling, alerts, assess, back,
    day_words, first_sight, lost, messages, timely, untold,
};
use crate::learning::Experience;
use crate::record::{Event, HandOff, Leg, LegNo, LegState, Mark, MarkKind, Report, Role, Timeline, ToldWindow};
use crate::schedule::{Rhythm, Situation, next_ask};
use crate::state::{MergedEvent, Standing, merged_events};
use crate::testing::event;
use crate::vocabulary::{
    CarrierId, Class, Country, Failure, FailureKind, Moment, Parcel, ParcelId, Status, TrackingNumber,
};

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
        let told = Story::new(&path).tell(&text);
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
    let sources = sources(&root.join("src"));
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

/// All the code of a folder.
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
struct Story<'a> {
    path: &'a Path,
    parcel: Parcel,
    timeline: Timeline,
    norms: Norms,
    rhythm: Rhythm,
    zone: TimeZone,
    /// The check digits of the person's numbers do not hold.
    mistyped: bool,
    told: BTreeSet<String>,
    /// What each carrier showed last, for the line `as before`.
    shown: BTreeMap<LegNo, Vec<Event>>,
    /// What was said last, so that only what changes is said again.
    said: Vec<String>,
}

/// One thing that happens, with the indented lines below it.
struct Step<'a> {
    at: Timestamp,
    words: Vec<&'a str>,
    lines: Vec<&'a str>,
}

impl<'a> Story<'a> {
    fn new(path: &'a Path) -> Self {
        Self {
            path,
            parcel: Parcel::new(ParcelId::new("parcel").expect("an id"), "Parcel"),
            timeline: Timeline::default(),
            norms: Norms::default(),
            rhythm: Rhythm { jitter: 0, ..Rhythm::default() },
            zone: TimeZone::UTC,
            mistyped: false,
            told: BTreeSet::new(),
            shown: BTreeMap::new(),
            said: Vec::new(),
        }
    }

    /// The story anew, with what we make of it.
    fn tell(mut self, text: &str) -> String {
        let mut out = String::new();
        let mut lines = text.lines().filter(|line| !line.starts_with('>')).peekable();
        while let Some(line) = lines.next() {
            out.push_str(line);
            out.push('\n');
            if line.starts_with('#') || line.trim().is_empty() {
                continue;
            }
            if let Some(words) = line.strip_prefix("parcel ") {
                self.describe(words);
                continue;
            }
            let (clock, words) = line.split_at_checked(16).unwrap_or_else(|| self.fail(line));
            let at = format!("{}:00Z", clock.replace(' ', "T")).parse();
            let at = at.unwrap_or_else(|error| panic!("{}: {line}: {error}", self.path.display()));
            let mut below = Vec::new();
            while let Some(line) = lines.next_if(|line| line.starts_with(' ')) {
                out.push_str(line);
                out.push('\n');
                below.push(line.trim());
            }
            let asked = self.happen(&Step { at, words: words.split_whitespace().collect(), lines: below });
            if words.trim() == "history" {
                self.say_history(&mut out);
            }
            self.say(at, asked, &mut out);
        }
        out
    }

    fn fail(&self, line: &str) -> ! {
        panic!("{}: cannot read {line:?}", self.path.display())
    }

    /// `parcel standard CN>FR aliexpress ordered 2026-09-01 number LP001 kin 9`
    fn describe(&mut self, words: &str) {
        let mut words = words.split_whitespace();
        while let Some(word) = words.next() {
            let mut value = || words.next().unwrap_or_default();
            match word {
                "ordered" => self.parcel.ordered = value().parse().ok(),
                "status" => self.parcel.order_status = Status::from_key(value()),
                "number" => self.parcel.numbers.extend(TrackingNumber::new(value())),
                "mistyped" => self.mistyped = true,
                "kin" => self.norms.experience = kin(value().parse().unwrap_or(0), &self.parcel).into(),
                word if Class::from_key(word).is_some() => self.parcel.class = Class::from_key(word),
                word if word.contains('>') => {
                    let (from, to) = word.split_once('>').unwrap_or_default();
                    (self.parcel.origin, self.parcel.country) = (Country::new(from), Country::new(to));
                }
                word => self.parcel.marketplace = Some(word.to_owned()),
            }
        }
        if let Some(zone) = self.parcel.country.and_then(|country| country.zone()) {
            self.zone = zone;
        }
    }

    /// Does what a line says; the leg that was asked, where one was.
    fn happen(&mut self, step: &Step<'_>) -> Option<(LegNo, Vec<Alert>)> {
        if !self.parcel.numbers.is_empty() {
            self.timeline.reconcile(&self.parcel, step.at);
        }
        match step.words.as_slice() {
            ["look" | "history"] => None,
            ["says", kind, rest @ ..] => {
                let kind = MarkKind::from_key(kind, &rest.join(" ")).unwrap_or_else(|| self.fail(kind));
                self.timeline.marks.push(Mark { at: step.at, kind });
                None
            }
            ["rejects", carrier] => {
                let no = self.leg(carrier, step.at);
                self.timeline.leg_mut(no).expect("a leg").state = LegState::Rejected;
                None
            }
            ["confirms", carrier] => {
                let no = self.leg(carrier, step.at);
                let leg = self.timeline.leg_mut(no).expect("a leg");
                (leg.confirmed, leg.state) = (true, LegState::Active);
                None
            }
            [carrier, "fails", kind, rest @ ..] => {
                let no = self.leg(carrier, step.at);
                let kind = FailureKind::from_key(kind).unwrap_or_else(|| self.fail(kind));
                let mut failure = Failure::new(kind, rest.join(" "));
                failure.needs = rest.iter().filter_map(|word| word.strip_prefix("needs:")).map(str::to_owned).collect();
                let told = self.timeline.fail(no, failure, step.at).and_then(|outage| lost(no, outage));
                Some((no, told.into_iter().collect()))
            }
            [carrier] => {
                let no = self.leg(carrier, step.at);
                let before = Standing::of(&self.timeline, &self.parcel);
                let report = self.report(no, step);
                self.shown.insert(no, report.events.clone());
                let progress = self.timeline.absorb(no, &report);
                for no in &progress.legs {
                    let leg = self.timeline.leg_mut(*no).expect("a leg");
                    leg.carrier = leg.carrier_name.as_deref().and_then(CarrierId::new);
                    if leg.state == LegState::NoCarrier && leg.carrier.is_some() {
                        leg.state = LegState::Active;
                    }
                }
                self.timeline.refuse_reused(&self.parcel);
                let after = Standing::of(&self.timeline, &self.parcel);
                let mut told: Vec<Alert> = progress.back.iter().filter_map(|outage| back(no, outage)).collect();
                told.extend(alerts(&self.timeline, &before, &after, &progress));
                Some((no, told))
            }
            words => self.fail(&words.join(" ")),
        }
    }

    /// The leg of a carrier, or of `carrier/NUMBER` where it has several; the person's own number where there is none yet.
    fn leg(&mut self, words: &str, now: Timestamp) -> LegNo {
        let (carrier, number) = words.split_once('/').unwrap_or((words, ""));
        let carrier = CarrierId::new(carrier).unwrap_or_else(|| self.fail(words));
        let meant =
            |leg: &&Leg| leg.carrier.as_ref() == Some(&carrier) && (number.is_empty() || leg.number.as_str() == number);
        if let Some(leg) = self.timeline.legs.iter().find(meant) {
            return leg.no;
        }
        let waiting = |leg: &&mut Leg| leg.role == Role::Given && leg.carrier.is_none();
        if self.timeline.legs.iter_mut().find(waiting).is_none() {
            let no = LegNo(u16::try_from(self.timeline.legs.len()).expect("few legs"));
            let number = TrackingNumber::new(&format!("NUMBER{}", no.0)).expect("a number");
            self.timeline.legs.push(Leg::new(no, number, Role::Given, now));
        }
        let leg = self.timeline.legs.iter_mut().find(waiting).expect("a leg that waits for its carrier");
        (leg.carrier, leg.state) = (Some(carrier), LegState::Active);
        leg.checksum = self.mistyped.then_some(false);
        leg.no
    }

    fn report(&self, no: LegNo, step: &Step<'_>) -> Report {
        let mut report = Report::empty(step.at);
        for line in &step.lines {
            let words: Vec<&str> = line.split_whitespace().collect();
            match words.as_slice() {
                ["handoff", carrier, number, rest @ ..] => report.handoffs.push(HandOff {
                    number: TrackingNumber::new(number).unwrap_or_else(|| self.fail(line)),
                    carrier: (*carrier != "-").then(|| (*carrier).to_owned()),
                    country: self.parcel.country,
                    role: rest.first().and_then(|role| Role::from_key(role)).unwrap_or(Role::HandOff),
                    confidence: 90,
                    because: "the answer names it".to_owned(),
                }),
                ["window", span] => {
                    let (from, to) = span.split_once("..").unwrap_or(("", span));
                    let latest = Moment::date(to).unwrap_or_else(|| self.fail(line));
                    let earliest = Moment::date(from);
                    report.window = Some(ToldWindow { earliest, latest, source: "carrier".to_owned() });
                }
                ["done"] => report.done = true,
                ["zone", zone] => report.zone = Some((*zone).to_owned()),
                ["as", "before"] => report.events.extend(self.shown.get(&no).cloned().unwrap_or_default()),
                _ => report.events.insert(0, event(line)),
            }
        }
        report
    }

    /// Says the merged timeline, which is too long to say each time.
    fn say_history(&self, out: &mut String) {
        for MergedEvent { lead, others, status, at, .. } in merged_events(&self.timeline, &self.parcel) {
            let also = if others.is_empty() { String::new() } else { format!(" (told {} times)", others.len() + 1) };
            writeln!(out, "> at {at} {}: {}{also}", status.key(), lead.event.text).expect("memory");
        }
    }

    /// Says what has changed.
    fn say(&mut self, now: Timestamp, asked: Option<(LegNo, Vec<Alert>)>, out: &mut String) {
        let merged = merged_events(&self.timeline, &self.parcel);
        let judged = assess(&self.timeline, &self.parcel, &merged, &self.norms, &self.zone, now);
        let lines = self.lines(&judged, &merged, now);
        for line in lines.iter().filter(|line| !self.said.contains(line)) {
            writeln!(out, "> {line}").expect("memory");
        }
        let (no, changes) = asked.map_or((None, Vec::new()), |(no, told)| (Some(no), told));
        let mut told = self.messages(&judged, &merged, changes, now);
        told.retain(|message| self.told.insert(message.alert.key.clone()));
        self.told.extend(told.iter().flat_map(|message| &message.with).map(|alert| alert.key.clone()));
        let told: Vec<String> = told.iter().map(in_words).collect();
        if !told.is_empty() {
            writeln!(out, "> told: {}", told.join(", ")).expect("memory");
        }
        if let Some(leg) = no.and_then(|no| self.timeline.leg(no)) {
            let next = next_ask(Situation {
                now,
                leg,
                timeline: &self.timeline,
                standing: &judged.standing,
                expected: judged.expected.as_ref(),
                rhythm: &self.rhythm,
                gap: SignedDuration::ZERO,
                every: None,
                zone: &self.zone,
            });
            let when = next.at.map_or("never again".to_owned(), |at| {
                format!("in {}", crate::schedule::words(at.duration_since(now)))
            });
            writeln!(out, "> asks again {when}, because {}", next.why).expect("memory");
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
        let answers = Answers::of(&self.timeline, polling, now);
        let is_known = self.told.contains(FIRST_SIGHT);
        let mut due = timely(judged, &self.norms.deadlines.remind_days, &self.zone, now);
        if !is_known {
            due.extend(untold(&self.timeline));
        }
        due.retain(|alert| !self.told.contains(&alert.key));
        messages(Occasion {
            is_known,
            answers: Answers { awaited_until: None, imminent: false, ..answers },
            first_sight: first_sight(&judged.standing, merged, now),
            changes,
            due,
        })
    }

    fn lines(&self, judged: &Judgement, merged: &[MergedEvent<'_>], now: Timestamp) -> Vec<String> {
        let standing = &judged.standing;
        let carrier = standing.holder.and_then(|no| self.timeline.leg(no)).and_then(|leg| leg.carrier.as_ref());
        let carrier = carrier.map_or(String::new(), |carrier| format!(" with {carrier}"));
        let trouble = standing.trouble.map_or(String::new(), |status| format!(", trouble: {}", status.key()));
        let mut lines = vec![format!(
            "{} ({}){carrier}{trouble} [{}]",
            standing.status.key(),
            standing.stage.key(),
            judged.attention.key()
        )];
        for (holds, line) in [
            (standing.rolled_back, "rolled back"),
            (standing.missing, "missing"),
            (standing.fee.is_some(), "a fee is due"),
            (standing.closed, "closed"),
            (standing.disagreement.is_some_and(|found| found.contradicts), "two portals contradict each other"),
            (standing.disagreement.is_some_and(|found| !found.contradicts), "one portal stands still"),
        ] {
            if holds {
                lines.push(line.to_owned());
            }
        }
        let lead = merged.iter().find(|entry| Some(entry.lead.id) == standing.lead);
        lines.extend(lead.and_then(|entry| entry.lead.event.delivered_to()).map(|to| format!("left {}", to.words())));
        if let Some(repeated) = standing.repeated {
            lines.push(format!("{} on {} days", repeated.status.key(), repeated.days));
        }
        if let Some(expected) = &judged.expected {
            let from = expected.first_day(&self.zone).map_or(String::new(), |day| format!("{day} to "));
            let to = expected.last_day(&self.zone);
            let slid = match expected.slides {
                0 => String::new(),
                slides => format!(", moved {slides} times, {:+} days", expected.slid_days),
            };
            let peak = if expected.peak { ", peak season" } else { "" };
            lines.push(format!("expected {from}{to} ({}{slid}{peak})", expected.source.key()));
        }
        if let Some(silence) = &judged.silence {
            let until = day_words(silence.normal_until, &self.zone);
            let from = day_words(silence.act_from, &self.zone);
            lines.push(format!("silence {}: normal until {until}, too long from {from}", silence.verdict.key()));
            if silence.unheard_since.is_some() {
                lines.push(silence.words(&self.zone, now));
            }
        }
        for deadline in &judged.deadlines {
            let passed = if deadline.has_passed(now) { ", passed" } else { "" };
            lines.push(format!("{} {}{passed}: {}", deadline.kind.key(), deadline.at.calendar_date(), deadline.text));
        }
        lines.push(format!("advice {}: {}", judged.advice.kind.key(), judged.advice.text));
        for leg in &self.timeline.legs {
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

/// So many finished parcels like this one: 12 to 20 days on the way, at most 9 of them without a scan.
fn kin(count: usize, parcel: &Parcel) -> Experience {
    use crate::learning::{Journey, StageStay};
    use crate::vocabulary::Stage;
    let hours = SignedDuration::from_hours;
    let shipped = jiff::civil::date(2026, 6, 1);
    let journey = |n: usize| Journey {
        parcel: ParcelId::new(&format!("kin-{n}")).expect("an id"),
        class: parcel.class,
        origin: parcel.origin,
        destination: parcel.country,
        first_carrier: CarrierId::new("cainiao"),
        last_carrier: CarrierId::new("usps"),
        shipped,
        delivered: shipped + hours(24 * (12 + i64::try_from(n % 9).expect("a few"))),
        stages: [Stage::Origin, Stage::LineHaul, Stage::Import, Stage::LastMile]
            .map(|stage| StageStay {
                stage,
                stay: hours(24 * 4),
                silence: hours(24 * (1 + i64::try_from(n % 9).expect("a few"))),
            })
            .to_vec(),
        first_window: None,
        last_window: None,
    };
    (0..count).map(journey).collect()
}
