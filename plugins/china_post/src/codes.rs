//! What China Post's codes and states mean, with English words, for its own are Chinese. From public clients; most were
//! seen on the live service, November 2026.

use parcelwatch_plugin::code_table::{CodeTable, Entry};

/// `operationCode` and `opCode`. 542 comes with the state of a parcel under way, so codes count before states.
pub(crate) const CODES: CodeTable = CodeTable::new(include_str!("codes/codes.txt"));

/// `stateDesc`: the state that the app shows, in exactly these words.
pub(crate) const STATES: CodeTable = CodeTable::new(include_str!("codes/states.txt"));

/// The state of a parcel that was accepted.
pub(crate) const ACCEPTED: &str = "已揽收";

/// Scans that only offices in China make.
pub(crate) const CHINESE: [&str; 6] = ["423", "713", "911", "912", "954", "989"];

/// What a scan means by its code, else by the state beside it. One of which neither is listed means nothing.
pub(crate) fn meaning(code: Option<&str>, state: Option<&str>) -> Option<Entry> {
    let find = |table: CodeTable, told: Option<&str>| table.entry(told?.trim());
    find(CODES, code).or_else(|| find(STATES, state))
}
