//! The one way in which what is made of a parcel reaches the store: its alerts, its view, when to look again.

use jiff::Timestamp;
use parcelwatch_tracking::{Alert, FIRST_SIGHT, Importance, Occasion, messages, untold};

use crate::report::alert::feed_entries;
use crate::report::view::FORM;
use crate::report::{Judged, JudgementContext};
use crate::store::{ParcelRecord, Result, Tx};

/// Tells what changed and what time alone brings, and writes down what the overview shows and when to look again. A
/// finished parcel whose time has come leaves the overview.
pub fn save(
    judged: &Judged,
    tx: &Tx<'_>,
    record: &ParcelRecord,
    changes: Vec<Alert>,
    context: &JudgementContext,
    now: Timestamp,
) -> Result<()> {
    let pk = record.row.pk;
    let is_known = tx.is_published(pk, FIRST_SIGHT)?;
    let mut news = Vec::new();
    for alert in due(judged, record, is_known, context, now) {
        if !tx.is_published(pk, &alert.key)? {
            news.push(alert);
        }
    }
    let (answers, first_sight) = (judged.answers, judged.first_sight.clone());
    let told = messages(Occasion { is_known, answers, first_sight, changes, due: news });
    if !told.is_empty() {
        let drafts = feed_entries(&told, record, judged, context, now);
        tx.publish_alerts(Some((pk, record.parcel.id.as_str())), &drafts, &context.channels(), now)?;
        for message in &told {
            if message.importance() > Importance::Routine {
                tracing::info!(parcel = %record.parcel.id, "{}", message.alert.kind.key());
            }
            for alert in &message.with {
                tx.suppress_alert(pk, &alert.key)?;
            }
        }
    }
    write(judged, tx, record, now)
}

/// Writes down the same and tells nothing: an old answer that was read anew is no news. What would be told now is not told
/// later either, unless it waits for an answer; what time brings from here on is.
pub(super) fn save_quietly(
    judged: &Judged,
    tx: &Tx<'_>,
    record: &ParcelRecord,
    context: &JudgementContext,
    now: Timestamp,
) -> Result<()> {
    let pk = record.row.pk;
    if judged.answers.awaited_until.is_none() {
        let is_known = tx.is_published(pk, FIRST_SIGHT)?;
        let first = judged.first_sight.clone().filter(|_| !is_known);
        for alert in due(judged, record, is_known, context, now).into_iter().chain(first) {
            tx.suppress_alert(pk, &alert.key)?;
        }
    }
    write(judged, tx, record, now)
}

/// What could be told now beside news, told or not.
fn due(
    judged: &Judged,
    record: &ParcelRecord,
    is_known: bool,
    context: &JudgementContext,
    now: Timestamp,
) -> Vec<Alert> {
    let mut due = judged.timely(context, now);
    if !is_known {
        due.extend(untold(&record.timeline));
    }
    due
}

fn write(judged: &Judged, tx: &Tx<'_>, record: &ParcelRecord, now: Timestamp) -> Result<()> {
    write_view(judged, tx, record)?;
    tx.save_journey(record.row.pk, judged.journey.as_ref())?;
    if record.row.archived_at.is_none() && judged.archive_at.is_some_and(|at| at <= now) {
        tx.archive_parcel(&record.parcel.id, Some(now))?;
    }
    Ok(())
}

/// Writes down how a parcel is shown, and when to look again.
pub(super) fn write_view(judged: &Judged, tx: &Tx<'_>, record: &ParcelRecord) -> Result<()> {
    tx.save_view(record.row.pk, &judged.kept(), FORM)
}
