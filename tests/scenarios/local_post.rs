//! A postal number is the same at the post of the country it goes to: from arrival on that post is polled where it can be, and
//! named with its link where it cannot.

use parcelwatch_tests::CarrierSite;
use parcelwatch_tests::site::{CLIENT, cainiao, usps};
use serde_json::Value;

use crate::{days_ago, home, status};

const NUMBER: &str = "RB123456785CN";

fn scans(codes: &[(&str, i64)]) -> cainiao::Parcel {
    let add = |parcel: cainiao::Parcel, (code, days): &(&str, i64)| {
        parcel.scan(code, code, &format!("{} 10:00:00", days_ago(*days)), "GMT+8")
    };
    codes.iter().fold(cainiao::Parcel::to("United States"), add)
}

const SENT: &[(&str, i64)] = &[("PU_PICKUP_SUCCESS", 20), ("LH_DEPART", 15)];
const LANDED: &[(&str, i64)] = &[("PU_PICKUP_SUCCESS", 20), ("LH_DEPART", 15), ("LH_ARRIVE", 3)];

fn legs(parcel: &Value) -> Vec<(&str, &str)> {
    let legs = parcel["legs"].as_array().expect("a list").iter();
    legs.map(|leg| (leg["carrier"].as_str().unwrap_or("-"), leg["state"].as_str().unwrap_or_default())).collect()
}

#[test]
fn the_destinations_post_is_polled_from_arrival_on_though_another_carrier_is_named() {
    let (site, (id, secret)) = (CarrierSite::start(), CLIENT);
    site.cainiao(NUMBER, scans(SENT));
    let home = home(&format!(
        "[[parcel]]\nid = \"lamp\"\nnumber = \"{NUMBER}\"\ncarrier = \"cainiao\"\ncountry = \"US\"\n{}{}\
         client_id = \"{id}\"\nclient_secret = \"{secret}\"\n",
        site.carrier("cainiao"),
        site.carrier("usps"),
    ));
    let daemon = home.start();
    let parcel = daemon.until_parcel("lamp", |parcel| status(parcel) == "departed_origin");
    assert_eq!(legs(&parcel).iter().filter(|(_, state)| *state == "active").count(), 1, "{parcel:#}");
    assert!(parcel["local_post"].is_null(), "it has not arrived");

    site.cainiao(NUMBER, scans(LANDED));
    let today = format!("{}T02:10:00", days_ago(1));
    let arrived = usps::Parcel::default().scan("10", "Arrived at USPS Regional Facility", &today, "-05:00", "NEW YORK");
    site.usps(NUMBER, arrived);
    home.say(&["ask", "lamp"]);
    let parcel = daemon.until_parcel("lamp", |parcel| parcel["carrier"] == "usps");
    assert_eq!((status(&parcel), &parcel["stage"]), ("local_processing", &"last_mile".into()));
    assert!(legs(&parcel).contains(&("cainiao", "active")), "the carrier that was named is polled as before");

    // It outlives a restart, and a config that is read anew changes nothing.
    drop(daemon);
    let daemon = home.start();
    let parcel = daemon.until_parcel("lamp", |parcel| parcel["carrier"] == "usps");
    assert_eq!(legs(&parcel).iter().filter(|leg| **leg == ("usps", "active")).count(), 1, "{parcel:#}");
    assert!(legs(&parcel).contains(&("cainiao", "active")));
}

#[test]
fn a_post_that_cannot_be_polled_is_named_with_its_page() {
    let site = CarrierSite::start();
    for number in [NUMBER, "RB987654326CN"] {
        site.cainiao(number, scans(LANDED));
    }
    let home = home(&format!(
        "[[parcel]]\nid = \"lamp\"\nnumber = \"{NUMBER}\"\ncarrier = \"cainiao\"\ncountry = \"US\"\n\
         [[parcel]]\nid = \"swiss\"\nnumber = \"RB987654326CN\"\ncarrier = \"cainiao\"\ncountry = \"CH\"\n{}",
        site.carrier("cainiao"),
    ));
    let daemon = home.start();
    for (id, name, link) in
        [("lamp", "USPS", "https://tools.usps.com/"), ("swiss", "Swiss Post", "https://service.post.ch/")]
    {
        let parcel = daemon.until_parcel(id, |parcel| status(parcel) == "arrived_destination");
        assert_eq!(parcel["local_post"]["name"], name, "{parcel:#}");
        let link = format!("{link}{}", &parcel["local_post"]["link"].as_str().unwrap_or_default()[link.len()..]);
        assert_eq!(parcel["local_post"]["link"], link);
        assert!(legs(&parcel).iter().all(|(carrier, state)| *carrier == "cainiao" || *state != "active"), "{parcel:#}");
        for page in ["/", &format!("/parcel/{id}")] {
            let words = format!("{name} knows it under the same number: <a href=\"{link}");
            assert!(daemon.get(page).contains(&words), "{page} should say {words}");
        }
        assert!(home.say(&["show", id]).contains(&format!("{name} knows it under the same number: {link}")));
    }
}
