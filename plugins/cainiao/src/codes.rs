//! What Cainiao's words mean.
//!
//! From the open platform's published list, which says of itself that it is not complete, from recorded answers and from
//! public clients, November 2026. Where the list and a recording differ, the recording counts.

use parcelwatch_plugin::code_table::CodeTable;

/// `actionCode` of an event.
pub(crate) const ACTIONS: CodeTable = CodeTable::new(include_str!("codes/actions.txt"));

/// `status` of a parcel. It names a phase and often lies: `CLEAR_CUSTOMS` stays after the release, `DELIVERING` came while
/// the newest scan was the arrival of the plane. So it is only the summary.
pub(crate) const TOKENS: CodeTable = CodeTable::new(include_str!("codes/tokens.txt"));
