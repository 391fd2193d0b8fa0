//! What a carrier allows is kept, over a restart too, and anybody can see how much of it is used.

use parcelwatch_tests::site::{cainiao, dhl};
use parcelwatch_tests::{CarrierSite, Daemon};
use serde_json::Value;

use crate::{home, status};

const NUMBER: &str = "LP00123456789012";

fn plugin(daemon: &Daemon, carrier: &str) -> Value {
    let system = daemon.until_system(|system| {
        system["plugins"].as_array().is_some_and(|all| all.iter().all(|plugin| plugin["state"] == "running"))
    });
    let plugins = system["plugins"].as_array().cloned().unwrap_or_default();
    plugins.into_iter().find(|plugin| plugin["carrier"] == carrier).expect("it is built in")
}

#[test]
fn the_budget_of_a_carrier_is_kept_and_shown() {
    let site = CarrierSite::start();
    site.cainiao(NUMBER, cainiao::Parcel::to("France").scan("LH_DEPART", "Left", "2026-11-06 23:00:00", "GMT+8"));
    let parcel = format!("[[parcel]]\nid = \"lamp\"\nnumber = \"{NUMBER}\"\n");
    let home = home(&format!("{parcel}{}daily_quota = 2\n", site.carrier("cainiao")));
    let daemon = home.start();
    daemon.until_parcel("lamp", |parcel| status(parcel) == "departed_origin");
    home.say(&["ask", "lamp"]);
    let refused = home.command(&["ask", "lamp"]);
    let words = String::from_utf8_lossy(&refused.stderr);
    assert!(words.contains("quota of 2 requests is used up"), "{words}");
    assert_eq!(site.asked(cainiao::HOST).len(), 2);

    let budget = plugin(&daemon, "cainiao")["budgets"][0].clone();
    assert_eq!((budget["allowed"].as_u64(), budget["used"].as_u64()), (Some(2), Some(2)), "{budget}");
    let page = daemon.get("/system");
    assert!(page.contains("2 of 2 requests a day<span class=\"quiet\">, renewed in"), "{page}");
    let metrics = daemon.get("/metrics");
    assert!(metrics.contains("parcelwatch_carrier_quota_used{carrier=\"cainiao\",seconds=\"86400\"} 2\n"), "{metrics}");
    assert!(metrics.contains("parcelwatch_carrier_quota_requests{carrier=\"cainiao\",seconds=\"86400\"} 2\n"));
    assert!(!metrics.contains("carrier=\"usps\",seconds"), "nobody has a key for it");

    daemon.stop();
    let daemon = home.start();
    assert_eq!(plugin(&daemon, "cainiao")["budgets"][0], budget);
    assert!(!home.command(&["ask", "lamp"]).status.success());
    assert_eq!(site.asked(cainiao::HOST).len(), 2);
}

#[test]
fn carriers_that_one_key_opens_share_its_budget() {
    let site = CarrierSite::start();
    let scan = ("transit", "transit", "Left", "2026-11-20T10:00:00", "Bonn", "DE");
    for number in ["JJD000390005893028175", "RR000000014DE"] {
        let parcel = dhl::Parcel::of("post-de");
        site.dhl(number, parcel.scan(scan.0, scan.1, scan.2, scan.3, scan.4, scan.5));
    }
    let parcels = "[[parcel]]\nid = \"box\"\nnumber = \"JJD000390005893028175\"\ncarrier = \"dhl\"\n\
                   [[parcel]]\nid = \"letter\"\nnumber = \"RR000000014DE\"\ncarrier = \"deutsche_post\"\n";
    let carrier = |id: &str, key: &str| format!("{}daily_quota = 20\napi_key = \"{key}\"\n", site.carrier(id));
    let config = |key: &str| format!("{parcels}{}{}", carrier("dhl", dhl::KEY), carrier("deutsche_post", key));
    let home = home(&config("story-key-of-another-9876"));
    let daemon = home.start();
    daemon.until_parcel("box", |parcel| status(parcel) == "in_transit");
    daemon.until_parcel("letter", |parcel| parcel["legs"][0]["failure"]["kind"] == "auth_failed");
    let used = |daemon: &Daemon, carrier: &str| plugin(daemon, carrier)["budgets"][0]["used"].as_u64().unwrap_or(0);
    assert_eq!(used(&daemon, "deutsche_post"), 1, "it has a key of its own");

    home.write_config(&config(dhl::KEY));
    daemon.until_parcel("letter", |parcel| status(parcel) == "in_transit");
    let with_this_key =
        || site.asked(dhl::HOST).iter().filter(|asked| asked.header("dhl-api-key") == Some(dhl::KEY)).count();
    let both = |daemon: &Daemon| {
        daemon.until("both have one budget", |daemon| {
            let found = (used(daemon, "dhl"), used(daemon, "deutsche_post"), with_this_key() as u64);
            if found.0 == found.2 && found.1 == found.2 { Ok(found.0) } else { Err(format!("{found:?}")) }
        })
    };
    let before = both(&daemon);
    let page = daemon.get("/system");
    assert!(page.contains("shared with Deutsche Post"), "{page}");
    assert!(page.contains("shared with DHL"), "{page}");

    daemon.stop();
    let daemon = home.start();
    assert!(both(&daemon) >= before, "it is kept over a restart");
    home.say(&["ask", "box"]);
    assert!(both(&daemon) > before);

    let shared = both(&daemon);
    home.write_config(&config("story-key-of-another-9876"));
    daemon.until("they have parted", |daemon| {
        let page = daemon.get("/system");
        if page.contains("shared with") { Err(page) } else { Ok(()) }
    });
    assert!(used(&daemon, "dhl") >= shared, "what the key has used, it has used");
}
