//! What stands at the end of the walk: where the parcel is, with whom, and what is odd about it.

use super::{Milestone, ParcelState, REPEATED_DAYS, Repeated, Walk};
use crate::record::{Leg, LegNo, MarkKind, Place, Role};
use crate::state::inspections::is_inspected_again;
use crate::state::{MergedEvent, disagreement};
use crate::vocabulary::{FailureKind, Problem, Stage, Status};

impl<'a> Walk<'a> {
    pub(super) fn finish(mut self) -> ParcelState {
        let (status, stage) = match self.now {
            Some(_) => (self.status, self.stage),
            None => self.without_events(),
        };
        let unread = self.unread();
        let by_summary = unread.and_then(|entry| self.newer_summary(entry));
        let is_in_doubt = unread.is_some_and(|entry| by_summary.is_none() && self.summary_of(entry) != Some(status));
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
            since: lead.filter(|entry| entry.is_dated()).map(|entry| entry.at),
            status_since: self.status_entry.map(|index| self.entries[index].at),
            stage_since: self.stage_entry.map(|index| self.entries[index].at),
            moved_at: self.entries.iter().filter(|entry| entry.is_dated()).map(|entry| entry.at).max(),
            holder: self.holder(status),
            place: self.place(),
            rolled_back: self.rolled_back,
            missing: false,
            fee: self.fee(),
            repeated: self.repeated(),
            disagreement: disagreement(self.timeline, self.entries, lead.map(|entry| entry.lead.id)),
            unread: unread.map(|entry| entry.lead.id),
            is_by_summary: by_summary.is_some(),
            undelivered_summary: lead.and_then(|entry| self.undelivered_summary(status, entry)),
            is_in_doubt,
            crosses_border: self.crosses_border(),
            milestones: std::mem::take(&mut self.milestones),
            acknowledged: self.timeline.legs.iter().any(|leg| leg.is_acknowledged()),
            closed: false,
        };
        self.apply_marks(&mut parcel_state);
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
        self.entries.last().filter(|entry| {
            entry.status == Status::Unknown && !(entry.lead.event.code.is_none() && entry.lead.event.text.is_empty())
        })
    }

    /// What the carrier of an entry that nobody can read sums up, where that is newer than what the events say: it goes on, goes
    /// back, or waits for the recipient.
    fn newer_summary(&self, entry: &MergedEvent<'_>) -> Option<(Status, Stage)> {
        let status = self.summary_of(entry)?;
        let stage = status.stage()?;
        let is_newer = match self.now {
            None => true,
            Some(_) if self.stage == Stage::Back => stage == Stage::Back,
            Some(_) => stage > self.stage || (stage == self.stage && status > self.status),
        };
        is_newer.then_some((status, stage))
    }

    /// Where the parcel is by the summary of an entry's carrier.
    fn summary_of(&self, entry: &MergedEvent<'_>) -> Option<Status> {
        Some(self.timeline.leg(entry.lead.leg)?.summary.as_ref()?.status)
    }

    /// The summary of a carrier that says that a parcel is under way while its own events say that it was delivered.
    fn undelivered_summary(&self, status: Status, entry: &MergedEvent<'_>) -> Option<Status> {
        let summary = self.summary_of(entry)?;
        let is_under_way = summary.stage().is_some_and(|stage| stage < Stage::Done);
        (status == Status::Delivered && is_under_way).then_some(summary)
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

    fn apply_marks(&self, parcel_state: &mut ParcelState) {
        let said = |wanted: fn(&MarkKind) -> bool| self.timeline.marks.iter().rev().find(|mark| wanted(&mark.kind));
        let last = said(|kind| matches!(kind, MarkKind::HaveIt | MarkKind::NotHere));
        match last.map(|mark| (&mark.kind, mark.at)) {
            Some((MarkKind::HaveIt, _)) => {
                (parcel_state.status, parcel_state.stage) = (Status::Delivered, Stage::Done);
                (parcel_state.trouble, parcel_state.trouble_event, parcel_state.problem) = (None, None, None);
                (parcel_state.rolled_back, parcel_state.closed) = (false, true);
            }
            // A delivery after the user spoke is another one.
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
