//! `[cadence]`: how often parcels are polled.

use parcelwatch_tracking::{Interval, PollSchedule};

use super::table::{Table, duration};

/// One interval for each stage and state, by its key; what is not named keeps its default.
pub(super) fn read(table: &Table<'_>, poll_schedule: &mut PollSchedule) {
    let paces: [(&str, &mut Interval); 14] = [
        ("first_scan", &mut poll_schedule.first_scan),
        ("origin", &mut poll_schedule.origin),
        ("line_haul", &mut poll_schedule.line_haul),
        ("import", &mut poll_schedule.import),
        ("import_near", &mut poll_schedule.import_near),
        ("released", &mut poll_schedule.released),
        ("last_mile", &mut poll_schedule.last_mile),
        ("vans", &mut poll_schedule.vans),
        ("vans_gone", &mut poll_schedule.vans_gone),
        ("second_portal", &mut poll_schedule.second_portal),
        ("out_for_delivery", &mut poll_schedule.out_for_delivery),
        ("pickup", &mut poll_schedule.pickup),
        ("back", &mut poll_schedule.back),
        ("retry", &mut poll_schedule.retry),
    ];
    for (key, value) in paces {
        set(value, pace(table, key));
    }
    set(&mut poll_schedule.after_delivery, table.duration("after_delivery"));
    set(&mut poll_schedule.after_delivery_for, table.duration("after_delivery_for"));
    set(&mut poll_schedule.near_days, table.integer("near_days", 0..=60).and_then(|days| i32::try_from(days).ok()));
    set(&mut poll_schedule.slow_after, table.duration("slow_after"));
    let hours: [(&str, &mut i8); 5] = [
        ("day_starts", &mut poll_schedule.day_starts),
        ("day_ends", &mut poll_schedule.day_ends),
        ("vans_from", &mut poll_schedule.vans_from),
        ("vans_until", &mut poll_schedule.vans_until),
        ("sorting_from", &mut poll_schedule.sorting_from),
    ];
    for (key, value) in hours {
        set(value, table.integer(key, 0..=24).and_then(|hour| i8::try_from(hour).ok()));
    }
    set(&mut poll_schedule.jitter, table.integer("jitter_percent", 0..=50));
}

fn set<T>(value: &mut T, given: Option<T>) {
    if let Some(given) = given {
        *value = given;
    }
}

/// One interval, or the first and the longest.
fn pace(table: &Table<'_>, key: &str) -> Option<Interval> {
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
        [every] => Some(Interval { from: *every, to: *every }),
        [from, to] if from <= to => Some(Interval { from: *from, to: *to }),
        _ => {
            let wanted =
                format!("{}: {key} is one interval, or the first and the longest: [\"2h\", \"12h\"]", table.name);
            table.fault(table.key_span(key), wanted);
            None
        }
    }
}
