//! The carriers embedded in the binary by the build script.

include!(concat!(env!("OUT_DIR"), "/bundled.rs"));
