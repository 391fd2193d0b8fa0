//! What USPS's codes and words mean.
//!
//! The full list is appendix G-4 of Publication 199, which was not at hand; this is what public code and recorded answers
//! show, November 2026.

use parcelwatch_plugin::Status::{self, *};
use parcelwatch_plugin::code_table::CodeTable;
use parcelwatch_plugin::phrases::Phrases;

/// `eventCode`. 80 to 83 speak of a partner: with 80 to 82 the parcel moves before USPS has it.
/// 04, 05 and 21 to 28 are final: no second attempt follows.
pub(crate) const EVENTS: CodeTable = CodeTable::new(include_str!("codes/events.txt"));

/// `statusCategory` of the piece.
pub(crate) const CATEGORIES: CodeTable = CodeTable::new(include_str!("codes/categories.txt"));

/// What words say against the code or the category beside them: beginnings, in small letters.
const AGAINST_THE_CODE: CodeTable = CodeTable::new(include_str!("codes/against_the_code.txt"));

/// What the words of events without a listed code begin with, in small letters.
const WORDING: CodeTable = CodeTable::new(include_str!("codes/wording.txt"));

/// What an event says happened.
pub(crate) fn status(code: Option<&str>, words: &str) -> Status {
    against_the_code(words).or_else(|| EVENTS.find(code?)).or_else(|| begins(WORDING, words)).unwrap_or(Unknown)
}

/// What the words say where code and category are not to be believed: "delivered" may be to the sender or to an agent.
pub(crate) fn against_the_code(words: &str) -> Option<Status> {
    if words.to_ascii_lowercase().contains("being returned to sender") {
        return Some(Returning);
    }
    begins(AGAINST_THE_CODE, words)
}

fn begins(table: CodeTable, words: &str) -> Option<Status> {
    table.by_beginning(&words.to_ascii_lowercase()).map(|entry| entry.status)
}

/// Where a delivered parcel was left, as its words say. The first that fits counts.
pub(crate) const LEFT_AT: Phrases = Phrases(&[
    ("locker", &["locker"]),
    ("mailbox", &["mailbox", "po box"]),
    ("front_desk", &["front desk", "reception", "mail room"]),
    ("neighbour", &["neighbor"]),
    ("safe_place", &["porch", "door", "garage"]),
    ("person", &["left with individual", "individual picked up"]),
]);

/// Why it goes back. The first that fits counts.
pub(crate) const REASONS: Phrases = Phrases(&[
    ("refused", &["refused"]),
    ("unclaimed", &["unclaimed"]),
    ("address", &["address", "no such number", "moved", "forward", "vacant"]),
    ("customs", &["customs"]),
]);
