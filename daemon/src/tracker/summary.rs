//! A look back on each month: one entry in the system feed, fixed once it is written.

use jiff::Timestamp;
use parcelwatch_tracking::{MonthSummary, words};

use crate::report::system::system_entry;
use crate::store::{EntryDraft, Result, Tx};

/// Writes the look back on a month, unless it was written before.
pub(super) fn write(tx: &Tx<'_>, summary: &MonthSummary, now: Timestamp) -> Result<()> {
    // It wakes nobody: no channel carries it.
    tx.publish_alerts(None, &[draft(summary)], &[], now)?;
    Ok(())
}

fn draft(summary: &MonthSummary) -> EntryDraft {
    let format =
        |format: &str| jiff::fmt::strtime::format(format, summary.month).unwrap_or_else(|_| summary.month.to_string());
    let title = format!("{}: {} arrived", format("%B %Y"), parcels(summary.arrived));
    let mut sentences =
        vec![format!("Half of them took no more than {} from shipping to delivery.", days(summary.days))];
    if let Some((stage, stay)) = summary.slowest {
        sentences.push(format!("They spent the most time in the stage “{}”: {}.", stage.title(), words(stay)));
    }
    sentences.push(match summary.before {
        Some((arrived, before)) => {
            format!("In the month before, {} arrived and half took no more than {}.", parcels(arrived), days(before))
        }
        None => "In the month before, none arrived.".to_owned(),
    });
    sentences.push("The statistics page has all figures.".to_owned());
    let html = sentences.iter().map(|sentence| format!("<p>{}</p>", crate::report::words::escape(sentence)));
    let key = format!("summary:{}", format("%Y-%m"));
    EntryDraft { html: html.collect(), path: "stats".to_owned(), ..system_entry(&key, "summary", &title, "") }
}

fn parcels(count: usize) -> String {
    if count == 1 { "1 parcel".to_owned() } else { format!("{count} parcels") }
}

fn days(count: i64) -> String {
    if count == 1 { "1 day".to_owned() } else { format!("{count} days") }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use jiff::civil::date;
    use parcelwatch_tracking::Stage;

    use super::*;

    #[test]
    fn a_month_is_told_with_its_figures_and_leads_to_the_statistics() {
        let summary = MonthSummary {
            month: date(2026, 11, 1),
            arrived: 5,
            days: 14,
            slowest: Some((Stage::LineHaul, SignedDuration::from_hours(8 * 24))),
            before: Some((1, 1)),
        };
        let found = draft(&summary);
        assert_eq!(
            (found.key.as_str(), found.title.as_str(), found.path.as_str()),
            ("summary:2026-11", "November 2026: 5 parcels arrived", "stats")
        );
        expect_test::expect![[r#"
            <p>Half of them took no more than 14 days from shipping to delivery.</p>
            <p>They spent the most time in the stage “Long haul”: 8 days.</p>
            <p>In the month before, 1 parcel arrived and half took no more than 1 day.</p>
            <p>The statistics page has all figures.</p>
        "#]]
        .assert_eq(&found.html.replace("</p>", "</p>\n"));
        let alone = draft(&MonthSummary { arrived: 1, slowest: None, before: None, ..summary });
        assert_eq!(alone.title, "November 2026: 1 parcel arrived");
        assert!(alone.html.contains("In the month before, none arrived."), "{}", alone.html);
    }
}
