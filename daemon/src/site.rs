//! Where the site lives and who may come: what of the config in force pages, feeds and messages need.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use url::Url;

use crate::config::{Access, Config};
use crate::report::times::Clock;

/// The address of the site and its house rules.
#[derive(Clone, Debug)]
pub struct Site {
    /// Every link in a feed begins with it; ends with a slash.
    pub base: Url,
    /// The path of the base: `/`, or what a proxy puts in front.
    pub path: String,
    listen: SocketAddr,
    allowed: Vec<String>,
    pub access: Access,
    pub zone: TimeZone,
    pub show_numbers: bool,
    /// All the rest, for reading parcels as they are shown.
    pub config: Arc<Config>,
    /// Says which settings a cached rendering was made with.
    pub revision: u64,
}

impl Site {
    pub fn new(config: Arc<Config>, listen: SocketAddr, revision: u64) -> Self {
        let own = Url::parse(&format!("http://{listen}/")).expect("a socket address is a host and a port");
        let mut base = config.public_url.clone().unwrap_or(own);
        if !base.path().ends_with('/') {
            base.set_path(&format!("{}/", base.path()));
        }
        base.set_query(None);
        base.set_fragment(None);
        let mut allowed = config.allowed_hosts.clone();
        allowed.extend(config.public_url.as_ref().and_then(|url| url.host_str()).map(str::to_owned));
        Self {
            path: base.path().to_owned(),
            base,
            listen,
            allowed: allowed.iter().map(|host| host.to_ascii_lowercase()).collect(),
            access: config.access.clone(),
            zone: config.timezone.clone(),
            show_numbers: config.feeds.show_numbers,
            config,
            revision,
        }
    }

    /// The clock of whoever looks after the daemon.
    pub fn clock(&self, now: Timestamp) -> Clock {
        Clock { zone: self.zone.clone(), now }
    }

    /// An absolute link, for feeds and messages.
    pub fn link(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// Whether a request may name this host. Without the check a foreign page could read ours by letting its own name point
    /// here (DNS rebinding).
    pub fn allows(&self, host: &str) -> bool {
        let Some((name, port)) = split_host(host) else { return false };
        if let Some(port) = port
            && port != self.listen.port()
            && self.base.port_or_known_default() != Some(port)
        {
            // A proxy may show another port, but only under a name the operator gave.
            if !self.allowed.contains(&name) {
                return false;
            }
        }
        let ip: Option<IpAddr> = name.trim_matches(['[', ']']).parse().ok();
        // Other names below `localhost` may be another program's on this machine.
        let listens_here = self.listen.ip().is_loopback() || self.listen.ip().is_unspecified();
        let local =
            (name == "localhost" && listens_here) || ip.is_some_and(|ip| ip.is_loopback() || ip == self.listen.ip());
        local || self.allowed.iter().any(|allowed| *allowed == name || *allowed == host)
    }
}

/// Host and port of a `Host` header; `None` for what is none.
fn split_host(host: &str) -> Option<(String, Option<u16>)> {
    let host = host.to_ascii_lowercase();
    if host.is_empty()
        || host.bytes().any(|b| b.is_ascii_whitespace() || matches!(b, b'/' | b'?' | b'#' | b'@' | b'\\' | b','))
    {
        return None;
    }
    let (name, port) = match host.rfind(']') {
        Some(end) => (host[..=end].to_owned(), host[end + 1..].strip_prefix(':')),
        None => match host.split_once(':') {
            Some((name, port)) => (name.to_owned(), Some(port)),
            None => (host.clone(), None),
        },
    };
    match port {
        Some(port) => Some((name, Some(port.parse().ok()?))),
        None => Some((name, None)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(text: &str) -> Site {
        let config = crate::config::parse(text, &[]).expect("a valid config").config;
        Site::new(Arc::new(config), ([127, 0, 0, 1], 8470).into(), 1)
    }

    #[test]
    fn only_known_hosts_are_served() {
        let site = site("public_url = \"https://home.example/parcels\"\nallowed_hosts = [\"nas.lan\"]");
        for host in
            ["127.0.0.1:8470", "localhost:8470", "LOCALHOST", "[::1]:8470", "home.example", "nas.lan:8470", "nas.lan"]
        {
            assert!(site.allows(host), "{host}");
        }
        for host in [
            "evil.example",
            "evil.example:8470",
            "127.0.0.1:80",
            "localhost:1",
            "a b",
            "",
            "127.0.0.1@evil",
            "192.168.1.1",
            "other.localhost",
            "other.localhost:8470",
        ] {
            assert!(!site.allows(host), "{host}");
        }
    }

    #[test]
    fn localhost_is_ours_only_while_this_machine_is_listened_on() {
        let config = Arc::new(crate::config::Config::default());
        for (listen, is_ours) in
            [("127.0.0.1:8470", true), ("[::1]:8470", true), ("0.0.0.0:8470", true), ("192.0.2.1:8470", false)]
        {
            let site = Site::new(Arc::clone(&config), listen.parse().expect("an address"), 1);
            assert_eq!(site.allows("localhost:8470"), is_ours, "{listen}");
        }
    }

    #[test]
    fn links_come_from_the_config() {
        assert_eq!(site("").link("parcel/a"), "http://127.0.0.1:8470/parcel/a");
        let site = site("public_url = \"https://home.example/parcels\"");
        assert_eq!(
            (site.link("parcel/a").as_str(), site.path.as_str()),
            ("https://home.example/parcels/parcel/a", "/parcels/")
        );
    }
}
