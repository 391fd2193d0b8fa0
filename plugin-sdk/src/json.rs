//! Fields of JSON answers that are not always what they were: a number that becomes a text, one object where a list
//! stood, a null. Each type reads what it can and is empty otherwise, so that one odd field never costs a whole answer.
//!
//! ```
//! use parcelwatch_plugin::json;
//! use serde::Deserialize;
//!
//! #[derive(Deserialize, Default)]
//! #[serde(default)]
//! struct Shipment {
//!     id: json::Text,
//!     pieces: json::List<Shipment>,
//! }
//!
//! let shipment: Shipment = serde_json::from_str(r#"{ "id": 42, "pieces": { "id": "43" }, "weight": null }"#)?;
//! assert_eq!(shipment.id.as_deref(), Some("42"));
//! assert_eq!(shipment.pieces.iter().flatten().next().and_then(|piece| piece.id.as_deref()), Some("43"));
//! # Ok::<(), serde_json::Error>(())
//! ```

use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::{Country, Moment, civil, text};

/// A text, or a number or truth value as text. Empty for blank text, null and everything else.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text(pub Option<String>);

/// A whole number, also one written as text. Empty for everything else.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Integer(pub Option<i64>);

/// A number, also one written as text. Empty for everything else.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Number(pub Option<f64>);

/// An object of the form `T`. Empty for null and everything else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object<T>(pub Option<T>);

/// A list of objects of the form `T`; other items are left out, and one object alone is a list of one. Empty for null and
/// everything else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List<T>(pub Option<Vec<T>>);

/// A list of texts, each read as [`Text`]; empty items are left out, and one text alone is a list of one. Empty for null
/// and everything else.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Texts(pub Option<Vec<String>>);

// Not derived, because `T` needs no default.
impl<T> Default for Object<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T> Default for List<T> {
    fn default() -> Self {
        Self(None)
    }
}

/// Lets a field be used as the option that it is, and read without an attribute of its own.
macro_rules! field {
    ($field:ident$(<$item:ident>)? is $value:ty, read by $read:path) => {
        impl$(<$item>)? Deref for $field$(<$item>)? {
            type Target = Option<$value>;

            fn deref(&self) -> &Self::Target {
                &self.0
            }
        }

        impl$(<$item>)? DerefMut for $field$(<$item>)? {
            fn deref_mut(&mut self) -> &mut Self::Target {
                &mut self.0
            }
        }

        impl<'a $(, $item)?> IntoIterator for &'a $field$(<$item>)? {
            type Item = &'a $value;
            type IntoIter = std::option::Iter<'a, $value>;

            fn into_iter(self) -> Self::IntoIter {
                self.0.iter()
            }
        }

        impl<'de $(, $item: Deserialize<'de>)?> Deserialize<'de> for $field$(<$item>)? {
            // This is called and not inlined: an answer has dozens of fields, and a plugin is to stay small.
            #[inline(never)]
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $read(deserializer).map(Self)
            }
        }
    };
}

field!(Text is String, read by text);
field!(Integer is i64, read by integer);
field!(Number is f64, read by number);
field!(Object<T> is T, read by object);
field!(List<T> is Vec<T>, read by list);
field!(Texts is Vec<String>, read by texts);

impl Text {
    /// Without blanks around it, as codes and numbers are compared.
    pub fn trimmed(&self) -> Option<&str> {
        self.as_deref().map(str::trim)
    }

    /// Whether it is this code.
    pub fn is(&self, code: &str) -> bool {
        self.trimmed() == Some(code)
    }

    /// Whether it is this tracking number, in upper or lower case.
    pub fn is_number(&self, number: &str) -> bool {
        self.as_deref().is_some_and(|told| text::is_same(told, number))
    }

    /// One clean line.
    pub fn clean(&self) -> Option<String> {
        text::non_empty(self.as_deref()?)
    }

    /// One clean line without the people in it.
    pub fn discreet(&self) -> Option<String> {
        self.clean().map(|line| text::discreet(&line))
    }

    /// The same, empty where there is nothing to say.
    pub fn line(&self) -> String {
        self.discreet().unwrap_or_default()
    }

    /// A moment in one of the usual spellings.
    pub fn moment(&self) -> Option<Moment> {
        civil::parse(self.as_deref()?)
    }

    /// A moment whose midnight means the day, as in most estimates.
    pub fn estimate(&self) -> Option<Moment> {
        self.moment().map(civil::date_at_midnight)
    }

    /// A country by its two letters.
    pub fn country(&self) -> Option<Country> {
        Country::new(self.trimmed()?).filter(Country::is_assigned)
    }
}

fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    deserializer.deserialize_any(Scalar)
}

fn integer<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    Ok(text(deserializer)?.and_then(|text| text.trim().parse().ok()))
}

fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
    // Not `str::parse`: this one is part of every plugin already, and knows no infinity.
    Ok(text(deserializer)?.and_then(|text| serde_json::from_str(text.trim()).ok()))
}

fn object<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    deserializer.deserialize_any(ObjectVisitor(PhantomData))
}

fn list<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<Vec<T>>, D::Error> {
    deserializer.deserialize_any(ListVisitor(PhantomData))
}

fn texts<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<String>>, D::Error> {
    deserializer.deserialize_any(TextsVisitor)
}

/// Lets a visitor take a value of a kind it does not want as none.
macro_rules! none_of_these {
    ($($visit:ident($kind:ty))*) => {
        $(fn $visit<E: Error>(self, _: $kind) -> Result<Self::Value, E> {
            Ok(None)
        })*
    };
    (unit) => {
        fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
            Ok(None)
        }
    };
    (list) => {
        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
            while list.next_element::<IgnoredAny>()?.is_some() {}
            Ok(None)
        }
    };
}

/// From here on not every whole number is a float of its own.
const EXACT_BELOW: f64 = 9_007_199_254_740_992.0;

struct Scalar;

impl<'de> Visitor<'de> for Scalar {
    type Value = Option<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok((!text.trim().is_empty()).then(|| text.to_owned()))
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Some(value.to_string()))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Some(value.to_string()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Some(value.to_string()))
    }

    /// A whole number too large for an integer has lost its last digits.
    fn visit_f64<E: Error>(self, value: f64) -> Result<Self::Value, E> {
        Ok((value.fract() != 0.0 || value.abs() < EXACT_BELOW).then(|| value.to_string()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(None)
    }

    none_of_these!(unit);
    none_of_these!(list);
}

struct TextsVisitor;

impl<'de> Visitor<'de> for TextsVisitor {
    type Value = Option<Vec<String>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of texts")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        bounded(&mut list, |Text(text)| text).map(Some)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Scalar.visit_str::<E>(text)?.map(|text| vec![text]))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Some(vec![value.to_string()]))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Some(vec![value.to_string()]))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(None)
    }

    none_of_these!(visit_bool(bool) visit_f64(f64));
    none_of_these!(unit);
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ObjectVisitor<T> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(Some)
    }

    none_of_these!(visit_str(&str) visit_bool(bool) visit_i64(i64) visit_u64(u64) visit_f64(f64));
    none_of_these!(unit);
    none_of_these!(list);
}

struct ListVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ListVisitor<T> {
    type Value = Option<Vec<T>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        bounded(&mut list, |Object(item)| item).map(Some)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(|item| Some(vec![item]))
    }

    none_of_these!(visit_str(&str) visit_bool(bool) visit_i64(i64) visit_u64(u64) visit_f64(f64));
    none_of_these!(unit);
}

/// No parcel has a tenth of so many scans, and a megabyte of empty objects would need more memory than a plugin has.
const ITEMS_MAX: usize = 2000;

/// The items of a list that are what they should be; what follows the first thousands is not kept.
fn bounded<'de, A, I, T>(list: &mut A, kept: fn(I) -> Option<T>) -> Result<Vec<T>, A::Error>
where
    A: SeqAccess<'de>,
    I: Deserialize<'de>,
{
    let mut items = Vec::new();
    while items.len() < ITEMS_MAX {
        match list.next_element()? {
            Some(item) => items.extend(kept(item)),
            None => return Ok(items),
        }
    }
    while list.next_element::<IgnoredAny>()?.is_some() {}
    Ok(items)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(serde::Deserialize, Debug, Default, PartialEq)]
    #[serde(default)]
    struct Thing {
        name: Text,
        at: Integer,
        size: Number,
        part: Object<Box<Thing>>,
        parts: List<Thing>,
        tags: Texts,
    }

    fn read(json: &str) -> Thing {
        serde_json::from_str(json).expect(json)
    }

    fn named(name: &str) -> Thing {
        Thing { name: Text(Some(name.into())), ..Thing::default() }
    }

    #[test]
    fn scalars_are_texts_and_nothing_else_is() {
        for (json, expected) in
            [("\"a\"", Some("a")), ("17", Some("17")), ("-1", Some("-1")), ("2.5", Some("2.5")), ("true", Some("true"))]
        {
            assert_eq!(read(&format!("{{\"name\": {json}}}")).name.as_deref(), expected, "{json}");
        }
        for json in ["null", "\" \"", "[1, [2]]", "{\"a\": {}}"] {
            assert_eq!(read(&format!("{{\"name\": {json}, \"at\": {json}}}")), Thing::default(), "{json}");
        }
    }

    #[test]
    fn whole_numbers_are_read_from_texts_too() {
        assert_eq!(read(r#"{"at": 1695865613000}"#).at.0, Some(1_695_865_613_000));
        assert_eq!(read(r#"{"at": " 12 "}"#).at.0, Some(12));
        for json in ["1.5", "\"soon\"", "18446744073709551615"] {
            assert_eq!(read(&format!("{{\"at\": {json}}}")).at.0, None, "{json}");
        }
    }

    #[test]
    fn numbers_are_read_from_texts_too() {
        for (json, expected) in [("1.5", 1.5), ("3", 3.0), ("\" -0.25 \"", -0.25), ("\"1e2\"", 100.0)] {
            assert_eq!(read(&format!("{{\"size\": {json}}}")).size.0, Some(expected), "{json}");
        }
        for json in ["null", "\"NaN\"", "\"inf\"", "\"1,5\"", "true", "[1]"] {
            assert_eq!(read(&format!("{{\"size\": {json}}}")).size.0, None, "{json}");
        }
    }

    #[test]
    fn a_text_is_compared_and_read_as_what_carriers_mean_by_it() {
        let name = |text: &str| Text(Some(text.to_owned()));
        assert!(name(" OK ").is("OK") && !name("ok").is("OK") && !Text(None).is(""));
        assert!(name(" rb1gb\t").is_number("RB1GB") && !Text(None).is_number(""));
        assert_eq!(name("<b>Signed by A. B.</b>").discreet().as_deref(), Some("Signed by …"));
        assert_eq!(name(" &nbsp; ").clean(), None);
        assert_eq!(name("2026-11-21T00:00:00").estimate(), Some(Moment::Date("2026-11-21".into())));
        assert_eq!(name(" de ").country(), Country::new("DE"));
        assert_eq!(name("YP").country(), None);
    }

    #[test]
    fn an_object_reads_and_everything_else_is_none() {
        assert_eq!(read(r#"{"part": {"name": "a"}}"#).part.0, Some(Box::new(named("a"))));
        for json in ["null", "\"a\"", "1", "[{}]", "false"] {
            assert_eq!(read(&format!("{{\"part\": {json}}}")).part.0, None, "{json}");
        }
    }

    #[test]
    fn a_list_leaves_out_what_is_no_object() {
        let parts = |json: &str| read(&format!("{{\"parts\": {json}}}")).parts.0;
        assert_eq!(parts(r#"[{"name": "a"}, null, "b", [1], {"name": 2}]"#), Some(vec![named("a"), named("2")]));
        assert_eq!(parts(r#"{"name": "alone"}"#), Some(vec![named("alone")]));
        assert_eq!(parts("[]"), Some(Vec::new()));
        for json in ["null", "\"a\"", "1"] {
            assert_eq!(parts(json), None, "{json}");
        }
    }

    #[test]
    fn a_list_without_end_is_read_to_its_bound() {
        let things = vec!["{}"; ITEMS_MAX + 3].join(",");
        let thing = read(&format!(r#"{{"parts":[{things}],"name":"after"}}"#));
        assert_eq!(thing.parts.as_ref().map(Vec::len), Some(ITEMS_MAX));
        assert_eq!(thing.name.as_deref(), Some("after"));
    }

    #[test]
    fn a_list_of_texts_leaves_out_what_is_none() {
        let tags = |json: &str| read(&format!("{{\"tags\": {json}}}")).tags.0;
        assert_eq!(tags(r#"["a", 2, null, " ", {"b": 1}, ["c"]]"#), Some(vec!["a".into(), "2".into()]));
        assert_eq!(tags("\"alone\""), Some(vec!["alone".into()]));
        assert_eq!(tags("7"), Some(vec!["7".into()]));
        assert_eq!(tags("[]"), Some(Vec::new()));
        for json in ["null", "{\"a\": 1}", "true", "\" \""] {
            assert_eq!(tags(json), None, "{json}");
        }
    }

    #[test]
    fn broken_json_is_an_error() {
        for json in ["{\"name\": ", "{\"parts\": [{\"name\": \"a\"}", "{\"part\": {\"name\" 1}}"] {
            assert!(serde_json::from_str::<Thing>(json).is_err(), "{json}");
        }
    }
}
