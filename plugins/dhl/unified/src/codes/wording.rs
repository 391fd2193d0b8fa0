//! Sentences that come without a code, and what the coarse state is worth. Seen in recorded answers, November 2026.

use parcelwatch_plugin::Status::{self, *};

use super::{Meaning, squeeze};

/// How a sentence of a unit begins, in lower case; what it means; its English, where it is in another language. A
/// longer opening stands before a shorter one that it begins with.
#[rustfmt::skip]
const OPENINGS: &[(&str, &str, Status, Option<&str>)] = &[
    ("express", "shipment picked up", Accepted, None),
    ("express", "processed at", InTransit, None),
    ("express", "shipment has departed from a dhl facility", InTransit, None),
    ("express", "arrived at dhl sort facility", InTransit, None),
    ("express", "arrived at dhl delivery facility", LocalProcessing, None),
    ("express", "shipment is in transit to destination", InTransit, None),
    ("express", "shipment is on hold", Exception, None),
    ("express", "clearance processing complete", CustomsCleared, None),
    // Also written while the parcel is still in the country it comes from: it proves no stage.
    ("express", "customs clearance status updated", InTransit, None),
    ("express", "clearance event", ImportCustoms, None),
    ("express", "shipment is out with courier for delivery", OutForDelivery, None),
    ("express", "payment is received and recorded", InTransit, None),
    ("express", "delivered", Delivered, None),
    ("ecommerce", "electronic notification received", Registered, None),
    ("ecommerce", "en route to dhl ecommerce", Registered, None),
    ("ecommerce", "arrival at dhl ecommerce distribution center", ArrivedAtSorting, None),
    ("ecommerce", "processed", InTransit, None),
    ("ecommerce", "departure origin dhl ecommerce", LeftSorting, None),
    ("ecommerce", "arrival destination dhl ecommerce", LocalProcessing, None),
    ("ecommerce", "tendered to delivery service provider", HandedToLocal, None),
    ("ecommerce", "arrived usps sort facility", LocalProcessing, None),
    ("ecommerce", "arrival at post office", LocalProcessing, None),
    ("ecommerce", "sorting complete", LocalProcessing, None),
    ("ecommerce", "out for delivery", OutForDelivery, None),
    ("ecommerce", "delivered", Delivered, None),
    ("parcel-pl", "przesyłka doręczona", Delivered, Some("delivered")),
    ("parcel-pl", "przesyłka oczekuje na odbiór", AvailableForPickup, Some("waits to be collected")),
    ("parcel-pl", "próba doręczenia zakończona niepowodzeniem", DeliveryFailed, Some("delivery attempt failed")),
    ("parcel-de", "the instruction data for this shipment have been provided", Registered, None),
    ("parcel-de", "the shipment has been posted", Accepted, None),
    ("parcel-de", "the shipment has been picked up", Accepted, None),
    ("parcel-de", "the shipment has been processed in the parcel center of origin", OriginProcessing, None),
    ("parcel-de", "the shipment has been processed in the destination parcel center", LocalProcessing, None),
    ("parcel-de", "the shipment has been processed in the parcel center", InTransit, None),
    ("parcel-de", "the shipment has been taken from the packstation", Accepted, None),
    ("parcel-de", "the shipment has been loaded onto the delivery vehicle", OutForDelivery, None),
    ("parcel-de", "the shipment has been successfully delivered", Delivered, None),
];

pub(super) fn by_opening(service: &str, text: &str) -> Option<Meaning> {
    let text = squeeze(text);
    let service = if service == "ecommerce-apac" { "ecommerce" } else { service };
    let known = OPENINGS.iter().find(|(unit, opening, ..)| *unit == service && text.starts_with(opening))?;
    Some(Meaning { status: known.2, words: known.3 })
}

/// What the coarse state means beside words that no table has. DHL says "transit" of a parcel that waits to be collected,
/// too; the words, plain, may tell.
pub(super) fn by_coarse(coarse: &str, words: &str) -> Status {
    match coarse {
        "pre-transit" => Registered,
        "transit" if waits(words, &["ready for ", "available for "]) => AvailableForPickup,
        "transit" => InTransit,
        "delivered" => delivered(words),
        "failure" => Exception,
        _ => Unknown,
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
