//! Who a plugin is: what it must reach, how it is authorised, and how often it may poll.

use crate::types::{Facts, pairs};

/// How a request is made to count as the operator's. The secret itself stays with the daemon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    pub name: String,
    /// `header`, `query`, `basic`, `bearer`, `oauth2_client_credentials`, `hmac`.
    pub kind: String,
    /// What the kind asks for, with secrets as `{name}`.
    pub parameters: Facts,
    /// Origins it may be attached to; all of the descriptor's when empty.
    pub hosts: Vec<String>,
}

impl Profile {
    /// Headers with secrets in them: `("DHL-API-Key", "{api_key}")`.
    pub fn header(name: &str, headers: &[(&str, &str)]) -> Self {
        Self::of("header", name, headers)
    }

    /// Query parameters with secrets in them.
    pub fn query(name: &str, parameters: &[(&str, &str)]) -> Self {
        Self::of("query", name, parameters)
    }

    /// HTTP Basic with `{username}` and `{password}`.
    pub fn basic(name: &str) -> Self {
        Self::of("basic", name, &[("username", "{username}"), ("password", "{password}")])
    }

    /// `Authorization: Bearer {token}`.
    pub fn bearer(name: &str) -> Self {
        Self::of("bearer", name, &[("token", "{token}")])
    }

    /// OAuth 2 client credentials; the daemon fetches, keeps and renews the token. `style` says how the credentials
    /// travel: `form`, `json` or `basic`.
    pub fn oauth2(name: &str, token_url: &str, scope: &str, style: &str) -> Self {
        let parameters = [
            ("token_url", token_url),
            ("client_id", "{client_id}"),
            ("client_secret", "{client_secret}"),
            ("scope", scope),
            ("style", style),
        ];
        Self::of("oauth2_client_credentials", name, &parameters)
    }

    /// A key for [`crate::host::sign`].
    pub fn hmac(name: &str) -> Self {
        Self::of("hmac", name, &[("key", "{signing_key}")])
    }

    fn of(kind: &str, name: &str, parameters: &[(&str, &str)]) -> Self {
        Self { name: name.to_owned(), kind: kind.to_owned(), parameters: pairs(parameters), hosts: Vec::new() }
    }
}

/// What the carrier allows one account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quota {
    pub requests: u32,
    pub seconds: u32,
    /// When the count starts again, as a clock with offset ("00:00Z"); a window that begins with its first request when absent.
    pub resets_at: Option<String>,
}

/// Who a plugin is and what it needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Descriptor {
    /// Lower case, stable for ever.
    pub id: String,
    pub name: String,
    pub version: String,
    /// Origins it must reach: `https://api.example.com`.
    pub hosts: Vec<String>,
    pub profiles: Vec<Profile>,
    /// Parcels in one question.
    pub batch_max: u16,
    /// The gap between two questions about one parcel that the carrier tolerates, in seconds.
    pub gap_s: u32,
    /// The gap between two requests to one host, in milliseconds.
    pub pace_ms: u32,
    pub quotas: Vec<Quota>,
    /// IANA zone for clocks without one.
    pub zone: Option<String>,
    /// Countries where it delivers the last mile, ISO 3166-1 alpha-2.
    pub countries: Vec<String>,
    /// `cross_border`, `post`, `express`, `parcel`, `aggregator`.
    pub roles: Vec<String>,
    /// For people; `{number}` is replaced.
    pub link: Option<String>,
    /// `phone`, `email`, `web`, `help` …
    pub contact: Facts,
    /// A test number, with which a key is tried. Such a poll has the hint `probe`, and must cost nothing.
    pub probe: Option<String>,
    /// Secrets without which the carrier works, too: they open a second interface.
    pub optional_secrets: Vec<String>,
    /// The settings it reads; others in its config are mistakes.
    pub settings: Vec<String>,
    /// Headers that requests may set beside the usual ones.
    pub headers: Vec<String>,
    /// For people: `access`, `known_from`, `facts_as_of`, `contract` where only customers get a key, and `quota` where what
    /// is allowed is not a number of requests.
    pub facts: Facts,
}

impl Descriptor {
    /// A carrier asked one parcel at a time, every ten minutes at most, one request a second.
    pub fn new(id: &str, name: &str, version: &str) -> Self {
        Self {
            id: id.to_owned(),
            name: name.to_owned(),
            version: version.to_owned(),
            hosts: Vec::new(),
            profiles: Vec::new(),
            batch_max: 1,
            gap_s: 600,
            pace_ms: 1000,
            quotas: Vec::new(),
            zone: None,
            countries: Vec::new(),
            roles: Vec::new(),
            link: None,
            contact: Vec::new(),
            probe: None,
            optional_secrets: Vec::new(),
            settings: Vec::new(),
            headers: Vec::new(),
            facts: Vec::new(),
        }
    }
}
