//! How gently each carrier is asked: one request at a time to a host, pauses it asked for, quotas it set. All of it
//! survives a restart.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::civil::Time;
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};
use parcelwatch_plugin::Quota;
use parcelwatch_plugin::http::Fault;
use parcelwatch_tracking::{Budget, CarrierId, words};
use tokio::time::Instant;

use crate::store::{Pause, QuotaUse};

/// A wish to wait is honoured within these bounds: no carrier needs less, and a typo in a header must not end the watch.
const PAUSE_MIN: SignedDuration = SignedDuration::from_secs(1);
const PAUSE_MAX: SignedDuration = SignedDuration::from_hours(24);

/// One carrier's limits and how much of them is used.
#[derive(Debug)]
pub(crate) struct Politeness {
    carrier: CarrierId,
    pace: Duration,
    quotas: Vec<Quota>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// When the next request to a host may leave.
    free_at: HashMap<String, Instant>,
    pauses: HashMap<String, Pause>,
    used: Vec<QuotaUse>,
    /// What has changed since it was last written to the store.
    unsaved: Unsaved,
}

/// What is to be written to the store.
#[derive(Clone, Debug, Default)]
pub(crate) struct Unsaved {
    pub(crate) pauses: Vec<Pause>,
    pub(crate) quotas: Vec<QuotaUse>,
}

impl Politeness {
    /// `pauses` and `used` are what the store kept of this carrier.
    pub(crate) fn new(
        carrier: CarrierId,
        pace: Duration,
        quotas: Vec<Quota>,
        pauses: Vec<Pause>,
        used: Vec<QuotaUse>,
    ) -> Arc<Self> {
        let pauses = pauses.into_iter().map(|pause| (pause.host.clone(), pause)).collect();
        let state = State { pauses, used, ..State::default() };
        Arc::new(Self { carrier, pace, quotas, state: Mutex::new(state) })
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
        let mut state = self.state();
        if let Some(pause) = state.pauses.get(host).filter(|pause| pause.until > now) {
            return Err(limited(format!("{host} {}", pause.why), pause.until.duration_since(now)));
        }
        let free_at = state.free_at.get(host).copied().unwrap_or(clock).max(clock);
        let wait = free_at.duration_since(clock);
        if wait > longest {
            return Err(limited(format!("too many requests wait for {host}"), SignedDuration::from_secs(60)));
        }
        self.spend(&mut state, now)?;
        state.free_at.insert(host.to_owned(), free_at + self.pace);
        Ok(wait)
    }

    /// Counts a request against every quota, or says when there is room again.
    fn spend(&self, state: &mut State, now: Timestamp) -> Result<(), Fault> {
        for (index, quota) in self.quotas.iter().enumerate() {
            let current = current(state, index, quota, &self.carrier, now);
            if current.used >= quota.requests {
                let until = renews_at(quota, current.started_at);
                let message = format!("the quota of {} requests is used up; {}", quota.requests, spare(quota, until));
                return Err(limited(message, until.duration_since(now)));
            }
        }
        for (index, quota) in self.quotas.iter().enumerate() {
            let mut current = current(state, index, quota, &self.carrier, now);
            current.used += 1;
            state.used.retain(|used| used.quota != index);
            state.used.push(current.clone());
            state.unsaved.quotas.retain(|used| used.quota != index);
            state.unsaved.quotas.push(current);
        }
        Ok(())
    }

    /// The host asked to wait.
    pub(crate) fn pause(&self, host: &str, wait: SignedDuration, why: &str, now: Timestamp) {
        let until = now + wait.clamp(PAUSE_MIN, PAUSE_MAX);
        let pause = Pause { carrier: self.carrier.clone(), host: host.to_owned(), until, why: why.to_owned() };
        let mut state = self.state();
        state.pauses.insert(host.to_owned(), pause.clone());
        state.unsaved.pauses.push(pause);
    }

    /// Until when there is no use in asking this carrier anything, and why.
    pub(crate) fn closed_until(&self, now: Timestamp) -> Option<(Timestamp, String)> {
        let state = self.state();
        let paused = state.pauses.values().filter(|pause| pause.until > now);
        let paused = paused.map(|pause| (pause.until, format!("{} {}", pause.host, pause.why)));
        let spent = self.quotas.iter().enumerate().filter_map(|(index, quota)| {
            let current = current(&state, index, quota, &self.carrier, now);
            let until = renews_at(quota, current.started_at);
            (current.used >= quota.requests)
                .then(|| (until, format!("its quota of {} requests is used up", quota.requests)))
        });
        paused.chain(spent).max_by_key(|(until, _)| *until)
    }

    /// How much of each quota is used now.
    pub(crate) fn budgets(&self, now: Timestamp) -> Vec<Budget> {
        let state = self.state();
        let quotas = self.quotas.iter().enumerate();
        quotas.map(|(index, quota)| budget(quota, state.used.iter().find(|used| used.quota == index), now)).collect()
    }

    /// What the store does not have yet.
    pub(crate) fn take_unsaved(&self) -> Unsaved {
        std::mem::take(&mut self.state().unsaved)
    }
}

fn limited(message: String, wait: SignedDuration) -> Fault {
    let mut fault = Fault::new("rate_limited", message);
    fault.retry_after_s = u32::try_from(wait.as_secs().max(1)).ok();
    fault
}

fn spare(quota: &Quota, until: Timestamp) -> String {
    match &quota.resets_at {
        Some(clock) => format!("it starts again at {clock}"),
        None => {
            format!("it starts again at {until} (every {})", words(SignedDuration::from_secs(quota.seconds.into())))
        }
    }
}

/// The count of a quota as of now: a fresh one when the last has run out.
fn current(state: &State, index: usize, quota: &Quota, carrier: &CarrierId, now: Timestamp) -> QuotaUse {
    let Budget { started_at, used, .. } = budget(quota, state.used.iter().find(|used| used.quota == index), now);
    QuotaUse { carrier: carrier.clone(), quota: index, started_at, used }
}

/// A quota as of now, by what was counted last.
pub(crate) fn budget(quota: &Quota, counted: Option<&QuotaUse>, now: Timestamp) -> Budget {
    let counted = counted.filter(|used| renews_at(quota, used.started_at) > now);
    let started_at = counted.map_or_else(|| window_start(quota, now), |used| used.started_at);
    Budget {
        allowed: quota.requests,
        used: counted.map_or(0, |used| used.used),
        started_at,
        renews_at: renews_at(quota, started_at),
    }
}

fn window_start(quota: &Quota, now: Timestamp) -> Timestamp {
    match quota.resets_at.as_deref().and_then(clock_with_offset) {
        Some((time, offset)) => {
            let local = offset.to_datetime(now);
            let today = local.date().to_datetime(time);
            let start =
                if today <= local { today } else { today.checked_sub(SignedDuration::from_hours(24)).unwrap_or(today) };
            offset.to_timestamp(start).unwrap_or(now)
        }
        None => now,
    }
}

fn renews_at(quota: &Quota, started_at: Timestamp) -> Timestamp {
    let seconds = SignedDuration::from_secs(i64::from(quota.seconds.max(1)));
    started_at.checked_add(seconds).unwrap_or(Timestamp::MAX)
}

/// A clock with offset, such as "00:00Z" or "03:30+08:00".
fn clock_with_offset(text: &str) -> Option<(Time, Offset)> {
    let split = text.find(['Z', 'z', '+', '-'])?;
    let (time, offset) = text.split_at(split);
    let zone = parcelwatch_tracking::zone_from_hint(if offset.eq_ignore_ascii_case("z") { "UTC" } else { offset })?;
    Some((time.parse().ok()?, TimeZone::to_offset(&zone, Timestamp::UNIX_EPOCH)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("an instant")
    }

    fn politeness(quotas: Vec<Quota>) -> Arc<Politeness> {
        let carrier = CarrierId::new("dhl").expect("an id");
        Politeness::new(carrier, Duration::from_secs(1), quotas, Vec::new(), Vec::new())
    }

    const LONGEST: Duration = Duration::from_secs(30);

    #[test]
    fn requests_to_one_host_keep_their_distance() {
        let politeness = politeness(Vec::new());
        let (now, clock) = (at("2026-11-21T12:00:00Z"), Instant::now());
        let wait = |host: &str| politeness.book(host, now, clock, LONGEST).expect("a turn").as_secs();
        assert_eq!([wait("a.example"), wait("a.example"), wait("a.example")], [0, 1, 2]);
        assert_eq!(wait("b.example"), 0);
        let fault = politeness.book("a.example", now, clock, Duration::ZERO).expect_err("no room");
        assert_eq!(fault.kind, "rate_limited");
    }

    #[test]
    fn a_pause_closes_the_host_and_is_kept() {
        let politeness = politeness(Vec::new());
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
    fn a_quota_runs_out_and_starts_again_at_its_hour() {
        let quota = Quota { requests: 2, seconds: 86_400, resets_at: Some("00:00Z".into()) };
        let politeness = politeness(vec![quota]);
        let evening = at("2026-11-21T23:00:00Z");
        let book = |now| politeness.book("a.example", now, Instant::now(), LONGEST);
        assert!(book(evening).is_ok() && book(evening).is_ok());
        let fault = book(evening).expect_err("used up");
        assert_eq!(fault.retry_after_s, Some(3600), "{}", fault.message);
        let used_up = Budget {
            allowed: 2,
            used: 2,
            started_at: at("2026-11-21T00:00:00Z"),
            renews_at: at("2026-11-22T00:00:00Z"),
        };
        assert_eq!(politeness.budgets(evening), [used_up]);
        let morning = at("2026-11-22T00:00:01Z");
        assert!(book(morning).is_ok());
        assert_eq!(politeness.budgets(morning)[0].used, 1);
    }
}
