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
mod tests {
    use jiff::SignedDuration;
    use parcelwatch_tracking::Facts;

    use super::*;

    fn id(text: &str) -> CarrierId {
        CarrierId::new(text).expect("an id")
    }

    fn plugin(carrier: &str, hosts: &[&str], profiles: Vec<Profile>) -> Descriptor {
        Descriptor {
            id: id(carrier),
            name: carrier.to_owned(),
            version: "1".to_owned(),
            origins: hosts.iter().map(|host| Origin::parse(host).expect("an origin")).collect(),
            profiles,
            batch_max: 1,
            gap: SignedDuration::ZERO,
            pace: SignedDuration::ZERO,
            quotas: Vec::new(),
            zone: None,
            countries: Vec::new(),
            roles: Vec::new(),
            link: None,
            contact: Facts::default(),
            probe: None,
            optional_secrets: Vec::new(),
            settings: Vec::new(),
            headers: Vec::new(),
            facts: Facts::default(),
        }
    }

    fn bound(profile: Profile, hosts: &[&str]) -> Profile {
        Profile { hosts: hosts.iter().map(|host| (*host).to_owned()).collect(), ..profile }
    }

    fn key() -> Profile {
        Profile::header("api", &[("x-key", "{api_key}")])
    }

    /// A daemon with one carrier of its own, whose key goes to one of its two hosts.
    fn own() -> Descriptor {
        plugin("own", &["a.example", "b.example"], vec![bound(key(), &["a.example"])])
    }

    fn grants(rows: Vec<Grant>) -> Grants {
        Grants::new(rows, [(id("own"), Some(Wants::of(&own()))), (id("broken"), None)].into())
    }

    fn hosts_only(carrier: &str, hosts: &[&str]) -> Grant {
        Grant {
            carrier: id(carrier),
            hosts: hosts.iter().map(|host| format!("https://{host}")).collect(),
            secrets: None,
        }
    }

    /// What a file has to wait for; empty where it does not.
    #[track_caller]
    fn check(grants: &Grants, descriptor: &Descriptor, config: &[&str], expected: &str) {
        let config: Vec<Origin> = config.iter().map(|host| Origin::parse(host).expect("an origin")).collect();
        let refusal = grants.refusal(descriptor, &config).unwrap_or_default();
        let way_out = format!("; to allow it: parcelwatch plugin approve {}", descriptor.id);
        assert_eq!(refusal.strip_suffix(&way_out).unwrap_or(&refusal), expected);
    }

    #[test]
    fn what_the_bundled_carrier_wants_is_the_first_grant_of_its_id() {
        let grants = grants(Vec::new());
        check(&grants, &own(), &[], "");
        check(&grants, &plugin("own", &["a.example"], Vec::new()), &[], "");
        check(
            &grants,
            &plugin("own", &["a.example", "c.example"], vec![bound(key(), &["c.example"])]),
            &[],
            "it wants to reach https://c.example and to send api_key to https://c.example as header x-key={api_key}, \
             which the built-in own does not",
        );
        // A host that the operator added may be reached; no secret goes there for that.
        check(
            &grants,
            &plugin("own", &["a.example", "c.example"], vec![bound(key(), &["a.example", "c.example"])]),
            &["c.example"],
            "it wants to send api_key to https://c.example as header x-key={api_key}, which the built-in own does not",
        );
        check(
            &grants,
            &plugin("own", &["a.example", "c.example"], vec![bound(key(), &["a.example"])]),
            &["c.example"],
            "",
        );
    }

    #[test]
    fn a_secret_of_another_name_another_way_or_a_wider_one_waits() {
        let grants = grants(Vec::new());
        let file = |profile: Profile| plugin("own", &["a.example", "b.example"], vec![profile]);
        let (wants, than) = ("it wants to send", "which the built-in own does not");
        let at_a = |profile| file(bound(profile, &["a.example"]));
        check(
            &grants,
            &at_a(Profile::header("api", &[("x-key", "{password}")])),
            &[],
            &format!("{wants} password to https://a.example as header x-key={{password}}, {than}"),
        );
        check(
            &grants,
            &at_a(Profile::query("api", &[("x-key", "{api_key}")])),
            &[],
            &format!("{wants} api_key to https://a.example in another way: query x-key={{api_key}}, {than}"),
        );
        check(
            &grants,
            &at_a(Profile::header("api", &[("x-key", "{api_key}"), ("host", "c.example")])),
            &[],
            &format!(
                "{wants} api_key to https://a.example in another way: header host=c.example, x-key={{api_key}}, {than}"
            ),
        );
        // Bound to nothing, it goes wherever the plugin may go, now and later.
        check(
            &grants,
            &file(key()),
            &[],
            &format!("{wants} api_key to https://b.example as header x-key={{api_key}}, {than}"),
        );
        let alone = plugin("own", &["a.example"], vec![key()]);
        check(
            &grants,
            &alone,
            &[],
            &format!("{wants} api_key to hosts that the config adds as header x-key={{api_key}}, {than}"),
        );
        let digest = bound(
            Profile { parameters: vec![("key".into(), "{api_key}".into())], ..Profile::hmac("api") },
            &["a.example"],
        );
        check(
            &grants,
            &file(digest),
            &[],
            &format!("{wants} api_key to https://a.example, https://b.example as hmac key={{api_key}}, {than}"),
        );
        let token = bound(Profile::oauth2("api", "https://b.example/token", "", "form"), &["a.example"]);
        let refusal = grants.refusal(&file(token), &[]).expect("its secrets are new");
        assert!(
            refusal.contains("to send client_secret to https://a.example, https://b.example as oauth2"),
            "{refusal}"
        );
    }

    #[test]
    fn different_profiles_are_different_ways() {
        let two = Profile::header("api", &[("a", "1"), ("b", "{api_key}")]);
        let ordered = Profile::header("api", &[("b", "{api_key}"), ("a", "1")]);
        assert_eq!(way(&two), way(&ordered));
        for other in
            [&[("a", "1, b={api_key}")][..], &[("a", "\"1"), ("b", "{api_key}\"")], &[("a", "\"1, b={api_key}\"")]]
        {
            assert_ne!(way(&two), way(&Profile::header("api", other)), "{other:?}");
        }
        let ways = [
            way(&Profile::header("api", &[("a", "1, b=2")])),
            way(&Profile::header("api", &[("a", "\"1"), ("b", "2\"")])),
        ];
        assert_ne!(ways[0], ways[1]);
    }

    #[test]
    fn a_new_carrier_waits_only_with_a_secret() {
        let grants = grants(Vec::new());
        let file = |profiles| plugin("new", &["n.example"], profiles);
        check(&grants, &file(Vec::new()), &[], "");
        check(&grants, &file(vec![Profile::header("plain", &[("x-consent", "yes")])]), &[], "");
        check(
            &grants,
            &file(vec![key()]),
            &["n.example"],
            "it wants to send api_key to https://n.example as header x-key={api_key}, and carrier new is new",
        );
    }

    #[test]
    fn a_bundled_carrier_that_cannot_be_loaded_lends_its_name_to_nobody() {
        let file = plugin("broken", &["c.example"], Vec::new());
        check(
            &grants(Vec::new()),
            &file,
            &[],
            "it wants to reach https://c.example, and the built-in broken cannot be loaded",
        );
        check(&grants(vec![Wants::of(&file).grant(id("broken"))]), &file, &[], "");
        assert!(grants(Vec::new()).first_of_bundled().iter().all(|grant| grant.carrier == id("own")));
    }

    #[test]
    fn a_grant_of_an_older_version_keeps_its_hosts_and_gives_no_secret_away() {
        // A stranger's file took the first grant of a bundled carrier.
        let old = grants(vec![hosts_only("own", &["c.example"]), hosts_only("courier", &["k.example"])]);
        check(&old, &plugin("own", &["c.example"], Vec::new()), &[], "");
        check(
            &old,
            &plugin("own", &["c.example"], vec![key()]),
            &[],
            "it wants to send api_key to https://c.example as header x-key={api_key}, which the built-in own does not",
        );
        let settled = old.first_of_bundled();
        let hosts = ["https://a.example", "https://b.example", "https://c.example"];
        assert_eq!((settled.len(), &settled[0].hosts[..]), (1, &hosts.map(str::to_owned)[..]));
        assert_eq!(settled[0].secrets, Some(Wants::of(&own()).secrets.into_iter().collect()));
        assert!(grants(settled).first_of_bundled().is_empty(), "it is settled once");
        // A file's carrier keeps the secrets of what it last ran, and no others.
        let mut old = old;
        assert_eq!(old.without_secrets(), [id("courier")]);
        let ran = plugin("courier", &["k.example"], vec![key()]);
        assert!(old.refusal(&ran, &[]).is_some());
        assert_eq!(old.keep_secrets(&ran).map(|grant| grant.hosts), Some(vec!["https://k.example".to_owned()]));
        check(&old, &ran, &[], "");
        assert!(old.without_secrets().is_empty());
        let next = plugin("courier", &["k.example"], vec![Profile::query("api", &[("key", "{api_key}")])]);
        check(
            &old,
            &next,
            &[],
            "it wants to send api_key to https://k.example in another way: query key={api_key}, which earlier versions did not",
        );
    }

    #[test]
    fn what_was_approved_is_named_whole() {
        let approved = phrases(&Wants::of(&own()).grant(id("own")));
        assert_eq!(
            approved,
            [
                "reach https://a.example, https://b.example",
                "send api_key to https://a.example as header x-key={api_key}"
            ]
        );
    }
}
