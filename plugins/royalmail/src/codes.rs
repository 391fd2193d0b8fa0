//! What Royal Mail's codes mean: the vendor's documentation and public code, read by us, November 2026.

use parcelwatch_plugin::code_table::CodeTable;

/// `eventCode`, and what it says beside its status: where it was left, why it goes back.
pub(crate) const EVENTS: CodeTable = CodeTable::new(include_str!("codes/events.txt"));

/// `statusCategory` of the whole; the only one that is documented.
pub(crate) const CATEGORIES: CodeTable = CodeTable::new(include_str!("codes/categories.txt"));
