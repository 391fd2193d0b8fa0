//! A parcel that is no longer followed holds nothing at the carriers: an aggregator that was told to follow it is told to stop.

use std::collections::BTreeMap;

use parcelwatch_tests::site::Line;
use parcelwatch_tests::{CarrierSite, Daemon, Home};

use crate::{home, status};

const NUMBER: &str = "LX000000014CN";
const HOST: &str = "api.17track.net";
const JOURNEY: &str = include_str!("../../plugins/seventeentrack/replies/journey.json");
const REGISTERED: &str = include_str!("../../plugins/seventeentrack/replies/registered.json");
const QUOTA: &str = include_str!("../../plugins/seventeentrack/replies/quota.json");

struct Story {
    site: CarrierSite,
    home: Home,
    daemon: Daemon,
}

fn config(site: &CarrierSite, parcels: &[&str]) -> String {
    let parcel =
        |id: &&str| format!("[[parcel]]\nid = \"{id}\"\nnumber = \"{NUMBER}\"\ncarrier = \"seventeentrack\"\n");
    format!(
        "{}{}api_key = \"story-key-0123456789\"\n[cadence]\nretry = [\"1s\", \"1min\"]\n",
        parcels.iter().map(parcel).collect::<String>(),
        site.carrier("seventeentrack"),
    )
}

/// A parcel that 17TRACK follows.
fn begin() -> Story {
    let site = CarrierSite::start();
    let story = |path: &str, status: u16, body: &str| {
        site.line(Line {
            host: HOST.to_owned(),
            method: "POST".to_owned(),
            address: format!("/track/v2.4/{path}"),
            with: String::new(),
            status,
            headers: BTreeMap::new(),
            body: body.to_owned(),
        });
    };
    story("register", 200, REGISTERED);
    story("getquota", 200, QUOTA);
    story("gettrackinfo", 200, JOURNEY);
    story("retrack", 200, REGISTERED);
    story("stoptrack", 503, "");
    let home = home(&config(&site, &["lamp"]));
    let daemon = home.start();
    daemon.until_parcel("lamp", |parcel| parcel["legs"][0]["failure"]["kind"] == "inconclusive");
    home.say(&["ask", "lamp"]);
    daemon.until_parcel("lamp", |parcel| status(parcel) == "delivered");
    Story { site, home, daemon }
}

impl Story {
    fn asked(&self, path: &str) -> usize {
        self.site.asked(HOST).iter().filter(|asked| asked.path.ends_with(path)).count()
    }

    #[track_caller]
    fn until_asked(&self, path: &str, times: usize) {
        self.daemon.until(path, |_| match self.asked(path) {
            asked if asked >= times => Ok(()),
            asked => Err(format!("asked {asked} times")),
        });
    }

    /// 17TRACK can stop parcels from now on.
    fn stops(&self) {
        self.site.line(Line {
            host: HOST.to_owned(),
            method: "POST".to_owned(),
            address: "/track/v2.4/stoptrack".to_owned(),
            with: format!("[{{\"number\":\"{NUMBER}\",\"carrier\":3011}}]"),
            status: 200,
            headers: BTreeMap::new(),
            body: REGISTERED.to_owned(),
        });
    }

    #[track_caller]
    fn until_let_go(&self) {
        let released = format!("seventeentrack no longer follows {NUMBER} for us");
        self.daemon.until("the release", |daemon| {
            let log = daemon.log();
            if log.contains(&released) { Ok(()) } else { Err(log) }
        });
    }
}

#[test]
fn an_archived_parcel_is_stopped_at_the_aggregator_and_restarted_when_it_comes_back() {
    let story = begin();
    story.daemon.post("/parcel/lamp/archive", &[], &[("sec-fetch-site", "same-origin")]);
    story.until_asked("stoptrack", 2);
    story.stops();
    story.until_let_go();
    assert_eq!(story.asked("retrack"), 0);
    story.daemon.post("/parcel/lamp/unarchive", &[], &[("sec-fetch-site", "same-origin")]);
    story.home.say(&["ask", "lamp"]);
    story.until_asked("retrack", 1);
    let parcel = story.daemon.until_parcel("lamp", |parcel| parcel["archived"] == false);
    assert!(parcel["legs"][0]["failure"].is_null(), "{parcel:#}");
    assert_eq!(story.asked("register"), 1, "a unit is spent once");
}

#[test]
fn a_parcel_taken_out_of_the_config_is_stopped_even_over_a_restart() {
    let story = begin();
    story.home.write_config(&config(&story.site, &[]));
    story.until_asked("stoptrack", 1);
    let Story { site, home, daemon } = story;
    daemon.kill();
    let story = Story { daemon: home.start(), site, home };
    story.stops();
    story.until_let_go();
}

#[test]
fn a_number_that_another_parcel_still_needs_is_not_stopped() {
    let story = begin();
    story.stops();
    // The same number under another name: the former parcel is no longer followed, and the new one needs it.
    story.home.write_config(&config(&story.site, &["shade"]));
    story.daemon.until_parcel("shade", |parcel| !parcel["legs"][0]["last_asked_at"].is_null());
    story.home.say(&["ask", "shade"]);
    story.daemon.until_parcel("shade", |parcel| status(parcel) == "delivered");
    story.home.say(&["ask", "shade"]);
    assert_eq!(story.asked("stoptrack"), 0);
    story.daemon.post("/parcel/shade/archive", &[], &[("sec-fetch-site", "same-origin")]);
    story.until_let_go();
    let refused = story.home.command(&["ask", "shade"]);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("not followed any more"), "{refused:?}");
}
