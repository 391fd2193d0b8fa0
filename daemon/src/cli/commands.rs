//! The commands that are not the daemon.

use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use anyhow::{Context as _, bail};
use jiff::Timestamp;
use parcelwatch_tracking::{Leg, LegState, ParcelId};
use serde_json::{Value, json};

use super::edit::{self, NewParcel};
use super::{Command, PlacesArgs, PluginCommand, doctor, evidence, paths, print};
use crate::config::{self, Config, EXAMPLE, Fault};
use crate::control::{self, NoDaemon};
use crate::plugin_host::{self, PluginCard, PluginHost};
use crate::recognized::recognized;
use crate::store::{self, Dossier, Store};
use crate::tracker::Replayed;
use crate::web::parcel_json;

pub(super) async fn execute(command: Command, places: &PlacesArgs) -> anyhow::Result<()> {
    match command {
        Command::Init { force } => init(places, force),
        Command::Check { json } => check(places, json),
        Command::Add { number, label, carrier, order, ordered, marketplace, country, postcode, class, tag, json } => {
            let ordered = ordered.map(|date| date.to_string());
            let parcel =
                NewParcel { number, label, carrier, order, marketplace, country, postcode, class, tags: tag, ordered };
            add(places, parcel, json).await
        }
        Command::List { archived, json } => list(places, archived, json),
        Command::Show { id, json } => show(places, &id, json),
        Command::Explain { id, json } => explain(places, &id, json),
        Command::Ask { id, json } => ask(places, &id, json).await,
        Command::Replay { id, json } => replay(places, id.as_deref(), json).await,
        Command::Attach { id, files, json } => evidence::attach(places, &id, &files, json),
        Command::Export { id, out, json } => evidence::export(places, &id, out, json),
        Command::Recognize { numbers, json } => recognize(places, &numbers, json).await,
        Command::Doctor { json } => doctor::doctor(places, json).await,
        Command::Reload { json } => reload(places, json).await,
        Command::Plugin(PluginCommand::List { json }) => plugins(places, json),
        Command::Plugin(PluginCommand::Inspect { file, json }) => inspect(places, &file, json).await,
        Command::Plugin(PluginCommand::Approve { carrier }) => {
            let answer = call(places, &format!("/plugin/{carrier}/approve"), Value::Null).await?;
            print::line(format!("{carrier} may now reach {}", words(&answer["hosts"])));
            Ok(())
        }
        Command::Plugin(PluginCommand::Enable { carrier }) => {
            let answer = call(places, &format!("/plugin/{carrier}/enable"), Value::Null).await?;
            let was = if answer["was_closed"] == json!(true) { "is open again" } else { "was not closed" };
            print::line(format!("{carrier} {was}"));
            Ok(())
        }
        Command::Plugin(PluginCommand::Precompile) => plugin_host::precompile(&state_dir(places)),
        Command::Healthcheck => healthcheck(places).await,
        Command::Run { .. } | Command::Completions { .. } | Command::Man => unreachable!("handled before"),
    }
}

/// The config that a daemon would start on; faults in it do not stop commands that only look.
pub(super) fn any_config(places: &PlacesArgs) -> Config {
    paths::start(places).map_or_else(|_| Config::default(), |start| start.config)
}

pub(super) fn state_dir(places: &PlacesArgs) -> std::path::PathBuf {
    paths::state_dir(places, &any_config(places))
}

pub(super) async fn call(places: &PlacesArgs, path: &str, body: Value) -> anyhow::Result<Value> {
    control::call(&state_dir(places), path, body).await
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

fn check(places: &PlacesArgs, json: bool) -> anyhow::Result<()> {
    let Some(path) = paths::config_path(places) else {
        bail!("there is no config yet; write one with: parcelwatch init");
    };
    let (faults, warnings, parcels) = match config::load(&path) {
        Ok(checked) => (Vec::new(), checked.warnings, checked.config.parcels.len()),
        Err(rejected) => {
            let parcels = rejected.rest.map_or(0, |rest| rest.parcels.len());
            (rejected.faults, Vec::new(), parcels)
        }
    };
    if json {
        let list = |faults: &[Fault]| faults.iter().map(fault_json).collect::<Vec<_>>();
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

pub(super) fn fault_json(fault: &Fault) -> Value {
    json!({
        "severity": if fault.severity == config::Severity::Fault { "fault" } else { "warning" },
        "file": fault.file.display().to_string(),
        "line": fault.line,
        "column": fault.column,
        "excerpt": fault.excerpt,
        "message": fault.message,
    })
}

async fn add(places: &PlacesArgs, parcel: NewParcel, json: bool) -> anyhow::Result<()> {
    let path = paths::new_config_path(places);
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(error).with_context(|| format!("cannot read {}", path.display())),
    };
    let edited = edit::add(&text, &parcel)?;
    // The file is judged before it is written: a mistake on the command line must not break what runs.
    if let (Err(rejected), true) = (config::parse(&edited), text.is_empty() || config::parse(&text).is_ok()) {
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
    if parcel.ordered.is_none() {
        print::line("write the day of the order there as ordered, and it says until when a dispute can be opened");
    }
    Ok(())
}

pub(super) fn peek<T>(
    places: &PlacesArgs,
    query: impl FnOnce(&store::View<'_>) -> store::Result<T>,
) -> anyhow::Result<T> {
    let path = state_dir(places).join("parcelwatch.db");
    if !path.is_file() {
        bail!("there is no history in {}; has the daemon run?", path.display());
    }
    Ok(store::peek(&path, query)?)
}

fn dossier(places: &PlacesArgs, id: &str) -> anyhow::Result<(Dossier, crate::judge::Card)> {
    let Some(parcel) = ParcelId::new(id) else { bail!("there is no parcel \"{id}\"; see: parcelwatch list") };
    let found = peek(places, |view| {
        let Some(dossier) = view.dossier(&parcel)? else { return Ok(None) };
        let card = view.card_json(dossier.row.pk)?;
        Ok(Some((dossier, card)))
    })?;
    let Some((dossier, card)) = found else { bail!("there is no parcel \"{id}\"; see: parcelwatch list") };
    Ok((dossier, serde_json::from_str(&card).unwrap_or_default()))
}

/// Parcels read at once.
const LISTED_AT_ONCE: usize = 500;

fn list(places: &PlacesArgs, archived: bool, json: bool) -> anyhow::Result<()> {
    let found = peek(places, |view| {
        let mut found = Vec::new();
        let mut after = None;
        loop {
            let page = view.dossiers(archived, after, LISTED_AT_ONCE)?;
            let Some(last) = page.last() else { return Ok(found) };
            after = Some(last.row.pk);
            for dossier in page {
                let card = view.card_json(dossier.row.pk)?;
                found.push((dossier, serde_json::from_str(&card).unwrap_or_default()));
            }
        }
    })?;
    if json {
        let parcels: Vec<_> =
            found.iter().map(|(dossier, card)| parcel_json(dossier, card, Timestamp::now())).collect();
        return print::json(&parcels);
    }
    if found.is_empty() {
        print::line(if archived { "the archive is empty" } else { "no parcels; add one with: parcelwatch add NUMBER" });
    }
    let rows = found.iter().map(|(dossier, card): &(Dossier, crate::judge::Card)| {
        let expected = card.expected.as_ref().map(|expected| format!("by {}", expected.last_day));
        vec![
            dossier.parcel.id.to_string(),
            dossier.parcel.label.clone(),
            card.status_title.clone(),
            card.carrier_name.clone().unwrap_or_default(),
            expected.unwrap_or_default(),
        ]
    });
    print::table(&rows.collect::<Vec<_>>());
    Ok(())
}

fn show(places: &PlacesArgs, id: &str, json: bool) -> anyhow::Result<()> {
    let (dossier, card) = dossier(places, id)?;
    if json {
        return print::json(&parcel_json(&dossier, &card, Timestamp::now()));
    }
    print::line(format!("{} ({id})", card.label));
    head(&card);
    for leg in &dossier.timeline.legs {
        print::line(format!("  {}  {}  {}", leg.number, carrier(leg), leg.role.key()));
    }
    let merged = parcelwatch_tracking::entries(&dossier.timeline, &dossier.parcel);
    let rows = merged.iter().rev().map(|entry| {
        let event = &entry.lead.event;
        let when = event.moment.as_ref().map(parcelwatch_tracking::Moment::text).unwrap_or_default();
        let place = event.place.as_ref().map(|place| place.text.clone()).unwrap_or_default();
        vec![when, entry.status.title().to_owned(), place, event.text.clone()]
    });
    print::table(&rows.collect::<Vec<_>>());
    Ok(())
}

fn head(card: &crate::judge::Card) {
    let with = card.carrier_name.as_ref().map(|name| format!(" with {name}")).unwrap_or_default();
    let place = card.place.as_ref().map(|place| format!(" in {place}")).unwrap_or_default();
    print::line(format!("{}{with}{place}", card.status_title));
    if let Some(expected) = &card.expected {
        let from = expected.first_day.as_ref().map(|day| format!("{day} to ")).unwrap_or_default();
        print::line(format!("expected {from}{} ({})", expected.last_day, expected.source));
    }
    let now = Timestamp::now();
    let zone = jiff::tz::TimeZone::system();
    if let Some(words) = card.silence.as_ref().and_then(|silence| silence.words(&zone, now)) {
        print::line(words);
    }
    if let Some(doubt) = &card.doubt {
        print::line(doubt);
    }
    for deadline in &card.deadlines {
        print::line(&deadline.text);
    }
    if let Some(advice) = &card.advice {
        print::line(advice);
    }
    if let Some(contact) = &card.contact {
        let ways: Vec<String> = contact.ways.iter().map(|(name, value)| format!("{name}: {value}")).collect();
        print::line(format!("ask {} ({})", contact.who, ways.join("; ")));
    }
}

fn carrier(leg: &Leg) -> String {
    match (&leg.carrier, &leg.carrier_name) {
        (Some(carrier), _) => carrier.to_string(),
        (None, Some(name)) => name.clone(),
        (None, None) => "no carrier".to_owned(),
    }
}

fn explain(places: &PlacesArgs, id: &str, json: bool) -> anyhow::Result<()> {
    let (dossier, card) = dossier(places, id)?;
    let merged = parcelwatch_tracking::entries(&dossier.timeline, &dossier.parcel);
    let standing = parcelwatch_tracking::Standing::read(&dossier.timeline, &dossier.parcel, &merged);
    let lead = merged.iter().find(|entry| Some(entry.lead.id) == standing.lead);
    let legs = dossier.timeline.legs.iter().map(|leg| {
        json!({
            "number": leg.number.to_string(),
            "carrier": leg.carrier.as_ref().map(ToString::to_string),
            "state": leg.state.key(),
            "confidence": leg.confidence,
            "checksum": leg.checksum,
            "because": leg.because,
            "next_ask_at": leg.next_ask_at.map(|at| at.to_string()),
            "next_why": leg.next_why,
            "failure": leg.outage.as_ref().map(|outage| outage.failure.message.clone()),
        })
    });
    if json {
        return print::json(&json!({
            "id": id,
            "status": card.status,
            "stage": card.stage,
            "attention": card.attention,
            "decided_by": lead.map(|entry| json!({
                "carrier": dossier.timeline.leg(entry.lead.leg).map(carrier),
                "code": entry.lead.event.code,
                "text": entry.lead.event.text,
                "at": entry.at.to_string(),
            })),
            "legs": legs.collect::<Vec<_>>(),
        }));
    }
    head(&card);
    match lead {
        Some(entry) => {
            let who = dossier.timeline.leg(entry.lead.leg).map(carrier).unwrap_or_default();
            let code = entry.lead.event.code.as_ref().map(|code| format!(", code {code}")).unwrap_or_default();
            print::line(format!("because {who} said \"{}\"{code}, about {}", entry.lead.event.text, entry.at));
        }
        None => print::line("because no carrier has told an event yet"),
    }
    for leg in &dossier.timeline.legs {
        let sure = if leg.confidence > 0 { format!(", {} % sure", leg.confidence) } else { String::new() };
        print::line(format!("{} with {}: {}{sure}", leg.number, carrier(leg), leg.state.key()));
        if let Some(outage) = &leg.outage {
            print::line(format!("  {} since {}: {}", outage.failure.kind.key(), outage.since, outage.failure.message));
        }
        match leg.next_ask_at.filter(|_| leg.state == LegState::Active) {
            Some(at) => print::line(format!("  asked next at {at} because {}", leg.next_why)),
            None if !leg.next_why.is_empty() => print::line(format!("  not asked again because {}", leg.next_why)),
            None => {}
        }
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
    for fault in answer["faults"].as_array().into_iter().flatten() {
        print::line(fault.as_str().unwrap_or_default());
    }
    print::line("read again");
    Ok(())
}

async fn recognize(places: &PlacesArgs, given: &[String], json: bool) -> anyhow::Result<()> {
    let answer = match call(places, "/recognize", json!(given)).await {
        Ok(answer) => answer,
        // The plugins are loaded here.
        Err(error) if error.is::<NoDaemon>() => recognize_here(places, given).await?,
        Err(error) => return Err(error),
    };
    if json {
        return print::json(&answer);
    }
    for number in answer.as_array().into_iter().flatten() {
        let text = |value: &Value, field: &str| value[field].as_str().unwrap_or_default().to_owned();
        let typo = if number["likely_typo"] == json!(true) { "  (check digit does not hold; mistyped?)" } else { "" };
        print::line(format!("{}{typo}", text(number, "number")));
        if let Some(problem) = number["problem"].as_str() {
            print::line(format!("  {problem}"));
            continue;
        }
        if let Value::Object(_) = &number["post"] {
            let post = &number["post"];
            let country = text(post, "country_name");
            print::line(format!("  issued by {} ({country}): {}", text(post, "name"), text(post, "link")));
        }
        let rows = number["candidates"].as_array().into_iter().flatten().map(|candidate| {
            let checksum = match candidate["checksum"].as_bool() {
                Some(true) => "check digit holds",
                Some(false) => "check digit does not hold",
                None => "no check digit",
            };
            let served = if candidate["served"] == json!(true) { "" } else { "no plugin" };
            vec![
                format!("  {}", text(candidate, "carrier")),
                format!("{} %", candidate["confidence"]),
                checksum.to_owned(),
                text(candidate, "scheme"),
                served.to_owned(),
            ]
        });
        let rows: Vec<_> = rows.collect();
        if rows.is_empty() {
            print::line("  nobody we know of has numbers of this form");
        }
        print::table(&rows);
    }
    Ok(())
}

async fn recognize_here(places: &PlacesArgs, given: &[String]) -> anyhow::Result<Value> {
    let config = any_config(places);
    let (host, _folder) = bench_host(places)?;
    let now = Timestamp::now();
    host.scan(&paths::places(places, &config).plugin_dir, &config.carriers, now).await?;
    Ok(serde_json::to_value(recognized(&host, given, now).await)?)
}

/// A plugin host of its own, that has in common with the daemon's only what that has compiled: it takes a while.
pub(super) fn bench_host(places: &PlacesArgs) -> anyhow::Result<(PluginHost, ScratchFolder)> {
    let folder = ScratchFolder::new()?;
    folder.share(&state_dir(places).join("compiled"));
    let store = Store::open(&folder.0.join("scratch.db"))?;
    Ok((PluginHost::new(&folder.0, store)?, folder))
}

/// A folder that goes away with the command.
pub(super) struct ScratchFolder(std::path::PathBuf);

impl ScratchFolder {
    fn new() -> anyhow::Result<Self> {
        let path = std::env::temp_dir().join(format!("parcelwatch-{}", uuid::Uuid::new_v4()));
        plugin_host::private_folder(&path)?;
        Ok(Self(path))
    }

    /// Shares a folder of compiled code. What lies there is executed, so that only our own will do; without it everything
    /// is compiled anew.
    fn share(&self, compiled: &Path) {
        let owner = |path: &Path| std::fs::metadata(path).map(|folder| folder.uid()).ok();
        if owner(compiled).is_some() && owner(compiled) == owner(&self.0) {
            let _ = std::os::unix::fs::symlink(compiled, self.0.join("compiled"));
        }
    }
}

impl Drop for ScratchFolder {
    fn drop(&mut self) {
        // What stays behind lies in the system's folder for such things.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn plugins(places: &PlacesArgs, json: bool) -> anyhow::Result<()> {
    let (cards, notices) = peek(places, |view| Ok((view.plugin_cards()?, view.notices()?)))?;
    let cards: Vec<PluginCard> = cards.iter().filter_map(|card| serde_json::from_str(card).ok()).collect();
    if json {
        return print::json(&cards);
    }
    let rows = cards.iter().map(|card| {
        let missing: Vec<&str> =
            card.secrets.iter().filter(|(_, there)| !there).map(|(name, _)| name.as_str()).collect();
        let needs = if missing.is_empty() { String::new() } else { format!("needs {}", missing.join(", ")) };
        let short: String = card.digest.chars().take(12).collect();
        vec![card.carrier.clone(), card.version.clone(), card.source.clone(), short, card.state.clone(), needs]
    });
    print::table(&rows.collect::<Vec<_>>());
    for notice in notices.iter().filter(|notice| notice.key.starts_with("plugin:")) {
        print::line(&notice.detail);
    }
    Ok(())
}

async fn inspect(places: &PlacesArgs, file: &Path, json: bool) -> anyhow::Result<()> {
    let bytes = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let (host, _folder) = bench_host(places)?;
    let found = plugin_host::inspect(&host, bytes, Timestamp::now()).await;
    let found = found
        .map_err(|rejection| anyhow::anyhow!("{}: {} ({})", file.display(), rejection.reason, rejection.stage.key()))?;
    let carrier = &found.descriptor;
    let hosts: Vec<String> = carrier.origins.iter().map(ToString::to_string).collect();
    let secrets = carrier.secrets();
    if json {
        return print::json(&json!({
            "carrier": carrier.id.to_string(),
            "name": carrier.name,
            "version": carrier.version,
            "digest": found.digest,
            "bytes": found.bytes,
            "imports": found.imports,
            "exports": found.exports,
            "hosts": hosts,
            "secrets": secrets,
            "batch_max": carrier.batch_max,
            "gap_s": carrier.gap.as_secs(),
            "zone": carrier.zone,
        }));
    }
    print::table(&[
        vec!["carrier".into(), format!("{} ({})", carrier.id, carrier.name)],
        vec!["version".into(), carrier.version.clone()],
        vec!["digest".into(), found.digest.clone()],
        vec!["size".into(), format!("{} kB", found.bytes / 1000)],
        vec!["reaches".into(), if hosts.is_empty() { "nothing".into() } else { hosts.join(", ") }],
        vec!["needs".into(), if secrets.is_empty() { "no key".into() } else { secrets.join(", ") }],
        vec![
            "asks".into(),
            format!(
                "{} parcels at once, every {} at most",
                carrier.batch_max,
                parcelwatch_tracking::words(carrier.gap)
            ),
        ],
        vec!["imports".into(), found.imports.join(", ")],
        vec!["exports".into(), found.exports.join(", ")],
    ]);
    Ok(())
}

/// Asks the pages and not the socket whether all is well; the socket knows where they are, whatever the config says by now.
async fn healthcheck(places: &PlacesArgs) -> anyhow::Result<()> {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let listen = match call(places, "/status", Value::Null).await {
        Ok(status) => status["listen"].as_str().and_then(|listen| listen.parse().ok()),
        Err(_) => None,
    };
    let listen: std::net::SocketAddr = listen.unwrap_or_else(|| any_config(places).listen);
    let mut stream = tokio::net::TcpStream::connect(listen).await.context("the daemon does not answer")?;
    let request = format!("GET /readyz HTTP/1.1\r\nhost: localhost:{}\r\nconnection: close\r\n\r\n", listen.port());
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    if !answer.starts_with("HTTP/1.1 200") {
        bail!("the daemon is not ready: {}", answer.lines().next().unwrap_or_default());
    }
    Ok(())
}

fn words(list: &Value) -> String {
    let words = list.as_array().into_iter().flatten().filter_map(Value::as_str);
    words.collect::<Vec<_>>().join(", ")
}
