//! `plugin list`, `plugin inspect` and `recognize`.

use std::path::Path;

use anyhow::Context as _;
use jiff::Timestamp;
use parcelwatch_tracking::CarrierId;
use serde_json::{Value, json};

use super::access::{any_config, call, peek};
use super::scratch::scratch_host;
use super::{PlacesArgs, paths, print};
use crate::config::{CarrierConfig, Config, KnownCarrier};
use crate::control::NoDaemon;
use crate::number_lookup::recognized;
use crate::plugin_host::{self, Descriptor, PluginCard};

pub(super) fn list(places: &PlacesArgs, json: bool) -> anyhow::Result<()> {
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

pub(super) async fn inspect(places: &PlacesArgs, file: &Path, json: bool) -> anyhow::Result<()> {
    let bytes = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let (host, _folder) = scratch_host(places).await?;
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
            "wants": found.wants,
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
        vec!["wants to".into(), if found.wants.is_empty() { "reach nothing".into() } else { found.wants.join("; ") }],
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

pub(super) async fn recognize(places: &PlacesArgs, given: &[String], json: bool) -> anyhow::Result<()> {
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

/// The carriers a config can name: those of the plugins that a daemon with it would run.
pub(super) async fn known_carriers(places: &PlacesArgs, config: &Config) -> anyhow::Result<Vec<KnownCarrier>> {
    let (host, _folder) = scratch_host(places).await?;
    // One that is switched off is known all the same.
    let on =
        |(id, carrier): (_, &CarrierConfig)| (CarrierId::clone(id), CarrierConfig { enabled: true, ..carrier.clone() });
    let carriers = config.carriers.iter().map(on).collect();
    host.scan(&paths::places(places, config).plugin_dir, &carriers, Timestamp::now()).await?;
    let known = |carrier: Descriptor| KnownCarrier { id: carrier.id, settings: carrier.settings, gap: carrier.gap };
    Ok(host.carriers().into_iter().map(known).collect())
}

async fn recognize_here(places: &PlacesArgs, given: &[String]) -> anyhow::Result<Value> {
    let config = any_config(places);
    let (host, _folder) = scratch_host(places).await?;
    let now = Timestamp::now();
    host.scan(&paths::places(places, &config).plugin_dir, &config.carriers, now).await?;
    Ok(serde_json::to_value(recognized(&host, given, now).await)?)
}
