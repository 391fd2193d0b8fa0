//! The state of one call into a plugin: what it sees, and what it leaves behind.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use jiff::Timestamp;
use parcelwatch_plugin::egress::REQUESTS_PER_CALL_MAX;
use parcelwatch_plugin::wall::Loss;
use wasmtime::{StoreLimits, StoreLimitsBuilder};

use super::egress::Egress;
use super::limits::Limits;
use crate::store::Exchange;

/// Log lines kept of one call, and the length of each.
const LOG_LINES_MAX: usize = 200;
const LOG_CHARS_MAX: usize = 2048;

/// Where a call's requests go.
#[derive(Clone, Debug)]
pub(super) enum Network {
    /// Nowhere: the call has no business with the network.
    Off,
    /// To the carrier, under the rules.
    Live(Arc<Egress>),
    /// To answers kept from before, each asked for as it was then.
    Recorded(Arc<[Exchange]>),
}

/// What was dropped or cut at the wall, and how often.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Losses(pub(super) BTreeMap<Loss, u32>);

impl Losses {
    pub(super) fn count(&mut self, loss: Loss) {
        *self.0.entry(loss).or_default() += 1;
    }

    /// Passes a verdict on, and counts what was not taken.
    pub(super) fn keep(&mut self, loss: Loss, is_taken: bool) -> bool {
        if !is_taken {
            self.count(loss);
        }
        is_taken
    }
}

/// What a plugin may keep from one call to another, all together.
const MEMORY_NAMES_MAX: usize = 256;
const MEMORY_BYTES_MAX: usize = 1024 * 1024;
/// What the calls of a plugin into the daemon carry in one call of ours, in and out; the engine bounds each of them alone.
const CROSSINGS: usize = 4;
/// What a call into the daemon costs beside what it carries.
const CROSSING_BYTES: usize = 64;

/// A plugin has called into the daemon more than it may.
#[derive(Debug, thiserror::Error)]
#[error("it moved more than {0} MiB through the daemon")]
pub(super) struct Crossed(usize);

/// What a call sees and leaves behind.
pub(super) struct Call {
    pub(super) carrier: String,
    pub(super) now: Timestamp,
    pub(super) network: Network,
    pub(super) settings: Arc<HashMap<String, String>>,
    pub(super) memory: HashMap<String, Vec<u8>>,
    /// What the plugin wants to remember, and for how many seconds.
    pub(super) remembered: Vec<(String, Vec<u8>, u32)>,
    pub(super) requests_left: usize,
    /// Requests that got no further than the search for a connection, and whether any got further.
    pub(super) unsent: usize,
    pub(super) is_sent: bool,
    pub(super) exchanges: Vec<Exchange>,
    log_lines: usize,
    /// The last error it logged: for a crash, the words of the panic.
    pub(super) last_error: Option<String>,
    pub(super) limits: StoreLimits,
    pub(super) losses: Losses,
    crossing_max: usize,
    crossing_left: usize,
}

impl Call {
    /// Counts what goes over the wall in a call of the plugin's into the daemon.
    pub(super) fn cross(&mut self, bytes: usize) -> Result<(), Crossed> {
        let left = self.crossing_left.checked_sub(bytes.saturating_add(CROSSING_BYTES));
        self.crossing_left = left.ok_or(Crossed(self.crossing_max / 1024 / 1024))?;
        Ok(())
    }

    /// Keeps something for the plugin's next calls, unless it keeps too much already.
    pub(super) fn remember(&mut self, name: String, value: Vec<u8>, seconds: u32) {
        let others = self.memory.iter().filter(|(known, _)| **known != name);
        let (names, bytes) =
            others.fold((0, 0), |(names, bytes), (known, value)| (names + 1, bytes + known.len() + value.len()));
        let fits = names < MEMORY_NAMES_MAX && bytes + name.len() + value.len() <= MEMORY_BYTES_MAX;
        if self.losses.keep(Loss::Memory, fits) {
            self.memory.insert(name.clone(), value.clone());
            self.remembered.retain(|(known, ..)| *known != name);
            self.remembered.push((name, value, seconds));
        }
    }

    pub(super) fn lost(&mut self, losses: &Losses) {
        losses.0.iter().for_each(|(loss, count)| *self.losses.0.entry(*loss).or_default() += count);
    }

    pub(super) fn new(carrier: &str, now: Timestamp, network: Network, limits: Limits) -> Self {
        let crossing_max = limits.crossing_bytes * CROSSINGS;
        let limits = StoreLimitsBuilder::new()
            .memory_size(limits.memory_bytes)
            .table_elements(limits.table_elements)
            .instances(limits.instances as usize)
            .tables(limits.tables as usize)
            .memories(limits.memories as usize)
            .trap_on_grow_failure(true)
            .build();
        Self {
            carrier: carrier.to_owned(),
            now,
            network,
            settings: Arc::default(),
            memory: HashMap::new(),
            remembered: Vec::new(),
            requests_left: REQUESTS_PER_CALL_MAX,
            unsent: 0,
            is_sent: false,
            exchanges: Vec::new(),
            log_lines: 0,
            last_error: None,
            limits,
            losses: Losses::default(),
            crossing_max,
            crossing_left: crossing_max,
        }
    }

    /// Writes a plugin's line to the daemon's log, as long as there are not too many.
    pub(super) fn log(&mut self, level: tracing::Level, message: &str) {
        self.log_lines += 1;
        if self.log_lines > LOG_LINES_MAX {
            return;
        }
        let cut: String = message.chars().take(LOG_CHARS_MAX).collect();
        let message = parcelwatch_plugin::text::plain(&cut);
        let carrier = &self.carrier;
        if level == tracing::Level::ERROR {
            self.last_error = Some(message.clone());
        }
        match level {
            tracing::Level::ERROR => tracing::error!(carrier, "plugin: {message}"),
            tracing::Level::WARN => tracing::warn!(carrier, "plugin: {message}"),
            tracing::Level::INFO => tracing::info!(carrier, "plugin: {message}"),
            _ => tracing::debug!(carrier, "plugin: {message}"),
        }
    }
}
