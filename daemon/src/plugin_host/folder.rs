//! The plugin folder: what lies in it, what of that is in force, and why the rest is not.
//!
//! A new version is built beside the old one and takes its place whole. One that fails leaves the old one running, also
//! over a restart: the last good bytes of every file are kept in the state folder.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use jiff::Timestamp;
use parcelwatch_plugin::Quota;
use parcelwatch_plugin::egress::{Origin, Rules};
use parcelwatch_tracking::CarrierId;
use tokio::sync::Semaphore;

use super::account::{self, Key};
use super::approval::{Grants, Wants};
use super::auth::Auth;
use super::card::{PluginCard, card};
use super::code::Wasm;
use super::egress::Egress;
use super::ledger::Ledger;
use super::loader::{Rejection, Stage, digest};
use super::politeness::Politeness;
use super::sandbox::Limits;
use super::{CALLS_PER_PLUGIN, Compiled, Descriptor, Plugin, PluginHost, Set, Source, bundled};
use crate::config::CarrierConfig;
use crate::store::{Grant, Level, Notice};

/// What the scans have found so far.
#[derive(Default)]
pub(super) struct Folder {
    compiled: HashMap<String, Arc<Compiled>>,
    /// Digests that this scan came upon, in force or not: the code of others is dropped.
    seen: HashSet<String>,
    /// Files that were refused, by digest: they are not compiled again until they change.
    refused: HashMap<String, Rejection>,
    /// What each file last ran.
    by_file: BTreeMap<PathBuf, Arc<Compiled>>,
    politeness: HashMap<CarrierId, Arc<Politeness>>,
    ledgers: HashMap<CarrierId, Arc<Ledger>>,
    /// Notices about files that are up now: key and words.
    notices: Vec<(String, String)>,
}

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

/// One candidate for the set in force.
pub(super) struct Offer {
    pub(super) compiled: Arc<Compiled>,
    pub(super) source: Source,
    pub(super) rejected: Option<(PathBuf, Rejection)>,
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

    async fn compiled_file(
        &self,
        folder: &mut Folder,
        bytes: Vec<u8>,
        now: Timestamp,
    ) -> Result<Arc<Compiled>, Rejection> {
        let digest = digest(&bytes);
        self.compiled(folder, Wasm::Kept(bytes.into()), digest, now).await
    }

    async fn compiled(
        &self,
        folder: &mut Folder,
        wasm: Wasm,
        digest: String,
        now: Timestamp,
    ) -> Result<Arc<Compiled>, Rejection> {
        folder.seen.insert(digest.clone());
        if let Some(compiled) = folder.compiled.get(&digest) {
            return Ok(Arc::clone(compiled));
        }
        if let Some(rejection) = folder.refused.get(&digest) {
            return Err(rejection.clone());
        }
        match self.compile(wasm, digest.clone(), now).await {
            Ok(compiled) => {
                let compiled = Arc::new(compiled);
                folder.compiled.insert(digest, Arc::clone(&compiled));
                Ok(compiled)
            }
            Err(rejection) => {
                folder.refused.insert(digest, rejection.clone());
                Err(rejection)
            }
        }
    }

    /// Puts the offers in force, all at once.
    async fn publish(
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

    /// Says on the system page what runs, and what does not and why.
    async fn report(
        &self,
        folder: &mut Folder,
        offers: &BTreeMap<CarrierId, Offer>,
        troubles: &[(PathBuf, Rejection)],
        carriers: &BTreeMap<CarrierId, CarrierConfig>,
        accounts: &BTreeMap<CarrierId, CarrierId>,
        now: Timestamp,
    ) -> anyhow::Result<()> {
        let card = |(id, offer): (&CarrierId, &Offer)| (id.clone(), card(offer, carriers.get(id), accounts.get(id)));
        let cards: Vec<(CarrierId, PluginCard)> = offers.iter().map(card).collect();
        let notices: Vec<Notice> = troubles.iter().map(|(path, rejection)| notice(path, rejection, now)).collect();
        for notice in &notices {
            if !folder.notices.iter().any(|(key, detail)| (key, detail) == (&notice.key, &notice.detail)) {
                tracing::warn!("{}: {}", notice.title, notice.detail);
            }
        }
        let known = folder.notices.iter().map(|(key, _)| key);
        let gone: Vec<String> =
            known.filter(|key| !notices.iter().any(|notice| notice.key == **key)).cloned().collect();
        folder.notices = notices.iter().map(|notice| (notice.key.clone(), notice.detail.clone())).collect();
        self.store
            .write(move |tx| {
                let known: Vec<PluginCard> =
                    tx.plugin_cards()?.iter().filter_map(|card| serde_json::from_str(card).ok()).collect();
                for (id, card) in &cards {
                    if !known.contains(card) {
                        tx.save_plugin_card(id, &serde_json::to_string(card).expect("a card serializes"))?;
                    }
                }
                for stale in known.iter().filter(|known| !cards.iter().any(|(id, _)| id.as_str() == known.carrier)) {
                    if let Some(id) = CarrierId::new(&stale.carrier) {
                        tx.forget_plugin_card(&id)?;
                    }
                }
                for key in &gone {
                    tx.clear_notice(key)?;
                }
                let up = tx.notices()?;
                for notice in notices.iter().filter(|notice| {
                    !up.iter().any(|known| (&known.key, &known.detail) == (&notice.key, &notice.detail))
                }) {
                    tx.post_notice(notice)?;
                }
                // Those of an earlier run whose file is gone or good by now.
                for stale in up.iter().filter(|known| known.key.starts_with("plugin:")) {
                    if !notices.iter().any(|notice| notice.key == stale.key) {
                        tx.clear_notice(&stale.key)?;
                    }
                }
                Ok(())
            })
            .await?;
        Ok(())
    }

    fn last_good_path(&self, path: &Path) -> PathBuf {
        self.state_dir.join("last-good").join(file_name(path))
    }

    /// What a file ran before the restart, when it is broken now.
    async fn last_good(&self, folder: &mut Folder, path: &Path, now: Timestamp) -> Option<Arc<Compiled>> {
        let bytes = std::fs::read(self.last_good_path(path)).ok()?;
        self.compiled_file(folder, bytes, now).await.ok()
    }

    /// Keeps the bytes of every file in force. A copy that cannot be made costs the next restart, not this run.
    fn keep_last_good(&self, folder: &Folder) {
        for (path, compiled) in &folder.by_file {
            let kept = self.last_good_path(path);
            let known = std::fs::read(&kept).is_ok_and(|bytes| digest(&bytes) == compiled.digest);
            let Ok(bytes) = std::fs::read(path) else { continue };
            if known || digest(&bytes) != compiled.digest {
                continue;
            }
            let written = super::private_folder(&self.state_dir.join("last-good"))
                .and_then(|()| Ok(crate::files::replace(&kept, &bytes)?));
            if let Err(error) = written {
                tracing::warn!("cannot keep a copy of {}: {error:#}", path.display());
            }
        }
    }

    /// A file that was taken out of the folder is not to come back.
    fn forget_last_good(&self, folder: &Folder) {
        let Ok(entries) = std::fs::read_dir(self.state_dir.join("last-good")) else { return };
        let wanted: Vec<String> = folder.by_file.keys().map(|path| file_name(path)).collect();
        for entry in entries.flatten() {
            if !wanted.contains(&entry.file_name().to_string_lossy().into_owned()) {
                // One that stays is unused, and tried again at the next scan.
                let _ = std::fs::remove_file(entry.path());
            }
        }
    }
}

/// What the carrier allows one account; the operator knows better.
pub(super) fn quotas(descriptor: &Descriptor, config: Option<&CarrierConfig>) -> Vec<Quota> {
    match config.and_then(|config| config.daily_quota) {
        Some(requests) => vec![Quota { requests, seconds: 86_400, resets_at: Some("00:00Z".into()) }],
        None => descriptor.quotas.clone(),
    }
}

/// The carriers that share a key with others, and under whose name all of them are counted.
fn accounts(
    offers: &BTreeMap<CarrierId, Offer>,
    carriers: &BTreeMap<CarrierId, CarrierConfig>,
) -> BTreeMap<CarrierId, CarrierId> {
    let keys = offers.iter().filter_map(|(id, offer)| {
        let config = carriers.get(id).filter(|config| config.enabled)?;
        let descriptor = &offer.compiled.descriptor;
        Some((id.clone(), Key::of(descriptor, &config.secrets, &quotas(descriptor, Some(config)))?))
    });
    account::shared(&keys.collect::<Vec<_>>())
}

fn notice(path: &Path, rejection: &Rejection, now: Timestamp) -> Notice {
    let file = file_name(path);
    let (level, what) = match rejection.stage {
        Stage::Grant => (Level::Warn, "waits for approval"),
        Stage::Duplicate => (Level::Warn, "is not in force"),
        Stage::Read | Stage::Check | Stage::Compile | Stage::Describe => (Level::Error, "is not in force"),
    };
    Notice {
        key: format!("plugin:{file}"),
        level,
        title: format!("Plugin file {file} {what}"),
        detail: format!("{file}: {} ({})", rejection.reason, rejection.stage.key()),
        since: now,
    }
}

pub(super) fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// The plugin files of a folder, sorted by name. Hidden files and those a program is still writing are left out.
fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut files: Vec<PathBuf> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "wasm"))
        .filter(|path| !file_name(path).starts_with('.'))
        // A link that leads out of the folder would load what nobody put there.
        .filter(|path| std::fs::symlink_metadata(path).is_ok_and(|meta| meta.is_file() || leads_inside(path, folder)))
        .collect();
    files.sort();
    files
}

fn leads_inside(path: &Path, folder: &Path) -> bool {
    match (path.canonicalize(), folder.canonicalize()) {
        (Ok(target), Ok(folder)) => target.starts_with(folder) && target.is_file(),
        _ => false,
    }
}

/// Reads a file that nobody is writing to: its size and time are the same before and after.
async fn read_settled(path: &Path) -> Result<Vec<u8>, String> {
    const TRIES: usize = 5;
    let stamp = |path: &Path| std::fs::metadata(path).map(|meta| (meta.len(), meta.modified().ok()));
    for _ in 0..TRIES {
        let before = stamp(path).map_err(|error| format!("cannot read it: {error}"))?;
        if usize::try_from(before.0).is_ok_and(|bytes| bytes > Limits::LARGE.file_bytes) {
            return Err(format!(
                "the file has {} MiB; the limit is {} MiB",
                before.0 >> 20,
                Limits::LARGE.file_bytes >> 20
            ));
        }
        let bytes = tokio::fs::read(path).await.map_err(|error| format!("cannot read it: {error}"))?;
        if stamp(path).is_ok_and(|after| after == before && after.0 == bytes.len() as u64) {
            return Ok(bytes);
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Err("it keeps changing while it is read; copy it under another name and rename it".to_owned())
}

impl PluginHost {
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
