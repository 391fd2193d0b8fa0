//! TOML in, checked [`Config`] out. A file is taken whole or not at all, and every mistake in it is named at once.

mod fault;
mod mask;
mod norms;
mod read;
mod start;
mod table;

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use jiff::SignedDuration;
use jiff::tz::TimeZone;
use parcelwatch_plugin::egress::Origin;
use parcelwatch_tracking::{CarrierId, Country, Importance, Norms, Parcel, Rhythm};
use serde::{Deserialize, Serialize};
use url::Url;

pub use fault::{Fault, Severity};
pub use read::is_plain_secret;
pub use start::{Basis, LastGood, Start, start};

/// What runs where there is no config: a demo parcel, and everything else as it comes.
pub const EMBEDDED: &str = include_str!("embedded.toml");

/// Every option, explained; what `parcelwatch init` writes.
pub const EXAMPLE: &str = include_str!("../../../config.example.toml");

/// What the operator wants.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// The main file; `None` where the built-in config runs.
    pub path: Option<PathBuf>,
    /// Folders whose files matter, for watching.
    pub folders: Vec<PathBuf>,
    pub listen: SocketAddr,
    /// Under which address people reach the pages; all links begin with it.
    pub public_url: Option<Url>,
    pub allowed_hosts: Vec<String>,
    pub access: Access,
    pub data_dir: Option<PathBuf>,
    pub plugin_dir: Option<PathBuf>,
    pub timezone: TimeZone,
    pub country: Option<Country>,
    pub parcels: Vec<Parcel>,
    pub carriers: BTreeMap<CarrierId, CarrierConfig>,
    pub channels: Vec<ChannelConfig>,
    pub rhythm: Rhythm,
    /// What counts as normal, but for what the person's own parcels teach.
    pub norms: Norms,
    pub recognition: Recognition,
    pub archive: Archive,
    pub feeds: Feeds,
}

/// Who may see the pages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Access {
    /// Whoever can connect.
    #[default]
    Everybody,
    /// Whoever knows it.
    Password(Secret),
    /// Nobody: a password is meant, and it cannot be read.
    Nobody,
}

/// How numbers find their carriers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recognition {
    /// Carriers asked about one number in doubt.
    pub ask_max: usize,
}

/// When finished parcels leave the overview.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Archive {
    pub after: SignedDuration,
}

/// What the feeds give away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Feeds {
    /// Tracking numbers in the text of entries.
    pub show_numbers: bool,
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

/// Where alerts are sent beside the feeds.
#[derive(Clone, Debug, PartialEq)]
pub struct ChannelConfig {
    /// Names the channel in the outbox.
    pub name: String,
    pub kind: ChannelKind,
    /// The least important alert it takes.
    pub from: Importance,
}

/// How a channel is reached.
#[derive(Clone, Debug, PartialEq)]
pub enum ChannelKind {
    Ntfy { url: Url, token: Option<Secret> },
    Webhook { url: Url, secret: Option<Secret> },
}

/// A text that must not be shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    pub fn new(text: String) -> Self {
        Self(text)
    }

    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// A config that can be used, and what the operator should look at in it.
#[derive(Clone, Debug)]
pub struct Checked {
    pub config: Config,
    pub warnings: Vec<Fault>,
    /// The files it was read from, the main one first.
    pub sources: Vec<SourceFile>,
}

/// A file of a config, as it was read.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct SourceFile {
    pub path: PathBuf,
    pub text: String,
}

/// A config that cannot be used as it stands.
#[derive(Clone, Debug)]
pub struct Rejected {
    /// Every mistake, and the warnings among them, in the order of the files.
    pub faults: Vec<Fault>,
    /// What could be read all the same; `None` where the main file cannot be read at all.
    pub rest: Option<Box<Config>>,
}

/// Reads the config at a path, with the files it includes.
pub fn load(path: &Path) -> Result<Checked, Rejected> {
    read::load(path)
}

/// Reads a config from text that stands in no file.
pub fn parse(text: &str) -> Result<Checked, Rejected> {
    read::parse(text.to_owned())
}
