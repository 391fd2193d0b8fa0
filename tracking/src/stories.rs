//! Stories of parcels, played day by day: what the carriers answered, and what the user said.
//!
//! A story is a file under `journeys/`. Its lines that begin with `>` are what a test makes of it, and are not read here.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::judgement::{Alert, Judgement, Norms, alerts, assess, back, lost};
use crate::learning::Experience;
use crate::record::{
    Event, HandOff, Leg, LegNo, LegState, Mark, MarkKind, Place, PollReason, Report, Role, Timeline, ToldWindow,
};
use crate::state::{MergedEvent, ParcelState, merged_events};
use crate::vocabulary::{
    CarrierId, Class, Country, Facts, Failure, FailureKind, Moment, Parcel, ParcelId, Status, TrackingNumber,
};

/// A story while it is played.
#[derive(Debug)]
pub struct Story<'a> {
    name: &'a str,
    /// The lines to come.
    lines: std::collections::VecDeque<&'a str>,
    pub parcel: Parcel,
    pub timeline: Timeline,
    pub norms: Norms,
    /// The recipient's zone.
    pub zone: TimeZone,
    /// The check digits of the user's numbers do not hold.
    mistyped: bool,
    /// What each carrier showed last, for the line `as before`.
    shown: BTreeMap<LegNo, Vec<Event>>,
}

/// One thing that has happened.
#[derive(Debug)]
pub struct Scene<'a> {
    pub at: Timestamp,
    /// Its line in the story.
    pub line: &'a str,
    /// All that stands in the story up to here since the scene before.
    pub text: String,
    /// The leg that was polled, where one was, and what is worth telling of it.
    pub polled: Option<(LegNo, Vec<Alert>)>,
}

/// A scene to be played, with the indented lines below it.
struct Step<'a> {
    at: Timestamp,
    words: Vec<&'a str>,
    lines: Vec<&'a str>,
}

impl<'a> Story<'a> {
    pub fn new(name: &'a str, text: &'a str) -> Self {
        Self {
            name,
            lines: text.lines().filter(|line| !line.starts_with('>')).collect(),
            parcel: Parcel::new(ParcelId::new("parcel").expect("an id"), "Parcel"),
            timeline: Timeline::default(),
            norms: Norms::default(),
            zone: TimeZone::UTC,
            mistyped: false,
            shown: BTreeMap::new(),
        }
    }

    /// Plays the next scene; `None` after the last.
    pub fn play(&mut self) -> Option<Scene<'a>> {
        let mut text = String::new();
        while let Some(line) = self.lines.pop_front() {
            text.push_str(line);
            text.push('\n');
            if line.starts_with('#') || line.trim().is_empty() {
                continue;
            }
            if let Some(words) = line.strip_prefix("parcel ") {
                self.describe(words);
                continue;
            }
            let (clock, words) = line.split_at_checked(16).unwrap_or_else(|| self.fail(line));
            let at = format!("{}:00Z", clock.replace(' ', "T")).parse();
            let at = at.unwrap_or_else(|error| panic!("{}: {line}: {error}", self.name));
            let mut below = Vec::new();
            while let Some(line) = self.lines.pop_front_if(|line| line.starts_with(' ')) {
                text.push_str(line);
                text.push('\n');
                below.push(line.trim());
            }
            let polled = self.happen(&Step { at, words: words.split_whitespace().collect(), lines: below });
            return Some(Scene { at, line, text, polled });
        }
        assert!(text.is_empty(), "{}: nothing happens after {text:?}", self.name);
        None
    }

    /// The parcel's history merged, and judged as of a moment.
    pub fn judged(&self, now: Timestamp) -> (Vec<MergedEvent<'_>>, Judgement) {
        let merged = merged_events(&self.timeline, &self.parcel);
        let judgement = assess(&self.timeline, &self.parcel, &merged, &self.norms, &self.zone, now);
        (merged, judgement)
    }

    fn fail(&self, line: &str) -> ! {
        panic!("{}: cannot read {line:?}", self.name)
    }

    /// `parcel standard CN>FR aliexpress ordered 2026-09-01 number LP001 cohort 9`
    fn describe(&mut self, words: &str) {
        let mut words = words.split_whitespace();
        while let Some(word) = words.next() {
            let mut value = || words.next().unwrap_or_default();
            match word {
                "ordered" => self.parcel.ordered = value().parse().ok(),
                "carrier" => self.parcel.carrier = CarrierId::new(value()),
                "status" => self.parcel.order_status = Status::from_key(value()),
                "number" => self.parcel.numbers.extend(TrackingNumber::new(value())),
                "mistyped" => self.mistyped = true,
                "kin" => self.norms.experience = cohort(value().parse().unwrap_or(0), &self.parcel).into(),
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
                assert!(self.timeline.reject(no, step.at), "a leg");
                None
            }
            ["confirms", carrier] => {
                let no = self.leg(carrier, step.at);
                assert!(self.timeline.confirm(no, step.at), "a leg");
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
                let before = ParcelState::of(&self.timeline, &self.parcel);
                let report = self.report(no, step);
                self.shown.insert(no, report.events.clone());
                let progress = self.timeline.absorb(no, &report);
                for no in &progress.legs {
                    let leg = self.timeline.leg_mut(*no).expect("a leg");
                    leg.carrier = leg.carrier_name.as_deref().and_then(CarrierId::new);
                    if leg.state == LegState::NoCarrier && leg.carrier.is_some() {
                        leg.activate(step.at, PollReason::FoundInAnswer);
                    }
                }
                self.timeline.refuse_reused(&self.parcel);
                let after = ParcelState::of(&self.timeline, &self.parcel);
                // In stories every post has a plugin.
                let post = self.timeline.unpolled_local_post(&self.parcel).filter(|_| after.stage.is_at_destination());
                if let Some((issued, post)) = post {
                    self.timeline.poll_local_post(issued, &post, step.at);
                }
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
        leg.confirmed = self.parcel.carrier.as_ref() == Some(&carrier);
        leg.carrier = Some(carrier);
        leg.activate(now, PollReason::New);
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
}

/// An event from a line such as `departed_origin | 2026-11-03 12:00 +08:00 | Left China | CN | CODE | fact=value`; what stands
/// behind the text may be left out. A clock with an IANA name or `?` instead of an offset has no zone to rely on.
pub(crate) fn event(line: &str) -> Event {
    let mut fields = line.split('|').map(str::trim);
    let status = fields.next().unwrap_or_default();
    let status = Status::from_key(status).unwrap_or_else(|| panic!("{status:?} is no status"));
    let when = fields.next().unwrap_or_default();
    let text = fields.next().filter(|text| !text.is_empty()).unwrap_or(status.title());
    let place = fields.next().filter(|place| !place.is_empty()).map(|country| Place {
        text: country.to_owned(),
        country: Country::new(country),
        ..Place::default()
    });
    let code = fields.next().filter(|code| !code.is_empty()).map(str::to_owned);
    let facts = fields.next().unwrap_or_default().split_whitespace().filter_map(|fact| fact.split_once('='));
    Event {
        moment: moment(when),
        status,
        code,
        text: text.to_owned(),
        translation: None,
        place,
        facts: facts.collect::<Facts>(),
    }
}

fn moment(text: &str) -> Option<Moment> {
    let parts: Vec<&str> = text.split_whitespace().collect();
    match parts.as_slice() {
        [] => None,
        [date] => Moment::date(date),
        [date, clock, offset] if offset.starts_with(['+', '-']) || *offset == "Z" => {
            Moment::instant(&format!("{date}T{clock}:00{offset}"))
        }
        [date, clock, rest @ ..] => {
            let hint = rest.first().filter(|hint| **hint != "?").map(|hint| (*hint).to_owned());
            Moment::clock(&format!("{date}T{clock}:00"), hint)
        }
    }
}

/// So many finished parcels like this one: 12 to 20 days on the way, at most 9 of them without a scan.
fn cohort(count: usize, parcel: &Parcel) -> Experience {
    use crate::learning::{CompletedTrip, StageStay};
    use crate::vocabulary::Stage;
    let hours = SignedDuration::from_hours;
    let shipped = jiff::civil::date(2026, 6, 1);
    let journey = |n: usize| CompletedTrip {
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
