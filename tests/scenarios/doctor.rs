//! What the doctor says of a house, with and without a daemon in it. Whether keys work is in the stories of the carriers.

use parcelwatch_tests::CarrierSite;
use parcelwatch_tests::site::Line;
use serde_json::Value;

use crate::{home, status};

/// The columns without the blanks that align them.
fn one_blank(table: &str) -> String {
    table.split(' ').filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_house_in_order_is_well() {
    let home = home("[[parcel]]\nid = \"lamp\"\nnumber = \"DEMO00000017\"\n[carriers.sunyou]\nenabled = false\n");
    let daemon = home.start();
    daemon.until_parcel("lamp", |parcel| status(parcel) == "arrived_destination");
    let words = one_blank(&home.say(&["doctor"]));
    for line in [
        "config.toml is good",
        "daemon runs",
        "cainiao no key needed",
        "demo no key needed last answer",
        "sunyou switched off",
    ] {
        assert!(words.contains(line), "{line}: {words}");
    }
    let (_, unused) = words.split_once("Not set up, which is well unless you want them:").expect("some want keys");
    assert!(unused.contains("set client_id and client_secret in [carriers.usps]"), "{words}");
    daemon.stop();
    let told: Value = serde_json::from_str(&home.say(&["doctor", "--json"])).expect("JSON");
    assert_eq!((&told["well"], &told["daemon"]["running"]), (&true.into(), &false.into()), "{told:#}");
    assert!(told["state"]["database_bytes"].as_i64().is_some_and(|bytes| bytes > 0));
}

#[test]
fn what_is_wrong_is_named_with_the_way_out_before_the_first_start() {
    let home = home("listn = 1\n[carriers.dhl]\ngap = \"1h\"\n[carriers.owlpost]\n");
    let output = home.command(&["doctor"]);
    assert!(!output.status.success());
    let words = one_blank(&String::from_utf8_lossy(&output.stdout));
    for line in [
        "config.toml has faults",
        "has no listn",
        "there is no history",
        "dhl key missing set api_key in [carriers.dhl]",
        "A key for DHL: a free key of your own",
        "owlpost no plugin no plugin serves owlpost",
    ] {
        assert!(words.contains(line), "{line}: {words}");
    }
    let ills = String::from_utf8_lossy(&output.stderr);
    assert!(ills.contains("the config has 1 fault") && ills.contains("dhl: key missing"), "{ills}");
}

#[test]
fn a_key_to_the_second_door_is_enough_where_that_door_is_asked() {
    let site = CarrierSite::start();
    site.line(Line {
        host: "business.example".to_owned(),
        method: "POST".to_owned(),
        address: "/trace".to_owned(),
        with: String::new(),
        status: 200,
        headers: std::collections::BTreeMap::new(),
        body: r#"{"responseState":"true","errorDesc":"","responseItems":[]}"#.to_owned(),
    });
    let home = home(&format!(
        "{}hosts = [\"https://business.example\"]\n[carriers.china_post.secrets]\nbusiness_key = \"story-key-0123456789\"\n\
         [carriers.china_post.settings]\ncustomer = \"C1\"\nbusiness_url = \"https://business.example/trace\"\n\
         {}api_key = \"story-key-0123456789\"\n",
        site.carrier("china_post"),
        site.carrier("china_ems"),
    ));
    let told: Value =
        serde_json::from_slice(&home.command(&["doctor", "--json"]).stdout).expect("JSON whatever is wrong");
    let of = |carrier: &str| -> Value {
        let all = told["carriers"].as_array().cloned().unwrap_or_default();
        all.into_iter().find(|told| told["carrier"] == carrier).unwrap_or_else(|| panic!("no {carrier}: {told:#}"))
    };
    assert_eq!(
        (&of("china_post")["credentials"], &of("china_post")["missing"]),
        (&"work".into(), &Value::Array(Vec::new()))
    );
    assert_eq!(of("china_ems")["credentials"], "unclear", "the page has no use for a key");
    assert!(of("china_ems")["message"].as_str().is_some_and(|words| words.contains("partner_origin")));
    assert!(site.asked("items.ems.post").is_empty());
}
