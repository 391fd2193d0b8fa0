//! Compiling the bundled carriers in a process of its own: the compiler takes a hundred megabytes, and would keep most of them
//! as long as the daemon runs. The cache on the disk is all that passes between the two; without this process the daemon
//! compiles for itself.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::Context as _;
use wasmtime::component::Component;

use super::bundled::BUNDLED;
use super::engine;
use super::limits::Limits;

/// A slow board may take a minute; one that takes longer is better off with the carriers one by one.
const LONGEST: Duration = Duration::from_secs(180);

/// Compiles every bundled carrier into the cache of a state folder.
pub fn precompile(state_dir: &Path) -> anyhow::Result<()> {
    let engine = engine::engine(&state_dir.join("compiled"), Limits::LARGE)?;
    for bundled in BUNDLED {
        let compiled = Component::from_binary(&engine, &bundled.wasm());
        compiled.map_err(|error| anyhow::anyhow!("{}: {error:#}", bundled.package))?;
    }
    Ok(())
}

/// Lets `program` do so, once for each build of it. Whatever goes wrong costs memory, and nothing else.
pub(crate) async fn precompile_beside(program: &Path, state_dir: &Path) {
    let marker = state_dir.join("compiled").join("precompiled-by");
    let done = match build(program) {
        Ok(build) if std::fs::read_to_string(&marker).is_ok_and(|known| known == build) => return,
        Ok(build) => run(program, state_dir).await.and_then(|()| {
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

async fn run(program: &Path, state_dir: &Path) -> anyhow::Result<()> {
    let mut command = tokio::process::Command::new(program);
    command.args(["plugin", "precompile", "--data-dir"]).arg(state_dir);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::inherit()).kill_on_drop(true);
    let mut child = command.spawn().with_context(|| format!("cannot start {}", program.display()))?;
    let ended = tokio::time::timeout(LONGEST, child.wait()).await;
    let status = ended.with_context(|| format!("it is not done after {} seconds", LONGEST.as_secs()))??;
    anyhow::ensure!(status.success(), "it ended with {status}");
    Ok(())
}
