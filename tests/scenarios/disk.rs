//! The disk is full, and the history is damaged, gone, or taken away under the daemon.

use std::process::Command;

use parcelwatch_tests::site::Told;
use parcelwatch_tests::{CarrierSite, Daemon, Home, guest};
use serde_json::Value;

use crate::home;

const HOST: &str = "courier.example";

fn scans(count: usize) -> Told {
    let lines: Vec<String> = (1..=count).rev().map(|n| format!("IN|scan {n}|2026-11-{:02} 08:00", n + 10)).collect();
    Told::text(200, "text/plain", lines.join("\n"))
}

fn parcel(n: usize) -> String {
    format!("[[parcel]]\nid = \"p{n}\"\nnumber = \"COU{n:03}\"\ncarrier = \"courier\"\n")
}

/// A daemon whose files can be kept from growing.
pub(crate) fn start(home: &Home) -> Daemon {
    let mut command = Command::new("sh");
    // A write that fails is to fail, and not to end the process.
    command.args(["-c", "trap '' XFSZ; exec \"$0\""]);
    home.start_as(home.wrapped(command))
}

/// No file may be longer than this from now on, as if the disk were full.
pub(crate) fn limit_files(daemon: &Daemon, size: &str) {
    let pid = daemon.pid().to_string();
    let done = Command::new("prlimit").args(["--pid", &pid, &format!("--fsize={size}:unlimited")]).status();
    assert!(done.expect("prlimit is everywhere on Linux").success());
}

fn notices(daemon: &Daemon) -> Vec<String> {
    let system = daemon.json("/api/v1/system");
    let notices = system["notices"].as_array().expect("a list").iter();
    notices.map(|notice| notice["title"].as_str().unwrap_or_default().to_owned()).collect()
}

fn events(parcel: &Value) -> usize {
    parcel["events"].as_array().map_or(0, Vec::len)
}

fn system_feed(daemon: &Daemon) -> Vec<(String, String)> {
    let feed = feed_rs::parser::parse(daemon.get("/feeds/system.atom").as_bytes()).expect("a feed");
    let entries = feed.entries.into_iter();
    entries.map(|entry| (entry.id, entry.title.map(|title| title.content).unwrap_or_default())).collect()
}

const UNWRITABLE: &str = "The history cannot be written";
const AGAIN: &str = "The history can be written again";

#[test]
fn what_a_full_disk_did_not_take_is_made_up_for() {
    let site = CarrierSite::start();
    let carrier = site.carrier("courier");
    let home = home(&format!("{carrier}{}", parcel(1)));
    home.drop_plugin("courier.wasm", &guest("courier"));
    for n in [1, 2] {
        site.fixed(HOST, &format!("COU{n:03}"), scans(1));
    }
    let daemon = start(&home);
    daemon.until_parcel("p1", |parcel| events(parcel) == 1);
    limit_files(&daemon, "0");
    site.fixed(HOST, "COU001", scans(2));
    let refused = home.command(&["ask", "p1"]);
    assert!(String::from_utf8_lossy(&refused.stdout).contains("cannot be written"), "{refused:?}");
    daemon.until_system(|system| system["notices"].to_string().contains(UNWRITABLE));
    assert!(daemon.get("/").contains(UNWRITABLE), "the page says it");
    assert_eq!(daemon.get_with("/readyz", &[]).status, 503);
    let shown = system_feed(&daemon).into_iter().find(|(_, title)| title == UNWRITABLE).expect("the feed says it");
    // A config that is saved now is taken over later.
    home.write_config(&format!("{carrier}{}{}", parcel(1), parcel(2)));
    daemon.until_log("cannot take over the config");
    let asked = site.asked(HOST).len();
    limit_files(&daemon, "unlimited");
    home.say(&["reload"]);
    daemon.until_parcel("p2", |parcel| events(parcel) == 1);
    home.say(&["ask", "p1"]);
    daemon.until_parcel("p1", |parcel| events(parcel) == 2);
    assert!(site.asked(HOST).len() > asked);
    assert_eq!(notices(&daemon), [""; 0]);
    let told = system_feed(&daemon);
    assert!(told.contains(&shown), "what the feed showed stays, under its id: {told:?}");
    assert_eq!(told.iter().filter(|(_, title)| title == UNWRITABLE || title == AGAIN).count(), 2, "{told:?}");
    daemon.stop();
}

/// A daemon that has one parcel with one scan, and nothing to do.
fn with_one_scan() -> (CarrierSite, Home, Daemon) {
    let site = CarrierSite::start();
    let home = home(&format!("{}{}", site.carrier("courier"), parcel(1)));
    home.drop_plugin("courier.wasm", &guest("courier"));
    site.fixed(HOST, "COU001", scans(1));
    let daemon = home.start();
    daemon.until_parcel("p1", |parcel| events(parcel) == 1);
    (site, home, daemon)
}

#[test]
fn a_state_folder_that_is_taken_away_is_noticed() {
    let (_site, home, daemon) = with_one_scan();
    let aside = home.path().join("aside");
    std::fs::rename(home.state(), &aside).expect("the folder is ours");
    // Nobody asks for anything, and nothing has to be written.
    daemon.until_system(|system| system["notices"].to_string().contains("was removed while it was in use"));
    assert!(daemon.get("/parcel/p1").contains("scan 1"), "what is known is shown");
    assert!(!home.state().join("parcelwatch.db").exists(), "no new history is begun");
    std::fs::rename(&aside, home.state()).expect("the folder is ours");
    home.say(&["reload"]);
    daemon.until_system(|system| !system["notices"].to_string().contains("was removed"));
    daemon.stop();
}

#[test]
fn a_history_that_cannot_be_opened_is_named_and_waited_for() {
    let (_site, home, daemon) = with_one_scan();
    daemon.stop();
    let database = home.state().join("parcelwatch.db");
    let whole = std::fs::read(&database).expect("the history");
    for broken in [&b""[..], b"no database at all, whatever its name says"] {
        std::fs::write(&database, broken).expect("the folder is ours");
        let daemon = home.start();
        let answer = daemon.get_with("/", &[]);
        assert_eq!(answer.status, 503);
        for words in ["The history cannot be used", &database.display().to_string(), "parcelwatch restore"] {
            assert!(answer.body.contains(words), "{words:?} is not in {}", answer.body);
        }
        let strange = daemon.get_with("/", &[("host", "parcels.example")]);
        assert!(!strange.body.contains("parcelwatch.db"), "{}", strange.body);
        assert_eq!(std::fs::read(&database).expect("it is left as it was"), broken);
        daemon.stop();
    }
    let daemon = home.start();
    std::fs::write(&database, &whole).expect("the folder is ours");
    daemon.signal("HUP");
    daemon.until_log("config in force");
    home.say(&["show", "p1"]);
    daemon.stop();
}
