//! How much depends on the next answer.

/// How much depends on an answer soon.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Urgency {
    /// Nothing is expected: a label, the long haul, a second portal, a parcel that has arrived.
    Idle,
    Usual,
    /// It is near, on the van, waits for the recipient, or has never been asked.
    Urgent,
    /// A person asked.
    Person,
}

impl Urgency {
    pub const ALL: [Self; 4] = [Self::Idle, Self::Usual, Self::Urgent, Self::Person];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Usual => "usual",
            Self::Urgent => "urgent",
            Self::Person => "person",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|urgency| urgency.key() == key)
    }
}
