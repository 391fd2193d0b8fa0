//! Somebody breaks the config, and mends it.

use crate::{home, status};

const LAMP: &str = "[[parcel]]\nid = \"lamp\"\nlabel = \"Lamp\"\nnumber = \"DEMO00000017\"\ncountry = \"FR\"\n";

#[test]
fn every_fault_is_named_and_the_former_version_stays_in_force() {
    let home = home(LAMP);
    let daemon = home.start();
    daemon.until_parcel("lamp", |parcel| status(parcel) == "arrived_destination");
    home.write_config(&format!(
        "{LAMP}postcod = \"75002\"\nclass = \"fast\"\n\n[cadence]\norigin = \"soon\"\n\n[[parcel]]\nlabel = \"Book\"\nnumber = \"no\"\n"
    ));
    let system = daemon.until_system(|system| system["config"]["faults"].as_array().is_some_and(|f| !f.is_empty()));
    let faults: Vec<&str> =
        system["config"]["faults"].as_array().expect("a list").iter().filter_map(|fault| fault.as_str()).collect();
    let said = |part: &str| assert!(faults.iter().any(|fault| fault.contains(part)), "{part:?} in {faults:#?}");
    said("config.toml:8:1: parcel \"lamp\" has no postcod; did you mean postcode?");
    said("config.toml:9:9: parcel \"lamp\": class is \"fast\"");
    said("config.toml:12:10: [cadence]: origin is \"soon\", not a duration such as \"6h\"");
    said("config.toml:16:10: parcel \"Book\": \"no\" is not a tracking number");
    assert_eq!(faults.len(), 4, "{faults:#?}");
    assert_eq!(status(&daemon.parcel("lamp")), "arrived_destination");
    let page = daemon.get("/");
    assert!(page.contains("config.toml has 4 faults; the former version stays in force"), "{page}");
    assert!(page.contains("did you mean postcode?"), "{page}");

    home.write_config(&format!("{LAMP}postcode = \"75002\"\n[[parcel]]\nid = \"book\"\nnumber = \"DEMO00000024\"\n"));
    daemon.until_parcel("book", |parcel| status(parcel) == "arrived_destination");
    let system = daemon.until_system(|system| system["notices"].as_array().is_some_and(Vec::is_empty));
    assert_eq!(system["config"]["faults"].as_array().map(Vec::len), Some(0));
}

#[test]
fn a_removed_parcel_is_archived_with_its_history_and_comes_back_with_it() {
    let home = home(LAMP);
    let daemon = home.start();
    let before = daemon.until_parcel("lamp", |parcel| status(parcel) == "arrived_destination");
    home.write_config("");
    let archived = daemon.until_parcel("lamp", |parcel| parcel["archived"] == true);
    assert_eq!(archived["events"].as_array().map(Vec::len), before["events"].as_array().map(Vec::len));
    assert!(daemon.get("/archive?q=LAMP").contains("parcel/lamp"));
    assert!(!daemon.get("/archive?q=bicycle").contains("parcel/lamp"));
    home.write_config(&LAMP.replace("\"Lamp\"", "\"Blue lamp\""));
    let back = daemon.until_parcel("lamp", |parcel| parcel["archived"] == false);
    assert_eq!(back["label"], "Blue lamp");
    assert_eq!(back["events"].as_array().map(Vec::len), before["events"].as_array().map(Vec::len));
}

#[test]
fn a_daemon_that_finds_its_config_broken_serves_what_it_followed() {
    let home = home(LAMP);
    let daemon = home.start();
    daemon.until_parcel("lamp", |parcel| status(parcel) == "arrived_destination");
    daemon.stop();
    home.write_config("[[parcel]]\nlabel = \"Lamp\nnumber = 5\n[[parcel]]\nid = \"book\"\nnumber = \"DEMO00000024\"\n");
    let daemon = home.start();
    let page = daemon.until("the notice", |daemon| {
        let page = daemon.get("/");
        if page.contains("faults") || page.contains("1 fault") { Ok(page) } else { Err(page) }
    });
    assert!(page.contains("parcel/lamp"), "the parcel followed before is still there: {page}");
    assert_eq!(daemon.parcel("lamp")["archived"], false);
}

#[test]
fn included_files_add_parcels_and_name_their_own_faults() {
    let home = home("include = [\"parcels.d/*.toml\"]\n");
    let more = home.path().join("parcels.d");
    std::fs::create_dir(&more).expect("a new folder");
    let daemon = home.start();
    std::fs::write(more.join("a.toml"), "[[parcel]]\nid = \"cup\"\nnumber = \"DEMO00000031\"\n").expect("our folder");
    daemon.until_parcel("cup", |parcel| status(parcel) == "arrived_destination");
    std::fs::write(more.join("b.toml"), "[[parcel]]\nid = \"cup\"\nnumber = \"DEMO00000048\"\n").expect("our folder");
    let system = daemon.until_system(|system| system["config"]["faults"].as_array().is_some_and(|f| !f.is_empty()));
    let fault = system["config"]["faults"][0].as_str().unwrap_or_default();
    assert!(fault.contains("b.toml:2:6") && fault.contains("another parcel has this id"), "{fault}");
}

#[test]
fn the_command_line_writes_checks_and_edits_the_config() {
    let home = home("");
    std::fs::remove_file(home.config()).expect("it was written");
    assert!(!home.command(&["check"]).status.success());
    home.say(&["init"]);
    assert!(!home.command(&["init"]).status.success(), "a config that is there is not replaced unasked");
    home.say(&["check"]);
    let told = home.say(&["add", "DEMO00000017", "--label", "Lamp", "--country", "FR", "--tag", "home"]);
    assert!(told.contains("write the day of the order there"), "{told}");
    let text = std::fs::read_to_string(home.config()).expect("it was written");
    assert!(text.contains("label = \"Lamp\"") && text.contains("# "), "{text}");
    // Only the person knows when it was ordered: a guess would hide what is older, and move the deadlines.
    assert!(!text.lines().any(|line| line.starts_with("ordered")), "{text}");
    home.say(&["add", "DEMO00000018", "--ordered", "2026-11-03"]);
    let text = std::fs::read_to_string(home.config()).expect("it was written");
    assert!(text.contains("ordered = 2026-11-03"), "{text}");
    assert!(!home.command(&["add", "DEMO00000019", "--ordered", "soon"]).status.success());
    let refused = home.command(&["add", "DEMO00000024", "--class", "fast"]);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("class is \"fast\""));
    assert_eq!(std::fs::read_to_string(home.config()).expect("it is there"), text, "nothing was added");
    let checked: serde_json::Value = serde_json::from_str(&home.say(&["check", "--json"])).expect("JSON");
    assert_eq!(checked["good"], true);
    std::fs::write(home.config(), "listn = 1\n[[parcel]]\n").expect("our folder");
    let output = home.command(&["check", "--json"]);
    assert!(!output.status.success());
    let checked: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(checked["faults"].as_array().map(Vec::len), Some(2), "{checked:#}");
}

#[test]
fn check_knows_the_carriers_and_says_what_was_meant() {
    let home = home(
        "[[parcel]]\nnumber = \"LP00123456789012\"\ncarrier = \"caniao\"\n[carriers.dhll]\napi_key = \"x\"\n\
         [carriers.yanwen.settings]\nwrod = \"x\"\n[carriers.cainiao]\nenabled = false\ngap = \"1m\"\n",
    );
    let said = home.say(&["check"]);
    for words in [
        "no plugin serves carrier \"caniao\"; did you mean \"cainiao\"?",
        "[carriers.dhll]: no plugin serves dhll; did you mean \"dhl\"?",
        "the plugin of yanwen reads no wrod; did you mean word?",
        "[carriers.cainiao]: gap 1m is shorter than the 2h that cainiao bears, which hold",
        "is good; parcels in it: 1",
    ] {
        assert!(said.contains(words), "{said}\nshould say {words}");
    }
    // The daemon finds the same, and takes it back when the plugin comes.
    let daemon = home.start();
    let meant = "no plugin serves carrier \"caniao\"; did you mean \"cainiao\"?";
    daemon.until("the doubts", |daemon| {
        let warnings = daemon.json("/api/v1/system")["config"]["warnings"].to_string().replace("\\\"", "\"");
        if warnings.contains(meant) { Ok(()) } else { Err(warnings) }
    });
    assert!(daemon.get("/system").contains("did you mean word?"));
    let diagnosis = home.command(&["doctor"]);
    assert!(String::from_utf8_lossy(&diagnosis.stdout).contains(meant), "{diagnosis:?}");
    home.write_config("[[parcel]]\nnumber = \"COU1\"\ncarrier = \"courier\"\n");
    daemon.until("a doubt about the courier", |daemon| {
        let warnings = daemon.json("/api/v1/system")["config"]["warnings"].to_string();
        if warnings.contains("courier") { Ok(()) } else { Err(warnings) }
    });
    home.drop_plugin("courier.wasm", &parcelwatch_tests::guest("courier"));
    daemon.until("no doubt is left", |daemon| {
        let warnings = daemon.json("/api/v1/system")["config"]["warnings"].clone();
        if warnings == serde_json::json!([]) { Ok(()) } else { Err(warnings.to_string()) }
    });
    daemon.stop();
    home.drop_plugin("courier.wasm", &parcelwatch_tests::guest("courier"));
    home.write_config("[[parcel]]\nnumber = \"COU1\"\ncarrier = \"courier\"\n");
    assert!(!home.say(&["check"]).contains("no plugin serves"), "a plugin that was dropped in is known");
}

#[test]
fn a_number_that_is_added_twice_is_one_parcel() {
    let home = home("[[parcel]]\nid = \"lamp\"\nlabel = \"Lamp\"\nnumber = \"DEMO00000024\"\nrecipient = \"Ada\"\n");
    let daemon = home.start();
    daemon.until_parcel("lamp", |parcel| !parcel["legs"][0]["last_ok_at"].is_null());
    let said = home.say(&["add", "DEMO00000024", "--label", "For Bob", "--tag", "gift"]);
    assert!(said.contains("a parcel has this number already; both entries are one parcel"), "{said}");
    let parcel = daemon.until_parcel("lamp", |parcel| parcel["label"] == "Lamp, For Bob");
    assert_eq!((&parcel["tags"][0], &parcel["recipient"]), (&"gift".into(), &"Ada".into()));
    assert_eq!(daemon.json("/api/v1/parcels")["parcels"].as_array().map(Vec::len), Some(1));
    assert!(home.say(&["check"]).contains("both are one parcel, with all labels, tags and people"));
}
