//! What one scan says, in our own words: the fine vocabulary every carrier's codes are mapped to.

use crate::vocabulary::Stage;

/// What a scan says happened. Carriers' codes are mapped to these by their plugins; a code nobody mapped is
/// [`Status::Unknown`] and is never guessed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Status {
    /// The seller has the order; no carrier reports this.
    OrderReceived,
    AwaitingClarification,
    Unfulfillable,
    OrderInProgress,
    Purchased,
    Packed,
    Cancelled,
    Refunded,
    /// A label exists, nothing has been handed over: data only, not a parcel.
    Registered,
    /// The seller says it left.
    Shipped,
    /// The first carrier holds it: the first proof that a parcel exists.
    Accepted,
    OriginProcessing,
    ArrivedAtSorting,
    LeftSorting,
    ExportCustoms,
    HandedToAirline,
    DepartedOrigin,
    /// Something moved, the carrier does not say where.
    InTransit,
    ArrivedDestination,
    ImportCustoms,
    /// Customs waits for the recipient: papers or money.
    CustomsHold,
    CustomsCleared,
    HandedToLocal,
    LocalProcessing,
    OutForDelivery,
    DeliveryFailed,
    AvailableForPickup,
    NotDelivered,
    Delivered,
    Returning,
    Returned,
    /// Something is wrong; the stage stays what it was.
    Exception,
    Lost,
    Damaged,
    /// A code that no table knows.
    Unknown,
}

impl Status {
    /// Every status, in the order of a parcel's life.
    pub const ALL: [Self; 35] = {
        use Status::*;
        [
            OrderReceived,
            AwaitingClarification,
            Unfulfillable,
            OrderInProgress,
            Purchased,
            Packed,
            Cancelled,
            Refunded,
            Registered,
            Shipped,
            Accepted,
            OriginProcessing,
            ArrivedAtSorting,
            LeftSorting,
            ExportCustoms,
            HandedToAirline,
            DepartedOrigin,
            InTransit,
            ArrivedDestination,
            ImportCustoms,
            CustomsHold,
            CustomsCleared,
            HandedToLocal,
            LocalProcessing,
            OutForDelivery,
            DeliveryFailed,
            AvailableForPickup,
            NotDelivered,
            Delivered,
            Returning,
            Returned,
            Exception,
            Lost,
            Damaged,
            Unknown,
        ]
    };

    /// The word used on the plugin wall, in the API and in the store.
    pub const fn key(self) -> &'static str {
        match self {
            Self::OrderReceived => "order_received",
            Self::AwaitingClarification => "awaiting_clarification",
            Self::Unfulfillable => "unfulfillable",
            Self::OrderInProgress => "order_in_progress",
            Self::Purchased => "purchased",
            Self::Packed => "packed",
            Self::Cancelled => "cancelled",
            Self::Refunded => "refunded",
            Self::Registered => "registered",
            Self::Shipped => "shipped",
            Self::Accepted => "accepted",
            Self::OriginProcessing => "origin_processing",
            Self::ArrivedAtSorting => "arrived_at_sorting",
            Self::LeftSorting => "left_sorting",
            Self::ExportCustoms => "export_customs",
            Self::HandedToAirline => "handed_to_airline",
            Self::DepartedOrigin => "departed_origin",
            Self::InTransit => "in_transit",
            Self::ArrivedDestination => "arrived_destination",
            Self::ImportCustoms => "import_customs",
            Self::CustomsHold => "customs_hold",
            Self::CustomsCleared => "customs_cleared",
            Self::HandedToLocal => "handed_to_local",
            Self::LocalProcessing => "local_processing",
            Self::OutForDelivery => "out_for_delivery",
            Self::DeliveryFailed => "delivery_failed",
            Self::AvailableForPickup => "available_for_pickup",
            Self::NotDelivered => "not_delivered",
            Self::Delivered => "delivered",
            Self::Returning => "returning",
            Self::Returned => "returned",
            Self::Exception => "exception",
            Self::Lost => "lost",
            Self::Damaged => "damaged",
            Self::Unknown => "unknown",
        }
    }

    /// The status of a word from the plugin wall, or `None` for a word this version does not know.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.key() == key)
    }

    /// The phase this status belongs to; `None` where it says nothing about how far the parcel is.
    pub const fn stage(self) -> Option<Stage> {
        match self {
            Self::OrderReceived
            | Self::AwaitingClarification
            | Self::Unfulfillable
            | Self::OrderInProgress
            | Self::Purchased
            | Self::Packed
            | Self::Cancelled
            | Self::Refunded => Some(Stage::Ordered),
            Self::Registered | Self::Shipped => Some(Stage::PreTransit),
            Self::Accepted
            | Self::OriginProcessing
            | Self::ArrivedAtSorting
            | Self::LeftSorting
            | Self::ExportCustoms
            | Self::HandedToAirline => Some(Stage::Origin),
            Self::DepartedOrigin | Self::InTransit => Some(Stage::LineHaul),
            Self::ArrivedDestination | Self::ImportCustoms | Self::CustomsHold | Self::CustomsCleared => {
                Some(Stage::Import)
            }
            Self::HandedToLocal
            | Self::LocalProcessing
            | Self::OutForDelivery
            | Self::DeliveryFailed
            | Self::AvailableForPickup
            | Self::NotDelivered => Some(Stage::LastMile),
            Self::Delivered => Some(Stage::Done),
            Self::Returning | Self::Returned => Some(Stage::Back),
            Self::Exception | Self::Lost | Self::Damaged | Self::Unknown => None,
        }
    }

    /// Whether this status raises the trouble flag and leaves the stage alone.
    pub const fn is_trouble(self) -> bool {
        matches!(self, Self::Exception | Self::Lost | Self::Damaged)
    }

    /// Whether the person has to do something before the parcel can move on.
    pub const fn needs_person(self) -> bool {
        matches!(
            self,
            Self::AwaitingClarification
                | Self::CustomsHold
                | Self::DeliveryFailed
                | Self::AvailableForPickup
                | Self::NotDelivered
        )
    }

    /// A title for people.
    pub const fn title(self) -> &'static str {
        match self {
            Self::OrderReceived => "Order received",
            Self::AwaitingClarification => "Seller needs an answer",
            Self::Unfulfillable => "Order cannot be fulfilled",
            Self::OrderInProgress => "Order in progress",
            Self::Purchased => "Paid",
            Self::Packed => "Packed",
            Self::Cancelled => "Cancelled",
            Self::Refunded => "Refunded",
            Self::Registered => "Label created",
            Self::Shipped => "Shipped by the seller",
            Self::Accepted => "Accepted by the carrier",
            Self::OriginProcessing => "In processing at origin",
            Self::ArrivedAtSorting => "Arrived at sorting centre",
            Self::LeftSorting => "Left sorting centre",
            Self::ExportCustoms => "Export customs",
            Self::HandedToAirline => "Handed to the airline",
            Self::DepartedOrigin => "Left the country of origin",
            Self::InTransit => "In transit",
            Self::ArrivedDestination => "Arrived in destination country",
            Self::ImportCustoms => "Import customs",
            Self::CustomsHold => "Held by customs",
            Self::CustomsCleared => "Released by customs",
            Self::HandedToLocal => "Handed to the local carrier",
            Self::LocalProcessing => "With the local carrier",
            Self::OutForDelivery => "Out for delivery",
            Self::DeliveryFailed => "Delivery attempt failed",
            Self::AvailableForPickup => "Ready for pickup",
            Self::NotDelivered => "Not delivered",
            Self::Delivered => "Delivered",
            Self::Returning => "On its way back",
            Self::Returned => "Returned to sender",
            Self::Exception => "Problem reported",
            Self::Lost => "Reported lost",
            Self::Damaged => "Reported damaged",
            Self::Unknown => "Unknown status",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_reads_back_as_its_status() {
        for status in Status::ALL {
            assert_eq!(Status::from_key(status.key()), Some(status));
        }
        assert_eq!(Status::from_key("teleported"), None);
    }

    #[test]
    fn all_lists_every_status_once_in_order() {
        assert!(Status::ALL.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!(Status::ALL.last(), Some(&Status::Unknown));
    }
}
