//! The plugin folder: what lies in it, what of that is in force, and why the rest is not.
//!
//! A new version is built beside the old one and takes its place whole. One that fails leaves the old one running, also
//! over a restart: the last good bytes of every file are kept in the state folder.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use jiff::Timestamp;
use parcelwatch_plugin::egress::Origin;
use parcelwatch_tracking::CarrierId;

use super::approval::{Grants, Wants};
use super::bundled;
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
        let mut bundled_wants: BTreeMap<CarrierId, Option<Wants>> = BTreeMap::new();
        let mut offers: BTreeMap<CarrierId, Offer> = BTreeMap::new();
        let mut troubles: Vec<(PathBuf, Rejection)> = Vec::new();
        for bundled in bundled::BUNDLED {
            match self.compiled(&mut folder, Wasm::Bundled(bundled), bundled.digest.to_owned(), now).await {
                Ok(compiled) => {
                    let id = compiled.descriptor.id.clone();
                    bundled_wants.insert(id.clone(), Some(Wants::of(&compiled.descriptor)));
                    offers.insert(id, Offer { compiled, source: Source::Bundled, rejected: None });
                }
                Err(rejection) => {
                    bundled_wants.extend(bundled.carrier().map(|id| (id, None)));
                    troubles.push((PathBuf::from(bundled.package), rejection));
                }
            }
        }
        let grants = self.grants(&mut folder, bundled_wants, now).await?;
        let mut taken: HashMap<CarrierId, PathBuf> = HashMap::new();
        let mut waiting: BTreeMap<CarrierId, String> = BTreeMap::new();
        let files = files(plugin_dir);
        folder.by_file.retain(|path, _| files.contains(path));
        for path in files {
            let offer = match self.offer(&mut folder, &path, carriers, &grants, now).await {
                Ok(offer) => offer,
                Err(rejection) => {
                    if let Some(compiled) = folder.compiled.get(&rejection.digest) {
                        let id = &compiled.descriptor.id;
                        waiting.entry(id.clone()).or_insert_with(|| format!("{}: {rejection}", file_name(&path)));
                        // Where a built-in carrier runs in its place, people look there.
                        if let Some(offer) = offers.get_mut(id) {
                            offer.rejected.get_or_insert_with(|| (path.clone(), rejection.clone()));
                        }
                    }
                    troubles.push((path, rejection));
                    continue;
                }
            };
            if let Some((path, rejection)) = &offer.rejected {
                troubles.push((path.clone(), rejection.clone()));
            }
            let id = offer.compiled.descriptor.id.clone();
            if let Some(other) = taken.get(&id) {
                let reason = format!("{} serves carrier {id} already; remove one of the two", file_name(other));
                let digest = offer.compiled.digest.clone();
                troubles.push((path, Rejection { stage: Stage::Duplicate, reason, digest }));
                continue;
            }
            taken.insert(id.clone(), path);
            offers.insert(id, offer);
        }
        waiting.retain(|id, _| !offers.contains_key(id));
        self.waiting.store(Arc::new(waiting));
        self.keep_last_good(&folder);
        self.forget_last_good(&folder);
        let accounts = accounts(&offers, carriers);
        let changes = self.publish(&mut folder, &offers, carriers, &accounts, &grants, now).await?;
        self.report(&mut folder, &offers, &troubles, carriers, &accounts, now).await?;
        let first = !self.loaded.swap(true, Ordering::AcqRel);
        Ok(Changes { first, ..changes })
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
