//! What Demo Post's codes mean. Sorted by code; the compiler checks it.

use parcelwatch_plugin::Status::*;
use parcelwatch_plugin::codes::Codes;

pub(crate) const CODES: Codes = Codes::new(&[
    ("AIRLINE", HandedToAirline),
    ("ARRIVE", ArrivedDestination),
    ("DEPART", DepartedOrigin),
    ("DONE", Delivered),
    ("EXPORT", ExportCustoms),
    ("HANDOVER", HandedToLocal),
    ("IMPORT", ImportCustoms),
    ("LABEL", Registered),
    ("LOCAL", LocalProcessing),
    ("OUT", OutForDelivery),
    ("PICKUP", Accepted),
    ("RELEASED", CustomsCleared),
    ("SORT_IN", ArrivedAtSorting),
    ("SORT_OUT", LeftSorting),
]);
