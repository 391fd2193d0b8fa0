//! One answer: in a fresh sandbox, and by the same plugin compiled into this program.

use std::rc::Rc;
use std::sync::Arc;

use jiff::Timestamp;
use parcelwatch::plugin_host::Question;
use parcelwatch::store::Exchange;
use parcelwatch::tracker::UserAction;
use parcelwatch_plugin::host::{Host, Level};
use parcelwatch_plugin::http::{Body, Fault, Reply, Request};
use parcelwatch_plugin::{Carrier as _, Parcel};
use parcelwatch_tracking::{CarrierId, Facts, ParcelId, TrackingNumber};

use crate::{figure, median, micros, sample};

const ROUNDS: usize = 3000;

pub(crate) fn run() -> anyhow::Result<()> {
    let runtime = sample::runtime()?;
    let folder = tempfile::tempdir()?;
    let site = sample::site(2);
    let config = sample::config(2, &site.carrier("cainiao"), "");
    let parts = runtime.block_on(sample::Parts::start(&folder, &config))?;
    let carrier = CarrierId::new("cainiao").expect("an id");
    let number = TrackingNumber::new(&sample::number(1)).expect("a number");
    let questions = [Question { number, hints: Facts::default(), cursor: None }];
    let now = Timestamp::now();
    let asked = runtime.block_on(parts.host.ask(&carrier, &questions, now));
    let events = asked.outcomes[0].found.as_ref().map_or(0, |report| report.events.len());
    let exchanges: Arc<[Exchange]> = asked.exchanges.into();
    let bytes: usize = exchanges.iter().map(|exchange| exchange.body.len()).sum();

    let sandboxed = median(ROUNDS, || {
        let asked = runtime.block_on(parts.host.reread(&carrier, &questions, Arc::clone(&exchanges), now));
        assert!(asked.outcomes[0].found.is_ok());
    });
    let kept: Rc<dyn Host> = Rc::new(Kept(exchanges[0].clone()));
    let parcels = [Parcel { key: 1, number: questions[0].number.to_string(), ..Parcel::default() }];
    let native = median(ROUNDS, || {
        let outcomes =
            parcelwatch_plugin::native::with_host(Rc::clone(&kept), || parcelwatch_cainiao::Cainiao::track(&parcels));
        assert!(outcomes[0].found.is_ok());
    });
    let ratio = sandboxed.as_secs_f64() / native.as_secs_f64();
    figure(&format!("an answer of {events} events, {bytes} bytes, in a fresh sandbox"), micros(sandboxed), "");
    figure("the same by the plugin compiled natively", micros(native), "");
    figure("ratio", format!("{ratio:.2}"), "at most 4");

    let parcel = ParcelId::new("p1").expect("an id");
    let poll = median(ROUNDS / 6, || {
        let answer = runtime.block_on(parts.tracker.perform(UserAction::Ask(parcel.clone())));
        assert!(answer.is_ok(), "{answer:?}");
    });
    let without = poll.saturating_sub(sandboxed) + native;
    figure("one poll end to end: read, HTTP, sandbox, merge, commit", micros(poll), "");
    let ratio = poll.as_secs_f64() / without.as_secs_f64();
    figure(
        "ratio to the same with the native plugin's time in place of the sandbox's",
        format!("{ratio:.3}"),
        "at most 1.25",
    );
    runtime.block_on(parts.stop())
}

/// A host that answers every request with one kept answer.
struct Kept(Exchange);

impl Host for Kept {
    fn send(&self, request: Request) -> Result<Reply, Fault> {
        let body = Body::Text(self.0.body.clone());
        Ok(Reply { status: self.0.status, url: request.url, headers: self.0.headers.clone(), body })
    }

    fn log(&self, _: Level, _: &str) {}

    fn now(&self) -> String {
        Timestamp::now().to_string()
    }

    fn random(&self, bytes: u32) -> Vec<u8> {
        vec![0; bytes as usize]
    }

    fn setting(&self, _: &str) -> Option<String> {
        None
    }

    fn recall(&self, _: &str) -> Option<Vec<u8>> {
        None
    }

    fn remember(&self, _: &str, _: &[u8], _: u32) {}

    fn sign(&self, _: &str, _: &str, _: &[u8]) -> Result<Vec<u8>, String> {
        Err("nothing to sign with".to_owned())
    }
}
