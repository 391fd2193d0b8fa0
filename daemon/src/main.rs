//! Arguments, logging, signals.
#![forbid(unsafe_code)]

use std::io::IsTerminal as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context as _;
use clap::Parser as _;
use parcelwatch::cli::{self, Cli, Command, PlacesArgs};
use parcelwatch::clock::Clock;
use parcelwatch::config::{Access, Basis, Config, Start};
use parcelwatch::state_folder::{StateError, StateFolder};
use parcelwatch::{Obstacle, Setup, run, wait_for};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// What runs beside the daemon may take this long to end.
const LAST_WORK: Duration = Duration::from_secs(1);
/// How long somebody who mends the config waits for the daemon.
const CONFIG_LOOK: Duration = Duration::from_secs(1);
/// The same for the history, which takes longer to look at.
const STATE_LOOK: Duration = Duration::from_secs(5);

fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let done = match runtime {
        Ok(runtime) => {
            let done = runtime.block_on(execute(cli));
            // A compiler that is at work would hold up the end.
            runtime.shutdown_timeout(LAST_WORK);
            done
        }
        Err(error) => Err(error).context("cannot start"),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            use std::io::Write as _;
            // There is nobody to tell when even this fails.
            let _ = writeln!(std::io::stderr(), "parcelwatch: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn execute(cli: Cli) -> anyhow::Result<()> {
    match cli.command {
        None => daemon(cli.places, None).await,
        Some(Command::Run { listen }) => daemon(cli.places, listen).await,
        Some(command) => cli::execute(command, cli.places).await,
    }
}

async fn daemon(args: PlacesArgs, listen: Option<SocketAddr>) -> anyhow::Result<()> {
    start_log();
    // Before anything else: until somebody listens for them, signals end the process, and a reload is no reason to end.
    let mut hangup = signal(SignalKind::hangup()).context("cannot listen for signals")?;
    let stop = CancellationToken::new();
    stop_on_signals(stop.clone())?;
    let start = match cli::start(&args) {
        Ok(start) => start,
        Err(fault) => {
            let listen = listen.filter(|listen| listen.ip().is_loopback()).unwrap_or(Config::default().listen);
            let detail = format!("no good config was kept, and {fault}");
            let obstacle = Obstacle { what: "The config cannot be used", detail: &detail, look: CONFIG_LOOK };
            let attempt = || cli::start(&args).ok();
            match wait_for(bind(listen).await?, obstacle, attempt, &mut hangup, &stop).await {
                Some(start) => start,
                None => return Ok(()),
            }
        }
    };
    let (places, clock) = (cli::places(&args, &start.config), Clock::system());
    let listen = allowed(&start, listen)?;
    let open = || StateFolder::open(&places.state_dir, clock.clone());
    let state = match open() {
        Ok(state) => state,
        Err(error @ StateError::Busy(_)) => return Err(error.into()),
        Err(StateError::Unusable(detail)) => {
            let obstacle = Obstacle { what: "The history cannot be used", detail: &detail, look: STATE_LOOK };
            match wait_for(bind(listen).await?, obstacle, || open().ok(), &mut hangup, &stop).await {
                Some(state) => state,
                None => return Ok(()),
            }
        }
    };
    let listener = bind(listen).await?;
    run(Setup { places, state, start, listener, clock, hangup, stop }).await
}

/// The address to listen on, unless that would show the pages to whoever asks.
fn allowed(start: &Start, listen: Option<SocketAddr>) -> anyhow::Result<SocketAddr> {
    if let (true, Some(fault)) = (start.is_exposed, start.faults.first()) {
        // Nothing else is wrong: a first start says so and ends, instead of serving less than was meant.
        anyhow::bail!("{fault}");
    }
    let wanted = listen.unwrap_or(start.config.listen);
    if start.basis == Basis::Remains && !wanted.ip().is_loopback() {
        return Ok(SocketAddr::new(Ipv4Addr::LOCALHOST.into(), wanted.port()));
    }
    anyhow::ensure!(
        wanted.ip().is_loopback() || start.config.access != Access::Everybody,
        "{wanted} can be reached from other machines, and no password is set; set password_file in the config, or listen on 127.0.0.1"
    );
    Ok(wanted)
}

async fn bind(listen: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(listen).await.with_context(|| {
        format!("cannot listen on {listen}; is another Parcelwatch running? listen = \"127.0.0.1:PORT\" chooses another port")
    })
}

/// The first signal stops in order, the second at once.
fn stop_on_signals(stop: CancellationToken) -> anyhow::Result<()> {
    let mut terminate = signal(SignalKind::terminate()).context("cannot listen for signals")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("cannot listen for signals")?;
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        stop.cancel();
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        std::process::exit(1);
    });
    Ok(())
}

/// For people on a terminal, for journald and files otherwise; `PARCELWATCH_LOG` chooses what (`debug`, `parcelwatch=trace`).
fn start_log() {
    use tracing_subscriber::EnvFilter;
    let filter = EnvFilter::try_from_env("PARCELWATCH_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false);
    let terminal = std::io::stderr().is_terminal();
    // systemd stamps each line itself.
    if std::env::var_os("JOURNAL_STREAM").is_some() {
        log.without_time().with_ansi(false).init();
    } else {
        log.with_ansi(terminal).init();
    }
}
