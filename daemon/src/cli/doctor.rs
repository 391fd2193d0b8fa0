//! `parcelwatch doctor`: is all well, and if not, what is to be done.

use anyhow::{Context as _, bail};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::access::{any_config, call, peek, state_dir};
use super::print::fault_json;
use super::scratch::scratch_host;
use super::{PlacesArgs, paths, print};
use crate::config::{self, Fault};
use crate::control::NoDaemon;
use crate::doctor::{Credentials, Diagnosis, diagnose};
use crate::notify;
use crate::report::times::Clock;
use crate::store::{CarrierHealth, ChannelQueue};

const CLOSED: &str = "the pages are closed to everybody: a password is meant, and it cannot be read";

/// What was found out about everything but the carriers.
struct House {
    config: Option<std::path::PathBuf>,
    faults: Vec<Fault>,
    /// What the daemon found worth a look in the version in force.
    warnings: Vec<String>,
    database_bytes: Option<i64>,
    /// Why the history cannot be read.
    history: Option<String>,
    /// Why no daemon answers.
    daemon: Option<String>,
    /// Whether its pages are closed to everybody, for want of the password that is meant.
    is_closed: bool,
    /// Titles of the notices that are up.
    notices: Vec<String>,
    /// Channels that take nothing, in words.
    channels: Vec<String>,
    /// Of the carriers that numbers are with.
    health: Vec<CarrierHealth>,
}

pub(super) async fn doctor(places: &PlacesArgs, json: bool) -> anyhow::Result<()> {
    let (faults, config) = match paths::config_path(places) {
        Some(path) => (config::load(&path, notify::KINDS).err().map(|rejected| rejected.faults), Some(path)),
        None => (None, None),
    };
    let (carriers, daemon) = match call(places, "/doctor", Value::Null).await {
        Ok(answer) => (serde_json::from_value(answer).context("the daemon's answer is not about carriers")?, None),
        Err(error) if error.is::<NoDaemon>() => (diagnose_here(places).await?, Some(error.to_string())),
        // A second doctor would ask the carriers once more.
        Err(error) => return Err(error),
    };
    let is_closed = call(places, "/status", Value::Null).await.is_ok_and(|status| status["closed"] == json!(true));
    let looked = peek(places, |view| {
        Ok((view.notices()?, view.carrier_health()?, view.channel_queues()?, view.meta("config")?))
    });
    let database_bytes = peek(places, |view| view.size_bytes()).ok();
    let (notices, health, queues, summary, history) = match looked {
        Ok((notices, health, queues, summary)) => (notices, health, queues, summary, None),
        Err(error) => (Vec::new(), Vec::new(), Vec::new(), None, Some(error.to_string())),
    };
    let summary: Value = summary.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
    let warnings = summary["warnings"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let house = House {
        config,
        faults: faults.unwrap_or_default(),
        warnings: warnings.map(str::to_owned).collect(),
        database_bytes,
        history,
        daemon,
        is_closed,
        notices: notices.into_iter().map(|notice| notice.title).collect(),
        channels: queues.iter().filter_map(channel_words).collect(),
        health,
    };
    let ills = ills(&house, &carriers);
    if json {
        print::json(&told_as_json(places, &house, &carriers, &ills))?;
    } else {
        tell(places, &house, &carriers);
    }
    if !ills.is_empty() {
        bail!("{}", ills.join("; "));
    }
    Ok(())
}

/// What the operator has to do something about. A daemon that does not run is none: the doctor may come before its start.
fn ills(house: &House, carriers: &[Diagnosis]) -> Vec<String> {
    let faults = match house.faults.len() {
        0 => None,
        1 => Some("the config has 1 fault; see: parcelwatch check".to_owned()),
        count => Some(format!("the config has {count} faults; see: parcelwatch check")),
    };
    let closed = house.is_closed.then(|| CLOSED.to_owned());
    let bad = carriers.iter().filter(|found| found.credentials.is_bad());
    faults
        .into_iter()
        .chain(closed)
        .chain(house.channels.iter().cloned())
        .chain(bad.map(|found| format!("{}: {}", found.carrier, found.credentials.words())))
        .collect()
}

/// No daemon runs: the plugins are loaded and asked from here.
async fn diagnose_here(places: &PlacesArgs) -> anyhow::Result<Vec<Diagnosis>> {
    let config = any_config(places);
    let (host, _folder) = scratch_host(places).await?;
    let now = Timestamp::now();
    host.scan(&paths::places(places, &config).plugin_dir, &config.carriers, now).await?;
    Ok(diagnose(&host, &config.carriers, now).await)
}

fn told_as_json(places: &PlacesArgs, house: &House, carriers: &[Diagnosis], ills: &[String]) -> Value {
    json!({
        "well": ills.is_empty(),
        "ills": ills,
        "config": {
            "path": house.config.as_ref().map(|path| path.display().to_string()),
            "good": house.faults.is_empty(),
            "faults": house.faults.iter().map(fault_json).collect::<Vec<_>>(),
            "warnings": house.warnings,
        },
        "state": {
            "path": state_dir(places).display().to_string(),
            "database_bytes": house.database_bytes,
            "problem": house.history,
        },
        "daemon": { "running": house.daemon.is_none(), "problem": house.daemon, "closed": house.is_closed },
        "notices": house.notices,
        "channels": house.channels,
        "carriers": carriers.iter().map(|found| carrier_json(found, &house.health)).collect::<Vec<_>>(),
    })
}

fn tell(places: &PlacesArgs, house: &House, carriers: &[Diagnosis]) {
    let config = match &house.config {
        Some(path) if house.faults.is_empty() => format!("{} is good", path.display()),
        Some(path) => format!("{} has faults", path.display()),
        None => "built in; write one of your own with: parcelwatch init".to_owned(),
    };
    let state = state_dir(places);
    let state = match (&house.history, house.database_bytes) {
        (None, Some(bytes)) => format!("{}, {:.1} MB", state.display(), bytes as f64 / 1e6),
        (problem, _) => problem.clone().unwrap_or_default(),
    };
    let runs = if house.is_closed { format!("runs; {CLOSED}") } else { "runs".to_owned() };
    let daemon = house.daemon.clone().unwrap_or(runs);
    let mut rows =
        vec![vec!["config".to_owned(), config], vec!["state".to_owned(), state], vec!["daemon".to_owned(), daemon]];
    rows.extend(house.notices.iter().map(|title| vec!["notice".to_owned(), title.clone()]));
    rows.extend(house.channels.iter().map(|words| vec!["channel".to_owned(), words.clone()]));
    print::table(&rows);
    for fault in &house.faults {
        print::line(format!("\n{fault}"));
    }
    for warning in &house.warnings {
        print::line(format!("\n{warning}"));
    }
    print::line("");
    let (unused, used): (Vec<&Diagnosis>, Vec<&Diagnosis>) =
        carriers.iter().partition(|found| found.credentials == Credentials::Unused);
    let row = |found: &&Diagnosis| {
        let health = house.health.iter().find(|health| health.carrier == found.carrier).map(health_words);
        let words = [Some(found.message.clone()).filter(|message| !message.is_empty()), health];
        let words: Vec<String> = words.into_iter().flatten().collect();
        vec![found.carrier.clone(), found.credentials.words().to_owned(), words.join("; ")]
    };
    print::table(&used.iter().map(row).collect::<Vec<_>>());
    if !unused.is_empty() {
        print::line("\nNot set up, which is well unless you want them:");
        let row = |found: &&Diagnosis| vec![format!("  {}", found.carrier), found.message.clone()];
        print::table(&unused.iter().map(row).collect::<Vec<_>>());
    }
    for found in used.iter().filter(|found| found.credentials == Credentials::Missing) {
        if let Some(access) = &found.access {
            print::line(format!("\nA key for {}: {access}", found.name));
        }
    }
}

fn carrier_json(found: &Diagnosis, health: &[CarrierHealth]) -> Value {
    let health = health.iter().find(|health| health.carrier == found.carrier);
    let mut told = json!(found);
    told["last_ok_at"] = json!(health.and_then(|health| health.last_ok_at).map(|at| at.to_string()));
    told["failing"] = json!(health.map_or(0, |health| health.failing));
    told
}

/// A channel that takes nothing.
fn channel_words(queue: &ChannelQueue) -> Option<String> {
    let outage = queue.outage.as_ref()?;
    Some(format!("the channel \"{}\" takes nothing, waiting: {}; {}", queue.name, queue.waiting, outage.error))
}

/// How the carrier has answered lately.
fn health_words(health: &CarrierHealth) -> String {
    let last = match health.last_ok_at {
        Some(at) => {
            format!("last answer {}", Clock { zone: jiff::tz::TimeZone::system(), now: Timestamp::now() }.ago(&at))
        }
        None => "no answer yet".to_owned(),
    };
    match health.failing {
        0 => last,
        failing => format!("{last}, numbers without an answer: {failing}"),
    }
}
