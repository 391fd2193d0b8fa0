//! A parcel is shown in one form: whatever a former version left, wherever one looks, and whatever was said of it.

use parcelwatch_tests::{CarrierSite, Home, site::cainiao};

use crate::{days_ago, home, status};

const LAMP: &str =
    "[[parcel]]\nid = \"lamp\"\nlabel = \"Lamp\"\nnumber = \"DEMO00000017\"\ncountry = \"FR\"\ntags = [\"home\"]\n";
/// What a browser sends with a button of our own page.
const OWN_PAGE: [(&str, &str); 1] = [("sec-fetch-site", "same-origin")];

fn database(home: &Home) -> rusqlite::Connection {
    rusqlite::Connection::open(home.state().join("parcelwatch.db")).expect("the daemon made it")
}

#[test]
fn no_parcel_goes_blank_when_its_kept_view_has_another_form() {
    let home = home(LAMP);
    let daemon = home.start();
    daemon.until_parcel("lamp", |parcel| status(parcel) == "arrived_destination");
    // Out of the config it is judged no more by itself.
    home.write_config("");
    daemon.until_parcel("lamp", |parcel| parcel["archived"] == true);
    daemon.stop();
    for spoilt in [
        "UPDATE parcels SET card = json_remove(card, '$.urgent')",
        "UPDATE parcels SET card = '{}'",
        "UPDATE parcels SET card = 'no JSON'",
        "UPDATE parcels SET form = 99",
    ] {
        database(&home).execute(spoilt, []).expect("a change");
        let shown = home.say(&["list", "--archived"]);
        assert!(shown.contains("Lamp") && shown.contains("Arrived in destination country"), "{spoilt}: {shown}");
        let daemon = home.start();
        let parcel = daemon.parcel("lamp");
        assert_eq!((status(&parcel), parcel["label"].as_str()), ("arrived_destination", Some("Lamp")), "{spoilt}");
        assert!(daemon.get("/archive").contains("Arrived in destination country"), "{spoilt}");
        assert!(daemon.get("/parcel/lamp").contains("Arrived in destination country"), "{spoilt}");
        daemon.stop();
    }
}

#[test]
fn all_views_of_another_form_are_renewed_after_a_start() {
    let home = home(LAMP);
    let daemon = home.start();
    daemon.until_parcel("lamp", |parcel| status(parcel) == "arrived_destination");
    home.write_config("");
    daemon.until_parcel("lamp", |parcel| parcel["archived"] == true);
    daemon.stop();
    let kept = |column: &str| -> String {
        let sql = format!("SELECT CAST({column} AS TEXT) FROM parcels WHERE id = 'lamp'");
        database(&home).query_row(&sql, [], |row| row.get(0)).expect("a row")
    };
    let (form, view) = (kept("form"), kept("card"));
    database(&home).execute("UPDATE parcels SET card = '{}', form = 0", []).expect("a change");
    let daemon = home.start();
    daemon.until("the view is renewed", |_| if kept("form") == form { Ok(()) } else { Err(kept("form")) });
    let status = |view: &str| serde_json::from_str::<serde_json::Value>(view).expect("JSON")["status_title"].clone();
    assert_eq!(status(&kept("card")), status(&view));
}

#[test]
fn a_day_is_the_same_on_every_surface() {
    let site = CarrierSite::start();
    site.cainiao(
        "LP00123456789012",
        cainiao::Parcel::to("United States").scan(
            "PU_PICKUP_SUCCESS",
            "Picked up",
            &format!("{} 23:30:00", days_ago(2)),
            "GMT+8",
        ),
    );
    let parcel = "[[parcel]]\nid = \"lamp\"\nlabel = \"Lamp\"\nnumber = \"LP00123456789012\"\ncountry = \"US\"\nclass = \"standard\"\n";
    let home = home("");
    // Nowhere is the day further ahead of America's.
    home.write_whole_config(format!(
        "listen = \"127.0.0.1:0\"\ntimezone = \"Pacific/Kiritimati\"\n{}{parcel}",
        site.carrier("cainiao")
    ));
    let daemon = home.start();
    let parcel = daemon.until_parcel("lamp", |parcel| status(parcel) == "accepted");
    let advice = parcel["silence"]["advice"].as_str().expect("a sentence").to_owned();
    let day = advice.split("until ").nth(1).expect("a day").split([',', '.', ';']).next().expect("a day").to_owned();
    let wanted = format!("normal here until {day}");
    for (place, text) in [
        ("the page", daemon.get("/parcel/lamp")),
        ("the overview", daemon.get("/")),
        ("the command line", home.say(&["show", "lamp"])),
    ] {
        assert!(text.contains(&wanted), "{place} does not say {wanted:?}:\n{text}");
    }
    let told = daemon.get("/feeds/parcel/lamp.json");
    assert!(told.contains(&format!("silence is normal until {day}")), "{told}");
    assert_eq!(parcel["advice"], format!("Wait: silence is normal until {day}."));
}

#[test]
fn a_dispute_that_the_parcel_ended_is_over_on_the_page_too() {
    let home = home(&format!("{LAMP}order = \"8190000000000000\"\nmarketplace = \"aliexpress\"\n"));
    let daemon = home.start();
    daemon.until_parcel("lamp", |parcel| status(parcel) == "arrived_destination");
    let offers = |daemon: &parcelwatch_tests::Daemon| {
        let page = daemon.get("/parcel/lamp");
        [
            ("I opened a dispute because", "open"),
            ("<button>The platform is deciding</button>", "mediated"),
            ("<button>It was decided for me</button>", "accepted"),
            ("<button>The money is back</button>", "refunded"),
        ]
        .into_iter()
        .filter(|(text, _)| page.contains(text))
        .map(|(_, name)| name)
        .collect::<Vec<_>>()
    };
    assert_eq!(offers(&daemon), ["open"]);
    daemon.post("/parcel/lamp/dispute-opened", &[("claim", "not_received")], &OWN_PAGE);
    assert_eq!(offers(&daemon), ["mediated", "accepted", "refunded"]);
    daemon.post("/parcel/lamp/dispute-mediated", &[], &OWN_PAGE);
    assert_eq!(offers(&daemon), ["accepted", "refunded"]);
    daemon.post("/parcel/lamp/have-it", &[], &OWN_PAGE);
    assert_eq!(offers(&daemon), ["open"], "the parcel has ended it");
}
