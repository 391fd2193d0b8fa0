//! The daemon: wires the parts, and stops them in order.
#![forbid(unsafe_code)]

pub mod backup;
pub mod cli;
pub mod clock;
pub mod config;
pub mod control;
pub mod doctor;
pub mod files;
pub mod notify;
mod number_lookup;
pub mod outbox;
pub mod plugin_host;
pub mod reload;
pub mod report;
pub mod site;
pub mod state_folder;
pub mod store;
mod tls;
pub mod tracker;
pub mod watch;
pub mod web;

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use arc_swap::ArcSwap;
use tokio::net::TcpListener;
use tokio::signal::unix::Signal;
use tokio_util::sync::CancellationToken;

use clock::Clock;
use config::{Config, Start};
use control::Control;
use outbox::Outbox;
use plugin_host::PluginHost;
use reload::{Places, Reloader};
use site::Site;
use state_folder::StateFolder;
use tracker::Tracker;
use web::Web;

/// Questions under way when the daemon is stopped may take this long to be recorded; with the history closed after it the whole end
/// takes less than ten seconds.
const LAST_ANSWERS: Duration = Duration::from_secs(5);

/// Everything the daemon is given from outside.
#[derive(Debug)]
pub struct Setup {
    pub places: Places,
    pub state: StateFolder,
    pub start: Start,
    pub listener: TcpListener,
    pub clock: Clock,
    /// Asks to read config and plugins again.
    pub hangup: Signal,
    pub stop: CancellationToken,
}

/// Runs the daemon until it is stopped.
pub async fn run(setup: Setup) -> anyhow::Result<()> {
    // The folder is held until everything has ended.
    let Setup { places, state, start, listener, clock, hangup, stop } = setup;
    std::fs::create_dir_all(&places.plugin_dir)
        .with_context(|| format!("cannot make the plugin folder {}", places.plugin_dir.display()))?;
    let listen = listener.local_addr().context("the listener has no address")?;
    let store = state.store.clone();
    store.write(plugin_host::mark_loading).await?;
    let host = Arc::new(PluginHost::new(&places.state_dir, places.program.clone(), store.clone())?);
    let site = Arc::new(ArcSwap::from_pointee(Site::new(Arc::new(start.config.clone()), listen, 1)));
    let (tracker, handle) = Tracker::new(store.clone(), Arc::clone(&host), clock.clone(), Arc::new(Config::default()));
    let reloader = Reloader::new(
        places.clone(),
        start,
        store.clone(),
        Arc::clone(&host),
        handle.clone(),
        clock.clone(),
        Arc::clone(&site),
        listen,
    );
    let outbox = Outbox::new(store.clone(), clock.clone(), Arc::clone(&site), stop.clone());
    let web = Web::new(store.clone(), clock.clone(), site, handle.clone(), host.progress(), stop.clone());
    let control = Control { tracker: handle, reloader: Arc::clone(&reloader), host, clock };

    // The page first: it must be there when everything else is broken.
    let web = tokio::spawn(web.serve(listener));
    let state_dir = places.state_dir.clone();
    let stop_control = stop.clone();
    let control = tokio::spawn(async move { control::serve(control, &state_dir, stop_control).await });
    let reloading = tokio::spawn(reloader.run(hangup, stop.clone()));
    let sending = tokio::spawn(outbox.run());
    let tracking = tokio::spawn(tracker.run(stop.clone()));
    tracing::info!("listening on http://{listen}");
    tell_systemd(sd_notify::NotifyState::Ready);

    stop.cancelled().await;
    tracing::info!("stopping");
    tell_systemd(sd_notify::NotifyState::Stopping);
    // What it compiles goes with it, and is compiled again.
    reloading.abort();
    let (tracked, ..) = tokio::join!(
        tokio::time::timeout(LAST_ANSWERS, tracking),
        tokio::time::timeout(LAST_ANSWERS, sending),
        web,
        tokio::time::timeout(LAST_ANSWERS, control),
    );
    if tracked.is_err() {
        tracing::warn!("some questions were still under way; they are asked again after the next start");
    }
    store.close().await;
    Ok(())
}

/// What keeps the daemon from starting, where it can be mended while it waits.
#[derive(Clone, Copy, Debug)]
pub struct Obstacle<'a> {
    /// Said to everybody, with the advice to read the log.
    pub what: &'a str,
    /// Said on this machine alone.
    pub detail: &'a str,
    /// How often it is looked whether it is gone.
    pub look: Duration,
}

/// Serves what keeps the daemon from starting, and nothing else, until an attempt succeeds; none when it is stopped before.
pub async fn wait_for<T>(
    listener: TcpListener,
    obstacle: Obstacle<'_>,
    mut attempt: impl FnMut() -> Option<T>,
    hangup: &mut Signal,
    stop: &CancellationToken,
) -> Option<T> {
    tracing::error!("{}: {}", obstacle.what, obstacle.detail);
    if let Ok(listen) = listener.local_addr() {
        tracing::error!("until that is mended, only that is said on http://{listen}");
    }
    let done = stop.child_token();
    let page = web::fault_page(obstacle.what, obstacle.detail);
    let serving = tokio::spawn(web::serve_plainly(listener, page, done.clone()));
    tell_systemd(sd_notify::NotifyState::Ready);
    let mut succeeded = None;
    while !stop.is_cancelled() && succeeded.is_none() {
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(obstacle.look) => succeeded = attempt(),
            _ = hangup.recv() => succeeded = attempt(),
        }
    }
    done.cancel();
    let _ = serving.await;
    succeeded
}

/// Where there is no systemd nobody listens, and nothing is lost.
pub(crate) fn tell_systemd(state: sd_notify::NotifyState<'_>) {
    if let Err(error) = sd_notify::notify(&[state]) {
        tracing::debug!("cannot tell systemd: {error}");
    }
}
