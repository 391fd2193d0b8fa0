//! How the types of `tracking` stand in a view's JSON: by their keys, and times as text. `tracking` itself knows no serialization.

use jiff::Timestamp;
use parcelwatch_tracking::{
    AdviceKind, Attention, Basis, CarrierId, Class, Country, DeadlineKind, DeliveredTo, Expected, FailureKind,
    LegState, Moment, Role, Scope, Silence, Stage, Status, Verdict, WindowSource,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// What is written as one text.
pub(super) trait Text: Sized {
    fn text(&self) -> String;
    fn from_text(text: &str) -> Option<Self>;
}

/// Types that name themselves by a key.
macro_rules! keyed {
    ($($type:ty),+) => {$(
        impl Text for $type {
            fn text(&self) -> String {
                self.key().to_owned()
            }

            fn from_text(text: &str) -> Option<Self> {
                Self::from_key(text)
            }
        }
    )+};
}

keyed!(
    AdviceKind,
    Attention,
    Class,
    DeadlineKind,
    DeliveredTo,
    FailureKind,
    LegState,
    Role,
    Scope,
    Stage,
    Status,
    Verdict,
    WindowSource
);

impl Text for CarrierId {
    fn text(&self) -> String {
        self.to_string()
    }

    fn from_text(text: &str) -> Option<Self> {
        Self::new(text)
    }
}

impl Text for Country {
    fn text(&self) -> String {
        self.to_string()
    }

    fn from_text(text: &str) -> Option<Self> {
        Self::new(text)
    }
}

impl Text for Moment {
    fn text(&self) -> String {
        Moment::text(self)
    }

    fn from_text(text: &str) -> Option<Self> {
        Self::parse(text, None)
    }
}

/// `#[serde(with = "form::text")]`.
pub(super) mod text {
    use super::{Deserialize as _, Deserializer, Serializer, Text, de};

    pub(in crate::report) fn serialize<T: Text, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&value.text())
    }

    pub(in crate::report) fn deserialize<'de, T: Text, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        T::from_text(&text).ok_or_else(|| de::Error::custom(format!("{text:?} is not known")))
    }
}

/// The same for what may be missing.
pub(super) mod optional_text {
    use super::{Deserialize as _, Deserializer, Serialize as _, Serializer, Text, de};

    pub(in crate::report) fn serialize<T: Text, S: Serializer>(
        value: &Option<T>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        value.as_ref().map(Text::text).serialize(serializer)
    }

    pub(in crate::report) fn deserialize<'de, T: Text, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<T>, D::Error> {
        let Some(text) = Option::<String>::deserialize(deserializer)? else { return Ok(None) };
        T::from_text(&text).map(Some).ok_or_else(|| de::Error::custom(format!("{text:?} is not known")))
    }
}

/// A window: the carrier's own precision.
#[derive(Serialize, Deserialize)]
#[serde(remote = "Expected")]
struct ExpectedForm {
    #[serde(with = "optional_text")]
    from: Option<Moment>,
    #[serde(with = "text")]
    to: Moment,
    #[serde(with = "text")]
    source: WindowSource,
    slides: usize,
    slid_days: i32,
    peak: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Silence")]
struct SilenceForm {
    #[serde(with = "text")]
    verdict: Verdict,
    since: Timestamp,
    scanned: bool,
    normal_until: Timestamp,
    act_from: Timestamp,
    /// How many finished parcels it rests on; nothing where it rests on the rules.
    #[serde(rename = "own", with = "own")]
    basis: Basis,
    peak: bool,
    unheard_since: Option<Timestamp>,
}

mod own {
    use super::{Basis, Deserialize as _, Deserializer, Serialize as _, Serializer};

    pub(super) fn serialize<S: Serializer>(basis: &Basis, serializer: S) -> Result<S::Ok, S::Error> {
        match basis {
            Basis::Own(parcels) => Some(*parcels),
            Basis::Rules => None,
        }
        .serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Basis, D::Error> {
        Ok(Option::<usize>::deserialize(deserializer)?.map_or(Basis::Rules, Basis::Own))
    }
}

pub(super) mod expected {
    use super::*;

    #[derive(Serialize, Deserialize)]
    struct Formed(#[serde(with = "ExpectedForm")] Expected);

    pub(in crate::report) fn serialize<S: Serializer>(value: &Option<Expected>, out: S) -> Result<S::Ok, S::Error> {
        value.clone().map(Formed).serialize(out)
    }

    pub(in crate::report) fn deserialize<'de, D: Deserializer<'de>>(input: D) -> Result<Option<Expected>, D::Error> {
        Ok(Option::<Formed>::deserialize(input)?.map(|formed| formed.0))
    }
}

pub(super) mod silence {
    use super::*;

    #[derive(Serialize, Deserialize)]
    struct Formed(#[serde(with = "SilenceForm")] Silence);

    pub(in crate::report) fn serialize<S: Serializer>(value: &Option<Silence>, out: S) -> Result<S::Ok, S::Error> {
        value.map(Formed).serialize(out)
    }

    pub(in crate::report) fn deserialize<'de, D: Deserializer<'de>>(input: D) -> Result<Option<Silence>, D::Error> {
        Ok(Option::<Formed>::deserialize(input)?.map(|formed| formed.0))
    }
}
