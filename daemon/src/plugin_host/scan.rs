//! The plugin folder: what lies in it, what of that is in force, and why the rest is not.
//!
//! A new version is built beside the old one and takes its place whole. One that fails leaves the old one running, also
//! over a restart: the last good bytes of every file are kept in the state folder.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use parcelwatch_plugin::egress::Origin;
use parcelwatch_tracking::CarrierId;

use super::approval::{Grants, Wants};
use super::bundled::{self, Bundled};
use super::card::PluginCard;
use super::code::Wasm;
use super::files::{file_name, files, read_settled};
use super::folder::Folder;
use super::host::PluginHost;
use super::offer::{Offer, accounts};
use super::plugin::{Compiled, Source};
use super::publish::Changes;
use super::rejection::{Rejection, Stage};
use crate::config::CarrierConfig;
use crate::store::Grant;

/// What one scan came upon.
#[derive(Default)]
struct Found {
    offers: BTreeMap<CarrierId, Offer>,
    troubles: Vec<(PathBuf, Rejection)>,
    /// The file that serves each carrier.
    taken: HashMap<CarrierId, PathBuf>,
    /// Carriers whose file is refused, and why.
    waiting: BTreeMap<CarrierId, String>,
}

impl Found {
    /// A file offers a plugin; the first file of a carrier serves it.
    fn take(&mut self, path: PathBuf, offer: Offer) {
        if let Some((path, rejection)) = &offer.rejected {
            self.troubles.push((path.clone(), rejection.clone()));
        }
        let id = offer.compiled.descriptor.id.clone();
        if let Some(other) = self.taken.get(&id) {
            let reason = format!("{} serves carrier {id} already; remove one of the two", file_name(other));
            let digest = offer.compiled.digest.clone();
            self.troubles.push((path, Rejection { stage: Stage::Duplicate, reason, digest }));
            return;
        }
        self.taken.insert(id.clone(), path);
        self.offers.insert(id, offer);
    }

    /// A file offers nothing.
    fn refuse(&mut self, path: PathBuf, rejection: Rejection, folder: &Folder) {
        if let Some(compiled) = folder.compiled.get(&rejection.digest) {
            let id = &compiled.descriptor.id;
            self.waiting.entry(id.clone()).or_insert_with(|| format!("{}: {rejection}", file_name(&path)));
            // Where a built-in carrier runs in its place, people look there.
            if let Some(offer) = self.offers.get_mut(id) {
                offer.rejected.get_or_insert_with(|| (path.clone(), rejection.clone()));
            }
        }
        self.troubles.push((path, rejection));
    }
}

impl PluginHost {
    /// Looks at the folder and takes into force what is new and good. Safe to call at any time.
    pub async fn scan(
        &self,
        plugin_dir: &Path,
        carriers: &BTreeMap<CarrierId, CarrierConfig>,
        now: Timestamp,
    ) -> anyhow::Result<Changes> {
        let mut folder = self.folder.lock().await;
        folder.seen.clear();
        let mut found = Found::default();
        let bundled_wants = self.find_bundled(&mut folder, &mut found, |_| true, now).await;
        let grants = self.grants(&mut folder, bundled_wants, now).await?;
        let files = files(plugin_dir);
        folder.by_file.retain(|path, _| files.contains(path));
        for path in files {
            match self.offer(&mut folder, &path, carriers, &grants, now).await {
                Ok(offer) => found.take(path, offer),
                Err(rejection) => found.refuse(path, rejection, &folder),
            }
        }
        let Found { offers, troubles, mut waiting, .. } = found;
        waiting.retain(|id, _| !offers.contains_key(id));
        self.waiting.store(Arc::new(waiting));
        self.keep_last_good(&folder);
        self.forget_last_good(&folder);
        let accounts = accounts(&offers, carriers);
        let changes = self.publish(&mut folder, &offers, carriers, &accounts, &grants, now).await?;
        self.report(&mut folder, &offers, &troubles, carriers, &accounts, now).await?;
        let first = self.readiness.finish();
        Ok(Changes { first, ..changes })
    }

    /// Puts built-in carriers in force that are compiled already, while others are still compiled. Files come last: a carrier that one
    /// has served so far waits for it.
    pub async fn begin(
        &self,
        compiled: &HashSet<String>,
        carriers: &BTreeMap<CarrierId, CarrierConfig>,
        now: Timestamp,
    ) -> anyhow::Result<Changes> {
        let mut folder = self.folder.lock().await;
        let mut found = Found::default();
        let cards = self.store.read(|view| view.plugin_cards()).await?;
        let cards = cards.iter().filter_map(|card| serde_json::from_str::<PluginCard>(card).ok());
        let by_file: HashSet<String> = cards.filter(|card| card.source != "bundled").map(|card| card.carrier).collect();
        let is_meant = |bundled: &Bundled| {
            let id = bundled.carrier();
            compiled.contains(bundled.package) && !id.is_some_and(|id| by_file.contains(id.as_str()))
        };
        let wants = self.find_bundled(&mut folder, &mut found, is_meant, now).await;
        let grants = self.grants(&mut folder, wants, now).await?;
        let accounts = accounts(&found.offers, carriers);
        self.publish(&mut folder, &found.offers, carriers, &accounts, &grants, now).await
    }

    /// Offers the carriers that are built in and meant, and says what each wants; `None` for one that cannot be loaded.
    async fn find_bundled(
        &self,
        folder: &mut Folder,
        found: &mut Found,
        is_meant: impl Fn(&Bundled) -> bool,
        now: Timestamp,
    ) -> BTreeMap<CarrierId, Option<Wants>> {
        let mut wants = BTreeMap::new();
        for bundled in bundled::BUNDLED.iter().filter(|bundled| is_meant(bundled)) {
            match self.compiled(folder, Wasm::Bundled(bundled), bundled.digest.to_owned(), now).await {
                Ok(compiled) => {
                    let id = compiled.descriptor.id.clone();
                    wants.insert(id.clone(), Some(Wants::of(&compiled.descriptor)));
                    found.offers.insert(id, Offer { compiled, source: Source::Bundled, rejected: None });
                }
                Err(rejection) => {
                    wants.extend(bundled.carrier().map(|id| (id, None)));
                    found.troubles.push((PathBuf::from(bundled.package), rejection));
                }
            }
            if folder.ready.insert(bundled.package) {
                self.readiness.advance();
            }
        }
        wants
    }

    /// Everything that is granted: what the store has, and what the bundled carriers want.
    async fn grants(
        &self,
        folder: &mut Folder,
        bundled: BTreeMap<CarrierId, Option<Wants>>,
        now: Timestamp,
    ) -> anyhow::Result<Grants> {
        let mut grants = Grants::new(self.store.read(|view| view.grants()).await?, bundled);
        let mut new = grants.first_of_bundled();
        if !grants.without_secrets().is_empty() {
            // An older version granted hosts and let files have their secrets: these go on with what they last ran.
            for path in files(&self.state_dir.join("last-good")) {
                let Ok(bytes) = std::fs::read(&path) else { continue };
                if let Ok(ran) = self.compiled_file(folder, bytes, now).await
                    && grants.without_secrets().contains(&ran.descriptor.id)
                {
                    new.extend(grants.keep_secrets(&ran.descriptor));
                }
            }
        }
        if !new.is_empty() {
            self.store.write(move |tx| new.iter().try_for_each(|grant| tx.grant(grant, now))).await?;
        }
        Ok(grants)
    }

    /// What a file offers: itself, or what it last ran where it is broken or wants more than it was granted.
    async fn offer(
        &self,
        folder: &mut Folder,
        path: &Path,
        carriers: &BTreeMap<CarrierId, CarrierConfig>,
        grants: &Grants,
        now: Timestamp,
    ) -> Result<Offer, Rejection> {
        let refusal = |compiled: &Compiled| {
            let own: &[Origin] = carriers.get(&compiled.descriptor.id).map_or(&[], |config| &config.hosts);
            grants.refusal(&compiled.descriptor, own)
        };
        let fresh = match read_settled(path).await {
            Ok(bytes) => self.compiled_file(folder, bytes, now).await,
            Err(reason) => Err(Rejection { stage: Stage::Read, reason, digest: String::new() }),
        };
        let fresh = fresh.and_then(|compiled| match refusal(&compiled) {
            None => Ok(compiled),
            Some(reason) => Err(Rejection { stage: Stage::Grant, reason, digest: compiled.digest.clone() }),
        });
        let source = Source::File(path.to_owned());
        match fresh {
            Ok(compiled) => {
                folder.by_file.insert(path.to_owned(), Arc::clone(&compiled));
                Ok(Offer { compiled, source, rejected: None })
            }
            Err(rejection) => {
                let former = match folder.by_file.remove(path) {
                    Some(former) => Some(former),
                    None => self.last_good(folder, path, now).await,
                };
                // That it ran once is no grant: the operator may have taken a host back, and an older version asked less.
                let Some(former) = former.filter(|former| refusal(former).is_none()) else { return Err(rejection) };
                folder.by_file.insert(path.to_owned(), Arc::clone(&former));
                Ok(Offer { compiled: former, source, rejected: Some((path.to_owned(), rejection)) })
            }
        }
    }

    /// All that the newest file of a carrier wants, granted or not.
    pub async fn wanted(&self, carrier: &CarrierId, plugin_dir: &Path, now: Timestamp) -> anyhow::Result<Grant> {
        let mut folder = self.folder.lock().await;
        for path in files(plugin_dir) {
            let Ok(bytes) = read_settled(&path).await else { continue };
            if let Ok(compiled) = self.compiled_file(&mut folder, bytes, now).await
                && compiled.descriptor.id == *carrier
            {
                return Ok(Wants::of(&compiled.descriptor).grant(carrier.clone()));
            }
        }
        anyhow::bail!("no file in {} serves carrier {carrier}", plugin_dir.display())
    }
}
