//! What InPost's statuses mean: the published list of all 53, read by us, November 2026.

use parcelwatch_plugin::Status::*;
use parcelwatch_plugin::codes::Codes;

/// The status of a parcel and of its scans. A courier takes a parcel at the sender's, long before it is delivered.
/// Nobody tries again once it was refused, or not collected in time.
pub(crate) const STATUSES: Codes = Codes::new(&[
    ("adopted_at_sorting_center", InTransit),
    ("adopted_at_source_branch", InTransit),
    ("adopted_at_target_branch", LocalProcessing),
    ("avizo", AvailableForPickup),
    ("canceled", Cancelled),
    ("canceled_redirect_to_box", InTransit),
    ("claimed", Exception),
    ("collected_from_sender", Accepted),
    ("confirmed", Registered),
    ("courier_avizo_in_customer_service_point", AvailableForPickup),
    ("created", Registered),
    ("delay_in_delivery", Exception),
    ("delivered", Delivered),
    ("dispatched_by_sender", Accepted),
    ("dispatched_by_sender_to_pok", Accepted),
    ("missing", Exception),
    ("offer_selected", Registered),
    ("offers_prepared", Registered),
    ("other", Unknown),
    ("out_for_delivery", OutForDelivery),
    ("out_for_delivery_to_address", OutForDelivery),
    ("oversized", Exception),
    ("pickup_reminder_sent", AvailableForPickup),
    ("pickup_reminder_sent_address", DeliveryFailed),
    ("pickup_time_expired", NotDelivered),
    ("readdressed", InTransit),
    ("ready_to_pickup", AvailableForPickup),
    ("ready_to_pickup_from_branch", AvailableForPickup),
    ("ready_to_pickup_from_pok", AvailableForPickup),
    ("ready_to_pickup_from_pok_registered", AvailableForPickup),
    ("redirect_to_box", InTransit),
    ("rejected_by_receiver", NotDelivered),
    ("return_pickup_confirmation_to_sender", Returned),
    ("returned_to_sender", Returned),
    ("sent_from_sorting_center", InTransit),
    ("sent_from_source_branch", InTransit),
    ("stack_in_box_machine", LocalProcessing),
    ("stack_in_customer_service_point", LocalProcessing),
    ("stack_parcel_in_box_machine_pickup_time_expired", DeliveryFailed),
    ("stack_parcel_pickup_time_expired", DeliveryFailed),
    ("taken_by_courier", Accepted),
    ("taken_by_courier_from_customer_service_point", Returning),
    ("taken_by_courier_from_pok", Accepted),
    ("undelivered", DeliveryFailed),
    ("undelivered_cod_cash_receiver", DeliveryFailed),
    ("undelivered_incomplete_address", DeliveryFailed),
    ("undelivered_lack_of_access_letterbox", DeliveryFailed),
    ("undelivered_no_mailbox", DeliveryFailed),
    ("undelivered_not_live_address", DeliveryFailed),
    ("undelivered_unknown_receiver", DeliveryFailed),
    ("undelivered_wrong_address", DeliveryFailed),
    ("unstack_from_box_machine", InTransit),
    ("unstack_from_customer_service_point", InTransit),
]);

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
