//! What TNT's codes mean. Eleven status codes are public, from recordings; TNT gives the full list to its customers
//! only.

use parcelwatch_plugin::code_table::CodeTable;

/// `StatusCode` of a scan. AA is a duplicate or missing record, which says nothing of the parcel.
pub(crate) const SCANS: CodeTable = CodeTable::new(include_str!("codes/scans.txt"));

/// The `SummaryCode` of a consignment that TNT does not know.
pub(crate) const NOT_FOUND: &str = "CNF";

/// `SummaryCode` of a consignment.
pub(crate) const SUMMARIES: CodeTable = CodeTable::new(include_str!("codes/summaries.txt"));

/// A summary has a code and no words.
pub(crate) fn summary_words(code: &str) -> &'static str {
    SUMMARIES.entry(code).map_or("", |entry| entry.words)
}
