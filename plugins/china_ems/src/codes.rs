//! What EMS means by its words; there are no codes. Only whole wordings count, in lower case here.

use parcelwatch_plugin::Status;
use parcelwatch_plugin::code_table::CodeTable;

/// The page, as two public programs read it. What it says of export customs, `held at`, `attempted` and `cancelled` was
/// seen there by one of them, September 2026. An export that is cancelled need not have come back.
pub(crate) const PAGE: CodeTable = CodeTable::new(include_str!("codes/page.txt"));

/// The partner interface, as far as a recording of 2017 shows it. Its sorting centres are Chinese.
pub(crate) const PARTNER: CodeTable = CodeTable::new(include_str!("codes/partner.txt"));

/// What words mean in a table.
pub(crate) fn status(table: CodeTable, words: &str) -> Status {
    table.status(words.to_ascii_lowercase().as_str())
}
