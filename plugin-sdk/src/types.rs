//! Questions and answers, as a plugin sees them. The contract (`wit/carrier.wit`) has the same shapes as plain text.

use parcelwatch_tracking::{Country, FailureKind, Role, Scope, Status};

use crate::{checksum, http};

/// Named values beside the typed fields.
pub(crate) type Facts = Vec<(String, String)>;

/// Names and values as the contract has them: contacts and facts of a descriptor.
pub fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// When something happened, as exactly as the carrier really knows. [`crate::civil`] reads carriers' spellings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Moment {
    /// RFC 3339 with an offset that can be trusted.
    Instant(String),
    /// A wall clock (2026-11-21T14:05:00) without a zone to rely on, and what the carrier hints at.
    Clock { at: String, zone: Option<String> },
    /// Only a date (2026-11-21).
    Date(String),
}

/// Where something happened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// As the carrier wrote it.
    pub text: String,
    /// ISO 3166-1 alpha-2, when certain.
    pub country: Option<String>,
    pub locality: Option<String>,
    pub postcode: Option<String>,
}

/// One thing a carrier said happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    pub moment: Option<Moment>,
    pub status: Status,
    /// The carrier's own code and words, untouched but for personal data.
    pub code: Option<String>,
    pub text: String,
    /// English words, when the carrier's are not.
    pub translation: Option<String>,
    pub place: Option<Place>,
    /// `delivered_to`, `return_reason`, `pickup_until`, `fee` …
    pub facts: Facts,
}

impl Event {
    pub fn new(status: Status, text: impl Into<String>) -> Self {
        Self { moment: None, status, code: None, text: text.into(), translation: None, place: None, facts: Vec::new() }
    }

    /// Adds a fact.
    #[must_use]
    pub fn fact(mut self, name: &str, value: impl Into<String>) -> Self {
        self.facts.push((name.to_owned(), value.into()));
        self
    }
}

/// What the carrier says of the parcel as a whole; believed only where there are no events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    pub status: Status,
    pub code: Option<String>,
    pub text: String,
}

/// Another number under which the parcel goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handoff {
    pub number: String,
    /// A carrier id or display name, when the answer tells.
    pub carrier: Option<String>,
    /// Where that carrier works, ISO 3166-1 alpha-2.
    pub country: Option<String>,
    pub role: Role,
    /// 0 to 100.
    pub confidence: u8,
    /// Where it was found, for people.
    pub because: String,
}

/// When the carrier expects to deliver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    pub earliest: Option<Moment>,
    pub latest: Moment,
    /// `carrier`, `seller` …
    pub source: String,
}

/// What a carrier told about one parcel.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// The carrier's own order, newest first.
    pub events: Vec<Event>,
    pub summary: Option<Summary>,
    pub window: Option<Window>,
    pub handoffs: Vec<Handoff>,
    /// ISO 3166-1 alpha-2.
    pub origin: Option<String>,
    pub destination: Option<String>,
    /// `service`, `weight_g`, `pieces` …
    pub facts: Facts,
    /// No more events are to be expected.
    pub done: bool,
}

/// One of several parcels that share a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The hint that would settle it, and its value.
    pub hint: (String, String),
    pub label: String,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    pub kind: FailureKind,
    pub scope: Scope,
    /// One sentence for people.
    pub message: String,
    pub retry_after_s: Option<u32>,
    pub http_status: Option<u16>,
    /// Hints or secrets that would help.
    pub needs: Vec<String>,
    pub choices: Vec<Choice>,
    pub facts: Facts,
}

impl Failure {
    /// A failure of the kind's usual scope.
    pub fn new(kind: FailureKind, message: impl Into<String>) -> Self {
        let usual = parcelwatch_tracking::Failure::new(kind, message);
        Self {
            kind,
            scope: usual.scope,
            message: usual.message,
            retry_after_s: None,
            http_status: None,
            needs: Vec::new(),
            choices: Vec::new(),
            facts: Vec::new(),
        }
    }

    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(FailureKind::NotFound, message)
    }

    /// The carrier knows the number and has not scanned it yet.
    pub fn no_scan_yet(message: impl Into<String>) -> Self {
        Self::new(FailureKind::NoScanYet, message)
    }

    /// The answer has a form this plugin does not understand.
    pub fn changed(message: impl Into<String>) -> Self {
        Self::new(FailureKind::ChangedUpstream, message)
    }

    pub fn blocked(message: impl Into<String>) -> Self {
        Self::new(FailureKind::Blocked, message)
    }

    /// More is needed to ask: a postcode, a key.
    pub fn needs_input(needs: &[&str], message: impl Into<String>) -> Self {
        let mut failure = Self::new(FailureKind::NeedsInput, message);
        failure.needs = needs.iter().map(|need| (*need).to_owned()).collect();
        failure
    }
}

impl Failure {
    /// Whether every other number would only meet the same refusal: the key is missing or refused, the carrier is closed.
    pub fn concerns_all(&self) -> bool {
        use FailureKind::{AuthFailed, Blocked, NeedsCredential, RateLimited};
        matches!(self.kind, AuthFailed | Blocked | NeedsCredential | RateLimited) && self.scope != Scope::Parcel
    }
}

impl From<http::Fault> for Failure {
    /// Why a request brought no reply, as why there is no answer.
    fn from(fault: http::Fault) -> Self {
        let kind = match fault.kind.as_str() {
            "needs_credential" => FailureKind::NeedsCredential,
            "auth_failed" => FailureKind::AuthFailed,
            "rate_limited" | "budget" => FailureKind::RateLimited,
            "denied_host" | "denied_address" | "denied_header" | "bad_request" => FailureKind::Internal,
            "too_large" => FailureKind::ChangedUpstream,
            _ => FailureKind::Unavailable,
        };
        let mut failure = Self::new(kind, fault.message);
        failure.retry_after_s = fault.retry_after_s;
        failure
    }
}

/// A question about one parcel.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parcel {
    /// Names the parcel in the outcome; means nothing else.
    pub key: u32,
    pub number: String,
    /// `postcode`, `country`, `order`, `ship_date`, `phone_digits` …
    pub hints: Facts,
    /// What the plugin gave back with the last outcome.
    pub cursor: Option<Vec<u8>>,
}

impl Parcel {
    /// A hint by name, when the person gave it.
    pub fn hint(&self, name: &str) -> Option<&str> {
        self.hints.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The outcome for this parcel, with its cursor as it was.
    pub fn outcome(&self, found: Result<Answer, Failure>) -> Outcome {
        Outcome { key: self.key, found, cursor: self.cursor.clone() }
    }
}

/// Asks about each parcel by itself. Once a refusal concerns all, the rest is not asked, and has the same outcome: a
/// request more would be wasted, or make it worse.
pub fn one_by_one(parcels: &[Parcel], ask: impl Fn(&Parcel) -> Result<Answer, Failure>) -> Vec<Outcome> {
    let mut closed: Option<Failure> = None;
    let mut outcomes = Vec::with_capacity(parcels.len());
    for parcel in parcels {
        let found = closed.clone().map_or_else(|| ask(parcel), Err);
        closed = found.as_ref().err().filter(|failure| failure.concerns_all()).cloned();
        outcomes.push(parcel.outcome(found));
    }
    outcomes
}

/// What became of one question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    pub key: u32,
    pub found: Result<Answer, Failure>,
    /// What the plugin wants back with the next question about this parcel.
    pub cursor: Option<Vec<u8>>,
}

/// How likely a number is this carrier's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The number as the carrier writes it.
    pub number: String,
    /// 0 to 100.
    pub confidence: u8,
    /// Which of the carrier's formats.
    pub scheme: String,
    /// Whether the check digit holds, where there is one.
    pub checksum: Option<bool>,
    /// The country the number itself names, ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// Hints without which the carrier will not answer.
    pub needs: Vec<String>,
}

impl Candidate {
    pub fn new(number: &str, confidence: u8, scheme: &str) -> Self {
        Self {
            number: number.to_owned(),
            confidence,
            scheme: scheme.to_owned(),
            checksum: None,
            country: None,
            needs: Vec::new(),
        }
    }

    /// An S10 postal number, with what its check digit and its letters say; `None` for any other shape.
    pub fn s10(number: &str, confidence: u8) -> Option<Self> {
        let country = Country::new(checksum::s10_country(number)?).filter(Country::is_assigned);
        let candidate = Self::new(number, confidence, "S10 postal number").checked(checksum::s10(number));
        Some(Self { country: country.map(|country| country.to_string()), ..candidate })
    }

    /// Says whether the check digit holds.
    #[must_use]
    pub fn checked(mut self, holds: bool) -> Self {
        self.checksum = Some(holds);
        self
    }
}

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
            headers: Vec::new(),
            facts: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_s10_number_says_which_post_issued_it() {
        let told = |number: &str| {
            let candidate = Candidate::s10(number, 50)?;
            Some((candidate.checksum, candidate.country))
        };
        assert_eq!(told("RB123456785GB"), Some((Some(true), Some("GB".into()))));
        assert_eq!(told("RB123456786GB"), Some((Some(false), Some("GB".into()))));
        assert_eq!(told("UJ826304125YP"), Some((Some(true), None)));
        assert_eq!(told("RB123456785XX"), Some((Some(false), None)));
        assert_eq!(told("1Z999AA10123456784"), None);
    }

    #[test]
    fn a_refusal_that_concerns_all_ends_the_asking_and_another_does_not() {
        let parcels: Vec<Parcel> = (0..4).map(|key| Parcel { key, ..Parcel::default() }).collect();
        let asked = std::cell::RefCell::new(Vec::new());
        let outcomes = one_by_one(&parcels, |parcel| {
            asked.borrow_mut().push(parcel.key);
            match parcel.key {
                0 => Err(Failure::not_found("unknown")),
                1 => Ok(Answer::default()),
                _ => Err(Failure::new(FailureKind::RateLimited, "slow down")),
            }
        });
        let kinds: Vec<_> = outcomes.iter().map(|outcome| outcome.found.as_ref().err().map(|f| f.kind)).collect();
        let limited = Some(FailureKind::RateLimited);
        assert_eq!(kinds, [Some(FailureKind::NotFound), None, limited, limited]);
        assert_eq!(*asked.borrow(), [0, 1, 2]);
    }
}
