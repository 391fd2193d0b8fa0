//! From the start of the program to the first page, and to all carriers in force.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::{figure, millis};

const ROUNDS: usize = 5;

pub(crate) fn run() -> anyhow::Result<()> {
    let (mut cold_page, mut warm_page, mut cold_all, mut warm_all) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let folder = tempfile::tempdir()?;
        let (page, all) = time_start(folder.path())?;
        cold_page.push(page);
        cold_all.push(all);
        let (page, all) = time_start(folder.path())?;
        warm_page.push(page);
        warm_all.push(all);
    }
    let median = |times: &mut Vec<Duration>| {
        times.sort();
        millis(times[times.len() / 2])
    };
    figure("start to first page, compile cache warm", median(&mut warm_page), "200 ms");
    figure("start to first page, nothing there yet", median(&mut cold_page), "5 s");
    figure("start to all bundled carriers in force, compile cache warm", median(&mut warm_all), "");
    figure("start to all bundled carriers in force, nothing there yet", median(&mut cold_all), "5 s");
    Ok(())
}

/// The daemon's program beside this one, built the same way.
pub(crate) fn binary() -> anyhow::Result<PathBuf> {
    let path = std::env::current_exe()?.with_file_name("parcelwatch");
    anyhow::ensure!(path.is_file(), "{} is not there; run first: cargo build --release", path.display());
    Ok(path)
}

/// A daemon as a process of its own; it ends with this.
pub(crate) struct Process {
    pub(crate) child: Child,
    pub(crate) address: String,
}

impl Process {
    pub(crate) fn start(folder: &std::path::Path, config: Option<&str>) -> anyhow::Result<Self> {
        let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let address = format!("127.0.0.1:{port}");
        let mut command = Command::new(binary()?);
        command.args(["run", "--listen", &address]).env_clear().env("HOME", folder).env("PARCELWATCH_LOG", "warn");
        command.env("PARCELWATCH_DATA_DIR", folder.join("state")).stdout(Stdio::null()).stderr(Stdio::inherit());
        if let Some(config) = config {
            let path = folder.join("config.toml");
            std::fs::write(&path, config)?;
            command.env("PARCELWATCH_CONFIG", path);
        }
        Ok(Self { child: command.spawn()?, address })
    }

    pub(crate) fn get(&self, path: &str) -> Option<String> {
        let mut answer = ureq::get(format!("http://{}{path}", self.address)).call().ok()?;
        answer.body_mut().with_config().limit(1 << 30).read_to_string().ok()
    }

    /// Asks for a page again and again until it is as wanted, and leaves the processors to the daemon in between.
    pub(crate) fn until(&self, path: &str, wanted: impl Fn(&str) -> bool) {
        while !self.get(path).is_some_and(|page| wanted(&page)) {
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn time_start(folder: &std::path::Path) -> anyhow::Result<(Duration, Duration)> {
    let begin = Instant::now();
    let process = Process::start(folder, None)?;
    process.until("/", |page| page.contains("Parcelwatch"));
    let page = begin.elapsed();
    let in_force = |system: &str| {
        let system: serde_json::Value = serde_json::from_str(system).unwrap_or_default();
        let plugins = system["plugins"].as_array().map(Vec::as_slice).unwrap_or_default();
        !plugins.is_empty() && plugins.iter().all(|plugin| plugin["state"] == "running")
    };
    process.until("/api/v1/system", in_force);
    Ok((page, begin.elapsed()))
}
