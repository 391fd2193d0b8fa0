//! What 4PX's codes mean. A code that the table does not have is unknown, whatever group its letters name: public
//! clients take whole groups for troubles in which released parcels stand, too.

use parcelwatch_plugin::Status;
use parcelwatch_plugin::code_table::CodeTable;

pub(crate) const CODES: CodeTable = CodeTable::new(include_str!("codes.txt"));

/// Under these a partner's step is passed on, from the label to the arrival abroad.
const RELAYED: [&str; 2] = ["FPX_O_IR", "FPX_O_IRI"];
/// What was seen under them, in lower case.
const RELAYED_WORDS: CodeTable = CodeTable::new(include_str!("codes/relayed.txt"));

/// What a code means, or the exact words of a partner.
pub(crate) fn status(code: &str, words: &str) -> Status {
    if RELAYED.contains(&code) {
        return RELAYED_WORDS.status(words.trim().trim_end_matches('.').to_ascii_lowercase().as_str());
    }
    CODES.status(code)
}

/// English for words in another language.
pub(crate) fn in_english(code: &str) -> Option<&'static str> {
    CODES.entry(code).filter(|_| !RELAYED.contains(&code)).map(|entry| entry.words)
}
