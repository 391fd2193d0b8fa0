//! The config as a whole: what stands at the top of the main file, and its sections.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::ops::Range;
use std::path::PathBuf;

use ipnet::IpNet;
use jiff::tz::TimeZone;
use parcelwatch_tracking::{CarrierId, Country, Norms, Parcel, PollSchedule};
use url::Url;

use super::access::{Access, access};
use super::archive::Archive;
use super::carriers::CarrierConfig;
use super::channels::ChannelConfig;
use super::feeds::Feeds;
use super::recognition::Recognition;
use super::table::Table;
use super::values::{country, web_address};
use super::{cadence, norms};

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
    /// Proxies whose word is taken for whom they speak.
    pub trusted_proxies: Vec<IpNet>,
    pub access: Access,
    pub data_dir: Option<PathBuf>,
    pub plugin_dir: Option<PathBuf>,
    pub timezone: TimeZone,
    pub country: Option<Country>,
    pub parcels: Vec<Parcel>,
    pub carriers: BTreeMap<CarrierId, CarrierConfig>,
    pub channels: Vec<ChannelConfig>,
    pub poll_schedule: PollSchedule,
    /// What counts as normal, but for what the person's own parcels teach.
    pub norms: Norms,
    pub recognition: Recognition,
    pub archive: Archive,
    pub feeds: Feeds,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            path: None,
            folders: Vec::new(),
            listen: ([127, 0, 0, 1], 8470).into(),
            public_url: None,
            allowed_hosts: Vec::new(),
            trusted_proxies: Vec::new(),
            access: Access::Everybody,
            data_dir: None,
            plugin_dir: None,
            timezone: TimeZone::system(),
            country: None,
            parcels: Vec::new(),
            carriers: BTreeMap::new(),
            channels: Vec::new(),
            poll_schedule: PollSchedule::default(),
            norms: Norms::default(),
            recognition: Recognition::default(),
            archive: Archive::default(),
            feeds: Feeds::default(),
        }
    }
}

/// What the main file says beside its parcels, carriers and channels.
#[derive(Default)]
pub(super) struct Root {
    pub(super) config: Config,
    pub(super) postcode: Option<String>,
    /// Patterns of files to include, and where they stand.
    pub(super) includes: Vec<(String, Range<usize>)>,
}

impl Root {
    pub(super) fn read(root: &Table<'_>) -> Self {
        let mut config = Config::default();
        config.read_site(root);
        config.data_dir = root.text("data_dir").map(|at| PathBuf::from(at.value));
        config.plugin_dir = root.text("plugin_dir").map(|at| PathBuf::from(at.value));
        if let Some(zone) = root.text_as("timezone", |text| {
            TimeZone::get(text)
                .map_err(|_| format!("is \"{text}\", which is not in the IANA table; write it as \"Europe/Paris\""))
        }) {
            config.timezone = zone.value;
        }
        config.country = root.text_as("country", country).map(|at| at.value);
        let postcode = root.text("postcode").map(|at| at.value);
        let includes = root.texts("include").into_iter().map(|at| (at.value, at.span)).collect();
        root.section("cadence", |table| cadence::read(table, &mut config.poll_schedule));
        norms::read(root, &mut config.norms);
        root.section("recognition", |table| config.recognition.read(table));
        root.section("archive", |table| config.archive.read(table));
        root.section("feeds", |table| config.feeds.read(table));
        Self { config, postcode, includes }
    }
}

impl Config {
    /// Where the pages are, and who may come.
    fn read_site(&mut self, root: &Table<'_>) {
        if let Some(listen) = root.text_as("listen", |text| {
            text.parse().map_err(|_| format!("is \"{text}\", not an address and port such as \"127.0.0.1:8470\""))
        }) {
            self.listen = listen.value;
        }
        self.public_url = root.text_as("public_url", web_address).map(|at| at.value);
        self.allowed_hosts = root.texts("allowed_hosts").into_iter().map(|at| at.value).collect();
        for proxy in root.texts("trusted_proxies") {
            match network(&proxy.value) {
                Some(network) => self.trusted_proxies.push(network),
                None => root.fault(
                    proxy.span,
                    format!(
                        "trusted_proxies: \"{}\" is no address and no network; write it as \"127.0.0.1\" or \"10.0.0.0/8\"",
                        proxy.value
                    ),
                ),
            }
        }
        self.access = access(root);
        if !self.listen.ip().is_loopback() && self.access == Access::Everybody {
            let message = format!(
                "{} can be reached from other machines, and no password is set; set password_file, or listen on 127.0.0.1",
                self.listen
            );
            root.fault(root.key_span("listen"), message);
        }
    }
}

/// An address, or a network with the length of its prefix.
fn network(text: &str) -> Option<IpNet> {
    text.parse().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
}
