//! A carrier's story: `plugins/<carrier>/story.toml` says what the carrier site answers and what becomes of the parcel, and
//! the whole daemon is played through it. A carrier brings its story along, so nothing here knows any carrier by name.
//!
//! ```toml
//! host = "api.acme.example"
//! [keys]                                  # what the operator writes into [carriers.acme]; empty where none is needed
//! api_key = "story-key-0123456789"
//! [door]                                  # what every request must carry, and how one without it is refused
//! headers = { x-acme-key = "story-key-0123456789" }
//! status = 401
//! [[probe]]                               # what is answered when the key is tried with the plugin's `probe`
//! on = "GET /v1/track?number=AC000000005"
//! status = 404
//! [[scene]]
//! title = "a parcel reaches the mailbox"
//! number = "AC123456785"
//! [[scene.reply]]
//! on = "GET /v1/track?number=AC123456785" # method, and how the address begins
//! body = "replies/journey.json"           # or text = "…"
//! [scene.then]                            # places in the parcel as the API has it; /leg is this carrier's, and
//!                                         # /numbers/X the first leg of number X
//! "/status" = "delivered"
//! ```

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;

use crate::site::{Door, Line};
use crate::{CarrierSite, Daemon, Home};

/// What every story has to tell.
const KINDS: [&str; 4] = ["journey", "not_found", "rate_limited", "blocked"];

const MEMORY: &str = "a string takes what is written to it";

/// A carrier and its story.
#[derive(Debug)]
pub struct Story {
    carrier: String,
    folder: PathBuf,
    told: Told,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Told {
    host: String,
    #[serde(default)]
    keys: BTreeMap<String, String>,
    #[serde(default)]
    settings: BTreeMap<String, String>,
    #[serde(default)]
    door: Option<Door>,
    /// What of [`KINDS`] this carrier never says.
    #[serde(default)]
    never: Vec<String>,
    /// What is answered when `parcelwatch doctor` tries the key.
    #[serde(default)]
    probe: Vec<Reply>,
    scene: Vec<Scene>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Scene {
    title: String,
    /// A new parcel's number; without one the last parcel is asked about again.
    number: Option<String>,
    /// Further lines of the parcel in the config.
    #[serde(default)]
    parcel: String,
    #[serde(default)]
    reply: Vec<Reply>,
    then: BTreeMap<String, toml::Value>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Reply {
    /// Another host than the story's.
    host: Option<String>,
    on: String,
    /// What the body of the request has to contain.
    #[serde(default)]
    with: String,
    #[serde(default = "ok")]
    status: u16,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    /// A file in the carrier's folder.
    body: Option<String>,
    text: Option<String>,
}

fn ok() -> u16 {
    200
}

/// What the operator has written into the config.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Keys {
    Missing,
    Wrong,
    Right,
}

/// The carriers that have a folder, by id.
pub fn carriers() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../plugins");
    let entries = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let entries = entries.map(|entry| entry.expect("a folder entry"));
    let mut ids: Vec<String> = entries
        .filter(|entry| entry.path().join("Cargo.toml").is_file())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    ids.sort();
    ids
}

impl Story {
    /// The story of a carrier.
    #[track_caller]
    pub fn of(carrier: &str) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../plugins").join(carrier);
        let path = folder.join("story.toml");
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let told = toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        Self { carrier: carrier.to_owned(), folder, told }
    }

    /// Plays the story: the key is missing at first, then comes, and each scene adds a parcel to the running daemon, or
    /// asks again about the last one.
    ///
    /// # Panics
    ///
    /// When a scene does not end as told, when the site was asked what no scene expects, or when the story leaves out what
    /// every story has to tell.
    pub fn play(&self, binary: &str) {
        let (carrier, told) = (&self.carrier, &self.told);
        let site = CarrierSite::start();
        let needs_key = !told.keys.is_empty();
        let home = Home::new(binary, &self.config(&site, 1, &[], Keys::Missing));
        if let Some(door) = &told.door {
            site.door(&told.host, door.clone());
        }
        if !needs_key {
            self.prepare(&site, &told.scene[0]);
        }
        let daemon = home.start();
        told.probe.iter().for_each(|reply| site.line(self.line(reply)));
        if needs_key {
            self.needs_a_key(&site, &daemon);
            self.diagnosed(&home, "missing");
            if self.is_wrong_key_refused() {
                home.write_config(&self.config(&site, 1, &[], Keys::Wrong));
                home.say(&["reload"]);
                self.diagnosed(&home, "refused");
            }
        }
        let mut kinds: Vec<String> = Vec::new();
        let mut parcel = String::new();
        let mut number = String::new();
        let mut over: Vec<usize> = Vec::new();
        for (index, scene) in told.scene.iter().enumerate() {
            self.prepare(&site, scene);
            if let Some(new) = &scene.number {
                (parcel, number) = (format!("scene-{index}"), new.to_uppercase());
                home.write_config(&self.config(&site, index + 1, &over, Keys::Right));
            } else {
                home.say(&["ask", &parcel]);
            }
            let json = daemon.until(&format!("{carrier}: {}", scene.title), |daemon| {
                let mut json = daemon.parcel(&parcel);
                json["leg"] = self.leg(&json, &number);
                json["numbers"] = numbers(&json);
                match scene.differs(&json) {
                    None => Ok(json),
                    Some(difference) => Err(format!("{difference}\n{json:#}")),
                }
            });
            let told_events = json["events"].as_array().is_some_and(|events| !events.is_empty());
            match json["leg"]["failure"]["kind"].as_str() {
                Some(kind) => kinds.push(kind.to_owned()),
                None if told_events => kinds.push("journey".to_owned()),
                None => {}
            }
            if let ("blocked" | "rate_limited", Some("carrier" | "account")) = failure(&json["leg"]) {
                self.is_left_alone(&home, &parcel);
                // For the scenes that follow it is opened again, and this parcel would close it once more.
                over.push(index);
                home.write_config(&self.config(&site, index + 1, &over, Keys::Right));
                home.say(&["reload"]);
                home.say(&["plugin", "enable", carrier]);
            }
            if index == 0 {
                self.diagnosed(&home, if needs_key { "work" } else { "none" });
            }
            assert!(
                daemon.get(&format!("/parcel/{parcel}")).contains(&number),
                "{carrier}: {}: no number",
                scene.title
            );
        }
        // A tracker that is still searching is polled again after a minute: on a slow machine that comes before its next scene.
        let is_later = |asked: &crate::site::Asked| {
            let mut replies = told.scene.iter().flat_map(|scene| &scene.reply);
            replies
                .any(|reply| reply.on == format!("{} {}", asked.method, asked.path) && asked.body.contains(&reply.with))
        };
        let mut unexpected = site.unexpected(&told.host);
        unexpected.retain(|asked| !is_later(asked));
        assert!(unexpected.is_empty(), "{carrier}: nobody expects {unexpected:#?}");
        for kind in KINDS.into_iter().filter(|kind| !told.never.iter().any(|never| never == kind)) {
            assert!(kinds.iter().any(|known| known == kind), "{carrier}: no scene is about {kind}: {kinds:?}");
        }
        daemon.stop();
    }

    fn prepare(&self, site: &CarrierSite, scene: &Scene) {
        for reply in &scene.reply {
            site.line(self.line(reply));
        }
    }

    /// Without its key the carrier is not asked, and the parcel says which key is missing.
    fn needs_a_key(&self, site: &CarrierSite, daemon: &Daemon) {
        let number = self.told.scene[0].number.as_deref().unwrap_or_default().to_uppercase();
        let parcel =
            daemon.until_parcel("scene-0", |parcel| self.leg(parcel, &number)["failure"]["kind"] == "needs_credential");
        let leg = self.leg(&parcel, &number);
        let message = leg["failure"]["message"].as_str().unwrap_or_default();
        let named = self.told.keys.keys().any(|key| message.contains(key.as_str()));
        assert!(named, "{}: which key is missing is not said: {message}", self.carrier);
        assert!(site.asked(&self.told.host).is_empty(), "{}: asked without a key", self.carrier);
    }

    /// A carrier that shuts out machines, or wants fewer questions, is asked about no parcel for a while.
    fn is_left_alone(&self, home: &Home, parcel: &str) {
        let refused = home.command(&["ask", parcel]);
        let words = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(!refused.status.success() && words.contains("is not asked before"), "{}: {words}", self.carrier);
    }

    /// What the doctor says of the carrier's key.
    #[track_caller]
    fn diagnosed(&self, home: &Home, expected: &str) {
        let output = home.command(&["doctor", "--json"]);
        let told: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
        let mut carriers = told["carriers"].as_array().into_iter().flatten();
        let own = carriers.find(|found| found["carrier"] == self.carrier.as_str()).cloned().unwrap_or_default();
        assert_eq!(own["credentials"], expected, "{}: {own:#}", self.carrier);
        let missing: Vec<&str> = own["missing"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let named = missing.iter().all(|name| own["message"].as_str().is_some_and(|message| message.contains(name)));
        assert!(named && missing.is_empty() == (expected != "missing"), "{}: {own:#}", self.carrier);
    }

    /// Whether the site looks at what is in the key.
    fn is_wrong_key_refused(&self) -> bool {
        self.told.door.as_ref().is_some_and(|door| {
            let holds_key = |text: &String| self.told.keys.values().any(|key| text.contains(key.as_str()));
            door.basic.is_some()
                || door.token.is_some()
                || door.headers.values().any(holds_key)
                || door.query.iter().any(holds_key)
        })
    }

    /// A config with the parcels of the first scenes, but for those that are over.
    fn config(&self, site: &CarrierSite, scenes: usize, over: &[usize], keys: Keys) -> String {
        let mut config = String::new();
        for (index, scene) in self.told.scene[..scenes].iter().enumerate() {
            if let Some(number) = scene.number.as_ref().filter(|_| !over.contains(&index)) {
                let (carrier, parcel) = (&self.carrier, &scene.parcel);
                writeln!(
                    config,
                    "[[parcel]]\nid = \"scene-{index}\"\nnumber = \"{number}\"\ncarrier = \"{carrier}\"\n{parcel}"
                )
                .expect(MEMORY);
            }
        }
        // Nobody may be asked in earnest, whatever number a story leads to.
        for carrier in carriers() {
            config.push_str(&site.carrier(&carrier));
            if carrier == self.carrier && keys != Keys::Missing {
                for (name, value) in &self.told.keys {
                    let value = if keys == Keys::Right { value.clone() } else { format!("{value}-mistyped") };
                    writeln!(config, "{name} = {}", toml::Value::from(value)).expect(MEMORY);
                }
            }
            if carrier == self.carrier && !self.told.settings.is_empty() {
                writeln!(config, "[carriers.{carrier}.settings]").expect(MEMORY);
                for (name, value) in &self.told.settings {
                    writeln!(config, "{name} = {}", toml::Value::from(value.as_str())).expect(MEMORY);
                }
            }
        }
        config
    }

    fn line(&self, reply: &Reply) -> Line {
        let body = match (&reply.body, &reply.text) {
            (Some(file), None) => {
                let path = self.folder.join(file);
                std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
            }
            (None, Some(text)) => text.clone(),
            (None, None) => String::new(),
            (Some(_), Some(_)) => panic!("{}: {} has both body and text", self.carrier, reply.on),
        };
        let (method, address) = reply.on.split_once(' ').expect("`on` is a method and an address");
        Line {
            host: reply.host.clone().unwrap_or_else(|| self.told.host.clone()),
            method: method.to_owned(),
            address: address.to_owned(),
            with: reply.with.clone(),
            status: reply.status,
            headers: reply.headers.clone(),
            body,
        }
    }

    /// What a parcel says of this carrier's number.
    fn leg(&self, parcel: &Value, number: &str) -> Value {
        let mut legs = parcel["legs"].as_array().into_iter().flatten();
        let own = |leg: &&Value| leg["carrier"] == self.carrier.as_str() && leg["number"] == number;
        legs.find(own).cloned().unwrap_or_default()
    }
}

/// The kind of a leg's failure, and whom it concerns.
fn failure(leg: &Value) -> (&str, Option<&str>) {
    let failure = &leg["failure"];
    (failure["kind"].as_str().unwrap_or_default(), failure["scope"].as_str())
}

/// The first leg of each number, by number: a number may have several, as several carriers could have it.
fn numbers(parcel: &Value) -> Value {
    let mut numbers = serde_json::Map::new();
    for leg in parcel["legs"].as_array().into_iter().flatten() {
        numbers.entry(leg["number"].as_str().unwrap_or_default()).or_insert_with(|| leg.clone());
    }
    Value::Object(numbers)
}

impl Scene {
    /// The first place in which a parcel is not as told.
    fn differs(&self, parcel: &Value) -> Option<String> {
        self.then.iter().find_map(|(place, expected)| {
            let expected = serde_json::to_value(expected).expect("TOML is JSON but for its dates");
            let found = parcel.pointer(place).unwrap_or(&Value::Null);
            let holds = match (&expected, found) {
                // TOML has no null.
                (Value::String(none), Value::Null) => none == "none",
                // Where … stands, anything may.
                (Value::String(part), Value::String(text)) if part.contains('…') => {
                    part.split('…').all(|part| text.contains(part))
                }
                (expected, found) => expected == found,
            };
            (!holds).then(|| format!("{place} is {found} and not {expected}"))
        })
    }
}
