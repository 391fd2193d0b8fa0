//! One call into a plugin: a fresh store with its own limits, and then it is gone.

use std::time::Duration;

use wasmtime::{Store, Trap, UpdateDeadline};

use super::call::{Call, Crossed};
use super::contract::{Carrier, CarrierPre};
use super::engine::TICK;
use super::limits::Limits;

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
    #[error("{0}")]
    Crossed(String),
    #[error("it crashed: {0}")]
    Trap(String),
    #[error("it cannot be loaded again: {0}")]
    Load(String),
}

impl CallError {
    /// Whether a carrier that sends a bomb can be behind it.
    pub(super) fn may_be_the_carriers(&self) -> bool {
        matches!(self, Self::Cpu(_) | Self::Wall(_) | Self::Memory(_) | Self::Crossing(_) | Self::Crossed(_))
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
    export: impl AsyncFnOnce(&mut Store<Call>, Carrier) -> wasmtime::Result<T>,
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
    if let Some(crossed) = error.downcast_ref::<Crossed>() {
        return CallError::Crossed(crossed.to_string());
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
