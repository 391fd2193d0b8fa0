//! What Chronopost's codes mean, as far as a recording shows them, November 2026. There are many more.

use parcelwatch_plugin::code_table::CodeTable;

/// `code` of an event.
pub(crate) const EVENTS: CodeTable = CodeTable::new(include_str!("codes.txt"));
