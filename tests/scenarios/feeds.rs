//! The feeds, as a real parser reads them: the same entries under the same ids, whatever happens.

use std::collections::BTreeMap;

use parcelwatch_tests::{CarrierSite, Daemon, guest, site::Told};

use crate::{days_ago, home, status};

const HOST: &str = "courier.example";

/// The entries of a feed by id: title and link.
fn entries(daemon: &Daemon, path: &str) -> BTreeMap<String, (String, String)> {
    let body = daemon.get(path);
    let feed = feed_rs::parser::parse(body.as_bytes()).unwrap_or_else(|error| panic!("{path}: {error}\n{body}"));
    let entry = |entry: feed_rs::model::Entry| {
        let title = entry.title.map(|title| title.content).unwrap_or_default();
        let link = entry.links.first().map(|link| link.href.clone()).unwrap_or_default();
        assert!(entry.published.is_some(), "{path}: every entry has its time");
        (entry.id, (title, link))
    };
    feed.entries.into_iter().map(entry).collect()
}

fn scans(lines: &[&str]) -> Told {
    Told::text(200, "text/plain", lines.iter().rev().map(|line| format!("{line}\n")).collect())
}

#[test]
fn entries_keep_their_ids_over_restarts_repetitions_and_renaming() {
    let (yesterday, today) = (days_ago(1), days_ago(0));
    let scans_told = [
        format!("IN|Taken in|{yesterday} 00:00"),
        format!("OUT|Out for delivery|{yesterday} 20:00"),
        format!("DONE|Delivered|{today} 00:00"),
    ];
    let told: Vec<&str> = scans_told.iter().map(String::as_str).collect();
    let site = CarrierSite::start();
    let parcel = |label: &str| {
        format!(
            "public_url = \"https://parcels.example/\"\n{}[[parcel]]\nid = \"box\"\nlabel = \"{label}\"\nnumber = \"COU1\"\ntags = [\"home\"]\n",
            site.carrier("courier")
        )
    };
    let home = home(&parcel("Box"));
    home.drop_plugin("courier.wasm", &guest("courier"));
    site.fixed(HOST, "COU1", scans(&told[..1]));
    let daemon = home.start();
    daemon.until_parcel("box", |parcel| status(parcel) == "accepted");
    for number in 2..=3 {
        site.fixed(HOST, "COU1", scans(&told[..number]));
        home.say(&["ask", "box"]);
        home.say(&["ask", "box"]);
    }
    daemon.until_parcel("box", |parcel| status(parcel) == "delivered");
    let atom = entries(&daemon, "/feeds/all.atom");
    let titles: Vec<&str> = atom.values().map(|(title, _)| title.as_str()).collect();
    for wanted in ["Box: now followed, accepted by the carrier", "Box: Out for delivery", "Box: Delivered"] {
        assert!(titles.contains(&wanted), "{wanted:?} in {titles:?}");
    }
    assert_eq!(atom.len(), 3, "{titles:?}");
    assert!(atom.values().all(|(_, link)| link == "https://parcels.example/parcel/box"), "{atom:#?}");
    assert_eq!(entries(&daemon, "/feeds/all.rss"), atom);
    assert_eq!(entries(&daemon, "/feeds/all.json"), atom);
    assert_eq!(entries(&daemon, "/feeds/tag/home.atom"), atom);
    assert_eq!(entries(&daemon, "/feeds/parcel/box.atom"), atom);
    assert_eq!(entries(&daemon, "/feeds/important.atom").len(), 2);
    let bodies =
        |daemon: &Daemon| [daemon.get("/feeds/all.atom"), daemon.get("/feeds/all.rss"), daemon.get("/feeds/all.json")];
    let before = bodies(&daemon);
    daemon.stop();

    let daemon = home.start();
    daemon.until_system(|system| {
        system["plugins"].as_array().is_some_and(|all| all.iter().all(|p| p["state"] == "running"))
    });
    home.say(&["ask", "box"]);
    assert_eq!(bodies(&daemon), before, "a restart changes not a byte");
    home.write_config(&parcel("Blue box"));
    daemon.until_parcel("box", |parcel| parcel["label"] == "Blue box");
    assert_eq!(entries(&daemon, "/feeds/all.atom"), atom, "a new name does not change old entries");
    assert_eq!(daemon.get_with("/feeds/nothing.atom", &[]).status, 404);
    assert_eq!(daemon.get_with("/feeds/parcel/nobody.atom", &[]).status, 404);
}

#[test]
fn the_pages_and_the_list_lead_to_the_feeds() {
    let home = home("[[parcel]]\nid = \"lamp\"\nnumber = \"DEMO00000017\"\ntags = [\"home office\"]\n");
    let daemon = home.start();
    daemon.until_parcel("lamp", |parcel| status(parcel) == "arrived_destination");
    let page = daemon.get("/parcel/lamp");
    assert!(page.contains("type=\"application/atom+xml\"") && page.contains("/feeds/parcel/lamp.atom"));
    let list = daemon.get("/feeds");
    assert!(list.contains("/feeds/tag/home%20office.atom"), "{list}");
    assert!(entries(&daemon, "/feeds/tag/home%20office.atom").len() == 1);
    let opml = daemon.get("/feeds.opml");
    assert!(opml.contains("xmlUrl=\"http://127.0.0.1:"), "{opml}");
}
