//! What a plugin may send, and where to. The daemon and the replay harness apply the same rules.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

use crate::http::{Body, Fault, Request};
use crate::{Descriptor, Profile};

/// Longer addresses are cut off by servers anyway.
pub const URL_BYTES_MAX: usize = 8 * 1024;
pub const HEADERS_MAX: usize = 64;
pub const HEADER_BYTES_MAX: usize = 16 * 1024;
/// What a plugin may send: a batch of numbers, never a file.
pub const REQUEST_BODY_BYTES_MAX: usize = 256 * 1024;
/// What a plugin may receive in one reply, decoded.
pub const REPLY_BODY_BYTES_MAX: usize = 2 * 1024 * 1024;
/// A lookup takes one to three requests; a batch with pages a few more.
pub const REQUESTS_PER_CALL_MAX: usize = 16;
pub const REDIRECTS_MAX: u8 = 3;

/// Headers a plugin may set. Others begin with `x-`, or are named in its descriptor, where the operator can see them.
const HEADERS: &[&str] = &[
    "accept",
    "accept-language",
    "cache-control",
    "content-type",
    "if-modified-since",
    "if-none-match",
    "origin",
    "pragma",
    "referer",
    "soapaction",
];

/// Headers that belong to the daemon, however a descriptor names them.
const RESERVED: &[&str] = &[
    "accept-encoding",
    "authorization",
    "connection",
    "content-encoding",
    "content-length",
    "cookie",
    "expect",
    "forwarded",
    "host",
    "http2-settings",
    "keep-alive",
    "set-cookie",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
    "via",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-real-ip",
];

/// One origin that may be reached: scheme, host and port. `*.example.com` stands for every name below it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Origin {
    https: bool,
    host: String,
    port: u16,
}

impl Origin {
    /// Reads an origin such as `https://api.example.com`; a plain host name means https.
    pub fn parse(text: &str) -> Result<Self, String> {
        let with_scheme = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
        let wildcard = with_scheme.contains("://*.");
        let url = Url::parse(&with_scheme.replacen("://*.", "://", 1))
            .map_err(|error| format!("\"{text}\" is not an origin: {error}"))?;
        let https = match url.scheme() {
            "https" => true,
            "http" => false,
            other => return Err(format!("\"{text}\" has scheme {other}; only https and http can be reached")),
        };
        if url.path() != "/" || url.query().is_some() || url.fragment().is_some() || has_userinfo(&url) {
            return Err(format!("\"{text}\" is more than an origin; write scheme, host and port only"));
        }
        let host = url.host_str().ok_or_else(|| format!("\"{text}\" names no host"))?;
        let host = if wildcard { format!("*.{host}") } else { host.to_owned() };
        Ok(Self { https, host, port: url.port_or_known_default().unwrap_or(443) })
    }

    /// Whether a request to this address stays within the origin.
    pub fn allows(&self, url: &Url) -> bool {
        let Some(host) = url.host_str() else { return false };
        let host = host.strip_suffix('.').unwrap_or(host);
        let same_host = match self.host.strip_prefix("*.") {
            Some(suffix) => host.strip_suffix(suffix).is_some_and(|rest| rest.len() > 1 && rest.ends_with('.')),
            None => host == self.host,
        };
        same_host && self.https == (url.scheme() == "https") && url.port_or_known_default() == Some(self.port)
    }

    pub fn is_https(&self) -> bool {
        self.https
    }

    pub fn host(&self) -> &str {
        &self.host
    }

    pub fn port(&self) -> u16 {
        self.port
    }
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let scheme = if self.https { "https" } else { "http" };
        write!(f, "{scheme}://{}", self.host)?;
        if self.port != if self.https { 443 } else { 80 } { write!(f, ":{}", self.port) } else { Ok(()) }
    }
}

/// What one plugin may reach, and as whom.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    /// Declared by the plugin and granted by the operator.
    pub origins: Vec<Origin>,
    /// Headers the descriptor names beside the usual ones, in lower case.
    pub headers: Vec<String>,
    pub profiles: Vec<Profile>,
    /// The plugin's id, for messages that say what to write into the config.
    pub carrier: String,
}

impl Rules {
    /// The rules for a plugin whose every host is granted. Plain http is left out: only an operator can grant that.
    pub fn of(descriptor: &Descriptor) -> Result<Self, String> {
        let origins: Result<Vec<Origin>, String> = descriptor.hosts.iter().map(|host| Origin::parse(host)).collect();
        Ok(Self {
            origins: origins?.into_iter().filter(Origin::is_https).collect(),
            headers: descriptor.headers.iter().map(|name| name.to_ascii_lowercase()).collect(),
            profiles: descriptor.profiles.clone(),
            carrier: descriptor.id.clone(),
        })
    }

    /// Checks a request; what passes may be sent to the address returned.
    pub fn check(&self, request: &Request) -> Result<Url, Fault> {
        if !matches!(request.method.as_str(), "GET" | "POST" | "PUT" | "DELETE" | "HEAD") {
            return Err(Fault::new("bad_request", format!("method {:?} is not one a carrier needs", request.method)));
        }
        if request.follow > REDIRECTS_MAX {
            return Err(Fault::new("bad_request", format!("at most {REDIRECTS_MAX} redirects are followed")));
        }
        let body = match &request.body {
            Body::None => 0,
            Body::Text(text) => text.len(),
            Body::Bytes(bytes) => bytes.len(),
        };
        if body > REQUEST_BODY_BYTES_MAX {
            return Err(Fault::new(
                "too_large",
                format!("a request body of {body} bytes; the limit is {REQUEST_BODY_BYTES_MAX}"),
            ));
        }
        self.check_headers(request)?;
        let url = self.check_url(&request.url)?;
        if let Some(name) = &request.auth {
            let profile = self.profile(name)?;
            self.check_profile_host(profile, &url)?;
        }
        Ok(url)
    }

    /// Checks where a request, or a hop of its redirects, goes.
    pub fn check_url(&self, text: &str) -> Result<Url, Fault> {
        if text.len() > URL_BYTES_MAX {
            return Err(Fault::new(
                "bad_request",
                format!("an address of {} bytes; the limit is {URL_BYTES_MAX}", text.len()),
            ));
        }
        let url = Url::parse(text)
            .map_err(|error| Fault::new("bad_request", format!("{text:?} is not an address: {error}")))?;
        if has_userinfo(&url) {
            return Err(Fault::new(
                "bad_request",
                "an address must not carry a user name; name an auth profile instead",
            ));
        }
        if url.fragment().is_some() {
            return Err(Fault::new("bad_request", "an address sent to a server has no fragment"));
        }
        if self.origins.iter().any(|origin| origin.allows(&url)) {
            return Ok(url);
        }
        let carrier = &self.carrier;
        let host = url.host_str().unwrap_or_default();
        let message = match (url.scheme(), url.host()) {
            ("https", Some(Host::Domain(_))) => {
                format!(
                    "{carrier} asked for {host}, which is not granted; to allow it, add it to hosts in [carriers.{carrier}]"
                )
            }
            ("http", Some(Host::Domain(_))) => format!(
                "{carrier} asked for {host} without encryption; to allow it, add \"http://{host}\" to hosts in [carriers.{carrier}]"
            ),
            (_, Some(Host::Ipv4(_) | Host::Ipv6(_))) => {
                format!("{carrier} asked for {host}: an address is never granted to a plugin, a name is")
            }
            (scheme, _) => format!("{carrier} asked for scheme {scheme}; only https can be reached"),
        };
        Err(Fault::new("denied_host", message))
    }

    /// The address of a redirect, checked like a first request. A hop never loses its encryption.
    pub fn check_redirect(&self, from: &Url, location: &str) -> Result<Url, Fault> {
        let to = from.join(location).map_err(|error| {
            Fault::new("protocol", format!("a redirect to {location:?}, which is not an address: {error}"))
        })?;
        if from.scheme() == "https" && to.scheme() != "https" {
            return Err(Fault::new("denied_host", format!("a redirect from https to {}", to.scheme())));
        }
        self.check_url(to.as_str())
    }

    /// An auth profile by name.
    pub fn profile(&self, name: &str) -> Result<&Profile, Fault> {
        self.profiles
            .iter()
            .find(|profile| profile.name == name)
            .ok_or_else(|| Fault::new("bad_request", format!("{} declares no auth profile {name:?}", self.carrier)))
    }

    /// A secret goes to its profile's hosts and nowhere else.
    pub fn check_profile_host(&self, profile: &Profile, url: &Url) -> Result<(), Fault> {
        let bound = profile.hosts.is_empty()
            || profile.hosts.iter().any(|host| Origin::parse(host).is_ok_and(|origin| origin.allows(url)));
        if bound {
            return Ok(());
        }
        let host = url.host_str().unwrap_or_default();
        Err(Fault::new("denied_host", format!("auth profile {:?} is not bound to {host}", profile.name)))
    }

    fn check_headers(&self, request: &Request) -> Result<(), Fault> {
        let bytes: usize = request.headers.iter().map(|(name, value)| name.len() + value.len()).sum();
        if request.headers.len() > HEADERS_MAX || bytes > HEADER_BYTES_MAX {
            return Err(Fault::new(
                "denied_header",
                format!("more than {HEADERS_MAX} headers or {HEADER_BYTES_MAX} bytes of them"),
            ));
        }
        for (name, value) in &request.headers {
            let lower = name.to_ascii_lowercase();
            let is_token =
                !lower.is_empty() && lower.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
            let known = HEADERS.contains(&lower.as_str()) || lower.starts_with("x-") || self.headers.contains(&lower);
            if !is_token
                || RESERVED.contains(&lower.as_str())
                || lower.starts_with("proxy-")
                || lower.starts_with("sec-")
            {
                return Err(Fault::new("denied_header", format!("header {name:?} belongs to the daemon")));
            }
            if !known {
                return Err(Fault::new(
                    "denied_header",
                    format!("header {name:?} is not one of the usual; name it in the descriptor's fact \"headers\""),
                ));
            }
            if value.bytes().any(|b| b < 0x20 && b != b'\t' || b == 0x7f) {
                return Err(Fault::new(
                    "denied_header",
                    format!("header {name:?} has control characters in its value"),
                ));
            }
        }
        Ok(())
    }
}

fn has_userinfo(url: &Url) -> bool {
    !url.username().is_empty() || url.password().is_some()
}

/// Whether an address is one of the public internet. A carrier's name that leads into the operator's own network is an
/// attack or a mistake.
pub fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    !(ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_broadcast()
        || ip.is_documentation()
        || ip.is_multicast()
        || a == 0
        || a >= 240
        // Carrier-grade NAT, protocol assignments, benchmarking, the old 6to4 relays.
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && (18..20).contains(&b))
        || (a == 192 && b == 88 && c == 99))
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    let segments = ip.segments();
    // Forms that carry an IPv4 address are judged by it, or refused where a translator stands between.
    if let Some(v4) = ip.to_ipv4_mapped() {
        return is_public_v4(v4);
    }
    // Global unicast is 2000::/3; of that, documentation, Teredo, ORCHID, benchmarking and 6to4 are not.
    let global = (segments[0] & 0xe000) == 0x2000;
    let special = match segments {
        [0x2001, 0x0db8, ..] | [0x2002, ..] | [0x3fff, 0..=0x0fff, ..] => true,
        [0x2001, second, ..] => second < 0x0200,
        _ => false,
    };
    global && !special
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http;

    fn rules() -> Rules {
        let mut descriptor = Descriptor::new("demo", "Demo", "1");
        descriptor.hosts = vec!["https://api.example.com".into(), "https://*.wild.example".into()];
        descriptor.headers = vec!["transId".into(), "transactionSrc".into()];
        descriptor.profiles = vec![Profile { hosts: vec!["https://api.example.com".into()], ..Profile::bearer("api") }];
        Rules::of(&descriptor).expect("valid hosts")
    }

    #[track_caller]
    fn check(request: Request, expected: Result<&str, (&str, &str)>) {
        match (rules().check(&request), expected) {
            (Ok(url), Ok(expected)) => assert_eq!(url.as_str(), expected),
            (Err(fault), Err((kind, part))) => {
                assert_eq!(fault.kind, kind, "{}", fault.message);
                assert!(fault.message.contains(part), "{:?} should say {part:?}", fault.message);
            }
            (got, expected) => panic!("{got:?} instead of {expected:?}"),
        }
    }

    #[test]
    fn only_granted_origins_can_be_reached() {
        check(http::get("https://api.example.com/a?b=c"), Ok("https://api.example.com/a?b=c"));
        check(http::get("https://API.example.com:443/a"), Ok("https://api.example.com/a"));
        check(http::get("https://a.b.wild.example/"), Ok("https://a.b.wild.example/"));
        check(http::get("https://wild.example/"), Err(("denied_host", "add it to hosts in [carriers.demo]")));
        check(http::get("https://evilwild.example/"), Err(("denied_host", "not granted")));
        check(http::get("https://api.example.com:8443/"), Err(("denied_host", "not granted")));
        check(http::get("http://api.example.com/"), Err(("denied_host", "without encryption")));
        check(http::get("https://127.0.0.1/"), Err(("denied_host", "an address is never granted")));
        check(http::get("https://[::1]/"), Err(("denied_host", "an address is never granted")));
        check(http::get("file:///etc/passwd"), Err(("denied_host", "only https")));
        check(http::get("https://api.example.com@evil.example/"), Err(("bad_request", "user name")));
        check(http::get("https://api.example.com/#x"), Err(("bad_request", "fragment")));
        check(http::get("/relative"), Err(("bad_request", "not an address")));
    }

    #[test]
    fn only_harmless_headers_can_be_set() {
        let get = || http::get("https://api.example.com/");
        check(get().header("X-Locale", "en").header("transId", "1"), Ok("https://api.example.com/"));
        for name in
            ["Host", "Cookie", "Authorization", "Content-Length", "Proxy-Connection", "Transfer-Encoding", "a b", ""]
        {
            check(get().header(name, "x"), Err(("denied_header", "belongs to the daemon")));
        }
        check(get().header("surprise", "x"), Err(("denied_header", "not one of the usual")));
        check(get().header("accept", "a\r\nb: c"), Err(("denied_header", "control characters")));
    }

    #[test]
    fn a_profile_goes_to_its_hosts_only() {
        check(http::get("https://api.example.com/").auth("api"), Ok("https://api.example.com/"));
        check(http::get("https://a.wild.example/").auth("api"), Err(("denied_host", "not bound")));
        check(http::get("https://api.example.com/").auth("other"), Err(("bad_request", "no auth profile")));
    }

    #[test]
    fn a_redirect_is_checked_like_a_first_request() {
        let from = Url::parse("https://api.example.com/a/b").expect("an address");
        let to =
            |location| rules().check_redirect(&from, location).map(|url| url.to_string()).map_err(|fault| fault.kind);
        assert_eq!(to("/c"), Ok("https://api.example.com/c".into()));
        assert_eq!(to("http://api.example.com/c"), Err("denied_host".into()));
        assert_eq!(to("https://evil.example/"), Err("denied_host".into()));
        assert_eq!(to("//evil.example/"), Err("denied_host".into()));
    }

    #[test]
    fn private_addresses_are_told_from_public_ones() {
        for public in ["1.1.1.1", "8.8.8.8", "100.63.0.1", "2606:4700::1111", "2a00:1450::1"] {
            assert!(is_public(public.parse().expect("an address")), "{public}");
        }
        for private in [
            "127.0.0.1",
            "10.0.0.1",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "198.18.0.1",
            "192.0.0.8",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fe80::1",
            "fc00::1",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
            "64:ff9b:1::1",
            "2002:a00:1::1",
            "2001::1",
            "2001:db8::1",
            "ff02::1",
        ] {
            assert!(!is_public(private.parse().expect("an address")), "{private}");
        }
    }
}
