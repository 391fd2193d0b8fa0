//! What 17TRACK's words for its carriers' scans mean: the vendor's documentation, November 2026.

use parcelwatch_plugin::code_table::CodeTable;

/// `sub_status`, of an event or of the whole parcel.
pub(crate) const SUB_STATUSES: CodeTable = CodeTable::new(include_str!("codes/sub_statuses.txt"));

/// `stage` of an event, where it has no `sub_status`: before v2.4.
pub(crate) const STAGES: CodeTable = CodeTable::new(include_str!("codes/stages.txt"));

/// The state of a parcel in the old shape.
pub(crate) const OLD_STATES: CodeTable = CodeTable::new(include_str!("codes/old_states.txt"));

/// Words of people for what a parcel is said to be; carriers' own words are in the events.
pub(crate) fn words(code: &str) -> String {
    let mut words = String::with_capacity(code.len() + 8);
    let code = code.strip_suffix("_Other").unwrap_or(code);
    for c in code.chars() {
        if c == '_' {
            words.push(':');
        } else if c.is_ascii_uppercase() && !words.is_empty() {
            words.push(' ');
            words.push(c.to_ascii_lowercase());
        } else {
            words.push(c);
        }
    }
    words
}
