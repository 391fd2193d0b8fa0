//! A plugin that knows more replaces one that knew less: what was kept is read anew, and nothing is told twice.

use parcelwatch_tests::site::{Fault, Told};
use parcelwatch_tests::{CarrierSite, guest, guest_with};
use serde_json::Value;

use crate::{home, status};

const HOST: &str = "courier.example";

/// What names an event for feeds and people: its id and when we first saw it.
fn names(parcel: &Value) -> Vec<(&Value, &Value)> {
    let events = parcel["events"].as_array().expect("a list");
    events.iter().map(|event| (&event["id"], &event["first_seen_at"])).collect()
}

#[test]
fn a_repaired_plugin_heals_what_was_kept_and_tells_nothing_again() {
    let site = CarrierSite::start();
    let scans = |lines: &str| Told::text(200, "text/plain", lines.to_owned());
    site.fixed(HOST, "COU1", scans("IN|Taken in|2026-11-19 08:00\n"));
    let home = home(&format!("{}[[parcel]]\nid = \"box\"\nnumber = \"COU1\"\n", site.carrier("courier")));
    home.drop_plugin("courier.wasm", &guest("courier"));
    let daemon = home.start();
    daemon.until_parcel("box", |parcel| status(parcel) == "accepted");
    site.fixed(HOST, "COU1", scans("HUB|At the hub|2026-11-20 09:00\nIN|Taken in|2026-11-19 08:00\n"));
    home.say(&["ask", "box"]);
    let before =
        daemon.until_parcel("box", |parcel| parcel["events"].as_array().is_some_and(|events| events.len() == 2));
    assert_eq!(before["events"][0]["status"], "unknown", "the first version does not know HUB");
    // An answer that no version can read, and an outage that goes on.
    site.break_host(HOST, Fault::Status(500));
    home.say(&["ask", "box"]);
    let failing = daemon.until_parcel("box", |parcel| !parcel["legs"][0]["failure"].is_null());

    home.drop_plugin("courier.wasm", &guest_with("courier", &["second"]));
    daemon.until_system(|system| {
        let plugins = system["plugins"].as_array().expect("a list");
        plugins.iter().any(|plugin| plugin["carrier"] == "courier" && plugin["version"] == "2.0.0")
    });
    let feeds = || ["/feeds/all.atom", "/feeds/parcel/box.atom", "/feeds/system.atom"].map(|path| daemon.get(path));
    let (told, asked) = (feeds(), site.asked(HOST).len());
    let said = home.say(&["replay", "box"]);
    assert!(
        said.starts_with("box: answers read 2, events healed 1, events new 0, answers that cannot be read 1"),
        "{said}"
    );
    let healed = daemon.parcel("box");
    assert_eq!(status(&healed), "local_processing");
    assert!(daemon.get("/parcel/box").contains("At the hub"));
    assert_eq!(names(&healed), names(&before), "the same events, seen when they were seen");
    assert_eq!(healed["legs"][0]["facts"]["plugin_version"], "2.0.0");
    assert_eq!(healed["legs"][0]["failure"]["since"], failing["legs"][0]["failure"]["since"], "the outage goes on");
    assert_eq!(feeds(), told, "nothing is told again");
    assert_eq!(site.asked(HOST).len(), asked, "no carrier is asked");

    // Once more changes nothing; a parcel that is not there is named.
    let said: Value = serde_json::from_str(&home.say(&["replay", "--json"])).expect("JSON");
    assert_eq!((&said["parcels"][0]["parcel"], &said["parcels"][0]["healed"]), (&"box".into(), &0.into()));
    let unknown = home.command(&["replay", "nobody"]);
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("there is no parcel \"nobody\""));

    // What comes from here on is told.
    site.heal(HOST);
    site.fixed(HOST, "COU1", scans("DONE|Delivered|2026-11-21 10:00\nHUB|At the hub|2026-11-20 09:00\n"));
    home.say(&["ask", "box"]);
    daemon.until_parcel("box", |parcel| status(parcel) == "delivered");
    assert!(daemon.get("/feeds/all.atom").contains("box: Delivered"), "{}", daemon.get("/feeds/all.atom"));
}
