//! How it ended: where a delivered parcel was left, and why another one goes back.

/// Where a delivered parcel was left, from the fact `delivered_to` of its event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DeliveredTo {
    Mailbox,
    Locker,
    Neighbour,
    SafePlace,
    FrontDesk,
    Person,
    /// A shop or post office where somebody has to fetch it, or fetched it.
    Shop,
}

impl DeliveredTo {
    pub const ALL: [Self; 7] =
        [Self::Mailbox, Self::Locker, Self::Neighbour, Self::SafePlace, Self::FrontDesk, Self::Person, Self::Shop];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Mailbox => "mailbox",
            Self::Locker => "locker",
            Self::Neighbour => "neighbour",
            Self::SafePlace => "safe_place",
            Self::FrontDesk => "front_desk",
            Self::Person => "person",
            Self::Shop => "shop",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|place| place.key() == key)
    }

    /// Where to look, as the end of "delivered …".
    pub const fn words(self) -> &'static str {
        match self {
            Self::Mailbox => "to the mailbox",
            Self::Locker => "to a locker",
            Self::Neighbour => "to a neighbour",
            Self::SafePlace => "to a safe place",
            Self::FrontDesk => "to the front desk",
            Self::Person => "to a person",
            Self::Shop => "to a shop",
        }
    }
}

/// Why a parcel goes back to its sender, from the fact `return_reason` of its event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ReturnReason {
    Address,
    Attempts,
    Unclaimed,
    Customs,
    Refused,
}

impl ReturnReason {
    pub const ALL: [Self; 5] = [Self::Address, Self::Attempts, Self::Unclaimed, Self::Customs, Self::Refused];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Address => "address",
            Self::Attempts => "attempts",
            Self::Unclaimed => "unclaimed",
            Self::Customs => "customs",
            Self::Refused => "refused",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.key() == key)
    }

    /// What happened, as a sentence.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Address => "the address was wrong or incomplete",
            Self::Attempts => "several attempts to deliver it failed",
            Self::Unclaimed => "nobody collected it in time",
            Self::Customs => "customs did not let it in: papers were missing or the declared value was wrong",
            Self::Refused => "it was refused at the door",
        }
    }
}

/// What is wrong with a parcel that does not pass by itself, from the fact `problem` of its event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Problem {
    Destroyed,
    /// Customs keep it.
    Seized,
    /// Customs do not let it in.
    ImportRefused,
    /// The carrier does not take such goods.
    CarriageRefused,
    /// The carrier waits for a correct address.
    Address,
}

impl Problem {
    pub const ALL: [Self; 5] =
        [Self::Destroyed, Self::Seized, Self::ImportRefused, Self::CarriageRefused, Self::Address];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Destroyed => "destroyed",
            Self::Seized => "seized",
            Self::ImportRefused => "import_refused",
            Self::CarriageRefused => "carriage_refused",
            Self::Address => "address",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|problem| problem.key() == key)
    }

    /// Whether nothing of it arrives any more.
    pub const fn is_final(self) -> bool {
        !matches!(self, Self::Address)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_reads_back() {
        assert!(DeliveredTo::ALL.into_iter().all(|place| DeliveredTo::from_key(place.key()) == Some(place)));
        assert!(ReturnReason::ALL.into_iter().all(|reason| ReturnReason::from_key(reason.key()) == Some(reason)));
        assert_eq!(DeliveredTo::from_key("moon"), None);
    }
}
