//! A plugin's code: loaded when it is called, and put away when nobody has called it for a while. What was compiled stays in
//! the cache on the disk, so that loading takes a few milliseconds; a carrier without parcels takes no memory.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Mutex;
use wasmtime::component::Component;

use super::PluginHost;
use super::bundled::Bundled;
use super::contract::CarrierPre;
use super::sandbox::{Call, CallError};

/// Code that nobody has called for so long is put away.
const KEPT_FOR: Duration = Duration::from_secs(60);

/// Where a plugin's wasm is.
#[derive(Clone)]
pub(super) enum Wasm {
    Bundled(&'static Bundled),
    /// Of a file that may be another by now.
    Kept(Arc<[u8]>),
}

impl Wasm {
    pub(super) fn bytes(&self) -> Arc<[u8]> {
        match self {
            Self::Bundled(bundled) => bundled.wasm().into(),
            Self::Kept(bytes) => Arc::clone(bytes),
        }
    }
}

/// A plugin's code, ready or put away.
pub(super) struct Code {
    wasm: Wasm,
    ready: Mutex<Option<Ready>>,
}

struct Ready {
    pre: Arc<CarrierPre<Call>>,
    called_at: Instant,
}

/// Why wasm does not become code.
pub(super) enum Unfit {
    Compile(String),
    /// It compiles, and is no plugin.
    Types(String),
}

impl Code {
    pub(super) fn new(wasm: Wasm) -> Self {
        Self { wasm, ready: Mutex::default() }
    }

    fn put_away(&self) {
        // Somebody loads or calls it just now.
        let Ok(mut ready) = self.ready.try_lock() else { return };
        if ready.as_ref().is_some_and(|ready| ready.called_at.elapsed() > KEPT_FOR) {
            *ready = None;
        }
    }
}

impl PluginHost {
    /// Compiles wasm, or takes what was compiled before.
    pub(super) async fn load(&self, wasm: Arc<[u8]>) -> Result<CarrierPre<Call>, Unfit> {
        let engine = self.engine.clone();
        let component = tokio::task::spawn_blocking(move || Component::from_binary(&engine, &wasm))
            .await
            .map_err(|error| Unfit::Compile(format!("the compiler gave up: {error}")))?
            .map_err(|error| Unfit::Compile(format!("it does not compile: {error:#}")))?;
        let pre = self.linker.instantiate_pre(&component).and_then(CarrierPre::new);
        pre.map_err(|error| Unfit::Types(format!("{error:#}")))
    }

    /// The code of a plugin that is about to be called.
    pub(super) async fn ready(&self, code: &Code) -> Result<Arc<CarrierPre<Call>>, CallError> {
        let mut ready = code.ready.lock().await;
        let pre = match &*ready {
            Some(ready) => Arc::clone(&ready.pre),
            None => match self.load(code.wasm.bytes()).await {
                Ok(pre) => Arc::new(pre),
                // It was code before: the disk, or memory, is full.
                Err(Unfit::Compile(why) | Unfit::Types(why)) => return Err(CallError::Load(why)),
            },
        };
        *ready = Some(Ready { pre: Arc::clone(&pre), called_at: Instant::now() });
        Ok(pre)
    }

    /// Puts away the code of plugins that nobody calls.
    pub fn put_away(&self) {
        self.set.load().0.values().for_each(|plugin| plugin.compiled.code.put_away());
    }
}
