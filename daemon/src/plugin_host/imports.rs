//! Reads what a file is and what it wants, before anything of it is compiled, for messages that an author can act on.

use parcelwatch_plugin::CONTRACT;
use wasmparser::{ComponentExternalKind, Encoding, Parser, Payload, Validator, WasmFeatures};

/// What a component asks for and offers, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Surface {
    pub(super) imports: Vec<String>,
    pub(super) exports: Vec<String>,
}

/// Checks that bytes are a component of our contract, and says by name what is wrong where they are not.
pub(super) fn check(bytes: &[u8]) -> Result<Surface, String> {
    if wasmtime::Engine::detect_precompiled(bytes).is_some() {
        return Err(
            "this is compiled machine code; only wasm components are loaded, because nothing else can be sandboxed"
                .into(),
        );
    }
    if !bytes.starts_with(b"\0asm") {
        return Err("this is not WebAssembly".into());
    }
    let mut validator = Validator::new_with_features(WasmFeatures::default());
    let mut surface = Surface::default();
    let mut depth = 0_usize;
    for payload in Parser::new(0).parse_all(bytes) {
        let payload = payload.map_err(|error| format!("the file is broken or cut off: {error}"))?;
        let valid = validator.payload(&payload);
        match &payload {
            Payload::Version { encoding: Encoding::Module, .. } if depth == 0 => {
                return Err("this is a core module, not a component; build it with the linker wasm-component-ld, see plugins/README.md".into());
            }
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
            Payload::End(_) => depth = depth.saturating_sub(1),
            Payload::ComponentImportSection(section) if depth == 0 => {
                for import in section.clone() {
                    let import = import.map_err(|error| format!("the file is broken: {error}"))?;
                    surface.imports.push(import.name.name.to_owned());
                }
            }
            Payload::ComponentExportSection(section) if depth == 0 => {
                for export in section.clone() {
                    let export = export.map_err(|error| format!("the file is broken: {error}"))?;
                    if export.kind == ComponentExternalKind::Instance {
                        surface.exports.push(export.name.name.to_owned());
                    }
                }
            }
            _ => {}
        }
        valid.map_err(|error| format!("the file is not valid: {error}"))?;
    }
    judge(&surface)?;
    Ok(surface)
}

fn judge(surface: &Surface) -> Result<(), String> {
    let (package, version) = CONTRACT.rsplit_once('@').unwrap_or((CONTRACT, ""));
    let major = version.split('.').next().unwrap_or_default();
    let interface = |name: &str| {
        let (path, found) = name.rsplit_once('@')?;
        let (from, interface) = path.rsplit_once('/')?;
        (from == package).then(|| (interface.to_owned(), found.to_owned()))
    };
    let foreign: Vec<&str> =
        surface.imports.iter().filter(|name| interface(name).is_none()).map(String::as_str).collect();
    if !foreign.is_empty() {
        let wasi = foreign.iter().any(|name| name.starts_with("wasi:"));
        let hint = if wasi { "; build for wasm32-unknown-unknown, which wants nothing from WASI" } else { "" };
        return Err(format!("it wants {}, which this daemon does not offer to plugins{hint}", foreign.join(", ")));
    }
    for name in surface.imports.iter().chain(&surface.exports) {
        if let Some((interface, found)) = interface(name)
            && found.split('.').next() != Some(major)
        {
            return Err(format!(
                "it speaks contract {found} ({interface}), this daemon speaks {version}; rebuild it with plugin-sdk {major}"
            ));
        }
    }
    let unknown: Vec<String> = surface
        .imports
        .iter()
        .filter_map(|name| interface(name))
        .filter(|(interface, _)| !matches!(interface.as_str(), "types" | "http" | "host"))
        .map(|(interface, found)| format!("{interface}@{found}"))
        .collect();
    if !unknown.is_empty() {
        return Err(format!(
            "it wants {} of {package}, which this daemon ({version}) does not have; update Parcelwatch",
            unknown.join(", ")
        ));
    }
    if !surface.exports.iter().any(|name| interface(name).is_some_and(|(interface, _)| interface == "adapter")) {
        return Err(format!("it does not export {package}/adapter@{version}; is parcelwatch_plugin::export! missing?"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(imports: &[&str], exports: &[&str], part: &str) {
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let error = judge(&Surface { imports: owned(imports), exports: owned(exports) }).expect_err("refused");
        assert!(error.contains(part), "{error:?} should say {part:?}");
    }

    const ADAPTER: &str = "parcelwatch:carrier/adapter@1.0.0";

    #[test]
    fn a_foreign_import_is_named() {
        refused(&["wasi:cli/environment@0.2.6"], &[ADAPTER], "it wants wasi:cli/environment@0.2.6");
        refused(&["parcelwatch:carrier/telepathy@1.0.0"], &[ADAPTER], "telepathy@1.0.0");
        refused(&["parcelwatch:carrier/http@2.0.0"], &[ADAPTER], "it speaks contract 2.0.0");
        refused(&[], &[], "does not export parcelwatch:carrier/adapter@1.0.0");
    }

    #[test]
    fn files_that_are_no_component_are_told_apart() {
        let error = |bytes: &[u8]| check(bytes).expect_err("refused");
        assert!(error(b"hello").contains("not WebAssembly"));
        assert!(error(b"\0asm\x01\0\0\0").contains("core module"));
        assert!(error(b"\0asm\x0d\0\x01\0\x07\xff").contains("broken or cut off"));
        assert!(error(b"").contains("not WebAssembly"));
    }
}
