//! What Demo Post's codes mean.

use parcelwatch_plugin::code_table::CodeTable;

pub(crate) const CODES: CodeTable = CodeTable::new(include_str!("codes.txt"));
