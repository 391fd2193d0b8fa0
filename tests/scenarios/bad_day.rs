//! The operator's bad day: in one life a faulty config, a full disk, a receiver that hangs, a crash and a clock that was wrong.

use std::collections::BTreeSet;
use std::net::TcpListener;

use parcelwatch_tests::site::Told;
use parcelwatch_tests::{CarrierSite, Daemon, guest};

use crate::disk::{limit_files, start};
use crate::home;

const HOST: &str = "courier.example";

fn scans(count: usize) -> Told {
    let line =
        |n: usize| format!("{}|scan {n}|2026-11-{:02} 08:00", if n.is_multiple_of(2) { "OUT" } else { "IN" }, n + 10);
    Told::text(200, "text/plain", (1..=count).rev().map(line).collect::<Vec<_>>().join("\n"))
}

fn until_scans(daemon: &Daemon, count: usize) {
    daemon.until_parcel("lamp", |parcel| parcel["events"].as_array().is_some_and(|events| events.len() == count));
}

/// What the webhook took, in its order: ids and titles.
fn taken(site: &CarrierSite) -> Vec<(String, String)> {
    let asked = site.asked(&site.address().to_string()).into_iter().filter(|asked| asked.path == "/desk");
    let message = |asked: parcelwatch_tests::site::Asked| {
        let body: serde_json::Value = serde_json::from_str(&asked.body).expect("JSON");
        let text = |name: &str| body["data"][name].as_str().unwrap_or_default().to_owned();
        (text("id"), text("title"))
    };
    asked.map(message).collect()
}

/// Nothing waits for the webhook that answers.
fn until_delivered(daemon: &Daemon) {
    daemon.until("the desk has everything", |daemon| {
        let channels = daemon.json("/api/v1/system")["channels"].clone();
        if channels[1]["waiting"] == 0 { Ok(()) } else { Err(channels.to_string()) }
    });
}

#[test]
fn nothing_of_it_opens_loses_or_stops_anything() {
    let site = CarrierSite::start();
    let hook = site.address();
    site.fixed(&hook.to_string(), "/desk", Told::text(200, "text/plain", String::new()));
    // It takes connections, and never answers.
    let hangs = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let phone = hangs.local_addr().expect("an address");
    let channel = |name: &str, at: std::net::SocketAddr| {
        format!("[[notify]]\ntype = \"webhook\"\nname = \"{name}\"\nurl = \"http://{at}/{name}\"\nfrom = \"routine\"\n")
    };
    let lamp = "[[parcel]]\nid = \"lamp\"\nnumber = \"COU001\"\ncarrier = \"courier\"\n";
    let (phone, desk) = (channel("phone", phone), channel("desk", hook));
    let config = format!("password = \"open sesame\"\n{}{phone}{desk}{lamp}", site.carrier("courier"));
    let home = home(&config);
    home.drop_plugin("courier.wasm", &guest("courier"));
    site.fixed(HOST, "COU001", scans(1));
    let daemon = start(&home);
    daemon.log_in("open sesame");
    until_scans(&daemon, 1);

    // The hanging receiver keeps the other one from nothing.
    site.until_asked(&hook.to_string(), 1);

    // A fault: the password would be gone with what could be read.
    home.write_config(&format!("pasword = \"open sesame\"\n{lamp}[[parcel]]\nnumber = 5\n"));
    let refused = home.command(&["reload"]);
    assert!(!refused.status.success(), "{refused:?}");
    assert_eq!(daemon.get_without_password("/").status, 401, "what was closed stays closed");

    // The disk is full, and the parcel moves.
    limit_files(&daemon, "0");
    site.fixed(HOST, "COU001", scans(2));
    home.command(&["ask", "lamp"]);
    daemon.until_system(|system| system["notices"].to_string().contains("cannot be written"));
    assert_eq!(daemon.get_without_password("/").status, 401, "a full disk opens nothing either");
    limit_files(&daemon, "unlimited");
    home.write_config(&config);
    home.say(&["reload"]);
    daemon.until_system(|system| !system["notices"].to_string().contains("cannot be written"));
    home.say(&["ask", "lamp"]);
    until_scans(&daemon, 2);
    // Cut off between a message and its receipt, it would come again, under the same id.
    until_delivered(&daemon);

    // A crash, and before it a clock that was ten years ahead.
    daemon.kill();
    let database = rusqlite::Connection::open(home.state().join("parcelwatch.db")).expect("the history");
    let ahead = "last_asked_ms = last_asked_ms + 315576000000, next_ask_ms = next_ask_ms + 315576000000";
    assert_eq!(database.execute(&format!("UPDATE legs SET {ahead}"), []).expect("a leg"), 1);
    drop(database);
    site.fixed(HOST, "COU001", scans(3));
    let daemon = start(&home);
    daemon.log_in("open sesame");
    until_scans(&daemon, 3);
    let system = daemon.json("/api/v1/system")["notices"].to_string();
    assert!(system.contains("The clock went back by 365"), "{system}");

    // Everything arrived, once, and the one that hangs has all of it waiting.
    until_delivered(&daemon);
    let taken = taken(&site);
    let ids: BTreeSet<&String> = taken.iter().map(|(id, _)| id).collect();
    assert_eq!(ids.len(), taken.len(), "told twice: {taken:#?}");
    for words in ["scan 2", "The history cannot be written", "The clock went back"] {
        let is_told = |(_, title): &(String, String)| {
            title.contains(words) || words == "scan 2" && title.contains("ut for delivery")
        };
        assert!(taken.iter().any(is_told), "{words}: {taken:#?}");
    }
    let waiting = daemon.json("/api/v1/system")["channels"][0]["waiting"].as_u64();
    assert_eq!(waiting, Some(taken.len() as u64), "the one that hangs loses nothing");
    daemon.stop();
}
