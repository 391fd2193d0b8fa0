//! What InPost's statuses mean: the published list of all 53, read by us, November 2026.

use parcelwatch_plugin::code_table::CodeTable;

/// The status of a parcel and of its scans. A courier takes a parcel at the sender's, long before it is delivered.
/// Nobody tries again once it was refused, or not collected in time.
pub(crate) const STATUSES: CodeTable = CodeTable::new(include_str!("codes.txt"));

/// Where it waits for its recipient under a status.
pub(crate) fn waits_at(code: &str) -> Option<&'static str> {
    match code {
        "ready_to_pickup" | "stack_in_box_machine" => Some("locker"),
        "ready_to_pickup_from_branch"
        | "ready_to_pickup_from_pok"
        | "ready_to_pickup_from_pok_registered"
        | "stack_in_customer_service_point"
        | "courier_avizo_in_customer_service_point" => Some("shop"),
        _ => None,
    }
}

/// Whether a courier has it for a round, so that it no longer waits where it did.
pub(crate) fn is_on_the_round(code: &str) -> bool {
    matches!(code, "out_for_delivery" | "out_for_delivery_to_address")
}

/// Why it goes back, as far as a status says so.
pub(crate) fn return_reason(code: &str) -> Option<&'static str> {
    match code {
        "rejected_by_receiver" => Some("refused"),
        "pickup_time_expired" => Some("unclaimed"),
        "undelivered_wrong_address"
        | "undelivered_incomplete_address"
        | "undelivered_unknown_receiver"
        | "undelivered_not_live_address" => Some("address"),
        _ => None,
    }
}
