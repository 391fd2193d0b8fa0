//! `[carriers.…]`: what the operator says of each carrier.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use jiff::SignedDuration;
use parcelwatch_plugin::egress::Origin;
use parcelwatch_tracking::CarrierId;
use url::Url;

use super::fault::Fault;
use super::mentions::TableMention;
use super::secret::{Secret, named_secret, secret};
use super::table::{At, Table};
use super::values::web_address;

/// Secrets that can stand in a carrier's table by their plain name; others go into its `secrets` table.
pub(super) const SECRETS: &[&str] =
    &["api_key", "client_id", "client_secret", "username", "password", "token", "signing_key", "account"];

/// Whether a secret stands in the carrier's own table.
pub fn is_plain_secret(name: &str) -> bool {
    SECRETS.contains(&name)
}

/// What the operator says of one carrier.
#[derive(Clone, Debug, PartialEq)]
pub struct CarrierConfig {
    pub enabled: bool,
    /// Where every request goes instead of to the carrier.
    pub endpoint: Option<Url>,
    /// Hosts granted beside those the plugin declares.
    pub hosts: Vec<Origin>,
    pub ask_every: Option<SignedDuration>,
    /// How long its pickup points keep a parcel.
    pub pickup_kept: Option<SignedDuration>,
    pub gap: Option<SignedDuration>,
    pub pace: Option<SignedDuration>,
    pub daily_quota: Option<u32>,
    pub secrets: HashMap<String, Secret>,
    /// Handed to the plugin as they are.
    pub settings: HashMap<String, String>,
}

impl Default for CarrierConfig {
    fn default() -> Self {
        Self {
            enabled: true,
            endpoint: None,
            hosts: Vec::new(),
            ask_every: None,
            pickup_kept: None,
            gap: None,
            pace: None,
            daily_quota: None,
            secrets: HashMap::new(),
            settings: HashMap::new(),
        }
    }
}

/// The carriers of all files.
#[derive(Default)]
pub(super) struct Carriers {
    pub(super) by_id: BTreeMap<CarrierId, CarrierConfig>,
    pub(super) mentions: BTreeMap<CarrierId, TableMention>,
    /// What is wrong with several files together.
    pub(super) faults: Vec<Fault>,
}

impl Carriers {
    pub(super) fn read(&mut self, name: &At<String>, table: Table<'_>) {
        let Some(id) = CarrierId::new(&name.value) else {
            table.fault(
                name.span.clone(),
                format!("\"{}\" is not a carrier id; they are lower-case, such as \"dhl\"", name.value),
            );
            return;
        };
        let mut carrier =
            CarrierConfig { enabled: table.boolean("enabled").unwrap_or(true), ..CarrierConfig::default() };
        carrier.endpoint = table.text_as("endpoint", web_address).map(|at| at.value);
        for host in table.texts("hosts") {
            match Origin::parse(&host.value) {
                Ok(origin) => carrier.hosts.push(origin),
                // The value is not repeated: an address may hold a key.
                Err(_) => table.fault(
                    host.span,
                    format!(
                        "{}: hosts takes origins such as \"https://api.carrier.example\", without a path or a user",
                        table.name
                    ),
                ),
            }
        }
        carrier.ask_every = table.duration("ask_every");
        carrier.pickup_kept = table.duration("pickup_kept");
        carrier.gap = table.duration("gap");
        carrier.pace = table.duration("pace");
        carrier.daily_quota = table.integer("daily_quota", 1..=1_000_000).and_then(|quota| u32::try_from(quota).ok());
        for name in SECRETS {
            if let Some(secret) = secret(&table, name) {
                carrier.secrets.insert((*name).to_owned(), secret);
            }
        }
        for (name, value) in table.free_texts("secrets") {
            if let Some((name, secret)) = named_secret(&table, &name, &value) {
                carrier.secrets.insert(name, secret);
            }
        }
        let settings = table.free_texts("settings");
        self.mentions.entry(id.clone()).or_insert_with(|| TableMention {
            at: table.place(name.span.clone()),
            settings: settings.iter().map(|(name, at)| (name.clone(), table.place(at.span.clone()))).collect(),
            // The limits of the operator's own server are theirs.
            gap: carrier
                .gap
                .filter(|_| carrier.endpoint.is_none())
                .map(|gap| (gap, table.place(table.key_span("gap")))),
        });
        carrier.settings = settings.into_iter().map(|(name, at)| (name, at.value)).collect();
        table.finish();
        if self.by_id.insert(id, carrier).is_some() {
            self.faults.push(fault_at(&name.value));
        }
    }
}

fn fault_at(carrier: &str) -> Fault {
    Fault::of_file(Path::new(""), format!("[carriers.{carrier}] stands in two files; keep one"))
}
