//! What SunYou's codes mean: recorded, or seen on the live service by public projects, November 2026.

use parcelwatch_plugin::code_table::CodeTable;

/// `status` of a scan. 20810 is the reason why a delivery failed, 210 is the way back.
pub(crate) const SCANS: CodeTable = CodeTable::new(include_str!("codes.txt"));
