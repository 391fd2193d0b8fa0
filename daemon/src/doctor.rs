//! Whether the carriers let us in: which keys are missing, which are refused, and which work.

use std::collections::BTreeMap;

use jiff::Timestamp;
use parcelwatch_tracking::{CarrierId, Facts, Failure, FailureKind, TrackingNumber};
use serde::{Deserialize, Serialize};

use crate::config::CarrierConfig;
use crate::plugin_host::{Asked, Descriptor, PluginHost, Question};

/// What is the matter with one carrier's credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Credentials {
    /// The carrier let us in.
    Work,
    /// The carrier did not take them.
    Refused,
    /// Some are not in the config.
    Missing,
    /// It was asked, and what it said proves nothing.
    Unclear,
    /// None are needed.
    None,
    /// The operator has not set it up, and need not.
    Unused,
    /// The operator switched it off.
    Disabled,
    /// The config names a carrier that no plugin serves.
    NoPlugin,
}

impl Credentials {
    pub const fn words(self) -> &'static str {
        match self {
            Self::Work => "works",
            Self::Refused => "refused",
            Self::Missing => "key missing",
            Self::Unclear => "unclear",
            Self::None => "no key needed",
            Self::Unused => "not set up",
            Self::Disabled => "switched off",
            Self::NoPlugin => "no plugin",
        }
    }

    /// Whether the operator has something to do.
    pub const fn is_bad(self) -> bool {
        matches!(self, Self::Refused | Self::Missing | Self::NoPlugin)
    }
}

/// What was found out about one carrier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnosis {
    pub carrier: String,
    pub name: String,
    pub credentials: Credentials,
    /// The secrets that the config does not have.
    pub missing: Vec<String>,
    /// What the carrier said, or what to do.
    pub message: String,
    /// How to get a key.
    pub access: Option<String>,
}

/// Looks at every carrier in force and at those the config names, and asks those that have a key about a number of nobody's.
pub(crate) async fn diagnose(
    host: &PluginHost,
    configured: &BTreeMap<CarrierId, CarrierConfig>,
    now: Timestamp,
) -> Vec<Diagnosis> {
    let nothing = CarrierConfig::default();
    let carriers = host.carriers();
    let examined = carriers.iter().map(|carrier| {
        let config = configured.get(&carrier.id);
        examine(host, carrier, config.unwrap_or(&nothing), config.is_some(), now)
    });
    let mut found = futures_util::future::join_all(examined).await;
    let served = |id: &CarrierId| carriers.iter().any(|carrier| carrier.id == *id);
    found.extend(configured.iter().filter(|(id, _)| !served(id)).map(|(id, config)| absent(host, id, config)));
    found.sort_by(|a, b| a.carrier.cmp(&b.carrier));
    found
}

async fn examine(
    host: &PluginHost,
    carrier: &Descriptor,
    config: &CarrierConfig,
    is_configured: bool,
    now: Timestamp,
) -> Diagnosis {
    let has = |secret: &String| config.secrets.contains_key(secret);
    let wanted = carrier.secrets_wanted(has).into_iter();
    let missing: Vec<String> = wanted.filter(|(_, there)| !there).map(|(secret, _)| secret).collect();
    let (credentials, message) = if !missing.is_empty() {
        let set = format!("set {} in [carriers.{}]", missing.join(" and "), carrier.id);
        (if is_configured { Credentials::Missing } else { Credentials::Unused }, set)
    } else if !carrier.secrets().iter().any(has) {
        (Credentials::None, String::new())
    } else {
        match carrier.probe.clone() {
            Some(number) => try_key(host, carrier, number, now).await,
            None => (Credentials::Unclear, "its plugin knows no number to try the key with".to_owned()),
        }
    };
    Diagnosis {
        carrier: carrier.id.to_string(),
        name: carrier.name.clone(),
        credentials,
        missing,
        message,
        access: carrier.facts.get("access").map(str::to_owned),
    }
}

/// The hint `probe` tells the plugin that nothing may be spent on this question.
async fn try_key(
    host: &PluginHost,
    carrier: &Descriptor,
    number: TrackingNumber,
    now: Timestamp,
) -> (Credentials, String) {
    let mut hints = Facts::default();
    hints.set("probe", "true".to_owned());
    let question = Question { number, hints, cursor: None };
    let asked = host.ask(&carrier.id, std::slice::from_ref(&question), now).await;
    let has_asked = !asked.exchanges.is_empty();
    match first(asked) {
        Ok(facts) => {
            let told: Vec<String> = facts.iter().map(|(name, value)| format!("{name}: {value}")).collect();
            (Credentials::Work, told.join("; "))
        }
        Err(failure) => (meaning(&failure, has_asked), failure.message),
    }
}

fn first(asked: Asked) -> Result<Facts, Failure> {
    match asked.outcomes.into_iter().next() {
        Some(outcome) => outcome.found.map(|report| report.facts),
        None => Err(Failure::new(FailureKind::Internal, "the plugin gave no answer")),
    }
}

/// A carrier that looked at a number of nobody's has let us in, whatever it found.
fn meaning(failure: &Failure, has_asked: bool) -> Credentials {
    match failure.kind {
        FailureKind::AuthFailed => Credentials::Refused,
        FailureKind::NeedsCredential => Credentials::Missing,
        kind if has_asked && (kind.is_answer() || kind == FailureKind::NeedsInput) => Credentials::Work,
        _ => Credentials::Unclear,
    }
}

fn absent(host: &PluginHost, id: &CarrierId, config: &CarrierConfig) -> Diagnosis {
    let (credentials, message) = if config.enabled {
        let nothing =
            || format!("no plugin serves {id}; put its file into the plugin folder, or take [carriers.{id}] out");
        (Credentials::NoPlugin, host.waiting(id).unwrap_or_else(nothing))
    } else {
        (Credentials::Disabled, format!("enabled = false stands in [carriers.{id}]"))
    };
    Diagnosis { carrier: id.to_string(), name: id.to_string(), credentials, missing: Vec::new(), message, access: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_carrier_itself_said_proves_that_a_key_works() {
        let meaning = |kind, has_asked| super::meaning(&Failure::new(kind, "words"), has_asked);
        assert_eq!(meaning(FailureKind::NotFound, true), Credentials::Work);
        assert_eq!(meaning(FailureKind::InvalidNumber, true), Credentials::Work);
        assert_eq!(meaning(FailureKind::InvalidNumber, false), Credentials::Unclear);
        assert_eq!(meaning(FailureKind::AuthFailed, true), Credentials::Refused);
        assert_eq!(meaning(FailureKind::AuthFailed, false), Credentials::Refused, "a token was not handed out");
        assert_eq!(meaning(FailureKind::Unavailable, true), Credentials::Unclear);
        assert_eq!(meaning(FailureKind::RateLimited, true), Credentials::Unclear);
    }
}
