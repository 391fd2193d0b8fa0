//! What Chronopost's codes mean, as far as a recording shows them, November 2026. There are many more.

use parcelwatch_plugin::Status::*;
use parcelwatch_plugin::codes::Codes;

/// `code` of an event.
pub(crate) const EVENTS: Codes = Codes::new(&[
    ("D", Delivered),
    ("DB", Accepted),
    ("DC", Registered),
    ("DY", Accepted),
    ("SC", OriginProcessing),
    ("SD", LocalProcessing),
    ("TA", OutForDelivery),
    ("TS", InTransit),
]);
