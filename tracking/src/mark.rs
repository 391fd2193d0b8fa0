//! What a person says of a parcel: an input like a carrier's answer.

use jiff::Timestamp;

/// What the person says.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum MarkKind {
    /// It is in their hands.
    HaveIt,
    /// It is said to be delivered and is not there.
    NotHere,
    /// Words to keep with the parcel.
    Note(String),
}

impl MarkKind {
    pub const fn key(&self) -> &'static str {
        match self {
            Self::HaveIt => "have_it",
            Self::NotHere => "not_here",
            Self::Note(_) => "note",
        }
    }

    /// Reads a mark back; `text` is the note's.
    pub fn from_key(key: &str, text: &str) -> Option<Self> {
        match key {
            "have_it" => Some(Self::HaveIt),
            "not_here" => Some(Self::NotHere),
            "note" => Some(Self::Note(text.to_owned())),
            _ => None,
        }
    }
}

/// A mark and when it was made.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Mark {
    pub at: Timestamp,
    pub kind: MarkKind,
}
