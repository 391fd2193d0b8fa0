//! Compiling in a process of its own: the compiler takes a hundred megabytes, and would keep most of them as long as the daemon
//! runs; and a file that somebody dropped could take more, or never end. The process has limits of memory and time. The cache on
//! the disk is all that passes between the two; without this process the daemon compiles for itself.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::Context as _;
use parcelwatch_tracking::CarrierId;
use tokio::io::AsyncBufReadExt as _;
use tokio::sync::mpsc;
use wasmtime::component::Component;

use super::bundled::{BUNDLED, Bundled};
use super::engine;
use super::limits::Limits;

/// A slow board may take a minute; one that takes longer is better off with the carriers one by one.
const LONGEST: Duration = Duration::from_secs(180);

/// A dropped file that is good takes some seconds.
const LONGEST_FILE: Duration = Duration::from_secs(60);
/// What a process that compiles may have written to, and its processor time. Address space says nothing: every thread reserves some
/// that it never uses.
const MEMORY_MAX: u64 = 2 << 30;
const CPU_SECONDS_MAX: u64 = 300;

/// Compiles a component from the standard input into the cache of a state folder.
pub fn precompile_input(state_dir: &Path) -> anyhow::Result<()> {
    limit()?;
    let mut wasm = Vec::new();
    std::io::Read::read_to_end(&mut std::io::stdin(), &mut wasm)?;
    let engine = engine::engine(&state_dir.join("compiled"), Limits::LARGE)?;
    Component::from_binary(&engine, &wasm).map(drop).map_err(|error| anyhow::anyhow!("{error:#}"))
}

/// Ends this process rather than let it take all that the machine has.
fn limit() -> anyhow::Result<()> {
    use rustix::process::{Resource, Rlimit, setrlimit};
    for (resource, most) in [(Resource::Data, MEMORY_MAX), (Resource::Cpu, CPU_SECONDS_MAX)] {
        let most = Rlimit { current: Some(most), maximum: Some(most) };
        setrlimit(resource, most).context("cannot limit the compiler")?;
    }
    Ok(())
}

/// Lets `program` compile a file that somebody dropped, within its limits. The error says why it did not: then nobody compiles it.
pub(super) async fn precompile_file(program: &Path, state_dir: &Path, wasm: &[u8]) -> Result<(), String> {
    let mut command = command(program, state_dir);
    command.arg("--stdin").stdin(Stdio::piped()).stderr(Stdio::piped());
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(error) => {
            tracing::warn!("a plugin is compiled in this process: cannot start {}: {error}", program.display());
            return Ok(());
        }
    };
    let mut input = child.stdin.take();
    let fed = async {
        // A process that has ended says why by itself.
        if let Some(input) = &mut input {
            let _ = tokio::io::AsyncWriteExt::write_all(input, wasm).await;
        }
        drop(input.take());
        child.wait_with_output().await
    };
    match tokio::time::timeout(LONGEST_FILE, fed).await {
        Ok(Ok(output)) if output.status.success() => Ok(()),
        Ok(Ok(output)) => {
            let words = String::from_utf8_lossy(&output.stderr);
            let words = words.trim().trim_start_matches("parcelwatch: ");
            Err(match output.status.code() {
                Some(_) => format!("it does not compile: {words}"),
                None => format!("compiling it took more than a compiler may have ({})", output.status),
            })
        }
        Ok(Err(error)) => Err(format!("the compiler cannot be waited for: {error}")),
        Err(_) => Err(format!("it is not compiled after {} seconds", LONGEST_FILE.as_secs())),
    }
}

/// Compiles every bundled carrier into the cache of a state folder, some of them first, and prints the package of each as soon as it
/// is done.
pub fn precompile(state_dir: &Path, first: &[String]) -> anyhow::Result<()> {
    limit()?;
    let engine = engine::engine(&state_dir.join("compiled"), Limits::LARGE)?;
    let is_first =
        |bundled: &&Bundled| bundled.carrier().is_some_and(|carrier| first.iter().any(|id| id == carrier.as_str()));
    let (early, late): (Vec<&Bundled>, Vec<&Bundled>) = BUNDLED.iter().partition(is_first);
    let mut out = std::io::stdout();
    for bundled in early.into_iter().chain(late) {
        let compiled = Component::from_binary(&engine, &bundled.wasm());
        compiled.map_err(|error| anyhow::anyhow!("{}: {error:#}", bundled.package))?;
        // Whoever reads it may be gone.
        let _ = writeln!(out, "{}", bundled.package);
    }
    Ok(())
}

/// Lets `program` do so, once for each build of it. Whatever goes wrong costs memory, and nothing else.
/// `first` are the carriers that matter most; the package of each is sent as soon as it is compiled.
pub(crate) async fn precompile_beside(
    program: &Path,
    state_dir: &Path,
    first: BTreeSet<CarrierId>,
    compiled: mpsc::UnboundedSender<String>,
) {
    let marker = state_dir.join("compiled").join("precompiled-by");
    let done = match build(program) {
        Ok(build) if std::fs::read_to_string(&marker).is_ok_and(|known| known == build) => return,
        Ok(build) => run(program, state_dir, first, compiled).await.and_then(|()| {
            std::fs::write(&marker, build).with_context(|| format!("cannot write {}", marker.display()))
        }),
        Err(error) => Err(error),
    };
    if let Err(error) = done {
        tracing::warn!("the carriers are compiled in this process, which takes more memory: {error:#}");
    }
}

/// What tells one build of a program from another.
fn build(program: &Path) -> anyhow::Result<String> {
    let file = std::fs::metadata(program).with_context(|| format!("cannot look at {}", program.display()))?;
    Ok(format!("{} {} {:?}\n", env!("CARGO_PKG_VERSION"), file.len(), file.modified().ok()))
}

fn command(program: &Path, state_dir: &Path) -> tokio::process::Command {
    let mut command = tokio::process::Command::new(program);
    command.args(["plugin", "precompile", "--data-dir"]).arg(state_dir);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::inherit()).kill_on_drop(true);
    command
}

async fn run(
    program: &Path,
    state_dir: &Path,
    first: BTreeSet<CarrierId>,
    compiled: mpsc::UnboundedSender<String>,
) -> anyhow::Result<()> {
    let mut command = command(program, state_dir);
    command.stdout(Stdio::piped());
    for carrier in &first {
        command.args(["--first", carrier.as_str()]);
    }
    let mut child = command.spawn().with_context(|| format!("cannot start {}", program.display()))?;
    let done = child.stdout.take().context("it has no standard output")?;
    let ended = tokio::time::timeout(LONGEST, async {
        let mut lines = tokio::io::BufReader::new(done).lines();
        while let Ok(Some(package)) = lines.next_line().await {
            // Nobody waits for it when the daemon stops.
            let _ = compiled.send(package);
        }
        child.wait().await
    });
    let status = ended.await.with_context(|| format!("it is not done after {} seconds", LONGEST.as_secs()))??;
    anyhow::ensure!(status.success(), "it ended with {status}");
    Ok(())
}
