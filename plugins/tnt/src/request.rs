//! The document that asks about consignments.

use parcelwatch_plugin::{Parcel, batch, xml};

/// Asks for every scan, and for nothing of what the owner of an account may see beside it: addresses, contents, the
/// signature.
///
/// Version 3.1 wants a market and a country. Public clients send these whatever they look for, and the recorded answer
/// to them holds a parcel from Germany, so that they narrow nothing.
pub(crate) fn document(parcels: &[&Parcel]) -> String {
    let consignment = |number: &str| format!("<ConsignmentNumber>{}</ConsignmentNumber>", xml::escape(number));
    let consignments: String = batch::numbers(parcels).into_iter().map(consignment).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
         <TrackRequest locale=\"en_US\" version=\"3.1\">\
         <SearchCriteria marketType=\"INTERNATIONAL\" originCountry=\"US\">{consignments}</SearchCriteria>\
         <LevelOfDetail><Complete/></LevelOfDetail>\
         </TrackRequest>"
    )
}
