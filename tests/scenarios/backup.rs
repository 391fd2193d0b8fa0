//! A backup beside a running daemon, and a daemon on what was restored.

use std::fs;

use parcelwatch_tests::site::Told;
use parcelwatch_tests::{CarrierSite, Daemon, Home, guest};

use crate::home;

const HOST: &str = "courier.example";
const LAMP: &str = "[[parcel]]\nid = \"lamp\"\nnumber = \"COU001\"\ncarrier = \"courier\"\nask_every = \"1s\"\n";

fn scans(count: usize) -> Told {
    let lines: Vec<String> = (1..=count).rev().map(|n| format!("IN|scan {n}|2026-11-{:02} 08:00", n + 10)).collect();
    Told::text(200, "text/plain", lines.join("\n"))
}

fn entries(daemon: &Daemon) -> Vec<String> {
    let feed = feed_rs::parser::parse(daemon.get("/feeds/parcel/lamp.atom").as_bytes()).expect("a feed");
    feed.entries.into_iter().map(|entry| entry.id).collect()
}

fn texts(daemon: &Daemon) -> Vec<String> {
    let parcel = daemon.parcel("lamp");
    let events = parcel["events"].as_array().expect("a list").iter();
    events.map(|event| event["text"].as_str().unwrap_or_default().to_owned()).collect()
}

fn daemon_with_scans(site: &CarrierSite) -> (Home, Daemon) {
    let home = home(&format!("{}{LAMP}", site.carrier("courier")));
    home.drop_plugin("courier.wasm", &guest("courier"));
    site.fixed(HOST, "COU001", scans(2));
    let daemon = home.start();
    daemon.until_parcel("lamp", |parcel| parcel["events"].as_array().is_some_and(|events| events.len() == 2));
    (home, daemon)
}

#[test]
fn a_backup_of_a_running_daemon_goes_on_elsewhere_under_the_same_ids() {
    let site = CarrierSite::start();
    let (home, daemon) = daemon_with_scans(&site);
    assert_eq!(daemon.upload("/parcel/lamp/attach", &[("photo.jpg", b"a photo")], &[]).status, 200);
    let file = home.path().join("backup.zip");
    home.say(&["backup", &file.display().to_string()]);
    let (kept, ids) = (texts(&daemon), entries(&daemon));
    // What comes after it is not in it.
    site.fixed(HOST, "COU001", scans(3));
    daemon.until_parcel("lamp", |parcel| parcel["events"].as_array().is_some_and(|events| events.len() == 3));
    let refused = home.command(&["restore", &file.display().to_string()]);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("another Parcelwatch uses"), "{refused:?}");
    daemon.stop();
    let other = crate::home(&format!("{}{LAMP}", CarrierSite::start().carrier("courier")));
    let said = other.say(&["restore", &file.display().to_string()]);
    assert!(said.contains("config-from-backup"), "{said}");
    let daemon = other.start();
    assert_eq!((texts(&daemon), entries(&daemon)), (kept, ids));
    assert_eq!(daemon.download("/parcel/lamp/attachment/photo.jpg").1, b"a photo");
    daemon.stop();
    // And over the history that went on.
    let said = home.say(&["restore", &file.display().to_string()]);
    assert!(said.contains("before-restore-"), "{said}");
    let daemon = home.start();
    daemon.until_parcel("lamp", |parcel| parcel["events"].as_array().is_some_and(|events| events.len() == 3));
    daemon.stop();
}

#[test]
fn so_many_backups_are_kept_and_no_other_file_is_touched() {
    let site = CarrierSite::start();
    let (home, daemon) = daemon_with_scans(&site);
    daemon.stop();
    let folder = home.path().join("backups");
    fs::create_dir(&folder).expect("the folder is ours");
    for name in ["parcelwatch-2026-01-01T000000Z.zip", "parcelwatch-2026-01-02T000000Z.zip", "mine.zip"] {
        fs::write(folder.join(name), b"").expect("the folder is ours");
    }
    home.say(&["backup", &folder.display().to_string(), "--keep", "2"]);
    let mut left: Vec<String> = fs::read_dir(&folder)
        .expect("the folder is ours")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    left.sort();
    assert_eq!(
        (left.len(), &left[..2]),
        (3, &["mine.zip", "parcelwatch-2026-01-02T000000Z.zip"].map(str::to_owned)[..])
    );
    let refused = home.command(&["backup", &folder.join("one.zip").display().to_string(), "--keep", "2"]);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("--keep counts the backups of a folder"), "{refused:?}");
}

#[test]
fn a_history_that_was_damaged_in_a_crash_is_not_used() {
    let site = CarrierSite::start();
    let (home, daemon) = daemon_with_scans(&site);
    daemon.stop();
    let daemon = home.start();
    site.fixed(HOST, "COU001", scans(3));
    daemon.until_parcel("lamp", |parcel| parcel["events"].as_array().is_some_and(|events| events.len() == 3));
    daemon.kill();
    let database = home.state().join("parcelwatch.db");
    let log = home.state().join("parcelwatch.db-wal");
    assert!(fs::metadata(&log).expect("a log").len() > 0, "it was cut off");
    // Pages as a dying disk leaves them. What stands in the log would heal some.
    let mut bytes = fs::read(&database).expect("a history");
    bytes[4096..].fill(0xa5);
    fs::write(&database, &bytes).expect("the folder is ours");
    let daemon = home.start();
    let answer = daemon.get_with("/", &[]);
    assert_eq!(answer.status, 503);
    assert!(answer.body.contains("malformed") && answer.body.contains("parcelwatch restore"), "{}", answer.body);
    daemon.stop();
}
