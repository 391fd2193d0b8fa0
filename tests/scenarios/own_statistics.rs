//! What the person's own parcels took becomes what the next one is expected to take.

use std::fmt::Write as _;

use parcelwatch_tests::{CarrierSite, guest, site::Told};

use crate::{home, status};

const HOST: &str = "courier.example";

fn parcel(id: &str, number: &str) -> String {
    format!(
        "[[parcel]]\nid = \"{id}\"\n{number}class = \"express\"\norigin = \"CN\"\ncountry = \"FR\"\nordered = 2026-11-01\n"
    )
}

#[test]
fn eight_slow_parcels_of_a_kind_lengthen_our_guess_for_the_ninth() {
    let site = CarrierSite::start();
    let mut config = site.carrier("courier");
    let home = home(&config);
    home.drop_plugin("courier.wasm", &guest("courier"));
    let daemon = home.start();
    assert!(daemon.get("/stats").contains("Nothing has arrived yet."));
    for n in 1..=8 {
        let scans = format!("DONE|Delivered|2026-11-1{n} 15:00\nIN|Taken in|2026-11-02 08:00\n");
        site.fixed(HOST, &format!("COU{n}"), Told::text(200, "text/plain", scans));
        write!(config, "{}", parcel(&format!("p{n}"), &format!("number = \"COU{n}\"\n"))).expect("memory");
    }
    home.write_config(&config);
    for n in 1..=8 {
        daemon.until_parcel(&format!("p{n}"), |parcel| status(parcel) == "delivered");
    }
    let page = daemon.get("/stats");
    let wanted =
        ["your own 8 parcels", "<svg role=\"img\"", "At origin", "Courier", "your parcels lengthen our guesses"];
    for wanted in wanted {
        assert!(page.contains(wanted), "{wanted:?} in {page}");
    }
    assert!(daemon.get("/stats?by=route").contains("China → France"));
    daemon.stop();

    home.write_config(&format!("{config}{}", parcel("ninth", "order = \"1\"\n")));
    let daemon = home.start();
    let ninth = daemon.until_parcel("ninth", |parcel| parcel["expected"].is_object());
    let expected = &ninth["expected"];
    assert_eq!(
        (&expected["source"], &expected["from"], &expected["to"]),
        (&"own".into(), &"2026-11-10".into(), &"2026-11-17".into())
    );
    assert!(daemon.get("/parcel/ninth").contains("as your own parcels took"));

    // One of them was not there after all: it teaches nothing.
    daemon.post("/parcel/p1/not-here", &[], &[]);
    daemon.until("the statistics to lose a parcel", |daemon| {
        let page = daemon.get("/stats");
        if page.contains("your own 7 parcels") { Ok(()) } else { Err(page) }
    });
}
