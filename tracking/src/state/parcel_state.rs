//! Where a parcel is now, read from its merged timeline.
//!
//! Progress goes by stage and never back, except where a real step back is meant: after a delivery attempt, after a wrong
//! "delivered", and on the way back to the sender.

mod finish;

use jiff::{SignedDuration, Timestamp};

use crate::record::{EventId, LegNo, Place, Role, Timeline};
use crate::state::inspections::is_inspected_again;
use crate::state::{Disagreement, MergedEvent, merged_events};
use crate::vocabulary::{Country, Moment, Parcel, Problem, Stage, Status, zone_from_hint};

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
    /// When that happened; `None` where no carrier gives a time that can be read.
    pub since: Option<Timestamp>,
    /// When it was first said, or about when it was: "still held", said again, is no new hold.
    pub status_since: Option<Timestamp>,
    /// When the stage was reached.
    pub stage_since: Option<Timestamp>,
    /// The newest event of any kind whose time can be read.
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
    /// Its carrier's own summary, where that says nothing of the delivery that its events report.
    pub undelivered_summary: Option<Status>,
    /// Nobody knows what the newest event means, and no summary of its carrier says where the parcel is.
    pub is_in_doubt: bool,
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

    /// When it came to be so, or about when.
    pub fn happened_at(&self) -> Option<Timestamp> {
        self.since.or(self.status_since)
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
}

#[cfg(test)]
mod tests;
