//! Who a plugin is and what it needs.

use jiff::SignedDuration;
use parcelwatch_plugin::egress::Origin;
use parcelwatch_plugin::{Profile, Quota};
use parcelwatch_tracking::{CarrierId, Country, Facts, TrackingNumber};

/// Who a plugin is and what it needs, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Descriptor {
    pub id: CarrierId,
    pub name: String,
    pub version: String,
    pub origins: Vec<Origin>,
    pub profiles: Vec<Profile>,
    pub batch_max: usize,
    /// The gap between two questions about one parcel that the carrier tolerates.
    pub gap: SignedDuration,
    /// The gap between two requests to one host.
    pub pace: SignedDuration,
    pub quotas: Vec<Quota>,
    pub zone: Option<String>,
    pub countries: Vec<Country>,
    pub roles: Vec<String>,
    pub link: Option<String>,
    pub contact: Facts,
    /// The number with which a key is tried.
    pub probe: Option<TrackingNumber>,
    /// Secrets that open a second interface only.
    pub optional_secrets: Vec<String>,
    /// The settings it reads.
    pub settings: Vec<String>,
    /// Headers it may set beside the usual ones.
    pub headers: Vec<String>,
    pub facts: Facts,
}

impl Descriptor {
    /// Whether it carries nothing itself and asks others for a price.
    pub fn is_aggregator(&self) -> bool {
        self.roles.iter().any(|role| role == "aggregator")
    }

    /// The secrets with which it is asked, and whether each is there. A key to the second door is enough.
    pub fn secrets_wanted(&self, has: impl Fn(&String) -> bool) -> Vec<(String, bool)> {
        let (mut optional, needed) = self.doors();
        optional.retain(&has);
        let wanted = if optional.is_empty() || needed.iter().all(&has) { needed } else { optional };
        wanted.into_iter().map(|secret| (secret.clone(), has(&secret))).collect()
    }

    /// The secrets of the second interface, and those of the first.
    fn doors(&self) -> (Vec<String>, Vec<String>) {
        self.secrets().into_iter().partition(|secret| self.optional_secrets.contains(secret))
    }

    /// The secrets its profiles take, each once.
    pub fn secrets(&self) -> Vec<String> {
        let mut names: Vec<String> = self.profiles.iter().flat_map(Profile::secrets).collect();
        names.sort();
        names.dedup();
        names
    }

    /// The carrier's own page for a number.
    pub fn link(&self, number: &TrackingNumber) -> Option<String> {
        let link = self.link.as_ref()?;
        Some(link.replace("{number}", &parcelwatch_plugin::http::encode(number.as_str())))
    }
}
