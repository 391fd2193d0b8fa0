//! What La Poste's codes mean: the vendor's documentation, read by us, November 2026.

use parcelwatch_plugin::Status::{self, *};
use parcelwatch_plugin::code_table::CodeTable;

/// `event.code`. DI2 is a delivery back to the sender.
pub(crate) const EVENTS: CodeTable = CodeTable::new(include_str!("codes.txt"));

/// Words in English and French of a parcel that is being prepared at the delivery site.
const PREPARED: [&str; 11] = [
    "being prepared",
    "are preparing",
    "préparons",
    "en préparation",
    "en cours de préparation",
    "at the delivery site",
    "at its delivery site",
    "in the delivery site",
    "dans le site de livraison",
    "sur le site de livraison",
    "sur son site de livraison",
];

/// What an event means. MD1 to MD3 stand for the delivery round, and for its preparation as well.
pub(crate) fn status(code: &str, words: &str) -> Status {
    match EVENTS.status(code) {
        OutForDelivery if is_prepared(words) => LocalProcessing,
        status => status,
    }
}

fn is_prepared(words: &str) -> bool {
    let words = words.to_lowercase();
    PREPARED.iter().any(|part| words.contains(part))
}

/// Where it was left, as English and French words of a delivery say it. The first that fits counts. A `consigne` is a
/// locker, and an instruction, too.
const LEFT_AT: [(&str, &str); 12] = [
    ("mailbox", "mailbox"),
    ("letterbox", "mailbox"),
    ("letter box", "mailbox"),
    ("boîte aux lettres", "mailbox"),
    ("neighbour", "neighbour"),
    ("voisin", "neighbour"),
    ("voisine", "neighbour"),
    ("locker", "locker"),
    ("consigne automatique", "locker"),
    ("en consigne", "locker"),
    ("pick-up point", "shop"),
    ("point de retrait", "shop"),
];

/// A fact that the words of an event hold beside its status.
pub(crate) fn fact(status: Status, words: &str) -> Option<(String, String)> {
    let words = words.to_lowercase();
    let place = LEFT_AT.iter().find(|(part, _)| has_words(&words, part)).map(|(_, place)| *place)?;
    (status == Delivered).then(|| ("delivered_to".to_owned(), place.to_owned()))
}

/// Whether a text has these words, and not only longer ones that hold them.
fn has_words(text: &str, words: &str) -> bool {
    text.match_indices(words).any(|(at, _)| {
        !text[..at].ends_with(char::is_alphanumeric) && !text[at + words.len()..].starts_with(char::is_alphanumeric)
    })
}
