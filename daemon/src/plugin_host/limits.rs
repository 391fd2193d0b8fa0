//! What a plugin may use up.

use std::time::Duration;

/// What a plugin may use up. The larger class is for plugins that bring an interpreter along, as JavaScript ones do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    pub file_bytes: usize,
    pub memory_bytes: usize,
    pub memories: u32,
    pub instances: u32,
    pub tables: u32,
    pub table_elements: usize,
    /// Bytes that may cross the wall in one call.
    pub crossing_bytes: usize,
    pub cpu_describe: Duration,
    pub cpu_recognize: Duration,
    pub cpu_track: Duration,
    /// Longest whole call, waiting for the carrier included.
    pub wall: Duration,
}

impl Limits {
    /// For plugins in Rust, C and the like.
    pub const USUAL: Self = Self {
        file_bytes: 4 * 1024 * 1024,
        memory_bytes: 32 * 1024 * 1024,
        memories: 2,
        instances: 16,
        tables: 4,
        table_elements: 20_000,
        crossing_bytes: 8 * 1024 * 1024,
        cpu_describe: Duration::from_millis(100),
        cpu_recognize: Duration::from_millis(100),
        cpu_track: Duration::from_millis(500),
        wall: Duration::from_secs(60),
    };

    /// For plugins with an interpreter inside; a file above the usual size is given these.
    pub const LARGE: Self = Self {
        file_bytes: 48 * 1024 * 1024,
        memory_bytes: 128 * 1024 * 1024,
        memories: 8,
        instances: 64,
        tables: 32,
        table_elements: 100_000,
        crossing_bytes: 32 * 1024 * 1024,
        cpu_describe: Duration::from_millis(500),
        cpu_recognize: Duration::from_millis(500),
        cpu_track: Duration::from_millis(2500),
        wall: Duration::from_secs(90),
    };

    /// The class of a file of this size; `None` when it is too large for any.
    pub fn for_file(bytes: usize) -> Option<Self> {
        [Self::USUAL, Self::LARGE].into_iter().find(|limits| bytes <= limits.file_bytes)
    }
}
