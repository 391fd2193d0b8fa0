//! Which of a parcel's numbers, and what it is to the parcel.

use std::fmt;

/// Names a leg within its parcel, in the order in which legs were found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LegNo(pub u16);

impl fmt::Display for LegNo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// How a number came to the parcel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// The person gave it.
    Given,
    /// A carrier said that the parcel goes on under it.
    HandOff,
    /// The way back has a number of its own.
    Return,
    /// Another carrier's number beside ours, for the same stretch.
    Partner,
    /// One box of several.
    Piece,
    /// Nobody said so, it only fits.
    Guess,
}

impl Role {
    pub const ALL: [Self; 6] = [Self::Given, Self::HandOff, Self::Return, Self::Partner, Self::Piece, Self::Guess];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::HandOff => "handoff",
            Self::Return => "return",
            Self::Partner => "partner",
            Self::Piece => "piece",
            Self::Guess => "guess",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.key() == key)
    }
}
