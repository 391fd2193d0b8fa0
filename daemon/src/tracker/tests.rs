//! The loop with a clock of its own, on a real store, without any plugin.

use std::sync::atomic::{AtomicI64, Ordering};

use jiff::civil::{Date, date};
use parcelwatch_tracking::{Class, Country, Journey, Parcel, Stage, StageStay};

use super::*;
use crate::judge::Card;
use crate::store::EntryFilter;

const CONFIG: &str = "timezone = \"Europe/Paris\"\n";

/// A loop that is not running, and what a test needs to turn it by hand.
struct Desk {
    tracker: Tracker,
    store: Store,
    /// Milliseconds since 1970.
    now: Arc<AtomicI64>,
    _folder: tempfile::TempDir,
}

impl Desk {
    fn new(now: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let store = Store::open(&folder.path().join("test.db")).expect("a store");
        let host = Arc::new(PluginHost::new(folder.path(), store.clone()).expect("a host without plugins"));
        let now = Arc::new(AtomicI64::new(instant(now).as_millisecond()));
        let shown = Arc::clone(&now);
        let clock = Clock::from_fn(move || {
            Timestamp::from_millisecond(shown.load(Ordering::Relaxed)).expect("an instant of our time")
        });
        let (tracker, _) = Tracker::new(store.clone(), host, clock, Arc::new(Config::default()));
        Self { tracker, store, now, _folder: folder }
    }

    fn set_clock(&self, now: &str) {
        self.now.store(instant(now).as_millisecond(), Ordering::Relaxed);
    }

    async fn configure(&mut self, config: &str) {
        let config = crate::config::parse(&format!("{CONFIG}{config}")).expect("a valid config").config;
        self.tracker.configure(Arc::new(config)).await;
    }

    /// A parcel from China to France arrived on this day, after so many days.
    async fn arrived(&self, id: &str, delivered: Date, days: i64) {
        let parcel = Parcel::new(ParcelId::new(id).expect("an id"), id);
        let stage = StageStay {
            stage: Stage::LineHaul,
            stay: SignedDuration::from_hours(24 * days),
            silence: SignedDuration::from_hours(48),
        };
        let journey = Journey {
            parcel: parcel.id.clone(),
            class: Some(Class::Standard),
            origin: Country::new("CN"),
            destination: Country::new("FR"),
            first_carrier: CarrierId::new("demo"),
            last_carrier: CarrierId::new("demo"),
            shipped: delivered.checked_sub(SignedDuration::from_hours(24 * days)).expect("a date"),
            delivered,
            stages: vec![stage],
            first_window: None,
            last_window: None,
        };
        let written = self.store.write(move |tx| {
            tx.describe_parcel(&parcel, Timestamp::UNIX_EPOCH)?;
            let pk = tx.dossier(&parcel.id)?.expect("it was described").row.pk;
            tx.save_journey(pk, Some(&journey))
        });
        assert!(written.await.expect("a change"));
    }

    /// The expected window as the API has it.
    async fn expected(&self, id: &str) -> serde_json::Value {
        let id = ParcelId::new(id).expect("an id");
        let found = self.store.read(move |view| {
            let dossier = view.dossier(&id)?.expect("it is followed");
            let card = view.card_json(dossier.row.pk)?;
            Ok((dossier, card))
        });
        let (dossier, card) = found.await.expect("a parcel");
        let card: Card = serde_json::from_str(&card).expect("a card");
        serde_json::to_value(crate::web::parcel_json(&dossier, &card, self.tracker.shared.clock.now())).expect("JSON")["expected"].take()
    }

    async fn system_feed(&self) -> Vec<(String, String)> {
        let now = self.tracker.shared.clock.now();
        let entries = self.store.read(move |view| view.feed(&EntryFilter::System, now)).await.expect("a feed");
        entries.into_iter().map(|entry| (entry.title, entry.path)).collect()
    }
}

fn instant(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

fn parcel(id: &str) -> String {
    format!(
        "[[parcel]]\nid = \"{id}\"\nclass = \"standard\"\norigin = \"CN\"\ncountry = \"FR\"\nordered = 2026-11-01\n\
             order = \"1\"\n"
    )
}

#[tokio::test]
async fn the_eighth_parcel_of_a_kind_replaces_our_guess_also_after_a_new_config() {
    let mut desk = Desk::new("2026-11-02T12:00:00Z");
    for n in 1..=7 {
        desk.arrived(&format!("p{n}"), date(2026, 10, 20), 10 + n).await;
    }
    desk.tracker.learn().await;
    desk.configure(&parcel("ninth")).await;
    assert_eq!(desk.expected("ninth").await["source"], "class", "seven are not enough");
    desk.arrived("p8", date(2026, 10, 21), 18).await;
    desk.tracker.review().await;
    desk.configure(&format!("{}{}", parcel("ninth"), parcel("tenth"))).await;
    let expected = desk.expected("tenth").await;
    assert_eq!(
        (&expected["source"], &expected["from"], &expected["to"]),
        (&"own".into(), &"2026-11-12".into(), &"2026-11-19".into())
    );
}

#[tokio::test]
async fn what_finished_parcels_teach_is_read_only_when_there_is_more_of_it() {
    let mut desk = Desk::new("2026-11-02T12:00:00Z");
    desk.tracker.learn().await;
    let first = Arc::clone(&desk.tracker.experience);
    desk.tracker.review().await;
    assert!(Arc::ptr_eq(&first, &desk.tracker.experience));
    desk.arrived("p1", date(2026, 10, 20), 10).await;
    desk.tracker.review().await;
    assert_eq!(desk.tracker.experience.journeys().len(), 1);
    assert_eq!(desk.tracker.shared.rules.load().norms.experience.journeys().len(), 1);
}

#[tokio::test]
async fn a_month_is_looked_back_upon_once_when_it_is_over() {
    let mut desk = Desk::new("2026-11-30T12:00:00Z");
    desk.arrived("p1", date(2026, 11, 20), 10).await;
    desk.arrived("p2", date(2026, 11, 30), 12).await;
    desk.tracker.learn().await;
    desk.tracker.review().await;
    desk.configure("").await;
    assert_eq!(desk.system_feed().await, [], "nothing arrived in October, and November is not over");
    // Midnight in Paris, an hour before midnight in UTC.
    desk.set_clock("2026-11-30T23:00:10Z");
    let november = [("November 2026: 2 parcels arrived".to_owned(), "stats".to_owned())];
    for _ in 0..2 {
        desk.tracker.review().await;
        assert_eq!(desk.system_feed().await, november);
    }
    // A restart looks again and finds it told; what came late does not change it.
    desk.arrived("p3", date(2026, 11, 30), 12).await;
    desk.tracker.learn().await;
    desk.tracker.looked_back_in = None;
    desk.configure("").await;
    assert_eq!(desk.system_feed().await, november);
    // Nothing arrives in December.
    desk.set_clock("2027-01-01T08:00:00Z");
    desk.tracker.review().await;
    assert_eq!(desk.system_feed().await, november);
}
