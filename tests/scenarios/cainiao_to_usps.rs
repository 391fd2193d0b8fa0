//! A parcel goes from Cainiao to USPS and is followed, from the first scan to the mailbox.

use parcelwatch_tests::CarrierSite;
use parcelwatch_tests::site::{CLIENT, cainiao, usps};
use serde_json::Value;

use crate::{home, status};

const NUMBER: &str = "LP00123456789012";
const LOCAL: &str = "9400111206206406260787";

fn config(site: &CarrierSite) -> String {
    let (id, secret) = CLIENT;
    format!(
        "[[parcel]]\nid = \"lamp\"\nlabel = \"Lamp\"\nnumber = \"{NUMBER}\"\ncountry = \"US\"\nordered = 2026-11-01\n{}{}client_id = \"{id}\"\nclient_secret = \"{secret}\"\n",
        site.carrier("cainiao"),
        site.carrier("usps"),
    )
}

fn from_china() -> cainiao::Parcel {
    cainiao::Parcel::to("United States")
        .expected(1_795_000_000_000, 1_795_400_000_000)
        .scan("GWMS_ACCEPT", "Order received successfully", "2026-11-02 10:00:00", "GMT+8")
        .scan("PU_PICKUP_SUCCESS", "Package picked up", "2026-11-03 10:00:00", "GMT+8")
        .scan("CC_EX_SUCCESS", "Export customs clearance complete", "2026-11-05 10:00:00", "GMT+8")
        .scan("LH_DEPART", "Left from departure country/region", "2026-11-06 23:00:00", "GMT+8")
}

fn leg<'a>(parcel: &'a Value, number: &str) -> &'a Value {
    let legs = parcel["legs"].as_array().expect("a list");
    legs.iter().find(|leg| leg["number"] == number && leg["state"] == "active").unwrap_or(&Value::Null)
}

#[test]
fn it_is_followed_under_both_numbers_and_told_as_one_journey() {
    let site = CarrierSite::start();
    site.cainiao(NUMBER, from_china());
    let home = home(&config(&site));
    let daemon = home.start();
    let parcel = daemon.until_parcel("lamp", |parcel| status(parcel) == "departed_origin");
    assert_eq!(
        (&parcel["stage"], &parcel["stage_index"], &parcel["carrier"]),
        (&"line_haul".into(), &3.into(), &"cainiao".into())
    );
    assert_eq!(parcel["expected"]["from"], "2026-11-18T11:06:40Z");
    assert_eq!(parcel["expected"]["to"], "2026-11-23T02:13:20Z");
    assert_eq!(parcel["events"][0]["at_text"], "2026-11-06 23:00:00");
    assert_eq!(parcel["events"][0]["text"], "Left from departure country/region");

    // It lands and is handed over: the number Cainiao names is asked at once.
    let landed = from_china()
        .scan("LH_ARRIVE", "Arrived at destination country/region", "2026-11-09 08:00:00", "GMT-5")
        .scan("CC_IM_SUCCESS", "Import customs clearance complete", "2026-11-10 15:00:00", "GMT-5")
        .scan("GTMS_ACCEPT", "Received by local delivery company", "2026-11-11 07:30:00", "GMT-5")
        .handed_to("USPS", LOCAL);
    site.cainiao(NUMBER, landed.clone());
    site.usps(
        LOCAL,
        usps::Parcel::default()
            .scan("03", "Accepted at USPS Origin Facility", "2026-11-11T07:30:00", "-05:00", "JAMAICA")
            .scan("10", "Arrived at USPS Regional Facility", "2026-11-12T02:10:00", "-05:00", "NEW YORK"),
    );
    home.say(&["ask", "lamp"]);
    let parcel = daemon.until_parcel("lamp", |parcel| !leg(parcel, LOCAL)["last_ok_at"].is_null());
    assert_eq!(parcel["stage"], "last_mile", "{parcel:#}");
    assert_eq!((&leg(&parcel, LOCAL)["carrier"], &leg(&parcel, LOCAL)["role"]), (&"usps".into(), &"handoff".into()));
    assert_eq!(leg(&parcel, NUMBER)["carrier"], "cainiao", "the first number is never dropped");
    let merged = parcel["events"].as_array().expect("a list").iter();
    let handed_over: Vec<&Value> =
        merged.filter(|event| event["at_text"].as_str().is_some_and(|at| at.starts_with("2026-11-11 07:30"))).collect();
    assert_eq!(handed_over.len(), 1, "both tell of the hand-over, and it is one entry: {parcel:#}");
    assert_eq!(handed_over[0]["sources"].as_array().map(Vec::len), Some(2));
    // One token for both questions, and the number was asked where it belongs.
    let asked = site.asked(usps::HOST);
    assert_eq!(asked.iter().filter(|asked| asked.path.contains("token")).count(), 1);
    assert!(asked.iter().any(|asked| asked.path.ends_with(LOCAL) && asked.header("authorization").is_some()));

    // USPS goes on alone.
    site.usps(
        LOCAL,
        usps::Parcel::default()
            .scan("03", "Accepted at USPS Origin Facility", "2026-11-11T07:30:00", "-05:00", "JAMAICA")
            .scan("10", "Arrived at USPS Regional Facility", "2026-11-12T02:10:00", "-05:00", "NEW YORK")
            .scan("OF", "Out for Delivery", "2026-11-13T08:10:00", "-05:00", "NEW YORK")
            .scan("01", "Delivered, In/At Mailbox", "2026-11-13T13:58:00", "-05:00", "NEW YORK"),
    );
    home.say(&["ask", "lamp"]);
    let parcel = daemon.until_parcel("lamp", |parcel| status(parcel) == "delivered");
    assert_eq!((&parcel["carrier"], &parcel["events"][0]["at"]), (&"usps".into(), &"2026-11-13T13:58:00-05:00".into()));
    let titles: Vec<String> = feed_rs::parser::parse(daemon.get("/feeds/all.atom").as_bytes())
        .expect("a feed")
        .entries
        .into_iter()
        .filter_map(|entry| entry.title.map(|title| title.content))
        .collect();
    // What is due on the day of the test may stand before it.
    for told in ["now followed, left the country of origin", "New number with USPS", "Delivered (mailbox)"] {
        let is_told = |title: &&String| title.starts_with("Lamp: ") && title.ends_with(told);
        assert!(titles.iter().any(|title| is_told(&title)), "{told:?} in {titles:#?}");
    }
    let page = daemon.get("/parcel/lamp");
    for shown in [NUMBER, LOCAL, "Left from departure country/region", "Delivered, In/At Mailbox", "tells it too"] {
        assert!(page.contains(shown), "{shown:?} on the page");
    }
    assert!(home.say(&["explain", "lamp"]).contains("because USPS said \"Delivered, In/At Mailbox\", code 01"));
}

#[test]
fn a_token_that_is_refused_is_fetched_anew_once_and_kept_over_restarts() {
    let site = CarrierSite::start();
    let (id, secret) = CLIENT;
    let home = home(&format!(
        "[[parcel]]\nid = \"box\"\nnumber = \"{LOCAL}\"\ncarrier = \"usps\"\n{}client_id = \"{id}\"\nclient_secret = \"{secret}\"\n",
        site.carrier("usps")
    ));
    site.usps(
        LOCAL,
        usps::Parcel::default().scan("OF", "Out for Delivery", "2026-11-13T08:10:00", "-05:00", "NEW YORK"),
    );
    let tokens = || site.asked(usps::HOST).iter().filter(|asked| asked.path.contains("token")).count();
    let daemon = home.start();
    daemon.until_parcel("box", |parcel| status(parcel) == "out_for_delivery");
    assert_eq!(tokens(), 1);
    daemon.stop();
    let daemon = home.start();
    daemon.until_system(|system| {
        system["plugins"].as_array().is_some_and(|all| all.iter().all(|p| p["state"] == "running"))
    });
    home.say(&["ask", "box"]);
    assert_eq!(tokens(), 1, "the token outlived the restart");
    site.revoke_tokens(usps::HOST);
    home.say(&["ask", "box"]);
    assert_eq!(tokens(), 2);
    assert!(daemon.parcel("box")["legs"][0]["failure"].is_null());
    // Nothing of the credentials is in what is kept or said.
    let kept = std::fs::read(home.state().join("parcelwatch.db")).expect("the database is there");
    assert!(!kept.windows(secret.len()).any(|window| window == secret.as_bytes()));
    assert!(!daemon.log().contains(secret) && !daemon.log().contains("token-apis"));
}

#[test]
fn a_carrier_without_its_key_says_so_and_answers_once_it_is_there() {
    let site = CarrierSite::start();
    let parcel = format!("[[parcel]]\nid = \"box\"\nnumber = \"{LOCAL}\"\ncarrier = \"usps\"\n");
    let home = home(&format!("{parcel}{}", site.carrier("usps")));
    site.usps(
        LOCAL,
        usps::Parcel::default().scan("OF", "Out for Delivery", "2026-11-13T08:10:00", "-05:00", "NEW YORK"),
    );
    let daemon = home.start();
    let asked = daemon.until_parcel("box", |parcel| !parcel["legs"][0]["failure"].is_null());
    let failure = &asked["legs"][0]["failure"];
    assert_eq!(failure["kind"], "needs_credential");
    let words = "USPS needs client_id and client_secret; set them in [carriers.usps]";
    assert_eq!(failure["message"], words, "{failure:#}");
    daemon.until_parcel("box", |parcel| parcel["attention"] == "watch");
    assert!(daemon.get("/").contains("USPS needs a key, and nobody else can be asked."));
    assert!(site.asked(usps::HOST).is_empty(), "nobody was asked without a key");
    let (id, secret) = CLIENT;
    home.write_config(&format!("{parcel}{}client_id = \"{id}\"\nclient_secret = \"wrong\"\n", site.carrier("usps")));
    daemon.until_parcel("box", |parcel| parcel["legs"][0]["failure"]["kind"] == "auth_failed");
    home.write_config(&format!("{parcel}{}client_id = \"{id}\"\nclient_secret = \"{secret}\"\n", site.carrier("usps")));
    daemon.until_parcel("box", |parcel| status(parcel) == "out_for_delivery");
}
