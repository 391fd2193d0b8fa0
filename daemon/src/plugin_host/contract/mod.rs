//! The wall: between the text of the contract and the types of the daemon. Nothing generated from it is seen elsewhere,
//! and nothing a guest says passes unchecked.

mod bindings;
mod exports;
mod host;

pub(super) use bindings::{Carrier, CarrierPre};
pub(super) use exports::{describe_once, recognize, release, track};
pub(super) use host::link;
