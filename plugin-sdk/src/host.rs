//! What else a plugin may ask of the daemon.

use crate::http::{Fault, Reply, Request};

/// How loud a line in the log is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    Debug,
    Info,
    Warn,
    Error,
}

/// Everything a plugin can reach: the daemon in the sandbox, the replay harness in tests.
#[doc(hidden)]
pub trait Host {
    fn send(&self, request: Request) -> Result<Reply, Fault>;
    fn send_all(&self, requests: Vec<Request>) -> Vec<Result<Reply, Fault>> {
        requests.into_iter().map(|request| self.send(request)).collect()
    }
    fn log(&self, level: Level, message: &str);
    fn now(&self) -> String;
    fn random(&self, bytes: u32) -> Vec<u8>;
    fn setting(&self, name: &str) -> Option<String>;
    fn recall(&self, name: &str) -> Option<Vec<u8>>;
    fn remember(&self, name: &str, value: &[u8], seconds: u32);
    fn sign(&self, profile: &str, algorithm: &str, message: &[u8]) -> Result<Vec<u8>, String>;
}

#[cfg(target_arch = "wasm32")]
pub(crate) fn offer() -> &'static dyn Host {
    &crate::guest::Daemon
}

#[cfg(not(target_arch = "wasm32"))]
pub(crate) fn offer() -> std::rc::Rc<dyn Host> {
    crate::native::current()
}

/// Writes a line to the daemon's log, under the plugin's name.
pub fn log(level: Level, message: &str) {
    offer().log(level, message);
}

/// The present, RFC 3339 in UTC; it stands still during a call.
pub fn now() -> String {
    offer().now()
}

/// Random bytes.
pub fn random(bytes: u32) -> Vec<u8> {
    offer().random(bytes)
}

/// A setting of the operator's for this carrier (`[carriers.<id>.settings]`); never a secret.
pub fn setting(name: &str) -> Option<String> {
    offer().setting(name)
}

/// What was remembered under a name.
pub fn recall(name: &str) -> Option<Vec<u8>> {
    offer().recall(name)
}

/// Keeps something for later calls; survives restarts, holds no secrets.
pub fn remember(name: &str, value: &[u8], seconds: u32) {
    offer().remember(name, value, seconds);
}

/// A keyed digest with a profile's secret: `hmac_sha256`, `hmac_sha1`, `hmac_md5`, `md5_suffix`, `sha256_suffix`.
pub fn sign(profile: &str, algorithm: &str, message: &[u8]) -> Result<Vec<u8>, String> {
    offer().sign(profile, algorithm, message)
}
