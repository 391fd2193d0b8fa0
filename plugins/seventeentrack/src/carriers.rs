//! 17TRACK's numbers of carriers, and who they are here.

use parcelwatch_plugin::prelude::*;

/// 17TRACK's number, our id, and the country of a post. From the vendor's list and public code, November 2026.
const CARRIERS: [(i64, &str, Option<&str>); 16] = [
    (1151, "australiapost", Some("AU")),
    (2151, "correios", Some("BR")),
    (3011, "china_post", Some("CN")),
    (3013, "china_ems", Some("CN")),
    (7041, "dhl", Some("DE")),
    (11031, "royalmail", Some("GB")),
    (21051, "usps", Some("US")),
    (100_001, "dhl", None),
    (100_002, "ups", None),
    (100_003, "fedex", None),
    (190_008, "yunexpress", None),
    (190_012, "yanwen", None),
    (190_072, "sunyou", None),
    (190_094, "fourpx", None),
    (190_271, "cainiao", None),
    (190_625, "aliexpress", None),
];

fn known(key: i64) -> Option<&'static (i64, &'static str, Option<&'static str>)> {
    CARRIERS.iter().find(|(known, ..)| *known == key)
}

/// Our id of one of 17TRACK's carriers.
pub(crate) fn id(key: i64) -> Option<&'static str> {
    known(key).map(|(_, id, _)| *id)
}

/// Where one of 17TRACK's carriers works, if that is one country.
pub(crate) fn country(key: i64) -> Option<Country> {
    Country::new(known(key)?.2?)
}

/// The carrier that a person names with the hint `courier`: one of our ids, or 17TRACK's own number of it.
pub(crate) fn named(parcel: &Parcel) -> Result<Option<i64>, Failure> {
    let Some(told) = parcel.hint("courier").map(str::trim) else { return Ok(None) };
    let by_id = CARRIERS.iter().find(|(_, id, _)| *id == told).map(|(key, ..)| *key);
    match by_id.or_else(|| told.parse().ok().filter(|key| *key > 0)) {
        Some(key) => Ok(Some(key)),
        None => Err(Failure::needs_input(
            &["courier"],
            format!(
                "17TRACK knows no carrier {told:?}; the hint courier is 17TRACK's number of a carrier, such as 21051 for USPS"
            ),
        )),
    }
}
