//! What TNT's codes mean. Eleven status codes are public, from recordings; TNT gives the full list to its customers
//! only.

use parcelwatch_plugin::Status::*;
use parcelwatch_plugin::codes::Codes;

/// `StatusCode` of a scan. AA is a duplicate or missing record, which says nothing of the parcel.
pub(crate) const SCANS: Codes = Codes::new(&[
    ("AA", Unknown),
    ("AS", InTransit),
    ("CI", Accepted),
    ("IR", InTransit),
    ("IS", InTransit),
    ("MLA", Exception),
    ("NR", Exception),
    ("OD", OutForDelivery),
    ("OK", Delivered),
    ("RES", Delivered),
    ("TR", InTransit),
]);

/// The `SummaryCode` of a consignment that TNT does not know.
pub(crate) const NOT_FOUND: &str = "CNF";

/// `SummaryCode` of a consignment.
pub(crate) const SUMMARIES: Codes =
    Codes::new(&[(NOT_FOUND, Unknown), ("DEL", Delivered), ("EXC", Exception), ("INT", InTransit)]);

/// A summary has a code and no words.
pub(crate) fn summary_words(code: &str) -> &'static str {
    match code {
        "DEL" => "Delivered",
        "EXC" => "Exception",
        "INT" => "In transit",
        _ => "",
    }
}
