//! The first hour of a parcel: one entry that says how it is, as loud as that is, and no alarm before a carrier was heard.

use std::collections::BTreeMap;

use parcelwatch_tests::site::{Fault, Told, cainiao};
use parcelwatch_tests::{CarrierSite, Daemon, Home};
use serde_json::{Value, json};

use crate::{days_ago, home, status};

const FOURPX: &str = "track.4px.com";
const MINUTE: i64 = 60_000;

/// The titles in a feed by the parcel they are about, newest first.
fn titles(daemon: &Daemon, path: &str) -> BTreeMap<String, Vec<String>> {
    let feed = daemon.json(path);
    let mut titles: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for item in feed["items"].as_array().expect("a list") {
        let (url, title) = (item["url"].as_str().unwrap_or_default(), item["title"].as_str().unwrap_or_default());
        let parcel = url.rsplit('/').next().unwrap_or_default().to_owned();
        titles.entry(parcel).or_default().push(title.to_owned());
    }
    titles
}

fn told(daemon: &Daemon, id: &str) -> Vec<String> {
    titles(daemon, &format!("/feeds/parcel/{id}.json")).remove(id).unwrap_or_default()
}

fn scan(parcel: cainiao::Parcel, code: &str, days: i64) -> cainiao::Parcel {
    parcel.scan(code, code, &format!("{} 10:00:00", days_ago(days)), "GMT+8")
}

/// A parcel that has come as far as the country.
fn landed() -> cainiao::Parcel {
    ["PU_PICKUP_SUCCESS", "LH_DEPART", "LH_ARRIVE"]
        .iter()
        .zip([20, 15, 5])
        .fold(cainiao::Parcel::to("France"), |parcel, (code, days)| scan(parcel, code, days))
}

/// What 4PX tells of a parcel that reached this code an hour ago.
fn fourpx(number: &str, code: &str) -> Told {
    let now = jiff::Timestamp::now().as_millisecond();
    let scan = |code: &str, minutes: i64| {
        let at = jiff::Timestamp::from_millisecond(now - minutes * MINUTE).expect("a time of ours");
        let date = at.strftime("%Y-%m-%dT%H:%M:%S.000+0000").to_string();
        json!({ "tkCode": code, "tkDesc": code, "tkLocation": "", "tkTimezone": "UTC+01:00", "tkDate": date })
    };
    let tracks = [scan(code, 60), scan("FPX_O_RR", 24 * 60), scan("FPX_C_SPLS", 9 * 24 * 60)];
    Told::json(&json!({ "result": 1, "data": [{
        "queryCode": number, "shipperCode": number, "ctStartCode": "CN", "ctEndCode": "FR", "tracks": tracks,
        "hawbCodeSet": [number],
    }] }))
}

/// The parcels, what their carrier tells first, and the title and the importance that are wanted.
const FIRST: [(&str, &str, &str, &str); 20] = [
    ("failed", "GTMS_DEL_FAILURE", "Delivery attempt failed", "important"),
    ("customs", "CUS_TAX", "Held by customs; papers or money for customs by {}", "important"),
    ("pickup", "GTMS_STA_SIGNED", "Ready for pickup", "important"),
    ("van", "GTMS_DO_DEPART", "Out for delivery", "important"),
    ("back", "RT_TMS_ACCEPT", "On its way back", "important"),
    ("done", "GTMS_SIGNED", "Delivered", "important"),
    ("damaged", "FPX_O_SD", "Reported damaged, handed to the local carrier", "important"),
    ("lost", "FPX_Y_CCMC", "Reported lost, handed to the local carrier", "important"),
    ("past", "GTMS_SIGNED", "now followed, delivered", "routine"),
    ("problem", "GTMS_FAILURE", "now followed, problem reported, arrived in destination country", "notice"),
    ("moving", "GTMS_ACCEPT", "now followed, handed to the local carrier", "notice"),
    ("returned", "RETURNED", "now followed, returned to sender", "notice"),
    ("label", "GWMS_ACCEPT", "now followed, label created", "notice"),
    ("taken", "PU_PICKUP_SUCCESS", "now followed, accepted by the carrier", "notice"),
    ("sorting", "SC_INBOUND_SUCCESS", "now followed, arrived at sorting centre", "notice"),
    ("export", "CC_EX_SUCCESS", "now followed, export customs", "notice"),
    ("plane", "LH_DEPART", "now followed, left the country of origin", "notice"),
    ("landed", "LH_ARRIVE", "now followed, arrived in destination country", "notice"),
    ("released", "CC_IM_SUCCESS", "now followed, released by customs", "notice"),
    ("second", "GTMS_STA_SIGN_FAILURE", "Delivery attempt failed", "important"),
];

/// Codes of what happens before a parcel has left.
const AT_HOME: [&str; 5] = ["GWMS_ACCEPT", "PU_PICKUP_SUCCESS", "SC_INBOUND_SUCCESS", "CC_EX_SUCCESS", "LH_DEPART"];

/// A cold start compiles every carrier: meanwhile it says so, and calls no number unserved.
fn while_carriers_are_made_ready(home: &Home, daemon: &Daemon) {
    let ready = daemon.get_with("/readyz", &[]);
    assert_eq!(ready.status, 503, "{}", ready.body);
    assert!(ready.body.starts_with("carriers are getting ready, ") && ready.body.contains(" of 20"), "{}", ready.body);
    home.say(&["healthcheck"]);
    assert!(daemon.get("/").contains("Carriers are getting ready, "));
    daemon.until_parcel("moving", |_| true);
    let parcels = daemon.json("/api/v1/parcels");
    assert!(parcels["parcels"].as_array().expect("a list").iter().all(|parcel| parcel["unserved"] == false));
    assert!(home.say(&["recognize", "LP00123456789104"]).contains("cainiao"), "it waits for the carriers");
    daemon.until("ready", |daemon| match daemon.get_with("/readyz", &[]).status {
        200 => Ok(()),
        status => Err(status.to_string()),
    });
    assert!(!daemon.get("/").contains("getting ready"));
}

#[test]
fn each_parcel_is_told_once_and_as_loud_as_it_is() {
    let site = CarrierSite::start();
    let hook = site.address().to_string();
    for path in ["/all", "/loud"] {
        site.fixed(&hook, path, Told::text(200, "text/plain", String::new()));
    }
    let mut config = format!("{}{}", site.carrier("cainiao"), site.carrier("fourpx"));
    for (path, from) in [("all", "notice"), ("loud", "important")] {
        config += &format!(
            "[[notify]]\ntype = \"webhook\"\nname = \"{path}\"\nurl = \"http://{hook}/{path}\"\nfrom = \"{from}\"\n"
        );
    }
    for (index, (id, code, ..)) in FIRST.iter().enumerate() {
        let number = if code.starts_with("FPX") {
            let number = format!("4PX30000000001{index:02}CN");
            site.fixed(FOURPX, &number, fourpx(&number, code));
            number
        } else {
            let number = format!("LP001234567891{index:02}");
            let days = match *id {
                "van" => 0,
                "past" => 3,
                _ => 1,
            };
            let before = if AT_HOME.contains(code) { cainiao::Parcel::to("France") } else { landed() };
            site.cainiao(&number, scan(before, code, days));
            number
        };
        let carrier = if code.starts_with("FPX") { "fourpx" } else { "cainiao" };
        config += &format!(
            "[[parcel]]\nid = \"{id}\"\nlabel = \"{id}\"\nnumber = \"{number}\"\ncarrier = \"{carrier}\"\n\
             country = \"FR\"\nclass = \"standard\"\ntags = [\"home\"]\n"
        );
    }
    let home = home(&config);
    home.forget_compiled_plugins();
    let daemon = home.start();
    while_carriers_are_made_ready(&home, &daemon);
    for (id, ..) in FIRST {
        daemon.until_parcel(id, |parcel| !parcel["legs"][0]["last_ok_at"].is_null());
    }
    let wanted = |keep: fn(&str) -> bool| -> BTreeMap<String, Vec<String>> {
        let kept = FIRST.iter().filter(|(.., importance)| keep(importance));
        let customs_until = parcelwatch::report::times::date_words(days_ago(1 - 7));
        let title = |id: &str, title: &str| format!("{id}: {}", title.replace("{}", &customs_until));
        kept.map(|(id, _, words, _)| ((*id).to_owned(), vec![title(id, words)])).collect()
    };
    assert_eq!(titles(&daemon, "/feeds/all.json"), wanted(|_| true));
    assert_eq!(titles(&daemon, "/feeds/tag/home.json"), wanted(|_| true));
    assert_eq!(titles(&daemon, "/feeds/important.json"), wanted(|importance| importance == "important"));
    assert_eq!(told(&daemon, "past"), ["past: now followed, delivered"]);
    let feed = daemon.get("/feeds/important.json");
    assert!(feed.contains("It is followed from now on; its page has 3 earlier scans."), "{feed}");

    // Channels get the same, and nothing of what is over.
    let loud = wanted(|importance| importance == "important");
    let worth = wanted(|importance| importance != "routine");
    let sent = |path: &str| -> Vec<String> {
        let asked = site.asked(&hook).into_iter().filter(|asked| asked.path == path);
        let title = |body: &str| serde_json::from_str::<Value>(body).expect("JSON")["data"]["title"].clone();
        let mut titles: Vec<String> =
            asked.map(|asked| title(&asked.body).as_str().unwrap_or_default().to_owned()).collect();
        titles.sort();
        titles
    };
    site.until_asked(&hook, loud.len() + worth.len());
    for (path, wanted) in [("/loud", loud), ("/all", worth)] {
        let mut wanted: Vec<String> = wanted.into_values().flatten().collect();
        wanted.sort();
        assert_eq!(sent(path), wanted, "{path}");
    }
    // A second answer and a restart tell nothing anew.
    home.say(&["ask", "failed"]);
    let before = titles(&daemon, "/feeds/all.json");
    daemon.stop();
    let daemon = home.start();
    daemon.until_system(|system| {
        system["plugins"].as_array().is_some_and(|all| all.iter().all(|plugin| plugin["state"] == "running"))
    });
    home.say(&["ask", "pickup"]);
    assert_eq!(titles(&daemon, "/feeds/all.json"), before);
}

#[test]
fn no_alarm_comes_before_the_first_answer_and_one_entry_with_it() {
    let site = CarrierSite::start();
    let number = "LP00123456789012";
    site.cainiao(number, scan(scan(cainiao::Parcel::to("France"), "PU_PICKUP_SUCCESS", 55), "LH_DEPART", 50));
    site.break_host(cainiao::HOST, Fault::Status(503));
    // Protection ends in three days, the window is long over, and so is any silence.
    let home = home(&format!(
        "{}[season]\nfrom = \"02-01\"\nto = \"02-02\"\n[[parcel]]\nid = \"lamp\"\nlabel = \"Lamp\"\nnumber = \"{number}\"\ncountry = \"FR\"\n\
         class = \"standard\"\nmarketplace = \"aliexpress\"\nordered = {}\n",
        site.carrier("cainiao"),
        days_ago(57)
    ));
    let daemon = home.start();
    daemon.until_parcel("lamp", |parcel| parcel["legs"][0]["failure"]["kind"] == "unavailable");
    assert_eq!(told(&daemon, "lamp"), [""; 0]);
    // A restart in the middle, and a config that judges every parcel anew.
    daemon.stop();
    let daemon = home.start();
    daemon.until_system(|system| {
        system["plugins"].as_array().is_some_and(|all| all.iter().all(|plugin| plugin["state"] == "running"))
    });
    let config = std::fs::read_to_string(home.config()).expect("the folder is ours");
    std::fs::write(home.config(), format!("{config}[deadlines]\nremind_days = [7, 3, 2, 1]\n")).expect("it is ours");
    home.say(&["reload"]);
    let _ = home.command(&["ask", "lamp"]);
    assert_eq!(told(&daemon, "lamp"), [""; 0]);

    site.heal(cainiao::HOST);
    home.say(&["ask", "lamp"]);
    let parcel = daemon.until_parcel("lamp", |parcel| status(parcel) == "departed_origin");
    let ends = parcelwatch::report::times::date_words(days_ago(57 - 60));
    let title =
        format!("Lamp: Buyer protection ends on {ends}; silent for too long; now followed, left the country of origin");
    assert_eq!(told(&daemon, "lamp"), [title.as_str()], "{parcel:#}");
    assert_eq!(titles(&daemon, "/feeds/important.json")["lamp"], [title]);
    let feed = daemon.get("/feeds/parcel/lamp.json");
    assert!(feed.contains("It is later than expected.") && feed.contains("Open a dispute now"), "{feed}");
    home.say(&["ask", "lamp"]);
    assert_eq!(told(&daemon, "lamp").len(), 1);
}

#[test]
fn a_parcel_that_arrived_a_month_ago_is_no_alarm() {
    let site = CarrierSite::start();
    let number = "LP00123456789012";
    let journey = [("PU_PICKUP_SUCCESS", 52), ("LH_DEPART", 50), ("GTMS_ACCEPT", 35), ("GTMS_SIGNED", 32)];
    let parcel = journey.iter().fold(cainiao::Parcel::to("France"), |parcel, (code, days)| scan(parcel, code, *days));
    site.cainiao(number, parcel);
    let home = home(&format!(
        "{}[[parcel]]\nid = \"lamp\"\nlabel = \"Lamp\"\nnumber = \"{number}\"\ncountry = \"FR\"\nclass = \"standard\"\n\
         marketplace = \"aliexpress\"\nordered = {}\n",
        site.carrier("cainiao"),
        days_ago(59)
    ));
    let daemon = home.start();
    daemon.until_parcel("lamp", |parcel| status(parcel) == "delivered");
    assert_eq!(told(&daemon, "lamp"), ["Lamp: now followed, delivered"]);
    assert!(titles(&daemon, "/feeds/important.json").is_empty());
}

#[test]
fn what_the_first_answer_leads_to_is_heard_before_anything_is_told() {
    let site = CarrierSite::start();
    let (number, local) = ("LP00123456789012", "COU100000001");
    site.cainiao(number, scan(landed(), "GTMS_ACCEPT", 4).handed_to("Courier", local));
    let at = jiff::Timestamp::now().strftime("%Y-%m-%d 00:00").to_string();
    let scans = format!("OUT|Out for delivery|{at}\nIN|Taken in|{} 00:00\n", days_ago(3));
    site.fixed("courier.example", local, Told::text(200, "text/plain", scans));
    let home = home(&format!(
        "{}{}[[parcel]]\nid = \"lamp\"\nlabel = \"Lamp\"\nnumber = \"{number}\"\ncountry = \"FR\"\n",
        site.carrier("cainiao"),
        site.carrier("courier")
    ));
    home.drop_plugin("courier.wasm", &parcelwatch_tests::guest("courier"));
    let daemon = home.start();
    daemon.until_parcel("lamp", |parcel| status(parcel) == "out_for_delivery");
    assert_eq!(told(&daemon, "lamp"), ["Lamp: Out for delivery"]);
    let feed = daemon.get("/feeds/parcel/lamp.json");
    assert!(feed.contains("it has a number of the carrier that brings it on"), "{feed}");
}

#[test]
fn where_there_is_nothing_to_ask_the_dates_of_the_config_remind_at_once() {
    let site = CarrierSite::start();
    let parcel = |id: &str, more: &str| {
        let ordered = days_ago(57);
        format!(
            "[[parcel]]\nid = \"{id}\"\nlabel = \"{id}\"\nmarketplace = \"aliexpress\"\nordered = {ordered}\n{more}\n"
        )
    };
    let home = home(&format!(
        "{}{}{}{}",
        parcel("order", "order = \"1\""),
        parcel("unserved", "number = \"ZZ-12-AB\""),
        parcel("locked", "number = \"9400111206206406260787\"\ncarrier = \"usps\""),
        site.carrier("usps"),
    ));
    let daemon = home.start();
    for (id, why) in [
        ("order", "it has no tracking number yet"),
        ("unserved", "none that is known here serves its number"),
        ("locked", "USPS needs a key"),
    ] {
        daemon.until_parcel(id, |parcel| !parcel.is_null());
        let told = daemon.until(id, |daemon| match told(daemon, id) {
            told if told.is_empty() => Err(format!("{:#}", daemon.parcel(id))),
            told => Ok(told),
        });
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].starts_with(&format!("{id}: Open a dispute, ")), "{told:?}");
        let feed = daemon.get(&format!("/feeds/parcel/{id}.json"));
        assert!(feed.contains(&format!("No carrier could be asked: {why}.")), "{feed}");
    }
    assert_eq!(titles(&daemon, "/feeds/important.json").len(), 3);
}

#[test]
fn a_number_that_was_used_before_waits_and_says_why() {
    let site = CarrierSite::start();
    let number = "LP00770000000020";
    let old = [("PU_PICKUP_SUCCESS", 420), ("LH_DEPART", 415), ("GTMS_SIGNED", 400)];
    let parcel = old.iter().fold(cainiao::Parcel::to("France"), |parcel, (code, days)| scan(parcel, code, *days));
    site.cainiao(number, parcel);
    let home = home(&format!(
        "{}[[parcel]]\nid = \"lamp\"\nnumber = \"{number}\"\ncarrier = \"cainiao\"\nordered = {}\n",
        site.carrier("cainiao"),
        days_ago(3),
    ));
    let daemon = home.start();
    let parcel = daemon.until_parcel("lamp", |parcel| !parcel["legs"][0]["last_ok_at"].is_null());
    assert_eq!((status(&parcel), &parcel["attention"]), ("unknown", &"waiting_for_scan".into()), "{parcel:#}");
    assert!(parcel["doubt"].as_str().is_some_and(|doubt| doubt.contains("the number was used before")), "{parcel:#}");
    assert!(told(&daemon, "lamp").iter().all(|title| !title.contains("elivered")));
}
