//! A parcel's history: what its carriers told, merged answer by answer.
//!
//! The history is the set of everything that was ever said, so it does not matter in which order, how often or in which
//! pieces the answers arrive. What the set means is worked out anew by [`crate::state::entries`] and [`crate::state::ParcelState`].

use std::collections::HashSet;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::carriers::matches_unsupported;
use crate::record::{Event, EventId, Leg, LegNo, LegState, Outage, RecordedEvent, Report, Role};
use crate::record::{Mark, ToldWindow};
use crate::vocabulary::{Country, Failure, Parcel};

/// Facts about what is to come: they hold for as long as the carrier repeats them.
const PASSING_FACTS: [&str; 4] = ["delay", "estimate", "fee", "pickup_at"];
/// What is older than the order by more than this belongs to another parcel: an order's date may be a few days off.
const OLDER_BY_DAYS: i64 = 3;
/// What ended longer before the number was given is most likely another parcel's: carriers use numbers again after a year or less.
const REUSED_AFTER_DAYS: i64 = 365;
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

    /// The first day on which something under a leg's number can belong to this parcel. That the config names its carrier says
    /// whose the number is, not that it was never used before; who confirms what was reported takes all of it.
    fn floor(&self, parcel: &Parcel, leg: &Leg) -> Option<Date> {
        if leg.confirmed && leg.carrier != parcel.carrier {
            return None;
        }
        let given = |no| self.leg(no).is_some_and(|leg| leg.role == Role::Given);
        let first_scan = || {
            let told = self.events.iter().filter(|seen| leg.role != Role::Given && given(seen.leg));
            told.filter_map(|seen| Some(seen.event.moment.as_ref()?.calendar_date())).min()
        };
        let begun = parcel.ordered.or_else(first_scan)?;
        begun.checked_sub(SignedDuration::from_hours(24 * OLDER_BY_DAYS)).ok()
    }

    /// A number given by hand of which all that its carrier reports is older than the parcel, or, where nobody says when that was
    /// ordered, older than a year; and the day of the newest scan.
    pub fn reused_number(&self, parcel: &Parcel) -> Option<(&Leg, Date)> {
        let own: HashSet<LegNo> = self.journey(parcel).map(|seen| seen.leg).collect();
        let is_old = |leg: &Leg, newest: Date| {
            let added = leg.added_at.to_zoned(TimeZone::UTC).date();
            let year = SignedDuration::from_hours(24 * REUSED_AFTER_DAYS);
            parcel.ordered.is_none() && added.checked_sub(year).is_ok_and(|year_before| newest < year_before)
        };
        let given = self.legs.iter().filter(|leg| leg.role == Role::Given && leg.state == LegState::Active);
        let mut newest = given.filter_map(|leg| Some((leg, self.newest_day(leg.no)?)));
        newest.find(|(leg, newest)| !own.contains(&leg.no) || is_old(leg, *newest))
    }

    pub(super) fn newest_day(&self, no: LegNo) -> Option<Date> {
        let told = self.events.iter().filter(|seen| seen.leg == no);
        told.filter_map(|seen| Some(seen.event.moment.as_ref()?.calendar_date())).max()
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
