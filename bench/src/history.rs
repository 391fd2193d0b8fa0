//! What a poll costs as history grows: the same parcel asked beside few and beside many others.

use parcelwatch::store::Store;
use parcelwatch::tracker::UserAction;
use parcelwatch_tracking::{
    Event, Facts, Leg, LegNo, LegState, Moment, Parcel, ParcelId, Report, Role, Status, Timeline, TrackingNumber,
};

use crate::{figure, median, micros, sample};

const ROUNDS: usize = 400;
const EVENTS_EACH: usize = 100;

pub(crate) fn run() -> anyhow::Result<()> {
    let runtime = sample::runtime()?;
    let mut costs = Vec::new();
    for events in [1_000, 1_000_000] {
        let folder = tempfile::tempdir()?;
        let site = sample::site(2);
        std::fs::create_dir_all(folder.path().join("state"))?;
        let store = Store::open(&folder.path().join("state/parcelwatch.db"), parcelwatch::clock::Clock::system())?;
        runtime.block_on(fill(&store, events / EVENTS_EACH))?;
        runtime.block_on(store.close());
        let parts =
            runtime.block_on(sample::Parts::start(&folder, &sample::config(2, &site.carrier("cainiao"), "")))?;
        let parcel = ParcelId::new("p1").expect("an id");
        let cost = median(ROUNDS, || {
            let answer = runtime.block_on(parts.tracker.perform(UserAction::Ask(parcel.clone())));
            assert!(answer.is_ok(), "{answer:?}");
        });
        figure(&format!("one poll beside {events} events"), micros(cost), "");
        costs.push(cost.as_secs_f64());
        runtime.block_on(parts.stop())?;
    }
    figure("ratio", format!("{:.2}", costs[1] / costs[0]), "at most 1.3");
    Ok(())
}

/// Fills a store with parcels that have histories, in the archive as old parcels are.
pub(crate) async fn fill(store: &Store, parcels: usize) -> anyhow::Result<()> {
    for chunk in (0..parcels).collect::<Vec<_>>().chunks(200) {
        let chunk = chunk.to_vec();
        store
            .write(move |tx| {
                for n in &chunk {
                    let parcel = old_parcel(*n);
                    tx.describe_parcel(&parcel, jiff::Timestamp::now())?;
                    if let Some(record) = tx.parcel_record(&parcel.id)? {
                        tx.save_timeline(record.row.pk, &Timeline::default(), &history(*n, EVENTS_EACH))?;
                    }
                }
                Ok(())
            })
            .await?;
    }
    Ok(())
}

pub(crate) fn old_parcel(n: usize) -> Parcel {
    let id = ParcelId::new(&format!("old-{n}")).expect("an id");
    let mut parcel = Parcel::new(id, format!("Parcel {n}"));
    parcel.numbers = vec![TrackingNumber::new(&format!("OLD{n:09}")).expect("a number")];
    parcel
}

/// A long history with one carrier.
pub(crate) fn history(n: usize, events: usize) -> Timeline {
    let now = jiff::Timestamp::now();
    let mut timeline = Timeline::default();
    let number = TrackingNumber::new(&format!("OLD{n:09}")).expect("a number");
    let mut leg = Leg::new(LegNo(0), number, Role::Given, now);
    leg.carrier = parcelwatch_tracking::CarrierId::new("cainiao");
    leg.state = LegState::Active;
    timeline.legs.push(leg);
    let events = (0..events).rev().map(|step| Event {
        moment: Moment::instant(
            &(now - jiff::SignedDuration::from_hours(i64::try_from(events - step).unwrap_or(0))).to_string(),
        ),
        status: [Status::Accepted, Status::InTransit, Status::LocalProcessing][step * 3 / events.max(1)],
        code: Some(format!("CODE_{step}")),
        text: format!("Scan {step} of parcel {n}: processed at a facility"),
        translation: None,
        place: None,
        facts: Facts::default(),
    });
    let report = Report { events: events.collect(), ..Report::empty(now) };
    timeline.absorb(LegNo(0), &report);
    timeline
}
