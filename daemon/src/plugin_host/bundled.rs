//! The carriers embedded in the binary by the build script. They are packed: a carrier that is not called takes no memory but
//! for these bytes.

use std::io::Read as _;

use parcelwatch_tracking::CarrierId;

/// A carrier in the binary.
pub(super) struct Bundled {
    pub(super) package: &'static str,
    /// SHA-256 of the wasm, as hexadecimal digits.
    pub(super) digest: &'static str,
    packed: &'static [u8],
}

impl Bundled {
    /// The carrier's id, known without loading it: packages are called after their folders, and these after the ids.
    pub(super) fn carrier(&self) -> Option<CarrierId> {
        CarrierId::new(self.package.strip_prefix("parcelwatch-")?)
    }

    pub(super) fn wasm(&self) -> Vec<u8> {
        let mut wasm = Vec::with_capacity(self.packed.len() * 4);
        flate2::read::DeflateDecoder::new(self.packed).read_to_end(&mut wasm).expect("the build script packed it");
        wasm
    }
}

include!(concat!(env!("OUT_DIR"), "/bundled.rs"));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_unpacked_is_what_was_packed() {
        for bundled in BUNDLED {
            assert_eq!(super::super::loader::digest(&bundled.wasm()), bundled.digest, "{}", bundled.package);
        }
        assert!(!BUNDLED.is_empty());
    }

    #[test]
    fn every_package_is_called_after_its_folder() {
        for bundled in BUNDLED {
            let carrier = bundled.carrier().unwrap_or_else(|| panic!("{} names no carrier", bundled.package));
            let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../plugins").join(carrier.as_str());
            assert!(folder.join("Cargo.toml").is_file(), "{}", bundled.package);
        }
    }
}
