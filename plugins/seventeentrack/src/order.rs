//! When one carrier's events were, as far as is needed to put several carriers' events into one row.

use parcelwatch_plugin::prelude::*;

use crate::event::Scan;

/// The times of one carrier's events, newest first, in seconds since 1970. 17TRACK's own reading of a time is taken as it
/// is. Where it has none, the carrier's clock is read as best it can, and the event stays between its neighbours: each
/// carrier has its own events in order already.
pub(crate) fn times(scans: &[Scan]) -> Vec<Option<i64>> {
    let mut times = vec![None; scans.len()];
    let (mut older, mut offset) = (None, None);
    for (scan, time) in scans.iter().zip(&mut times).rev() {
        offset = scan.offset().or(offset);
        *time = reading(scan).or_else(|| clock(scan, offset).max(older));
        older = *time;
    }
    let mut newer = None;
    for (scan, time) in scans.iter().zip(&mut times) {
        if reading(scan).is_none() {
            *time = [*time, newer].into_iter().flatten().min();
        }
        newer = *time;
    }
    times
}

fn reading(scan: &Scan) -> Option<i64> {
    match scan.reading()? {
        Moment::Instant(text) => civil::epoch_s(&text),
        Moment::Clock { .. } | Moment::Date(_) => None,
    }
}

/// The carrier's own clock; `around` is the offset of the events before it, for one that tells none.
fn clock(scan: &Scan, around: Option<&str>) -> Option<i64> {
    let (at, zone) = match scan.moment()? {
        Moment::Instant(text) => return civil::epoch_s(&text),
        Moment::Clock { at, zone } => (at, zone),
        Moment::Date(date) => (format!("{date}T00:00:00"), None),
    };
    let with = |offset| match civil::with_offset(&at, Some(offset)) {
        Some(Moment::Instant(text)) => civil::epoch_s(&text),
        _ => None,
    };
    [zone.as_deref(), around, Some("Z")].into_iter().flatten().find_map(with)
}
