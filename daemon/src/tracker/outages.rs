//! A carrier that fails everybody is one matter, however many parcels it carries: a notice on every page as long as it
//! lasts, and one entry in the system feed when it begins and when it ends.

use jiff::Timestamp;
use parcelwatch_tracking::{CarrierId, Outage, is_carrier_lost};

use crate::report::JudgementContext;
use crate::report::system::system_entry;
use crate::store::{Level, Notice, Result, Tx};

fn key(carrier: &CarrierId) -> String {
    format!("carrier:{carrier}")
}

/// The carrier did not answer.
pub(super) fn failed(
    tx: &Tx<'_>,
    carrier: &CarrierId,
    outage: &Outage,
    context: &JudgementContext,
    now: Timestamp,
) -> Result<()> {
    if !is_carrier_lost(outage) || tx.notice(&key(carrier))?.is_some() {
        return Ok(());
    }
    let title = format!("{} {}", context.names.carrier(carrier), outage.failure.kind.title());
    let detail = format!("{}\nSince {}.", outage.failure.message, outage.since);
    tracing::warn!(%carrier, "{title}: {}", outage.failure.message);
    tx.post_notice(&Notice {
        key: key(carrier),
        level: Level::Warn,
        title: title.clone(),
        detail: detail.clone(),
        since: outage.since,
    })?;
    let entry = system_entry(&format!("carrier-lost:{carrier}:{}", outage.since), "source_lost", &title, &detail);
    tx.publish_alerts(None, &[entry], &context.channels(), now)?;
    Ok(())
}

/// The carrier spoke, be it only to say that it has nothing.
pub(super) fn answered(tx: &Tx<'_>, carrier: &CarrierId, context: &JudgementContext, now: Timestamp) -> Result<()> {
    let Some(notice) = tx.notice(&key(carrier))? else { return Ok(()) };
    tx.clear_notice(&notice.key)?;
    let title = format!("{} answers again", context.names.carrier(carrier));
    let entry = system_entry(&format!("carrier-back:{carrier}:{}", notice.since), "source_back", &title, &notice.title);
    tracing::info!(%carrier, "{title}");
    tx.publish_alerts(None, &[entry], &context.channels(), now)?;
    Ok(())
}
