//! For machines: is it alive, is it ready, how is it doing.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use parcelwatch_tracking::Budget;

use super::channels::channels;
use super::guard::CLOSED;
use super::{PageError, Web};
use crate::config::Access;
use crate::plugin_host::PluginCard;
use crate::store::QuotaUse;

/// The process runs. A dead carrier is not our illness.
pub(super) async fn alive() -> &'static str {
    "ok\n"
}

/// The bundled carriers are compiled or have failed, the store can be read and written, and somebody can be served. It is asked
/// without a password, so the reason why not stands in the log alone.
pub(super) async fn ready(State(web): State<Web>) -> Response {
    if web.site.load().access == Access::Nobody {
        return (StatusCode::SERVICE_UNAVAILABLE, format!("{CLOSED}\n")).into_response();
    }
    if let Some(ready) = web.carriers.borrow().words() {
        return (StatusCode::SERVICE_UNAVAILABLE, format!("carriers are getting ready, {ready}\n")).into_response();
    }
    match web.store.write(|tx| tx.set_meta("ready", "1")).await {
        Ok(()) => (StatusCode::OK, "ready\n").into_response(),
        Err(error) => {
            tracing::error!("not ready: {error}");
            (StatusCode::SERVICE_UNAVAILABLE, "not ready; the log says why\n").into_response()
        }
    }
}

/// Figures for Prometheus. No tracking number and no label is among them.
pub(super) async fn metrics(State(web): State<Web>) -> Result<Response, PageError> {
    let (now, site, trouble) = (web.clock.now(), web.site.load_full(), web.store.trouble());
    let text = web.store.read(move |view| {
        let mut page = Page::default();
        page.metric("parcelwatch_build_info", "gauge", "Version of the daemon.");
        page.sample("parcelwatch_build_info", &[("version", env!("CARGO_PKG_VERSION"))], 1.0);
        page.metric("parcelwatch_parcels", "gauge", "Parcels on the overview, by group.");
        let counts = view.counts()?;
        for group in parcelwatch_tracking::Attention::ALL {
            let count = counts.iter().find(|c| usize::try_from(c.attention).ok() == Some(group.index()));
            page.sample("parcelwatch_parcels", &[("group", group.key())], count.map_or(0.0, |c| c.parcels as f64));
        }
        page.metric("parcelwatch_archived_parcels", "gauge", "Parcels in the archive.");
        page.sample("parcelwatch_archived_parcels", &[], view.archived_count()? as f64);
        page.metric("parcelwatch_events", "gauge", "Events kept.");
        page.sample("parcelwatch_events", &[], view.event_count()? as f64);
        page.metric("parcelwatch_outbox_entries", "gauge", "Alerts that wait for a channel.");
        page.sample("parcelwatch_outbox_entries", &[], view.outbox_len()? as f64);
        let channels = channels(&site.config, view.channel_queues()?);
        page.metric("parcelwatch_channel_waiting", "gauge", "Alerts that wait for a channel, by channel.");
        for channel in &channels {
            page.sample("parcelwatch_channel_waiting", &[("channel", &channel.name)], channel.waiting as f64);
        }
        page.metric(
            "parcelwatch_channel_failing_since_seconds",
            "gauge",
            "Since when a channel has taken nothing; 0 when it does.",
        );
        for channel in &channels {
            let since = channel.outage.as_ref().map_or(0.0, |outage| seconds(outage.since));
            page.sample("parcelwatch_channel_failing_since_seconds", &[("channel", &channel.name)], since);
        }
        page.metric("parcelwatch_database_bytes", "gauge", "Size of the database.");
        page.sample("parcelwatch_database_bytes", &[], view.size_bytes()? as f64);
        page.metric("parcelwatch_database_writable", "gauge", "Whether the history can be written.");
        page.sample("parcelwatch_database_writable", &[], if trouble.is_none() { 1.0 } else { 0.0 });
        page.metric("parcelwatch_notices", "gauge", "What the operator should look at, by level.");
        let notices = view.notices()?;
        for level in ["info", "warn", "error"] {
            let count = notices.iter().filter(|notice| notice.level.key() == level).count();
            page.sample("parcelwatch_notices", &[("level", level)], count as f64);
        }
        let health = view.carrier_health()?;
        page.metric("parcelwatch_carrier_legs", "gauge", "Numbers asked of a carrier.");
        for carrier in &health {
            page.sample("parcelwatch_carrier_legs", &[("carrier", &carrier.carrier)], carrier.legs as f64);
        }
        page.metric("parcelwatch_carrier_failing_legs", "gauge", "Numbers whose last question to a carrier failed.");
        for carrier in &health {
            page.sample("parcelwatch_carrier_failing_legs", &[("carrier", &carrier.carrier)], carrier.failing as f64);
        }
        page.metric("parcelwatch_carrier_last_ok_timestamp_seconds", "gauge", "When a carrier last spoke.");
        for carrier in &health {
            if let Some(at) = carrier.last_ok_at {
                page.sample(
                    "parcelwatch_carrier_last_ok_timestamp_seconds",
                    &[("carrier", &carrier.carrier)],
                    seconds(at),
                );
            }
        }
        let cards = view.plugin_cards()?;
        let cards: Vec<PluginCard> = cards.iter().filter_map(|card| serde_json::from_str(card).ok()).collect();
        quotas(&mut page, &cards, &view.quota_use()?, now);
        page.metric("parcelwatch_plugin_losses_total", "counter", "What was not taken of a plugin's answers, by kind.");
        for (carrier, kind, count, _) in view.losses()? {
            page.sample("parcelwatch_plugin_losses_total", &[("carrier", &carrier), ("kind", &kind)], count as f64);
        }
        page.metric("parcelwatch_plugin_info", "gauge", "Plugins in force.");
        for card in &cards {
            let labels = [("carrier", card.carrier.as_str()), ("version", &card.version), ("source", &card.source)];
            page.sample("parcelwatch_plugin_info", &labels, 1.0);
        }
        page.metric("parcelwatch_time_seconds", "gauge", "The daemon's clock.");
        page.sample("parcelwatch_time_seconds", &[], seconds(now));
        Ok(page.0)
    });
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text.await?).into_response())
}

/// Only of carriers that can be asked: the keys of all others are not there.
fn quotas(page: &mut Page, cards: &[PluginCard], counted: &[QuotaUse], now: Timestamp) {
    let figures: Vec<(&str, String, Budget)> = cards
        .iter()
        .filter(|card| card.secrets.iter().all(|(_, there)| *there))
        .flat_map(|card| {
            let seconds = card.quotas.iter().map(|quota| quota.seconds.to_string());
            seconds.zip(card.budgets(counted, now)).map(|(seconds, budget)| (card.carrier.as_str(), seconds, budget))
        })
        .collect();
    page.metric("parcelwatch_carrier_quota_requests", "gauge", "Requests that a carrier allows in so many seconds.");
    for (carrier, span, budget) in &figures {
        let labels = [("carrier", *carrier), ("seconds", span.as_str())];
        page.sample("parcelwatch_carrier_quota_requests", &labels, budget.allowed.into());
    }
    page.metric("parcelwatch_carrier_quota_used", "gauge", "How many of them are used.");
    for (carrier, span, budget) in &figures {
        let labels = [("carrier", *carrier), ("seconds", span.as_str())];
        page.sample("parcelwatch_carrier_quota_used", &labels, budget.used.into());
    }
}

fn seconds(at: Timestamp) -> f64 {
    at.as_millisecond() as f64 / 1000.0
}

/// Prometheus' text format.
#[derive(Default)]
struct Page(String);

impl Page {
    fn metric(&mut self, name: &str, kind: &str, help: &str) {
        self.0.push_str(&format!("# HELP {name} {help}\n# TYPE {name} {kind}\n"));
    }

    fn sample(&mut self, name: &str, labels: &[(&str, &str)], value: f64) {
        let escaped = |value: &str| value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
        let labels: Vec<String> = labels.iter().map(|(name, value)| format!("{name}=\"{}\"", escaped(value))).collect();
        let labels = if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
        self.0.push_str(&format!("{name}{labels} {value}\n"));
    }
}
