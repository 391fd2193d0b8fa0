//! How much is used of what carriers allow, and when the next request may leave. Carriers that one key opens are counted
//! together.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use jiff::civil::Time;
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};
use parcelwatch_plugin::Quota;
use parcelwatch_plugin::http::Fault;
use parcelwatch_tracking::{Budget, CarrierId, words};
use tokio::time::Instant;

use crate::store::QuotaUse;

/// The requests of one account with a carrier.
#[derive(Debug)]
pub(crate) struct Ledger {
    /// Under whose name they are counted.
    account: CarrierId,
    counts: Mutex<Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    used: Vec<QuotaUse>,
    /// Those that the store does not have yet.
    unsaved: Vec<QuotaUse>,
    /// When the next request to a host may leave.
    free_at: HashMap<String, Instant>,
}

/// What a carrier bears.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits<'a> {
    /// Between two requests to a host.
    pub(crate) pace: Duration,
    pub(crate) quotas: &'a [Quota],
}

impl Ledger {
    pub(crate) fn new(account: CarrierId) -> Self {
        Self { account, counts: Mutex::default() }
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().expect("nothing panics while it holds this lock")
    }

    /// Takes in what was counted elsewhere, in an earlier run or under another name; where two counts are of the same
    /// quota, the newer or the greater one stands.
    pub(crate) fn take_in(&self, counted: impl IntoIterator<Item = QuotaUse>) {
        let mut counts = self.counts();
        for other in counted {
            let renamed = other.carrier != self.account;
            let other = QuotaUse { carrier: self.account.clone(), ..other };
            let known = count(&counts.used, other.quota);
            if known.is_some_and(|known| (known.started_at, known.used) >= (other.started_at, other.used)) {
                continue;
            }
            counts.used.retain(|used| used.quota != other.quota);
            counts.used.push(other.clone());
            if renamed {
                counts.unsaved.retain(|used| used.quota != other.quota);
                counts.unsaved.push(other);
            }
        }
    }

    /// What is counted so far.
    pub(crate) fn used(&self) -> Vec<QuotaUse> {
        self.counts().used.clone()
    }

    /// Takes the host's next turn: how long to wait for it. It counts against every quota. Refuses where a quota is used up,
    /// and where the wait would be longer than `longest`.
    pub(crate) fn book(
        &self,
        host: &str,
        limits: Limits<'_>,
        now: Timestamp,
        clock: Instant,
        longest: Duration,
    ) -> Result<Duration, Fault> {
        let mut counts = self.counts();
        let free_at = counts.free_at.get(host).copied().unwrap_or(clock).max(clock);
        let wait = free_at.duration_since(clock);
        if wait > longest {
            return Err(limited(format!("too many requests wait for {host}"), SignedDuration::from_secs(60)));
        }
        self.spend(&mut counts, limits.quotas, now)?;
        counts.free_at.insert(host.to_owned(), free_at + limits.pace);
        Ok(wait)
    }

    /// Counts a request against every quota, or says when there is room again.
    fn spend(&self, counts: &mut Counts, quotas: &[Quota], now: Timestamp) -> Result<(), Fault> {
        for (index, quota) in quotas.iter().enumerate() {
            let budget = budget(quota, count(&counts.used, index), now);
            if budget.left() == 0 {
                let until = budget.renews_at;
                let message = format!("the quota of {} requests is used up; {}", quota.requests, spare(quota, until));
                return Err(limited(message, until.duration_since(now)));
            }
        }
        for (index, quota) in quotas.iter().enumerate() {
            let Budget { started_at, used, .. } = budget(quota, count(&counts.used, index), now);
            let current = QuotaUse { carrier: self.account.clone(), quota: index, started_at, used: used + 1 };
            counts.used.retain(|used| used.quota != index);
            counts.used.push(current.clone());
            counts.unsaved.retain(|used| used.quota != index);
            counts.unsaved.push(current);
        }
        Ok(())
    }

    /// How much of each of these quotas is used now.
    pub(crate) fn budgets(&self, quotas: &[Quota], now: Timestamp) -> Vec<Budget> {
        let counts = self.counts();
        quotas.iter().enumerate().map(|(index, quota)| budget(quota, count(&counts.used, index), now)).collect()
    }

    /// What the store does not have yet.
    pub(crate) fn take_unsaved(&self) -> Vec<QuotaUse> {
        std::mem::take(&mut self.counts().unsaved)
    }
}

fn count(used: &[QuotaUse], quota: usize) -> Option<&QuotaUse> {
    used.iter().find(|used| used.quota == quota)
}

fn spare(quota: &Quota, until: Timestamp) -> String {
    match &quota.resets_at {
        Some(clock) => format!("it starts again at {clock}"),
        None => {
            format!("it starts again at {until} (every {})", words(SignedDuration::from_secs(quota.seconds.into())))
        }
    }
}

/// The refusal of a request that would be too many.
pub(super) fn limited(message: String, wait: SignedDuration) -> Fault {
    let mut fault = Fault::new("rate_limited", message);
    fault.retry_after_s = u32::try_from(wait.as_secs().max(1)).ok();
    fault
}

/// A quota as of now, by what was counted last.
pub(crate) fn budget(quota: &Quota, counted: Option<&QuotaUse>, now: Timestamp) -> Budget {
    // What began in the future was counted by another clock.
    let counted = counted.filter(|used| used.started_at <= now && renews_at(quota, used.started_at) > now);
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

    fn ledger() -> Ledger {
        Ledger::new(CarrierId::new("dhl").expect("an id"))
    }

    const LONGEST: Duration = Duration::from_secs(30);

    fn spend(ledger: &Ledger, quotas: &[Quota], now: Timestamp) -> Result<Duration, Fault> {
        ledger.book("a.example", Limits { pace: Duration::ZERO, quotas }, now, Instant::now(), LONGEST)
    }

    fn daily(requests: u32) -> [Quota; 1] {
        [Quota { requests, seconds: 86_400, resets_at: Some("00:00Z".into()) }]
    }

    #[test]
    fn requests_to_one_host_keep_their_distance() {
        let (ledger, clock) = (ledger(), Instant::now());
        let limits = Limits { pace: Duration::from_secs(1), quotas: &[] };
        let now = at("2026-11-21T12:00:00Z");
        let wait = |host: &str| ledger.book(host, limits, now, clock, LONGEST).expect("a turn").as_secs();
        assert_eq!([wait("a.example"), wait("a.example"), wait("a.example")], [0, 1, 2]);
        assert_eq!(wait("b.example"), 0);
        let fault = ledger.book("a.example", limits, now, clock, Duration::ZERO).expect_err("no room");
        assert_eq!(fault.kind, "rate_limited");
    }

    #[test]
    fn a_quota_runs_out_and_starts_again_at_its_hour() {
        let (ledger, quotas) = (ledger(), daily(2));
        let evening = at("2026-11-21T23:00:00Z");
        assert!(spend(&ledger, &quotas, evening).is_ok() && spend(&ledger, &quotas, evening).is_ok());
        let fault = spend(&ledger, &quotas, evening).expect_err("used up");
        assert_eq!(fault.retry_after_s, Some(3600), "{}", fault.message);
        let used_up = Budget {
            allowed: 2,
            used: 2,
            started_at: at("2026-11-21T00:00:00Z"),
            renews_at: at("2026-11-22T00:00:00Z"),
        };
        assert_eq!(ledger.budgets(&quotas, evening), [used_up]);
        let morning = at("2026-11-22T00:00:01Z");
        assert!(spend(&ledger, &quotas, morning).is_ok());
        assert_eq!(ledger.budgets(&quotas, morning)[0].used, 1);
    }

    #[test]
    fn a_quota_counted_by_a_clock_that_was_ahead_begins_anew() {
        let (ledger, quotas) = (ledger(), daily(1));
        spend(&ledger, &quotas, at("2036-11-21T12:00:00Z")).expect("room");
        let now = at("2026-11-21T12:00:00Z");
        spend(&ledger, &quotas, now).expect("room");
        assert_eq!(ledger.budgets(&quotas, now)[0].used, 1);
        assert!(spend(&ledger, &quotas, now).is_err());
    }

    #[test]
    fn what_was_counted_elsewhere_is_taken_in_once() {
        let (ledger, quotas) = (ledger(), daily(10));
        let noon = at("2026-11-21T12:00:00Z");
        let counted = |day: &str, used: u32| {
            let carrier = CarrierId::new("deutsche_post").expect("an id");
            [QuotaUse { carrier, quota: 0, started_at: at(day), used }]
        };
        let used = || ledger.budgets(&quotas, noon)[0].used;
        ledger.take_in(counted("2026-11-20T00:00:00Z", 9));
        assert_eq!(used(), 0, "that was yesterday");
        spend(&ledger, &quotas, noon).expect("room");
        ledger.take_in(counted("2026-11-20T00:00:00Z", 9));
        ledger.take_in(counted("2026-11-21T00:00:00Z", 4));
        ledger.take_in(counted("2026-11-21T00:00:00Z", 4));
        assert_eq!(used(), 4);
        spend(&ledger, &quotas, noon).expect("room");
        assert_eq!(ledger.take_unsaved()[0].used, 5);
    }
}
