//! Which of the stories under a number is meant.

use parcelwatch_plugin::namesake::{Namesake, settle};
use parcelwatch_plugin::prelude::*;

use crate::answer::Story;
use crate::story::{moment, place};

/// FedEx opens a second story for a parcel that it takes in again (recorded: a day later). Numbers are handed out again
/// after months, so stories that begin within a fortnight are one parcel's; the fortnight is our guess.
const SAME_PARCEL_DAYS_MAX: i64 = 14;

/// The story that a parcel's hints name, among those that are not told better by another.
pub(crate) fn choose<'a>(parcel: &Parcel, stories: &[&'a Story]) -> Result<&'a Story, Failure> {
    let told: Vec<Chapter<'a>> = stories.iter().map(|story| Chapter::of(story)).collect();
    let left: Vec<&Chapter<'a>> = told.iter().filter(|one| !told.iter().any(|other| other.replaces(one))).collect();
    let namesakes: Vec<Namesake> = left.iter().map(|chapter| chapter.namesake.clone()).collect();
    settle(parcel, "FedEx", &namesakes).map(|index| left[index].story)
}

/// A story, and what tells it from others under its number.
struct Chapter<'a> {
    story: &'a Story,
    namesake: Namesake,
    /// Something was scanned: it is more than a label.
    scanned: bool,
}

impl<'a> Chapter<'a> {
    fn of(story: &'a Story) -> Self {
        let events = story.events();
        let scanned = events.iter().any(|event| !matches!(event.status, Status::Registered | Status::Unknown));
        Self { story, namesake: namesake(story, &events), scanned }
    }

    /// Whether another story tells this parcel better: it was scanned where this is a label only, or it is the later of
    /// two that begin close together.
    fn replaces(&self, other: &Self) -> bool {
        let (Some(shipped), Some(others)) = (&self.namesake.shipped, &other.namesake.shipped) else { return false };
        let Some(later_by) = civil::days_between(others, shipped) else { return false };
        match (self.scanned, other.scanned) {
            (true, false) => later_by >= -SAME_PARCEL_DAYS_MAX,
            (false, true) => false,
            _ => (1..=SAME_PARCEL_DAYS_MAX).contains(&later_by),
        }
    }
}

fn namesake(story: &Story, events: &[Event]) -> Namesake {
    let dated = |kinds: &[&str]| kinds.iter().find_map(|kind| moment(story.dated(kind)?));
    let told = |event: &Event| event.moment.clone();
    let shipped = dated(&["SHIP", "ACTUAL_PICKUP", "ACTUAL_TENDER"]).or_else(|| events.iter().rev().find_map(told));
    let last = events.iter().find_map(told).or_else(|| dated(&["ACTUAL_DELIVERY"])).or_else(|| shipped.clone());
    let recipient = story.recipient();
    Namesake {
        id: story.unique_id().map(str::to_owned),
        service: None,
        label: label(story, shipped.as_ref(), events),
        shipped,
        last,
        country: story.destination(),
        postcode: recipient.and_then(|address| address.postal_code.clone()),
    }
}

/// What people see: "shipped 2026-11-03, to LYON, FR, Delivered".
fn label(story: &Story, shipped: Option<&Moment>, events: &[Event]) -> String {
    let date = shipped.and_then(|moment| match moment {
        Moment::Instant(text) | Moment::Clock { at: text, .. } | Moment::Date(text) => text.get(..10),
    });
    let town = story.recipient().and_then(place).map(|place| place.text);
    let state = events.first().map(|event| event.status.title());
    let mut label = date.map_or_else(|| "shipped some day".to_owned(), |date| format!("shipped {date}"));
    for (before, words) in [(", to ", town.as_deref()), (", ", state)] {
        if let Some(words) = words {
            label.push_str(before);
            label.push_str(words);
        }
    }
    label
}
