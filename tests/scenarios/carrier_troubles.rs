//! A carrier blocks, limits, breaks, dies and returns. Each is told for what it is, once, and costs no history.

use parcelwatch_tests::site::{Fault, Line, cainiao};
use parcelwatch_tests::{CarrierSite, Daemon, Home};
use serde_json::Value;

use crate::{home, status};

const NUMBER: &str = "LP00123456789012";

struct Story {
    site: CarrierSite,
    home: Home,
    daemon: Daemon,
}

/// A parcel of Cainiao's that has been followed for a while.
fn begin() -> Story {
    let site = CarrierSite::start();
    site.cainiao(NUMBER, cainiao::Parcel::to("France").scan("LH_DEPART", "Left", "2026-11-06 23:00:00", "GMT+8"));
    let home = home(&format!("[[parcel]]\nid = \"lamp\"\nnumber = \"{NUMBER}\"\n{}", site.carrier("cainiao")));
    let daemon = home.start();
    daemon.until_parcel("lamp", |parcel| status(parcel) == "departed_origin");
    Story { site, home, daemon }
}

impl Story {
    /// Breaks the carrier, asks, and gives back the failure.
    #[track_caller]
    fn broken(&self, fault: Fault, kind: &str) -> Value {
        self.site.break_host(cainiao::HOST, fault);
        let _ = self.home.command(&["ask", "lamp"]);
        let parcel = self.daemon.until_parcel("lamp", |parcel| parcel["legs"][0]["failure"]["kind"] == kind);
        assert_eq!(status(&parcel), "departed_origin", "the history stays");
        self.site.heal(cainiao::HOST);
        parcel["legs"][0].clone()
    }

    #[track_caller]
    fn healed(&self) {
        self.home.say(&["ask", "lamp"]);
        let parcel = self.daemon.parcel("lamp");
        assert!(parcel["legs"][0]["failure"].is_null(), "{parcel:#}");
    }
}

#[test]
fn each_trouble_is_told_for_what_it_is() {
    let story = begin();
    for (fault, kind) in [
        (Fault::Status(503), "unavailable"),
        (Fault::CutOff, "unavailable"),
        (Fault::Garbage, "changed_upstream"),
        (Fault::OtherShape, "changed_upstream"),
    ] {
        let leg = story.broken(fault, kind);
        assert!(!leg["failure"]["message"].as_str().unwrap_or_default().is_empty());
        assert!(!leg["next_ask_at"].is_null() && !leg["next_why"].as_str().unwrap_or_default().is_empty());
        story.healed();
    }
    story.site.break_host(cainiao::HOST, Fault::Gzip);
    story.healed();
}

#[test]
fn without_a_network_it_tries_again_soon_and_not_after_the_carriers_gap() {
    let site = CarrierSite::start();
    let closed = std::net::TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port");
    let home = home(&format!(
        "[[parcel]]\nid = \"lamp\"\nnumber = \"{NUMBER}\"\ncarrier = \"cainiao\"\n[carriers.cainiao]\nendpoint = \"http://{closed}\"\n"
    ));
    let daemon = home.start();
    let pause = |parcel: &Value| {
        let at = |key: &str| parcel["legs"][0][key].as_str().and_then(|at| at.parse::<jiff::Timestamp>().ok());
        at("next_ask_at").expect("a next poll").duration_since(at("last_asked_at").expect("a poll")).as_mins()
    };
    let failed = |parcel: &Value| parcel["legs"][0]["failure"]["kind"] == "unavailable";
    assert!(pause(&daemon.until_parcel("lamp", failed)) <= 15);
    drop(daemon);

    // A carrier that was reached and is broken is left alone for as long as it wants to be.
    site.break_host(cainiao::HOST, Fault::Status(503));
    home.write_config(&format!(
        "[[parcel]]\nid = \"lamp\"\nnumber = \"{NUMBER}\"\ncarrier = \"cainiao\"\n[carriers.cainiao]\nendpoint = \"http://{}\"\n",
        site.address()
    ));
    let daemon = home.start();
    // What reached nobody may be asked again at once, as soon as the plugins are there.
    daemon.until("the ask", |_| match home.command(&["ask", "lamp"]) {
        asked if asked.status.success() => Ok(()),
        refused => Err(String::from_utf8_lossy(&refused.stderr).into_owned()),
    });
    let parcel = daemon.until_parcel("lamp", |parcel| {
        parcel["legs"][0]["failure"]["message"].as_str().is_some_and(|said| said.contains("503"))
    });
    assert!(pause(&parcel) >= 100, "{parcel:#}");
}

#[test]
fn a_limit_is_kept_over_a_restart() {
    let story = begin();
    let leg = story.broken(Fault::TooMany("3600"), "rate_limited");
    let asked = story.site.asked(cainiao::HOST).len();
    let refused = story.home.command(&["ask", "lamp"]);
    let error = String::from_utf8_lossy(&refused.stderr);
    assert!(error.contains("asked to wait"), "{error}");
    let Story { site, home, daemon } = story;
    daemon.stop();
    let daemon = home.start();
    daemon.until_system(|system| {
        system["plugins"].as_array().is_some_and(|all| all.iter().all(|p| p["state"] == "running"))
    });
    let refused = home.command(&["ask", "lamp"]);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("asked to wait"));
    assert_eq!(site.asked(cainiao::HOST).len(), asked, "nobody was asked meanwhile");
    assert_eq!(daemon.parcel("lamp")["legs"][0]["next_ask_at"], leg["next_ask_at"]);
}

#[test]
fn a_captcha_is_a_block_and_not_a_lost_parcel() {
    let story = begin();
    let leg = story.broken(Fault::Captcha, "blocked");
    assert_eq!(leg["failure"]["scope"], "carrier");
    story.daemon.until_system(|system| {
        system["notices"]
            .as_array()
            .is_some_and(|notices| notices.iter().any(|notice| notice["key"] == "carrier:cainiao"))
    });
    assert!(story.daemon.get("/").contains("Cainiao blocks automatic questions"));

    // It is our address that it shuts out, and not one parcel.
    let asked = story.site.asked(cainiao::HOST).len();
    let add = story.home.command(&["ask", "lamp"]);
    let refused = String::from_utf8_lossy(&add.stderr).into_owned();
    assert!(refused.contains("blocks automatic questions"), "{refused}");
    story.home.say(&["add", "LP00123456789013", "--label", "Shade", "--carrier", "cainiao"]);
    let why = |parcel: &Value| parcel["legs"][0]["next_why"].as_str().unwrap_or_default().to_owned();
    let shade = story.daemon.until_parcel("shade", |parcel| why(parcel).contains("blocks automatic questions"));
    assert!(shade["legs"][0]["last_asked_at"].is_null(), "{shade:#}");
    assert_eq!(story.site.asked(cainiao::HOST).len(), asked);

    // The person knows when it is over, and then nobody waits any more.
    let lasting = story.home.command(&["ask", "lamp"]);
    assert!(!lasting.status.success());
    assert!(story.home.say(&["plugin", "enable", "cainiao"]).contains("is open again"));
    story.daemon.until_parcel("lamp", |parcel| parcel["legs"][0]["failure"].is_null());
    story.daemon.until_parcel("shade", |parcel| !parcel["legs"][0]["last_asked_at"].is_null());
}

#[test]
fn a_dead_carrier_is_one_message_however_many_parcels_it_has_and_its_return_another() {
    let site = CarrierSite::start();
    let mut config = site.carrier("cainiao");
    for n in 0..5 {
        let number = format!("LP0012345678901{n}");
        site.cainiao(&number, cainiao::Parcel::to("France").scan("LH_DEPART", "Left", "2026-11-06 23:00:00", "GMT+8"));
        config.push_str(&format!("[[parcel]]\nid = \"p{n}\"\nnumber = \"{number}\"\n"));
    }
    let home = home(&config);
    let daemon = home.start();
    for n in 0..5 {
        daemon.until_parcel(&format!("p{n}"), |parcel| status(parcel) == "departed_origin");
    }
    site.break_host(cainiao::HOST, Fault::Status(500));
    for _ in 0..4 {
        for n in 0..5 {
            home.say(&["ask", &format!("p{n}")]);
        }
    }
    let feed = |daemon: &Daemon| {
        let feed = feed_rs::parser::parse(daemon.get("/feeds/system.atom").as_bytes()).expect("a feed");
        feed.entries.into_iter().filter_map(|entry| entry.title.map(|title| title.content)).collect::<Vec<_>>()
    };
    assert_eq!(feed(&daemon), ["Cainiao cannot be reached"]);
    assert!(daemon.get("/").contains("Cainiao cannot be reached"));
    assert!(daemon.get("/metrics").contains("parcelwatch_carrier_failing_legs{carrier=\"cainiao\"} 5"));
    site.heal(cainiao::HOST);
    home.say(&["ask", "p3"]);
    daemon.until("the return", |daemon| {
        let told = feed(daemon);
        if told == ["Cainiao answers again", "Cainiao cannot be reached"] { Ok(()) } else { Err(format!("{told:?}")) }
    });
    assert!(!daemon.get("/").contains("Cainiao cannot be reached"));
    let all = daemon.get("/feeds/all.atom");
    assert!(!all.contains("cannot be reached"), "a carrier's trouble is no parcel's news");
}

#[test]
fn a_slow_carrier_holds_nobody_else_up() {
    let story = begin();
    story.site.break_host(cainiao::HOST, Fault::Slow);
    std::thread::scope(|scope| {
        let asking = scope.spawn(|| story.home.command(&["ask", "lamp"]));
        let config = std::fs::read_to_string(story.home.config()).expect("it was written");
        let (_, config) = config.split_once("timezone = \"UTC\"\n").expect("every home has one");
        story.home.write_config(&format!("{config}[[parcel]]\nid = \"other\"\nnumber = \"DEMO00000017\"\n"));
        story.daemon.until_parcel("other", |parcel| status(parcel) == "arrived_destination");
        story.site.heal(cainiao::HOST);
        assert!(asking.join().expect("it ran").status.success());
    });
}

#[test]
fn an_answer_nested_without_end_crashes_no_plugin() {
    const DEPTH: usize = 20_000;
    let site = CarrierSite::start();
    let line = |host: &str, method: &str, body: String| Line {
        host: host.to_owned(),
        method: method.to_owned(),
        address: "/".to_owned(),
        with: String::new(),
        status: 200,
        headers: std::collections::BTreeMap::new(),
        body,
    };
    site.line(line("soa-gw.canadapost.ca", "GET", format!("{}{}", "<a>".repeat(DEPTH), "</a>".repeat(DEPTH))));
    site.line(line("api.laposte.fr", "GET", format!("{}1{}", "[".repeat(DEPTH), "]".repeat(DEPTH))));
    // As deep as JSON is read, in a place that nobody reads.
    let deep = format!("{{\"odd\":{}{}}}", "[".repeat(120), "]".repeat(120));
    site.line(line("api-shipx-pl.easypack24.net", "GET", deep));
    let config = format!(
        "[[parcel]]\nid = \"xml\"\nnumber = \"4000000000000015\"\ncarrier = \"canadapost\"\n\
         [[parcel]]\nid = \"json\"\nnumber = \"6A00000000017\"\ncarrier = \"laposte\"\n\
         [[parcel]]\nid = \"deep\"\nnumber = \"600000000000000000000000\"\ncarrier = \"inpost\"\n\
         {}username = \"a\"\npassword = \"b\"\n{}api_key = \"c\"\n{}",
        site.carrier("canadapost"),
        site.carrier("laposte"),
        site.carrier("inpost"),
    );
    let home = home(&config);
    let daemon = home.start();
    for id in ["xml", "json", "deep"] {
        let parcel = daemon.until_parcel(id, |parcel| !parcel["legs"][0]["failure"].is_null());
        // Which of them it is told as is the plugin's affair; one that crashed would be "internal".
        let kind = parcel["legs"][0]["failure"]["kind"].as_str().unwrap_or_default();
        assert!(["changed_upstream", "inconclusive"].contains(&kind), "{parcel:#}");
    }
}

#[test]
fn a_code_that_nobody_knows_is_counted_in_a_line_that_names_nobody() {
    let site = CarrierSite::start();
    let words = "Order 2026/118-0042 was scanned, ask alex.sample@example.com";
    site.cainiao(NUMBER, cainiao::Parcel::to("France").scan("GTMS_MOON", words, "2026-11-06 23:00:00", "GMT+8"));
    let home = home(&format!("[[parcel]]\nid = \"lamp\"\nnumber = \"{NUMBER}\"\n{}", site.carrier("cainiao")));
    let daemon = home.start();
    let parcel = daemon.until_parcel("lamp", |parcel| parcel["events"].as_array().is_some_and(|all| !all.is_empty()));
    let version = env!("CARGO_PKG_VERSION");
    let line = format!("parcelwatch {version} | cainiao {version} | GTMS_MOON | Order 2026/… was scanned, ask … | 1x");
    let system = daemon.json("/api/v1/system");
    assert_eq!(system["unmapped"][0]["report"], line.as_str(), "{parcel:#}");
    assert!(daemon.get("/system").contains(&format!("<code class=\"line\">{line}</code>")), "{line}");

    // Nor is one lost that stands where nothing was scanned.
    let flown = r#"{"tracking_number":"600000000000000000000000","status":"flown_away","tracking_details":[]}"#;
    site.line(Line {
        host: "api-shipx-pl.easypack24.net".to_owned(),
        method: "GET".to_owned(),
        address: "/v1/tracking/600000000000000000000000".to_owned(),
        with: String::new(),
        status: 200,
        headers: std::collections::BTreeMap::new(),
        body: flown.to_owned(),
    });
    let parcel = "[[parcel]]\nid = \"box\"\nnumber = \"600000000000000000000000\"\ncarrier = \"inpost\"\n";
    home.write_config(&format!("{parcel}{}", site.carrier("inpost")));
    daemon.until_system(|system| {
        let mut lines = system["unmapped"].as_array().into_iter().flatten().filter_map(|line| line["report"].as_str());
        lines.any(|line| line.contains("| flown_away |"))
    });
}
