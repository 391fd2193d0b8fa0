//! TOML in, checked [`Config`] out. A file is taken whole or not at all, and every mistake in it is named at once.
//!
//! One file a section: its struct, its defaults, and how it is read.

mod access;
mod archive;
mod cadence;
mod carriers;
mod channels;
mod fault;
mod feeds;
mod mask;
mod mentions;
mod norms;
mod parcels;
mod read;
mod recognition;
mod root;
mod secret;
mod start;
mod table;
mod values;

pub use access::Access;
pub use archive::Archive;
pub use carriers::{CarrierConfig, is_plain_secret};
pub use channels::{ChannelConfig, ChannelKind, ChannelSettings};
pub use fault::{Fault, Severity};
pub use feeds::Feeds;
pub use mentions::{KnownCarrier, Mentions};
pub use read::{Checked, Rejected, SourceFile, load, parse};
pub use recognition::Recognition;
pub use root::Config;
pub use secret::{Secret, secret};
pub use start::{Basis, EMBEDDED, LastGood, Start, start};
pub use table::{At, Table};

/// Every option, explained; what `parcelwatch init` writes.
pub const EXAMPLE: &str = include_str!("../../../config.example.toml");
