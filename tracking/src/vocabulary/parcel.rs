//! What we follow, as the person described it.

use std::fmt;

use jiff::SignedDuration;
use jiff::civil::Date;

use crate::vocabulary::{Country, Facts, Status};

/// Names a parcel in links, feeds and the store. Lower-case letters, digits, `-`, `_` and `.`; 1 to 64 of them.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ParcelId(String);

impl ParcelId {
    const CHARS_MAX: usize = 64;

    pub fn new(text: &str) -> Option<Self> {
        let fits = (1..=Self::CHARS_MAX).contains(&text.len())
            && !text.starts_with('.')
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_' | b'.'));
        fits.then(|| Self(text.to_owned()))
    }

    /// Makes an id from free text: "Desk lamp (blue)" becomes `desk-lamp-blue`. `None` where nothing usable is left.
    pub fn slug(text: &str) -> Option<Self> {
        let mut slug = String::new();
        for c in text.chars() {
            if slug.len() >= Self::CHARS_MAX {
                break;
            }
            if c.is_ascii_alphanumeric() {
                slug.push(c.to_ascii_lowercase());
            } else if !slug.ends_with('-') && !slug.is_empty() {
                slug.push('-');
            }
        }
        Self::new(slug.trim_end_matches('-'))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ParcelId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A number a carrier knows a parcel by: upper case, without blanks, otherwise as given.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TrackingNumber(String);

impl TrackingNumber {
    /// No number seen so far has more; aggregators accept up to 50.
    const CHARS_MAX: usize = 64;

    /// Reads a number as people paste it: blanks inside and around it are dropped. Letters, digits and `-_./` remain.
    pub fn new(text: &str) -> Option<Self> {
        let number: String = text.chars().filter(|c| !c.is_whitespace() && !is_invisible(*c)).collect();
        let fits = (4..=Self::CHARS_MAX).contains(&number.len())
            && number.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'/'))
            && number.bytes().any(|b| b.is_ascii_digit());
        fits.then(|| Self(number.to_ascii_uppercase()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last four characters, for logs.
    pub fn tail(&self) -> &str {
        &self.0[self.0.len() - 4..]
    }
}

impl fmt::Display for TrackingNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Zero-width characters come along when a number is copied from a shop's page.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{00ad}')
}

/// A carrier, by the id of the plugin that speaks to it. Lower-case letters, digits and `_`; 2 to 32 of them.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CarrierId(String);

impl CarrierId {
    pub fn new(text: &str) -> Option<Self> {
        let fits = (2..=32).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        fits.then(|| Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CarrierId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What was paid for: it decides how long is normal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Class {
    Economy,
    Standard,
    Express,
    /// From a warehouse on the recipient's continent.
    Warehouse,
    /// Several orders in one parcel.
    Combined,
    /// To islands and other far places.
    Remote,
}

impl Class {
    pub const ALL: [Self; 6] =
        [Self::Economy, Self::Standard, Self::Express, Self::Warehouse, Self::Combined, Self::Remote];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Economy => "economy",
            Self::Standard => "standard",
            Self::Express => "express",
            Self::Warehouse => "warehouse",
            Self::Combined => "combined",
            Self::Remote => "remote",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.key() == key)
    }
}

/// A parcel as its owner described it. Nothing here comes from a carrier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parcel {
    pub id: ParcelId,
    pub label: String,
    /// The numbers given, the first one first. None yet for an order that has not shipped.
    pub numbers: Vec<TrackingNumber>,
    pub order: Option<String>,
    pub marketplace: Option<String>,
    pub seller: Option<String>,
    pub ordered: Option<Date>,
    pub class: Option<Class>,
    pub origin: Option<Country>,
    /// Where it goes.
    pub country: Option<Country>,
    pub postcode: Option<String>,
    pub recipient: Option<String>,
    /// Asked instead of whom the number looks like.
    pub carrier: Option<CarrierId>,
    pub tags: Vec<String>,
    /// What else a carrier may want to know: phone_digits, ship_date, service …
    pub hints: Facts,
    /// Replaces the rhythm of the stages, within the carrier's limits.
    pub ask_every: Option<SignedDuration>,
    /// What the shop says of the order; no carrier reports this.
    pub order_status: Option<Status>,
    pub note: Option<String>,
}

impl Parcel {
    /// A parcel of which only the name is known.
    pub fn new(id: ParcelId, label: impl Into<String>) -> Self {
        Self {
            id,
            label: label.into(),
            numbers: Vec::new(),
            order: None,
            marketplace: None,
            seller: None,
            ordered: None,
            class: None,
            origin: None,
            country: None,
            postcode: None,
            recipient: None,
            carrier: None,
            tags: Vec::new(),
            hints: Facts::default(),
            ask_every: None,
            order_status: None,
            note: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pasted_number_loses_blanks_and_invisible_characters_only() {
        let number = TrackingNumber::new(" lp 0012\u{200b}3456-789 ").expect("a number");
        assert_eq!((number.as_str(), number.tail()), ("LP00123456-789", "-789"));
        for bad in ["", "abc", "no digits here", "12;DROP", "ÄÖ123456"] {
            assert_eq!(TrackingNumber::new(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn an_id_is_made_from_a_label() {
        let id = |text| ParcelId::slug(text).map(|id| id.to_string());
        assert_eq!(id("Desk lamp (blue)"), Some("desk-lamp-blue".into()));
        assert_eq!(id("灯"), None);
        assert_eq!(ParcelId::new("../etc"), None);
        assert_eq!(ParcelId::new("Desk"), None);
    }
}
