//! Calls into plugins: what they think of numbers, what they know of parcels, and what a call leaves behind.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use parcelwatch_tracking::{Candidate, CarrierId, Failure, FailureKind, Scope, TrackingNumber};

use super::call::{Call, Network};
use super::contract;
use super::host::PluginHost;
use super::plugin::Plugin;
use super::question::{Asked, Outcome, Question};
use super::sandbox::{self, CallError};
use crate::store::Exchange;

/// How long a carrier is left alone that shuts out machines and does not say for how long. Our guess.
const BLOCKED_FOR: SignedDuration = SignedDuration::from_hours(1);
/// The same for one that only wants fewer questions. Our guess.
const LIMITED_FOR: SignedDuration = SignedDuration::from_mins(15);
/// A plugin that has been given more than this and uses up what a call may have is no worse than the carrier that sent it.
const USUAL_BYTES_MAX: usize = 512 * 1024;
/// Numbers in one call of `recognize`.
const NUMBERS_PER_CALL: usize = 64;

/// What a carrier sent in a call.
fn received(call: &Call) -> usize {
    call.exchanges.iter().map(|exchange| exchange.body.len()).sum()
}

impl PluginHost {
    /// What every plugin in force thinks of these numbers: one list for each number.
    pub async fn recognize(&self, numbers: &[TrackingNumber], now: Timestamp) -> Vec<Vec<Candidate>> {
        let mut opinions: Vec<Vec<Candidate>> = vec![Vec::new(); numbers.len()];
        let set = self.set.load_full();
        for plugin in set.0.values().filter(|plugin| plugin.is_offered()) {
            for (chunk, slots) in numbers.chunks(NUMBERS_PER_CALL).zip(opinions.chunks_mut(NUMBERS_PER_CALL)) {
                let call = Call::new(plugin.id().as_str(), now, Network::Off, plugin.compiled.limits);
                let descriptor = &plugin.compiled.descriptor;
                let finished = self
                    .run(plugin, call, plugin.compiled.limits.cpu_recognize, async |store, carrier| {
                        contract::recognize(store, carrier, descriptor, chunk).await
                    })
                    .await;
                match finished.result {
                    Ok(lists) => slots.iter_mut().zip(lists).for_each(|(slot, list)| {
                        slot.extend(list.into_iter().map(|candidate| plugin.believed(candidate)));
                    }),
                    Err(error) => {
                        self.note_fault(plugin, &error, now);
                    }
                }
            }
        }
        opinions
    }

    /// Asks a carrier about parcels. Every question gets an outcome.
    pub async fn ask(&self, carrier: &CarrierId, questions: &[Question], now: Timestamp) -> Asked {
        self.call(carrier, questions, now, false).await
    }

    /// Tells a carrier that parcels are no longer followed.
    pub async fn release(&self, carrier: &CarrierId, questions: &[Question], now: Timestamp) -> Asked {
        self.call(carrier, questions, now, true).await
    }

    /// Lets a plugin read answers that were kept, as if they came now. No carrier is asked, and nothing is remembered.
    pub async fn reread(
        &self,
        carrier: &CarrierId,
        questions: &[Question],
        exchanges: Arc<[Exchange]>,
        received_at: Timestamp,
    ) -> Asked {
        let set = self.set.load_full();
        let Some(plugin) = set.0.get(carrier) else {
            let failure = Failure::new(FailureKind::Internal, format!("no plugin serves {carrier}"));
            return Asked::failed(questions, &failure, String::new());
        };
        let descriptor = &plugin.compiled.descriptor;
        let limits = plugin.compiled.limits;
        let mut call = Call::new(carrier.as_str(), received_at, Network::Recorded(exchanges), limits);
        call.settings = Arc::clone(&plugin.settings);
        let finished = self
            .run(plugin, call, limits.cpu_track, async |store, exports| {
                contract::track(store, exports, descriptor, questions).await
            })
            .await;
        let digest = plugin.compiled.digest.clone();
        match finished.result {
            Ok(outcomes) => Asked { outcomes, exchanges: Vec::new(), plugin: digest, quarantined: false },
            Err(error) => {
                let failure = Failure::new(FailureKind::Internal, format!("the plugin failed: {error}"));
                Asked::failed(questions, &failure, digest)
            }
        }
    }

    async fn call(&self, carrier: &CarrierId, questions: &[Question], now: Timestamp, release: bool) -> Asked {
        let set = self.set.load_full();
        let Some(plugin) = set.0.get(carrier) else {
            let failure = Failure::new(FailureKind::Internal, format!("no plugin serves {carrier}"));
            return Asked::failed(questions, &failure, String::new());
        };
        if let Some((until, why)) = self.closed_until(carrier, now) {
            let mut failure = Failure::new(FailureKind::RateLimited, why);
            failure.retry_after = Some(until.duration_since(now));
            return Asked::failed(questions, &failure, plugin.compiled.digest.clone());
        }
        let descriptor = &plugin.compiled.descriptor;
        let mut call =
            Call::new(carrier.as_str(), now, Network::Live(Arc::clone(&plugin.egress)), plugin.compiled.limits);
        call.settings = Arc::clone(&plugin.settings);
        call.memory = self.memory(carrier, now).await;
        let cpu = plugin.compiled.limits.cpu_track;
        let finished = self
            .run(plugin, call, cpu, async |store, exports| {
                if release {
                    contract::release(store, exports, descriptor, questions).await
                } else {
                    contract::track(store, exports, descriptor, questions).await
                }
            })
            .await;
        if let Ok(outcomes) = &finished.result {
            self.leave_alone(plugin, outcomes, now);
        }
        self.keep(plugin, &finished.call, now).await;
        match finished.result {
            Ok(mut outcomes) => {
                self.note_well(plugin);
                if finished.call.unsent > 0 && !finished.call.is_sent {
                    let failures = outcomes.iter_mut().filter_map(|outcome| outcome.found.as_mut().err());
                    failures.for_each(|failure| failure.unsent = failure.kind == FailureKind::Unavailable);
                }
                let plugin = plugin.compiled.digest.clone();
                Asked { outcomes, exchanges: finished.call.exchanges, plugin, quarantined: false }
            }
            Err(error) if error.may_be_the_carriers() && received(&finished.call) > USUAL_BYTES_MAX => {
                tracing::warn!(%carrier, "an answer of {} bytes: {error}", received(&finished.call));
                let failure = Failure {
                    scope: Scope::Carrier,
                    ..Failure::new(
                        FailureKind::ChangedUpstream,
                        format!(
                            "the carrier sent far more than an answer about parcels is, and reading it failed: {error}"
                        ),
                    )
                };
                Asked::failed(questions, &failure, plugin.compiled.digest.clone())
            }
            Err(error) => {
                let quarantined = self.note_fault(plugin, &error, now);
                let failure = Failure {
                    scope: Scope::Carrier,
                    ..Failure::new(FailureKind::Internal, format!("the plugin failed: {error}"))
                };
                Asked { quarantined, ..Asked::failed(questions, &failure, plugin.compiled.digest.clone()) }
            }
        }
    }

    /// A carrier that shuts out machines, or wants fewer questions, does so whatever parcel they are about.
    fn leave_alone(&self, plugin: &Plugin, outcomes: &[Outcome], now: Timestamp) {
        let failures = outcomes.iter().filter_map(|outcome| outcome.found.as_ref().err());
        let shut = failures.filter(|failure| failure.scope != Scope::Parcel);
        let waits = shut.filter_map(|failure| match failure.kind {
            FailureKind::Blocked => Some((failure.retry_after.unwrap_or(BLOCKED_FOR), failure.kind)),
            // A limit of ours has no status.
            FailureKind::RateLimited if failure.http_status.is_some() => {
                Some((failure.retry_after.unwrap_or(LIMITED_FOR), failure.kind))
            }
            _ => None,
        });
        let Some((wait, kind)) = waits.max_by_key(|(wait, _)| *wait) else { return };
        for origin in &plugin.compiled.descriptor.origins {
            plugin.politeness.pause(origin.host(), wait, kind.title(), now);
        }
    }

    async fn run<T>(
        &self,
        plugin: &Plugin,
        call: Call,
        cpu: std::time::Duration,
        export: impl AsyncFnOnce(&mut wasmtime::Store<Call>, contract::Carrier) -> wasmtime::Result<T>,
    ) -> sandbox::Finished<T> {
        let _own = plugin.permits.acquire().await.expect("the semaphore is never closed");
        let _any = self.permits.acquire().await.expect("the semaphore is never closed");
        let pre = match plugin.compiled.code.ready(&self.compiler, call.now).await {
            Ok(pre) => pre,
            Err(error) => return sandbox::Finished { result: Err(error), call },
        };
        let _running = self.pulse.run();
        sandbox::run(&pre, call, plugin.compiled.limits, cpu, export).await
    }

    /// What the plugin remembered; a read that fails leaves it without memory for this call.
    async fn memory(&self, carrier: &CarrierId, now: Timestamp) -> HashMap<String, Vec<u8>> {
        let id = carrier.clone();
        match self.store.read(move |view| view.plugin_memory(&id, now)).await {
            Ok(memory) => memory.into_iter().map(|(name, value, _)| (name, value)).collect(),
            Err(error) => {
                tracing::warn!(%carrier, "cannot read the plugin's memory: {error}");
                HashMap::new()
            }
        }
    }

    /// Writes down what a call changed beside its outcomes.
    async fn keep(&self, plugin: &Plugin, call: &Call, now: Timestamp) {
        let unsaved = plugin.politeness.take_unsaved();
        let remembered = call.remembered.clone();
        let losses = call.losses.clone();
        if unsaved.pauses.is_empty() && unsaved.quotas.is_empty() && remembered.is_empty() && losses.0.is_empty() {
            return;
        }
        let carrier = plugin.id().clone();
        let kept = self.store.write(move |tx| {
            unsaved.pauses.iter().try_for_each(|pause| tx.save_pause(pause))?;
            unsaved.quotas.iter().try_for_each(|used| tx.save_quota_use(used))?;
            for (name, value, seconds) in &remembered {
                tx.save_memory(&carrier, name, value, now + SignedDuration::from_secs(i64::from(*seconds)))?;
            }
            losses.0.iter().try_for_each(|(loss, count)| tx.count_loss(&carrier, loss.key(), *count, now))?;
            Ok(())
        });
        if let Err(error) = kept.await {
            tracing::warn!(carrier = %plugin.id(), "cannot keep pauses and quotas: {error}");
        }
    }

    fn note_fault(&self, plugin: &Plugin, error: &CallError, now: Timestamp) -> bool {
        let carrier = plugin.id();
        tracing::warn!(%carrier, digest = plugin.compiled.digest, "the plugin failed: {error}");
        if matches!(error, CallError::Load(_)) {
            return false;
        }
        let mut quarantines = self.quarantines.lock().expect("nothing panics while it holds this lock");
        quarantines.entry(carrier.clone()).or_default().fault(&error.to_string(), now)
    }

    fn note_well(&self, plugin: &Plugin) {
        let mut quarantines = self.quarantines.lock().expect("nothing panics while it holds this lock");
        if let Some(quarantine) = quarantines.get_mut(plugin.id()) {
            quarantine.well();
        }
    }
}
