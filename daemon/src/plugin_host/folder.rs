//! What the scans of the plugin folder have found so far.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;

use parcelwatch_tracking::CarrierId;

use super::ledger::Ledger;
use super::plugin::Compiled;
use super::politeness::Politeness;
use super::rejection::Rejection;

/// What the scans have found so far.
#[derive(Default)]
pub(super) struct Folder {
    pub(super) compiled: HashMap<String, Arc<Compiled>>,
    /// Digests that this scan came upon, in force or not: the code of others is dropped.
    pub(super) seen: HashSet<String>,
    /// Built-in carriers that are counted as ready, by package.
    pub(super) ready: HashSet<&'static str>,
    /// Files that were refused, by digest: they are not compiled again until they change.
    pub(super) refused: HashMap<String, Rejection>,
    /// What each file last ran.
    pub(super) by_file: BTreeMap<PathBuf, Arc<Compiled>>,
    pub(super) politeness: HashMap<CarrierId, Arc<Politeness>>,
    pub(super) ledgers: HashMap<CarrierId, Arc<Ledger>>,
    /// Notices about files that are up now: key and words.
    pub(super) notices: Vec<(String, String)>,
}
