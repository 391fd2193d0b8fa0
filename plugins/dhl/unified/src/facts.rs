//! What an event's words tell beside its status: where it was delivered, why it goes back.

use parcelwatch_plugin::Status;
use parcelwatch_plugin::phrases::Phrases;

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

/// Words that stand around a place and say nothing else.
#[rustfmt::skip]
const AROUND: &[&str] = &[
    "a", "an", "at", "by", "delivered", "for", "front", "in", "left", "of", "on", "or", "s", "the", "to", "with", "your",
];

/// How the vendor spells neighbours.
const NEIGHBOURS: &[&str] = &["neighbor", "neighbors", "neighbour", "neighbours", "neigbour"];

/// Words that name the cause of a return; the first that fits is told.
const REASONS: Phrases = Phrases(&[
    ("customs", &["customs", "the import of"]),
    ("refused", &["refus", "reject"]),
    (
        "unclaimed",
        &["not collected", "been picked up", "not picked up", "storage period", "collection date", "unclaimed"],
    ),
    ("address", &["address", "moved", "unknown", "post office box"]),
    ("attempts", &["missed each other", "delivery attempts", "no one home"]),
]);

/// Whether a text is nothing but a place of delivery, in the words that the vendor has for it: beside these a person may be
/// named.
pub(crate) fn is_place(text: &str) -> bool {
    let text = plain(text);
    let of_places = PLACES.iter().flat_map(|(_, needles)| *needles).flat_map(|needle| needle.split(' '));
    let known: Vec<&str> = of_places.chain(NEIGHBOURS.iter().copied()).chain(AROUND.iter().copied()).collect();
    let mut words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    places(&text).next().is_some() && words.all(|word| known.contains(&word))
}

/// The facts in an event's words.
pub(crate) fn of(status: Status, words: &[&str]) -> Option<(&'static str, &'static str)> {
    let words = plain(&words.join(" "));
    let mut named = places(&words);
    match status {
        // Words that name two places ("with neighbor/front desk/other") tell none.
        Status::Delivered => named.next().filter(|_| named.next().is_none()).map(|place| ("delivered_to", place)),
        Status::AvailableForPickup => {
            named.find(|place| matches!(*place, "locker" | "shop")).map(|place| ("pickup_at", place))
        }
        Status::Returning | Status::Returned => REASONS.first(&words).map(|reason| ("return_reason", reason)),
        _ => None,
    }
}

fn places(words: &str) -> impl Iterator<Item = &'static str> {
    let names = |needles: &[&str]| needles.iter().any(|needle| has_word(words, needle));
    PLACES.iter().filter(move |(_, needles)| names(needles)).map(|(place, _)| *place)
}

/// Whether a text has this word, perhaps with an ending: people are called Doorn as well.
fn has_word(text: &str, word: &str) -> bool {
    let endings = ["", "s", "r", "rs", "ur", "urs"];
    text.match_indices(word).any(|(at, _)| {
        let rest = &text[at + word.len()..];
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
        !text[..at].ends_with(|c: char| c.is_ascii_alphanumeric()) && endings.contains(&&rest[..end])
    })
}

fn plain(words: &str) -> String {
    words.to_ascii_lowercase().replace('_', " ")
}
