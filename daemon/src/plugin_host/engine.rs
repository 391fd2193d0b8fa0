//! The one engine that compiles and runs every plugin, and the clock that counts what they burn.

use std::path::Path;
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use wasmtime::{Cache, CacheConfig, Config, Enabled, Engine, InstanceAllocationStrategy, PoolingAllocationConfig};

use super::limits::Limits;
use crate::files::private_folder;

/// A guest is asked to account for itself this often. The budgets of [`Limits`] are counted in these ticks.
pub(super) const TICK: Duration = Duration::from_millis(10);

/// Calls that run at the same time, over all plugins.
pub(super) const CALLS_MAX: usize = 8;

/// Makes the engine. Compiled plugins are cached in a folder that only the daemon's user may enter, because what lies
/// there is executed.
pub(super) fn engine(cache: &Path, limits: Limits) -> anyhow::Result<Engine> {
    private_folder(cache)?;
    // The pool reserves address space that small boards may not have; without it an instance costs a few microseconds more.
    let pooled = configuration(cache, Some(limits)).and_then(|config| Engine::new(&config));
    let engine = pooled.or_else(|_| Engine::new(&configuration(cache, None)?));
    engine.map_err(|error| anyhow::anyhow!("cannot start the sandbox: {error:#}"))
}

fn configuration(cache: &Path, pool: Option<Limits>) -> wasmtime::Result<Config> {
    let mut config = Config::new();
    config.epoch_interruption(true);
    config.async_stack_zeroing(true);
    // A guest tells what went wrong in its own words; where in its code is of no use to the operator.
    config.generate_address_map(false);
    let mut folder = CacheConfig::new();
    folder.with_directory(cache);
    config.cache(Some(Cache::new(folder)?));
    // A plugin built with our SDK needs none of these, and each is more to attack.
    config.wasm_tail_call(false);
    config.wasm_relaxed_simd(false);
    config.wasm_multi_memory(false);
    config.wasm_memory64(false);
    config.wasm_extended_const(false);
    if let Some(limits) = pool {
        config.allocation_strategy(InstanceAllocationStrategy::Pooling(pooling(limits)));
    }
    Ok(config)
}

fn pooling(limits: Limits) -> PoolingAllocationConfig {
    let calls = u32::try_from(CALLS_MAX).unwrap_or(8);
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(calls);
    pool.total_core_instances(calls * limits.instances);
    pool.total_memories(calls * limits.memories);
    pool.total_tables(calls * limits.tables);
    pool.total_stacks(calls);
    pool.max_memory_size(limits.memory_bytes);
    pool.table_elements(limits.table_elements);
    pool.max_memories_per_component(limits.memories);
    pool.max_tables_per_component(limits.tables);
    pool.max_core_instances_per_component(limits.instances);
    // What a call touched is wiped and stays mapped for the next one, which saves that the page faults. Where the kernel can
    // tell which pages those are, only they are wiped.
    pool.linear_memory_keep_resident(1024 * 1024);
    pool.table_keep_resident(64 * 1024);
    pool.async_stack_keep_resident(64 * 1024);
    pool.pagemap_scan(Enabled::Auto);
    pool
}

/// Counts the ticks while any call runs, and sleeps otherwise: an idle daemon wakes for nothing.
#[derive(Debug)]
pub(super) struct Pulse(Arc<(Mutex<Beats>, Condvar)>);

#[derive(Debug, Default)]
struct Beats {
    running: usize,
    /// The thread sleeps until it is woken. Otherwise it looks by itself, and waking it would only make its clock run fast.
    parked: bool,
    stopped: bool,
}

impl Pulse {
    pub(super) fn start(engine: &Engine) -> Self {
        let shared = Arc::new((Mutex::new(Beats::default()), Condvar::new()));
        let (engine, thread_shared) = (engine.weak(), Arc::clone(&shared));
        std::thread::Builder::new()
            .name("epoch".to_owned())
            .spawn(move || {
                let (beats, woken) = &*thread_shared;
                let mut guard = beats.lock().expect(NO_PANIC);
                while !guard.stopped {
                    if guard.running == 0 {
                        guard.parked = true;
                        guard = woken.wait(guard).expect(NO_PANIC);
                        guard.parked = false;
                        continue;
                    }
                    guard = woken.wait_timeout(guard, TICK).expect(NO_PANIC).0;
                    match engine.upgrade() {
                        Some(engine) => engine.increment_epoch(),
                        None => return,
                    }
                }
            })
            .expect("the system can start a thread");
        Self(shared)
    }

    /// Keeps the clock running until the guard is dropped.
    pub(super) fn run(&self) -> Running {
        let (beats, woken) = &*self.0;
        let mut guard = beats.lock().expect(NO_PANIC);
        guard.running += 1;
        if guard.parked {
            woken.notify_one();
        }
        Running(Arc::clone(&self.0))
    }
}

impl Drop for Pulse {
    fn drop(&mut self) {
        let (beats, woken) = &*self.0;
        beats.lock().expect(NO_PANIC).stopped = true;
        woken.notify_one();
    }
}

/// A call that runs.
#[derive(Debug)]
pub(super) struct Running(Arc<(Mutex<Beats>, Condvar)>);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.0.lock().expect(NO_PANIC).running -= 1;
    }
}

const NO_PANIC: &str = "nothing panics while it holds this lock";
