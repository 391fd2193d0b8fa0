//! Where a parcel is now, read from its merged timeline.
//!
//! Progress goes by stage and never back, except where a real step back is meant: after a delivery attempt, after a wrong
//! "delivered", and on the way back to the sender.

use jiff::{SignedDuration, Timestamp};

use crate::record::{EventId, Leg, LegNo, MarkKind, Place, Role, Timeline};
use crate::state::inspections::is_inspected_again;
use crate::state::{Disagreement, MergedEvent, disagreement, merged_events};
use crate::vocabulary::{Country, FailureKind, Moment, Parcel, Problem, Stage, Status, zone_from_hint};

/// A scan this soon after "delivered" was made before it and told late.
const LATE_SCAN: SignedDuration = SignedDuration::from_hours(1);

/// The five moments people want to hear of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Milestone {
    Shipped,
    LeftOrigin,
    Arrived,
    OutForDelivery,
    Delivered,
}

impl Milestone {
    pub const ALL: [Self; 5] = [Self::Shipped, Self::LeftOrigin, Self::Arrived, Self::OutForDelivery, Self::Delivered];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Shipped => "shipped",
            Self::LeftOrigin => "left_origin",
            Self::Arrived => "arrived",
            Self::OutForDelivery => "out_for_delivery",
            Self::Delivered => "delivered",
        }
    }
}

/// A step that is told on this many days is not a step any more.
const REPEATED_DAYS: usize = 3;

/// A step that comes again and again: papers that do not fit, a parcel that goes in circles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Repeated {
    pub status: Status,
    /// On how many days it was told.
    pub days: usize,
}

/// Where a parcel is and how we know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParcelState {
    pub status: Status,
    pub stage: Stage,
    /// A problem that nothing has overtaken yet.
    pub trouble: Option<Status>,
    /// The event that tells of the problem.
    pub trouble_event: Option<EventId>,
    /// What is wrong, where it does not pass by itself.
    pub problem: Option<Problem>,
    /// The event that says so; `None` where the person or the config does.
    pub lead: Option<EventId>,
    /// The same event as every portal told it, in whatever words.
    pub tellings: Vec<EventId>,
    /// When that happened.
    pub since: Option<Timestamp>,
    /// When it was first said: "still held", told again, is no new hold.
    pub status_since: Option<Timestamp>,
    /// When the stage was reached.
    pub stage_since: Option<Timestamp>,
    /// The newest event of any kind.
    pub moved_at: Option<Timestamp>,
    /// The leg whose carrier has it now.
    pub holder: Option<LegNo>,
    pub place: Option<Place>,
    /// It was out for delivery, or said to be delivered, and then was not.
    pub rolled_back: bool,
    /// It is said to be delivered, and the person says that it is not there.
    pub missing: bool,
    /// Money that a carrier says is due, in its own words.
    pub fee: Option<String>,
    /// An export or import scan that comes again and again, with nothing after it.
    pub repeated: Option<Repeated>,
    /// Two portals that do not match.
    pub disagreement: Option<Disagreement>,
    /// The newest event, where nobody knows what it means.
    pub unread: Option<EventId>,
    /// Its carrier's own summary says where the parcel is, since nobody knows what the newest event means.
    pub is_by_summary: bool,
    pub crosses_border: bool,
    /// The moments reached so far and the event of each.
    pub milestones: Vec<(Milestone, EventId)>,
    /// Any carrier has acknowledged any of its numbers.
    pub acknowledged: bool,
    /// Nothing more is to be expected: in the person's hands, refunded, back with the sender.
    pub closed: bool,
}

impl ParcelState {
    /// Reads the standing of a parcel from all that is known about it.
    pub fn of(timeline: &Timeline, parcel: &Parcel) -> Self {
        Self::read(timeline, parcel, &merged_events(timeline, parcel))
    }

    /// The same, from entries that were worked out before.
    pub fn read(timeline: &Timeline, parcel: &Parcel, entries: &[MergedEvent<'_>]) -> Self {
        let mut walk = Walk::new(timeline, parcel, entries);
        for index in 0..entries.len() {
            walk.step(index);
        }
        walk.finish()
    }

    pub fn reached(&self, milestone: Milestone) -> bool {
        self.milestones.iter().any(|(reached, _)| *reached == milestone)
    }
}

/// One pass over the entries, oldest first.
struct Walk<'a> {
    timeline: &'a Timeline,
    parcel: &'a Parcel,
    entries: &'a [MergedEvent<'a>],
    origin: Option<Country>,
    destination: Option<Country>,
    /// The entry that counts as "now", and what it means: on the way back "delivered" is the sender's.
    now: Option<usize>,
    status: Status,
    /// The first entry that said the same.
    status_entry: Option<usize>,
    stage: Stage,
    stage_entry: Option<usize>,
    trouble: Option<usize>,
    /// Something proved that the parcel has left its country of origin.
    left_origin: bool,
    rolled_back: bool,
    milestones: Vec<(Milestone, EventId)>,
}

impl<'a> Walk<'a> {
    fn new(timeline: &'a Timeline, parcel: &'a Parcel, entries: &'a [MergedEvent<'a>]) -> Self {
        Self {
            timeline,
            parcel,
            entries,
            origin: timeline.origin(parcel),
            destination: timeline.destination(parcel),
            now: None,
            status: Status::Unknown,
            status_entry: None,
            stage: Stage::PreTransit,
            stage_entry: None,
            trouble: None,
            left_origin: false,
            rolled_back: false,
            milestones: Vec::new(),
        }
    }

    fn step(&mut self, index: usize) {
        let entry = &self.entries[index];
        let Some((status, told_stage)) = self.meaning(entry) else {
            let status = entry.status;
            if status.is_trouble() {
                self.trouble = Some(index);
            }
            return;
        };
        if self.is_declared_in_advance(index) {
            return;
        }
        // What is found is not lost any more, but what is broken does not mend on the way.
        self.trouble = self.trouble.filter(|trouble| self.entries[*trouble].status == Status::Damaged);
        self.left_origin |= status == Status::DepartedOrigin || told_stage == Stage::Import || self.is_abroad(entry);
        // "In transit" within the country of origin is still the origin.
        let stage = if status == Status::InTransit && self.crosses_border() && !self.left_origin {
            Stage::Origin
        } else {
            told_stage
        };
        if !self.moves_to(entry, status, stage) {
            return;
        }
        let before = self.status;
        if stage == Stage::LastMile
            && (before == Status::Delivered || (before == Status::OutForDelivery && status == Status::LocalProcessing))
        {
            self.rolled_back = true;
        } else if matches!(status, Status::Delivered | Status::OutForDelivery) {
            self.rolled_back = false;
        }
        if self.now.is_none() || self.stage != stage {
            self.stage_entry = Some(index);
        }
        if before != status {
            self.status_entry = Some(index);
        }
        self.now = Some(index);
        (self.status, self.stage) = (status, stage);
        self.reach(index, status, stage);
    }

    /// What an entry says of where the parcel is. Once it goes back, who receives it is the sender, unless the carrier clearly
    /// tries to deliver it to the recipient again.
    fn meaning(&self, entry: &MergedEvent<'_>) -> Option<(Status, Stage)> {
        let stage = entry.status.stage()?;
        if self.stage == Stage::Back && stage == Stage::Done && self.now.is_some() {
            return Some((Status::Returned, Stage::Back));
        }
        Some((entry.status, stage))
    }

    /// A van, an attempt or a pickup point in the recipient's country, of a parcel whose sender is in another.
    fn tries_again(&self, entry: &MergedEvent<'_>) -> bool {
        let is_attempt = matches!(
            entry.status,
            Status::OutForDelivery | Status::DeliveryFailed | Status::NotDelivered | Status::AvailableForPickup
        );
        is_attempt && self.is_at_destination(entry)
    }

    /// Customs papers are often filed before the parcel flies: without any sign of departure they move nothing.
    fn is_declared_in_advance(&self, index: usize) -> bool {
        let entry = &self.entries[index];
        if !matches!(entry.status, Status::ImportCustoms | Status::CustomsCleared) || self.left_origin {
            return false;
        }
        let is_out = entry.status == Status::CustomsCleared && self.is_on_destinations_clock(entry);
        if self.is_at_destination(entry) || is_out {
            return false;
        }
        let leg = entry.lead.leg;
        if self.timeline.leg(leg).is_some_and(|leg| leg.role == Role::HandOff) {
            return false;
        }
        // A carrier that tells of the origin would tell of the departure too.
        self.entries[..index].iter().any(|earlier| {
            earlier.lead.leg == leg && matches!(earlier.status.stage(), Some(Stage::Origin | Stage::PreTransit))
        })
    }

    fn is_at_destination(&self, entry: &MergedEvent<'_>) -> bool {
        let country = entry.lead.event.country();
        country.is_some() && country == self.destination && self.origin.is_some() && self.origin != self.destination
    }

    /// Whether its clock is that of the destination, and not that of the origin.
    fn is_on_destinations_clock(&self, entry: &MergedEvent<'_>) -> bool {
        let hours_of = |country: Option<Country>| Some(country?.zone()?.to_offset(entry.at).seconds() / 3600);
        let (Some(home), Some(there)) = (hours_of(self.origin), hours_of(self.destination)) else { return false };
        let hours = entry.sources().find_map(|seen| match seen.event.moment.as_ref()? {
            Moment::Instant { offset, .. } => Some(offset.seconds() / 3600),
            Moment::Clock { zone, .. } => Some(zone_from_hint(zone.as_ref()?)?.to_offset(entry.at).seconds() / 3600),
            Moment::Date(_) => None,
        });
        hours.is_some_and(|hours| (hours - there).abs() <= 1 && (hours - home).abs() > 1)
    }

    fn is_abroad(&self, entry: &MergedEvent<'_>) -> bool {
        let country = entry.lead.event.country();
        country.is_some() && self.origin.is_some() && country != self.origin && self.origin != self.destination
    }

    fn moves_to(&self, entry: &MergedEvent<'_>, status: Status, stage: Stage) -> bool {
        let Some(now) = self.now else { return true };
        let before = self.status;
        match (self.stage, stage) {
            // A cancelled label is the end of a parcel that never moved, and a mistake in one that did.
            (Stage::PreTransit, Stage::Ordered) => {
                matches!(status, Status::Cancelled | Status::Refunded | Status::Unfulfillable)
            }
            (before_stage, Stage::Ordered) => before_stage == Stage::Ordered,
            (Stage::Ordered | Stage::PreTransit, _) => true,
            (Stage::Back, Stage::Back) => status >= before,
            (Stage::Back, Stage::LastMile) => self.tries_again(entry),
            (Stage::Back, _) => false,
            (_, Stage::Back) => true,
            // "Delivered" that was wrong: only a new attempt says so, and not one that was merely told late.
            (Stage::Done, Stage::LastMile) => {
                matches!(
                    status,
                    Status::OutForDelivery | Status::DeliveryFailed | Status::AvailableForPickup | Status::NotDelivered
                ) && entry.at.duration_since(self.entries[now].at) > LATE_SCAN
            }
            (Stage::LastMile, Stage::LastMile) => status != Status::HandedToLocal || before == Status::HandedToLocal,
            // Customs messages come out of order: released stays released, unless the recipient has to act or it goes in circles.
            (Stage::Import, Stage::Import) => {
                let upto = self.entries.iter().position(|known| std::ptr::eq(known, entry)).unwrap_or(now);
                let again = status == Status::ImportCustoms && is_inspected_again(&self.entries[..=upto]);
                status == Status::CustomsHold || status >= before || again
            }
            (Stage::Origin, Stage::Origin) => status != Status::Accepted || before == Status::Accepted,
            (before_stage, stage) => stage >= before_stage,
        }
    }

    fn reach(&mut self, index: usize, status: Status, stage: Stage) {
        let id = self.entries[index].lead.id;
        let crosses = self.crosses_border();
        let mut reach = |milestone: Milestone, reached: bool| {
            if reached && !self.milestones.iter().any(|(known, _)| *known == milestone) {
                self.milestones.push((milestone, id));
            }
        };
        let forward = stage != Stage::Back;
        reach(Milestone::Shipped, forward && (status == Status::Shipped || stage >= Stage::Origin));
        reach(
            Milestone::LeftOrigin,
            status == Status::DepartedOrigin || (crosses && forward && stage >= Stage::Import),
        );
        reach(Milestone::Arrived, stage == Stage::Import || (crosses && forward && stage > Stage::Import));
        reach(Milestone::OutForDelivery, status == Status::OutForDelivery);
        reach(Milestone::Delivered, status == Status::Delivered);
    }

    fn crosses_border(&self) -> bool {
        self.left_origin || (self.origin.is_some() && self.destination.is_some() && self.origin != self.destination)
    }

    fn finish(mut self) -> ParcelState {
        let (status, stage) = match self.now {
            Some(_) => (self.status, self.stage),
            None => self.without_events(),
        };
        let unread = self.unread();
        let by_summary = unread.and_then(|entry| self.newer_summary(entry));
        let (status, stage) = by_summary.unwrap_or((status, stage));
        if let (Some(_), Some(entry), Status::Delivered) = (by_summary, unread, status)
            && !self.milestones.iter().any(|(known, _)| *known == Milestone::Delivered)
        {
            self.milestones.push((Milestone::Delivered, entry.lead.id));
        }
        let lead = self.now.map(|index| &self.entries[index]);
        let lead = if by_summary.is_some() { unread } else { lead };
        let mut parcel_state = ParcelState {
            status,
            stage,
            trouble: self.trouble.map(|index| self.entries[index].status),
            trouble_event: self.trouble.map(|index| self.entries[index].lead.id),
            problem: self.problem(),
            lead: lead.map(|entry| entry.lead.id),
            tellings: lead.iter().flat_map(|entry| entry.sources()).map(|seen| seen.id).collect(),
            since: lead.map(|entry| entry.at),
            status_since: self.status_entry.map(|index| self.entries[index].at),
            stage_since: self.stage_entry.map(|index| self.entries[index].at),
            moved_at: self.entries.iter().map(|entry| entry.at).max(),
            holder: self.holder(status),
            place: self.place(),
            rolled_back: self.rolled_back,
            missing: false,
            fee: self.fee(),
            repeated: self.repeated(),
            disagreement: disagreement(self.timeline, self.entries, lead.map(|entry| entry.lead.id)),
            unread: unread.map(|entry| entry.lead.id),
            is_by_summary: by_summary.is_some(),
            crosses_border: self.crosses_border(),
            milestones: std::mem::take(&mut self.milestones),
            acknowledged: self.timeline.legs.iter().any(|leg| leg.is_acknowledged()),
            closed: false,
        };
        self.hear_the_person(&mut parcel_state);
        parcel_state.closed |= matches!(parcel_state.status, Status::Returned | Status::Refunded | Status::Cancelled);
        parcel_state
    }

    /// What is known of a parcel that nobody has scanned. Where all that a carrier tells is another parcel's, from before the
    /// order, so is its summary.
    fn without_events(&self) -> (Status, Stage) {
        let is_anothers = |leg: &Leg| {
            let own = || self.entries.iter().flat_map(MergedEvent::sources).any(|seen| seen.leg == leg.no);
            self.timeline.events.iter().any(|seen| seen.leg == leg.no) && !own()
        };
        let legs = self.timeline.legs.iter().filter(|leg| !is_anothers(leg));
        let summary = legs.filter_map(|leg| leg.summary.as_ref()).map(|summary| summary.status).next();
        if let Some(stage) = summary.and_then(Status::stage) {
            return (summary.unwrap_or(Status::Unknown), stage);
        }
        match self.parcel.order_status {
            Some(status) => (status, status.stage().unwrap_or(Stage::Ordered)),
            None if self.parcel.numbers.is_empty() => (Status::OrderReceived, Stage::Ordered),
            None => (Status::Unknown, Stage::PreTransit),
        }
    }

    /// The newest entry, where it has a meaning that nobody knows.
    fn unread(&self) -> Option<&'a MergedEvent<'a>> {
        self.entries.last().filter(|entry| entry.status == Status::Unknown && entry.lead.event.code.is_some())
    }

    /// What the carrier of an entry that nobody can read sums up, where that is newer than what the events say: it goes on, goes
    /// back, or waits for the recipient.
    fn newer_summary(&self, entry: &MergedEvent<'_>) -> Option<(Status, Stage)> {
        let status = self.timeline.leg(entry.lead.leg)?.summary.as_ref()?.status;
        let stage = status.stage()?;
        let is_newer = match self.now {
            None => true,
            Some(_) if self.stage == Stage::Back => stage == Stage::Back,
            Some(_) => stage > self.stage || (stage == self.stage && status > self.status),
        };
        is_newer.then_some((status, stage))
    }

    /// After a hand-off the local carrier has it, even before it scans: the last one in the chain of hand-offs.
    fn holder(&self, status: Status) -> Option<LegNo> {
        let Some(now) = self.now else {
            return self.timeline.legs.iter().find(|leg| leg.is_acknowledged()).map(|leg| leg.no);
        };
        let told_by = self.entries[now].lead.leg;
        if status != Status::HandedToLocal {
            return Some(told_by);
        }
        let is_local = |leg: &&Leg| {
            leg.role == Role::HandOff && leg.polled_carrier().is_some() && (leg.is_acknowledged() || !is_stranger(leg))
        };
        let mut locals = self.timeline.legs.iter().filter(is_local);
        // A local carrier that names no other one speaks of itself.
        let is_last =
            locals.clone().any(|leg| leg.no == told_by) && locals.clone().all(|leg| leg.found_in != Some(told_by));
        if is_last {
            return Some(told_by);
        }
        locals.next_back().map(|leg| leg.no).or(Some(told_by))
    }

    /// The place of the event that counts, or of the last one before it that names one: once it has left, none of where it came
    /// from.
    fn place(&self) -> Option<Place> {
        let now = self.now?;
        let has_left = self.crosses_border() && matches!(self.stage, Stage::Import | Stage::LastMile | Stage::Done);
        let is_here = |entry: &&MergedEvent<'_>| {
            let stage = entry.status.stage();
            !has_left || (stage.is_none_or(|stage| stage >= Stage::Import) && !self.is_at_origin(entry))
        };
        let entries = self.entries[..=now].iter().rev().take_while(is_here);
        entries.flat_map(MergedEvent::sources).find_map(|seen| seen.event.place.clone())
    }

    fn is_at_origin(&self, entry: &MergedEvent<'_>) -> bool {
        let country = entry.lead.event.country();
        country.is_some() && country == self.origin && self.origin != self.destination
    }

    /// The problem of the newest trouble, or of the scan that counts.
    fn problem(&self) -> Option<Problem> {
        let entry = &self.entries[self.trouble.or(self.now)?];
        entry.sources().find_map(|seen| seen.event.problem())
    }

    /// The newest fact `fee` of the journey, until it has arrived or goes back.
    fn fee(&self) -> Option<String> {
        if self.now.is_some() && self.stage >= Stage::Done {
            return None;
        }
        let told =
            self.entries.iter().rev().flat_map(MergedEvent::sources).find_map(|seen| seen.event.facts.get("fee"));
        let of_leg = || self.timeline.legs.iter().find_map(|leg| leg.facts.get("fee"));
        told.or_else(of_leg).map(str::to_owned)
    }

    /// An export or import scan that was told on several days, as long as nothing came after it.
    fn repeated(&self) -> Option<Repeated> {
        let status = self.now.map(|_| self.status)?;
        if !matches!(
            status,
            Status::ExportCustoms
                | Status::HandedToAirline
                | Status::DepartedOrigin
                | Status::ArrivedDestination
                | Status::ImportCustoms
        ) {
            return None;
        }
        let mut days: Vec<_> = self
            .entries
            .iter()
            .filter(|entry| entry.status == status)
            .map(|entry| entry.at.to_zoned(jiff::tz::TimeZone::UTC).date())
            .collect();
        days.sort();
        days.dedup();
        let again = status == Status::ImportCustoms && is_inspected_again(self.entries);
        (again || days.len() >= REPEATED_DAYS).then_some(Repeated { status, days: days.len() })
    }

    fn hear_the_person(&self, parcel_state: &mut ParcelState) {
        let said = |wanted: fn(&MarkKind) -> bool| self.timeline.marks.iter().rev().find(|mark| wanted(&mark.kind));
        let last = said(|kind| matches!(kind, MarkKind::HaveIt | MarkKind::NotHere));
        match last.map(|mark| (&mark.kind, mark.at)) {
            Some((MarkKind::HaveIt, _)) => {
                (parcel_state.status, parcel_state.stage) = (Status::Delivered, Stage::Done);
                (parcel_state.trouble, parcel_state.trouble_event, parcel_state.problem) = (None, None, None);
                (parcel_state.rolled_back, parcel_state.closed) = (false, true);
            }
            // A delivery after the person spoke is another one.
            Some((MarkKind::NotHere, at))
                if parcel_state.status == Status::Delivered && parcel_state.since.is_none_or(|since| since <= at) =>
            {
                (parcel_state.status, parcel_state.stage) = (Status::NotDelivered, Stage::LastMile);
                parcel_state.missing = true;
            }
            _ => {}
        }
        if said(|kind| *kind == MarkKind::Refunded).is_some() {
            (parcel_state.status, parcel_state.closed) = (Status::Refunded, true);
        }
        if let Some(status @ (Status::Refunded | Status::Cancelled)) = self.parcel.order_status {
            parcel_state.status = status;
        }
    }
}

/// A carrier that does not know the number, or does not let us in.
fn is_stranger(leg: &Leg) -> bool {
    leg.outage
        .as_ref()
        .is_some_and(|outage| outage.failure.kind.leads_elsewhere() || outage.failure.kind == FailureKind::NotFound)
}

#[cfg(test)]
mod tests;
