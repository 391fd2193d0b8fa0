//! What an event tells beside its status: where it was delivered, why it goes back.

use parcelwatch_plugin::Status;

use crate::scan::{Scan, tells};

/// Where it was left, as English words of a delivery say it. The couriers' words come in many languages; what is not
/// found here stays unsaid.
const LEFT_AT: [(&str, &str); 10] = [
    ("mailbox", "mailbox"),
    ("letterbox", "mailbox"),
    ("letter box", "mailbox"),
    ("neighbor", "neighbour"),
    ("neighbour", "neighbour"),
    ("locker", "locker"),
    ("safe place", "safe_place"),
    ("front desk", "front_desk"),
    ("reception", "front_desk"),
    ("parcel shop", "shop"),
];

/// Codes that are the reason of a return that follows them.
const REASONS: [(&str, &str); 2] = [("delivery_refused", "refused"), ("customs_rejected", "customs")];

/// The fact of an event, if it tells one.
pub(crate) fn of(status: Status, words: &str, older: &[Scan]) -> Option<(String, String)> {
    let (name, value) = match status {
        Status::Delivered => ("delivered_to", left_at(words)?),
        Status::Returning | Status::Returned => {
            ("return_reason", REASONS.iter().find(|(code, _)| tells(older, code)).map(|(_, reason)| *reason)?)
        }
        _ => return None,
    };
    Some((name.to_owned(), value.to_owned()))
}

/// Words that name two places tell none.
fn left_at(words: &str) -> Option<&'static str> {
    let words = words.to_ascii_lowercase();
    let mut named = LEFT_AT.iter().filter(|(part, _)| words.contains(part)).map(|(_, place)| *place);
    let first = named.next()?;
    named.all(|other| other == first).then_some(first)
}
