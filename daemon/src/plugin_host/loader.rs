//! From bytes to a plugin that can be called, or to a reason why not.

use std::collections::HashSet;

use jiff::{SignedDuration, Timestamp};
use parcelwatch_plugin::egress::Origin;
use parcelwatch_tracking::{Candidate, CarrierId, Country, TrackingNumber};
use sha2::Digest as _;

use super::approval::{Wants, phrases};
use super::call::{Call, Network};
use super::code::{Code, Unfit, Wasm};
use super::contract::CarrierPre;
use super::descriptor::Descriptor;
use super::host::PluginHost;
use super::limits::Limits;
use super::plugin::Compiled;
use super::precompile::precompile_file;
use super::rejection::{Rejection, Stage};
use super::{contract, imports, sandbox};

/// Hosts one carrier needs at most; more would be a proxy.
const HOSTS_MAX: usize = 16;
const BATCH_MAX: u16 = 500;
/// Parameters of one auth profile; a person reads them before a secret travels with them.
const PARAMETERS_MAX: usize = 16;
const PARAMETER_CHARS_MAX: usize = 512;

/// Numbers of forms that no carrier has, alike in nothing.
const NOBODYS: &[&str] = &[
    "Q7",
    "ZZQX0",
    "77A77B77C77D77E",
    "0A1B2C3D4E5F6G7H8J9K",
    "XQ-00-XQ-00",
    "9999999999999999999999999999999999999",
    "Z0Z0Z0Z0Z",
    "QXZ123QXZ123QXZ123QXZ",
    "5Q5Q5Q5",
];
/// A confidence below this claims nothing; aggregators offer to look for any number with less.
const CLAIM: u8 = 30;

/// What `plugin inspect` shows of a file.
#[derive(Clone, Debug)]
pub struct Inspection {
    pub digest: String,
    pub bytes: usize,
    pub imports: Vec<String>,
    pub exports: Vec<String>,
    /// What it wants of the operator, one thing a phrase.
    pub wants: Vec<String>,
    pub descriptor: Descriptor,
}

/// SHA-256, as hexadecimal digits.
pub(super) fn digest(bytes: &[u8]) -> String {
    sha2::Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect()
}

impl PluginHost {
    /// Checks, compiles and introduces a plugin, and puts its code away again. Nothing is in force yet.
    pub(super) async fn compile(&self, wasm: Wasm, digest: String, now: Timestamp) -> Result<Compiled, Rejection> {
        let reject = |stage: Stage, reason: String| Rejection { stage, reason, digest: digest.clone() };
        let bytes = wasm.bytes();
        let size = bytes.len();
        let limits = Limits::for_file(size).ok_or_else(|| {
            let limit = Limits::LARGE.file_bytes / 1024 / 1024;
            reject(Stage::Read, format!("the file has {} MiB; the limit is {limit} MiB", size / 1024 / 1024))
        })?;
        imports::check(&bytes).map_err(|reason| reject(Stage::Check, reason))?;
        if let (Wasm::Kept(_), Some(program)) = (&wasm, &self.program) {
            let compiled = precompile_file(program, &self.state_dir, &bytes).await;
            compiled.map_err(|reason| reject(Stage::Compile, reason))?;
        }
        let pre = self.compiler.load(bytes).await.map_err(|unfit| match unfit {
            Unfit::Compile(why) => reject(Stage::Compile, why),
            Unfit::Types(why) => reject(
                Stage::Check,
                format!("its types differ from the contract's; rebuild it with plugin-sdk 1: {why}"),
            ),
        })?;
        let call = Call::new("new plugin", now, Network::Off, limits);
        let running = self.pulse.run();
        let described = sandbox::run(&pre, call, limits, limits.cpu_describe, contract::describe_once).await;
        drop(running);
        let told = described
            .result
            .map_err(|error| reject(Stage::Describe, format!("it cannot introduce itself: {error}")))?;
        let descriptor = descriptor(told).map_err(|reason| reject(Stage::Describe, reason))?;
        let claims_all = self.claims_all(&pre, &descriptor, limits, now).await;
        Ok(Compiled { digest, code: Code::new(wasm), descriptor, limits, bytes: size, claims_all })
    }

    /// Whether a plugin claims most of some numbers that no carrier has. A plugin that fails at it is found out when it is asked.
    async fn claims_all(
        &self,
        pre: &CarrierPre<Call>,
        descriptor: &Descriptor,
        limits: Limits,
        now: Timestamp,
    ) -> bool {
        let numbers: Vec<TrackingNumber> = NOBODYS.iter().filter_map(|number| TrackingNumber::new(number)).collect();
        let call = Call::new(descriptor.id.as_str(), now, Network::Off, limits);
        let _running = self.pulse.run();
        let asked = sandbox::run(pre, call, limits, limits.cpu_recognize, async |store, carrier| {
            contract::recognize(store, carrier, descriptor, &numbers).await
        });
        let Ok(lists) = asked.await.result else { return false };
        let is_claimed = |list: &&Vec<Candidate>| list.iter().any(|candidate| candidate.confidence > CLAIM);
        lists.iter().filter(is_claimed).count() * 2 > numbers.len()
    }
}

/// Looks at a file without taking it into force.
pub async fn inspect(host: &PluginHost, bytes: Vec<u8>, now: Timestamp) -> Result<Inspection, Rejection> {
    let surface =
        imports::check(&bytes).map_err(|reason| Rejection { stage: Stage::Check, reason, digest: digest(&bytes) })?;
    let digest = digest(&bytes);
    let compiled = host.compile(Wasm::Kept(bytes.into()), digest, now).await?;
    Ok(Inspection {
        digest: compiled.digest,
        bytes: compiled.bytes,
        imports: surface.imports,
        exports: surface.exports,
        wants: phrases(&Wants::of(&compiled.descriptor).grant(compiled.descriptor.id.clone())),
        descriptor: compiled.descriptor,
    })
}

/// Checks what a plugin says of itself.
fn descriptor(told: parcelwatch_plugin::Descriptor) -> Result<Descriptor, String> {
    let id = CarrierId::new(&told.id)
        .ok_or_else(|| format!("its id {:?} is not made of 2 to 32 lower-case letters, digits and _", told.id))?;
    if told.name.is_empty() {
        return Err("it has no name".to_owned());
    }
    if told.hosts.len() > HOSTS_MAX {
        return Err(format!("it wants {} hosts; a carrier needs at most {HOSTS_MAX}", told.hosts.len()));
    }
    let origins: Vec<Origin> = told.hosts.iter().map(|host| Origin::parse(host)).collect::<Result<_, _>>()?;
    check_profiles(&told.profiles, &origins)?;
    if let Some(zone) = &told.zone
        && jiff::tz::TimeZone::get(zone).is_err()
    {
        return Err(format!("its zone {zone:?} is not in the IANA table"));
    }
    if let Some(link) = &told.link
        && !link.starts_with("https://")
    {
        return Err(format!("its link {link:?} does not begin with https://"));
    }
    let probe = match &told.probe {
        Some(probe) => {
            Some(TrackingNumber::new(probe).ok_or_else(|| format!("its probe {probe:?} is no tracking number"))?)
        }
        None => None,
    };
    Ok(Descriptor {
        id,
        name: told.name,
        version: told.version,
        origins,
        profiles: told.profiles,
        batch_max: usize::from(told.batch_max.clamp(1, BATCH_MAX)),
        gap: SignedDuration::from_secs(i64::from(told.gap_s)),
        pace: SignedDuration::from_millis(i64::from(told.pace_ms)),
        quotas: told.quotas.into_iter().filter(|quota| quota.requests > 0 && quota.seconds > 0).collect(),
        zone: told.zone,
        countries: told.countries.iter().filter_map(|code| Country::new(code)).collect(),
        roles: told.roles,
        link: told.link,
        contact: told.contact.into_iter().collect(),
        probe,
        optional_secrets: told.optional_secrets,
        settings: told.settings,
        headers: told.headers,
        facts: told.facts.into_iter().collect(),
    })
}

fn check_profiles(profiles: &[parcelwatch_plugin::Profile], origins: &[Origin]) -> Result<(), String> {
    let mut names = HashSet::new();
    for profile in profiles {
        let name = &profile.name;
        if !names.insert(name) {
            return Err(format!("it declares auth profile {name:?} twice"));
        }
        let known = ["header", "query", "basic", "bearer", "oauth2_client_credentials", "hmac"];
        if !known.contains(&profile.kind.as_str()) {
            return Err(format!(
                "its auth profile {name:?} is of kind {:?}; known: {}",
                profile.kind,
                known.join(", ")
            ));
        }
        if profile.parameters.len() > PARAMETERS_MAX {
            let count = profile.parameters.len();
            return Err(format!("its auth profile {name:?} has {count} parameters; the limit is {PARAMETERS_MAX}"));
        }
        let is_word =
            |name: &str| !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.[]".contains(&b));
        if let Some((parameter, _)) = profile.parameters.iter().find(|(name, _)| !is_word(name)) {
            return Err(format!("its auth profile {name:?} has a parameter {parameter:?}, which is no plain word"));
        }
        for text in profile.parameters.iter().flat_map(|(name, template)| [name, template]) {
            if text.chars().count() > PARAMETER_CHARS_MAX || text.chars().any(char::is_control) {
                return Err(format!(
                    "its auth profile {name:?} has a parameter with control characters or more than {PARAMETER_CHARS_MAX} characters"
                ));
            }
        }
        for host in &profile.hosts {
            let origin = Origin::parse(host)?;
            if !origins.contains(&origin) {
                return Err(format!("its auth profile {name:?} is bound to {origin}, which is none of its hosts"));
            }
        }
        if profile.kind == "oauth2_client_credentials" {
            let url = profile.parameter("token_url").unwrap_or_default();
            let parsed =
                url::Url::parse(url).map_err(|error| format!("its token_url {url:?} is not an address: {error}"))?;
            if !origins.iter().any(|origin| origin.allows(&parsed)) {
                return Err(format!("its token_url {url} is on none of its hosts"));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_probe_that_is_no_tracking_number_is_named() {
        let with_probe = |probe: &str| {
            let told = parcelwatch_plugin::Descriptor::new("acme", "Acme", "1");
            descriptor(parcelwatch_plugin::Descriptor { probe: Some(probe.to_owned()), ..told })
        };
        let probe = with_probe("AC000000005").expect("a number").probe;
        assert_eq!(probe.as_ref().map(TrackingNumber::as_str), Some("AC000000005"));
        let reason = with_probe(" ").expect_err("no number");
        assert_eq!(reason, "its probe \" \" is no tracking number");
    }
}
