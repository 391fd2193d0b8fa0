//! The daemon itself: its plugins, their health, the config in force, codes nobody knows.

use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use jiff::Timestamp;
use parcelwatch_plugin::wall::Loss;
use parcelwatch_tracking::Budget;
use serde::Deserialize;

use super::{Frame, render};
use crate::plugin_host::{PluginCard, QuotaCard};
use crate::report::times::Clock;
use crate::site::Site;
use crate::store::{CarrierHealth, ChannelQueue, QuotaUse};
use crate::web::channels::channels;
use crate::web::unmapped::report_line;
use crate::web::{PageError, Web};

#[derive(Template)]
#[template(path = "system.html")]
struct SystemPage {
    frame: Frame,
    version: &'static str,
    config: ConfigView,
    /// The carriers that matter here: they have numbers, a key, or a file of their own.
    asked: Vec<PluginView>,
    idle: Vec<PluginView>,
    channels: Vec<ChannelView>,
    /// One line for each code that no table knows.
    unmapped: Vec<String>,
    database: String,
    events: i64,
    last_ok: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ConfigView {
    path: Option<String>,
    loaded_at: Option<String>,
    parcels: usize,
    faults: Vec<String>,
    warnings: Vec<String>,
    plugin_dir: Option<String>,
    data_dir: Option<String>,
}

struct PluginView {
    card: PluginCard,
    short: String,
    kilobytes: usize,
    gap: String,
    legs: i64,
    failing: i64,
    last_ok: Option<String>,
    next: Option<String>,
    budgets: Vec<BudgetView>,
    /// The carriers that the same key opens.
    shared_with: Vec<String>,
    missing: Vec<String>,
    /// What was not taken of its answers: "3 times that cannot be read, last 2 h ago".
    losses: Vec<String>,
    /// What people should know: how to get a key, what the plugin is known from.
    facts: Vec<(String, String)>,
}

impl PluginView {
    fn matters(&self) -> bool {
        let has_key = !self.card.secrets.is_empty() && self.missing.is_empty();
        self.legs > 0 || has_key || self.card.source != "bundled" || self.card.rejected.is_some()
    }
}

/// A channel and what waits for it.
struct ChannelView {
    name: String,
    waiting: i64,
    failing: Option<FailingView>,
}

struct FailingView {
    since: String,
    next: String,
    error: String,
}

/// What is used of what a carrier allows.
struct BudgetView {
    used: u32,
    allowed: u32,
    /// In what time.
    span: String,
    renews: String,
}

pub(in crate::web) async fn system(State(web): State<Web>, headers: HeaderMap) -> Result<Response, PageError> {
    let now = web.clock.now();
    let site = web.site.load_full();
    let (config, cards, health, counted, losses, unmapped, queues, size, events, last_ok, notices) = web
        .store
        .read(|view| {
            Ok((
                view.meta("config")?,
                view.plugin_cards()?,
                view.carrier_health()?,
                view.quota_use()?,
                view.losses()?,
                view.unmapped()?,
                view.channel_queues()?,
                view.size_bytes()?,
                view.event_count()?,
                view.last_ok_at()?,
                view.notices()?,
            ))
        })
        .await?;
    let cards: Vec<PluginCard> = cards.iter().filter_map(|card| serde_json::from_str(card).ok()).collect();
    let unmapped = unmapped.iter().map(|unmapped| report_line(unmapped, &cards)).collect();
    let plugins = cards.iter().map(|card| {
        let view = plugin_view(card, &cards, &health, &counted, now);
        PluginView { losses: losses_in_words(&losses, &card.carrier, now), ..view }
    });
    let (asked, idle) = plugins.partition(PluginView::matters);
    let page = SystemPage {
        version: env!("CARGO_PKG_VERSION"),
        config: config_view(config, &site, now),
        channels: channels(&site.config, queues).into_iter().map(|queue| channel_view(queue, now)).collect(),
        unmapped,
        asked,
        idle,
        database: format!("{:.1} MB", size as f64 / 1e6),
        events,
        last_ok: last_ok.map(|at| utc(now).ago(&at)),
        frame: Frame::new(&web, &site, notices, now),
    };
    render(&page, &headers)
}

fn config_view(kept: Option<String>, site: &Site, now: Timestamp) -> ConfigView {
    let mut config: ConfigView = kept.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
    let loaded_at = config.loaded_at.as_deref().and_then(|at| at.parse().ok());
    config.loaded_at = loaded_at.map(|at| site.clock(now).local(&at));
    config
}

fn channel_view(queue: ChannelQueue, now: Timestamp) -> ChannelView {
    let failing = queue.outage.map(|outage| FailingView {
        since: utc(now).ago(&outage.since),
        next: utc(now).until(&outage.next_at),
        error: outage.error,
    });
    ChannelView { name: queue.name, waiting: queue.waiting, failing }
}

fn plugin_view(
    card: &PluginCard,
    cards: &[PluginCard],
    health: &[CarrierHealth],
    counted: &[QuotaUse],
    now: Timestamp,
) -> PluginView {
    let shares = |other: &&PluginCard| other.account.is_some() && other.account == card.account && *other != card;
    let health = health.iter().find(|health| health.carrier == card.carrier);
    PluginView {
        short: card.digest.chars().take(12).collect(),
        kilobytes: card.bytes / 1000,
        gap: parcelwatch_tracking::words(jiff::SignedDuration::from_secs(card.gap_s)),
        legs: health.map_or(0, |health| health.legs),
        failing: health.map_or(0, |health| health.failing),
        last_ok: health.and_then(|health| health.last_ok_at).map(|at| utc(now).ago(&at)),
        next: health.and_then(|health| health.next_ask_at).map(|at| utc(now).until(&at)),
        budgets: budgets(card, counted, now),
        shared_with: cards.iter().filter(shares).map(|other| other.name.clone()).collect(),
        facts: facts(card),
        losses: Vec::new(),
        missing: card.secrets.iter().filter(|(_, there)| !there).map(|(name, _)| name.clone()).collect(),
        card: card.clone(),
    }
}

fn losses_in_words(losses: &[(String, String, i64, Timestamp)], carrier: &str, now: Timestamp) -> Vec<String> {
    let own = losses.iter().filter(|(of, ..)| of == carrier);
    let words = own.filter_map(|(_, kind, count, last)| {
        Some(format!("{count} {}, last {}", Loss::from_key(kind)?.words(), utc(now).ago(last)))
    });
    words.collect()
}

/// Those of a plugin's facts that are for people.
fn facts(card: &PluginCard) -> Vec<(String, String)> {
    const FOR_PEOPLE: [(&str, &str); 3] =
        [("access", "access"), ("known_from", "known from"), ("facts_as_of", "facts as of")];
    let fact = |name: &str| card.facts.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
    FOR_PEOPLE.iter().filter_map(|(name, title)| Some(((*title).to_owned(), fact(name)?))).collect()
}

fn budgets(card: &PluginCard, counted: &[QuotaUse], now: Timestamp) -> Vec<BudgetView> {
    let budget = |(quota, budget): (&QuotaCard, Budget)| {
        let Budget { used, allowed, renews_at, .. } = budget;
        // Before the first request nothing runs that could end.
        let renews = if used == 0 { String::new() } else { format!(", renewed {}", utc(now).until(&renews_at)) };
        BudgetView { used, allowed, span: span(quota.seconds), renews }
    };
    card.quotas.iter().zip(card.budgets(counted, now)).map(budget).collect()
}

/// "a day", "in 12 h".
fn span(seconds: u32) -> String {
    match seconds {
        86_400 => "a day".to_owned(),
        3600 => "an hour".to_owned(),
        60 => "a minute".to_owned(),
        _ => format!("in {}", parcelwatch_tracking::words(jiff::SignedDuration::from_secs(seconds.into()))),
    }
}

/// For distances alone, which are the same in every zone.
fn utc(now: Timestamp) -> Clock {
    Clock { zone: jiff::tz::TimeZone::UTC, now }
}
