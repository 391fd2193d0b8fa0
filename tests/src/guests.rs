//! Builds the guests under `tests/guests/` to wasm, each once.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{LazyLock, Mutex};

const TARGET: &str = "wasm32-unknown-unknown";

static BUILT: LazyLock<Mutex<HashMap<String, Vec<u8>>>> = LazyLock::new(Mutex::default);

/// The component of a guest, by its folder's name.
pub fn guest(name: &str) -> Vec<u8> {
    guest_with(name, &[])
}

/// The component of a guest built with features.
pub fn guest_with(name: &str, features: &[&str]) -> Vec<u8> {
    let key = format!("{name}+{}", features.join("+"));
    let mut built = BUILT.lock().expect("no build panics while it holds the lock");
    built.entry(key).or_insert_with(|| build(name, features)).clone()
}

fn build(name: &str, features: &[&str]) -> Vec<u8> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let target_dir = target_dir().join("guests");
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(root).args(["build", "--quiet", "--profile", "plugin", "--target", TARGET]);
    cargo.args(["-p", &format!("guest-{name}"), "--features", &features.join(",")]);
    cargo.arg("--target-dir").arg(&target_dir);
    for variable in
        ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "RUSTC_WORKSPACE_WRAPPER", "RUSTC_WRAPPER", "CARGO_TARGET_DIR"]
    {
        cargo.env_remove(variable);
    }
    let output = cargo.output().expect("cargo runs");
    assert!(output.status.success(), "guest {name}: {}", String::from_utf8_lossy(&output.stderr));
    let file = target_dir.join(TARGET).join("plugin").join(format!("guest_{}.wasm", name.replace('-', "_")));
    std::fs::read(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// The folder all builds share, found from where the test itself lies.
pub(crate) fn target_dir() -> PathBuf {
    let own = std::env::current_exe().expect("a test has a path");
    own.ancestors().nth(3).expect("a test lies in target/<profile>/deps").to_owned()
}
