//! Resident memory and processor time of a daemon that has nothing to do, with all bundled carriers and 1,000 parcels.

use std::time::Duration;

use crate::start::Process;
use crate::{figure, sample};

const PARCELS: usize = 1000;
/// Long enough for the code of carriers that nobody calls to be put away.
const IDLE: Duration = Duration::from_secs(120);

pub(crate) fn run() -> anyhow::Result<()> {
    let site = sample::site(PARCELS);
    let folder = tempfile::tempdir()?;
    let config = sample::config(PARCELS, &site.carrier("cainiao"), "");
    // The first start compiles the carriers, which is not what an idle daemon does.
    let first = measure(folder.path(), &config)?;
    let second = measure(folder.path(), &config)?;
    let plugins = second.2;
    figure(
        &format!("resident, idle, {plugins} carriers, {PARCELS} parcels"),
        format!("{:.1} MB", second.0),
        "64 MB with 16 carriers",
    );
    figure("the same after a start that compiled the carriers", format!("{:.1} MB", first.0), "");
    figure("processor time while idle", format!("{:.2} %", second.1), "0.5 %");
    Ok(())
}

/// Resident megabytes, idle percent, carriers.
fn measure(folder: &std::path::Path, config: &str) -> anyhow::Result<(f64, f64, usize)> {
    let process = Process::start(folder, Some(config))?;
    let settled = |system: &str| {
        let system: serde_json::Value = serde_json::from_str(system).unwrap_or_default();
        let asked = system["carriers"].as_array().into_iter().flatten().find(|carrier| carrier["carrier"] == "cainiao");
        asked.is_some_and(|carrier| carrier["legs"] == PARCELS && carrier["next_ask_at"].as_str().is_some_and(later))
    };
    process.until("/api/v1/system", settled);
    until_quiet(process.child.id())?;
    let before = cpu(process.child.id())?;
    std::thread::sleep(IDLE);
    let idle = (cpu(process.child.id())? - before) / IDLE.as_secs_f64() * 100.0;
    let system: serde_json::Value = serde_json::from_str(&process.get("/api/v1/system").unwrap_or_default())?;
    Ok((resident(process.child.id())?, idle, system["plugins"].as_array().map_or(0, Vec::len)))
}

/// Waits until the start is over: a second in which nothing was done.
fn until_quiet(pid: u32) -> anyhow::Result<()> {
    let mut before = cpu(pid)?;
    for _ in 0..60 {
        std::thread::sleep(Duration::from_secs(1));
        let now = cpu(pid)?;
        if now - before < 0.011 {
            break;
        }
        before = now;
    }
    Ok(())
}

/// Whether the next question is some time off, so that nothing is under way.
fn later(next: &str) -> bool {
    let next: Result<jiff::Timestamp, _> = next.parse();
    next.is_ok_and(|next| next.duration_since(jiff::Timestamp::now()) > jiff::SignedDuration::from_mins(1))
}

/// Resident set in megabytes.
fn resident(pid: u32) -> anyhow::Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    let kib: f64 = line.trim().trim_end_matches(" kB").trim().parse()?;
    Ok(kib * 1024.0 / 1e6)
}

/// Seconds of processor time spent so far.
fn cpu(pid: u32) -> anyhow::Result<f64> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let (_, fields) = stat.rsplit_once(") ").unwrap_or_default();
    let ticks: f64 = fields.split(' ').skip(11).take(2).filter_map(|field| field.parse::<f64>().ok()).sum();
    // Linux counts in hundredths of a second on every machine we run on.
    Ok(ticks / 100.0)
}
