//! Carriers as plugins: loads them, runs them in a sandbox, and speaks to carriers on their behalf.

// What a plugin is.
mod bundled;
mod descriptor;
mod plugin;
mod rejection;

// The folder: from files to the set in force.
mod account;
mod approval;
mod card;
mod compiled;
mod files;
mod folder;
mod imports;
mod last_good;
mod loader;
mod offer;
mod publish;
mod report;
mod scan;

// A call into a plugin.
mod call;
mod calls;
mod code;
mod contract;
mod engine;
mod host;
mod limits;
mod precompile;
mod quarantine;
mod question;
mod readiness;
mod sandbox;

// Its requests to the carrier.
mod auth;
mod connect;
mod egress;
mod ledger;
mod politeness;

pub(crate) use crate::files::private_folder;
pub(crate) use approval::phrases;
pub(crate) use card::mark_loading;
pub use card::{PluginCard, QuotaCard};
pub use descriptor::Descriptor;
pub use host::PluginHost;
pub use limits::Limits;
pub use loader::{Inspection, inspect};
pub use plugin::{Source, Terms};
pub(crate) use precompile::precompile_beside;
pub use precompile::{precompile, precompile_input};
pub use publish::Changes;
pub use question::{Asked, Outcome, Question};
pub use readiness::Progress;
pub use rejection::{Rejection, Stage};
pub use sandbox::CallError;
