//! A parcel's history: what its carriers told, merged answer by answer.
//!
//! The history is the set of everything that was ever said, so it does not matter in which order, how often or in which
//! pieces the answers arrive. What the set means is worked out anew by [`crate::state::entries`] and [`crate::state::ParcelState`].

use std::collections::HashSet;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use crate::carriers::matches_unsupported;
use crate::carriers::{CONFIDENCE_ASKED_MIN, Candidate};
use crate::record::{Event, EventId, HandOff, Leg, LegNo, LegState, Outage, RecordedEvent, Report, Role};
use crate::record::{Mark, ToldWindow};
use crate::vocabulary::Failure;
use crate::vocabulary::{Country, Parcel, TrackingNumber};

/// A number found in an answer may lead to another number, and that to a third: no real journey has more.
const HANDOFF_DEPTH_MAX: usize = 3;
/// More numbers than this in one parcel are a carrier's mistake, or an attack.
const LEGS_MAX: usize = 24;
/// Facts about what is to come: they hold for as long as the carrier repeats them.
const PASSING_FACTS: [&str; 4] = ["delay", "estimate", "fee", "pickup_at"];
/// What is older than the order by more than this belongs to another parcel: an order's date may be a few days off.
const OLDER_BY_DAYS: i64 = 3;
/// A new number is often unknown for one or two days: 24 to 48 h are usual between "shipped" and the first status.
const ACTIVATION: SignedDuration = SignedDuration::from_hours(48);
/// A carrier that words every answer anew would fill the disk; no real leg comes near.
pub const EVENTS_PER_LEG_MAX: usize = 500;

/// Everything that is known about one parcel.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Timeline {
    pub legs: Vec<Leg>,
    /// In no particular order.
    pub events: Vec<RecordedEvent>,
    /// What the carriers expected, and when they first said so; oldest first.
    pub windows: Vec<RecordedWindow>,
    /// What the person said; oldest first.
    pub marks: Vec<Mark>,
}

/// A delivery window as it was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedWindow {
    pub leg: LegNo,
    pub first_seen_at: Timestamp,
    pub window: ToldWindow,
}

/// What one answer changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Events nobody had told before, oldest first.
    pub new: Vec<EventId>,
    /// Events we knew and now read differently.
    pub healed: Vec<EventId>,
    /// Legs that were added for numbers found in the answer.
    pub legs: Vec<LegNo>,
    /// The carrier moved its window.
    pub window: bool,
    /// The carrier speaks again after it had not.
    pub back: Option<Outage>,
    /// Events that were left out because the leg is full.
    pub overflow: usize,
}

impl Timeline {
    pub fn leg(&self, no: LegNo) -> Option<&Leg> {
        self.legs.iter().find(|leg| leg.no == no)
    }

    pub fn leg_mut(&mut self, no: LegNo) -> Option<&mut Leg> {
        self.legs.iter_mut().find(|leg| leg.no == no)
    }

    /// Takes in an answer about one leg. Taking in the same answer again changes nothing.
    pub fn absorb(&mut self, no: LegNo, report: &Report) -> Progress {
        let Some(index) = self.legs.iter().position(|leg| leg.no == no) else {
            return Progress::default();
        };
        let newest = self.legs[index].latest_at.is_none_or(|latest| report.received_at >= latest);
        let mut progress = Progress { back: self.legs[index].outage.take(), ..Progress::default() };
        self.absorb_events(index, report, newest, &mut progress);
        if newest {
            progress.window = self.absorb_rest(index, report);
        }
        let leg = &mut self.legs[index];
        leg.last_ok_at = leg.last_ok_at.max(Some(report.received_at));
        leg.latest_at = leg.latest_at.max(Some(report.received_at));
        for handoff in &report.handoffs {
            progress.legs.extend(self.follow(no, handoff, report.received_at));
        }
        progress
    }

    fn absorb_events(&mut self, index: usize, report: &Report, newest: bool, progress: &mut Progress) {
        let leg = &self.legs[index];
        let no = leg.no;
        let carrier = leg.carrier.as_ref().map_or("", |carrier| carrier.as_str()).to_owned();
        let number = leg.number.clone();
        let mut room = EVENTS_PER_LEG_MAX.saturating_sub(self.events.iter().filter(|seen| seen.leg == no).count());
        let mut told = HashSet::new();
        let mut shown: Vec<(EventId, u16)> = Vec::new();
        for event in report.events.iter().rev() {
            let id = EventId::of(&carrier, number.as_str(), event);
            // The same line twice in one answer is one event.
            if !told.insert(id) {
                continue;
            }
            shown.push((id, u16::try_from(shown.len()).unwrap_or(u16::MAX)));
            match self.events.iter_mut().find(|seen| seen.id == id && seen.leg == no) {
                Some(seen) => {
                    seen.first_seen_at = seen.first_seen_at.min(report.received_at);
                    if heal(seen, event, report.read_at) {
                        progress.healed.push(id);
                    }
                }
                None if room > 0 => {
                    room -= 1;
                    progress.new.push(id);
                    self.events.push(RecordedEvent {
                        id,
                        leg: no,
                        event: event.clone(),
                        first_seen_at: report.received_at,
                        read_at: report.read_at,
                        position: None,
                    });
                }
                None => progress.overflow += 1,
            }
        }
        if newest {
            for seen in self.events.iter_mut().filter(|seen| seen.leg == no) {
                seen.position = shown.iter().find(|(id, _)| *id == seen.id).map(|(_, position)| *position);
            }
        }
    }

    /// Takes in what is not an event; true when the carrier's window moved.
    fn absorb_rest(&mut self, index: usize, report: &Report) -> bool {
        let leg = &mut self.legs[index];
        leg.summary.clone_from(&report.summary);
        leg.origin = report.origin.or(leg.origin);
        leg.destination = report.destination.or(leg.destination);
        leg.done = report.done;
        if report.zone.is_some() {
            leg.zone.clone_from(&report.zone);
        }
        let gone = PASSING_FACTS.iter().filter(|name| report.facts.get(name).is_none());
        gone.for_each(|name| leg.facts.remove(name));
        for (name, value) in report.facts.iter() {
            leg.facts.set(name, value);
        }
        let Some(window) = &report.window else { return false };
        if leg.window.as_ref() == Some(window) {
            return false;
        }
        leg.window = Some(window.clone());
        self.windows.push(RecordedWindow { leg: leg.no, first_seen_at: report.received_at, window: window.clone() });
        true
    }

    /// Adds a leg for a number found in an answer, unless the parcel has it already.
    fn follow(&mut self, found_in: LegNo, handoff: &HandOff, now: Timestamp) -> Option<LegNo> {
        if let Some(known) = self.legs.iter_mut().find(|leg| leg.number == handoff.number) {
            // A later answer may name the carrier of a number we have.
            if known.carrier_name.is_none() && known.no != found_in {
                known.carrier_name.clone_from(&handoff.carrier);
            }
            return None;
        }
        if self.legs.len() >= LEGS_MAX {
            return None;
        }
        let no = self.next_leg();
        let mut leg = Leg::new(no, handoff.number.clone(), handoff.role, now);
        leg.found_in = Some(found_in);
        leg.confidence = handoff.confidence;
        leg.because.clone_from(&handoff.because);
        leg.carrier_name.clone_from(&handoff.carrier);
        leg.country = handoff.country;
        if self.depth(found_in) >= HANDOFF_DEPTH_MAX {
            leg.state = LegState::Refused;
            leg.because =
                format!("{}; not followed: it is the {}th number in a row", leg.because, HANDOFF_DEPTH_MAX + 1);
        }
        self.legs.push(leg);
        Some(no)
    }

    /// How many hand-offs led to a leg.
    fn depth(&self, no: LegNo) -> usize {
        let mut depth = 0;
        let mut at = self.leg(no);
        while let Some(leg) = at {
            at = leg.found_in.and_then(|from| self.leg(from));
            depth += 1;
            if depth > self.legs.len() {
                break;
            }
        }
        depth
    }

    fn next_leg(&self) -> LegNo {
        LegNo(self.legs.iter().map(|leg| leg.no.0 + 1).max().unwrap_or(0))
    }

    /// Takes in that there was no answer. Returns the outage so far.
    pub fn fail(&mut self, no: LegNo, failure: Failure, now: Timestamp) -> Option<&Outage> {
        let leg = self.leg_mut(no)?;
        if failure.kind.is_answer() {
            leg.last_ok_at = leg.last_ok_at.max(Some(now));
        }
        let (since, count) = match &leg.outage {
            Some(outage) if outage.failure.kind == failure.kind => (outage.since, outage.count.saturating_add(1)),
            _ => (now, 1),
        };
        leg.outage = Some(Outage { failure, since, count });
        leg.outage.as_ref()
    }

    /// Gives the numbers without a carrier the carriers that could be theirs, best first; the first `ask` of them are
    /// asked. Returns the legs to ask. What an aggregator named is not asked of one: it tells of the whole parcel under
    /// the number that it was given, and would charge a second time. Nor is another number for a stretch that is told.
    pub fn assign(&mut self, number: &TrackingNumber, candidates: &[Candidate], ask: usize) -> Vec<LegNo> {
        let Some(first) = self.legs.iter().position(|leg| leg.number == *number) else { return Vec::new() };
        let named_by = self.legs[first].found_in.and_then(|no| self.leg(no));
        let is_told = named_by.is_some_and(|leg| leg.is_aggregator) || self.legs[first].role == Role::Partner;
        let mut started = Vec::new();
        for (rank, candidate) in candidates.iter().filter(|c| !(is_told && c.is_aggregator)).enumerate() {
            let known = self.legs.iter().position(|leg| {
                leg.number == *number && leg.carrier.as_ref().is_none_or(|carrier| *carrier == candidate.carrier)
            });
            let index = match known {
                Some(index) => index,
                None if self.legs.len() < LEGS_MAX => {
                    let mut leg =
                        Leg::new(self.next_leg(), number.clone(), self.legs[first].role, self.legs[first].added_at);
                    leg.because.clone_from(&self.legs[first].because);
                    leg.found_in = self.legs[first].found_in;
                    leg.carrier_name.clone_from(&self.legs[first].carrier_name);
                    leg.country = self.legs[first].country;
                    self.legs.push(leg);
                    self.legs.len() - 1
                }
                None => break,
            };
            let leg = &mut self.legs[index];
            leg.carrier = Some(candidate.carrier.clone());
            leg.confidence = candidate.confidence;
            leg.checksum = candidate.checksum;
            leg.is_aggregator = candidate.is_aggregator;
            leg.country = leg.country.or(candidate.country);
            if matches!(leg.state, LegState::NoCarrier | LegState::Dormant | LegState::Retired) {
                leg.state = if rank < ask { LegState::Active } else { LegState::Dormant };
                if leg.state == LegState::Active {
                    started.push(leg.no);
                }
            }
        }
        started
    }

    /// Adds the numbers of the config that the parcel does not have yet, and retires those that were taken out.
    pub fn reconcile(&mut self, parcel: &Parcel, now: Timestamp) {
        for number in &parcel.numbers {
            let known = self.legs.iter_mut().filter(|leg| leg.number == *number);
            let mut any = false;
            for leg in known {
                any = true;
                leg.role = Role::Given;
                if leg.state == LegState::Retired {
                    leg.state = LegState::NoCarrier;
                }
            }
            if !any {
                let no = self.next_leg();
                let mut leg = Leg::new(no, number.clone(), Role::Given, now);
                leg.because = "given in the config".to_owned();
                self.legs.push(leg);
            }
        }
        for leg in self.legs.iter_mut().filter(|leg| leg.role == Role::Given) {
            if !parcel.numbers.contains(&leg.number) {
                leg.state = LegState::Retired;
            }
        }
    }

    /// Once a carrier has told of a parcel, the others that only might have been it are no longer asked; and when no carrier
    /// asked can tell anything, the next one is. Returns the legs that are now to be asked.
    pub fn choose_active_carrier(&mut self, number: &TrackingNumber, now: Timestamp) -> Vec<LegNo> {
        let has_events = |leg: &Leg, seen: &[RecordedEvent]| seen.iter().any(|seen| seen.leg == leg.no);
        let found = self.legs.iter().any(|leg| leg.number == *number && has_events(leg, &self.events));
        let mut started = Vec::new();
        if found {
            for leg in self.legs.iter_mut().filter(|leg| leg.number == *number && leg.state == LegState::Active) {
                if !leg.confirmed && !has_events(leg, &self.events) && leg.outage.is_some() {
                    leg.state = LegState::Dormant;
                }
            }
            return started;
        }
        let active = || self.legs.iter().filter(|leg| leg.number == *number && leg.state == LegState::Active);
        if active().all(is_asked_in_vain) {
            let likeliest = active().max_by_key(|leg| leg.confidence);
            let is_aggregator = likeliest.is_none_or(|leg| is_worth_paying(leg, now));
            let next = self.legs.iter_mut().filter(|leg| leg.number == *number && leg.state == LegState::Dormant);
            let next = next.filter(|leg| match leg.is_aggregator {
                true => is_aggregator,
                false => leg.confidence >= CONFIDENCE_ASKED_MIN,
            });
            // Nobody pays for a question while another carrier can be asked for nothing.
            if let Some(leg) = next.max_by_key(|leg| (!leg.is_aggregator, leg.confidence)) {
                leg.state = LegState::Active;
                started.push(leg.no);
            }
        }
        started
    }

    /// No check digit of any of its numbers holds, and nobody else is known whose number it could be.
    pub fn is_likely_mistyped(&self) -> bool {
        let fails = |leg: &Leg| leg.checksum == Some(false) && !matches_unsupported(&leg.number);
        !self.legs.is_empty() && self.legs.iter().all(fails)
    }

    /// The likeliest leg, where every carrier that is asked waits for the person and so nobody can tell anything.
    pub fn stuck(&self) -> Option<&Leg> {
        let active = || self.legs.iter().filter(|leg| leg.state == LegState::Active);
        let waits = |leg: &Leg| leg.outage.as_ref().is_some_and(|outage| outage.failure.kind.needs_person());
        active().max_by_key(|leg| leg.confidence).filter(|_| active().all(waits))
    }

    /// Everything that belongs to this parcel's journey. What stands under a number that the person rejected does not; and
    /// carriers use numbers again after a year or less: what is older than the order, or than the leg that led here, is kept
    /// and told of another parcel.
    pub fn journey<'a>(&'a self, parcel: &'a Parcel) -> impl Iterator<Item = &'a RecordedEvent> {
        let floors: Vec<(LegNo, Date)> =
            self.legs.iter().filter_map(|leg| Some((leg.no, self.floor(parcel, leg)?))).collect();
        let rejected = |no| self.leg(no).is_some_and(|leg| leg.state == LegState::Rejected);
        self.events.iter().filter(move |seen| !rejected(seen.leg)).filter(move |seen| {
            let floor = floors.iter().find(|(no, _)| *no == seen.leg).map(|(_, floor)| *floor);
            floor.is_none_or(|floor| seen.event.moment.as_ref().is_none_or(|moment| moment.calendar_date() >= floor))
        })
    }

    /// The first day on which something under a leg's number can belong to this parcel.
    fn floor(&self, parcel: &Parcel, leg: &Leg) -> Option<Date> {
        if leg.confirmed {
            return None;
        }
        let begun = parcel.ordered.or_else(|| {
            let given = |no| self.leg(no).is_some_and(|leg| leg.role == Role::Given);
            let told = self.events.iter().filter(|seen| leg.role != Role::Given && given(seen.leg));
            told.filter_map(|seen| Some(seen.event.moment.as_ref()?.calendar_date())).min()
        })?;
        begun.checked_sub(SignedDuration::from_hours(24 * OLDER_BY_DAYS)).ok()
    }

    /// Stops following a number that was found, guessed or named by a partner, when all its carrier tells is older than the
    /// parcel.
    pub fn refuse_reused(&mut self, parcel: &Parcel) {
        let own: HashSet<LegNo> = self.journey(parcel).map(|seen| seen.leg).collect();
        let reused: Vec<(LegNo, Option<Date>)> = self
            .legs
            .iter()
            .filter(|leg| leg.role != Role::Given && leg.state == LegState::Active && !own.contains(&leg.no))
            .filter(|leg| self.events.iter().any(|seen| seen.leg == leg.no))
            .map(|leg| {
                let told = self.events.iter().filter(|seen| seen.leg == leg.no);
                (leg.no, told.filter_map(|seen| Some(seen.event.moment.as_ref()?.calendar_date())).max())
            })
            .collect();
        for (no, newest) in reused {
            if let Some(leg) = self.leg_mut(no) {
                leg.state = LegState::Refused;
                let newest = newest.map_or_else(String::new, |date| format!(", its newest scan of {date}"));
                leg.because =
                    format!("{}; refused: all its carrier tells is older than this parcel{newest}", leg.because);
            }
        }
    }

    /// The country the parcel goes to: as the person said, else as the carriers say.
    pub fn destination(&self, parcel: &Parcel) -> Option<Country> {
        parcel.country.or_else(|| self.legs.iter().find_map(|leg| leg.destination))
    }

    /// The country the parcel comes from.
    pub fn origin(&self, parcel: &Parcel) -> Option<Country> {
        parcel.origin.or_else(|| self.legs.iter().find_map(|leg| leg.origin))
    }
}

/// Whether a carrier can tell nothing of its number: its door is closed, or it said so more than once.
fn is_asked_in_vain(leg: &Leg) -> bool {
    leg.outage.as_ref().is_some_and(|outage| {
        let kind = outage.failure.kind;
        kind.leads_elsewhere() || (kind.is_answer() && outage.count > 1)
    })
}

/// Whether the likeliest carrier of a number is closed to us, or has not known it for longer than a number takes to be known.
fn is_worth_paying(leg: &Leg, now: Timestamp) -> bool {
    leg.outage
        .as_ref()
        .is_some_and(|outage| outage.failure.kind.leads_elsewhere() || now.duration_since(outage.since) >= ACTIVATION)
}

/// Takes over a newer reading of an event we have: the carrier's words are the same, only what we make of them can
/// differ. True when it does.
fn heal(known: &mut RecordedEvent, told: &Event, read_at: Timestamp) -> bool {
    if read_at <= known.read_at || known.event == *told {
        return false;
    }
    known.event.clone_from(told);
    known.read_at = read_at;
    true
}

#[cfg(test)]
mod tests;
