//! The plugins in force, and how they may be called.
//!
//! The set in force is swapped as a whole. A call holds on to the version it began with.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use arc_swap::ArcSwap;
use jiff::Timestamp;
use parcelwatch_tracking::{Budget, CarrierId};
use tokio::sync::{Semaphore, watch};

use super::code::Compiler;
use super::descriptor::Descriptor;
use super::engine;
use super::folder::Folder;
use super::limits::Limits;
use super::plugin::{Set, Terms};
use super::quarantine::Quarantine;
use super::readiness::{Progress, Readiness};
use crate::store::{Pause, Store};

/// Loads plugins and calls them.
pub struct PluginHost {
    pub(super) compiler: Compiler,
    pub(super) pulse: engine::Pulse,
    pub(super) store: Store,
    pub(super) state_dir: PathBuf,
    /// This program, which compiles dropped files in a process of its own.
    pub(super) program: Option<PathBuf>,
    pub(super) set: ArcSwap<Set>,
    pub(super) readiness: Readiness,
    /// Carriers that nothing serves because their files wait for a person, and what for.
    pub(super) waiting: ArcSwap<BTreeMap<CarrierId, String>>,
    pub(super) permits: Semaphore,
    pub(super) quarantines: Mutex<HashMap<CarrierId, Quarantine>>,
    /// What the scans of the folder have found so far; one scan at a time.
    pub(super) folder: tokio::sync::Mutex<Folder>,
}

impl std::fmt::Debug for PluginHost {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let carriers: Vec<String> = self.carriers().iter().map(|descriptor| descriptor.id.to_string()).collect();
        f.debug_struct("PluginHost").field("carriers", &carriers).finish_non_exhaustive()
    }
}

impl PluginHost {
    /// A host without plugins. Compiled code is cached in the state folder.
    pub fn new(state_dir: &Path, program: Option<PathBuf>, store: Store) -> anyhow::Result<Self> {
        let engine = engine::engine(&state_dir.join("compiled"), Limits::LARGE)?;
        Ok(Self {
            pulse: engine::Pulse::start(&engine),
            compiler: Compiler::new(engine).map_err(|error| anyhow::anyhow!("{error:#}"))?,
            store,
            state_dir: state_dir.to_owned(),
            program,
            set: ArcSwap::default(),
            readiness: Readiness::default(),
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
        self.readiness.now().is_over
    }

    /// How far the first scan is, from now on.
    pub fn progress(&self) -> watch::Receiver<Progress> {
        self.readiness.watch()
    }

    /// Waits until the plugins are loaded, so that no number is called unserved while its carrier is still made ready.
    pub async fn until_loaded(&self) {
        // The sender is ours, so it cannot be gone.
        let _ = self.readiness.watch().wait_for(|progress| progress.is_over).await;
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
            has_keys: plugin.has_keys(),
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

    pub(super) fn forget_faults(&self, carrier: &CarrierId) -> bool {
        self.quarantines.lock().expect("nothing panics while it holds this lock").remove(carrier).is_some()
    }

    /// Puts away the code of plugins that nobody has called lately.
    pub fn put_away(&self, now: Timestamp) {
        self.set.load().0.values().for_each(|plugin| plugin.compiled.code.put_away(now));
    }
}
