//! What counts as normal: the tables `[windows]`, `[silence]`, `[deadlines]` and `[season]`.

use jiff::SignedDuration;
use parcelwatch_tracking::{DeadlineRules, Norms, Season, SilenceLimits, SilenceRules, Windows};

use super::table::{Table, duration};

/// The longest window, reminder or delay anybody would set, in days.
const DAYS_MAX: i64 = 400;

pub(super) fn read(root: &Table<'_>, norms: &mut Norms) {
    if let Some(table) = root.table("windows") {
        windows(&table, &mut norms.windows);
        table.finish();
    }
    if let Some(table) = root.table("silence") {
        silence(&table, &mut norms.silence);
        table.finish();
    }
    if let Some(table) = root.table("deadlines") {
        deadlines(&table, &mut norms.deadlines);
        table.finish();
    }
    if let Some(table) = root.table("season") {
        season(&table, &mut norms.season);
        table.finish();
    }
}

fn windows(table: &Table<'_>, windows: &mut Windows) {
    let classes: [(&str, &mut (u16, u16)); 7] = [
        ("economy", &mut windows.economy),
        ("standard", &mut windows.standard),
        ("express", &mut windows.express),
        ("warehouse", &mut windows.warehouse),
        ("combined", &mut windows.combined),
        ("remote", &mut windows.remote),
        ("any", &mut windows.any),
    ];
    for (key, days) in classes {
        days_pair(table, key, days);
    }
}

fn silence(table: &Table<'_>, rules: &mut SilenceRules) {
    let stages: [(&str, &mut SilenceLimits); 8] = [
        ("ordered", &mut rules.ordered),
        ("label", &mut rules.label),
        ("origin", &mut rules.origin),
        ("line_haul", &mut rules.line_haul),
        ("import", &mut rules.import),
        ("last_mile", &mut rules.last_mile),
        ("out_for_delivery", &mut rules.out_for_delivery),
        ("back", &mut rules.back),
    ];
    for (key, limits) in stages {
        if let Some((normal, act)) = duration_pair(table, key) {
            *limits = SilenceLimits { normal, act };
        }
    }
    let classes: [(&str, &mut u16); 5] = [
        ("economy_percent", &mut rules.economy_percent),
        ("express_percent", &mut rules.express_percent),
        ("warehouse_percent", &mut rules.warehouse_percent),
        ("combined_percent", &mut rules.combined_percent),
        ("remote_percent", &mut rules.remote_percent),
    ];
    for (key, percent) in classes {
        whole(table, key, 10..=1000, percent);
    }
}

fn deadlines(table: &Table<'_>, rules: &mut DeadlineRules) {
    let spans: [(&str, &mut SignedDuration); 6] = [
        ("activation", &mut rules.activation),
        ("protection", &mut rules.protection),
        ("dispute", &mut rules.dispute),
        ("pickup", &mut rules.pickup),
        ("dispute_acceptance", &mut rules.dispute_acceptance),
        ("customs", &mut rules.customs),
    ];
    for (key, span) in spans {
        if let Some(given) = table.duration(key) {
            *span = given;
        }
    }
    if let Some(refund) = duration_pair(table, "refund") {
        rules.refund = refund;
    }
    if table.has("remind_days") {
        let days = table.integers("remind_days", 0..=DAYS_MAX);
        rules.remind_days = days.into_iter().filter_map(|day| u16::try_from(day).ok()).collect();
    }
}

fn season(table: &Table<'_>, season: &mut Season) {
    let day = |text: &str| {
        let (month, day) = text.split_once('-').ok_or(())?;
        let (month, day) = (month.parse().map_err(|_| ())?, day.parse().map_err(|_| ())?);
        jiff::civil::Date::new(2024, month, day).map(|_| (month, day)).map_err(|_| ())
    };
    let read = |text: &str| day(text).map_err(|()| format!("is \"{text}\", not a month and day such as \"11-11\""));
    if let Some(from) = table.text_as("from", read) {
        season.from = from.value;
    }
    if let Some(to) = table.text_as("to", read) {
        season.to = to.value;
    }
    days_pair(table, "extra_days", &mut season.extra_days);
    whole(table, "patience_percent", 100..=1000, &mut season.patience_percent);
}

fn whole(table: &Table<'_>, key: &str, bounds: std::ops::RangeInclusive<i64>, value: &mut u16) {
    if let Some(given) = table.integer(key, bounds).and_then(|given| u16::try_from(given).ok()) {
        *value = given;
    }
}

/// The shortest and the longest, in whole days.
fn days_pair(table: &Table<'_>, key: &str, days: &mut (u16, u16)) {
    if !table.has(key) {
        return;
    }
    let given: Vec<u16> =
        table.integers(key, 0..=DAYS_MAX).into_iter().filter_map(|days| u16::try_from(days).ok()).collect();
    match given.as_slice() {
        [from, to] if from <= to => *days = (*from, *to),
        _ => table.fault(
            table.key_span(key),
            format!("{}: {key} is the shortest and the longest, in days: [7, 25]", table.name),
        ),
    }
}

/// Two durations, the shorter first.
fn duration_pair(table: &Table<'_>, key: &str) -> Option<(SignedDuration, SignedDuration)> {
    if !table.has(key) {
        return None;
    }
    let given: Vec<SignedDuration> = table.texts(key).iter().filter_map(|text| duration(&text.value).ok()).collect();
    match given.as_slice() {
        [from, to] if from <= to => Some((*from, *to)),
        _ => {
            let wanted =
                format!("{}: {key} is two durations, the shorter first: [\"7 days\", \"15 days\"]", table.name);
            table.fault(table.key_span(key), wanted);
            None
        }
    }
}
