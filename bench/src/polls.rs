//! Polls per second, end to end: real HTTP to a local site, the sandbox, the merge, and a commit to SQLite.

use std::time::{Duration, Instant};

use crate::{figure, sample};

const PARCELS: usize = 3000;
const SECONDS: u64 = 10;

pub(crate) fn run() -> anyhow::Result<()> {
    let runtime = sample::runtime()?;
    let folder = tempfile::tempdir()?;
    let site = sample::site(PARCELS);
    // Every parcel is due every second: there is always more to ask than can be asked.
    let config = sample::config(PARCELS, &site.carrier("cainiao"), "ask_every = \"1s\"\n");
    let parts = runtime.block_on(sample::Parts::start(&folder, &config))?;
    let polls = |site: &parcelwatch_tests::CarrierSite| -> usize {
        let asked = site.asked(parcelwatch_tests::site::cainiao::HOST);
        asked.iter().filter_map(|asked| asked.parameter("mailNos")).map(|numbers| numbers.split(',').count()).sum()
    };
    // The first answers write histories; what follows is the daily bread: answers that say nothing new.
    std::thread::sleep(Duration::from_secs(5));
    let (begin, before) = (Instant::now(), polls(&site));
    std::thread::sleep(Duration::from_secs(SECONDS));
    let rate = (polls(&site) - before) as f64 / begin.elapsed().as_secs_f64();
    figure(
        &format!("polls a second, {PARCELS} parcels, batches of 10, committed"),
        format!("{rate:.0}"),
        "2,000 and more",
    );
    runtime.block_on(parts.stop())
}
