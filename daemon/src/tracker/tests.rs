//! The loop with a clock of its own, on a real store, without any plugin.

use std::sync::atomic::{AtomicI64, Ordering};

use jiff::SignedDuration;
use jiff::civil::{Date, date};
use parcelwatch_tracking::{Class, CompletedTrip, Country, NextPoll, Parcel, Stage, StageStay};

use super::*;
use crate::report::Reader;
use crate::report::json::parcel_json;
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
        let store = Store::open(&folder.path().join("test.db"), Clock::system()).expect("a store");
        let host = Arc::new(PluginHost::new(folder.path(), None, store.clone()).expect("a host without plugins"));
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

    /// The loop has turned until then.
    async fn turn(&mut self, now: &str) {
        self.set_clock(now);
        self.tracker.turned_at = instant(now);
        self.tracker.review().await;
    }

    async fn configure(&mut self, config: &str) {
        let config =
            crate::config::parse(&format!("{CONFIG}{config}"), crate::notify::KINDS).expect("a valid config").config;
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
        let journey = CompletedTrip {
            parcel: parcel.id.clone(),
            class: Some(Class::Express),
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
            let pk = tx.parcel_record(&parcel.id)?.expect("it was described").row.pk;
            tx.save_journey(pk, Some(&journey))
        });
        assert!(written.await.expect("a change"));
    }

    /// The expected window as the API has it.
    async fn expected(&self, id: &str) -> serde_json::Value {
        let (now, id) = (self.tracker.shared.clock.now(), ParcelId::new(id).expect("an id"));
        let found = self.store.read(move |view| {
            let reader = Reader::new(view, Arc::new(Config::default()), now)?;
            let (record, shown) = reader.parcel(&id)?.expect("it is followed");
            Ok(parcel_json(&record, &shown, &reader.names, now))
        });
        found.await.expect("a parcel")["expected"].take()
    }

    /// Importance and title of what was told of a parcel, oldest first, and the text of the last of it.
    async fn told(&self, id: &str) -> (Vec<(&'static str, String)>, String) {
        let (now, id) = (self.tracker.shared.clock.now(), id.to_owned());
        let entries = self.store.read(move |view| view.feed(&EntryFilter::Parcel(id), now)).await.expect("a feed");
        let text = entries.first().map(|entry| entry.html.clone()).unwrap_or_default();
        (entries.into_iter().rev().map(|entry| (entry.importance.key(), entry.title)).collect(), text)
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
        "[[parcel]]\nid = \"{id}\"\nclass = \"express\"\norigin = \"CN\"\ncountry = \"FR\"\nordered = 2026-11-01\n\
             order = \"1\"\n"
    )
}

#[tokio::test]
async fn the_eighth_slow_parcel_of_a_kind_lengthens_our_guess_also_after_a_new_config() {
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
    assert_eq!(desk.tracker.shared.context.load().norms.experience.journeys().len(), 1);
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
    desk.turn("2027-01-01T08:00:00Z").await;
    assert_eq!(desk.system_feed().await, november);
}

/// Ordered on 3 September: buyer protection ends on 2 November.
const LAMP: &str = "[[parcel]]\nid = \"lamp\"\nlabel = \"Lamp\"\nclass = \"standard\"\norigin = \"CN\"\ncountry = \"FR\"\n\
                    ordered = 2026-09-03\norder = \"1\"\nmarketplace = \"aliexpress\"\n";
const NUMBER: &str = "number = \"LP00123456789012\"\n";

#[tokio::test]
async fn an_answer_is_awaited_for_an_hour_and_then_the_dates_of_the_config_remind_in_one_entry() {
    let mut desk = Desk::new("2026-10-31T12:00:00Z");
    desk.configure(&format!("{LAMP}{NUMBER}")).await;
    for now in ["2026-10-31T12:00:00Z", "2026-10-31T12:59:59Z"] {
        desk.turn(now).await;
        assert_eq!(desk.told("lamp").await.0, [], "plugins are still loaded at {now}");
    }
    desk.turn("2026-10-31T13:00:00Z").await;
    let (told, text) = desk.told("lamp").await;
    assert_eq!(told, [("important", "Lamp: Buyer protection ends, 2 days left (2 November)".to_owned())]);
    assert!(text.contains("It is later than expected."), "{text}");
    assert!(text.contains("No carrier could be asked: none that is known here serves its number."), "{text}");
    // What was told with it is not told again, and the threshold after it still is.
    for _ in 0..2 {
        desk.turn("2026-11-01T23:00:10Z").await;
    }
    let titles: Vec<String> = desk.told("lamp").await.0.into_iter().skip(1).map(|(_, title)| title).collect();
    assert_eq!(titles, ["Lamp: Buyer protection ends, one day left (2 November)"]);
}

#[tokio::test]
async fn an_order_without_a_number_is_reminded_of_at_once() {
    let mut desk = Desk::new("2026-10-31T12:00:00Z");
    desk.configure(LAMP).await;
    let (told, text) = desk.told("lamp").await;
    let title = "Lamp: Buyer protection ends, 2 days left (2 November); silent for too long";
    assert_eq!(told, [("important", title.to_owned())]);
    assert!(text.contains("No carrier could be asked: it has no tracking number yet."), "{text}");
}

#[tokio::test]
async fn after_a_sleep_the_answers_that_were_missed_are_awaited_first() {
    let mut desk = Desk::new("2026-10-12T12:00:00Z");
    desk.configure(&format!("{LAMP}{NUMBER}")).await;
    let written = desk.store.write(|tx| {
        let record = tx.parcel_record(&ParcelId::new("lamp").expect("an id"))?.expect("it is followed");
        let mut timeline = record.timeline.clone();
        let leg = &mut timeline.legs[0];
        (leg.carrier, leg.state) = (CarrierId::new("demo"), parcelwatch_tracking::LegState::Active);
        let at = |hour: i64| Some(instant("2026-10-12T00:00:00Z") + SignedDuration::from_hours(hour));
        (leg.last_asked_at, leg.last_ok_at) = (at(12), at(12));
        leg.plan(NextPoll { at: at(36), ..leg.next_poll().clone() });
        tx.save_timeline(record.row.pk, &record.timeline, &timeline)?;
        tx.suppress_alert(record.row.pk, parcelwatch_tracking::FIRST_SIGHT)
    });
    written.await.expect("a change");
    desk.turn("2026-10-12T12:01:00Z").await;
    assert_eq!(desk.told("lamp").await.0, []);
    // Its window has ended meanwhile, and protection ends tomorrow.
    desk.set_clock("2026-11-01T12:00:00Z");
    desk.tracker.review().await;
    assert_eq!(desk.told("lamp").await.0, [], "the machine slept, and nobody was asked");
    desk.turn("2026-11-01T13:00:00Z").await;
    let (told, _) = desk.told("lamp").await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].1.starts_with("Lamp: Buyer protection ends, "), "{told:?}");
}

/// The lamp's number is polled by a carrier: last at one moment, and next at another.
async fn planned(desk: &mut Desk, last: &str, next: &str) {
    desk.configure(&format!("{LAMP}{NUMBER}")).await;
    let (last, next) = (Some(instant(last)), Some(instant(next)));
    let written = desk.store.write(move |tx| {
        let record = tx.parcel_record(&ParcelId::new("lamp").expect("an id"))?.expect("it is followed");
        let mut timeline = record.timeline.clone();
        let leg = &mut timeline.legs[0];
        (leg.carrier, leg.state) = (CarrierId::new("demo"), parcelwatch_tracking::LegState::Active);
        (leg.last_asked_at, leg.last_ok_at) = (last, last);
        leg.plan(NextPoll { at: next, ..leg.next_poll().clone() });
        tx.save_timeline(record.row.pk, &record.timeline, &timeline)
    });
    written.await.expect("a change");
}

async fn clock_notice(desk: &Desk) -> Option<String> {
    let notice = desk.store.read(|view| view.notice("clock")).await.expect("a store");
    notice.map(|notice| notice.title)
}

#[tokio::test]
async fn what_a_clock_planned_that_was_ahead_is_due_when_it_is_set_back() {
    for (last, next, is_due) in [
        ("2036-10-12T11:00:00Z", "2036-10-12T19:00:00Z", true),
        // Planned by the right clock before, and by the wrong one without a poll.
        ("2026-10-12T11:00:00Z", "2026-10-12T19:00:00Z", false),
        ("2026-10-12T11:00:00Z", "2036-10-12T19:00:00Z", true),
    ] {
        let mut desk = Desk::new("2036-10-12T12:00:00Z");
        planned(&mut desk, last, next).await;
        desk.set_clock("2026-10-12T12:00:00Z");
        desk.tracker.review().await;
        let demo = CarrierId::new("demo").expect("an id");
        let due = desk.tracker.agenda.carriers_due(instant("2026-10-12T12:00:00Z")).contains(&demo);
        assert_eq!(due, is_due, "last {last}, next {next}");
        assert_eq!(clock_notice(&desk).await.as_deref(), Some("The clock went back by 3653 days"));
        desk.turn("2026-10-12T12:01:00Z").await;
        assert_eq!(desk.system_feed().await.len(), 1, "it is told once");
        desk.turn("2026-10-13T12:01:00Z").await;
        assert_eq!(clock_notice(&desk).await, None);
    }
}

#[tokio::test]
async fn a_clock_that_was_set_back_while_the_daemon_was_down_is_noticed_at_the_start() {
    let mut desk = Desk::new("2036-10-12T12:00:00Z");
    planned(&mut desk, "2036-10-12T11:00:00Z", "2036-10-12T19:00:00Z").await;
    desk.set_clock("2026-10-12T12:00:00Z");
    desk.tracker.turned_at = instant("2026-10-12T12:00:00Z");
    desk.tracker.notice_clock_at_start().await;
    let demo = CarrierId::new("demo").expect("an id");
    assert!(desk.tracker.agenda.carriers_due(instant("2026-10-12T12:00:00Z")).contains(&demo));
    assert!(clock_notice(&desk).await.is_some());
}

#[tokio::test]
async fn a_long_sleep_is_named_and_a_short_one_is_not() {
    let mut desk = Desk::new("2026-10-12T12:00:00Z");
    desk.set_clock("2026-10-13T12:00:00Z");
    desk.tracker.review().await;
    assert_eq!(clock_notice(&desk).await, None);
    desk.set_clock("2026-10-20T12:00:00Z");
    desk.tracker.review().await;
    assert_eq!(clock_notice(&desk).await.as_deref(), Some("The clock went on by 7 days at once"));
}
