//! The daemon is killed at random moments, under load, again and again.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use parcelwatch_tests::site::Told;
use parcelwatch_tests::{CarrierSite, Daemon, Home, guest};

use crate::home;

const HOST: &str = "courier.example";
const PARCELS: usize = 12;
/// Fast ones; `.ci/kills` makes more of them.
const KILLS: usize = 200;
/// An answer holds so many scans, and a few more.
const SCANS_MAX: usize = 150;

/// How often the daemon is killed.
fn kills() -> usize {
    let wanted = std::env::var("PARCELWATCH_KILLS").ok();
    wanted.map_or(KILLS, |wanted| wanted.parse().expect("PARCELWATCH_KILLS is a number"))
}

/// What parcel `n` has lived through after `step` steps: every step adds a scan to every parcel.
fn scans(n: usize, step: usize) -> Told {
    let mut lines = String::new();
    for scan in (0..=step).rev() {
        let code = if scan % 5 == 4 { "OUT" } else { "IN" };
        let (day, hour, minute) = (1 + scan / 20, 8 + scan % 20 / 4, scan % 4 * 15);
        writeln!(lines, "{code}|parcel {n}, scan {scan}|2026-11-{day:02} {hour:02}:{minute:02}").expect("memory");
    }
    Told::text(200, "text/plain", lines)
}

fn feed(daemon: &Daemon, path: &str) -> BTreeMap<String, String> {
    let body = daemon.get(path);
    let feed = feed_rs::parser::parse(body.as_bytes()).unwrap_or_else(|error| panic!("{path}: {error}"));
    let entries = feed.entries.into_iter();
    entries.map(|entry| (entry.id, entry.title.map(|title| title.content).unwrap_or_default())).collect()
}

fn parcels() -> String {
    (0..PARCELS).fold(String::new(), |mut config, n| {
        write!(config, "[[parcel]]\nid = \"p{n}\"\nnumber = \"COU{n:03}\"\nask_every = \"1s\"\n").expect("memory");
        config
    })
}

/// Everything that was ever seen in a feed, and the title it had.
#[derive(Default)]
struct Reader(BTreeMap<String, BTreeMap<String, String>>);

impl Reader {
    /// Reads the feeds as a subscriber would: what was there stays as it was.
    fn read(&mut self, daemon: &Daemon) {
        for path in (0..PARCELS).map(|n| format!("/feeds/parcel/p{n}.atom")).chain(["/feeds/all.atom".to_owned()]) {
            let entries = feed(daemon, &path);
            let known = self.0.entry(path.clone()).or_default();
            for (id, title) in entries {
                let before = known.entry(id.clone()).or_insert_with(|| title.clone());
                assert_eq!(*before, title, "{path}: an entry changed");
            }
        }
    }
}

#[test]
#[expect(clippy::print_stdout, reason = "the counts are to be read: with --nocapture")]
fn killing_it_at_random_moments_loses_no_event_and_repeats_no_entry() {
    let site = CarrierSite::start();
    let home: Home = home(&format!("{}{}", site.carrier("courier"), parcels()));
    home.drop_plugin("courier.wasm", &guest("courier"));
    let mut reader = Reader::default();
    let mut seed: u64 = 0x5eed;
    let (kills, mut told) = (kills(), 0);
    let scans_in_all = kills.min(SCANS_MAX);
    for kill in 0..kills {
        let step = kill * scans_in_all / kills;
        for n in 0..PARCELS {
            site.fixed(HOST, &format!("COU{n:03}"), scans(n, step));
        }
        let before = site.asked(HOST).len();
        let daemon = home.start();
        // The moment is counted in questions, not in time: some batches are recorded, some are under way.
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let questions = 1 + usize::try_from(seed >> 33).expect("31 bits") % PARCELS;
        site.until_asked(HOST, before + questions);
        if kill % 8 == 0 {
            reader.read(&daemon);
        }
        daemon.kill();
    }
    let daemon = home.start();
    for n in 0..PARCELS {
        let wanted: BTreeSet<String> = (0..scans_in_all).map(|scan| format!("parcel {n}, scan {scan}")).collect();
        let parcel = daemon.until_parcel(&format!("p{n}"), |parcel| {
            parcel["events"].as_array().is_some_and(|events| events.len() >= wanted.len())
        });
        let events = parcel["events"].as_array().expect("a list");
        told += events.len();
        let texts: Vec<String> =
            events.iter().map(|event| event["text"].as_str().unwrap_or_default().to_owned()).collect();
        assert_eq!(texts.iter().cloned().collect::<BTreeSet<_>>(), wanted, "every event is there");
        assert_eq!(texts.len(), wanted.len(), "no event is there twice");
    }
    reader.read(&daemon);
    let (mut seen, mut twice) = (0, 0);
    for (path, entries) in &reader.0 {
        let mut titles: Vec<&String> = entries.values().filter(|title| title.contains("scan")).collect();
        let all = titles.len();
        seen += all;
        titles.sort();
        titles.dedup();
        twice += all - titles.len();
        assert_eq!(titles.len(), all, "{path}: a scan was told twice");
    }
    let scans = scans_in_all * PARCELS;
    println!(
        "kills: {kills}, scans of the carrier: {scans}, kept: {told}, lost: {}, entries read: {seen}, told twice: {twice}",
        scans - told
    );
    daemon.stop();
}
