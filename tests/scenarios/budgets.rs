//! What a carrier allows is kept, over a restart too, and anybody can see how much of it is used.

use parcelwatch_tests::site::cainiao;
use parcelwatch_tests::{CarrierSite, Daemon};
use serde_json::Value;

use crate::{home, status};

const NUMBER: &str = "LP00123456789012";

fn cainiao(daemon: &Daemon) -> Value {
    let system = daemon.until_system(|system| {
        system["plugins"].as_array().is_some_and(|all| all.iter().all(|plugin| plugin["state"] == "running"))
    });
    let plugins = system["plugins"].as_array().cloned().unwrap_or_default();
    plugins.into_iter().find(|plugin| plugin["carrier"] == "cainiao").expect("it is built in")
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

    let budget = cainiao(&daemon)["budgets"][0].clone();
    assert_eq!((budget["allowed"].as_u64(), budget["used"].as_u64()), (Some(2), Some(2)), "{budget}");
    let page = daemon.get("/system");
    assert!(page.contains("2 of 2 requests<span class=\"quiet\">, renewed in"), "{page}");
    let metrics = daemon.get("/metrics");
    assert!(metrics.contains("parcelwatch_carrier_quota_used{carrier=\"cainiao\",seconds=\"86400\"} 2\n"), "{metrics}");
    assert!(metrics.contains("parcelwatch_carrier_quota_requests{carrier=\"cainiao\",seconds=\"86400\"} 2\n"));
    assert!(!metrics.contains("carrier=\"usps\",seconds"), "nobody has a key for it");

    daemon.stop();
    let daemon = home.start();
    assert_eq!(cainiao(&daemon)["budgets"][0], budget);
    assert!(!home.command(&["ask", "lamp"]).status.success());
    assert_eq!(site.asked(cainiao::HOST).len(), 2);
}
