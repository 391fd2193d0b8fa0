//! Why there is no answer. Every way of having none is kept apart, because each asks for something else.

use jiff::SignedDuration;

/// What kept an answer away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FailureKind {
    /// The carrier does not know this number.
    NotFound,
    /// It knows the number and has not scanned it yet.
    NoScanYet,
    /// It says nothing, and that proves nothing.
    Inconclusive,
    /// Several parcels share the number; a hint settles it.
    Ambiguous,
    /// The carrier says that this is none of its numbers.
    InvalidNumber,
    /// It wants to know more: a postcode, digits of a phone number.
    NeedsInput,
    /// The operator has not given the key it takes.
    NeedsCredential,
    /// The key was refused.
    AuthFailed,
    RateLimited,
    /// A captcha or a ban. We do not work around it.
    Blocked,
    Unavailable,
    /// It answered in a form the plugin does not understand.
    ChangedUpstream,
    /// It does not track this kind of parcel.
    Unsupported,
    /// The plugin failed.
    Internal,
}

impl FailureKind {
    pub const ALL: [Self; 14] = [
        Self::NotFound,
        Self::NoScanYet,
        Self::Inconclusive,
        Self::Ambiguous,
        Self::InvalidNumber,
        Self::NeedsInput,
        Self::NeedsCredential,
        Self::AuthFailed,
        Self::RateLimited,
        Self::Blocked,
        Self::Unavailable,
        Self::ChangedUpstream,
        Self::Unsupported,
        Self::Internal,
    ];

    pub const fn key(self) -> &'static str {
        match self {
            Self::NotFound => "not_found",
            Self::NoScanYet => "no_scan_yet",
            Self::Inconclusive => "inconclusive",
            Self::Ambiguous => "ambiguous",
            Self::InvalidNumber => "invalid_number",
            Self::NeedsInput => "needs_input",
            Self::NeedsCredential => "needs_credential",
            Self::AuthFailed => "auth_failed",
            Self::RateLimited => "rate_limited",
            Self::Blocked => "blocked",
            Self::Unavailable => "unavailable",
            Self::ChangedUpstream => "changed_upstream",
            Self::Unsupported => "unsupported",
            Self::Internal => "internal",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == key)
    }

    /// Whether the carrier spoke, and only had nothing to tell.
    pub const fn is_answer(self) -> bool {
        matches!(
            self,
            Self::NotFound
                | Self::NoScanYet
                | Self::Inconclusive
                | Self::Ambiguous
                | Self::InvalidNumber
                | Self::Unsupported
        )
    }

    /// Whether asking here again is no use while somebody else could be asked: the door is closed, or was the wrong one.
    pub const fn leads_elsewhere(self) -> bool {
        matches!(self, Self::NeedsCredential | Self::AuthFailed | Self::InvalidNumber | Self::Unsupported)
    }

    /// Whether only a person can change it: asking again sooner is useless.
    pub const fn needs_person(self) -> bool {
        matches!(self, Self::Ambiguous | Self::NeedsInput | Self::NeedsCredential | Self::AuthFailed)
    }

    /// What it means, for people.
    pub const fn title(self) -> &'static str {
        match self {
            Self::NotFound => "does not know this number",
            Self::NoScanYet => "knows the number, no scan yet",
            Self::Inconclusive => "says nothing either way",
            Self::Ambiguous => "has several parcels under this number",
            Self::InvalidNumber => "does not accept this number",
            Self::NeedsInput => "needs more details",
            Self::NeedsCredential => "needs a key",
            Self::AuthFailed => "refused the key",
            Self::RateLimited => "asked us to slow down",
            Self::Blocked => "blocks automatic questions",
            Self::Unavailable => "cannot be reached",
            Self::ChangedUpstream => "answers in a form we cannot read",
            Self::Unsupported => "does not track this kind of parcel",
            Self::Internal => "its plugin failed",
        }
    }
}

/// What a failure stands in the way of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scope {
    Parcel,
    Account,
    Carrier,
}

impl Scope {
    pub const fn key(self) -> &'static str {
        match self {
            Self::Parcel => "parcel",
            Self::Account => "account",
            Self::Carrier => "carrier",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        [Self::Parcel, Self::Account, Self::Carrier].into_iter().find(|scope| scope.key() == key)
    }
}

/// One of several parcels that share a number, and the hint that names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    pub hint: (String, String),
    pub label: String,
}

/// Why there is no answer, in the plugin's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    pub kind: FailureKind,
    pub scope: Scope,
    /// One sentence for people.
    pub message: String,
    pub retry_after: Option<SignedDuration>,
    pub http_status: Option<u16>,
    /// Hints or secrets that would help.
    pub needs: Vec<String>,
    pub choices: Vec<Choice>,
    /// No request reached the carrier: no name was resolved, or nothing could be connected to. Its limits do not count then.
    pub unsent: bool,
}

impl Failure {
    pub fn new(kind: FailureKind, message: impl Into<String>) -> Self {
        let scope = match kind {
            FailureKind::NeedsCredential | FailureKind::AuthFailed => Scope::Account,
            FailureKind::RateLimited
            | FailureKind::Blocked
            | FailureKind::Unavailable
            | FailureKind::ChangedUpstream
            | FailureKind::Internal => Scope::Carrier,
            _ => Scope::Parcel,
        };
        Self {
            kind,
            scope,
            message: message.into(),
            retry_after: None,
            http_status: None,
            needs: Vec::new(),
            choices: Vec::new(),
            unsent: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_reads_back() {
        for kind in FailureKind::ALL {
            assert_eq!(FailureKind::from_key(kind.key()), Some(kind));
        }
    }
}
