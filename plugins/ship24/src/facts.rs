//! What an event tells beside its status: where it was delivered, why it goes back.

use parcelwatch_plugin::Status;
use parcelwatch_plugin::phrases::Phrases;

use crate::scan::{Scan, tells};

/// Where it was left, as English words of a delivery say it. The couriers' words come in many languages; what is not
/// found here stays unsaid.
const LEFT_AT: Phrases = Phrases(&[
    ("mailbox", &["mailbox", "letterbox", "letter box"]),
    ("neighbour", &["neighbor", "neighbour"]),
    ("locker", &["locker"]),
    ("safe_place", &["safe place"]),
    ("front_desk", &["front desk", "reception"]),
    ("shop", &["parcel shop"]),
]);

/// Codes that are the reason of a return that follows them.
const REASONS: [(&str, &str); 2] = [("delivery_refused", "refused"), ("customs_rejected", "customs")];

/// The fact of an event, if it tells one.
pub(crate) fn of(status: Status, words: &str, older: &[Scan]) -> Option<(String, String)> {
    let (name, value) = match status {
        Status::Delivered => ("delivered_to", LEFT_AT.only(words)?),
        Status::Returning | Status::Returned => {
            ("return_reason", REASONS.iter().find(|(code, _)| tells(older, code)).map(|(_, reason)| *reason)?)
        }
        _ => return None,
    };
    Some((name.to_owned(), value.to_owned()))
}
