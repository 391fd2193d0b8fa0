//! What Chronopost's codes mean, as far as recordings and public clients show them, November 2026. There are many more.

use parcelwatch_plugin::Status;
use parcelwatch_plugin::code_table::CodeTable;

/// `code` of an event.
pub(crate) const EVENTS: CodeTable = CodeTable::new(include_str!("codes.txt"));

/// That the recipient was told something is no move of the parcel.
pub(crate) const NOTICE: &str = "SM";
/// At the shop, and on its way there; the courier's scan may come after the shop's.
pub(crate) const AT_SHOP: &str = "AB";
pub(crate) const TO_SHOP: &str = "RB";

/// Codes that partners have used for something else count only beside one of these words, in French or in English.
const WORDS: [(&str, &[&str]); 5] = [
    (AT_SHOP, &["retrait", "relais", "pickup", "pick-up", "collect"]),
    (TO_SHOP, &["retrait", "relais", "pickup", "pick-up", "collect"]),
    ("P", &["echec", "échec", "absen", "not deliver", "unsuccessful", "failed"]),
    ("SK", &["attente", "information", "waiting"]),
    ("EI", &["pays", "country", "destination"]),
];

/// What an event says happened.
pub(crate) fn status(code: Option<&str>, words: &str) -> Status {
    let words = words.to_lowercase();
    let has = |parts: &[&str]| parts.iter().any(|part| words.contains(part));
    let code = code.map(str::trim).unwrap_or_default();
    match WORDS.iter().find(|(known, _)| known.eq_ignore_ascii_case(code)) {
        Some((_, parts)) if !has(parts) => Status::Unknown,
        // One recording has it of the delivery site, another of a day's delay.
        None if code.eq_ignore_ascii_case("SD") && has(&["report", "postpone", "24h"]) => Status::InTransit,
        _ => EVENTS.status(code),
    }
}
