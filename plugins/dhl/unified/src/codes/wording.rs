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

/// What the coarse state means beside words that no table has. DHL says "delivered" of a parcel that a shop, another
/// carrier or its sender has, and "transit" of one that waits to be collected; the words may tell.
pub(super) fn by_coarse(coarse: &str, words: &str) -> Status {
    let any = |needles: &[&str]| needles.iter().any(|needle| words.contains(needle));
    let waits = any(&["ready for ", "available for "]) && any(&["collection", "pick-up", "pickup", "pick up"]);
    let with_shop = any(&["service point", "servicepoint", "parcelshop", "access point", "locker", "post office"]);
    match coarse {
        "pre-transit" => Registered,
        "transit" | "delivered" if waits => AvailableForPickup,
        "transit" => InTransit,
        "delivered" if any(&["back to the", "returned to", "delivered to the sender", "delivered to sender"]) => {
            Returned
        }
        "delivered" if any(&["handed over "]) && with_shop => AvailableForPickup,
        "delivered" if any(&["handed over "]) => HandedToLocal,
        "delivered" => Delivered,
        "failure" => Exception,
        _ => Unknown,
    }
}
