//! What Royal Mail's codes mean: the vendor's documentation and public code, read by us, November 2026.

use parcelwatch_plugin::Status::*;
use parcelwatch_plugin::codes::Codes;

/// `eventCode`.
pub(crate) const EVENTS: Codes = Codes::new(&[
    ("ASRXS", LocalProcessing),
    ("EVAIE", Registered),
    ("EVAIP", Registered),
    ("EVBAH", InTransit),
    ("EVDAC", InTransit),
    ("EVDAV", InTransit),
    ("EVGMI", Exception),
    ("EVGPD", OutForDelivery),
    ("EVIAV", LocalProcessing),
    ("EVIMC", LocalProcessing),
    ("EVIPI", Exception),
    ("EVKAA", DeliveryFailed),
    ("EVKAI", Returning),
    ("EVKDN", Delivered),
    ("EVKGA", Returning),
    ("EVKLC", AvailableForPickup),
    ("EVKNA", DeliveryFailed),
    ("EVKNR", DeliveryFailed),
    ("EVKOP", Delivered),
    ("EVKRF", Returning),
    ("EVKSF", Delivered),
    ("EVKSP", Delivered),
    ("EVKSU", DeliveryFailed),
    ("EVNAA", DeliveryFailed),
    ("EVNAR", LocalProcessing),
    ("EVNDA", DeliveryFailed),
    ("EVNDN", DeliveryFailed),
    ("EVNGA", Returning),
    ("EVNKS", Exception),
    ("EVNMI", Exception),
    ("EVNOC", Delivered),
    ("EVNRF", Returning),
    ("EVNRT", Exception),
    ("EVNSR", LocalProcessing),
    ("EVOAC", InTransit),
    ("EVOCO", InTransit),
    ("EVODO", InTransit),
    ("EVORI", InTransit),
    ("EVPLC", Delivered),
    ("EVPPA", Accepted),
    ("EVRTS", Returned),
    ("RFRXS", LocalProcessing),
    ("RNRXS", LocalProcessing),
    ("RORXS", LocalProcessing),
    ("RPRXS", LocalProcessing),
    ("RSRXS", LocalProcessing),
]);

/// `statusCategory` of the whole; the only one that is documented.
pub(crate) const CATEGORIES: Codes = Codes::new(&[("IN TRANSIT", InTransit)]);

/// What a code tells beside its status: where it was left, why it goes back.
pub(crate) fn fact(code: &str) -> Option<(String, String)> {
    let (name, value) = match code {
        "EVKSF" => ("delivered_to", "safe_place"),
        "EVKDN" => ("delivered_to", "neighbour"),
        // Fetched at a post office, or at the delivery office.
        "EVPLC" | "EVNOC" => ("delivered_to", "shop"),
        "EVKAI" | "EVKGA" | "EVNGA" => ("return_reason", "address"),
        "EVKRF" | "EVNRF" => ("return_reason", "refused"),
        _ => return None,
    };
    Some((name.to_owned(), value.to_owned()))
}
