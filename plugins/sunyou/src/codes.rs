//! What SunYou's codes mean: recorded, or seen on the live service by public projects, November 2026.

use parcelwatch_plugin::Status::*;
use parcelwatch_plugin::codes::Codes;

/// `status` of a scan. 20810 is the reason why a delivery failed, 210 is the way back.
pub(crate) const SCANS: Codes = Codes::new(&[
    ("101", Registered),
    ("102", Accepted),
    ("105", OriginProcessing),
    ("106", DepartedOrigin),
    ("200", InTransit),
    ("201", InTransit),
    ("205", InTransit),
    ("206", ArrivedDestination),
    ("2061", HandedToLocal),
    ("2062", ImportCustoms),
    ("20622", ImportCustoms),
    ("2064", CustomsCleared),
    ("2067", LocalProcessing),
    ("2068", OutForDelivery),
    ("207", AvailableForPickup),
    ("2071", OutForDelivery),
    ("2072", OutForDelivery),
    ("208", DeliveryFailed),
    ("20801", DeliveryFailed),
    ("20802", DeliveryFailed),
    ("20803", DeliveryFailed),
    ("20806", DeliveryFailed),
    ("20810", DeliveryFailed),
    ("20899", DeliveryFailed),
    ("209", Delivered),
    ("20903", Delivered),
    ("20906", Delivered),
    ("210", Returning),
    ("220", Exception),
]);

/// Where a parcel was left, as the code of its delivery says.
pub(crate) fn delivered_to(code: &str) -> Option<&'static str> {
    match code {
        "20903" => Some("mailbox"),
        "20906" => Some("safe_place"),
        _ => None,
    }
}
