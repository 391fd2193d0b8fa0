//! What the folder and the bundle offer for the set in force.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use parcelwatch_plugin::Quota;
use parcelwatch_tracking::CarrierId;

use super::account::{self, Key};
use super::descriptor::Descriptor;
use super::plugin::{Compiled, Source};
use super::rejection::Rejection;
use crate::config::CarrierConfig;

/// One candidate for the set in force.
pub(super) struct Offer {
    pub(super) compiled: Arc<Compiled>,
    pub(super) source: Source,
    pub(super) rejected: Option<(PathBuf, Rejection)>,
}

/// What the carrier allows one account; the operator knows better.
pub(super) fn quotas(descriptor: &Descriptor, config: Option<&CarrierConfig>) -> Vec<Quota> {
    match config.and_then(|config| config.daily_quota) {
        Some(requests) => vec![Quota { requests, seconds: 86_400, resets_at: Some("00:00Z".into()) }],
        None => descriptor.quotas.clone(),
    }
}

/// The carriers that share a key with others, and under whose name all of them are counted.
pub(super) fn accounts(
    offers: &BTreeMap<CarrierId, Offer>,
    carriers: &BTreeMap<CarrierId, CarrierConfig>,
) -> BTreeMap<CarrierId, CarrierId> {
    let keys = offers.iter().filter_map(|(id, offer)| {
        let config = carriers.get(id).filter(|config| config.enabled)?;
        let descriptor = &offer.compiled.descriptor;
        Some((id.clone(), Key::of(descriptor, &config.secrets, &quotas(descriptor, Some(config)))?))
    });
    account::shared(&keys.collect::<Vec<_>>())
}
