//! The one merged timeline over all carriers: in order, with the same scan told twice shown once.
//!
//! Within one leg the order is the carrier's. Across legs instants decide only where clocks can be trusted, else the
//! stage does. Nothing here depends on when or in which order the answers came.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::record::{Event, Leg, LegNo, RecordedEvent, Role, Timeline};
use crate::vocabulary::{Moment, Parcel, Precision, Stage, Status};

/// Two portals that tell one scan rarely differ by more, once both clocks are known.
const SAME_SCAN: SignedDuration = SignedDuration::from_mins(5);
/// A carrier that corrects the time of a scan moves it by less than a day.
const SAME_SCAN_CORRECTED: SignedDuration = SignedDuration::from_hours(24);

/// One line of the merged timeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MergedEvent<'a> {
    /// The telling that is believed most.
    pub lead: &'a RecordedEvent,
    /// The other tellings of the same scan.
    pub others: Vec<&'a RecordedEvent>,
    /// What it means for the parcel as a whole, which may be more than the words of one carrier.
    pub status: Status,
    /// When it most likely happened.
    pub at: Timestamp,
    pub precision: Precision,
}

impl<'a> MergedEvent<'a> {
    /// Every telling, the lead first.
    pub fn sources(&self) -> impl Iterator<Item = &'a RecordedEvent> + '_ {
        std::iter::once(self.lead).chain(self.others.iter().copied())
    }

    /// The first time any carrier told it to us.
    pub fn first_seen_at(&self) -> Timestamp {
        self.sources().map(|seen| seen.first_seen_at).min().unwrap_or(self.lead.first_seen_at)
    }

    /// Whether any carrier gives a time that can be read; without one `at` is where it stands in the carrier's order.
    pub fn is_dated(&self) -> bool {
        self.sources().any(|seen| seen.event.moment.is_some())
    }

    /// What the carriers say it is: of several words for one scan the one that says most.
    fn told(&self) -> Status {
        let known = self.sources().map(|seen| seen.event.status).filter(|status| *status != Status::Unknown);
        known.max().unwrap_or(Status::Unknown)
    }
}

/// The merged timeline, oldest first.
pub fn merged_events<'a>(timeline: &'a Timeline, parcel: &'a Parcel) -> Vec<MergedEvent<'a>> {
    let zones = Zones::of(timeline, parcel);
    let journey: Vec<&'a RecordedEvent> = timeline.journey(parcel).collect();
    let mut merged: Vec<MergedEvent<'a>> = Vec::new();
    let mut legs: Vec<&Leg> = timeline.legs.iter().collect();
    legs.sort_by(|a, b| (&a.number, &a.carrier).cmp(&(&b.number, &b.carrier)));
    for leg in legs {
        let told = fold_corrections(in_carriers_order(&journey, leg, &zones));
        merged = weave(merged, told);
    }
    for entry in &mut merged {
        choose_lead(entry, &zones);
    }
    interpret(&mut merged, timeline, parcel);
    merged
}

/// The zones in which clocks without one are read.
struct Zones {
    origin: Option<TimeZone>,
    destination: Option<TimeZone>,
    legs: Vec<(LegNo, Option<TimeZone>)>,
}

impl Zones {
    fn of(timeline: &Timeline, parcel: &Parcel) -> Self {
        let leg_zone = |leg: &Leg| leg.zone.as_deref().and_then(|name| TimeZone::get(name).ok());
        Self {
            origin: timeline.origin(parcel).and_then(|country| country.zone()),
            destination: timeline.destination(parcel).and_then(|country| country.zone()),
            legs: timeline.legs.iter().map(|leg| (leg.no, leg_zone(leg))).collect(),
        }
    }

    /// Where the clock of an event most likely hangs. `None` leaves it to the carrier's own hint.
    fn home(&self, seen: &RecordedEvent) -> Option<TimeZone> {
        if let Some(country) = seen.event.country()
            && (country.has_one_clock() || !has_hint(&seen.event))
        {
            return country.zone();
        }
        let side = match seen.event.status.stage() {
            Some(Stage::PreTransit | Stage::Origin) => self.origin.as_ref(),
            Some(Stage::Import | Stage::LastMile | Stage::Done) => self.destination.as_ref(),
            _ if seen.event.status == Status::DepartedOrigin => self.origin.as_ref(),
            _ => None,
        };
        let leg = || self.legs.iter().find(|(no, _)| *no == seen.leg).and_then(|(_, zone)| zone.as_ref());
        side.or_else(|| if has_hint(&seen.event) { None } else { leg() }).cloned()
    }

    fn estimate(&self, seen: &RecordedEvent) -> Option<(Timestamp, Precision)> {
        let moment = seen.event.moment.as_ref()?;
        Some(match moment {
            // An instant needs no zone, and looking one up costs more than the rest.
            Moment::Instant { .. } => moment.estimate(None),
            Moment::Clock { .. } | Moment::Date(_) => moment.estimate(self.home(seen).as_ref()),
        })
    }
}

fn has_hint(event: &Event) -> bool {
    matches!(&event.moment, Some(Moment::Clock { zone: Some(zone), .. }) if !zone.is_empty())
}

/// One leg's events, oldest first: those of the newest answer in the carrier's order, and those it no longer shows where
/// their clock puts them.
fn in_carriers_order<'a>(journey: &[&'a RecordedEvent], leg: &Leg, zones: &Zones) -> Vec<MergedEvent<'a>> {
    let of_leg = journey.iter().copied().filter(|seen| seen.leg == leg.no);
    let (mut shown, mut gone): (Vec<&RecordedEvent>, Vec<&RecordedEvent>) =
        of_leg.partition(|seen| seen.position.is_some());
    shown.sort_by_key(|seen| (seen.position, seen.id));
    let entry = |seen: &'a RecordedEvent, neighbour: Option<Timestamp>| {
        // An event without a time happened right after the one before it, and the first ones right before the next.
        let (at, precision) =
            zones.estimate(seen).unwrap_or((neighbour.unwrap_or(seen.first_seen_at), Precision::Guessed));
        MergedEvent { lead: seen, others: Vec::new(), status: seen.event.status, at, precision }
    };
    let mut told: Vec<MergedEvent<'a>> = Vec::with_capacity(shown.len() + gone.len());
    let first = shown.iter().find_map(|seen| zones.estimate(seen)).map(|(at, _)| at);
    for seen in shown {
        let before = told.last().map(|entry| entry.at);
        told.push(entry(seen, before.or(first)));
    }
    gone.sort_by_key(|seen| (zones.estimate(seen).map(|(at, _)| at), seen.id));
    for seen in gone {
        let late = entry(seen, None);
        let position = told.iter().position(|shown| shown.at > late.at).unwrap_or(told.len());
        told.insert(position, late);
    }
    told
}

/// A carrier that words or times a scan anew drops the old line: the two become one entry.
fn fold_corrections(told: Vec<MergedEvent<'_>>) -> Vec<MergedEvent<'_>> {
    let (mut kept, gone): (Vec<MergedEvent<'_>>, Vec<MergedEvent<'_>>) =
        told.into_iter().partition(|entry| entry.lead.position.is_some());
    let mut left = Vec::new();
    for old in gone {
        match kept.iter_mut().find(|new| is_correction(&old, new)) {
            Some(new) => new.others.push(old.lead),
            None => left.push(old),
        }
    }
    for old in left {
        let position = kept.iter().position(|entry| entry.at > old.at).unwrap_or(kept.len());
        kept.insert(position, old);
    }
    kept
}

fn is_correction(old: &MergedEvent<'_>, new: &MergedEvent<'_>) -> bool {
    let (old_event, new_event) = (&old.lead.event, &new.lead.event);
    if old_event.status != new_event.status || old.lead.first_seen_at > new.lead.first_seen_at {
        return false;
    }
    let same_code = old_event.code == new_event.code;
    let worded_anew = old_event.moment == new_event.moment && same_code;
    let timed_anew = same_code
        && old_event.text == new_event.text
        && old_event.place == new_event.place
        && old.at.duration_since(new.at).abs() <= SAME_SCAN_CORRECTED;
    worded_anew || timed_anew
}

/// Merges one leg's entries into the others'. Both keep their own order.
fn weave<'a>(mut merged: Vec<MergedEvent<'a>>, told: Vec<MergedEvent<'a>>) -> Vec<MergedEvent<'a>> {
    if merged.is_empty() {
        return told;
    }
    let mut lowest = 0;
    for entry in told {
        let twin = merged.iter().position(|known| is_same_scan(known, &entry));
        match twin {
            Some(position) => {
                merged[position].others.push(entry.lead);
                merged[position].others.extend(entry.others);
                lowest = lowest.max(position + 1);
            }
            None => {
                let after = merged[lowest..].iter().position(|known| happened_after(known, &entry));
                let position = after.map_or(merged.len(), |offset| lowest + offset);
                merged.insert(position, entry);
                lowest = position + 1;
            }
        }
    }
    merged
}

/// Whether two carriers tell the same scan.
fn is_same_scan(known: &MergedEvent<'_>, told: &MergedEvent<'_>) -> bool {
    // Two tellings by one carrier are two scans, and so is what the same entry already has from this leg.
    if known.sources().any(|seen| seen.leg == told.lead.leg) {
        return false;
    }
    let (a, b) = (&known.lead.event, &told.lead.event);
    let (Some(a_moment), Some(b_moment)) = (&a.moment, &b.moment) else { return false };
    let same_status = a.status == b.status;
    let same_face = match (a_moment.clock_face(), b_moment.clock_face()) {
        (Some(a), Some(b)) => a.date() == b.date() && (a.hour(), a.minute()) == (b.hour(), b.minute()),
        _ => false,
    };
    if same_face {
        return same_status || (is_generic(a.status) && is_generic(b.status));
    }
    if !same_status {
        return false;
    }
    match (known.precision, told.precision) {
        (Precision::Day, _) | (_, Precision::Day) => {
            happens_once(a.status) && a_moment.calendar_date() == b_moment.calendar_date()
        }
        _ => known.at.duration_since(told.at).abs() <= SAME_SCAN,
    }
}

/// Words that carriers exchange freely for the same scan.
fn is_generic(status: Status) -> bool {
    matches!(
        status,
        Status::InTransit | Status::LocalProcessing | Status::HandedToLocal | Status::Accepted | Status::Unknown
    )
}

/// Steps a parcel takes once in a journey, or once a day.
fn happens_once(status: Status) -> bool {
    matches!(
        status,
        Status::DepartedOrigin
            | Status::ArrivedDestination
            | Status::CustomsCleared
            | Status::HandedToLocal
            | Status::OutForDelivery
            | Status::Delivered
    )
}

/// Whether `known` belongs after `told`.
fn happened_after(known: &MergedEvent<'_>, told: &MergedEvent<'_>) -> bool {
    let apart = known.at.duration_since(told.at);
    let doubt = uncertainty(known.precision).max(uncertainty(told.precision));
    if apart.abs() <= doubt {
        let stages = (known.told().stage(), told.told().stage());
        if let (Some(known), Some(told)) = stages
            && known != told
        {
            return known > told;
        }
    }
    known.at > told.at
}

/// How far an estimated instant may be off.
fn uncertainty(precision: Precision) -> SignedDuration {
    match precision {
        Precision::Exact => SignedDuration::ZERO,
        Precision::Zoned => SignedDuration::from_hours(2),
        Precision::Guessed => SignedDuration::from_hours(14),
        Precision::Day => SignedDuration::from_hours(24),
    }
}

/// The most exact telling leads; among equals the one of the carrier that made the scan, which is the later leg once the
/// parcel has arrived.
fn choose_lead(entry: &mut MergedEvent<'_>, zones: &Zones) {
    if entry.others.is_empty() {
        return;
    }
    let arrived = entry.told().stage().is_some_and(|stage| stage >= Stage::LastMile);
    let mut sources: Vec<&RecordedEvent> = entry.sources().collect();
    sources.sort_by_key(|seen| {
        let (_, precision) = zones.estimate(seen).unwrap_or((seen.first_seen_at, Precision::Guessed));
        let leg = if arrived { u16::MAX - seen.leg.0 } else { seen.leg.0 };
        (seen.position.is_none(), precision, leg, seen.id)
    });
    entry.lead = sources[0];
    if let Some((at, precision)) = zones.estimate(sources[0]) {
        (entry.at, entry.precision) = (at, precision);
    }
    entry.others = sources[1..].to_vec();
}

/// Reads each entry in the light of those before it. "Accepted" and "in transit" by a local carrier are the last mile of a
/// parcel that came from abroad, and not its beginning; and whatever moves under the number of a return goes back.
fn interpret(merged: &mut [MergedEvent<'_>], timeline: &Timeline, parcel: &Parcel) {
    let (origin, destination) = (timeline.origin(parcel), timeline.destination(parcel));
    let (mut left_origin, mut released) = (false, false);
    // The carriers that have had it on the van: whatever they scan then is their depot.
    let mut delivering: Vec<LegNo> = Vec::new();
    for entry in merged {
        let told = entry.told();
        let country = entry.sources().find_map(|seen| seen.event.country());
        let here = country.is_some() && country == destination && origin.is_some() && origin != destination;
        let by_local = entry.sources().any(|seen| timeline.leg(seen.leg).is_some_and(|leg| leg.role == Role::HandOff));
        let by_return = entry.sources().all(|seen| timeline.leg(seen.leg).is_some_and(|leg| leg.role == Role::Return));
        let is_last_mile = (by_local && (here || (country.is_none() && left_origin)))
            || (here && released)
            || (delivering.contains(&entry.lead.leg) && told != Status::Accepted);
        entry.status = match told {
            Status::Delivered if by_return => Status::Returned,
            told if by_return && told.stage() > Some(Stage::PreTransit) => Status::Returning,
            Status::Accepted if is_last_mile => Status::HandedToLocal,
            Status::OriginProcessing | Status::ArrivedAtSorting | Status::LeftSorting | Status::InTransit
                if is_last_mile =>
            {
                Status::LocalProcessing
            }
            told => told,
        };
        if told == Status::OutForDelivery {
            delivering.push(entry.lead.leg);
        }
        left_origin |= told == Status::DepartedOrigin || told.stage() == Some(Stage::Import);
        released |= matches!(told, Status::CustomsCleared | Status::HandedToLocal);
    }
}

#[cfg(test)]
mod tests;
