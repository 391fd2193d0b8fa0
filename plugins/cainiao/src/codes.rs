//! What Cainiao's words mean.
//!
//! From the open platform's published list, which says of itself that it is not complete, from recorded answers and from
//! public clients, November 2026. Where the list and a recording differ, the recording counts.

use parcelwatch_plugin::Status;
use parcelwatch_plugin::code_table::CodeTable;

/// `actionCode` of an event.
pub(crate) const ACTIONS: CodeTable = CodeTable::new(include_str!("codes/actions.txt"));

/// A code as the tables have it: in capitals, with `_` for a blank.
pub(crate) fn spelling(told: &str) -> String {
    told.split_whitespace().collect::<Vec<_>>().join("_").to_ascii_uppercase()
}

/// What a code means, and the fact it holds: by the table, else by a family whose members differ in where a parcel moves, and in
/// nothing else.
pub(crate) fn meaning(code: &str) -> (Status, Option<(&'static str, &'static str)>) {
    match ACTIONS.entry(code) {
        Some(entry) => (entry.status, entry.fact),
        None => (ACTIONS.find(code).or_else(|| of_family(code)).unwrap_or(Status::Unknown), None),
    }
}

/// Families of moves: on the way back, in transit countries, between sorting centres.
const FAMILIES: [(&str, Status); 6] = [
    ("RT_", Status::Returning),
    ("TD_", Status::InTransit),
    ("LH_TRANS_", Status::InTransit),
    ("TRANSFER_", Status::InTransit),
    ("CC_TRANS_", Status::InTransit),
    ("SC_", Status::InTransit),
];
/// Of these a code of such a family is made, or it means nothing to us.
const MOVES: [&str; 24] = [
    "ARRIVE", "DEPART", "INBOUND", "OUTBOUND", "SORTING", "SORT", "HO", "IN", "OUT", "SIGN", "SUCCESS", "TRANS",
    "TRANSWH", "WH", "SC", "DO", "LM", "TMS", "DELIVERY", "ACCEPT", "START", "C", "DCP", "PORT",
];

fn of_family(code: &str) -> Option<Status> {
    let (family, status) = FAMILIES.iter().find(|(family, _)| code.starts_with(family))?;
    let mut parts: Vec<&str> = code[family.len()..].split('_').collect();
    let fails = parts.pop_if(|last| matches!(*last, "FAILURE" | "FAIL" | "EXCEPTION")).is_some();
    let is_move = parts.iter().all(|part| MOVES.contains(part)) && (fails || !parts.is_empty());
    is_move.then_some(if fails { Status::Exception } else { *status })
}

/// `status` of a parcel. It names a phase and often lies: `CLEAR_CUSTOMS` stays after the release, `DELIVERING` came while
/// the newest scan was the arrival of the plane. So it is only the summary.
pub(crate) const TOKENS: CodeTable = CodeTable::new(include_str!("codes/tokens.txt"));
