//! A plugin is dropped in, replaced by a broken one, replaced by a good one, and taken out.

use parcelwatch_tests::site::Told;
use parcelwatch_tests::{CarrierSite, guest, guest_with};

use crate::{home, status};

const HOST: &str = "courier.example";

fn version(parcel: &serde_json::Value) -> &str {
    parcel["legs"][0]["facts"]["plugin_version"].as_str().unwrap_or_default()
}

fn plugin<'a>(system: &'a serde_json::Value, carrier: &str) -> &'a serde_json::Value {
    let plugins = system["plugins"].as_array().expect("a list");
    plugins.iter().find(|plugin| plugin["carrier"] == carrier).unwrap_or(&serde_json::Value::Null)
}

#[test]
fn a_plugin_takes_effect_when_it_is_dropped_in_and_a_broken_one_leaves_it_running() {
    let site = CarrierSite::start();
    site.fixed(
        HOST,
        "COU1",
        Told::text(200, "text/plain", "HUB|At the hub|2026-11-20 09:00\nIN|Taken in|2026-11-19 08:00\n".into()),
    );
    let home = home(&format!("{}[[parcel]]\nid = \"box\"\nnumber = \"COU1\"\n", site.carrier("courier")));
    let daemon = home.start();
    daemon.until_system(|system| plugin(system, "demo")["state"] == "running");
    let unserved = daemon.until_parcel("box", |parcel| parcel["legs"][0]["state"] == "no_carrier");
    assert_eq!(status(&unserved), "unknown");
    assert!(daemon.get("/parcel/box").contains("No plugin serves this number"));

    home.drop_plugin("courier.wasm", &guest("courier"));
    let parcel = daemon.until_parcel("box", |parcel| status(parcel) == "accepted");
    assert_eq!(version(&parcel), "1.0.0");
    assert_eq!(parcel["events"][0]["status"], "unknown", "the first version does not know HUB");
    let system = daemon.json("/api/v1/system");
    assert_eq!((&system["unmapped"][0]["code"], &system["unmapped"][0]["count"]), (&"HUB".into(), &1.into()));

    let first = plugin(&system, "courier")["digest"].clone();
    home.drop_plugin("courier.wasm", b"\0asm broken");
    let system = daemon.until_system(|system| !plugin(system, "courier")["rejected"].is_null());
    assert_eq!(plugin(&system, "courier")["digest"], first, "the good one runs on");
    assert!(daemon.get("/").contains("Plugin file courier.wasm is not in force"));
    assert!(home.say(&["ask", "box"]).contains("2 events"));

    home.drop_plugin("courier.wasm", &guest_with("courier", &["second"]));
    daemon.until_system(|system| plugin(system, "courier")["version"] == "2.0.0");
    home.say(&["ask", "box"]);
    let parcel = daemon.until_parcel("box", |parcel| version(parcel) == "2.0.0");
    assert_eq!(status(&parcel), "local_processing", "the second version reads HUB");
    assert_eq!(parcel["events"].as_array().map(Vec::len), Some(2), "the same events, read anew");
    assert!(daemon.json("/api/v1/system")["notices"].as_array().is_some_and(Vec::is_empty));

    std::fs::remove_file(home.plugins().join("courier.wasm")).expect("it was dropped in");
    daemon.until_system(|system| plugin(system, "courier").is_null());
    assert_eq!(status(&daemon.parcel("box")), "local_processing", "the history stays");
}

#[test]
fn a_restart_with_a_broken_file_runs_the_last_good_one() {
    let site = CarrierSite::start();
    site.fixed(HOST, "COU1", Told::text(200, "text/plain", "IN|Taken in|2026-11-19 08:00\n".into()));
    let home = home(&format!("{}[[parcel]]\nid = \"box\"\nnumber = \"COU1\"\n", site.carrier("courier")));
    home.drop_plugin("courier.wasm", &guest("courier"));
    let daemon = home.start();
    daemon.until_parcel("box", |parcel| status(parcel) == "accepted");
    daemon.stop();
    home.drop_plugin("courier.wasm", b"not a plugin at all");
    let daemon = home.start();
    let system = daemon.until_system(|system| !plugin(system, "courier")["rejected"].is_null());
    assert_eq!(plugin(&system, "courier")["version"], "1.0.0");
    assert!(home.say(&["ask", "box"]).contains("1 events"));
}

#[test]
fn a_version_that_wants_more_hosts_waits_for_approval() {
    let site = CarrierSite::start();
    site.fixed(HOST, "COU1", Told::text(200, "text/plain", "IN|Taken in|2026-11-19 08:00\n".into()));
    let home = home(&format!("{}[[parcel]]\nid = \"box\"\nnumber = \"COU1\"\n", site.carrier("courier")));
    home.drop_plugin("courier.wasm", &guest("courier"));
    let daemon = home.start();
    daemon.until_parcel("box", |parcel| status(parcel) == "accepted");
    home.drop_plugin("courier.wasm", &guest_with("courier", &["second", "greedy"]));
    let system = daemon.until_system(|system| !plugin(system, "courier")["rejected"].is_null());
    assert_eq!(plugin(&system, "courier")["version"], "1.0.0");
    let reason = plugin(&system, "courier")["rejected"]["reason"].as_str().unwrap_or_default();
    assert!(reason.contains("https://elsewhere.example") && reason.contains("plugin approve courier"), "{reason}");
    let said = home.say(&["plugin", "approve", "courier"]);
    assert!(said.contains("https://elsewhere.example"), "{said}");
    daemon.until_system(|system| plugin(system, "courier")["version"] == "2.0.0");
}

#[test]
fn a_file_replaces_the_bundled_carrier_of_the_same_id_and_gives_it_back() {
    let home = home("");
    let daemon = home.start();
    let system = daemon.until_system(|system| plugin(system, "demo")["source"] == "bundled");
    assert!(plugin(&system, "demo")["rejected"].is_null());
    let listed = home.say(&["plugin", "list"]);
    assert!(listed.contains("demo") && listed.contains("bundled"), "{listed}");
}

#[test]
fn inspecting_a_file_says_what_it_is_and_what_it_wants() {
    let home = home("");
    let file = home.path().join("some.wasm");
    std::fs::write(&file, guest("courier")).expect("our folder");
    let path = file.to_str().expect("a plain path");
    let found: serde_json::Value =
        serde_json::from_str(&home.say(&["plugin", "inspect", path, "--json"])).expect("JSON");
    assert_eq!((&found["carrier"], &found["hosts"][0]), (&"courier".into(), &"https://courier.example".into()));
    let imports = found["imports"].as_array().expect("a list");
    assert!(imports.iter().all(|import| import.as_str().is_some_and(|name| name.starts_with("parcelwatch:carrier/"))));
    std::fs::write(&file, b"\0asm\x01\0\0\0").expect("our folder");
    let refused = home.command(&["plugin", "inspect", path]);
    let error = String::from_utf8_lossy(&refused.stderr);
    assert!(!refused.status.success() && error.contains("core module, not a component"), "{error}");
}
