//! What 17TRACK's words for its carriers' scans mean: the vendor's documentation, November 2026.

use parcelwatch_plugin::Status::*;
use parcelwatch_plugin::codes::Codes;

/// `sub_status`, of an event or of the whole parcel.
pub(crate) const SUB_STATUSES: Codes = Codes::new(&[
    ("AvailableForPickup_Other", AvailableForPickup),
    ("Delivered_Other", Delivered),
    ("DeliveryFailure_InvalidAddress", DeliveryFailed),
    ("DeliveryFailure_NoBody", DeliveryFailed),
    ("DeliveryFailure_Other", DeliveryFailed),
    ("DeliveryFailure_Rejected", NotDelivered),
    ("DeliveryFailure_Security", DeliveryFailed),
    ("Exception_Cancel", Cancelled),
    ("Exception_Damage", Damaged),
    ("Exception_Delayed", Exception),
    ("Exception_Destroyed", Exception),
    ("Exception_Lost", Lost),
    ("Exception_NoBody", Exception),
    // A parcel that waited to be collected was recorded like this.
    ("Exception_Other", Exception),
    ("Exception_Rejected", NotDelivered),
    ("Exception_Returned", Returned),
    ("Exception_Returning", Returning),
    ("Exception_Security", Exception),
    ("Expired_Other", Exception),
    ("InTransit_Arrival", ArrivedDestination),
    ("InTransit_CustomsProcessing", ImportCustoms),
    ("InTransit_CustomsReleased", CustomsCleared),
    ("InTransit_CustomsRequiringInformation", CustomsHold),
    ("InTransit_Departure", DepartedOrigin),
    ("InTransit_Other", InTransit),
    ("InTransit_PickedUp", Accepted),
    ("InfoReceived", Registered),
    ("NotFound_InvalidCode", Unknown),
    ("NotFound_Other", Unknown),
    ("OutForDelivery_Other", OutForDelivery),
]);

/// `stage` of an event, where it has no `sub_status`: before v2.4.
pub(crate) const STAGES: Codes = Codes::new(&[
    ("Arrival", ArrivedDestination),
    ("AvailableForPickup", AvailableForPickup),
    ("Delivered", Delivered),
    ("Departure", DepartedOrigin),
    ("InfoReceived", Registered),
    ("OutForDelivery", OutForDelivery),
    ("PickedUp", Accepted),
    ("Returned", Returned),
    ("Returning", Returning),
]);

/// The state of a parcel in the old shape.
pub(crate) const OLD_STATES: Codes = Codes::new(&[
    ("0", Unknown),
    ("10", InTransit),
    // No news for a long time.
    ("20", Exception),
    ("30", AvailableForPickup),
    ("35", DeliveryFailed),
    ("40", Delivered),
    ("50", Exception),
]);

/// Words of people for what a parcel is said to be; carriers' own words are in the events.
pub(crate) fn words(code: &str) -> String {
    let mut words = String::with_capacity(code.len() + 8);
    let code = code.strip_suffix("_Other").unwrap_or(code);
    for c in code.chars() {
        if c == '_' {
            words.push(':');
        } else if c.is_ascii_uppercase() && !words.is_empty() {
            words.push(' ');
            words.push(c.to_ascii_lowercase());
        } else {
            words.push(c);
        }
    }
    words
}
