//! What an event's words tell beside its status: where it was delivered, why it goes back.

use parcelwatch_plugin::Status;

/// Words that name a place of delivery.
const PLACES: &[(&str, &[&str])] = &[
    ("mailbox", &["mailbox", "mail box", "letterbox", "letter box"]),
    ("locker", &["locker", "packstation", "parcelstation", "parcel station"]),
    ("neighbour", &["neighbo", "neigbour"]),
    ("safe_place", &["safe place", "safeplace", "preferred location", "porch", "door", "garage", "car port", "foyer"]),
    ("front_desk", &["concierge", "front desk", "reception", "mailroom", "mail room"]),
    ("shop", &["servicepoint", "service point", "parcelshop", "access point", "post office", "postoffice", "dhl pop"]),
    ("person", &["family member", "another person"]),
];

/// Words that name the cause of a return; the first that fits is told.
const REASONS: &[(&str, &[&str])] = &[
    ("customs", &["customs", "the import of"]),
    ("refused", &["refus", "reject"]),
    (
        "unclaimed",
        &["not collected", "been picked up", "not picked up", "storage period", "collection date", "unclaimed"],
    ),
    ("address", &["address", "moved", "unknown", "post office box"]),
    ("attempts", &["missed each other", "delivery attempts", "no one home"]),
];

/// Whether words name a place of delivery.
pub(crate) fn names_place(words: &str) -> bool {
    places(&plain(words)).next().is_some()
}

/// The facts in an event's words.
pub(crate) fn of(status: Status, words: &[&str]) -> Vec<(String, String)> {
    let words = plain(&words.join(" "));
    let names = |needles: &[&str]| needles.iter().any(|needle| words.contains(needle));
    let mut named = places(&words);
    let found = match status {
        // Words that name two places ("with neighbor/front desk/other") tell none.
        Status::Delivered => named.next().filter(|_| named.next().is_none()).map(|place| ("delivered_to", place)),
        Status::AvailableForPickup => {
            named.find(|place| matches!(*place, "locker" | "shop")).map(|place| ("pickup_at", place))
        }
        Status::Returning | Status::Returned => {
            REASONS.iter().find(|(_, needles)| names(needles)).map(|(reason, _)| ("return_reason", *reason))
        }
        _ => None,
    };
    found.map(|(name, value)| (name.to_owned(), value.to_owned())).into_iter().collect()
}

fn places(words: &str) -> impl Iterator<Item = &'static str> {
    let names = |needles: &[&str]| needles.iter().any(|needle| words.contains(needle));
    PLACES.iter().filter(move |(_, needles)| names(needles)).map(|(place, _)| *place)
}

fn plain(words: &str) -> String {
    words.to_ascii_lowercase().replace('_', " ")
}
