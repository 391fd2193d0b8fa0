//! What La Poste's codes mean: the vendor's documentation, read by us, November 2026.

use parcelwatch_plugin::Status::{self, *};
use parcelwatch_plugin::codes::Codes;

/// `event.code`. DI2 is a delivery back to the sender.
pub(crate) const EVENTS: Codes = Codes::new(&[
    ("AG1", AvailableForPickup),
    ("DI0", Delivered),
    ("DI1", Delivered),
    ("DI2", Returned),
    ("DI3", Exception),
    ("DO1", ImportCustoms),
    ("DO2", CustomsCleared),
    ("DO3", ImportCustoms),
    ("DR1", Registered),
    ("DR2", Exception),
    ("EP1", LocalProcessing),
    ("ET1", InTransit),
    ("ET2", OriginProcessing),
    ("ET3", ArrivedDestination),
    ("ET4", InTransit),
    ("ID0", ImportCustoms),
    ("MD2", OutForDelivery),
    ("ND1", DeliveryFailed),
    ("PB1", Exception),
    ("PB2", InTransit),
    ("PC1", Accepted),
    ("PC2", Accepted),
    ("RE1", Returning),
]);

/// Where it was left, as English and French words of a delivery say it. The first that fits counts.
const LEFT_AT: [(&str, &str); 10] = [
    ("mailbox", "mailbox"),
    ("letterbox", "mailbox"),
    ("letter box", "mailbox"),
    ("boîte aux lettres", "mailbox"),
    ("neighbour", "neighbour"),
    ("voisin", "neighbour"),
    ("locker", "locker"),
    ("consigne", "locker"),
    ("pick-up point", "shop"),
    ("point de retrait", "shop"),
];

/// A fact that the words of an event hold beside its status.
pub(crate) fn fact(status: Status, words: &str) -> Option<(String, String)> {
    let words = words.to_lowercase();
    let place = LEFT_AT.iter().find(|(part, _)| words.contains(part)).map(|(_, place)| *place)?;
    (status == Delivered).then(|| ("delivered_to".to_owned(), place.to_owned()))
}
