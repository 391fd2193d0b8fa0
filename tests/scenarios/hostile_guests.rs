//! Plugins that misbehave cost their own carrier a poll, and nothing else.

use parcelwatch_tests::site::Told;
use parcelwatch_tests::{CarrierSite, Daemon, Home, guest};
use serde_json::Value;

use crate::{home, status};

/// A home with a hostile plugin, a parcel for a misdeed, and a parcel of another carrier.
fn hostile_home(misdeed: &str, more: &str) -> Home {
    let home = home(&format!(
        "{more}[[parcel]]\nid = \"evil\"\nnumber = \"EVIL-{misdeed}-1\"\n[[parcel]]\nid = \"good\"\nnumber = \"DEMO00000017\"\n"
    ));
    home.drop_plugin("hostile.wasm", &guest("hostile"));
    home
}

/// Lets the plugin misbehave, checks that it cost nobody else anything, and gives back its failure.
fn misbehave(misdeed: &str, more: &str) -> (Home, Daemon, Value) {
    let home = hostile_home(misdeed, more);
    let daemon = home.start();
    let evil = daemon.until_parcel("evil", |parcel| !parcel["legs"][0]["failure"].is_null());
    daemon.until_parcel("good", |parcel| status(parcel) == "arrived_destination");
    let config = std::fs::read_to_string(home.config()).expect("it was written");
    let (_, config) = config.split_once("timezone = \"UTC\"\n").expect("every home has one");
    home.write_config(&format!("{config}[[parcel]]\nid = \"later\"\nnumber = \"DEMO00000024\"\n"));
    daemon.until_parcel("later", |parcel| status(parcel) == "arrived_destination");
    assert_eq!(daemon.get("/healthz"), "ok\n");
    let failure = evil["legs"][0]["failure"].clone();
    (home, daemon, failure)
}

#[track_caller]
fn check(misdeed: &str, kind: &str, words: &str) {
    let (_home, _daemon, failure) = misbehave(misdeed, "");
    assert_eq!(failure["kind"], kind, "{failure:#}");
    let message = failure["message"].as_str().unwrap_or_default();
    assert!(message.contains(words), "{message:?} should say {words:?}");
}

#[test]
fn an_endless_loop_is_stopped() {
    check("LOOP", "internal", "more than 500ms of processor time");
}

#[test]
fn a_hoard_of_memory_is_refused() {
    check("HOARD", "internal", "more memory than 32 MiB");
}

#[test]
fn a_deep_recursion_is_stopped() {
    check("DEEP", "internal", "stack");
}

#[test]
fn a_panic_is_readable() {
    check("PANIC", "internal", "the plugin wants to be seen: EVIL-PANIC-1");
}

#[test]
fn a_giant_answer_is_refused() {
    check("GIANT", "internal", "more than 8 MiB");
}

#[test]
fn a_host_that_was_not_granted_cannot_be_reached() {
    check("WANDER", "unavailable", "denied_host: hostile asked for elsewhere.example, which is not granted");
}

#[test]
fn a_granted_name_that_leads_into_the_own_network_is_not_followed() {
    check("PRIVATE", "unavailable", "denied_address: localhost leads to");
}

#[test]
fn no_outcome_is_a_failure_of_the_plugin() {
    check("SILENT", "internal", "no outcome for this parcel");
}

#[test]
fn a_redirect_into_the_own_network_is_not_followed() {
    let site = CarrierSite::start();
    let port = site.address().port();
    for (to, words) in [
        ("https://localhost/secret".to_owned(), "denied_address"),
        (format!("http://127.0.0.1:{port}/secret"), "denied_host"),
        ("https://elsewhere.example/".to_owned(), "denied_host"),
    ] {
        let host = format!("localhost:{port}");
        site.break_host(&host, parcelwatch_tests::site::Fault::Redirect(to));
        let granted = format!(
            "[carriers.hostile]\nhosts = [\"http://localhost:{port}\"]\npace = \"0s\"\n[carriers.hostile.settings]\naddress = \"http://localhost:{port}\"\n"
        );
        let (_home, _daemon, failure) = misbehave("REDIRECT", &granted);
        let message = failure["message"].as_str().unwrap_or_default();
        assert!(message.contains(words), "{message:?} should say {words:?}");
        assert!(!site.asked(&host).iter().any(|asked| asked.path.contains("secret")));
    }
}

#[test]
fn a_flood_of_requests_ends_after_a_few() {
    let site = CarrierSite::start();
    let port = site.address().port();
    let granted = format!(
        "[carriers.hostile]\nhosts = [\"http://localhost:{port}\"]\n[carriers.hostile.settings]\naddress = \"http://localhost:{port}\"\n"
    );
    let (_home, _daemon, failure) = misbehave("FLOOD", &granted);
    assert!(failure["message"].as_str().unwrap_or_default().contains("too many requests in one call"), "{failure:#}");
    assert!(site.asked(&format!("localhost:{port}")).len() <= 16);
}

#[test]
fn a_bomb_of_a_carrier_counts_against_the_carrier() {
    for (bytes, kind, is_quarantined) in [(2 << 20, "changed_upstream", false), (1000, "internal", true)] {
        let site = CarrierSite::start();
        let port = site.address().port();
        let granted = format!(
            "[carriers.hostile]\nhosts = [\"http://localhost:{port}\"]\npace = \"0s\"\n[carriers.hostile.settings]\naddress = \"http://localhost:{port}\"\n"
        );
        site.fixed(&format!("localhost:{port}"), "bomb", Told::text(200, "text/plain", "x".repeat(bytes)));
        let (home, _daemon, failure) = misbehave("BOMB", &granted);
        assert_eq!(failure["kind"], kind, "{failure:#}");
        for _ in 0..3 {
            home.command(&["ask", "evil"]);
        }
        let closed = home.say(&["plugin", "enable", "hostile"]).contains("open again");
        assert_eq!(closed, is_quarantined, "{bytes} bytes");
    }
}

#[test]
fn a_chattering_plugin_does_not_fill_the_log() {
    let home = hostile_home("CHATTER", "");
    let daemon = home.start();
    daemon.until_parcel("evil", |parcel| !parcel["legs"][0]["last_asked_at"].is_null());
    let log = daemon.stop();
    let lines = log.lines().filter(|line| line.contains("chatter")).count();
    assert!((1..=200).contains(&lines), "{lines} lines");
}

#[test]
fn lies_are_taken_for_text_and_nothing_more() {
    let home = hostile_home("LIE", "");
    let daemon = home.start();
    let parcel = daemon.until_parcel("evil", |parcel| parcel["events"].as_array().is_some_and(|e| !e.is_empty()));
    let event = &parcel["events"][0];
    assert_eq!(parcel["events"].as_array().map(Vec::len), Some(1));
    assert_eq!(event["text"], "<script>alert(1)</script>[31m &amp;]]>", "control and direction characters are gone");
    assert_eq!((&event["at"], &event["place"]["country"]), (&Value::Null, &Value::Null));
    assert_eq!(parcel["legs"].as_array().map(Vec::len), Some(1), "a hand-off to itself is no hand-off");
    for path in ["/", "/parcel/evil", "/feeds/parcel/evil.atom", "/feeds/parcel/evil.rss", "/system"] {
        let page = daemon.get(path);
        assert!(!page.contains("<script>alert") && !page.contains("<img src=x"), "{path}: {page}");
    }
}

/// What was not taken of the hostile plugin's answers.
fn losses(daemon: &Daemon) -> Value {
    let system = daemon.until_system(|system| {
        let plugins = system["plugins"].as_array().into_iter().flatten();
        plugins.filter(|plugin| plugin["carrier"] == "hostile").any(|plugin| plugin["losses"] != serde_json::json!({}))
    });
    let mut plugins = system["plugins"].as_array().into_iter().flatten();
    plugins.find(|plugin| plugin["carrier"] == "hostile").expect("it is in force")["losses"].clone()
}

#[test]
fn what_the_wall_does_not_take_is_counted_and_shown() {
    for (misdeed, expected) in [
        ("LIE", serde_json::json!({ "country": 2, "outcome": 2, "time": 1 })),
        ("TIDE", serde_json::json!({ "cursor": 1, "events": 1, "order": 1 })),
        ("KEEP", serde_json::json!({ "memory": 873 })),
    ] {
        let home = hostile_home(misdeed, "");
        let daemon = home.start();
        assert_eq!(losses(&daemon), expected, "{misdeed}");
        assert!(daemon.get("/system").contains("not taken of its answers"), "{misdeed}");
        assert!(daemon.get("/metrics").contains("parcelwatch_plugin_losses_total{carrier=\"hostile\""), "{misdeed}");
    }
}

#[test]
fn what_goes_over_the_wall_is_bounded_for_the_whole_call() {
    check("SHUTTLE", "internal", "moved more than 32 MiB through the daemon");
}

#[test]
fn a_plugin_that_claims_every_number_wins_none() {
    let home = home("[[parcel]]\nid = \"good\"\nnumber = \"DEMO00000017\"\n");
    home.drop_plugin("greedy.wasm", &guest("greedy"));
    let daemon = home.start();
    let good = daemon.until_parcel("good", |parcel| status(parcel) == "arrived_destination");
    let legs = good["legs"].as_array().expect("a list").iter();
    let polled: Vec<&Value> = legs.filter(|leg| leg["state"] == "active").map(|leg| &leg["carrier"]).collect();
    assert_eq!(polled, ["demo"], "{good:#}");
    daemon.until_system(|system| system["plugins"].to_string().contains("\"claims_all\":true"));
    assert!(daemon.get("/system").contains("claims every number, and wins none by that"));
    for number in ["LX123456785CN", "1Z999AA10123456784", "5Q5Q5Q5X"] {
        let told = home.say(&["recognize", number, "--json"]);
        let told: Value = serde_json::from_str(&told).expect("JSON");
        let candidates = told[0]["candidates"].as_array().expect("a list").iter();
        let greedy = candidates.filter(|candidate| candidate["carrier"] == "greedy");
        assert!(greedy.clone().all(|greedy| greedy["confidence"].as_u64() <= Some(5)), "{told:#}");
    }
}

#[test]
fn a_plugin_that_fails_again_and_again_is_left_alone_until_the_operator_opens_it() {
    let (home, daemon, _) = misbehave("PANIC", "");
    for _ in 0..3 {
        home.command(&["ask", "evil"]);
    }
    let refused = home.command(&["ask", "evil"]);
    let error = String::from_utf8_lossy(&refused.stderr);
    assert!(error.contains("its plugin failed too often"), "{error}");
    assert!(home.say(&["plugin", "enable", "hostile"]).contains("open again"));
    let asked = home.command(&["ask", "evil"]);
    assert!(asked.status.success(), "{}", String::from_utf8_lossy(&asked.stderr));
    daemon.stop();
}
