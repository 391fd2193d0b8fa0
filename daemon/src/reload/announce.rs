//! What the system page and the system feed say of the config.

use jiff::Timestamp;
use serde_json::Value;

use crate::report::system::system_entry;
use crate::store::{Level, Notice, Result, Tx};

/// Writes down how the config is, and tells when it has become bad or good again.
pub(super) fn config(tx: &Tx<'_>, mut summary: Value, title: &str, faults: &[String], now: Timestamp) -> Result<()> {
    if !faults.is_empty() {
        // What is in force is still the version of then.
        let before: Value = tx.meta("config")?.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
        summary["loaded_at"] = before["loaded_at"].clone();
    }
    tx.set_meta("config", &summary.to_string())?;
    let detail = faults.join("\n\n");
    if faults.is_empty() {
        if tx.clear_notice("config")? {
            let draft = system_entry(&format!("config-good:{now}"), "config", "The config is good again", "");
            tx.publish_alerts(None, &[draft], &[], now)?;
        }
        return Ok(());
    }
    tracing::warn!("{title}");
    // A restart, or a signal, does not make the same faults news.
    let is_known = tx.notice("config")?.is_some_and(|known| known.title == title && known.detail == detail);
    tx.post_notice(&Notice {
        key: "config".into(),
        level: Level::Error,
        title: title.to_owned(),
        detail: detail.clone(),
        since: now,
    })?;
    if !is_known {
        let draft = system_entry(&format!("config-bad:{now}"), "config", title, &detail);
        tx.publish_alerts(None, &[draft], &[], now)?;
    }
    Ok(())
}

/// A former version showed faulty lines with their values, in entries that others may have read. Said once; the notice stays until
/// the next start.
pub(super) fn shown_keys(tx: &Tx<'_>, now: Timestamp) -> Result<()> {
    const KEY: &str = "keys-shown";
    let title = "Keys that stood in faulty lines of the config were shown; change them";
    let detail = "A former version put whole lines of the config into the system feed, the log and the page when they had faults. \
                  If a key, a token or a password stood in one, change it. The lines are gone from the entries here; feed \
                  readers and logs may still have them.";
    if tx.meta("keys_were_shown")?.is_none() {
        return Ok(());
    }
    if tx.publish_alerts(None, &[system_entry(KEY, "config", title, detail)], &[], now)? == 0 {
        return tx.clear_notice(KEY).map(drop);
    }
    tracing::warn!("{title}: {detail}");
    let (title, detail) = (title.to_owned(), detail.to_owned());
    tx.post_notice(&Notice { key: KEY.to_owned(), level: Level::Warn, title, detail, since: now })
}
