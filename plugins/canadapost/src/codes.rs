//! What Canada Post's codes mean: public code that reads the service, read by us, November 2026.

use parcelwatch_plugin::code_table::CodeTable;
use parcelwatch_plugin::phrases::Phrases;

/// `event-identifier`, without leading zeros.
pub(crate) const EVENTS: CodeTable = CodeTable::new(include_str!("codes.txt"));

/// Where a delivered parcel was left, as its words say.
pub(crate) const LEFT_AT: Phrases = Phrases(&[
    ("mailbox", &["mailbox", "mail box"]),
    ("locker", &["locker"]),
    ("neighbour", &["neighbour", "neighbor"]),
    ("safe_place", &["door", "porch", "garage", "safe drop", "safe place"]),
    ("front_desk", &["concierge", "front desk", "reception", "mailroom", "mail room"]),
]);
