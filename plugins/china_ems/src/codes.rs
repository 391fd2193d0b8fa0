//! What EMS means by its words; there are no codes. Only whole wordings count, in lower case here.

use parcelwatch_plugin::Status::{self, *};
use parcelwatch_plugin::codes::Codes;

/// The page, as two public programs read it. What it says of export customs, `held at`, `attempted` and `cancelled` was
/// seen there by one of them, September 2026. An export that is cancelled need not have come back.
pub(crate) const PAGE: Codes = Codes::new(&[
    ("arrived at destination import office", ArrivedDestination),
    ("arrived at export office", OriginProcessing),
    ("arrived at post office", LocalProcessing),
    ("arrived at sorting center", InTransit),
    ("delivered", Delivered),
    ("delivery attempted", DeliveryFailed),
    ("departed from destination import office", LocalProcessing),
    ("departed from export office", DepartedOrigin),
    ("export cancelled", Exception),
    ("held at destination import office", ArrivedDestination),
    ("held for customs inspection", ImportCustoms),
    ("held for export customs inspection", ExportCustoms),
    ("out for delivery", OutForDelivery),
    ("posted", Accepted),
    ("presented to export customs and security", ExportCustoms),
    ("presented to import customs", ImportCustoms),
    ("released from export customs and security", ExportCustoms),
    ("released from import customs", CustomsCleared),
]);

/// The partner interface, as far as a recording of 2017 shows it. Its sorting centres are Chinese.
pub(crate) const PARTNER: Codes = Codes::new(&[
    ("arrival at sorting center", ArrivedAtSorting),
    ("despatch from sorting center", LeftSorting),
    ("posting", Accepted),
]);

/// What words mean in a table.
pub(crate) fn status(table: Codes, words: &str) -> Status {
    table.status(&words.to_ascii_lowercase())
}
