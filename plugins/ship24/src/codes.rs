//! What Ship24's words for its couriers' scans mean: the vendor's documentation, read by us, November 2026.
//!
//! An event has a code where Ship24 understood it, and always a milestone: the state of the whole shipment at that
//! time. A milestone that was there before says nothing of the event.

use parcelwatch_plugin::Status::{self, *};
use parcelwatch_plugin::code_table::CodeTable;

/// `statusCode`. What customs' codes mean depends on whose customs it is, see [`of_customs`]; here is what they mean in
/// any case.
pub(crate) const CODES: CodeTable = CodeTable::new(include_str!("codes/codes.txt"));

/// Codes that tell of an exchange of data and nothing of the parcel: ways to deliver it were proposed, or one was
/// chosen.
pub(crate) const SILENT: [&str; 2] = ["data_delivery_decided", "data_delivery_proposed"];

/// Codes of a parcel that has left its country.
pub(crate) const ABROAD: [&str; 2] = ["destination_arrival", "transit_origin_country_departure"];

/// `statusMilestone`.
pub(crate) const MILESTONES: CodeTable = CodeTable::new(include_str!("codes/milestones.txt"));

/// Whose customs an event speaks of, as far as the shipment's other events tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Customs {
    Export,
    Import,
    Either,
}

/// What a code of customs means. Those of the country of origin have the same words, and must not look like an arrival.
pub(crate) fn of_customs(code: &str, whose: Customs) -> Option<Status> {
    Some(match (code, whose) {
        ("customs_received", Customs::Import) => ImportCustoms,
        ("customs_cleared", Customs::Import) => CustomsCleared,
        // Papers or money may be wanted.
        ("customs_exception", Customs::Import) => CustomsHold,
        ("customs_received" | "customs_cleared", Customs::Export) => ExportCustoms,
        _ => return None,
    })
}

/// What an event without a code of its own means. A milestone that is new is what happened; one that was there before
/// only goes on, and no second attempt or problem is to be read from it.
pub(crate) fn of_milestone(milestone: &str, is_new: bool) -> Status {
    match MILESTONES.status(milestone) {
        going_on @ (InTransit | Registered) => going_on,
        reached if is_new => reached,
        _ => Unknown,
    }
}
