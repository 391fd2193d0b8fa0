//! Sentences that come without a code, and what the coarse state is worth. Seen in recorded answers, November 2026.

use parcelwatch_plugin::Status::{self, *};
use parcelwatch_plugin::code_table::CodeTable;

use super::{Meaning, squeeze};

/// How the sentences of a unit begin, in lower case, and their English where they are in another language.
const OPENINGS: [(&[&str], CodeTable); 4] = [
    (&["express"], CodeTable::new(include_str!("openings/express.txt"))),
    (&["ecommerce", "ecommerce-apac"], CodeTable::new(include_str!("openings/ecommerce.txt"))),
    (&["parcel-pl"], CodeTable::new(include_str!("openings/parcel-pl.txt"))),
    (&["parcel-de"], CodeTable::new(include_str!("openings/parcel-de.txt"))),
];

pub(super) fn by_opening(unit: &str, text: &str) -> Option<Meaning> {
    let (_, table) = OPENINGS.iter().find(|(units, _)| units.contains(&unit))?;
    let entry = table.by_beginning(&squeeze(text))?;
    Some(Meaning { status: entry.status, words: Some(entry.words).filter(|words| !words.is_empty()), fact: entry.fact })
}

/// What the coarse state means beside words that no table has. DHL says "transit" of a parcel that waits to be collected,
/// too; the words, plain, may tell.
pub(super) fn by_coarse(coarse: &str, words: &str) -> Status {
    match coarse {
        "pre-transit" => Registered,
        "transit" if waits(words, &["ready for ", "available for "]) => AvailableForPickup,
        "transit" => InTransit,
        "delivered" => delivered(words),
        "failure" => failed(words),
        _ => Unknown,
    }
}

/// A failure is an attempt, a return or a problem; the state alone does not tell which.
fn failed(words: &str) -> Status {
    let any = |needles: &[&str]| needles.iter().any(|needle| words.contains(needle));
    if any(&[
        "return to sender",
        "returned to sender",
        "returning to sender",
        "return to shipper",
        "returned to shipper",
    ]) {
        Returning
    } else if any(&["attempt", "not be delivered", "not delivered", "unable to deliver", "no response"]) {
        DeliveryFailed
    } else if any(&["hold", "delay", "exception", "damage", "problem", "missing", "incorrect"]) {
        Exception
    } else {
        Unknown
    }
}

/// Who has it when DHL says "delivered": the recipient, unless the words, plain, name a shop, another carrier or the
/// sender.
pub(super) fn delivered(words: &str) -> Status {
    let any = |needles: &[&str]| needles.iter().any(|needle| words.contains(needle));
    let given = any(&["handed over "]);
    let in_shop =
        (given || any(&["delivered to ", "delivered at ", "arrived at ", "arrival at "])) && names_shop(words);
    if goes_to_sender(words) || any(&["returned", "return to ", "return delivered", "back to the "]) {
        Returned
    } else if in_shop || waits(words, &["ready for ", "available for ", "awaiting ", "waiting "]) {
        AvailableForPickup
    } else if given || any(&["for final delivery", "to partner carrier"]) {
        HandedToLocal
    } else {
        Delivered
    }
}

fn waits(words: &str, openings: &[&str]) -> bool {
    let any = |needles: &[&str]| needles.iter().any(|needle| words.contains(needle));
    any(openings) && any(&["collection", "collected", "pick up", "pickup", "picked up"])
}

fn names_shop(words: &str) -> bool {
    const SHOPS: [&str; 14] = [
        "service point",
        "servicepoint",
        "parcel shop",
        "parcelshop",
        "access point",
        "locker",
        "packstation",
        "parcelstation",
        "post office",
        "postoffice",
        "pick up location",
        "pickup location",
        "pick up point",
        "pickup point",
    ];
    // The box there is the recipient's own.
    let words = words.replace("post office box", "");
    SHOPS.iter().any(|shop| words.contains(shop))
}

/// Whether "delivered" is followed by the sender. One who is named elsewhere may only have been told of it.
fn goes_to_sender(words: &str) -> bool {
    const BETWEEN: [&str; 8] = ["delivered", "back", "to", "at", "the", "original", "business", "its"];
    let next =
        |after: &str| after.split(' ').find(|word| !word.is_empty() && !BETWEEN.contains(word)).map(str::to_owned);
    let is_sender = |word: String| matches!(word.as_str(), "sender" | "shipper" | "consignor");
    words.split("delivered").skip(1).any(|after| next(after).is_some_and(is_sender))
}

/// Letters and digits in lower case, one blank between words: whether a dash, a colon or a field is between two words does
/// not matter.
pub(super) fn plain(text: &str) -> String {
    let bare: String = text.chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
    squeeze(&bare)
}
