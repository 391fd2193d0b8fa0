//! What a person says of a parcel: an input like a carrier's answer.

use jiff::Timestamp;

/// What a dispute is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Claim {
    NotReceived,
    Damaged,
    NotAsDescribed,
}

impl Claim {
    pub const ALL: [Self; 3] = [Self::NotReceived, Self::Damaged, Self::NotAsDescribed];

    pub const fn key(self) -> &'static str {
        match self {
            Self::NotReceived => "not_received",
            Self::Damaged => "damaged",
            Self::NotAsDescribed => "not_as_described",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|claim| claim.key() == key)
    }

    /// For people.
    pub const fn title(self) -> &'static str {
        match self {
            Self::NotReceived => "not received",
            Self::Damaged => "damaged",
            Self::NotAsDescribed => "not as described",
        }
    }
}

/// What the person says.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum MarkKind {
    /// It is in their hands.
    HaveIt,
    /// It is said to be delivered and is not there.
    NotHere,
    DisputeOpened(Claim),
    /// The platform is looking into it, as it does where buyer and seller do not agree.
    DisputeMediated,
    /// The platform decided for the buyer.
    DisputeAccepted,
    /// The money is back.
    Refunded,
    /// Words to keep with the parcel.
    Note(String),
}

impl MarkKind {
    pub const fn key(&self) -> &'static str {
        match self {
            Self::HaveIt => "have_it",
            Self::NotHere => "not_here",
            Self::DisputeOpened(_) => "dispute_opened",
            Self::DisputeMediated => "dispute_mediated",
            Self::DisputeAccepted => "dispute_accepted",
            Self::Refunded => "refunded",
            Self::Note(_) => "note",
        }
    }

    /// What stands beside the key: the words of a note, the claim of a dispute.
    pub fn text(&self) -> &str {
        match self {
            Self::Note(text) => text,
            Self::DisputeOpened(claim) => claim.key(),
            _ => "",
        }
    }

    /// Reads a mark back from its key and text.
    pub fn from_key(key: &str, text: &str) -> Option<Self> {
        match key {
            "have_it" => Some(Self::HaveIt),
            "not_here" => Some(Self::NotHere),
            "dispute_opened" => Claim::from_key(text).map(Self::DisputeOpened),
            "dispute_mediated" => Some(Self::DisputeMediated),
            "dispute_accepted" => Some(Self::DisputeAccepted),
            "refunded" => Some(Self::Refunded),
            "note" => Some(Self::Note(text.to_owned())),
            _ => None,
        }
    }

    /// What was said, for people.
    pub fn title(&self) -> String {
        match self {
            Self::HaveIt => "You have it".to_owned(),
            Self::NotHere => "You said that it is not here".to_owned(),
            Self::DisputeOpened(claim) => format!("You opened a dispute: {}", claim.title()),
            Self::DisputeMediated => "The platform is deciding the dispute".to_owned(),
            Self::DisputeAccepted => "The dispute was decided for you".to_owned(),
            Self::Refunded => "The money is back".to_owned(),
            Self::Note(text) => text.clone(),
        }
    }
}

/// A mark and when it was made.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Mark {
    pub at: Timestamp,
    pub kind: MarkKind,
}
