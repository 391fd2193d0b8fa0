//! What USPS's codes and words mean.
//!
//! The full list is appendix G-4 of Publication 199, which was not at hand; this is what public code and recorded answers
//! show, November 2026.

use parcelwatch_plugin::Status::{self, *};
use parcelwatch_plugin::codes::Codes;

/// `eventCode`. 80 to 83 speak of another carrier that will bring it: the parcel moves, and USPS does not have it.
/// 04, 05 and 21 to 28 are final: no second attempt follows.
pub(crate) const EVENTS: Codes = Codes::new(&[
    ("01", Delivered),
    ("02", DeliveryFailed),
    ("03", Accepted),
    ("04", NotDelivered),
    ("05", NotDelivered),
    ("06", InTransit),
    ("07", LocalProcessing),
    ("08", Exception),
    ("09", Returning),
    ("10", InTransit),
    ("11", Exception),
    ("14", AvailableForPickup),
    ("15", Exception),
    ("16", AvailableForPickup),
    ("17", Delivered),
    ("19", Unknown),
    ("21", NotDelivered),
    ("22", NotDelivered),
    ("23", NotDelivered),
    ("24", NotDelivered),
    ("25", NotDelivered),
    ("26", NotDelivered),
    ("27", NotDelivered),
    ("28", NotDelivered),
    ("29", Returning),
    ("30", DeliveryFailed),
    ("31", DeliveryFailed),
    ("41", HandedToLocal),
    ("42", HandedToLocal),
    ("43", Delivered),
    ("44", Exception),
    ("51", DeliveryFailed),
    ("52", DeliveryFailed),
    ("53", DeliveryFailed),
    ("54", DeliveryFailed),
    ("55", DeliveryFailed),
    ("56", DeliveryFailed),
    ("71", LocalProcessing),
    ("80", Registered),
    ("81", Registered),
    ("82", Registered),
    ("83", Registered),
    ("89", Registered),
    ("A1", InTransit),
    ("AD", LocalProcessing),
    ("DX", Unknown),
    ("EF", InTransit),
    ("GC", Delivered),
    ("GX", Registered),
    ("MA", Registered),
    ("NT", InTransit),
    ("OA", Accepted),
    ("OF", OutForDelivery),
    ("PA", Accepted),
    ("PC", LocalProcessing),
    ("SF", InTransit),
    ("T1", InTransit),
    ("TL", InTransit),
    ("TM", Accepted),
    ("UA", Accepted),
]);

/// `statusCategory` of the piece.
pub(crate) const CATEGORIES: Codes = Codes::new(&[
    ("Accepted", Accepted),
    ("Alert", Exception),
    ("Available for Pickup", AvailableForPickup),
    ("Delivered", Delivered),
    ("Delivery Attempt: Action Needed", DeliveryFailed),
    ("In Transit", InTransit),
    ("Moving Through Network", InTransit),
    ("Out for Delivery", OutForDelivery),
    ("Pre-Shipment", Registered),
]);

/// What words say against the code or the category beside them: beginnings, in small letters.
const AGAINST_THE_CODE: [(&str, Status); 2] =
    [("delivered, to original sender", Returned), ("delivered to agent for final delivery", HandedToLocal)];

/// What the words of events without a listed code begin with, in small letters; the first that fits counts.
const WORDING: [(&str, Status); 41] = [
    ("pre-shipment", Registered),
    ("shipping label created", Registered),
    ("label cancelled", Cancelled),
    ("merchant order receipt", Registered),
    ("picked up by shipping partner", Registered),
    ("arrived shipping partner", Registered),
    ("departed shipping partner", Registered),
    ("usps in possession", Accepted),
    ("usps picked up", Accepted),
    ("acceptance", Accepted),
    ("accepted at usps origin", Accepted),
    ("shipment received, package acceptance pending", Accepted),
    ("processed through origin", OriginProcessing),
    ("origin post is preparing", Registered),
    ("arrived at usps", InTransit),
    ("arrived at hub", InTransit),
    ("departed usps", InTransit),
    ("in transit to next facility", InTransit),
    ("in transit, arriving", InTransit),
    ("inbound into customs", ImportCustoms),
    ("held in customs", ImportCustoms),
    ("customs clearance processing complete", CustomsCleared),
    ("inbound out of customs", CustomsCleared),
    ("released from us customs", CustomsCleared),
    ("customs clearance", ImportCustoms),
    ("depart from transit office", InTransit),
    ("dispatched from usps international", DepartedOrigin),
    ("arrived at post office", LocalProcessing),
    ("arrival at post office", LocalProcessing),
    ("out for delivery", OutForDelivery),
    ("available for pickup", AvailableForPickup),
    ("available for redelivery or pickup", AvailableForPickup),
    ("held at post office", AvailableForPickup),
    ("notice left", DeliveryFailed),
    ("delivery attempted", DeliveryFailed),
    ("redelivery scheduled", LocalProcessing),
    ("rescheduled", LocalProcessing),
    ("delivered", Delivered),
    ("return to sender", Returning),
    ("unclaimed", Returning),
    ("forwarded", InTransit),
];

/// What an event says happened.
pub(crate) fn status(code: Option<&str>, words: &str) -> Status {
    against_the_code(words).or_else(|| EVENTS.find(code?)).or_else(|| begins(&WORDING, words)).unwrap_or(Unknown)
}

/// What the words say where code and category are not to be believed: "delivered" may be to the sender or to an agent.
pub(crate) fn against_the_code(words: &str) -> Option<Status> {
    if words.to_ascii_lowercase().contains("being returned to sender") {
        return Some(Returning);
    }
    begins(&AGAINST_THE_CODE, words)
}

fn begins(table: &[(&str, Status)], words: &str) -> Option<Status> {
    let words = words.to_ascii_lowercase();
    table.iter().find(|(beginning, _)| words.starts_with(beginning)).map(|(_, status)| *status)
}

/// Where it was left, from the words of a delivery. The first that fits counts.
const LEFT_AT: [(&str, &str); 12] = [
    ("locker", "locker"),
    ("mailbox", "mailbox"),
    ("po box", "mailbox"),
    ("front desk", "front_desk"),
    ("reception", "front_desk"),
    ("mail room", "front_desk"),
    ("neighbor", "neighbour"),
    ("porch", "safe_place"),
    ("door", "safe_place"),
    ("garage", "safe_place"),
    ("left with individual", "person"),
    ("individual picked up", "person"),
];

/// Where a delivered parcel was left, when the words say so.
pub(crate) fn left_at(words: &str) -> Option<&'static str> {
    find(&LEFT_AT, words)
}

const REASONS: [(&str, &str); 8] = [
    ("refused", "refused"),
    ("unclaimed", "unclaimed"),
    ("address", "address"),
    ("no such number", "address"),
    ("moved", "address"),
    ("forward", "address"),
    ("vacant", "address"),
    ("customs", "customs"),
];

/// Why it goes back, when the words say so.
pub(crate) fn return_reason(words: &str) -> Option<&'static str> {
    find(&REASONS, words)
}

fn find(table: &[(&str, &'static str)], words: &str) -> Option<&'static str> {
    let words = words.to_ascii_lowercase();
    table.iter().find(|(part, _)| words.contains(part)).map(|(_, meaning)| *meaning)
}
