//! What a history means, as the page, the feeds and the API tell it. The stories that need weeks are told in
//! `tracking/journeys`; here it is the way from a carrier's answer to what people see.

use parcelwatch_tests::{CarrierSite, site::cainiao};
use serde_json::Value;

use crate::{days_ago, home, status};

const PARCEL: &str = "[[parcel]]\nid = \"lamp\"\nlabel = \"Desk lamp\"\nnumber = \"LP00123456789012\"\ncountry = \"FR\"\n\
                      marketplace = \"aliexpress\"\nclass = \"standard\"\norder = \"8190000000000001\"\n";
/// What a browser sends with a button of our own page.
const OWN_PAGE: [(&str, &str); 1] = [("sec-fetch-site", "same-origin")];

fn scan(parcel: cainiao::Parcel, code: &str, days: i64) -> cainiao::Parcel {
    parcel.scan(code, code, &format!("{} 10:00:00", days_ago(days)), "GMT+8")
}

fn kinds(parcel: &Value) -> Vec<&str> {
    parcel["deadlines"].as_array().into_iter().flatten().filter_map(|deadline| deadline["kind"].as_str()).collect()
}

#[test]
fn a_label_without_a_parcel_is_a_question_for_the_seller_until_the_rules_say_otherwise() {
    let site = CarrierSite::start();
    site.cainiao("LP00123456789012", scan(cainiao::Parcel::to("France"), "GWMS_ACCEPT", 9));
    let config = |silence: &str| {
        let ordered = days_ago(10);
        format!("{}{PARCEL}ordered = {ordered}\n[silence]\n{silence}\n", site.carrier("cainiao"))
    };
    let home = home(&config(""));
    let daemon = home.start();
    let parcel = daemon.until_parcel("lamp", |parcel| parcel["silence"]["verdict"] == "act");
    assert_eq!(parcel["advice_kind"], "contact_seller", "{parcel:#}");
    assert_eq!((parcel["urgent"].as_bool(), parcel["attention"].as_str()), (Some(true), Some("needs_you")));
    assert_eq!(kinds(&parcel), ["activation", "dispute", "protection"]);
    let protection = &parcel["deadlines"][2]["at"];
    assert_eq!(*protection, days_ago(10 - 60).to_string(), "sixty days from the order, as a date");
    let ways = parcel["contact"]["ways"].to_string();
    assert!(ways.contains("8190000000000001") && ways.contains("Help Center"), "{ways}");
    let page = daemon.get("/parcel/lamp");
    for wanted in
        ["a label is not a parcel", "Ask the seller, through AliExpress", "Buyer protection ends", "Label created"]
    {
        assert!(page.contains(wanted), "{wanted:?} on the page");
    }
    assert!(daemon.get("/").contains("Needs you"));
    let feed = daemon.get("/feeds/important.atom");
    assert!(feed.contains("Desk lamp: Silent for too long") && feed.contains("a label is not a parcel"), "{feed}");

    home.write_config(&config("label = [\"20 days\", \"30 days\"]"));
    let parcel = daemon.until_parcel("lamp", |parcel| parcel["silence"]["verdict"] == "normal");
    assert_eq!(parcel["attention"], "waiting_for_scan");
    assert_eq!(daemon.get("/feeds/important.atom"), feed, "what was told stays told");
    assert!(home.say(&["show", "lamp"]).contains("normal here until"));
}

#[test]
fn a_delivery_that_is_not_there_opens_a_checklist_and_having_it_closes() {
    let site = CarrierSite::start();
    let journey = ["PU_PICKUP_SUCCESS", "LH_DEPART", "LH_ARRIVE", "GTMS_ACCEPT", "GTMS_DO_DEPART", "GTMS_SIGNED"];
    let days = [20, 15, 8, 4, 1, 1];
    let parcel =
        journey.iter().zip(days).fold(cainiao::Parcel::to("France"), |parcel, (code, days)| scan(parcel, code, days));
    site.cainiao("LP00123456789012", parcel);
    let home = home(&format!("{}{PARCEL}", site.carrier("cainiao")));
    let daemon = home.start();
    let parcel = daemon.until_parcel("lamp", |parcel| status(parcel) == "delivered");
    assert_eq!(parcel["advice_kind"], "look_for_it", "{parcel:#}");
    assert!(!daemon.get("/parcel/lamp").contains("Where it may be"));

    daemon.post("/parcel/lamp/not-here", &[], &OWN_PAGE);
    let parcel = daemon.until_parcel("lamp", |parcel| parcel["missing"] == true);
    assert_eq!((status(&parcel), parcel["urgent"].as_bool()), ("not_delivered", Some(true)));
    let page = daemon.get("/parcel/lamp");
    for wanted in ["Where it may be", "neighbours", "GTMS_SIGNED", "proof of delivery", "You said that it is not here"]
    {
        assert!(page.contains(wanted), "{wanted:?} on the page");
    }
    daemon.post("/parcel/lamp/have-it", &[], &OWN_PAGE);
    let parcel = daemon.until_parcel("lamp", |parcel| parcel["advice_kind"] == "nothing");
    assert_eq!((status(&parcel), parcel["missing"].as_bool()), ("delivered", Some(false)));
    assert_eq!(parcel["marks"].as_array().map(Vec::len), Some(2));
}

#[test]
fn nothing_is_over_while_buyer_protection_runs() {
    let site = CarrierSite::start();
    let at = |days: i64| days_ago(days).to_zoned(jiff::tz::TimeZone::UTC).expect("a day").timestamp().as_millisecond();
    let parcel = scan(scan(cainiao::Parcel::to("France"), "PU_PICKUP_SUCCESS", 55), "LH_DEPART", 50);
    site.cainiao("LP00123456789012", parcel.expected(at(30), at(20)));
    let config = |ordered: i64| format!("{}{PARCEL}ordered = {}\n", site.carrier("cainiao"), days_ago(ordered));
    let home = home(&config(57));
    let daemon = home.start();
    let parcel = daemon.until_parcel("lamp", |parcel| status(parcel) == "departed_origin");
    let advice = parcel["advice"].as_str().unwrap_or_default();
    for day in [days_ago(5), days_ago(57 - 60)] {
        assert!(advice.contains(&parcelwatch::report::times::date_words(day)), "{day} in {advice:?}");
    }
    assert_eq!(
        (parcel["advice_kind"].as_str(), parcel["attention"].as_str()),
        (Some("open_dispute"), Some("needs_you"))
    );
    let page = daemon.get("/parcel/lamp");
    assert!(!page.contains("usually ended") && !page.contains(", over"), "{page}");
    assert!(page.contains("by the strict reading"));

    // By the day after the end of protection it is.
    home.write_config(&config(61));
    let parcel = daemon.until_parcel("lamp", |parcel| parcel["advice_kind"] == "contact_seller");
    assert!(parcel["advice"].as_str().is_some_and(|advice| advice.contains("usually ended")), "{parcel:#}");
    assert!(daemon.get("/parcel/lamp").contains(", over"));
}
