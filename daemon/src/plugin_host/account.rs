//! Which carriers one key of the operator's opens: what the key is allowed, they share.

use std::collections::{BTreeMap, HashMap};

use parcelwatch_plugin::Quota;
use parcelwatch_tracking::CarrierId;

use super::descriptor::Descriptor;
use crate::config::Secret;

/// What two carriers with the same account have in common.
#[derive(PartialEq, Eq)]
pub(super) struct Key {
    hosts: Vec<String>,
    secrets: Vec<(String, Secret)>,
    /// How many seconds each quota runs for, and at what time of the day it starts again.
    spans: Vec<(u32, Option<String>)>,
}

impl Key {
    /// Nothing where the carrier has no key, or sets no quota.
    pub(super) fn of(descriptor: &Descriptor, secrets: &HashMap<String, Secret>, quotas: &[Quota]) -> Option<Self> {
        let named = descriptor.secrets().into_iter();
        let secrets: Vec<_> = named.filter_map(|name| secrets.get(&name).cloned().map(|value| (name, value))).collect();
        let mut hosts: Vec<String> = descriptor.origins.iter().map(ToString::to_string).collect();
        hosts.sort();
        let spans = quotas.iter().map(|quota| (quota.seconds, quota.resets_at.clone())).collect();
        (!secrets.is_empty() && !quotas.is_empty()).then_some(Self { hosts, secrets, spans })
    }
}

/// The carriers that share their key with others, each with the first of those, under whose name all are counted.
pub(super) fn shared(keys: &[(CarrierId, Key)]) -> BTreeMap<CarrierId, CarrierId> {
    let account = |(id, key): &(CarrierId, Key)| {
        let mut sharing = keys.iter().filter(|(_, other)| other == key).map(|(id, _)| id);
        let first = sharing.next()?;
        sharing.next().map(|_| (id.clone(), first.clone()))
    };
    keys.iter().filter_map(account).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(host: &str, secret: &str, seconds: u32) -> Key {
        Key {
            hosts: vec![host.to_owned()],
            secrets: vec![("api_key".to_owned(), Secret::new(secret.to_owned()))],
            spans: vec![(seconds, Some("00:00Z".to_owned()))],
        }
    }

    #[test]
    fn who_has_the_same_key_for_the_same_hosts_is_counted_under_one_name() {
        let carriers = [
            ("deutsche_post", key("https://a.example", "one", 86_400)),
            ("dhl", key("https://a.example", "one", 86_400)),
            ("hourly", key("https://a.example", "one", 3600)),
            ("other_host", key("https://b.example", "one", 86_400)),
            ("other_key", key("https://a.example", "two", 86_400)),
        ];
        let id = |text: &str| CarrierId::new(text).expect("an id");
        let shared = shared(&carriers.map(|(carrier, key)| (id(carrier), key)));
        let wanted = [("deutsche_post", "deutsche_post"), ("dhl", "deutsche_post")];
        assert_eq!(shared, wanted.map(|(carrier, account)| (id(carrier), id(account))).into());
    }
}
