//! A plugin is dropped in, replaced by a broken one, replaced by a good one, and taken out.

use parcelwatch_tests::site::{Told, dhl};
use parcelwatch_tests::{CarrierSite, Daemon, Home, guest, guest_with};

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
    daemon.until("all carriers to be asked whose it is", |daemon| match daemon.get("/parcel/box") {
        page if page.contains("No plugin serves this number") => Ok(()),
        page => Err(page),
    });

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

/// Where the file that claims to be DHL wants the key to go.
const STRANGER: &str = "stranger.example";
const JJD: &str = "JJD000390005893028175";

/// A parcel with DHL and the operator's key for it, at a site that also plays a stranger.
fn with_a_key(site: &CarrierSite) -> String {
    site.dhl(JJD, dhl::Parcel::of("express").scan("transit", "PU", "Picked up", "2026-11-20T10:00:00", "Bonn", "DE"));
    for host in [dhl::HOST, STRANGER] {
        site.fixed(host, "/track?", Told::text(200, "text/plain", "OUT|On the van|2026-11-21 08:00\n".into()));
    }
    let carrier = format!("{}api_key = \"{}\"\n", site.carrier("dhl"), dhl::KEY);
    format!("{carrier}[[parcel]]\nid = \"box\"\nnumber = \"{JJD}\"\ncarrier = \"dhl\"\n")
}

/// Why a file is not in force, wherever an operator looks: page, log and command line.
#[track_caller]
fn refused(home: &Home, daemon: &Daemon, file: &str) -> String {
    let system = daemon.until_system(|system| notice(system, file).is_some());
    let detail = notice(&system, file).expect("it is up");
    assert!(daemon.get("/system").contains(&format!("Plugin file {file} waits for approval")));
    let wanted = detail.lines().next().unwrap_or_default();
    assert!(home.say(&["plugin", "list"]).contains(wanted), "{wanted}");
    assert!(daemon.log().contains(wanted), "{wanted}");
    detail
}

fn notice(system: &serde_json::Value, file: &str) -> Option<String> {
    let mut notices = system["notices"].as_array().into_iter().flatten();
    let own = |notice: &&serde_json::Value| notice["key"] == format!("plugin:{file}");
    Some(notices.find(own)?["detail"].as_str().unwrap_or_default().to_owned())
}

#[test]
fn a_file_that_is_there_before_the_first_start_gets_no_key_of_a_built_in_carrier_before_it_is_approved() {
    let site = CarrierSite::start();
    let home = home(&with_a_key(&site));
    home.drop_plugin("any.wasm", &guest_with("courier", &["keyed", "dhl", "stranger"]));
    // The doctor comes before the first start, and tries keys.
    let _ = home.command(&["doctor"]);
    assert!(!site.asked(dhl::HOST).is_empty(), "it tried the key where it belongs");
    let daemon = home.start();
    let parcel = daemon.until_parcel("box", |parcel| !parcel["legs"][0]["last_ok_at"].is_null());
    assert_eq!(parcel["events"][0]["text"], "Picked up", "the built-in one asks");
    let system = daemon.until_system(|system| !plugin(system, "dhl")["rejected"].is_null());
    assert_eq!(plugin(&system, "dhl")["source"], "bundled");
    let why = refused(&home, &daemon, "any.wasm");
    for part in
        ["to reach https://stranger.example", "to send api_key to https://stranger.example", "plugin approve dhl"]
    {
        assert!(why.contains(part), "{part:?} in {why}");
    }
    home.say(&["ask", "box"]);
    let _ = home.command(&["doctor"]);
    assert!(site.asked(STRANGER).is_empty(), "{:#?}", site.asked(STRANGER));

    let said = home.say(&["plugin", "approve", "dhl"]);
    assert!(said.contains("reach https://stranger.example") && said.contains("send api_key to"), "{said}");
    let system = daemon.until_system(|system| plugin(system, "dhl")["source"] == "any.wasm");
    assert!(notice(&system, "any.wasm").is_none());
    home.say(&["ask", "box"]);
    let asked = site.until_asked(STRANGER, 1);
    assert_eq!(asked[0].header("dhl-api-key"), Some(dhl::KEY));
    // What was approved stays so.
    daemon.stop();
    let daemon = home.start();
    daemon.until_system(|system| plugin(system, "dhl")["source"] == "any.wasm");
    std::fs::remove_file(home.plugins().join("any.wasm")).expect("it was dropped in");
    daemon.until_system(|system| plugin(system, "dhl")["source"] == "bundled");
}

#[test]
fn a_file_for_a_carrier_that_is_switched_off_waits_as_well() {
    let site = CarrierSite::start();
    let config = with_a_key(&site);
    let home = home(&config.replace("[carriers.dhl]\n", "[carriers.dhl]\nenabled = false\n"));
    home.drop_plugin("dhl.wasm", &guest_with("courier", &["keyed", "dhl", "stranger"]));
    let daemon = home.start();
    refused(&home, &daemon, "dhl.wasm");
    home.write_config(&config);
    let system = daemon.until_system(|system| plugin(system, "dhl")["state"] == "running");
    assert_eq!(plugin(&system, "dhl")["source"], "bundled");
    daemon.until_parcel("box", |parcel| parcel["events"][0]["text"] == "Picked up");
    assert!(site.asked(STRANGER).is_empty());
}

#[test]
fn a_file_that_wants_what_the_built_in_carrier_has_takes_its_place_and_one_whose_key_could_come_back_waits() {
    let site = CarrierSite::start();
    let home = home(&with_a_key(&site));
    home.drop_plugin("dhl.wasm", &guest_with("courier", &["keyed", "dhl", "leaky"]));
    let daemon = home.start();
    let why = refused(&home, &daemon, "dhl.wasm");
    assert!(why.contains("to send api_key to https://api-eu.dhl.com in another way: query"), "{why}");
    daemon.until_parcel("box", |parcel| parcel["events"][0]["text"] == "Picked up");
    home.drop_plugin("dhl.wasm", &guest_with("courier", &["keyed", "dhl"]));
    let system = daemon.until_system(|system| plugin(system, "dhl")["source"] == "dhl.wasm");
    assert!(notice(&system, "dhl.wasm").is_none());
    home.say(&["ask", "box"]);
    daemon.until_parcel("box", |parcel| parcel["events"][0]["text"] == "On the van");
    let asked = site.asked(dhl::HOST);
    assert!(asked.iter().all(|asked| !asked.query.contains(dhl::KEY)));
    let own = asked.iter().filter(|asked| asked.path == "/track").collect::<Vec<_>>();
    assert!(!own.is_empty() && own.iter().all(|asked| asked.header("dhl-api-key") == Some(dhl::KEY)));
}

#[test]
fn a_copy_that_an_older_daemon_kept_is_not_run_where_nobody_approved_it() {
    let site = CarrierSite::start();
    let home = home(&with_a_key(&site));
    std::fs::create_dir_all(home.state().join("last-good")).expect("our folder");
    let stranger = guest_with("courier", &["keyed", "dhl", "stranger"]);
    std::fs::write(home.state().join("last-good/dhl.wasm"), stranger).expect("our folder");
    home.drop_plugin("dhl.wasm", b"\0asm broken");
    let daemon = home.start();
    daemon.until_parcel("box", |parcel| parcel["events"][0]["text"] == "Picked up");
    let system = daemon.until_system(|system| notice(system, "dhl.wasm").is_some());
    assert_eq!(plugin(&system, "dhl")["source"], "bundled");
    assert!(site.asked(STRANGER).is_empty());
}

/// A parcel with the courier, and a key for it.
fn with_a_courier(site: &CarrierSite) -> String {
    site.fixed(HOST, "COU1", Told::text(200, "text/plain", "IN|Taken in|2026-11-19 08:00\n".into()));
    format!(
        "{}api_key = \"courier-key-0123456789\"\n[[parcel]]\nid = \"box\"\nnumber = \"COU1\"\n",
        site.carrier("courier")
    )
}

#[test]
fn a_new_carrier_that_wants_a_key_waits_for_approval() {
    let site = CarrierSite::start();
    let home = home(&with_a_courier(&site));
    home.drop_plugin("courier.wasm", &guest_with("courier", &["keyed"]));
    let doctor = home.command(&["doctor"]);
    let told = String::from_utf8_lossy(&doctor.stdout);
    assert!(told.contains("plugin approve courier"), "{told}");
    let daemon = home.start();
    let why = refused(&home, &daemon, "courier.wasm");
    for part in ["https://courier.example", "api_key", "x-courier-key", "parcelwatch plugin approve courier"] {
        assert!(why.contains(part), "{part:?} in {why}");
    }
    assert!(plugin(&daemon.json("/api/v1/system"), "courier").is_null());
    daemon.until_parcel("box", |parcel| parcel["legs"][0]["state"] == "no_carrier");
    assert!(site.asked(HOST).is_empty());

    home.say(&["plugin", "approve", "courier"]);
    daemon.until_parcel("box", |parcel| status(parcel) == "accepted");
    let asked = site.asked(HOST);
    assert!(asked.iter().all(|asked| asked.header("x-courier-key") == Some("courier-key-0123456789")));
    // The doctor knows what was approved, whether or not the daemon runs.
    daemon.stop();
    let told: serde_json::Value = serde_json::from_slice(&home.command(&["doctor", "--json"]).stdout).expect("JSON");
    let carriers = told["carriers"].as_array().expect("a list");
    let own = carriers.iter().find(|found| found["carrier"] == "courier").expect("it is in the config");
    assert_ne!(own["credentials"], "no_plugin", "{own:#}");
}

#[test]
fn a_version_that_wants_a_key_or_sends_it_elsewhere_waits_while_the_former_one_runs() {
    let site = CarrierSite::start();
    let home = home(&with_a_courier(&site));
    home.drop_plugin("courier.wasm", &guest("courier"));
    let daemon = home.start();
    daemon.until_parcel("box", |parcel| status(parcel) == "accepted");
    let waits = |features: &[&str]| {
        home.drop_plugin("courier.wasm", &guest_with("courier", features));
        let system = daemon.until_system(|system| {
            plugin(system, "courier")["rejected"]["reason"].as_str().is_some_and(|why| !why.contains("broken"))
        });
        let own = plugin(&system, "courier").clone();
        home.drop_plugin("courier.wasm", b"\0asm broken");
        daemon.until_system(|system| {
            plugin(system, "courier")["rejected"]["reason"].as_str().is_some_and(|why| why.contains("broken"))
        });
        (own["version"].clone(), own["rejected"]["reason"].as_str().unwrap_or_default().to_owned())
    };
    let (version, why) = waits(&["second", "keyed"]);
    assert_eq!(version, "1.0.0");
    assert!(why.contains("to send api_key to https://courier.example"), "{why}");
    home.say(&["ask", "box"]);
    assert!(site.asked(HOST).iter().all(|asked| asked.header("x-courier-key").is_none()));

    home.drop_plugin("courier.wasm", &guest_with("courier", &["second", "keyed"]));
    daemon.until_system(|system| {
        plugin(system, "courier")["rejected"]["reason"].as_str().is_some_and(|why| why.contains("api_key"))
    });
    home.say(&["plugin", "approve", "courier"]);
    daemon.until_system(|system| plugin(system, "courier")["version"] == "2.0.0");
    let (version, why) = waits(&["keyed", "stranger"]);
    assert_eq!(version, "2.0.0");
    assert!(why.contains("to send api_key to https://stranger.example"), "{why}");
    assert!(site.asked(STRANGER).is_empty());
}

#[test]
fn a_file_that_takes_another_name_waits_under_it_and_the_former_one_runs() {
    let site = CarrierSite::start();
    let home = home(&format!("{}{}", with_a_courier(&site), with_a_key(&site).replace("\"box\"", "\"letter\"")));
    home.drop_plugin("courier.wasm", &guest("courier"));
    let daemon = home.start();
    daemon.until_parcel("box", |parcel| status(parcel) == "accepted");
    home.drop_plugin("courier.wasm", &guest_with("courier", &["keyed", "dhl", "stranger"]));
    let system = daemon.until_system(|system| !plugin(system, "courier")["rejected"].is_null());
    assert_eq!(plugin(&system, "dhl")["source"], "bundled");
    let why = plugin(&system, "courier")["rejected"]["reason"].as_str().unwrap_or_default();
    assert!(why.contains("plugin approve dhl"), "{why}");
    assert!(site.asked(STRANGER).is_empty());
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

#[test]
fn at_a_cold_start_the_carrier_of_a_followed_parcel_is_in_force_first_and_files_last() {
    let home = home("[[parcel]]\nid = \"lamp\"\nnumber = \"DEMO00000017\"\ncarrier = \"demo\"\n");
    home.forget_compiled_plugins();
    home.drop_plugin("courier.wasm", &guest("courier"));
    let daemon = home.start();
    daemon.until_log("plugin in force carrier=courier");
    let log = daemon.stop();
    let place = |carrier: &str| log.find(&format!("plugin in force carrier={carrier}\n")).expect("it is in force");
    assert!(place("demo") < place("cainiao") && place("cainiao") < place("courier"), "{log}");
    let first = log[place("demo")..].lines().nth(1).unwrap_or_default();
    assert!(!first.contains("plugin in force carrier=yanwen"), "the others come as they are compiled");
}

#[test]
fn a_stop_while_carriers_are_compiled_is_a_stop() {
    let home = home("");
    home.forget_compiled_plugins();
    home.drop_plugin("courier.wasm", &guest("courier"));
    let daemon = home.start();
    assert_eq!(daemon.get_with("/readyz", &[]).status, 503, "they are still compiled");
    daemon.stop();
    let daemon = home.start();
    daemon.until_log("plugin in force carrier=courier");
    daemon.stop();
}
