//! What 4PX's codes mean. A code that the table does not have is unknown, whatever group its letters name: public
//! clients take whole groups for troubles in which released parcels stand, too.

use parcelwatch_plugin::Status;
use parcelwatch_plugin::code_table::CodeTable;

pub(crate) const CODES: CodeTable = CodeTable::new(include_str!("codes.txt"));

/// Under these a partner's step is passed on, from the label to the arrival abroad.
const RELAYED: [&str; 2] = ["FPX_O_IR", "FPX_O_IRI"];
/// What was seen under them, in lower case.
const RELAYED_WORDS: [&str; 3] =
    ["order data transmitted", "service provider received electronic information", "waybill generated"];

/// What a code means, or the exact words of a partner.
pub(crate) fn status(code: &str, words: &str) -> Status {
    if RELAYED.contains(&code) {
        let words = words.trim_end_matches('.').to_ascii_lowercase();
        return if RELAYED_WORDS.contains(&words.as_str()) { Status::Registered } else { Status::Unknown };
    }
    CODES.status(code)
}

/// English for words in another language.
pub(crate) fn in_english(code: &str) -> Option<&'static str> {
    CODES.entry(code).filter(|_| !RELAYED.contains(&code)).map(|entry| entry.words)
}
