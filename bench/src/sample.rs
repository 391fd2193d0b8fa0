//! Things to measure with: an answer of 14 events, parcels with histories, homes for daemons.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;
use parcelwatch::clock::Clock;
use parcelwatch::plugin_host::PluginHost;
use parcelwatch::reload::Places;
use parcelwatch::state_folder::StateFolder;
use parcelwatch::store::Store;
use parcelwatch::tracker::{Tracker, TrackerHandle};
use parcelwatch_tests::CarrierSite;
use parcelwatch_tests::site::cainiao;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

/// A journey of 14 scans, as Cainiao tells it.
const JOURNEY: [(&str, &str, &str, &str); 14] = [
    ("GWMS_ACCEPT", "Order received successfully", "2026-11-02 09:12:01", "GMT+8"),
    ("GWMS_PACKAGE", "Package ready for shipping from the warehouse", "2026-11-02 18:40:10", "GMT+8"),
    ("GWMS_OUTBOUND", "Package shipped out from the warehouse", "2026-11-03 07:15:33", "GMT+8"),
    ("PU_PICKUP_SUCCESS", "Received by the logistics company", "2026-11-03 11:02:54", "GMT+8"),
    ("SC_INBOUND_SUCCESS", "Arrived at the sorting center", "2026-11-04 02:31:17", "GMT+8"),
    ("SC_OUTBOUND_SUCCESS", "Departed from the sorting center", "2026-11-04 14:22:08", "GMT+8"),
    ("CC_EX_START", "Export customs clearance started", "2026-11-05 08:00:00", "GMT+8"),
    ("CC_EX_SUCCESS", "Export customs clearance complete", "2026-11-05 19:45:31", "GMT+8"),
    ("LH_HO_AIRLINE", "Leaving from departure country/region", "2026-11-06 10:10:10", "GMT+8"),
    ("LH_DEPART", "Left from departure country/region", "2026-11-07 22:04:00", "GMT+8"),
    ("LH_ARRIVE", "Arrived at destination country/region", "2026-11-10 05:20:00", "GMT+1"),
    ("CC_IM_START", "Import customs clearance started", "2026-11-10 09:00:12", "GMT+1"),
    ("CC_IM_SUCCESS", "Import customs clearance complete", "2026-11-11 13:37:45", "GMT+1"),
    ("GTMS_ACCEPT", "Received by local delivery company", "2026-11-12 06:15:20", "GMT+1"),
];

/// A number that Cainiao's plugin knows as its own.
pub(crate) fn number(n: usize) -> String {
    format!("LP{n:014}")
}

pub(crate) fn journey() -> cainiao::Parcel {
    let parcel = cainiao::Parcel::to("France").expected(1_794_614_400_000, 1_795_219_200_000);
    JOURNEY.iter().fold(parcel, |parcel, (code, text, clock, zone)| parcel.scan(code, text, clock, zone))
}

/// A site that knows so many parcels.
pub(crate) fn site(parcels: usize) -> CarrierSite {
    let site = CarrierSite::start();
    for n in 0..parcels {
        site.cainiao(&number(n), journey());
    }
    site
}

/// A config with so many parcels of Cainiao's, asked at the site given.
pub(crate) fn config(parcels: usize, more: &str, each: &str) -> String {
    let mut config = format!("timezone = \"UTC\"\n{more}");
    for n in 0..parcels {
        let number = number(n);
        write!(config, "[[parcel]]\nid = \"p{n}\"\nnumber = \"{number}\"\ncountry = \"FR\"\n{each}").expect("memory");
    }
    config
}

/// A daemon that runs in this process.
pub(crate) struct Running {
    pub(crate) address: std::net::SocketAddr,
    stop: CancellationToken,
    done: tokio::task::JoinHandle<anyhow::Result<()>>,
    _folder: Arc<TempDir>,
}

impl Running {
    /// Starts a daemon on a folder with this config.
    pub(crate) async fn start(folder: Arc<TempDir>, config: &str) -> anyhow::Result<Self> {
        let path = folder.path().join("config.toml");
        std::fs::write(&path, config)?;
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let stop = CancellationToken::new();
        let places = places(&folder, Some(path.clone()));
        let setup = parcelwatch::Setup {
            state: StateFolder::open(&places.state_dir, Clock::system())?,
            start: parcelwatch::config::start(Some(&path), None, parcelwatch::notify::KINDS)
                .map_err(|fault| anyhow::anyhow!("{fault}"))?,
            places,
            listener,
            clock: Clock::system(),
            hangup: tokio::signal::unix::signal(tokio::signal::unix::SignalKind::hangup())?,
            stop: stop.clone(),
        };
        let done = tokio::spawn(parcelwatch::run(setup));
        Ok(Self { address, stop, done, _folder: folder })
    }

    pub(crate) async fn stop(self) -> anyhow::Result<()> {
        self.stop.cancel();
        self.done.await?
    }
}

pub(crate) fn places(folder: &TempDir, config: Option<PathBuf>) -> Places {
    Places {
        config,
        config_wanted: None,
        last_good: None,
        state_dir: folder.path().join("state"),
        plugin_dir: folder.path().join("plugins"),
        program: None,
    }
}

/// The parts of a daemon without its pages: a store, a plugin host, and the loop with its parcels.
pub(crate) struct Parts {
    pub(crate) store: Store,
    pub(crate) host: Arc<PluginHost>,
    pub(crate) tracker: TrackerHandle,
    stop: CancellationToken,
    done: tokio::task::JoinHandle<()>,
}

impl Parts {
    pub(crate) async fn start(folder: &TempDir, config: &str) -> anyhow::Result<Self> {
        let state = folder.path().join("state");
        std::fs::create_dir_all(&state)?;
        let store = Store::open(&state.join("parcelwatch.db"), Clock::system())?;
        let host = Arc::new(PluginHost::new(&state, None, store.clone())?);
        let checked = parcelwatch::config::parse(config, parcelwatch::notify::KINDS)
            .map_err(|rejected| anyhow::anyhow!("{:?}", rejected.faults))?;
        let config = Arc::new(checked.config);
        host.scan(&folder.path().join("plugins"), &config.carriers, Timestamp::now()).await?;
        let (tracker, handle) = Tracker::new(store.clone(), Arc::clone(&host), Clock::system(), Arc::clone(&config));
        let stop = CancellationToken::new();
        let done = tokio::spawn(tracker.run(stop.clone()));
        handle.configure(config).await;
        Ok(Self { store, host, tracker: handle, stop, done })
    }

    pub(crate) async fn stop(self) -> anyhow::Result<()> {
        self.stop.cancel();
        self.done.await?;
        self.store.close().await;
        Ok(())
    }
}

pub(crate) fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_multi_thread().enable_all().build()?)
}
