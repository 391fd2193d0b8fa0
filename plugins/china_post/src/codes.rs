//! What China Post's codes and states mean, with English words, for its own are Chinese. From public clients; most were
//! seen on the live service, November 2026.

use parcelwatch_plugin::Status::{self, *};

/// What a scan means, and its English.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Meaning {
    pub status: Status,
    pub english: &'static str,
}

/// `operationCode` and `opCode`. 542 comes with the state of a parcel under way, so codes count before states.
pub(crate) const CODES: [(&str, Status, &str); 29] = [
    ("207", Cancelled, "record deleted"),
    ("404", OriginProcessing, "given to the transport carrier"),
    ("423", OriginProcessing, "closed into an export dispatch"),
    ("457", DepartedOrigin, "departed with the airline"),
    ("459", ArrivedDestination, "arrived at the destination's processing centre"),
    ("460", LocalProcessing, "left the destination's processing centre"),
    ("461", LocalProcessing, "arrived at the destination's delivery office"),
    ("462", OutForDelivery, "out for delivery abroad"),
    ("463", Delivered, "delivered abroad"),
    ("489", InTransit, "left a foreign transit office"),
    ("500", HandedToAirline, "accepted by the airline"),
    ("505", InTransit, "flight arrived"),
    ("542", DeliveryFailed, "delivery attempted"),
    ("702", OutForDelivery, "out for delivery"),
    ("704", Delivered, "delivered"),
    ("708", Returning, "on its way back"),
    ("711", Returned, "returned to the sender"),
    ("713", OriginProcessing, "arrived at a Chinese office"),
    ("747", Delivered, "delivered"),
    ("748", Delivered, "delivered"),
    ("801", Cancelled, "cancelled"),
    ("802", InTransit, "address changed"),
    ("911", OriginProcessing, "left on a domestic flight"),
    ("912", OriginProcessing, "domestic flight landed"),
    ("954", OriginProcessing, "arrived at an international exchange office"),
    ("989", OriginProcessing, "left a Chinese office"),
    ("EXA", ExportCustoms, "presented to export customs"),
    ("EXB", ExportCustoms, "held by export customs"),
    ("EXC", ExportCustoms, "released by export customs"),
];

/// `stateDesc`: the state that the app shows, in exactly these words.
pub(crate) const STATES: [(&str, Status, &str); 23] = [
    (ACCEPTED, Accepted, "accepted"),
    ("已揽件", Accepted, "accepted"),
    ("运送中", InTransit, "in transit"),
    ("启运", InTransit, "departed"),
    ("交运输商", InTransit, "given to the transport carrier"),
    ("已起飞", InTransit, "flight departed"),
    ("已落地", InTransit, "flight landed"),
    ("清关中", ImportCustoms, "in customs"),
    ("出口清关", ExportCustoms, "export customs"),
    ("进口清关", ImportCustoms, "import customs"),
    ("预报关中", ImportCustoms, "declared to customs in advance"),
    ("到达目的地", ArrivedDestination, "arrived at the destination"),
    ("到达境外目的地", ArrivedDestination, "arrived at the destination abroad"),
    ("正在安排派送", OutForDelivery, "delivery is being arranged"),
    ("派送中", OutForDelivery, "out for delivery"),
    ("等待客户网点取件", AvailableForPickup, "waits to be picked up at the office"),
    ("待取件", AvailableForPickup, "waits to be picked up"),
    ("已签收", Delivered, "delivered"),
    ("派件异常", Exception, "trouble with the delivery"),
    ("邮件异常", Exception, "trouble with the parcel"),
    ("待退回", Returning, "to be returned"),
    ("退回寄件人", Returning, "on its way back to the sender"),
    ("已退回", Returned, "returned"),
];

/// The state of a parcel that was accepted.
pub(crate) const ACCEPTED: &str = "已揽收";

/// Scans that only offices in China make.
pub(crate) const CHINESE: [&str; 6] = ["423", "713", "911", "912", "954", "989"];

/// What a scan means by its code, else by the state beside it. One of which neither is listed means nothing.
pub(crate) fn meaning(code: Option<&str>, state: Option<&str>) -> Option<Meaning> {
    find(&CODES, code).or_else(|| find(&STATES, state))
}

/// Whether these are the words of a state.
pub(crate) fn is_state(words: &str) -> bool {
    STATES.iter().any(|(state, ..)| *state == words)
}

fn find(table: &[(&str, Status, &'static str)], told: Option<&str>) -> Option<Meaning> {
    let told = told?.trim();
    let (_, status, english) = table.iter().find(|(known, ..)| *known == told)?;
    Some(Meaning { status: *status, english })
}
