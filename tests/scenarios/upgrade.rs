//! A newer daemon takes over what a former version left behind: the same parcels, the same entries under the same ids, and
//! nothing told twice. The pasts lie in `tests/fixtures`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use parcelwatch_tests::past::{self, lasting};
use parcelwatch_tests::site::Line;
use parcelwatch_tests::{CarrierSite, Daemon, Home, guest_with, story};
use serde_json::Value;

/// Where the kept configs point carriers and channels: nobody listens there.
const NOWHERE: &str = "http://127.0.0.1:9";

/// What the passing of time, a carrier that cannot be reached or can be again, and a config that is good again may add to what
/// was told. Everything else would be history told a second time: no carrier says anything new here.
const NEW_KINDS: [&str; 8] =
    ["silence", "late", "deadline", "overdue", "source_lost", "source_back", "config", "summary"];

/// An entry of a feed, and its categories, among which its kind is.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    id: String,
    title: String,
    published: String,
    updated: String,
    categories: Vec<String>,
}

fn feed(daemon: &Daemon, path: &str) -> Vec<Entry> {
    let body = daemon.get(path);
    let feed = feed_rs::parser::parse(body.as_bytes()).unwrap_or_else(|error| panic!("{path}: {error}\n{body}"));
    let entries = feed.entries.into_iter().map(|entry| Entry {
        id: entry.id,
        title: entry.title.map(|title| title.content).unwrap_or_default(),
        published: entry.published.expect("it has its time").to_rfc3339(),
        updated: entry.updated.expect("it has its time").to_rfc3339(),
        categories: entry.categories.into_iter().map(|category| category.term).collect(),
    });
    entries.collect()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn list(value: &Value) -> impl Iterator<Item = &Value> + Clone {
    value.as_array().into_iter().flatten()
}

/// A former version's past, taken over into a home of today.
struct Taken {
    folder: PathBuf,
    expected: Value,
    site: CarrierSite,
    home: Home,
}

/// The bytes of a folder's files, by their path in it.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let entry = entry.expect("a folder entry");
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.path().is_dir() {
            found.extend(files(&entry.path()).into_iter().map(|(below, bytes)| (format!("{name}/{below}"), bytes)));
        } else {
            found.push((name, std::fs::read(entry.path()).expect("a file")));
        }
    }
    found.sort();
    found
}

impl Taken {
    fn over(commit: &str) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures").join(commit);
        let read = |name: &str| {
            let path = folder.join(name);
            std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
        };
        let expected = serde_json::from_str(&read("expected.json")).expect("JSON");
        let site = CarrierSite::start();
        past::tell(&site, past::STARTS.len() - 1);
        let host = site.address().to_string();
        let (method, address) = ("POST".to_owned(), "/hook".to_owned());
        site.line(Line {
            host,
            method,
            address,
            with: String::new(),
            status: 204,
            headers: [].into(),
            body: String::new(),
        });
        let kept = read("config.toml");
        let mut config = kept.replace(NOWHERE, &format!("http://{}", site.address()));
        // Carriers that came since are not asked in earnest either.
        for carrier in story::carriers().iter().filter(|carrier| !kept.contains(&format!("[carriers.{carrier}]"))) {
            config.push_str(&site.carrier(carrier));
        }
        let home = crate::home("");
        home.write_whole_config(config);
        // The file that the former daemon ran, and the copy that it kept of it.
        let courier = guest_with("courier", &["keyed", "second"]);
        home.drop_plugin("courier.wasm", &courier);
        std::fs::create_dir_all(home.state().join("last-good")).expect("our folder");
        std::fs::write(home.state().join("last-good/courier.wasm"), &courier).expect("our folder");
        std::fs::copy(folder.join("parcelwatch.db"), home.state().join("parcelwatch.db")).expect("our folder");
        for (name, bytes) in files(&folder.join("attachments")) {
            let path = home.state().join("attachments").join(name);
            std::fs::create_dir_all(path.parent().expect("a parcel's folder")).expect("our folder");
            std::fs::write(path, bytes).expect("our folder");
        }
        Self { folder, expected, site, home }
    }

    /// Every carrier that can be asked was asked by this daemon and repeated what it had said.
    fn ask_all(&self, daemon: &Daemon) {
        let courier = plugin(daemon, "courier");
        assert_eq!(courier["source"], "courier.wasm", "{courier:#}");
        let at = text(&self.expected["at"]);
        for parcel in list(&self.expected["parcels"]).filter(|parcel| parcel["archived"] == false) {
            let id = text(&parcel["id"]);
            // The parcel says why when a carrier does not answer.
            let _ = self.home.command(&["ask", id]);
            daemon.until_parcel(id, |parcel| {
                let mut active = list(&parcel["legs"]).filter(|leg| leg["state"] == "active");
                active.all(|leg| text(&leg["last_asked_at"]) > at)
            });
        }
    }

    #[track_caller]
    fn compare(&self, daemon: &Daemon) {
        self.compare_parcels(daemon);
        self.compare_feeds(daemon);
        for (name, bytes) in files(&self.folder.join("attachments")) {
            let (parcel, file) = name.split_once('/').expect("a parcel's folder");
            assert_eq!(daemon.download(&format!("/parcel/{parcel}/attachment/{file}")).1, bytes, "{name}");
        }
    }

    #[track_caller]
    fn compare_parcels(&self, daemon: &Daemon) {
        for archived in [false, true] {
            let shown = daemon.json(&format!("/api/v1/parcels?limit=500&archived={archived}"));
            let shown: Vec<Value> = list(&shown["parcels"]).map(lasting).collect();
            let kept = list(&self.expected["parcels"]).filter(|parcel| parcel["archived"] == archived);
            let kept: Vec<Value> = kept.map(lasting).collect();
            let ids =
                |parcels: &[Value]| parcels.iter().map(|parcel| text(&parcel["id"]).to_owned()).collect::<Vec<_>>();
            assert_eq!(ids(&shown), ids(&kept), "archived: {archived}");
            for (mut shown, kept) in shown.into_iter().zip(&kept) {
                if let (Some(shown), Some(kept)) = (shown["legs"].as_array_mut(), kept["legs"].as_array()) {
                    // Carriers that came since may know a number, too.
                    shown.truncate(kept.len());
                }
                assert_eq!(shown, *kept, "{}", kept["id"]);
            }
        }
    }

    /// A feed goes on where it was: on top what time brought, below it what stood there, unchanged and in the same order. A
    /// feed that had more than it holds may lose as many at the end as came on top, and what is a month old.
    #[track_caller]
    fn compare_feeds(&self, daemon: &Daemon) {
        /// A feed holds at least so many entries, however old they are.
        const FEED_MIN: usize = 50;
        let at = text(&self.expected["at"]);
        for (path, kept) in self.expected["feeds"].as_object().expect("feeds by their paths") {
            let shown = feed(daemon, path);
            let is_known = |entry: &Entry| list(kept).any(|kept| text(&kept["id"]) == entry.id);
            let new = shown.iter().take_while(|entry| !is_known(entry)).count();
            let (new, old) = shown.split_at(new);
            for entry in new {
                assert!(
                    NEW_KINDS.iter().any(|kind| entry.categories.iter().any(|category| category == kind))
                        && entry.published.as_str() > at,
                    "{path}: told by nothing but the upgrade: {entry:#?}"
                );
            }
            let count = list(kept).count();
            assert!(
                old.len() == count || old.len() + new.len() >= FEED_MIN,
                "{path}: {} of {count} entries",
                old.len()
            );
            for (shown, kept) in old.iter().zip(list(kept)) {
                let shown = [&shown.id, &shown.title, &shown.published, &shown.updated];
                let kept = ["id", "title", "published", "updated"].map(|name| text(&kept[name]));
                assert_eq!(shown, kept, "{path}");
            }
        }
    }

    /// The ids of the messages that the channel has received, in their order.
    fn received(&self) -> Vec<(String, Value)> {
        let asked = self.site.asked(&self.site.address().to_string());
        let messages = asked.iter().filter(|asked| asked.path == "/hook");
        messages
            .map(|asked| {
                let id = asked.header("webhook-id").unwrap_or_default().to_owned();
                (id, serde_json::from_str(&asked.body).expect("JSON"))
            })
            .collect()
    }

    /// The channel gets what waited for it, and nothing that it had.
    #[track_caller]
    fn compare_channel(&self, daemon: &Daemon) {
        daemon.until("the outbox is empty", |daemon| {
            let metrics = daemon.get("/metrics");
            if metrics.contains("parcelwatch_outbox_entries 0\n") { Ok(()) } else { Err(metrics) }
        });
        let received = self.received();
        let ids: BTreeSet<&str> = received.iter().map(|(id, _)| id.as_str()).collect();
        assert_eq!(ids.len(), received.len(), "a message was sent twice: {received:#?}");
        for waiting in list(&self.expected["waiting"]) {
            assert!(ids.contains(text(waiting)), "{waiting} was lost");
        }
        let waited = |id: &str| list(&self.expected["waiting"]).any(|waiting| waiting == id);
        for (id, message) in received.iter().filter(|(id, _)| !waited(id)) {
            assert!(
                NEW_KINDS.contains(&text(&message["type"])) && text(&message["timestamp"]) > text(&self.expected["at"]),
                "{id} was sent before: {message:#}"
            );
        }
    }
}

#[test]
fn what_cd58116_left_behind_is_shown_as_it_was_and_nothing_is_told_twice() {
    let past = Taken::over("cd58116");
    let daemon = past.home.start();
    past.ask_all(&daemon);
    past.compare(&daemon);
    past.compare_channel(&daemon);
    hides_secrets(&past, &daemon);
    assert!(daemon.get("/").contains(KEYS_WERE_SHOWN), "the operator sees it");
    daemon.stop();
    // And once more, now that the database is of today.
    let daemon = past.home.start();
    past.ask_all(&daemon);
    past.compare(&daemon);
    past.compare_channel(&daemon);
    hides_secrets(&past, &daemon);
}

const KEYS_WERE_SHOWN: &str = "Keys that stood in faulty lines of the config were shown; change them";

/// What the former version showed of faulty lines is shown no more, and that it was is said once.
#[track_caller]
fn hides_secrets(past: &Taken, daemon: &Daemon) {
    let told = daemon.until("the keys that were shown", |daemon| {
        let told = feed(daemon, "/feeds/system.atom");
        let count = told.iter().filter(|entry| entry.title == KEYS_WERE_SHOWN).count();
        if count == 1 { Ok(told) } else { Err(format!("{told:#?}")) }
    });
    assert!(told.iter().any(|entry| entry.title.contains("faults")), "the entries themselves stay");
    for secret in ["sk-live-4f9a7c0d2b8e6153", "correct-horse-battery-staple"] {
        for path in ["/", "/system", "/feeds/system.atom", "/feeds/system.json", "/api/v1/system"] {
            assert!(!daemon.get(path).contains(secret), "{path} shows {secret}");
        }
        let database = std::fs::read(past.home.state().join("parcelwatch.db")).expect("the database");
        let holds = |bytes: &[u8]| bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
        assert!(!holds(&database), "the database holds {secret}");
    }
}

/// Waits until the plugins are in force, and gives back one.
fn plugin(daemon: &Daemon, carrier: &str) -> Value {
    let system = daemon.until_system(|system| {
        let mut plugins = list(&system["plugins"]);
        plugins.clone().next().is_some() && plugins.all(|plugin| plugin["state"] == "running")
    });
    list(&system["plugins"]).find(|plugin| plugin["carrier"] == carrier).cloned().unwrap_or_default()
}

#[test]
fn a_file_that_ran_before_keeps_its_key_over_an_upgrade() {
    let past = Taken::over("cd58116");
    // The doctor may come before the first start: it tries what the daemon would run.
    let told: Value = serde_json::from_slice(&past.home.command(&["doctor", "--json"]).stdout).expect("JSON");
    let own = list(&told["carriers"]).find(|found| found["carrier"] == "courier").expect("it is in the config");
    assert_ne!(own["credentials"], "no_plugin", "{own:#}");
    for _ in 0..2 {
        let daemon = past.home.start();
        let courier = plugin(&daemon, "courier");
        assert_eq!((text(&courier["source"]), &courier["rejected"]), ("courier.wasm", &Value::Null), "{courier:#}");
        past.home.say(&["ask", "box"]);
        daemon.stop();
    }
    let asked = past.site.asked(past::COURIER);
    let has_key = |asked: &parcelwatch_tests::site::Asked| asked.header("x-courier-key") == Some(KEY);
    assert!(!asked.is_empty() && asked.iter().all(has_key));
}

/// The courier's key in the kept config.
const KEY: &str = "story-courier-key-0123456789";

#[test]
fn a_file_that_was_swapped_at_an_upgrade_waits_while_the_copy_of_the_former_one_runs() {
    let past = Taken::over("cd58116");
    past.home.drop_plugin("courier.wasm", &guest_with("courier", &["keyed", "leaky"]));
    let daemon = past.home.start();
    let courier = plugin(&daemon, "courier");
    let why = text(&courier["rejected"]["reason"]);
    assert!(why.contains("send api_key to https://courier.example in another way: query"), "{courier:#}");
    assert_eq!(courier["version"], "2.0.0");
    past.home.say(&["ask", "box"]);
    let asked = past.site.asked(past::COURIER);
    assert!(!asked.is_empty() && asked.iter().all(|asked| !asked.query.contains(KEY)), "{asked:#?}");
}
