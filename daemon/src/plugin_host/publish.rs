//! Puts what was offered in force, all at once.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use parcelwatch_plugin::egress::Rules;
use parcelwatch_tracking::CarrierId;
use tokio::sync::Semaphore;

use super::approval::{Grants, Wants};
use super::auth::Auth;
use super::egress::Egress;
use super::folder::Folder;
use super::host::PluginHost;
use super::ledger::Ledger;
use super::offer::{Offer, quotas};
use super::plugin::{CALLS_PER_PLUGIN, Plugin, Set};
use super::politeness::Politeness;
use crate::config::CarrierConfig;

/// What a scan changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// It was the first scan: what had no plugin so far has none now.
    pub first: bool,
    pub started: Vec<CarrierId>,
    pub stopped: Vec<CarrierId>,
    /// Still in force, in another version or under another configuration.
    pub replaced: Vec<CarrierId>,
}

impl Changes {
    pub fn is_empty(&self) -> bool {
        !self.first && self.started.is_empty() && self.stopped.is_empty() && self.replaced.is_empty()
    }
}

impl PluginHost {
    /// Puts the offers in force, all at once.
    pub(super) async fn publish(
        &self,
        folder: &mut Folder,
        offers: &BTreeMap<CarrierId, Offer>,
        carriers: &BTreeMap<CarrierId, CarrierConfig>,
        accounts: &BTreeMap<CarrierId, CarrierId>,
        grants: &Grants,
        now: Timestamp,
    ) -> anyhow::Result<Changes> {
        let before = self.set.load_full();
        let mut set = Set::default();
        let mut changes = Changes::default();
        let mut new_grants = Vec::new();
        for (id, offer) in offers {
            let config = carriers.get(id).cloned().unwrap_or_default();
            if !config.enabled {
                continue;
            }
            if grants.is_new(id) {
                new_grants.push(Wants::of(&offer.compiled.descriptor).grant(id.clone()));
            }
            let account = accounts.get(id).unwrap_or(id);
            let former = before.0.get(id);
            if let Some(former) = former
                && former.compiled.digest == offer.compiled.digest
                && former.config == config
                && former.source == offer.source
                && former.account == *account
            {
                set.0.insert(id.clone(), Arc::clone(former));
                continue;
            }
            if former.is_some_and(|former| former.compiled.digest != offer.compiled.digest) {
                // A new version starts with a clean record.
                self.forget_faults(id);
            }
            let plugin = self.plugin(folder, offer, config, account, now).await?;
            if former.is_some() { &mut changes.replaced } else { &mut changes.started }.push(id.clone());
            set.0.insert(id.clone(), Arc::new(plugin));
        }
        changes.stopped = before.0.keys().filter(|id| !set.0.contains_key(*id)).cloned().collect();
        if !new_grants.is_empty() {
            self.store.write(move |tx| new_grants.iter().try_for_each(|grant| tx.grant(grant, now))).await?;
        }
        if !changes.is_empty() {
            self.set.store(Arc::new(set));
        }
        let Folder { compiled, seen, by_file, .. } = folder;
        compiled.retain(|digest, _| seen.contains(digest) || by_file.values().any(|kept| kept.digest == *digest));
        Ok(changes)
    }

    async fn plugin(
        &self,
        folder: &mut Folder,
        offer: &Offer,
        config: CarrierConfig,
        account: &CarrierId,
        now: Timestamp,
    ) -> anyhow::Result<Plugin> {
        let descriptor = &offer.compiled.descriptor;
        let id = descriptor.id.clone();
        let (pauses, used, tokens) =
            self.store.read(|view| Ok((view.pauses()?, view.quota_use()?, view.tokens()?))).await?;
        // What this run knows is newer than what the store has.
        let former = folder.politeness.get(&id);
        let known = former.map(|politeness| politeness.pauses()).unwrap_or_default();
        let pauses = pauses.into_iter().chain(known).filter(|pause| pause.carrier == id && pause.until > now);
        let own = former.map(|politeness| politeness.used()).unwrap_or_default();
        let new = || Arc::new(Ledger::new(account.clone()));
        let ledger = Arc::clone(folder.ledgers.entry(account.clone()).or_insert_with(new));
        ledger.take_in(used.into_iter().filter(|used| used.carrier == id || used.carrier == *account).chain(own));
        let unsaved = ledger.take_unsaved();
        if !unsaved.is_empty() {
            self.store.write(move |tx| unsaved.iter().try_for_each(|used| tx.save_quota_use(used))).await?;
        }
        let pace = match config.pace {
            Some(pace) if config.endpoint.is_some() => pace,
            Some(pace) => pace.max(descriptor.pace),
            None => descriptor.pace,
        };
        let pace = Duration::try_from(pace).unwrap_or(Duration::ZERO);
        let quotas = quotas(descriptor, Some(&config));
        let politeness = Politeness::new(id.clone(), pace, quotas, ledger, pauses);
        folder.politeness.insert(id.clone(), Arc::clone(&politeness));
        let tokens = tokens.into_iter().filter(|token| token.carrier == id).collect();
        let secrets = Arc::new(config.secrets.clone());
        let auth = Auth::new(id.clone(), descriptor.name.clone(), secrets, tokens, Some(self.store.clone()));
        let declared = descriptor.origins.iter().filter(|origin| origin.is_https()).cloned();
        let rules = Rules {
            origins: declared.chain(config.hosts.iter().cloned()).collect(),
            headers: descriptor.headers.iter().map(|name| name.to_ascii_lowercase()).collect(),
            profiles: descriptor.profiles.clone(),
            carrier: id.to_string(),
        };
        let private = config.hosts.iter().map(|origin| (origin.host().to_owned(), origin.port())).collect();
        let egress = Egress::new(rules, config.endpoint.clone(), private, Arc::clone(&politeness), auth);
        Ok(Plugin {
            compiled: Arc::clone(&offer.compiled),
            source: offer.source.clone(),
            egress: Arc::new(egress),
            politeness,
            settings: Arc::new(config.settings.clone()),
            account: account.clone(),
            config,
            permits: Semaphore::new(CALLS_PER_PLUGIN),
        })
    }
}
