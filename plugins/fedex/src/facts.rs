//! What an event's words tell beside its status: where it was delivered, why it goes back.

use parcelwatch_plugin::Status;
use parcelwatch_plugin::phrases::Phrases;

/// Words that name a place of delivery.
pub(crate) const PLACES: Phrases = Phrases(&[
    ("mailbox", &["mailbox", "mail box"]),
    ("locker", &["locker"]),
    ("neighbour", &["neighbo"]),
    ("safe_place", &["front door", "back door", "side door", "porch", "garage", "patio", "deck", "safe place"]),
    ("front_desk", &["front desk", "reception", "mailroom", "mail room", "guard", "concierge", "shipping/rec"]),
    ("shop", &["fedex location", "fedex_", "fedex office", "fedex onsite", "ship center", "retail"]),
]);

/// Words that name the cause of a return; the first that fits is told.
const REASONS: Phrases = Phrases(&[
    ("customs", &["customs", "clearance", "import"]),
    ("refused", &["refus"]),
    ("unclaimed", &["unclaimed", "not picked up", "not claimed", "hold time"]),
    ("address", &["address", "moved", "unknown"]),
    ("attempts", &["attempt", "not available", "not in"]),
]);

/// The fact in an event's words.
pub(crate) fn of(status: Status, words: &str) -> Option<(&'static str, &'static str)> {
    match status {
        Status::Delivered => PLACES.only(words).map(|place| ("delivered_to", place)),
        Status::Returning | Status::Returned => REASONS.first(words).map(|reason| ("return_reason", reason)),
        _ => None,
    }
}
