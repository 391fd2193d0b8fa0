//! Which of the results under a number is meant.

use parcelwatch_plugin::prelude::*;
use parcelwatch_plugin::same_number::{self, SameNumberParcel, from_another_country, is_dated, is_named, resolve};

use crate::answer::TrackResult;
use crate::numbers;
use crate::track_result::{moment, place};

/// FedEx opens a second result for a parcel that it takes in again (recorded: a day later). Numbers are handed out again
/// after months, so results that begin within a fortnight are one parcel's; the fortnight is our guess.
const SAME_PARCEL_DAYS_MAX: i64 = 14;

/// The result that a parcel's hints name, among those that are not told better by another. What the user named is left
/// out only for what they may have named as well, and never for a parcel that was shipped before it.
pub(crate) fn choose<'a>(parcel: &Parcel, track_results: &[&'a TrackResult]) -> Result<&'a TrackResult, Failure> {
    let told: Vec<Contender<'a>> = track_results.iter().map(|track_result| Contender::of(track_result)).collect();
    let mut meant: Vec<&Contender<'a>> =
        told.iter().filter(|contender| is_named(parcel, &contender.identity)).collect();
    if meant.is_empty() {
        meant.extend(told.iter().filter(|contender| is_dated(parcel, &contender.identity)));
    }
    let earlier_days_max = if meant.is_empty() { SAME_PARCEL_DAYS_MAX } else { 0 };
    // The user's word overrules the letters of TNT's number.
    if meant.is_empty() {
        meant.extend(told.iter().filter(|contender| contender.began_there(parcel)));
    }
    let fitting = !meant.is_empty();
    if !fitting {
        meant.extend(&told);
    }
    let is_told_better = |one: &Contender<'a>| meant.iter().any(|other| other.replaces(one, earlier_days_max));
    let left: Vec<&Contender<'a>> = meant.iter().copied().filter(|one| !is_told_better(one)).collect();
    let identities: Vec<SameNumberParcel> = left.iter().map(|contender| contender.identity.clone()).collect();
    let index = resolve(parcel, "FedEx", &identities)?;
    if !fitting {
        return Err(from_another_country("FedEx", &parcel.number, &identities));
    }
    Ok(left[index].track_result)
}

/// A result, and what tells it from others under its number.
struct Contender<'a> {
    track_result: &'a TrackResult,
    identity: SameNumberParcel,
    /// Something was scanned: it is more than a label.
    scanned: bool,
}

impl<'a> Contender<'a> {
    fn of(track_result: &'a TrackResult) -> Self {
        let events = track_result.events();
        let scanned = events.iter().any(|event| !matches!(event.status, Status::Registered | Status::Unknown));
        Self { track_result, identity: identity(track_result, &events), scanned }
    }

    /// Whether it may have begun where the letters of TNT's number say, if there are any: TNT's numbers are handed out again,
    /// and FedEx is asked for the digits alone.
    fn began_there(&self, parcel: &Parcel) -> bool {
        let told = parcel.hint(numbers::ORIGIN).zip(self.track_result.origin());
        told.is_none_or(|(letters, origin)| letters == origin)
    }

    /// Whether this result tells another's parcel better: it was scanned where the other is a label only, or it is the
    /// later of two that begin close together. What is scanned may have been shipped so many days before the label.
    fn replaces(&self, other: &Self, earlier_days_max: i64) -> bool {
        let (ours, theirs) = (&self.identity, &other.identity);
        if ours.country.as_ref().zip(theirs.country.as_ref()).is_some_and(|(ours, theirs)| ours != theirs) {
            return false;
        }
        let (Some(shipped), Some(others)) = (&ours.shipped, &theirs.shipped) else { return false };
        let Some(later_by) = civil::days_between(others, shipped) else { return false };
        match (self.scanned, other.scanned) {
            (true, false) => later_by >= -earlier_days_max,
            (false, true) => false,
            _ => (1..=SAME_PARCEL_DAYS_MAX).contains(&later_by),
        }
    }
}

fn identity(track_result: &TrackResult, events: &[Event]) -> SameNumberParcel {
    let dated = |kinds: &[&str]| kinds.iter().find_map(|kind| moment(track_result.dated(kind)?));
    let told = |event: &Event| event.moment.clone();
    let shipped = dated(&["SHIP", "ACTUAL_PICKUP", "ACTUAL_TENDER"]).or_else(|| events.iter().rev().find_map(told));
    let last = events.iter().find_map(told).or_else(|| dated(&["ACTUAL_DELIVERY"])).or_else(|| shipped.clone());
    let recipient = track_result.recipient();
    SameNumberParcel {
        id: track_result.unique_id().map(str::to_owned),
        service: None,
        label: label(track_result, shipped.as_ref(), events),
        shipped,
        last,
        country: track_result.destination(),
        postcode: recipient.and_then(|address| address.postal_code.0.clone()),
    }
}

/// What people see: "shipped 2026-11-03, to LYON, FR, Delivered".
fn label(track_result: &TrackResult, shipped: Option<&Moment>, events: &[Event]) -> String {
    let town = track_result.recipient().and_then(place).map(|place| place.text);
    let state = events.first().map(|event| event.status.title());
    same_number::label("shipped", shipped, &[(", to ", town.as_deref()), (", ", state)])
}
