//! What Yanwen's codes and words mean. Sorted; the compiler checks it. As public projects saw them on the page or read them
//! from the merchant interface, and from a recording of 2017; November 2026.

use parcelwatch_plugin::Status::{self, *};
use parcelwatch_plugin::codes::Codes;

/// `tracking_status` of the merchant interface, and the icon of the newest scan on the page.
pub(crate) const STAGES: Codes =
    Codes::new(&[("LH20", InTransit), ("LM10", LocalProcessing), ("LM40", Delivered), ("OR10", Registered)]);

/// The words of a scan in lower case, exactly so. They say more than the code beside them.
pub(crate) const WORDS: Codes = Codes::new(&[
    ("<user not at home>", DeliveryFailed),
    ("<wrong address>", DeliveryFailed),
    ("arrived at domestic terminal station", OriginProcessing),
    ("arrived.", LocalProcessing),
    ("batch delivery to carrier", HandedToLocal),
    ("delivered.", Delivered),
    ("international shipment release - export", ExportCustoms),
    ("international shipment release - import", CustomsCleared),
    ("order processed by shipper", Registered),
    ("order submited.", Registered),
    ("pick up by local carrier at destination port", HandedToLocal),
    ("port of departure - departure", DepartedOrigin),
    ("port of departure - received by carrier", HandedToAirline),
    ("port of destination - arrival", ArrivedDestination),
    ("received.", LocalProcessing),
    ("shipment out for delivery.", OutForDelivery),
    ("yanwen facility - outbound", LeftSorting),
    ("yanwen pickup scan", Accepted),
]);

/// `state` of the interface of 2017: 0 when it had nothing.
pub(crate) const OLD_STATES: Codes = Codes::new(&[("0", Unknown), ("40", Delivered)]);

/// What the words of a scan mean.
pub(crate) fn words(words: &str) -> Option<Status> {
    WORDS.find(&words.to_ascii_lowercase())
}

/// What a scan means. A delivery is told by its code, however the local carrier words it; otherwise words come first.
pub(crate) fn status(code: Option<&str>, words: Option<Status>) -> Status {
    match code.and_then(|code| STAGES.find(code)) {
        Some(Delivered) => Delivered,
        stage => words.or(stage).unwrap_or(Unknown),
    }
}

/// Where it was left, as the words of a delivery say it. The first that fits counts.
const LEFT_AT: [(&str, &str); 7] = [
    ("mailbox", "mailbox"),
    ("letterbox", "mailbox"),
    ("neighbour", "neighbour"),
    ("neighbor", "neighbour"),
    ("locker", "locker"),
    ("front desk", "front_desk"),
    ("safe place", "safe_place"),
];

/// A fact that the words of an event hold beside its status.
pub(crate) fn fact(status: Status, words: &str) -> Option<(String, String)> {
    let words = words.to_ascii_lowercase();
    let place = LEFT_AT.iter().find(|(part, _)| words.contains(part)).map(|(_, place)| *place)?;
    (status == Delivered).then(|| ("delivered_to".to_owned(), place.to_owned()))
}
