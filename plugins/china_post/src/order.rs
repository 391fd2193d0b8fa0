//! The order of the scans, where the post of the destination told some of them late.

use parcelwatch_plugin::prelude::*;

/// Scans that the destination may upload after the delivery: in and out of its processing centre, into its delivery
/// office, out of an office of transit.
const LATE: [&str; 4] = ["459", "460", "461", "489"];

/// Newest first, from a list that begins with the oldest. Scans told late stand above the delivery and were made before
/// it, so they go below it: else the delivery would not be China Post's last word. Where one of them was made in another
/// country than the delivery, the parcel has gone on, and all stay where they are.
pub(crate) fn newest_first(mut events: Vec<Event>, destination: Option<Country>) -> Vec<Event> {
    events.reverse();
    let late = events.iter().take_while(|event| can_be_late(event)).count();
    let Some(delivery) = events.get(late).filter(|event| event.status == Status::Delivered) else { return events };
    let delivered_in = country(delivery).or(destination);
    let is_elsewhere =
        |event: &Event| delivered_in.is_some() && country(event).is_some_and(|at| Some(at) != delivered_in);
    if events[..late].iter().any(is_elsewhere) {
        return events;
    }
    let delivered_at = delivery.moment.clone();
    for scan in &mut events[..late] {
        if let (Some(Moment::Clock { at, .. }), Some(Moment::Clock { at: latest, .. })) = (&scan.moment, &delivered_at)
        {
            date_back(scan, at.clone(), latest);
        }
    }
    events[..=late].rotate_right(1);
    events
}

/// A clock after the delivery's is that of the upload. When the scan was made nobody says; its day can be no later than
/// the delivery's, and with that it stands in its place beside what the local carrier tells. The clock is kept as a
/// fact.
fn date_back(scan: &mut Event, told: String, latest: &str) {
    if told.as_str() > latest {
        scan.moment = latest.get(..10).map(|day| Moment::Date(day.to_owned()));
        scan.facts.push(("told_at".to_owned(), told));
    }
}

fn can_be_late(event: &Event) -> bool {
    event.code.as_deref().is_some_and(|code| LATE.contains(&code))
}

/// The country that the place of a scan names.
fn country(event: &Event) -> Option<Country> {
    Country::new(event.place.as_ref()?.country.as_deref()?)
}
