//! The state of one call into a plugin: what it sees, and what it leaves behind.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use parcelwatch_plugin::egress::REQUESTS_PER_CALL_MAX;
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
}

impl Call {
    pub(super) fn new(carrier: &str, now: Timestamp, network: Network, limits: Limits) -> Self {
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
