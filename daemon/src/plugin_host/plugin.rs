//! A plugin in force: its code, where it comes from, and what the operator allows it.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::Arc;

use jiff::SignedDuration;
use parcelwatch_tracking::{Candidate, CarrierId};
use tokio::sync::Semaphore;

use super::code::Code;
use super::descriptor::Descriptor;
use super::egress::Egress;
use super::limits::Limits;
use super::politeness::Politeness;
use crate::config::CarrierConfig;

/// Calls into one plugin at the same time.
pub(super) const CALLS_PER_PLUGIN: usize = 2;

/// A compiled plugin, ready to be called.
pub(super) struct Compiled {
    pub(super) digest: String,
    pub(super) code: Code,
    pub(super) descriptor: Descriptor,
    pub(super) limits: Limits,
    pub(super) bytes: usize,
    /// It claims numbers that are nobody's: none is won by that.
    pub(super) claims_all: bool,
}

/// Where a plugin comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    Bundled,
    File(PathBuf),
}

/// A plugin in force: the code, and what the operator allows it.
pub(super) struct Plugin {
    pub(super) compiled: Arc<Compiled>,
    pub(super) source: Source,
    pub(super) egress: Arc<Egress>,
    pub(super) politeness: Arc<Politeness>,
    /// Under whose name its requests are counted.
    pub(super) account: CarrierId,
    pub(super) config: CarrierConfig,
    pub(super) settings: Arc<HashMap<String, String>>,
    pub(super) permits: Semaphore,
}

/// The plugins in force, by carrier.
#[derive(Default)]
pub(super) struct Set(pub(super) BTreeMap<CarrierId, Arc<Plugin>>);

/// How a carrier is to be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    pub batch_max: usize,
    pub gap: SignedDuration,
    /// The operator's own interval for this carrier.
    pub ask_every: Option<SignedDuration>,
    /// The operator pointed the carrier at a server of their own, and its limits are theirs to set.
    pub own_endpoint: bool,
    /// It repeats what others say.
    pub is_aggregator: bool,
    /// It needs no key, or has one.
    pub has_keys: bool,
}

/// What a plugin that claims every number is believed of one.
const CLAIMS_ALL: u8 = 5;

impl Plugin {
    /// A claim as far as it is believed. Who claims every number knows nothing of any.
    pub(super) fn believed(&self, candidate: Candidate) -> Candidate {
        let most = if self.compiled.claims_all { CLAIMS_ALL } else { u8::MAX };
        Candidate { confidence: candidate.confidence.min(most), ..candidate }
    }

    pub(super) fn id(&self) -> &CarrierId {
        &self.compiled.descriptor.id
    }

    /// Whether it is to be asked for its opinion: one that asks others for a price is nobody's carrier, and without the
    /// operator's key it is none's last resort either.
    pub(super) fn is_offered(&self) -> bool {
        !self.compiled.descriptor.is_aggregator() || self.has_keys()
    }

    pub(super) fn has_keys(&self) -> bool {
        let wanted = self.compiled.descriptor.secrets_wanted(|name| self.config.secrets.contains_key(name));
        wanted.iter().all(|(_, there)| *there)
    }

    /// The carrier's gap, or the operator's: longer as they like, shorter only at an endpoint of their own.
    pub(super) fn gap(&self) -> SignedDuration {
        let told = self.compiled.descriptor.gap;
        match self.config.gap {
            Some(gap) if self.config.endpoint.is_some() => gap,
            Some(gap) => gap.max(told),
            None => told,
        }
    }
}
