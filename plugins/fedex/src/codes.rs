//! What FedEx's codes mean: the vendor's list of tracking status codes, and what a scan adds to its code.

use parcelwatch_plugin::Status::{self, *};
use parcelwatch_plugin::code_table::CodeTable;

use crate::answer::Scan;

pub(crate) const CODES: CodeTable = CodeTable::new(include_str!("codes/codes.txt"));

/// Who has it: a list of its own, asked where the first has no such code.
pub(crate) const POSSESSION: CodeTable = CodeTable::new(include_str!("codes/possession.txt"));

/// What a code means by itself.
pub(crate) fn status(code: &str) -> Status {
    CODES.find(code).unwrap_or_else(|| POSSESSION.status(code))
}

/// Where a parcel comes from and goes to, as far as FedEx tells.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Route<'a> {
    pub origin: Option<&'a str>,
    pub destination: Option<&'a str>,
}

/// What a scan means: its code, and where one code has two meanings, its words and its place.
pub(crate) fn meaning(scan: &Scan, route: Route<'_>) -> Status {
    let code = scan.code();
    let words = scan.words().to_ascii_lowercase();
    let place = scan.location_type.as_deref().unwrap_or_default();
    match code {
        "CC" | "CD" | "CP" if is_export(scan, &words, route) => ExportCustoms,
        "CD" | "CP" if asks_recipient(&words) => CustomsHold,
        "AR" if place == "DESTINATION_FEDEX_FACILITY" => LocalProcessing,
        // As OF and LO, which say the same of the same place.
        "AR" | "DP" if place == "ORIGIN_FEDEX_FACILITY" => OriginProcessing,
        // On the way to the airport, and not export approved.
        "EA" if words.contains("airport") => OriginProcessing,
        // On the way to delivery, and not any transfer.
        "TR" if words.contains("delivery") => OutForDelivery,
        _ => status(code),
    }
}

/// Both releases have one code, and the words end in Import or Export; where they do not, the place tells.
fn is_export(scan: &Scan, words: &str, route: Route<'_>) -> bool {
    if words.contains("import") || words.contains("export") {
        return words.contains("export");
    }
    let here = scan.scan_location.as_ref().and_then(|address| address.country_code.as_deref());
    let at_origin = here.is_some() && here == route.origin && here != route.destination;
    at_origin || scan.location_type.as_deref() == Some("ORIGIN_FEDEX_FACILITY")
}

/// Whether customs waits for the recipient: papers or money.
fn asks_recipient(words: &str) -> bool {
    let any = |needles: &[&str]| needles.iter().any(|needle| words.contains(needle));
    any(&["consignee", "recipient", "importer"]) && any(&["must", "required", "to provide", "needs to", "awaiting"])
        || any(&["duties", "duty", "tax"]) && any(&["payment", "unpaid", "to pay", "be paid"])
}

impl Scan {
    /// The scan's code, or the one derived from it.
    pub(crate) fn code(&self) -> &str {
        self.event_type.as_deref().or(self.derived_status_code.as_deref()).unwrap_or_default().trim()
    }

    /// What happened, and what stood in the way.
    pub(crate) fn words(&self) -> String {
        let (event, exception) = (self.event_description.as_deref(), self.exception_description.as_deref());
        let parts: Vec<&str> = [event, exception].into_iter().flatten().collect();
        parts.join(": ")
    }
}
