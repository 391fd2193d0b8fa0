//! One call into a plugin: a fresh store with its own limits, and then it is gone.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use parcelwatch_plugin::egress::REQUESTS_PER_CALL_MAX;
use wasmtime::{Store, StoreLimits, StoreLimitsBuilder, Trap, UpdateDeadline};

use super::contract::CarrierPre;
use super::egress::Egress;
use super::engine::TICK;
use crate::store::Exchange;

/// What a plugin may use up. The larger class is for plugins that bring an interpreter along, as JavaScript ones do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    pub file_bytes: usize,
    pub memory_bytes: usize,
    pub memories: u32,
    pub instances: u32,
    pub tables: u32,
    pub table_elements: usize,
    /// Bytes that may cross the wall in one call.
    pub crossing_bytes: usize,
    pub cpu_describe: Duration,
    pub cpu_recognize: Duration,
    pub cpu_track: Duration,
    /// Longest whole call, waiting for the carrier included.
    pub wall: Duration,
}

impl Limits {
    /// For plugins in Rust, C and the like.
    pub const USUAL: Self = Self {
        file_bytes: 4 * 1024 * 1024,
        memory_bytes: 32 * 1024 * 1024,
        memories: 2,
        instances: 16,
        tables: 4,
        table_elements: 20_000,
        crossing_bytes: 8 * 1024 * 1024,
        cpu_describe: Duration::from_millis(100),
        cpu_recognize: Duration::from_millis(100),
        cpu_track: Duration::from_millis(500),
        wall: Duration::from_secs(60),
    };

    /// For plugins with an interpreter inside; a file above the usual size is given these.
    pub const LARGE: Self = Self {
        file_bytes: 48 * 1024 * 1024,
        memory_bytes: 128 * 1024 * 1024,
        memories: 8,
        instances: 64,
        tables: 32,
        table_elements: 100_000,
        crossing_bytes: 32 * 1024 * 1024,
        cpu_describe: Duration::from_millis(500),
        cpu_recognize: Duration::from_millis(500),
        cpu_track: Duration::from_millis(2500),
        wall: Duration::from_secs(90),
    };

    /// The class of a file of this size; `None` when it is too large for any.
    pub fn for_file(bytes: usize) -> Option<Self> {
        [Self::USUAL, Self::LARGE].into_iter().find(|limits| bytes <= limits.file_bytes)
    }
}

/// Log lines kept of one call, and the length of each.
const LOG_LINES_MAX: usize = 200;
const LOG_CHARS_MAX: usize = 2048;

/// Why a call brought nothing. All of these are the plugin's own fault, but for the last.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    #[error("it used more than {0:?} of processor time")]
    Cpu(Duration),
    #[error("it did not return within {0:?}")]
    Wall(Duration),
    #[error("it wanted more memory than {0} MiB")]
    Memory(usize),
    #[error("it returned more than {0} MiB")]
    Crossing(usize),
    #[error("it crashed: {0}")]
    Trap(String),
    #[error("it cannot be loaded again: {0}")]
    Load(String),
}

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
    pub(super) exchanges: Vec<Exchange>,
    log_lines: usize,
    /// The last error it logged: for a crash, the words of the panic.
    pub(super) last_error: Option<String>,
    limits: StoreLimits,
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

/// What a finished call leaves: its result, and the state it ran with.
pub(super) struct Finished<T> {
    pub(super) result: Result<T, CallError>,
    pub(super) call: Call,
}

/// Runs one export in a fresh store. `cpu` is the processor time it may burn.
pub(super) async fn run<T>(
    pre: &CarrierPre<Call>,
    call: Call,
    limits: Limits,
    cpu: Duration,
    export: impl AsyncFnOnce(&mut Store<Call>, super::contract::Carrier) -> wasmtime::Result<T>,
) -> Finished<T> {
    let mut store = Store::new(pre.engine(), call);
    store.limiter(|call| &mut call.limits);
    store.set_hostcall_fuel(limits.crossing_bytes);
    store.set_epoch_deadline(1);
    let ticks = cpu.as_millis() / TICK.as_millis();
    let mut ticks_left = ticks;
    // Called when the guest has run into a new tick: time spent waiting for the carrier costs one, not one for each.
    store.epoch_deadline_callback(move |_| {
        if ticks_left == 0 {
            return Ok(UpdateDeadline::Interrupt);
        }
        ticks_left -= 1;
        Ok(UpdateDeadline::Yield(1))
    });
    let ran = tokio::time::timeout(limits.wall, async {
        let carrier = pre.instantiate_async(&mut store).await?;
        export(&mut store, carrier).await
    })
    .await;
    let call = store.into_data();
    let result = match ran {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(classify(&error, &call, limits, cpu)),
        Err(_) => Err(CallError::Wall(limits.wall)),
    };
    Finished { result, call }
}

fn classify(error: &wasmtime::Error, call: &Call, limits: Limits, cpu: Duration) -> CallError {
    const MIB: usize = 1024 * 1024;
    if error.downcast_ref::<Trap>() == Some(&Trap::Interrupt) {
        return CallError::Cpu(cpu);
    }
    let words = format!("{error:#}");
    if words.contains("forcing trap when growing memory") || words.contains("memory minimum size") {
        return CallError::Memory(limits.memory_bytes / MIB);
    }
    if words.contains("fuel allocated for hostcalls") {
        return CallError::Crossing(limits.crossing_bytes / MIB);
    }
    // The SDK's panic hook has said what happened; the trap only says that something did.
    let told = call.last_error.clone();
    CallError::Trap(told.unwrap_or_else(|| match error.downcast_ref::<Trap>() {
        Some(trap) => trap.to_string(),
        None => error.root_cause().to_string(),
    }))
}
