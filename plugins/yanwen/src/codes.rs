//! What Yanwen's codes and words mean. As public projects saw them on the page or read them
//! from the merchant interface, and from a recording of 2017; November 2026.

use parcelwatch_plugin::Status::{self, *};
use parcelwatch_plugin::code_table::CodeTable;
use parcelwatch_plugin::phrases::Phrases;

/// `tracking_status` of the merchant interface, and the icon of the newest scan on the page.
pub(crate) const STAGES: CodeTable = CodeTable::new(include_str!("codes/stages.txt"));

/// The words of a scan in lower case, exactly so. They say more than the code beside them.
pub(crate) const WORDS: CodeTable = CodeTable::new(include_str!("codes/words.txt"));

/// `state` of the interface of 2017: 0 when it had nothing.
pub(crate) const OLD_STATES: CodeTable = CodeTable::new(include_str!("codes/old_states.txt"));

/// What the words of a scan mean.
pub(crate) fn words(words: &str) -> Option<Status> {
    WORDS.find(&words.to_ascii_lowercase())
}

/// What a scan means. A delivery is told by its code, however the local carrier words it; otherwise words come first.
pub(crate) fn status(code: Option<&str>, words: Option<Status>) -> Status {
    match code.and_then(|code| STAGES.find(code)) {
        Some(Delivered) => Delivered,
        stage => words.or(stage).unwrap_or(Unknown),
    }
}

/// Where it was left, as the words of a delivery say it. The first that fits counts.
const LEFT_AT: Phrases = Phrases(&[
    ("mailbox", &["mailbox", "letterbox"]),
    ("neighbour", &["neighbour", "neighbor"]),
    ("locker", &["locker"]),
    ("front_desk", &["front desk"]),
    ("safe_place", &["safe place"]),
]);

/// A fact that the words of an event hold beside its status.
pub(crate) fn fact(status: Status, words: &str) -> Option<(&'static str, &'static str)> {
    LEFT_AT.first(words).filter(|_| status == Delivered).map(|place| ("delivered_to", place))
}
