//! Fields of JSON answers that are not always what they were: a number that becomes a text, one object where a list
//! stood, a null. Each reads what it can and leaves out the rest, so that one odd field never costs a whole answer.
//!
//! ```
//! use parcelwatch_plugin::json;
//! use serde::Deserialize;
//!
//! #[derive(Deserialize, Default)]
//! #[serde(default)]
//! struct Shipment {
//!     #[serde(deserialize_with = "json::text")]
//!     id: Option<String>,
//!     #[serde(deserialize_with = "json::list")]
//!     pieces: Option<Vec<Shipment>>,
//! }
//!
//! let shipment: Shipment = serde_json::from_str(r#"{ "id": 42, "pieces": { "id": "43" }, "weight": null }"#)?;
//! assert_eq!(shipment.id.as_deref(), Some("42"));
//! assert_eq!(shipment.pieces.and_then(|mut pieces| pieces.pop()?.id).as_deref(), Some("43"));
//! # Ok::<(), serde_json::Error>(())
//! ```

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

// These are called and not inlined: an answer has dozens of fields, and a plugin is to stay small.

/// A text, or a number or truth value as text. Blank text, null and everything else are none.
#[inline(never)]
pub fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    deserializer.deserialize_any(Scalar)
}

/// A whole number, also one written as text. Everything else is none.
#[inline(never)]
pub fn integer<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    let text = deserializer.deserialize_any(Scalar)?;
    Ok(text.and_then(|text| text.trim().parse().ok()))
}

/// A number, also one written as text. Everything else is none.
#[inline(never)]
pub fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
    let text = text(deserializer)?;
    // Not `str::parse`: this one is part of every plugin already, and knows no infinity.
    Ok(text.and_then(|text| serde_json::from_str(text.trim()).ok()))
}

/// An object of the form `T`. Null and everything else are none.
#[inline(never)]
pub fn object<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    deserializer.deserialize_any(Object(PhantomData))
}

/// A list of objects of the form `T`; what is none among them is left out, one object alone is a list of one. Null and
/// everything else are none.
#[inline(never)]
pub fn list<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<Vec<T>>, D::Error> {
    deserializer.deserialize_any(List(PhantomData))
}

/// A list of texts, as [`text`] reads each; what is none among them is left out, one text alone is a list of one. Null
/// and everything else are none.
#[inline(never)]
pub fn texts<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<String>>, D::Error> {
    deserializer.deserialize_any(Texts)
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

/// One text of a list, or none where it is none.
struct TextItem(Option<String>);

impl<'de> Deserialize<'de> for TextItem {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        text(deserializer).map(TextItem)
    }
}

struct Texts;

impl<'de> Visitor<'de> for Texts {
    type Value = Option<Vec<String>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of texts")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        bounded(&mut list, |TextItem(text)| text).map(Some)
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

struct Object<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Object<T> {
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

struct List<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for List<T> {
    type Value = Option<Vec<T>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        bounded(&mut list, |Item(item)| item).map(Some)
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

/// One element of a list, or none where it is no object.
struct Item<T>(Option<T>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Item<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        object(deserializer).map(Item)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(serde::Deserialize, Debug, Default, PartialEq)]
    #[serde(default)]
    struct Thing {
        #[serde(deserialize_with = "text")]
        name: Option<String>,
        #[serde(deserialize_with = "integer")]
        at: Option<i64>,
        #[serde(deserialize_with = "number")]
        size: Option<f64>,
        #[serde(deserialize_with = "object")]
        part: Option<Box<Thing>>,
        #[serde(deserialize_with = "list")]
        parts: Option<Vec<Thing>>,
        #[serde(deserialize_with = "texts")]
        tags: Option<Vec<String>>,
    }

    fn read(json: &str) -> Thing {
        serde_json::from_str(json).expect(json)
    }

    fn named(name: &str) -> Thing {
        Thing { name: Some(name.into()), ..Thing::default() }
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
        assert_eq!(read(r#"{"at": 1695865613000}"#).at, Some(1_695_865_613_000));
        assert_eq!(read(r#"{"at": " 12 "}"#).at, Some(12));
        for json in ["1.5", "\"soon\"", "18446744073709551615"] {
            assert_eq!(read(&format!("{{\"at\": {json}}}")).at, None, "{json}");
        }
    }

    #[test]
    fn numbers_are_read_from_texts_too() {
        for (json, expected) in [("1.5", 1.5), ("3", 3.0), ("\" -0.25 \"", -0.25), ("\"1e2\"", 100.0)] {
            assert_eq!(read(&format!("{{\"size\": {json}}}")).size, Some(expected), "{json}");
        }
        for json in ["null", "\"NaN\"", "\"inf\"", "\"1,5\"", "true", "[1]"] {
            assert_eq!(read(&format!("{{\"size\": {json}}}")).size, None, "{json}");
        }
    }

    #[test]
    fn an_object_reads_and_everything_else_is_none() {
        assert_eq!(read(r#"{"part": {"name": "a"}}"#).part, Some(Box::new(named("a"))));
        for json in ["null", "\"a\"", "1", "[{}]", "false"] {
            assert_eq!(read(&format!("{{\"part\": {json}}}")).part, None, "{json}");
        }
    }

    #[test]
    fn a_list_leaves_out_what_is_no_object() {
        let parts = |json: &str| read(&format!("{{\"parts\": {json}}}")).parts;
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
        assert_eq!(thing.parts.map(|parts| parts.len()), Some(ITEMS_MAX));
        assert_eq!(thing.name.as_deref(), Some("after"));
    }

    #[test]
    fn a_list_of_texts_leaves_out_what_is_none() {
        let tags = |json: &str| read(&format!("{{\"tags\": {json}}}")).tags;
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
