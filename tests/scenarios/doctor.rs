//! What the doctor says of a house, with and without a daemon in it. Whether keys work is in the stories of the carriers.

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
