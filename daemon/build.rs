//! Compiles every carrier under `plugins/` to wasm and embeds it, so that one file is the whole program.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use flate2::Compression;
use flate2::write::DeflateEncoder;
use sha2::Digest as _;

const TARGET: &str = "wasm32-unknown-unknown";

fn main() {
    let root = Path::new(&env::var("CARGO_MANIFEST_DIR").expect("cargo sets it")).join("..");
    let out = PathBuf::from(env::var("OUT_DIR").expect("cargo sets it"));
    for watched in ["plugins", "plugin-sdk/src", "plugin-sdk/wit", "tracking/src", "Cargo.lock", ".cargo/config.toml"] {
        println!("cargo:rerun-if-changed={}", root.join(watched).display());
    }
    let packages = packages(&root.join("plugins"));
    require_target();
    let folder = compile(&root, &out, &packages);
    // A `static` stands in the binary once; a `const` is repeated, 2 MB of it, in every place that names it.
    let mut table = String::from("pub(super) static BUNDLED: &[Bundled] = &[\n");
    for package in &packages {
        let file = folder.join(format!("{}.wasm", package.replace('-', "_")));
        let wasm = fs::read(&file).unwrap_or_else(|error| panic!("{package}: {}: {error}", file.display()));
        let packed = out.join(format!("{package}.deflate"));
        fs::write(&packed, deflated(&wasm)).expect("OUT_DIR is writable");
        let digest: String = sha2::Sha256::digest(&wasm).iter().map(|byte| format!("{byte:02x}")).collect();
        let packed = packed.display().to_string();
        writeln!(
            table,
            "    Bundled {{ package: {package:?}, digest: {digest:?}, packed: include_bytes!({packed:?}) }},"
        )
        .expect(MEMORY);
    }
    table.push_str("];\n");
    fs::write(out.join("bundled.rs"), table).expect("OUT_DIR is writable");
}

const MEMORY: &str = "memory takes what is written to it";

/// A third of the size, in a program of which all else is resident.
fn deflated(wasm: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(wasm).expect(MEMORY);
    encoder.finish().expect(MEMORY)
}

/// The package names under `plugins/`, sorted: a carrier is in when its folder is there.
fn packages(folder: &Path) -> Vec<String> {
    let mut packages = Vec::new();
    for entry in fs::read_dir(folder).expect("plugins/ is there") {
        let manifest = entry.expect("a folder entry").path().join("Cargo.toml");
        let Ok(text) = fs::read_to_string(&manifest) else { continue };
        let name = text.lines().find_map(|line| line.trim().strip_prefix("name = \"")?.strip_suffix('"'));
        packages.push(name.unwrap_or_else(|| panic!("{} names no package", manifest.display())).to_owned());
    }
    packages.sort();
    packages
}

/// Usually `rust-toolchain.toml` has brought the target already; where rustup does not install by itself it is asked to.
fn require_target() {
    let rustc = env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
    let installed = || {
        let output = Command::new(&rustc).args(["--print", "target-libdir", "--target", TARGET]).output();
        output.is_ok_and(|output| Path::new(String::from_utf8_lossy(&output.stdout).trim()).is_dir())
    };
    if !installed() {
        let _ = Command::new("rustup").args(["target", "add", TARGET]).status();
    }
    assert!(installed(), "plugins are built for {TARGET}, which is not installed; run: rustup target add {TARGET}");
}

/// Runs a cargo of its own, in a target folder of its own that all profiles share.
fn compile(root: &Path, out: &Path, packages: &[String]) -> PathBuf {
    let target_dir =
        out.ancestors().nth(4).expect("OUT_DIR lies in target/<profile>/build/<crate>/out").join("plugins");
    let mut cargo = Command::new(env::var("CARGO").expect("cargo sets it"));
    cargo.current_dir(root).args(["build", "--profile", "plugin", "--target", TARGET, "--target-dir"]).arg(&target_dir);
    for package in packages {
        cargo.args(["-p", package]);
    }
    // What cargo set up for the daemon must not reach the plugins: clippy's compiler, coverage flags, the host's target.
    const OURS: [&str; 5] = ["CARGO_CFG_", "CARGO_FEATURE_", "CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_PROFILE_"];
    const ALSO: [&str; 9] = [
        "CARGO_BUILD_RUSTFLAGS",
        "CARGO_BUILD_TARGET",
        "CARGO_ENCODED_RUSTFLAGS",
        "CARGO_TARGET_DIR",
        "RUSTC_WORKSPACE_WRAPPER",
        "RUSTC_WRAPPER",
        "RUSTFLAGS",
        "HOST",
        "TARGET",
    ];
    for (name, _) in env::vars() {
        if OURS.iter().any(|prefix| name.starts_with(prefix)) || ALSO.contains(&name.as_str()) {
            cargo.env_remove(name);
        }
    }
    let status = cargo.status().expect("cargo runs");
    assert!(status.success(), "the bundled carriers do not compile; see above");
    target_dir.join(TARGET).join("plugin")
}
