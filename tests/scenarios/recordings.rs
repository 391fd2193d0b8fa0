//! Recorded answers of real carriers, served as they are: page, API and feeds say what they say. The recordings are not part
//! of this repository; where `PARCELWATCH_SAMPLES` names no folder, there is nothing to check here.

use std::path::PathBuf;

use parcelwatch_tests::site::{CLIENT, Told, cainiao, dhl, fedex, usps};
use parcelwatch_tests::{CarrierSite, Daemon};
use serde_json::Value;

use crate::home;

fn sample(name: &str) -> Option<String> {
    let folder = PathBuf::from(std::env::var_os("PARCELWATCH_SAMPLES")?);
    let path = folder.join(name);
    Some(std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
}

/// A daemon with one parcel whose carrier answers with a recording; the parcel once it was asked.
fn recorded(
    host: &str,
    carrier: &str,
    number: &str,
    body: String,
    more: &str,
) -> (CarrierSite, parcelwatch_tests::Home, Daemon, Value) {
    let site = CarrierSite::start();
    site.fixed(host, number, Told::text(200, "application/json", body));
    let (id, secret) = CLIENT;
    let keys = match carrier {
        "dhl" => format!("api_key = \"{}\"\n", dhl::KEY),
        "usps" | "fedex" => format!("client_id = \"{id}\"\nclient_secret = \"{secret}\"\n"),
        _ => String::new(),
    };
    let home = home(&format!(
        "[[parcel]]\nid = \"box\"\nnumber = \"{number}\"\ncarrier = \"{carrier}\"\n{more}\n{}{keys}",
        site.carrier(carrier)
    ));
    let daemon = home.start();
    let parcel = daemon.until_parcel("box", |parcel| !parcel["legs"][0]["last_asked_at"].is_null());
    (site, home, daemon, parcel)
}

fn texts(parcel: &Value) -> Vec<&str> {
    parcel["events"].as_array().into_iter().flatten().filter_map(|event| event["text"].as_str()).collect()
}

#[test]
fn cainiao_in_customs() {
    let Some(body) = sample("cainiao/in-customs-with-last-mile-carrier.json") else { return };
    let (_site, _home, daemon, parcel) = recorded(cainiao::HOST, "cainiao", "RS0814398526Y", body, "");
    assert_eq!((&parcel["status"], &parcel["stage"]), (&"handed_to_local".into(), &"last_mile".into()));
    assert_eq!(parcel["expected"]["from"], "2023-10-12T23:59:56Z");
    assert_eq!(parcel["expected"]["to"], "2023-10-16T23:59:56Z");
    assert_eq!(&texts(&parcel)[..2], ["Import customs clearance complete", "Received by local delivery company"]);
    assert_eq!(parcel["events"][0]["at_text"], "2023-09-28 09:46:53");
    let page = daemon.get("/parcel/box");
    assert!(page.contains("Received by local delivery company") && page.contains("Import customs clearance complete"));
    assert!(daemon.get("/feeds/parcel/box.atom").contains("now followed, handed to the local carrier"));
}

#[test]
fn cainiao_names_the_local_number() {
    let Some(body) = sample("cainiao/handoff-number-excerpt.json") else { return };
    let (_site, _home, daemon, parcel) = recorded(cainiao::HOST, "cainiao", "AP00839790702074", body, "");
    let numbers: Vec<&Value> = parcel["legs"].as_array().into_iter().flatten().map(|leg| &leg["number"]).collect();
    assert!(numbers.contains(&&"36YPH337263201000935107".into()), "{parcel:#}");
    // It is part of what is told at first sight.
    assert!(daemon.get("/feeds/all.atom").contains("it has a number of the carrier that brings it on"));
}

#[test]
fn dhl_and_usps_and_fedex_as_recorded() {
    let Some(body) = sample("dhl/JJD000390005893028175.json") else { return };
    let (_site, _home, _daemon, parcel) = recorded(dhl::HOST, "dhl", "JJD000390005893028175", body, "");
    assert_ne!(parcel["status"], "unknown", "{parcel:#}");
    assert!(!texts(&parcel).is_empty());

    let body = sample("usps/delivered_9400109104250532908587.json").expect("it is beside the other");
    let number = "9400109104250532908587";
    let (_site, _home, daemon, parcel) = recorded(usps::HOST, "usps", number, body, "");
    assert_eq!(parcel["status"], "delivered");
    assert_eq!(
        (&parcel["events"][0]["at"], &parcel["events"][0]["text"]),
        (&"2024-11-22T13:58:00-05:00".into(), &"Delivered, Parcel Locker".into())
    );
    assert!(daemon.get("/parcel/box").contains("(locker)"));

    let body = sample("fedex/duplicate_776094337676.json").expect("it is beside the other");
    let (_site, _home, _daemon, parcel) = recorded(fedex::HOST, "fedex", "776094337676", body, "ordered = 2024-04-20");
    assert!(!texts(&parcel).is_empty(), "{parcel:#}");
}
