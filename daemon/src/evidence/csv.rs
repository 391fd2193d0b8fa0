//! The history as a table for spreadsheets: one line an event, the oldest first.

use parcelwatch_tracking::{Entry, Moment};

use super::{Case, carrier, clock, facts, number, others, zone};

const HEAD: [&str; 16] = [
    "at",
    "clock",
    "zone",
    "status",
    "carrier",
    "number",
    "code",
    "words",
    "translation",
    "place",
    "country",
    "facts",
    "first_seen_at",
    "still_shown",
    "also_told_by",
    "event",
];

pub(super) fn render(case: &Case, merged: &[Entry<'_>]) -> String {
    let mut text = line(&HEAD.map(str::to_owned));
    for entry in merged {
        text.push_str(&line(&cells(case, entry)));
    }
    text
}

fn cells(case: &Case, entry: &Entry<'_>) -> [String; 16] {
    let (seen, event) = (entry.lead, &entry.lead.event);
    let moment = event.moment.as_ref();
    let place = event.place.as_ref();
    [
        moment.map(Moment::text).unwrap_or_default(),
        clock(moment),
        zone(moment),
        entry.status.key().to_owned(),
        carrier(case, seen.leg),
        number(case, seen.leg),
        event.code.clone().unwrap_or_default(),
        event.text.clone(),
        event.translation.clone().unwrap_or_default(),
        place.map(|place| place.text.clone()).unwrap_or_default(),
        place.and_then(|place| place.country).map(|country| country.to_string()).unwrap_or_default(),
        facts(&event.facts),
        entry.first_seen_at().to_string(),
        if seen.position.is_some() { "yes" } else { "no" }.to_owned(),
        others(case, entry).join(" | "),
        seen.id.to_string(),
    ]
}

fn line(cells: &[String]) -> String {
    let cells: Vec<String> = cells.iter().map(|cell| quoted(cell)).collect();
    format!("{}\r\n", cells.join(","))
}

/// A cell that a spreadsheet shows and does not compute: carriers' words are strangers' text.
fn quoted(cell: &str) -> String {
    let computed = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let plain = if computed { format!("'{cell}") } else { cell.to_owned() };
    if plain.contains([',', '"', '\n', '\r']) { format!("\"{}\"", plain.replace('"', "\"\"")) } else { plain }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_text_whatever_it_begins_with() {
        for (cell, shown) in [
            ("Delivered", "Delivered"),
            ("", ""),
            ("=HYPERLINK(\"http://evil.example\")", "\"'=HYPERLINK(\"\"http://evil.example\"\")\""),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@SUM", "'@SUM"),
            ("\t=1", "'\t=1"),
            ("Paris, FR", "\"Paris, FR\""),
            ("two\nlines", "\"two\nlines\""),
        ] {
            assert_eq!(quoted(cell), shown, "{cell:?}");
        }
    }
}
