//! `[cadence]`: how often parcels are polled.

use parcelwatch_tracking::{Pace, Rhythm};

use super::table::{Table, duration};

/// The rhythm: one pace for each stage and state, by its key.
pub(super) fn read(table: &Table<'_>, rhythm: &mut Rhythm) {
    let paces: [(&str, &mut Pace); 14] = [
        ("first_scan", &mut rhythm.first_scan),
        ("origin", &mut rhythm.origin),
        ("line_haul", &mut rhythm.line_haul),
        ("import", &mut rhythm.import),
        ("import_near", &mut rhythm.import_near),
        ("released", &mut rhythm.released),
        ("last_mile", &mut rhythm.last_mile),
        ("vans", &mut rhythm.vans),
        ("vans_gone", &mut rhythm.vans_gone),
        ("second_portal", &mut rhythm.second_portal),
        ("out_for_delivery", &mut rhythm.out_for_delivery),
        ("pickup", &mut rhythm.pickup),
        ("back", &mut rhythm.back),
        ("retry", &mut rhythm.retry),
    ];
    for (key, pace) in paces {
        let texts = table.texts(key);
        let read: Vec<_> = texts
            .iter()
            .filter_map(|at| match duration(&at.value) {
                Ok(duration) if duration.is_zero() => {
                    table.fault(at.span.clone(), format!("{}: {key} must be longer than nothing", table.name));
                    None
                }
                Ok(duration) => Some(duration),
                Err(wrong) => {
                    table.fault(at.span.clone(), format!("{}: {key} {wrong}", table.name));
                    None
                }
            })
            .collect();
        match read.as_slice() {
            [] => {}
            [every] => *pace = Pace { from: *every, to: *every },
            [from, to] if from <= to => *pace = Pace { from: *from, to: *to },
            _ => table.fault(
                table.key_span(key),
                format!("{}: {key} is one interval, or the first and the longest: [\"2h\", \"12h\"]", table.name),
            ),
        }
    }
    if let Some(every) = table.duration("after_delivery") {
        rhythm.after_delivery = every;
    }
    if let Some(length) = table.duration("after_delivery_for") {
        rhythm.after_delivery_for = length;
    }
    if let Some(days) = table.integer("near_days", 0..=60).and_then(|days| i32::try_from(days).ok()) {
        rhythm.near_days = days;
    }
    if let Some(length) = table.duration("slow_after") {
        rhythm.slow_after = length;
    }
    let hours: [(&str, &mut i8); 5] = [
        ("day_starts", &mut rhythm.day_starts),
        ("day_ends", &mut rhythm.day_ends),
        ("vans_from", &mut rhythm.vans_from),
        ("vans_until", &mut rhythm.vans_until),
        ("sorting_from", &mut rhythm.sorting_from),
    ];
    for (key, hour) in hours {
        if let Some(given) = table.integer(key, 0..=24).and_then(|hour| i8::try_from(hour).ok()) {
            *hour = given;
        }
    }
    if let Some(jitter) = table.integer("jitter_percent", 0..=50) {
        rhythm.jitter = jitter;
    }
}
