//! How gently each carrier is asked: one request at a time to a host, pauses it asked for, quotas it set. Pauses and what
//! is used of the quotas survive a restart.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use parcelwatch_plugin::Quota;
use parcelwatch_plugin::http::Fault;
use parcelwatch_tracking::{Budget, CarrierId};
use tokio::time::Instant;

use super::ledger::{Ledger, Limits, limited};
use crate::store::{Pause, QuotaUse};

/// A wish to wait is honoured within these bounds: no carrier needs less, and a typo in a header must not end the watch.
const PAUSE_MIN: SignedDuration = SignedDuration::from_secs(1);
const PAUSE_MAX: SignedDuration = SignedDuration::from_hours(24);

/// One carrier's limits.
#[derive(Debug)]
pub(crate) struct Politeness {
    carrier: CarrierId,
    pace: Duration,
    quotas: Vec<Quota>,
    ledger: Arc<Ledger>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    pauses: HashMap<String, Pause>,
    /// Those that the store does not have yet.
    unsaved: Vec<Pause>,
}

/// What is to be written to the store.
#[derive(Clone, Debug, Default)]
pub(crate) struct Unsaved {
    pub(crate) pauses: Vec<Pause>,
    pub(crate) quotas: Vec<QuotaUse>,
}

impl Politeness {
    /// `pauses` are those that are known of this carrier.
    pub(crate) fn new(
        carrier: CarrierId,
        pace: Duration,
        quotas: Vec<Quota>,
        ledger: Arc<Ledger>,
        pauses: impl Iterator<Item = Pause>,
    ) -> Arc<Self> {
        let pauses = pauses.map(|pause| (pause.host.clone(), pause)).collect();
        let state = State { pauses, ..State::default() };
        Arc::new(Self { carrier, pace, quotas, ledger, state: Mutex::new(state) })
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().expect("nothing panics while it holds this lock")
    }

    /// Waits for the host's turn. Refuses at once where the wait would be longer than a call may last.
    pub(crate) async fn turn(&self, host: &str, now: Timestamp, longest: Duration) -> Result<(), Fault> {
        let wait = self.book(host, now, Instant::now(), longest)?;
        if !wait.is_zero() {
            tokio::time::sleep(wait).await;
        }
        Ok(())
    }

    /// How long to wait for the host's turn; the turn is taken.
    fn book(&self, host: &str, now: Timestamp, clock: Instant, longest: Duration) -> Result<Duration, Fault> {
        if let Some(pause) = self.state().pauses.get(host).filter(|pause| is_running(pause, now)) {
            return Err(limited(format!("{host} {}", pause.why), pause.until.duration_since(now)));
        }
        let limits = Limits { pace: self.pace, quotas: &self.quotas };
        self.ledger.book(host, limits, now, clock, longest)
    }

    /// A host is left alone for a while.
    pub(crate) fn pause(&self, host: &str, wait: SignedDuration, why: &str, now: Timestamp) {
        let until = now + wait.clamp(PAUSE_MIN, PAUSE_MAX);
        let pause = Pause { carrier: self.carrier.clone(), host: host.to_owned(), until, why: why.to_owned() };
        let mut state = self.state();
        if state.pauses.get(host).is_some_and(|known| is_running(known, now) && known.until >= until) {
            return;
        }
        state.pauses.insert(host.to_owned(), pause.clone());
        state.unsaved.push(pause);
    }

    /// Until when there is no use in asking this carrier anything, and why.
    pub(crate) fn closed_until(&self, now: Timestamp) -> Option<(Timestamp, String)> {
        let state = self.state();
        let paused = state.pauses.values().filter(|pause| is_running(pause, now));
        let paused = paused.map(|pause| (pause.until, format!("{} {}", pause.host, pause.why)));
        let budgets = self.ledger.budgets(&self.quotas, now).into_iter().filter(|budget| budget.left() == 0);
        let spent =
            budgets.map(|budget| (budget.renews_at, format!("its quota of {} requests is used up", budget.allowed)));
        paused.chain(spent).max_by_key(|(until, _)| *until)
    }

    /// How much of each quota is used now.
    pub(crate) fn budgets(&self, now: Timestamp) -> Vec<Budget> {
        self.ledger.budgets(&self.quotas, now)
    }

    /// Ends every pause, and gives them back.
    pub(crate) fn lift(&self) -> Vec<Pause> {
        let mut state = self.state();
        state.unsaved.clear();
        state.pauses.drain().map(|(_, pause)| pause).collect()
    }

    /// Which hosts are closed, as far as is known.
    pub(crate) fn pauses(&self) -> Vec<Pause> {
        self.state().pauses.values().cloned().collect()
    }

    /// How much its requests have used so far.
    pub(crate) fn used(&self) -> Vec<QuotaUse> {
        self.ledger.used()
    }

    /// What the store does not have yet.
    pub(crate) fn take_unsaved(&self) -> Unsaved {
        Unsaved { pauses: std::mem::take(&mut self.state().unsaved), quotas: self.ledger.take_unsaved() }
    }
}

/// No pause is longer than the longest: where one seems to be, the clock was set back, and it is over.
fn is_running(pause: &Pause, now: Timestamp) -> bool {
    pause.until > now && pause.until.duration_since(now) <= PAUSE_MAX
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("an instant")
    }

    fn politeness() -> Arc<Politeness> {
        let carrier = CarrierId::new("dhl").expect("an id");
        let ledger = Arc::new(Ledger::new(carrier.clone()));
        Politeness::new(carrier, Duration::from_secs(1), Vec::new(), ledger, std::iter::empty())
    }

    const LONGEST: Duration = Duration::from_secs(30);

    #[test]
    fn a_pause_closes_the_host_and_is_kept() {
        let politeness = politeness();
        let now = at("2026-11-21T12:00:00Z");
        politeness.pause("a.example", SignedDuration::from_mins(10), "asked to wait", now);
        let fault = politeness.book("a.example", now, Instant::now(), LONGEST).expect_err("paused");
        assert_eq!(fault.retry_after_s, Some(600));
        assert_eq!(politeness.closed_until(now).map(|(until, _)| until), Some(at("2026-11-21T12:10:00Z")));
        assert_eq!(politeness.closed_until(at("2026-11-21T12:10:00Z")), None);
        assert_eq!(politeness.take_unsaved().pauses.len(), 1);
        assert!(politeness.take_unsaved().pauses.is_empty());
    }

    #[test]
    fn a_clock_that_was_set_back_ends_a_pause() {
        let politeness = politeness();
        let (ahead, now) = (at("2036-11-21T12:00:00Z"), at("2026-11-21T12:00:00Z"));
        politeness.pause("a.example", SignedDuration::from_mins(60), "asked to wait", ahead);
        assert!(politeness.closed_until(ahead).is_some());
        assert_eq!(politeness.closed_until(now), None);
        assert!(politeness.book("a.example", now, Instant::now(), LONGEST).is_ok());
        politeness.pause("a.example", SignedDuration::from_mins(10), "asked to wait", now);
        assert_eq!(politeness.closed_until(now).map(|(until, _)| until), Some(at("2026-11-21T12:10:00Z")));
    }

    #[test]
    fn a_pause_is_never_shortened_and_can_be_lifted() {
        let politeness = politeness();
        let now = at("2026-11-21T12:00:00Z");
        let mins = SignedDuration::from_mins;
        politeness.pause("a.example", mins(60), "asked to wait", now);
        politeness.pause("a.example", mins(15), "asked us to slow down", now);
        let closed = politeness.closed_until(now).expect("paused");
        assert_eq!(closed, (at("2026-11-21T13:00:00Z"), "a.example asked to wait".to_owned()));
        politeness.pause("a.example", mins(90), "blocks automatic questions", now);
        let lifted: Vec<Timestamp> = politeness.lift().iter().map(|pause| pause.until).collect();
        assert_eq!(lifted, [at("2026-11-21T13:30:00Z")]);
        assert_eq!(politeness.closed_until(now), None);
        assert!(politeness.take_unsaved().pauses.is_empty(), "what was lifted is not kept");
    }
}
