//! What a plugin wants of the operator, and what of it was granted: hosts to reach, and ways for secrets to take.
//!
//! What a bundled carrier wants is granted, whatever files lie in the plugin folder. A new carrier that wants no secret is
//! granted its hosts at first sight. All else waits for a person.

use std::collections::{BTreeMap, BTreeSet};

use parcelwatch_plugin::Profile;
use parcelwatch_plugin::egress::Origin;
use parcelwatch_plugin::text;
use parcelwatch_tracking::CarrierId;
use url::Url;

use super::descriptor::Descriptor;
use crate::store::{Grant, SecretWay};

/// Stands for the hosts that the operator adds in the config: a profile that is bound to no host goes there, too.
const ADDED_HOSTS: &str = "*";

/// What a plugin wants.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Wants {
    hosts: BTreeSet<String>,
    secrets: BTreeSet<SecretWay>,
}

impl Wants {
    pub(super) fn of(descriptor: &Descriptor) -> Self {
        let hosts: BTreeSet<String> = descriptor.origins.iter().map(ToString::to_string).collect();
        let secrets = descriptor.profiles.iter().flat_map(|profile| {
            let (way, goes_to) = (way(profile), goes_to(profile, &hosts));
            profile.secrets().into_iter().flat_map(move |secret| {
                let way = way.clone();
                goes_to.clone().into_iter().map(move |host| SecretWay {
                    secret: secret.clone(),
                    way: way.clone(),
                    host,
                })
            })
        });
        Self { secrets: secrets.collect(), hosts: hosts.clone() }
    }

    fn granted(grant: &Grant) -> Self {
        let secrets = grant.secrets.iter().flatten().cloned().collect();
        Self { hosts: grant.hosts.iter().cloned().collect(), secrets }
    }

    fn is_empty(&self) -> bool {
        self.hosts.is_empty() && self.secrets.is_empty()
    }

    fn with(mut self, other: Self) -> Self {
        self.hosts.extend(other.hosts);
        self.secrets.extend(other.secrets);
        self
    }

    fn beyond(&self, granted: &Self, own_hosts: &[Origin]) -> Self {
        let is_own = |host: &String| own_hosts.iter().any(|own| own.to_string() == *host);
        Self {
            hosts: self.hosts.difference(&granted.hosts).filter(|host| !is_own(host)).cloned().collect(),
            secrets: self.secrets.difference(&granted.secrets).cloned().collect(),
        }
    }

    pub(super) fn grant(self, carrier: CarrierId) -> Grant {
        Grant { carrier, hosts: self.hosts.into_iter().collect(), secrets: Some(self.secrets.into_iter().collect()) }
    }

    /// What it wants, one thing a phrase; `granted` says what is known to people already.
    fn phrases(&self, granted: &Self) -> Vec<String> {
        let mut phrases = Vec::new();
        if !self.hosts.is_empty() {
            phrases.push(format!("reach {}", list(&self.hosts)));
        }
        let mut ways: BTreeMap<(&str, &str), BTreeSet<String>> = BTreeMap::new();
        for SecretWay { secret, way, host } in &self.secrets {
            ways.entry((secret, way)).or_default().insert(host.clone());
        }
        for ((secret, way), mut hosts) in ways {
            if hosts.len() > 1 {
                hosts.remove(ADDED_HOSTS);
            }
            let goes_there =
                |host: &String| granted.secrets.iter().any(|known| known.secret == secret && known.host == *host);
            let how = if hosts.iter().all(goes_there) { "in another way:" } else { "as" };
            phrases.push(format!("send {} to {} {how} {}", text::clean(secret), list(&hosts), text::clean(way)));
        }
        phrases
    }
}

/// What a grant allows, one thing a phrase.
pub(crate) fn phrases(grant: &Grant) -> Vec<String> {
    Wants::granted(grant).phrases(&Wants::default())
}

/// The whole of a profile but its name. A parameter without a secret counts, too: another `host` header leads a secret
/// astray at a carrier that shares its servers with others.
fn way(profile: &Profile) -> String {
    let parameter = |(name, template): &(String, String)| {
        // Quoted where it could pass for two; names are plain words.
        if template.contains(", ") || template.contains('"') {
            format!("{name}={template:?}")
        } else {
            format!("{name}={template}")
        }
    };
    let mut parameters: Vec<String> = profile.parameters.iter().map(parameter).collect();
    parameters.sort();
    format!("{} {}", profile.kind, parameters.join(", "))
}

/// The origins where a profile's secrets may go.
fn goes_to(profile: &Profile, declared: &BTreeSet<String>) -> BTreeSet<String> {
    let bound = profile.hosts.iter().filter_map(|host| Some(Origin::parse(host).ok()?.to_string()));
    let mut hosts: BTreeSet<String> = bound.collect();
    // A digest is given to the plugin, which may send it wherever it may send anything.
    if hosts.is_empty() || profile.kind == "hmac" {
        hosts.extend(declared.iter().cloned());
        hosts.insert(ADDED_HOSTS.to_owned());
    }
    // Tokens are fetched with the secrets themselves, whatever host the tokens are for.
    let token_url = profile.parameter("token_url").and_then(|url| Url::parse(url).ok());
    if let Some(url) = token_url.filter(|_| profile.kind == "oauth2_client_credentials") {
        hosts.extend(Origin::parse(&url.origin().ascii_serialization()).ok().map(|origin| origin.to_string()));
    }
    hosts
}

fn list(hosts: &BTreeSet<String>) -> String {
    let words =
        |host: &String| if host == ADDED_HOSTS { "hosts that the config adds".to_owned() } else { host.clone() };
    hosts.iter().map(words).collect::<Vec<_>>().join(", ")
}

/// Everything that is granted.
#[derive(Debug)]
pub(super) struct Grants {
    rows: BTreeMap<CarrierId, Grant>,
    /// What the bundled carriers want; `None` for one that cannot be loaded.
    bundled: BTreeMap<CarrierId, Option<Wants>>,
}

impl Grants {
    pub(super) fn new(rows: Vec<Grant>, bundled: BTreeMap<CarrierId, Option<Wants>>) -> Self {
        Self { rows: rows.into_iter().map(|row| (row.carrier.clone(), row)).collect(), bundled }
    }

    /// `None` for a carrier that nothing is known of.
    fn granted(&self, carrier: &CarrierId) -> Option<Wants> {
        let row = self.rows.get(carrier).map(Wants::granted);
        match self.bundled.get(carrier) {
            Some(bundled) => Some(row.unwrap_or_default().with(bundled.clone().unwrap_or_default())),
            None => row,
        }
    }

    /// Why a plugin has to wait for a person; `None` where all it wants is granted, or may be at first sight.
    pub(super) fn refusal(&self, descriptor: &Descriptor, own_hosts: &[Origin]) -> Option<String> {
        let (id, wants) = (&descriptor.id, Wants::of(descriptor));
        let granted = match self.granted(id) {
            None if wants.secrets.is_empty() => return None,
            granted => granted,
        };
        let is_new = granted.is_none();
        let granted = granted.unwrap_or_default();
        let wanted = wants.beyond(&granted, own_hosts);
        if wanted.is_empty() {
            return None;
        }
        let wanted: Vec<String> = wanted.phrases(&granted).iter().map(|phrase| format!("to {phrase}")).collect();
        let than = match self.bundled.get(id) {
            _ if is_new => format!("and carrier {id} is new"),
            Some(Some(_)) => format!("which the built-in {id} does not"),
            Some(None) => format!("and the built-in {id} cannot be loaded"),
            None => "which earlier versions did not".to_owned(),
        };
        Some(format!("it wants {}, {than}; to allow it: parcelwatch plugin approve {id}", wanted.join(" and ")))
    }

    /// Whether nothing was ever granted to a carrier.
    pub(super) fn is_new(&self, carrier: &CarrierId) -> bool {
        self.granted(carrier).is_none()
    }

    /// The rows that do not say yet what the bundled carriers are granted. They are used when one cannot be loaded.
    pub(super) fn first_of_bundled(&self) -> Vec<Grant> {
        let is_open =
            |(id, _): &(&CarrierId, &Option<Wants>)| self.rows.get(id).is_none_or(|row| row.secrets.is_none());
        let open = self.bundled.iter().filter(is_open);
        open.filter_map(|(id, wants)| wants.as_ref().and(self.granted(id)).map(|granted| granted.grant(id.clone())))
            .collect()
    }

    /// The carriers of files whose grant is an older version's. What they may do with secrets is what they did.
    pub(super) fn without_secrets(&self) -> Vec<CarrierId> {
        let open = self.rows.values().filter(|row| row.secrets.is_none() && !self.bundled.contains_key(&row.carrier));
        open.map(|row| row.carrier.clone()).collect()
    }

    /// Grants a carrier the secrets of this version, beside the hosts that it has.
    pub(super) fn keep_secrets(&mut self, descriptor: &Descriptor) -> Option<Grant> {
        let row = self.rows.get_mut(&descriptor.id)?;
        row.secrets = Some(Wants::of(descriptor).secrets.into_iter().collect());
        Some(row.clone())
    }
}

#[cfg(test)]
mod tests;
