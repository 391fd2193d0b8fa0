//! The history as a table for spreadsheets: one line an event, the oldest first.

use parcelwatch_tracking::Moment;

use super::{EventView, History, clock, facts, others, zone};

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

pub(super) fn render(history: &History) -> String {
    let mut text = line(&HEAD.map(str::to_owned));
    for event in &history.events {
        text.push_str(&line(&cells(event)));
    }
    text
}

fn cells(event: &EventView) -> [String; 16] {
    let (moment, place, lead) = (event.at.as_ref(), event.place.as_ref(), event.lead());
    [
        moment.map(Moment::text).unwrap_or_default(),
        clock(moment),
        zone(moment),
        event.status.key().to_owned(),
        lead.carrier_name.clone(),
        lead.number.clone(),
        event.code.clone().unwrap_or_default(),
        event.text.clone(),
        event.translation.clone().unwrap_or_default(),
        place.map(|place| place.raw.clone()).unwrap_or_default(),
        place.and_then(|place| place.country).map(|country| country.to_string()).unwrap_or_default(),
        facts(&event.facts),
        event.first_seen_at.to_string(),
        if lead.shown { "yes" } else { "no" }.to_owned(),
        others(event).join(" | "),
        event.id.clone(),
    ]
}

fn line(cells: &[String]) -> String {
    let cells: Vec<String> = cells.iter().map(|cell| quoted(cell)).collect();
    format!("{}\r\n", cells.join(","))
}

/// A cell that a spreadsheet shows and does not compute: carriers' words are unsupported_carriers' text.
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
