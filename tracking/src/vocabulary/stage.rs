//! The phase of a parcel's life: coarse, and what rhythm, silence rules and the progress bar go by.

/// Where in its life a parcel is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Stage {
    Ordered,
    PreTransit,
    Origin,
    LineHaul,
    Import,
    LastMile,
    Done,
    /// Going back, or back with the sender.
    Back,
}

impl Stage {
    pub const ALL: [Self; 8] = [
        Self::Ordered,
        Self::PreTransit,
        Self::Origin,
        Self::LineHaul,
        Self::Import,
        Self::LastMile,
        Self::Done,
        Self::Back,
    ];

    /// The word used in the API, in the config and in the store.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Ordered => "ordered",
            Self::PreTransit => "pre_transit",
            Self::Origin => "origin",
            Self::LineHaul => "line_haul",
            Self::Import => "import",
            Self::LastMile => "last_mile",
            Self::Done => "done",
            Self::Back => "back",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.key() == key)
    }

    /// Whether it is in the country where it goes, on its way to the recipient.
    pub const fn is_at_destination(self) -> bool {
        matches!(self, Self::Import | Self::LastMile)
    }

    /// Position on the progress bar, from 0.
    pub fn index(self) -> usize {
        self as usize
    }

    /// A title for people.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Ordered => "Ordered",
            Self::PreTransit => "Waiting for first scan",
            Self::Origin => "At origin",
            Self::LineHaul => "Long haul",
            Self::Import => "Import and customs",
            Self::LastMile => "Last mile",
            Self::Done => "Delivered",
            Self::Back => "Going back",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_reads_back_and_the_index_follows_the_order() {
        for (index, stage) in Stage::ALL.into_iter().enumerate() {
            assert_eq!(Stage::from_key(stage.key()), Some(stage));
            assert_eq!(stage.index(), index);
        }
    }
}
