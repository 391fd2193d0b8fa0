//! What an event's words tell beside its status: where it was delivered, why it goes back.

use parcelwatch_plugin::Status;

/// Words that name a place of delivery.
const PLACES: &[(&str, &[&str])] = &[
    ("mailbox", &["mailbox", "mail box"]),
    ("locker", &["locker"]),
    ("neighbour", &["neighbo"]),
    ("safe_place", &["front door", "back door", "side door", "porch", "garage", "patio", "deck", "safe place"]),
    ("front_desk", &["front desk", "reception", "mailroom", "mail room", "guard", "concierge", "shipping/rec"]),
    ("shop", &["fedex location", "fedex_", "fedex office", "fedex onsite", "ship center", "retail"]),
];

/// Words that name the cause of a return; the first that fits is told.
const REASONS: &[(&str, &[&str])] = &[
    ("customs", &["customs", "clearance", "import"]),
    ("refused", &["refus"]),
    ("unclaimed", &["unclaimed", "not picked up", "not claimed", "hold time"]),
    ("address", &["address", "moved", "unknown"]),
    ("attempts", &["attempt", "not available", "not in"]),
];

/// Where it was delivered, if the words name one place.
pub(crate) fn delivered_to(words: &str) -> Option<&'static str> {
    let mut named = named(PLACES, words);
    named.next().filter(|_| named.next().is_none())
}

/// The fact in an event's words.
pub(crate) fn of(status: Status, words: &str) -> Option<(&'static str, &'static str)> {
    match status {
        Status::Delivered => delivered_to(words).map(|place| ("delivered_to", place)),
        Status::Returning | Status::Returned => named(REASONS, words).next().map(|reason| ("return_reason", reason)),
        _ => None,
    }
}

fn named<'a>(
    table: &'a [(&'static str, &'static [&'static str])],
    words: &str,
) -> impl Iterator<Item = &'static str> + use<'a> {
    let words = words.to_ascii_lowercase();
    let names = move |needles: &[&str]| needles.iter().any(|needle| words.contains(needle));
    table.iter().filter(move |(_, needles)| names(needles)).map(|(name, _)| *name)
}
