//! Carriers as plugins: loads them, runs them in a sandbox, and speaks to carriers on their behalf.
//!
//! The set in force is swapped as a whole. A call holds on to the version it began with.

mod account;
mod approval;
mod auth;
mod bundled;
mod card;
mod code;
mod connect;
mod contract;
mod egress;
mod engine;
mod folder;
mod imports;
mod ledger;
mod loader;
mod politeness;
mod precompile;
mod quarantine;
mod sandbox;

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use arc_swap::ArcSwap;
use jiff::{SignedDuration, Timestamp};
use parcelwatch_plugin::egress::Origin;
use parcelwatch_plugin::{Profile, Quota};
use parcelwatch_tracking::{
    Budget, Candidate, CarrierId, Country, Facts, Failure, FailureKind, Report, Scope, TrackingNumber,
};
use tokio::sync::Semaphore;
use wasmtime::Engine;

pub(crate) use crate::files::private_folder;
pub(crate) use approval::phrases;
pub(crate) use card::mark_loading;
pub use card::{PluginCard, QuotaCard};
pub use loader::{Inspection, Rejection, Stage, inspect};
pub use precompile::precompile;
pub(crate) use precompile::precompile_beside;
pub use sandbox::{CallError, Limits};

use crate::config::CarrierConfig;
use crate::store::{Exchange, Pause, Store};
use code::Code;
use egress::Egress;
use politeness::Politeness;
use quarantine::Quarantine;
use sandbox::{Call, Network};

/// Calls into one plugin at the same time.
const CALLS_PER_PLUGIN: usize = 2;
/// How long a carrier is left alone that shuts out machines and does not say for how long. Our guess.
const BLOCKED_FOR: SignedDuration = SignedDuration::from_hours(1);
/// The same for one that only wants fewer questions. Our guess.
const LIMITED_FOR: SignedDuration = SignedDuration::from_mins(15);
/// Numbers in one call of `recognize`.
const NUMBERS_PER_CALL: usize = 64;

/// Who a plugin is and what it needs, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Descriptor {
    pub id: CarrierId,
    pub name: String,
    pub version: String,
    pub origins: Vec<Origin>,
    pub profiles: Vec<Profile>,
    pub batch_max: usize,
    /// The gap between two questions about one parcel that the carrier tolerates.
    pub gap: SignedDuration,
    /// The gap between two requests to one host.
    pub pace: SignedDuration,
    pub quotas: Vec<Quota>,
    pub zone: Option<String>,
    pub countries: Vec<Country>,
    pub roles: Vec<String>,
    pub link: Option<String>,
    pub contact: Facts,
    /// The number with which a key is tried.
    pub probe: Option<TrackingNumber>,
    /// Secrets that open a second interface only.
    pub optional_secrets: Vec<String>,
    /// Headers it may set beside the usual ones.
    pub headers: Vec<String>,
    pub facts: Facts,
}

impl Descriptor {
    /// Whether it carries nothing itself and asks others for a price.
    pub fn is_aggregator(&self) -> bool {
        self.roles.iter().any(|role| role == "aggregator")
    }

    /// The secrets with which it is asked, and whether each is there. A key to the second door is enough.
    pub fn secrets_wanted(&self, has: impl Fn(&String) -> bool) -> Vec<(String, bool)> {
        let (mut optional, needed) = self.doors();
        optional.retain(&has);
        let wanted = if optional.is_empty() || needed.iter().all(&has) { needed } else { optional };
        wanted.into_iter().map(|secret| (secret.clone(), has(&secret))).collect()
    }

    /// The secrets of the second interface, and those of the first.
    fn doors(&self) -> (Vec<String>, Vec<String>) {
        self.secrets().into_iter().partition(|secret| self.optional_secrets.contains(secret))
    }

    /// The secrets its profiles take, each once.
    pub fn secrets(&self) -> Vec<String> {
        let mut names: Vec<String> = self.profiles.iter().flat_map(Profile::secrets).collect();
        names.sort();
        names.dedup();
        names
    }

    /// The carrier's own page for a number.
    pub fn link(&self, number: &TrackingNumber) -> Option<String> {
        let link = self.link.as_ref()?;
        Some(link.replace("{number}", &parcelwatch_plugin::http::encode(number.as_str())))
    }
}

/// A question about one parcel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    pub number: TrackingNumber,
    pub hints: Facts,
    pub cursor: Option<Vec<u8>>,
}

/// What became of one question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    pub found: Result<Report, Failure>,
    pub cursor: Option<Vec<u8>>,
}

/// What one call brought: an outcome for each question, in their order.
#[derive(Clone, Debug)]
pub struct Asked {
    pub outcomes: Vec<Outcome>,
    pub exchanges: Vec<Exchange>,
    /// The digest of the plugin that was asked.
    pub plugin: String,
    /// The plugin failed so often that it is left alone for a while.
    pub quarantined: bool,
}

/// A compiled plugin, ready to be called.
struct Compiled {
    digest: String,
    code: Code,
    descriptor: Descriptor,
    limits: Limits,
    bytes: usize,
}

/// Where a plugin comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    Bundled,
    File(PathBuf),
}

/// A plugin in force: the code, and what the operator allows it.
struct Plugin {
    compiled: Arc<Compiled>,
    source: Source,
    egress: Arc<Egress>,
    politeness: Arc<Politeness>,
    /// Under whose name its requests are counted.
    account: CarrierId,
    config: CarrierConfig,
    settings: Arc<HashMap<String, String>>,
    permits: Semaphore,
}

/// The plugins in force, by carrier.
#[derive(Default)]
struct Set(BTreeMap<CarrierId, Arc<Plugin>>);

/// Loads plugins and calls them.
pub struct PluginHost {
    engine: Engine,
    linker: wasmtime::component::Linker<Call>,
    pulse: engine::Pulse,
    store: Store,
    state_dir: PathBuf,
    set: ArcSwap<Set>,
    /// The first scan of the folder is over.
    loaded: AtomicBool,
    /// Carriers that nothing serves because their files wait for a person, and what for.
    waiting: ArcSwap<BTreeMap<CarrierId, String>>,
    permits: Semaphore,
    quarantines: Mutex<HashMap<CarrierId, Quarantine>>,
    /// What the scans of the folder have found so far; one scan at a time.
    folder: tokio::sync::Mutex<folder::Folder>,
}

impl std::fmt::Debug for PluginHost {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let carriers: Vec<String> = self.carriers().iter().map(|descriptor| descriptor.id.to_string()).collect();
        f.debug_struct("PluginHost").field("carriers", &carriers).finish_non_exhaustive()
    }
}

impl PluginHost {
    /// A host without plugins. Compiled code is cached in the state folder.
    pub fn new(state_dir: &Path, store: Store) -> anyhow::Result<Self> {
        let engine = engine::engine(&state_dir.join("compiled"), Limits::LARGE)?;
        let mut linker = wasmtime::component::Linker::new(&engine);
        contract::link(&mut linker).map_err(|error| anyhow::anyhow!("{error:#}"))?;
        Ok(Self {
            pulse: engine::Pulse::start(&engine),
            engine,
            linker,
            store,
            state_dir: state_dir.to_owned(),
            set: ArcSwap::default(),
            loaded: AtomicBool::new(false),
            waiting: ArcSwap::default(),
            permits: Semaphore::new(engine::CALLS_MAX),
            quarantines: Mutex::default(),
            folder: tokio::sync::Mutex::default(),
        })
    }

    /// The carriers in force.
    pub fn carriers(&self) -> Vec<Descriptor> {
        self.set.load().0.values().map(|plugin| plugin.compiled.descriptor.clone()).collect()
    }

    /// Who a carrier is, when a plugin for it is in force.
    pub fn carrier(&self, carrier: &CarrierId) -> Option<Descriptor> {
        self.set.load().0.get(carrier).map(|plugin| plugin.compiled.descriptor.clone())
    }

    /// Whether the plugins that are there have been loaded, as far as they can be.
    pub fn is_loaded(&self) -> bool {
        self.loaded.load(Ordering::Acquire)
    }

    /// What the file of a carrier that nothing serves waits for, when there is one.
    pub fn waiting(&self, carrier: &CarrierId) -> Option<String> {
        self.waiting.load().get(carrier).cloned()
    }

    /// Nothing is in force: the first scan of the folder is not over, or every carrier is disabled.
    pub fn is_empty(&self) -> bool {
        self.set.load().0.is_empty()
    }

    /// How a carrier is to be asked: parcels in one question, and the gap between two about the same parcel.
    pub fn terms(&self, carrier: &CarrierId) -> Option<Terms> {
        let set = self.set.load();
        let plugin = set.0.get(carrier)?;
        Some(Terms {
            batch_max: plugin.compiled.descriptor.batch_max,
            gap: plugin.gap(),
            ask_every: plugin.config.ask_every,
            own_endpoint: plugin.config.endpoint.is_some(),
            is_aggregator: plugin.compiled.descriptor.is_aggregator(),
        })
    }

    /// Until when there is no use in asking a carrier, and why.
    pub fn closed_until(&self, carrier: &CarrierId, now: Timestamp) -> Option<(Timestamp, String)> {
        let set = self.set.load();
        let plugin = set.0.get(carrier)?;
        let closed = self.quarantined_until(carrier, now).into_iter().chain(plugin.politeness.closed_until(now));
        closed.max_by_key(|(until, _)| *until)
    }

    /// Until when a plugin is left alone for its faults, and why.
    pub fn quarantined_until(&self, carrier: &CarrierId, now: Timestamp) -> Option<(Timestamp, String)> {
        let quarantines = self.quarantines.lock().expect("nothing panics while it holds this lock");
        let (until, why) = quarantines.get(carrier)?.closed_until(now)?;
        Some((until, format!("its plugin failed too often: {why}")))
    }

    /// How much of each quota of a carrier is used.
    pub fn budgets(&self, carrier: &CarrierId, now: Timestamp) -> Vec<Budget> {
        let set = self.set.load();
        set.0.get(carrier).map(|plugin| plugin.politeness.budgets(now)).unwrap_or_default()
    }

    /// Opens a plugin that was closed for its faults, and a carrier that was left alone; what it allows still holds. Says
    /// whether it was closed, and gives back the pauses that are over now.
    pub async fn enable(&self, carrier: &CarrierId, now: Timestamp) -> crate::store::Result<(bool, Vec<Pause>)> {
        let was_faulty = self.forget_faults(carrier);
        let set = self.set.load_full();
        let Some(plugin) = set.0.get(carrier) else { return Ok((was_faulty, Vec::new())) };
        let mut lifted = plugin.politeness.lift();
        let over: Vec<Pause> = lifted.iter().map(|pause| Pause { until: now, ..pause.clone() }).collect();
        self.store.write(move |tx| over.iter().try_for_each(|pause| tx.save_pause(pause))).await?;
        lifted.retain(|pause| pause.until > now);
        Ok((was_faulty || !lifted.is_empty(), lifted))
    }

    fn forget_faults(&self, carrier: &CarrierId) -> bool {
        self.quarantines.lock().expect("nothing panics while it holds this lock").remove(carrier).is_some()
    }

    /// What every plugin in force thinks of these numbers: one list for each number.
    pub async fn recognize(&self, numbers: &[TrackingNumber], now: Timestamp) -> Vec<Vec<Candidate>> {
        let mut opinions: Vec<Vec<Candidate>> = vec![Vec::new(); numbers.len()];
        let set = self.set.load_full();
        for plugin in set.0.values().filter(|plugin| plugin.is_offered()) {
            for (chunk, slots) in numbers.chunks(NUMBERS_PER_CALL).zip(opinions.chunks_mut(NUMBERS_PER_CALL)) {
                let call = Call::new(plugin.id().as_str(), now, Network::Off, plugin.compiled.limits);
                let descriptor = &plugin.compiled.descriptor;
                let finished = self
                    .run(plugin, call, plugin.compiled.limits.cpu_recognize, async |store, carrier| {
                        contract::recognize(store, carrier, descriptor, chunk).await
                    })
                    .await;
                match finished.result {
                    Ok(lists) => slots.iter_mut().zip(lists).for_each(|(slot, list)| slot.extend(list)),
                    Err(error) => {
                        self.note_fault(plugin, &error, now);
                    }
                }
            }
        }
        opinions
    }

    /// Asks a carrier about parcels. Every question gets an outcome.
    pub async fn ask(&self, carrier: &CarrierId, questions: &[Question], now: Timestamp) -> Asked {
        self.call(carrier, questions, now, false).await
    }

    /// Tells a carrier that parcels are no longer followed.
    pub async fn release(&self, carrier: &CarrierId, questions: &[Question], now: Timestamp) -> Asked {
        self.call(carrier, questions, now, true).await
    }

    /// Lets a plugin read answers that were kept, as if they came now. No carrier is asked, and nothing is remembered.
    pub async fn reread(
        &self,
        carrier: &CarrierId,
        questions: &[Question],
        exchanges: Arc<[Exchange]>,
        received_at: Timestamp,
    ) -> Asked {
        let set = self.set.load_full();
        let Some(plugin) = set.0.get(carrier) else {
            let failure = Failure::new(FailureKind::Internal, format!("no plugin serves {carrier}"));
            return Asked::failed(questions, &failure, String::new());
        };
        let descriptor = &plugin.compiled.descriptor;
        let limits = plugin.compiled.limits;
        let mut call = Call::new(carrier.as_str(), received_at, Network::Recorded(exchanges), limits);
        call.settings = Arc::clone(&plugin.settings);
        let finished = self
            .run(plugin, call, limits.cpu_track, async |store, exports| {
                contract::track(store, exports, descriptor, questions).await
            })
            .await;
        let digest = plugin.compiled.digest.clone();
        match finished.result {
            Ok(outcomes) => Asked { outcomes, exchanges: Vec::new(), plugin: digest, quarantined: false },
            Err(error) => {
                let failure = Failure::new(FailureKind::Internal, format!("the plugin failed: {error}"));
                Asked::failed(questions, &failure, digest)
            }
        }
    }

    async fn call(&self, carrier: &CarrierId, questions: &[Question], now: Timestamp, release: bool) -> Asked {
        let set = self.set.load_full();
        let Some(plugin) = set.0.get(carrier) else {
            let failure = Failure::new(FailureKind::Internal, format!("no plugin serves {carrier}"));
            return Asked::failed(questions, &failure, String::new());
        };
        if let Some((until, why)) = self.closed_until(carrier, now) {
            let mut failure = Failure::new(FailureKind::RateLimited, why);
            failure.retry_after = Some(until.duration_since(now));
            return Asked::failed(questions, &failure, plugin.compiled.digest.clone());
        }
        let descriptor = &plugin.compiled.descriptor;
        let mut call =
            Call::new(carrier.as_str(), now, Network::Live(Arc::clone(&plugin.egress)), plugin.compiled.limits);
        call.settings = Arc::clone(&plugin.settings);
        call.memory = self.memory(carrier, now).await;
        let cpu = plugin.compiled.limits.cpu_track;
        let finished = self
            .run(plugin, call, cpu, async |store, exports| {
                if release {
                    contract::release(store, exports, descriptor, questions).await
                } else {
                    contract::track(store, exports, descriptor, questions).await
                }
            })
            .await;
        if let Ok(outcomes) = &finished.result {
            self.leave_alone(plugin, outcomes, now);
        }
        self.keep(plugin, &finished.call, now).await;
        match finished.result {
            Ok(outcomes) => {
                self.note_well(plugin);
                let plugin = plugin.compiled.digest.clone();
                Asked { outcomes, exchanges: finished.call.exchanges, plugin, quarantined: false }
            }
            Err(error) => {
                let quarantined = self.note_fault(plugin, &error, now);
                let failure = Failure {
                    scope: Scope::Carrier,
                    ..Failure::new(FailureKind::Internal, format!("the plugin failed: {error}"))
                };
                Asked { quarantined, ..Asked::failed(questions, &failure, plugin.compiled.digest.clone()) }
            }
        }
    }

    /// A carrier that shuts out machines, or wants fewer questions, does so whatever parcel they are about.
    fn leave_alone(&self, plugin: &Plugin, outcomes: &[Outcome], now: Timestamp) {
        let failures = outcomes.iter().filter_map(|outcome| outcome.found.as_ref().err());
        let shut = failures.filter(|failure| failure.scope != Scope::Parcel);
        let waits = shut.filter_map(|failure| match failure.kind {
            FailureKind::Blocked => Some((failure.retry_after.unwrap_or(BLOCKED_FOR), failure.kind)),
            // A limit of ours has no status.
            FailureKind::RateLimited if failure.http_status.is_some() => {
                Some((failure.retry_after.unwrap_or(LIMITED_FOR), failure.kind))
            }
            _ => None,
        });
        let Some((wait, kind)) = waits.max_by_key(|(wait, _)| *wait) else { return };
        for origin in &plugin.compiled.descriptor.origins {
            plugin.politeness.pause(origin.host(), wait, kind.title(), now);
        }
    }

    async fn run<T>(
        &self,
        plugin: &Plugin,
        call: Call,
        cpu: std::time::Duration,
        export: impl AsyncFnOnce(&mut wasmtime::Store<Call>, contract::Carrier) -> wasmtime::Result<T>,
    ) -> sandbox::Finished<T> {
        let _own = plugin.permits.acquire().await.expect("the semaphore is never closed");
        let _any = self.permits.acquire().await.expect("the semaphore is never closed");
        let pre = match self.ready(&plugin.compiled.code, call.now).await {
            Ok(pre) => pre,
            Err(error) => return sandbox::Finished { result: Err(error), call },
        };
        let _running = self.pulse.run();
        sandbox::run(&pre, call, plugin.compiled.limits, cpu, export).await
    }

    /// What the plugin remembered; a read that fails leaves it without memory for this call.
    async fn memory(&self, carrier: &CarrierId, now: Timestamp) -> HashMap<String, Vec<u8>> {
        let id = carrier.clone();
        match self.store.read(move |view| view.plugin_memory(&id, now)).await {
            Ok(memory) => memory.into_iter().map(|(name, value, _)| (name, value)).collect(),
            Err(error) => {
                tracing::warn!(%carrier, "cannot read the plugin's memory: {error}");
                HashMap::new()
            }
        }
    }

    /// Writes down what a call changed beside its outcomes.
    async fn keep(&self, plugin: &Plugin, call: &Call, now: Timestamp) {
        let unsaved = plugin.politeness.take_unsaved();
        let remembered = call.remembered.clone();
        if unsaved.pauses.is_empty() && unsaved.quotas.is_empty() && remembered.is_empty() {
            return;
        }
        let carrier = plugin.id().clone();
        let kept = self.store.write(move |tx| {
            unsaved.pauses.iter().try_for_each(|pause| tx.save_pause(pause))?;
            unsaved.quotas.iter().try_for_each(|used| tx.save_quota_use(used))?;
            for (name, value, seconds) in &remembered {
                tx.save_memory(&carrier, name, value, now + SignedDuration::from_secs(i64::from(*seconds)))?;
            }
            Ok(())
        });
        if let Err(error) = kept.await {
            tracing::warn!(carrier = %plugin.id(), "cannot keep pauses and quotas: {error}");
        }
    }

    fn note_fault(&self, plugin: &Plugin, error: &CallError, now: Timestamp) -> bool {
        let carrier = plugin.id();
        tracing::warn!(%carrier, digest = plugin.compiled.digest, "the plugin failed: {error}");
        if matches!(error, CallError::Load(_)) {
            return false;
        }
        let mut quarantines = self.quarantines.lock().expect("nothing panics while it holds this lock");
        quarantines.entry(carrier.clone()).or_default().fault(&error.to_string(), now)
    }

    fn note_well(&self, plugin: &Plugin) {
        let mut quarantines = self.quarantines.lock().expect("nothing panics while it holds this lock");
        if let Some(quarantine) = quarantines.get_mut(plugin.id()) {
            quarantine.well();
        }
    }
}

/// How a carrier is to be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    pub batch_max: usize,
    pub gap: SignedDuration,
    /// The operator's own interval for this carrier.
    pub ask_every: Option<SignedDuration>,
    /// The operator pointed the carrier at a server of their own, and its limits are theirs to set.
    pub own_endpoint: bool,
    /// It repeats what others say.
    pub is_aggregator: bool,
}

impl Plugin {
    fn id(&self) -> &CarrierId {
        &self.compiled.descriptor.id
    }

    /// Whether it is to be asked for its opinion: one that asks others for a price is nobody's carrier, and without the
    /// operator's key it is none's last resort either.
    fn is_offered(&self) -> bool {
        let descriptor = &self.compiled.descriptor;
        !descriptor.is_aggregator()
            || descriptor.secrets_wanted(|name| self.config.secrets.contains_key(name)).iter().all(|(_, there)| *there)
    }

    /// The carrier's gap, or the operator's: longer as they like, shorter only at an endpoint of their own.
    fn gap(&self) -> SignedDuration {
        let told = self.compiled.descriptor.gap;
        match self.config.gap {
            Some(gap) if self.config.endpoint.is_some() => gap,
            Some(gap) => gap.max(told),
            None => told,
        }
    }
}

impl Asked {
    fn failed(questions: &[Question], failure: &Failure, plugin: String) -> Self {
        let outcome = |question: &Question| Outcome { found: Err(failure.clone()), cursor: question.cursor.clone() };
        Self { outcomes: questions.iter().map(outcome).collect(), exchanges: Vec::new(), plugin, quarantined: false }
    }
}
