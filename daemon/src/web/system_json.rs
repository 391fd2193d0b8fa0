//! The daemon itself in the JSON API: config, notices, plugins, carriers, codes that nobody knows.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use parcelwatch_tracking::Budget;
use serde::Serialize;

use super::channels::channels;
use super::pages::store_notice;
use super::unmapped::report_line;
use super::{PageError, Web};
use crate::plugin_host::PluginCard;
use crate::store::{ChannelQueue, Notice, Unmapped};

#[derive(Serialize)]
struct SystemJson {
    version: &'static str,
    now: String,
    last_ok_at: Option<String>,
    parcels: i64,
    archived: i64,
    database_bytes: i64,
    config: serde_json::Value,
    notices: Vec<NoticeJson>,
    plugins: Vec<PluginJson>,
    carriers: Vec<CarrierJson>,
    channels: Vec<ChannelJson>,
    unmapped: Vec<UnmappedJson>,
}

#[derive(Serialize)]
struct PluginJson {
    #[serde(flatten)]
    card: PluginCard,
    /// One for each of the card's quotas.
    budgets: Vec<BudgetJson>,
    /// What was not taken of its answers, and how often.
    losses: BTreeMap<String, i64>,
}

#[derive(Serialize)]
struct BudgetJson {
    allowed: u32,
    used: u32,
    started_at: String,
    renews_at: String,
}

#[derive(Serialize)]
struct NoticeJson {
    key: String,
    level: &'static str,
    title: String,
    detail: String,
    since: String,
}

#[derive(Serialize)]
struct CarrierJson {
    carrier: String,
    legs: i64,
    failing: i64,
    last_ok_at: Option<String>,
    next_ask_at: Option<String>,
}

#[derive(Serialize)]
struct ChannelJson {
    name: String,
    waiting: i64,
    failing_since: Option<String>,
    next_try_at: Option<String>,
    error: Option<String>,
}

#[derive(Serialize)]
struct UnmappedJson {
    carrier: String,
    code: String,
    text: String,
    count: i64,
    last_at: String,
    /// All of it in one line, to be reported.
    report: String,
}

pub(super) async fn system(State(web): State<Web>) -> Result<Response, PageError> {
    let (now, site, trouble) = (web.clock.now(), web.site.load_full(), web.store.trouble());
    let json = web.store.read(move |view| {
        let config = view.meta("config")?.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
        let cards = view.plugin_cards()?;
        let cards: Vec<PluginCard> = cards.iter().filter_map(|card| serde_json::from_str(card).ok()).collect();
        let counted = view.quota_use()?;
        let losses = view.losses()?;
        let plugin_json = |card: PluginCard| {
            let budgets = card.budgets(&counted, now).into_iter().map(budget_json).collect();
            let own = losses.iter().filter(|(carrier, ..)| *carrier == card.carrier);
            let losses = own.map(|(_, kind, count, _)| (kind.clone(), *count)).collect();
            PluginJson { card, budgets, losses }
        };
        Ok(SystemJson {
            version: env!("CARGO_PKG_VERSION"),
            now: now.to_string(),
            last_ok_at: text(view.last_ok_at()?),
            parcels: view.counts()?.iter().map(|count| count.parcels).sum(),
            archived: view.archived_count()?,
            database_bytes: view.size_bytes()?,
            config,
            notices: trouble.iter().map(store_notice).chain(view.notices()?).map(notice_json).collect(),
            carriers: view
                .carrier_health()?
                .into_iter()
                .map(|health| CarrierJson {
                    carrier: health.carrier,
                    legs: health.legs,
                    failing: health.failing,
                    last_ok_at: text(health.last_ok_at),
                    next_ask_at: text(health.next_ask_at),
                })
                .collect(),
            channels: channels(&site.config, view.channel_queues()?).into_iter().map(channel_json).collect(),
            unmapped: view.unmapped()?.into_iter().map(|unmapped| unmapped_json(unmapped, &cards)).collect(),
            plugins: cards.into_iter().map(plugin_json).collect(),
        })
    });
    Ok(Json(json.await?).into_response())
}

fn budget_json(budget: Budget) -> BudgetJson {
    let Budget { allowed, used, started_at, renews_at } = budget;
    BudgetJson { allowed, used, started_at: started_at.to_string(), renews_at: renews_at.to_string() }
}

fn notice_json(notice: Notice) -> NoticeJson {
    NoticeJson {
        key: notice.key,
        level: notice.level.key(),
        title: notice.title,
        detail: notice.detail,
        since: notice.since.to_string(),
    }
}

fn channel_json(queue: ChannelQueue) -> ChannelJson {
    ChannelJson {
        name: queue.name,
        waiting: queue.waiting,
        failing_since: text(queue.outage.as_ref().map(|outage| outage.since)),
        next_try_at: text(queue.outage.as_ref().map(|outage| outage.next_at)),
        error: queue.outage.map(|outage| outage.error),
    }
}

fn unmapped_json(unmapped: Unmapped, cards: &[PluginCard]) -> UnmappedJson {
    UnmappedJson {
        report: report_line(&unmapped, cards),
        carrier: unmapped.carrier,
        code: unmapped.code,
        text: unmapped.text,
        count: unmapped.count,
        last_at: unmapped.last_at.to_string(),
    }
}

fn text(at: Option<Timestamp>) -> Option<String> {
    at.map(|at| at.to_string())
}
