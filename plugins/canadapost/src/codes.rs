//! What Canada Post's codes mean: its table of codes as public code quotes it, read by us, November 2026.

use parcelwatch_plugin::Status;
use parcelwatch_plugin::code_table::CodeTable;
use parcelwatch_plugin::phrases::Phrases;

/// `event-identifier`, without leading zeros.
pub(crate) const EVENTS: CodeTable = CodeTable::new(include_str!("codes.txt"));

/// What an event says happened. A parcel that goes back is processed, sent out and delivered under the usual codes, and only
/// the words name its sender.
pub(crate) fn status(code: Option<&str>, words: &str) -> Status {
    let words = words.to_lowercase();
    let has = |parts: &[&str]| parts.iter().any(|part| words.contains(part));
    let to_sender = has(&["to sender", "to the sender", "to shipper", "à l'expéditeur", "à expéditeur", "à l'exp."]);
    match EVENTS.status(code) {
        // "It will be returned to sender if …"
        status if !to_sender || has(&["will be return", "sera ret", "renvoi à l'exp. si"]) => {
            attempted(status, &words)
        }
        Status::Delivered => Status::Returned,
        _ if has(&["successfully returned", "avec succès"]) => Status::Returned,
        _ => Status::Returning,
    }
}

/// An attempt is one under whatever code, and so is what lies ready.
fn attempted(status: Status, words: &str) -> Status {
    match status {
        Status::DeliveryFailed if words.contains("available for pick") => Status::AvailableForPickup,
        Status::AvailableForPickup | Status::Exception | Status::Unknown if words.starts_with("attempted delivery") => {
            Status::DeliveryFailed
        }
        status => status,
    }
}

/// Why it goes back, as its words say.
pub(crate) const REASONS: Phrases = Phrases(&[
    ("refused", &["refused by recipient", "refusé par le destinataire"]),
    ("unclaimed", &["unclaimed by recipient", "non réclamé par le destinataire"]),
    ("address", &["address", "adresse"]),
    ("customs", &["customs", "douanes"]),
]);

/// Where a delivered parcel was left, as its words say.
pub(crate) const LEFT_AT: Phrases = Phrases(&[
    ("mailbox", &["mailbox", "mail box"]),
    ("locker", &["locker"]),
    ("neighbour", &["neighbour", "neighbor"]),
    ("safe_place", &["door", "porch", "garage", "safe drop", "safe place"]),
    ("front_desk", &["concierge", "front desk", "reception", "mailroom", "mail room"]),
]);
