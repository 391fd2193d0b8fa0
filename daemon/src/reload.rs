//! The operator edited something: check it, then swap it. What runs keeps running.

mod announce;
mod doubt;

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use arc_swap::ArcSwap;
use jiff::Timestamp;
use parcelwatch_tracking::{CarrierId, Parcel, ParcelId};
use serde_json::json;
use tokio::signal::unix::Signal;
use tokio::sync::{Mutex, OnceCell, mpsc};
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::config::{
    self, Access, Basis, CarrierConfig, Checked, Config, EMBEDDED, Fault, LastGood, Mentions, SourceFile, Start,
};
use crate::notify;
use crate::plugin_host::{self, Changes, PluginHost};
use crate::site::Site;
use crate::store::{Grant, Store};
use crate::tracker::TrackerHandle;
use crate::watch::{Touched, Watch};

/// How often everything is looked at, whatever the system's notifications say.
const SLOW_LOOK: std::time::Duration = std::time::Duration::from_secs(30);
const TOUCHES_MAX: usize = 16;

/// Where things are; fixed for the life of the process.
#[derive(Clone, Debug)]
pub struct Places {
    /// `None` runs the built-in config, until a file appears at `config_wanted`.
    pub config: Option<PathBuf>,
    /// Where a config would be found at the next look.
    pub config_wanted: Option<PathBuf>,
    /// Where copies of good configs are kept; `None` where no folder is known without a config.
    pub last_good: Option<LastGood>,
    pub state_dir: PathBuf,
    pub plugin_dir: PathBuf,
    /// This program, which can compile the carriers in a process of its own.
    pub program: Option<PathBuf>,
}

/// Keeps what runs in line with what the operator edits.
#[derive(Debug)]
pub struct Reloader {
    places: Places,
    store: Store,
    host: Arc<PluginHost>,
    tracker: TrackerHandle,
    clock: Clock,
    site: Arc<ArcSwap<Site>>,
    listen: SocketAddr,
    /// What the daemon starts on, until it is in force.
    start: Mutex<Option<Start>>,
    state: Mutex<State>,
    /// Set once the bundled carriers are compiled.
    precompiled: OnceCell<()>,
}

#[derive(Debug)]
struct State {
    config: Arc<Config>,
    basis: Basis,
    /// What was read last, good or bad: the same is not judged twice.
    seen: Option<Reading>,
    revision: u64,
    faults: Vec<Fault>,
    warnings: Vec<Fault>,
    mentions: Mentions,
    /// What no plugin explains of the carriers that are named.
    doubts: Vec<Fault>,
    /// How the config is could not be written down yet.
    is_unreported: bool,
}

/// How a look at the config ended.
#[derive(Clone, Debug, PartialEq)]
enum Reading {
    Good(Box<Config>),
    Bad(Vec<Fault>),
}

/// What a reload did, in words.
#[derive(Clone, Debug, Default)]
pub struct Reloaded {
    pub faults: Vec<Fault>,
    pub changed: bool,
}

impl Reloader {
    #[expect(clippy::too_many_arguments, reason = "it wires the parts, which is what it is for")]
    pub fn new(
        places: Places,
        start: Start,
        store: Store,
        host: Arc<PluginHost>,
        tracker: TrackerHandle,
        clock: Clock,
        site: Arc<ArcSwap<Site>>,
        listen: SocketAddr,
    ) -> Arc<Self> {
        let config = Arc::new(start.config.clone());
        let (basis, faults) = (start.basis, start.faults.clone());
        let (warnings, mentions, doubts) = (Vec::new(), Mentions::default(), Vec::new());
        let state =
            State { config, basis, seen: None, revision: 1, faults, warnings, mentions, doubts, is_unreported: false };
        let (start, state, precompiled) = (Mutex::new(Some(start)), Mutex::new(state), OnceCell::new());
        Arc::new(Self { places, store, host, tracker, clock, site, listen, start, state, precompiled })
    }

    /// Takes over config and plugins, then again whenever something is touched, or a signal says so.
    ///
    /// The signal is handed in, as it must be listened for from the first moment on: until somebody does, it ends the process.
    pub async fn run(self: Arc<Self>, mut hangup: Signal, stop: CancellationToken) {
        let (sender, mut touched) = mpsc::channel(TOUCHES_MAX);
        let mut watch = Watch::new(sender);
        watch.set(self.folders().await);
        self.config().await;
        self.plugins().await;
        loop {
            watch.set(self.folders().await);
            let looked = tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(SLOW_LOOK) => Look::Everything,
                _ = hangup.recv() => Look::Anew,
                touched = touched.recv() => touched.map_or(Look::Everything, |touched| self.look(&touched)),
            };
            match looked {
                Look::Nothing => {}
                Look::Plugins => self.plugins().await,
                Look::Everything => {
                    self.config().await;
                    self.plugins().await;
                }
                Look::Anew => {
                    self.anew().await;
                }
            }
        }
    }

    /// Reads config and plugins again, even where nothing seems to have changed: a secret's file may have. A config with faults
    /// leaves the version in force as it is.
    pub async fn anew(&self) -> Reloaded {
        self.state.lock().await.seen = None;
        let before = self.state.lock().await.revision;
        self.config().await;
        self.plugins().await;
        let state = self.state.lock().await;
        Reloaded { faults: state.faults.clone(), changed: state.revision != before }
    }

    fn look(&self, touched: &Touched) -> Look {
        let is_plugin = |path: &PathBuf| path.parent() == Some(&self.places.plugin_dir);
        let is_config = |path: &PathBuf| {
            let is_toml = path.extension().is_some_and(|extension| extension == "toml");
            is_toml || Some(path) == self.places.config.as_ref() || Some(path) == self.places.config_wanted.as_ref()
        };
        match (touched.paths.iter().any(is_plugin), touched.paths.iter().any(is_config)) {
            (_, true) => Look::Everything,
            (true, false) => Look::Plugins,
            (false, false) => Look::Nothing,
        }
    }

    /// The folders to be watched now.
    async fn folders(&self) -> Vec<PathBuf> {
        let config = Arc::clone(&self.state.lock().await.config);
        let own = self.places.config.iter().chain(&self.places.config_wanted);
        let own = own.map(|path| crate::files::folder_of(path).to_owned());
        let folders = config.folders.iter().cloned().chain(own).chain([self.places.plugin_dir.clone()]);
        folders.filter(|folder| folder.is_dir()).collect()
    }

    /// Puts the config of the start into force; after that what is read, if it is good and differs.
    async fn config(&self) {
        let mut state = self.state.lock().await;
        let now = self.clock.now();
        if let Some(start) = self.start.lock().await.take() {
            return self.begin(&mut state, start, now).await;
        }
        let path = self.config_file();
        let read = match &path {
            Some(path) => config::load(path, notify::KINDS),
            None => config::parse(EMBEDDED, notify::KINDS),
        };
        let read = read.map_err(|rejected| rejected.faults);
        let read = read.and_then(|checked| match opens(&checked.config, &state.config, self.listen) {
            Some(fault) => Err(vec![fault]),
            None => Ok(checked),
        });
        match read {
            Ok(Checked { config, warnings, mentions, sources }) => {
                let reading = Reading::Good(Box::new(config.clone()));
                if state.seen.as_ref() == Some(&reading) {
                    return self.report_again(&mut state, now).await;
                }
                state.seen = Some(reading);
                state.faults.clear();
                state.basis = Basis::File;
                self.keep(path, sources).await;
                self.take(&mut state, Arc::new(config), now).await;
                (state.warnings, state.mentions) = (warnings, mentions);
                self.report(&mut state, now).await;
            }
            Err(faults) => {
                let reading = Reading::Bad(faults.clone());
                if state.seen.as_ref() == Some(&reading) {
                    return self.report_again(&mut state, now).await;
                }
                state.seen = Some(reading);
                state.faults = faults;
                self.report(&mut state, now).await;
            }
        }
    }

    /// The file to be read: the one named, or the usual one as soon as it is there.
    fn config_file(&self) -> Option<PathBuf> {
        let wanted = self.places.config_wanted.as_ref().filter(|path| path.is_file());
        self.places.config.as_ref().or(wanted).cloned()
    }

    async fn begin(&self, state: &mut State, start: Start, now: Timestamp) {
        let Start { mut config, basis, faults, warnings, mentions, sources, is_exposed: _ } = start;
        state.seen = Some(match basis {
            Basis::File => Reading::Good(Box::new(config.clone())),
            Basis::LastGood | Basis::Remains => Reading::Bad(faults),
        });
        match basis {
            Basis::File => self.keep(self.config_file(), sources).await,
            Basis::LastGood => {}
            // Some parcels may not have been read; none that is followed is given up.
            Basis::Remains => config.parcels = self.with_followed(config.parcels).await,
        }
        if config.access == Access::Nobody {
            tracing::error!(
                "the pages are closed: a password is meant, and it cannot be read; see the faults of the config"
            );
        }
        self.take(state, Arc::new(config), now).await;
        (state.warnings, state.mentions) = (warnings, mentions);
        self.report(state, now).await;
        if let Err(error) = self.store.write(move |tx| announce::shown_keys(tx, now)).await {
            tracing::error!("cannot say that keys were shown: {error}");
        }
    }

    /// Keeps a copy of a good config, for a start that finds it broken.
    async fn keep(&self, path: Option<PathBuf>, sources: Vec<SourceFile>) {
        let Some((path, last_good)) = path.zip(self.places.last_good.clone()) else { return };
        let kept = tokio::task::spawn_blocking(move || last_good.keep(&path, &sources)).await;
        if let Err(error) = kept.map_err(anyhow::Error::from).flatten() {
            tracing::warn!("no copy of the config is kept for a start that finds it broken: {error:#}");
        }
    }

    /// Parcels that could be read, and those followed so far.
    async fn with_followed(&self, mut parcels: Vec<Parcel>) -> Vec<Parcel> {
        let known = self.store.read(|view| view.parcels()).await.unwrap_or_default();
        let followed = known.into_iter().filter(|(row, _)| row.removed_at.is_none()).map(|(_, parcel)| parcel);
        for parcel in followed {
            if !parcels.iter().any(|read| read.id == parcel.id) {
                parcels.push(parcel);
            }
        }
        parcels
    }

    async fn take(&self, state: &mut State, config: Arc<Config>, now: Timestamp) {
        let before = std::mem::replace(&mut state.config, Arc::clone(&config));
        state.revision += 1;
        if before.listen != config.listen && self.listen != config.listen {
            tracing::warn!("listen = \"{}\" takes effect at the next start; still on {}", config.listen, self.listen);
        }
        self.site.store(Arc::new(Site::new(Arc::clone(&config), self.listen, state.revision)));
        if before.carriers != config.carriers {
            self.scan(&config.carriers, now).await;
        }
        let (added, removed) = (missing(&config.parcels, &before.parcels), missing(&before.parcels, &config.parcels));
        tracing::info!("config in force, parcels: {} (added {added}, removed {removed})", config.parcels.len());
        self.tracker.configure(config).await;
    }

    /// Says what could not be written down when it was new.
    async fn report_again(&self, state: &mut State, now: Timestamp) {
        if state.is_unreported {
            self.report(state, now).await;
        }
    }

    /// Says on the system page, on every page and in the system feed how the config is.
    async fn report(&self, state: &mut State, now: Timestamp) {
        let texts = |faults: &[Fault]| faults.iter().map(ToString::to_string).collect::<Vec<_>>();
        let faults = texts(&state.faults);
        let summary = json!({
            "path": state.config.path.as_ref().map(|path| path.display().to_string()),
            "loaded_at": now.to_string(),
            "parcels": state.config.parcels.len(),
            "faults": faults,
            // Of a version that is not in force nothing is worth a look but its faults.
            "warnings": if faults.is_empty() { [texts(&state.warnings), texts(&state.doubts)].concat() } else { Vec::new() },
            "plugin_dir": self.places.plugin_dir.display().to_string(),
            "data_dir": self.places.state_dir.display().to_string(),
        });
        let file = self.places.config.as_ref().or(self.places.config_wanted.as_ref());
        let name = file.and_then(|path| path.file_name()).unwrap_or_default().to_string_lossy().into_owned();
        let count = if faults.len() == 1 { "1 fault".to_owned() } else { format!("{} faults", faults.len()) };
        let title = format!("{name} has {count}; {}", state.basis.words());
        for fault in &state.faults {
            tracing::error!("{fault}");
        }
        let reported = self.store.write(move |tx| announce::config(tx, summary, &title, &faults, now));
        let reported = reported.await;
        state.is_unreported = reported.is_err();
        if let Err(error) = reported {
            tracing::error!("cannot report on the config: {error}");
        }
    }

    /// Looks at the plugin folder and takes into force what is new and good.
    async fn plugins(&self) {
        let config = Arc::clone(&self.state.lock().await.config);
        self.scan(&config.carriers, self.clock.now()).await;
        self.doubt().await;
    }

    async fn scan(&self, carriers: &BTreeMap<CarrierId, CarrierConfig>, now: Timestamp) {
        self.precompiled.get_or_init(|| self.precompile(carriers, now)).await;
        self.take_plugins(self.host.scan(&self.places.plugin_dir, carriers, now).await).await;
    }

    async fn take_plugins(&self, changes: anyhow::Result<Changes>) {
        match changes {
            Ok(changes) if changes.is_empty() => {}
            Ok(changes) => {
                for (carriers, what) in
                    [(&changes.started, "in force"), (&changes.replaced, "replaced"), (&changes.stopped, "gone")]
                {
                    for carrier in carriers {
                        tracing::info!(%carrier, "plugin {what}");
                    }
                }
                self.tracker.plugins_changed().await;
            }
            Err(error) => tracing::error!("cannot look at the plugins: {error:#}"),
        }
    }

    /// Compiles the built-in carriers; each is in force as soon as it is compiled, those of parcels that are followed first.
    async fn precompile(&self, carriers: &BTreeMap<CarrierId, CarrierConfig>, now: Timestamp) {
        let Some(program) = &self.places.program else { return };
        let used = self.store.read(|view| view.carrier_health()).await.unwrap_or_default();
        let used = used.iter().filter_map(|used| CarrierId::new(&used.carrier));
        let config = Arc::clone(&self.site.load().config);
        let named = config.parcels.iter().filter_map(|parcel| parcel.carrier.clone());
        let first: BTreeSet<CarrierId> = used.chain(named).chain(carriers.keys().cloned()).collect();
        let (sender, mut ready) = mpsc::unbounded_channel();
        let compiling = plugin_host::precompile_beside(program, &self.places.state_dir, first, sender);
        tokio::pin!(compiling);
        let mut compiled = HashSet::new();
        loop {
            tokio::select! {
                () = &mut compiling => return,
                Some(package) = ready.recv() => {
                    compiled.insert(package);
                    while let Ok(package) = ready.try_recv() {
                        compiled.insert(package);
                    }
                }
            }
            self.take_plugins(self.host.begin(&compiled, carriers, now).await).await;
        }
    }

    /// What the config in force says of carriers, once every plugin is loaded.
    pub async fn carriers(&self) -> BTreeMap<CarrierId, CarrierConfig> {
        self.plugins().await;
        self.state.lock().await.config.carriers.clone()
    }

    /// The address that is served.
    pub fn listen(&self) -> SocketAddr {
        self.listen
    }

    /// Whether the pages are closed to everybody.
    pub async fn is_closed(&self) -> bool {
        self.state.lock().await.config.access == Access::Nobody
    }

    /// Lets a plugin do all that its newest file wants now: reach hosts, and send secrets to them. Gives back what it may do.
    pub async fn approve(&self, carrier: &CarrierId) -> anyhow::Result<Grant> {
        let now = self.clock.now();
        let grant = self.host.wanted(carrier, &self.places.plugin_dir, now).await?;
        let approved = grant.clone();
        self.store.write(move |tx| tx.grant(&approved, now)).await?;
        self.plugins().await;
        Ok(grant)
    }
}

/// What to look at.
enum Look {
    Nothing,
    Plugins,
    Everything,
    /// All of it, changed or not.
    Anew,
}

/// Why a config cannot be taken over although it has no fault in itself: it would open pages that were closed. `listen` is the
/// address that is served, whatever the config says of the next start.
fn opens(wanted: &Config, in_force: &Config, listen: SocketAddr) -> Option<Fault> {
    if wanted.access != Access::Everybody {
        return None;
    }
    let file = wanted.path.clone().unwrap_or_default();
    if !listen.ip().is_loopback() {
        let message = format!(
            "no password is set, and {listen}, which can be reached from other machines, is served until the next start; set \
             password_file, or restart with listen on 127.0.0.1"
        );
        return Some(Fault::of_file(&file, message));
    }
    let url = wanted.public_url.as_ref().filter(|_| in_force.access != Access::Everybody)?;
    let message = format!(
        "the password is gone, and the pages are public at {url}; set password_file, or restart where the proxy asks for a login"
    );
    Some(Fault::of_file(&file, message))
}

/// How many of these parcels are not among those. By a set: for a log line, comparing each with each would keep 100,000 parcels
/// from being polled for over a minute.
fn missing(these: &[Parcel], those: &[Parcel]) -> usize {
    let those: HashSet<&ParcelId> = those.iter().map(|parcel| &parcel.id).collect();
    these.iter().filter(|parcel| !those.contains(&parcel.id)).count()
}
