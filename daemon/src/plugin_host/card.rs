//! What the system page, the API and the command line show of a plugin. The store keeps it.

use jiff::Timestamp;
use parcelwatch_plugin::Quota;
use parcelwatch_tracking::{Budget, CarrierId};
use serde::{Deserialize, Serialize};

use super::files::file_name;
use super::ledger;
use super::offer::{Offer, quotas};
use super::plugin::Source;
use crate::config::CarrierConfig;
use crate::store::{QuotaUse, Tx};

/// A plugin as the system page shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PluginCard {
    pub carrier: String,
    pub name: String,
    pub version: String,
    pub digest: String,
    pub bytes: usize,
    /// `bundled`, or the file's name.
    pub source: String,
    pub hosts: Vec<String>,
    pub endpoint: Option<String>,
    /// `running`, `loading`, `disabled`.
    pub state: String,
    pub batch_max: usize,
    pub gap_s: i64,
    /// What the carrier allows, or the operator in its place.
    #[serde(default)]
    pub quotas: Vec<QuotaCard>,
    /// Under whose name its requests are counted, where it shares a key with other carriers.
    #[serde(default)]
    pub account: Option<String>,
    /// What the carrier needs of the operator, and whether it is there.
    pub secrets: Vec<(String, bool)>,
    pub link: Option<String>,
    pub contact: Vec<(String, String)>,
    /// Headers it may set beside the usual ones.
    #[serde(default)]
    pub headers: Vec<String>,
    /// `facts_as_of`, `access` …
    pub facts: Vec<(String, String)>,
    /// It claims numbers that are nobody's, and wins none by that.
    #[serde(default)]
    pub claims_all: bool,
    /// A newer file that is not in force, and why.
    pub rejected: Option<RejectedCard>,
}

/// A quota of a carrier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuotaCard {
    pub requests: u32,
    pub seconds: u32,
    pub resets_at: Option<String>,
}

impl PluginCard {
    /// How much of each quota is used now, by what was counted last.
    pub fn budgets(&self, counted: &[QuotaUse], now: Timestamp) -> Vec<Budget> {
        let account = self.account.as_ref().unwrap_or(&self.carrier);
        let budget = |(index, quota): (usize, &QuotaCard)| {
            let QuotaCard { requests, seconds, resets_at } = quota.clone();
            let counted = counted.iter().find(|used| used.carrier.as_str() == account && used.quota == index);
            ledger::budget(&Quota { requests, seconds, resets_at }, counted, now)
        };
        self.quotas.iter().enumerate().map(budget).collect()
    }
}

/// A file that is not in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RejectedCard {
    pub file: String,
    pub digest: String,
    pub stage: String,
    pub reason: String,
}

/// What the store has of the last run is not in force yet.
pub(crate) fn mark_loading(tx: &Tx<'_>) -> crate::store::Result<()> {
    for mut card in tx.plugin_cards()?.iter().filter_map(|card| serde_json::from_str::<PluginCard>(card).ok()) {
        card.state = "loading".to_owned();
        if let Some(id) = CarrierId::new(&card.carrier) {
            tx.save_plugin_card(&id, &serde_json::to_string(&card).expect("a card serializes"))?;
        }
    }
    Ok(())
}

pub(super) fn card(offer: &Offer, config: Option<&CarrierConfig>, account: Option<&CarrierId>) -> PluginCard {
    let descriptor = &offer.compiled.descriptor;
    let has = |secret: &String| config.is_some_and(|config| config.secrets.contains_key(secret));
    let pairs = |facts: &parcelwatch_tracking::Facts| {
        facts.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    };
    PluginCard {
        carrier: descriptor.id.to_string(),
        name: descriptor.name.clone(),
        version: descriptor.version.clone(),
        digest: offer.compiled.digest.clone(),
        bytes: offer.compiled.bytes,
        source: match &offer.source {
            Source::Bundled => "bundled".to_owned(),
            Source::File(path) => file_name(path),
        },
        hosts: descriptor.origins.iter().map(ToString::to_string).collect(),
        endpoint: config.and_then(|config| config.endpoint.as_ref()).map(ToString::to_string),
        state: if config.is_none_or(|config| config.enabled) { "running" } else { "disabled" }.to_owned(),
        batch_max: descriptor.batch_max,
        gap_s: descriptor.gap.as_secs(),
        quotas: quotas(descriptor, config)
            .into_iter()
            .map(|Quota { requests, seconds, resets_at }| QuotaCard { requests, seconds, resets_at })
            .collect(),
        account: account.map(ToString::to_string),
        secrets: descriptor.secrets_wanted(has),
        link: descriptor.link.clone(),
        contact: pairs(&descriptor.contact),
        headers: descriptor.headers.clone(),
        facts: pairs(&descriptor.facts),
        claims_all: offer.compiled.claims_all,
        rejected: offer.rejected.as_ref().map(|(path, rejection)| RejectedCard {
            file: file_name(path),
            digest: rejection.digest.clone(),
            stage: rejection.stage.key().to_owned(),
            reason: rejection.reason.clone(),
        }),
    }
}
