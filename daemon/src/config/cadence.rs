//! `[cadence]`: how often parcels are polled.

use parcelwatch_tracking::{Pace, Rhythm};

use super::table::{Table, duration};

/// One interval for each stage and state, by its key; what is not named keeps its default.
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
    for (key, value) in paces {
        set(value, pace(table, key));
    }
    set(&mut rhythm.after_delivery, table.duration("after_delivery"));
    set(&mut rhythm.after_delivery_for, table.duration("after_delivery_for"));
    set(&mut rhythm.near_days, table.integer("near_days", 0..=60).and_then(|days| i32::try_from(days).ok()));
    set(&mut rhythm.slow_after, table.duration("slow_after"));
    let hours: [(&str, &mut i8); 5] = [
        ("day_starts", &mut rhythm.day_starts),
        ("day_ends", &mut rhythm.day_ends),
        ("vans_from", &mut rhythm.vans_from),
        ("vans_until", &mut rhythm.vans_until),
        ("sorting_from", &mut rhythm.sorting_from),
    ];
    for (key, value) in hours {
        set(value, table.integer(key, 0..=24).and_then(|hour| i8::try_from(hour).ok()));
    }
    set(&mut rhythm.jitter, table.integer("jitter_percent", 0..=50));
}

fn set<T>(value: &mut T, given: Option<T>) {
    if let Some(given) = given {
        *value = given;
    }
}

/// One interval, or the first and the longest.
fn pace(table: &Table<'_>, key: &str) -> Option<Pace> {
    let texts = table.texts(key);
    let interval = |text: &str| match duration(text) {
        Ok(duration) if duration.is_zero() => Err("must be longer than nothing".to_owned()),
        read => read,
    };
    let mut read = Vec::new();
    for at in &texts {
        match interval(&at.value) {
            Ok(duration) => read.push(duration),
            Err(wrong) => table.fault(at.span.clone(), format!("{}: {key} {wrong}", table.name)),
        }
    }
    match read.as_slice() {
        [] => None,
        [every] => Some(Pace { from: *every, to: *every }),
        [from, to] if from <= to => Some(Pace { from: *from, to: *to }),
        _ => {
            let wanted =
                format!("{}: {key} is one interval, or the first and the longest: [\"2h\", \"12h\"]", table.name);
            table.fault(table.key_span(key), wanted);
            None
        }
    }
}
