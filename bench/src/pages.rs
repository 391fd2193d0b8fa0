//! Page and feed with 10,000 parcels and 1,000,000 events.

use std::sync::Arc;
use std::time::{Duration, Instant};

use parcelwatch::report::{JudgementContext, Names, judge};
use parcelwatch::store::Store;
use parcelwatch::tracker::record;
use parcelwatch_tracking::{Norms, ParcelState, Polling, Timeline, alerts};

use crate::{figure, history, millis, percentile, sample};

const PARCELS: usize = 10_000;
const EVENTS_EACH: usize = 100;
const ROUNDS: usize = 400;

pub(crate) fn run() -> anyhow::Result<()> {
    let runtime = sample::runtime()?;
    let folder = Arc::new(tempfile::tempdir()?);
    std::fs::create_dir_all(folder.path().join("state"))?;
    let store = Store::open(&folder.path().join("state/parcelwatch.db"), parcelwatch::clock::Clock::system())?;
    runtime.block_on(fill(&store))?;
    let events = runtime.block_on(store.read(|view| view.event_count()))?;
    runtime.block_on(store.close());
    // No carrier is asked: the site is not there, and nothing is due.
    let mut config = "timezone = \"UTC\"\n[carriers.cainiao]\nenabled = false\n".to_owned();
    for n in 0..PARCELS {
        let parcel = history::old_parcel(n);
        config.push_str(&format!(
            "[[parcel]]\nid = \"{}\"\nlabel = \"{}\"\nnumber = \"{}\"\n",
            parcel.id, parcel.label, parcel.numbers[0]
        ));
    }
    let running = runtime.block_on(sample::Running::start(Arc::clone(&folder), &config))?;
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let get = |path: &str, etag: Option<&str>| {
        let mut request = agent.get(format!("http://{}{path}", running.address));
        if let Some(etag) = etag {
            request = request.header("if-none-match", etag);
        }
        let mut answer = request.call().expect("the daemon answers");
        let etag = answer.headers().get("etag").and_then(|tag| tag.to_str().ok()).unwrap_or_default().to_owned();
        let body = answer.body_mut().with_config().limit(1 << 30).read_to_string().unwrap_or_default();
        (answer.status().as_u16(), etag, body)
    };
    // The config is taken over first: ten thousand parcels are compared.
    while !get("/api/v1/system", None).2.contains(&format!("\"parcels\":{PARCELS}")) {
        std::thread::sleep(Duration::from_millis(50));
    }
    figure("parcels and events", format!("{PARCELS} and {events}"), "");
    for (path, what) in [
        ("/", "overview page"),
        ("/parcel/old-77", "parcel page"),
        ("/feeds/all.atom", "feed"),
        ("/api/v1/parcels/old-77", "parcel in the API"),
    ] {
        let bytes = get(path, None).2.len();
        let mut times = time(|| drop(get(path, None)));
        figure(&format!("{what}, p99 ({} kB)", bytes / 1000), millis(percentile(&mut times, 0.99)), "20 ms");
    }
    let etag = get("/feeds/all.atom", None).1;
    let mut times = time(|| assert_eq!(get("/feeds/all.atom", Some(&etag)).0, 304));
    figure("feed that has not changed (304), p99", millis(percentile(&mut times, 0.99)), "");
    runtime.block_on(running.stop())
}

fn time(mut run: impl FnMut()) -> Vec<Duration> {
    (0..ROUNDS)
        .map(|_| {
            let begin = Instant::now();
            run();
            begin.elapsed()
        })
        .collect()
}

/// Ten thousand parcels under way, with long histories, cards and entries, as if they had been followed.
async fn fill(store: &Store) -> anyhow::Result<()> {
    let config = parcelwatch::config::parse("timezone = \"UTC\"", &[])
        .map_err(|rejected| anyhow::anyhow!("{:?}", rejected.faults))?;
    let polling = Polling { since: jiff::Timestamp::now(), loading: false };
    let context = Arc::new(JudgementContext {
        names: Names::new([], config.config.timezone.clone()),
        config: Arc::new(config.config),
        norms: Norms::default(),
        polling,
    });
    for chunk in (0..PARCELS).collect::<Vec<_>>().chunks(200) {
        let (chunk, context) = (chunk.to_vec(), Arc::clone(&context));
        store
            .write(move |tx| {
                let now = jiff::Timestamp::now();
                for n in &chunk {
                    let parcel = history::old_parcel(*n);
                    tx.describe_parcel(&parcel, now)?;
                    let Some(mut record) = tx.parcel_record(&parcel.id)? else { continue };
                    let before = ParcelState::of(&Timeline::default(), &parcel);
                    record.timeline = history::history(*n, EVENTS_EACH);
                    tx.save_timeline(record.row.pk, &Timeline::default(), &record.timeline)?;
                    let judged = judge(&record, &context, now);
                    let new = record.timeline.events.iter().map(|seen| seen.id).collect();
                    let progress = parcelwatch_tracking::Progress { new, ..Default::default() };
                    let told = alerts(&record.timeline, &before, judged.parcel_state(), &progress);
                    record::save(&judged, tx, &record, told, &context, now)?;
                }
                Ok(())
            })
            .await?;
    }
    Ok(())
}
