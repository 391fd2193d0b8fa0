//! The commands that are not the daemon.

use anyhow::{Context as _, bail};
use serde_json::{Value, json};

use super::access::{any_config, call, state_dir};
use super::edit::{self, NewParcel};
use super::{Command, PlacesArgs, PluginCommand, backups, doctor, evidence, parcels, paths, plugins, print};
use crate::config::{self, EXAMPLE, Fault};
use crate::tracker::Replayed;
use crate::{notify, plugin_host};

pub(super) async fn execute(command: Command, places: &PlacesArgs) -> anyhow::Result<()> {
    match command {
        Command::Init { force } => init(places, force),
        Command::Check { json } => check(places, json).await,
        Command::Add { number, label, carrier, order, ordered, marketplace, country, postcode, class, tag, json } => {
            let ordered = ordered.map(|date| date.to_string());
            let parcel =
                NewParcel { number, label, carrier, order, marketplace, country, postcode, class, tags: tag, ordered };
            add(places, parcel, json).await
        }
        Command::List { archived, json } => parcels::list(places, archived, json),
        Command::Show { id, json } => parcels::show(places, &id, json),
        Command::Explain { id, json } => parcels::explain(places, &id, json),
        Command::Ask { id, json } => ask(places, &id, json).await,
        Command::Replay { id, json } => replay(places, id.as_deref(), json).await,
        Command::Attach { id, files, json } => evidence::attach(places, &id, &files, json),
        Command::Export { id, out, json } => evidence::export(places, &id, out, json),
        Command::Backup { path, keep, json } => backups::backup(places, &path, keep, json),
        Command::Restore { path, json } => backups::restore(places, &path, json),
        Command::Recognize { numbers, json } => plugins::recognize(places, &numbers, json).await,
        Command::Doctor { json } => doctor::doctor(places, json).await,
        Command::Reload { json } => reload(places, json).await,
        Command::Plugin(PluginCommand::List { json }) => plugins::list(places, json),
        Command::Plugin(PluginCommand::Inspect { file, json }) => plugins::inspect(places, &file, json).await,
        Command::Plugin(PluginCommand::Approve { carrier }) => {
            let answer = call(places, &format!("/plugin/{carrier}/approve"), Value::Null).await?;
            let may: Vec<&str> = answer["may"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            let may = if may.is_empty() { "run; it reaches nothing".to_owned() } else { may.join(" and ") };
            print::line(format!("{carrier} may now {may}"));
            Ok(())
        }
        Command::Plugin(PluginCommand::Enable { carrier }) => {
            let answer = call(places, &format!("/plugin/{carrier}/enable"), Value::Null).await?;
            let was = if answer["was_closed"] == json!(true) { "is open again" } else { "was not closed" };
            print::line(format!("{carrier} {was}"));
            Ok(())
        }
        Command::Plugin(PluginCommand::Precompile { stdin: true, .. }) => {
            plugin_host::precompile_input(&state_dir(places))
        }
        Command::Plugin(PluginCommand::Precompile { first, .. }) => plugin_host::precompile(&state_dir(places), &first),
        Command::Healthcheck => healthcheck(places).await,
        Command::Run { .. } | Command::Completions { .. } | Command::Man => unreachable!("handled before"),
    }
}

fn init(places: &PlacesArgs, force: bool) -> anyhow::Result<()> {
    let path = paths::new_config_path(places);
    if path.exists() && !force {
        bail!("{} is there already; --force replaces it", path.display());
    }
    let folder = crate::files::folder_of(&path);
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    crate::files::replace(&path, EXAMPLE.as_bytes()).with_context(|| format!("cannot write {}", path.display()))?;
    print::line(format!("wrote {}; edit it, then run: parcelwatch check", path.display()));
    Ok(())
}

async fn check(places: &PlacesArgs, json: bool) -> anyhow::Result<()> {
    let Some(path) = paths::config_path(places) else {
        bail!("there is no config yet; write one with: parcelwatch init");
    };
    let (faults, warnings, parcels) = match config::load(&path, notify::KINDS) {
        Ok(checked) => {
            let mut warnings = checked.warnings;
            if !checked.mentions.is_empty() {
                warnings.extend(checked.mentions.doubts(&plugins::known_carriers(places, &checked.config).await?));
            }
            (Vec::new(), warnings, checked.config.parcels.len())
        }
        Err(rejected) => {
            let parcels = rejected.rest.map_or(0, |rest| rest.parcels.len());
            (rejected.faults, Vec::new(), parcels)
        }
    };
    if json {
        let list = |faults: &[Fault]| faults.iter().map(print::fault_json).collect::<Vec<_>>();
        print::json(&json!({
            "path": path.display().to_string(),
            "good": faults.is_empty(),
            "parcels": parcels,
            "faults": list(&faults),
            "warnings": list(&warnings),
        }))?;
    } else {
        for fault in faults.iter().chain(&warnings) {
            print::line(format!("{fault}\n"));
        }
        if faults.is_empty() {
            print::line(format!("{} is good; parcels in it: {parcels}", path.display()));
        }
    }
    if !faults.is_empty() {
        let count = if faults.len() == 1 { "1 fault".to_owned() } else { format!("{} faults", faults.len()) };
        bail!("{} has {count}", path.display());
    }
    Ok(())
}

async fn add(places: &PlacesArgs, parcel: NewParcel, json: bool) -> anyhow::Result<()> {
    let path = paths::new_config_path(places);
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(error).with_context(|| format!("cannot read {}", path.display())),
    };
    let edited = edit::add(&text, &parcel)?;
    let is_known = config::load(&path, notify::KINDS).is_ok_and(|checked| {
        checked.config.parcels.iter().any(|known| known.numbers.iter().any(|number| number.as_str() == parcel.number))
    });
    // The file is judged before it is written: a mistake on the command line must not break what runs.
    if let (Err(rejected), true) =
        (config::parse(&edited, notify::KINDS), text.is_empty() || config::parse(&text, notify::KINDS).is_ok())
    {
        let faults: Vec<String> = rejected.faults.iter().map(|fault| fault.message.clone()).collect();
        bail!("nothing was added: {}", faults.join("; "));
    }
    let folder = crate::files::folder_of(&path);
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    crate::files::replace(&path, edited.as_bytes()).with_context(|| format!("cannot write {}", path.display()))?;
    // A daemon that runs finds the change by itself; this only makes it quicker.
    let _ = call(places, "/reload", Value::Null).await;
    if json {
        return print::json(&json!({ "path": path.display().to_string(), "number": parcel.number }));
    }
    print::line(format!("added {} to {}", parcel.number, path.display()));
    if is_known {
        print::line("a parcel has this number already; both entries are one parcel, with all labels, tags and people");
    }
    if parcel.ordered.is_none() {
        print::line("write the day of the order there as ordered, and it says until when a dispute can be opened");
    }
    Ok(())
}

async fn ask(places: &PlacesArgs, id: &str, json: bool) -> anyhow::Result<()> {
    let answer = call(places, &format!("/ask/{id}"), Value::Null).await?;
    if json {
        return print::json(&answer);
    }
    print::line(answer["answer"].as_str().unwrap_or_default());
    Ok(())
}

async fn replay(places: &PlacesArgs, id: Option<&str>, json: bool) -> anyhow::Result<()> {
    let answer = call(places, "/replay", json!(id)).await?;
    if json {
        return print::json(&answer);
    }
    let parcels: Vec<Replayed> =
        serde_json::from_value(answer["parcels"].clone()).context("the daemon's answer is not about parcels")?;
    for parcel in parcels {
        let Replayed { parcel, answers, healed, new, failed, failure } = parcel;
        let why = failure.map(|why| format!(" (the first: {why})")).unwrap_or_default();
        print::line(format!(
            "{parcel}: answers read {answers}, events healed {healed}, events new {new}, answers that cannot be read {failed}{why}"
        ));
    }
    Ok(())
}

async fn reload(places: &PlacesArgs, json: bool) -> anyhow::Result<()> {
    let answer = call(places, "/reload", Value::Null).await?;
    if json {
        return print::json(&answer);
    }
    let faults: Vec<&str> = answer["faults"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    for fault in &faults {
        print::line(fault);
    }
    if !faults.is_empty() {
        bail!("the config was not taken over; what was in force stays in force");
    }
    print::line("read again");
    Ok(())
}

/// Asks the pages and not the socket whether it lives, as what restarts a container that does not; the socket knows where they are, whatever the config says by now.
async fn healthcheck(places: &PlacesArgs) -> anyhow::Result<()> {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let listen = match call(places, "/status", Value::Null).await {
        Ok(status) => status["listen"].as_str().and_then(|listen| listen.parse().ok()),
        Err(_) => None,
    };
    let listen: std::net::SocketAddr = listen.unwrap_or_else(|| any_config(places).listen);
    let mut stream = tokio::net::TcpStream::connect(listen).await.context("the daemon does not answer")?;
    let request = format!("GET /healthz HTTP/1.1\r\nhost: localhost:{}\r\nconnection: close\r\n\r\n", listen.port());
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    if !answer.starts_with("HTTP/1.1 200") {
        bail!("the daemon is not well: {}", answer.lines().next().unwrap_or_default());
    }
    Ok(())
}
