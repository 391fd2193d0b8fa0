//! A plugin's code: loaded when it is called, and put away when nobody has called it for a while. What was compiled stays in
//! the cache on the disk, so that loading takes a few milliseconds; a carrier without parcels takes no memory.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::Mutex;
use wasmtime::Engine;
use wasmtime::component::{Component, Linker};

use super::bundled::Bundled;
use super::call::Call;
use super::contract::{self, CarrierPre};
use super::sandbox::CallError;

/// Code that nobody has called for so long is put away.
const KEPT_FOR: SignedDuration = SignedDuration::from_secs(60);

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
    called_at: Timestamp,
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

    /// The code of a plugin that is about to be called.
    pub(super) async fn ready(&self, compiler: &Compiler, now: Timestamp) -> Result<Arc<CarrierPre<Call>>, CallError> {
        let mut ready = self.ready.lock().await;
        let pre = match &*ready {
            Some(ready) => Arc::clone(&ready.pre),
            None => match compiler.load(self.wasm.bytes()).await {
                Ok(pre) => Arc::new(pre),
                // It was code before: the disk, or memory, is full.
                Err(Unfit::Compile(why) | Unfit::Types(why)) => return Err(CallError::Load(why)),
            },
        };
        *ready = Some(Ready { pre: Arc::clone(&pre), called_at: now });
        Ok(pre)
    }

    /// Puts the code away when nobody has called it lately.
    pub(super) fn put_away(&self, now: Timestamp) {
        // Somebody loads it just now.
        let Ok(mut ready) = self.ready.try_lock() else { return };
        if ready.as_ref().is_some_and(|ready| now.duration_since(ready.called_at) > KEPT_FOR) {
            *ready = None;
        }
    }
}

/// Makes code of wasm.
pub(super) struct Compiler {
    engine: Engine,
    linker: Linker<Call>,
}

impl Compiler {
    pub(super) fn new(engine: Engine) -> wasmtime::Result<Self> {
        let mut linker = Linker::new(&engine);
        contract::link(&mut linker)?;
        Ok(Self { engine, linker })
    }

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
}

#[cfg(test)]
mod tests {
    use super::super::PluginHost;
    use super::super::bundled::BUNDLED;
    use super::*;
    use crate::store::Store;

    #[tokio::test]
    async fn code_that_nobody_calls_is_put_away_and_comes_back() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let store = Store::open(&folder.path().join("test.db"), crate::clock::Clock::system()).expect("a store");
        let host = PluginHost::new(folder.path(), None, store).expect("a host");
        let demo = BUNDLED.iter().find(|bundled| bundled.package == "parcelwatch-demo").expect("it is built in");
        let now: Timestamp = "2026-11-28T12:00:00Z".parse().expect("an instant");
        let compiled = host.compile(Wasm::Bundled(demo), demo.digest.to_owned(), now).await;
        let code = compiled.unwrap_or_else(|rejection| panic!("{rejection}")).code;
        let is_ready = async || code.ready.lock().await.is_some();
        assert!(!is_ready().await, "it was introduced, and nobody has called it");
        assert!(code.ready(&host.compiler, now).await.is_ok() && is_ready().await);
        code.put_away(now + KEPT_FOR);
        assert!(is_ready().await);
        code.put_away(now + KEPT_FOR + SignedDuration::from_secs(1));
        assert!(!is_ready().await);
        assert!(code.ready(&host.compiler, now).await.is_ok() && is_ready().await);
    }
}
