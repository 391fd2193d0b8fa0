//! Values that several sections hold, from their texts.

use parcelwatch_tracking::{CarrierId, Country};
use url::Url;

use super::table::suggestion;

/// The message does not repeat the value: the address of a channel may hold its key.
pub(super) fn web_address(text: &str) -> Result<Url, String> {
    let wrong = || "is not a web address such as \"https://parcels.example\"".to_owned();
    let url = Url::parse(text).map_err(|_| wrong())?;
    if matches!(url.scheme(), "http" | "https") && url.has_host() { Ok(url) } else { Err(wrong()) }
}

pub(super) fn country(text: &str) -> Result<Country, String> {
    let known = Country::new(text).filter(Country::is_assigned).or_else(|| Country::from_name(text));
    known.ok_or_else(|| format!("is \"{text}\", not a country; write two letters, such as \"FR\""))
}

pub(super) fn carrier_id(text: &str) -> Result<CarrierId, String> {
    CarrierId::new(text).ok_or_else(|| format!("is \"{text}\", not a carrier id such as \"dhl\""))
}

pub(super) fn one_of<'w>(text: &str, known: impl Iterator<Item = &'w str> + Clone) -> String {
    match suggestion(text, known.clone()) {
        Some(close) => format!("is \"{text}\"; did you mean \"{close}\"?"),
        None => format!("is \"{text}\"; known: {}", known.collect::<Vec<_>>().join(", ")),
    }
}
