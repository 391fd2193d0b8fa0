//! What was done for a parcel at 17TRACK, as its cursor remembers it.

use parcelwatch_plugin::Parcel;

/// Whether 17TRACK looks for news.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Followed,
    /// We stopped it; it can be restarted once.
    Stopped,
    /// It was stopped and cannot be restarted; what is known can be read.
    Ended,
}

/// A number that was registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Registration {
    pub state: State,
    /// 17TRACK's number of the carrier, where it told: one number may be registered for several.
    pub carrier: Option<i64>,
}

const STATES: [(State, &str); 3] =
    [(State::Followed, "followed"), (State::Stopped, "stopped"), (State::Ended, "ended")];

impl Registration {
    pub(crate) fn new(carrier: Option<i64>) -> Self {
        Self { state: State::Followed, carrier: carrier.filter(|key| *key > 0) }
    }

    pub(crate) fn of(parcel: &Parcel) -> Option<Self> {
        let cursor = std::str::from_utf8(parcel.cursor.as_deref()?).ok()?;
        let (word, carrier) = cursor.split_once(' ').unwrap_or((cursor, ""));
        let (state, _) = STATES.iter().find(|(_, known)| *known == word)?;
        Some(Self { state: *state, ..Self::new(carrier.parse().ok()) })
    }

    pub(crate) fn cursor(self) -> Vec<u8> {
        let (_, word) = STATES.iter().find(|(state, _)| *state == self.state).unwrap_or(&STATES[0]);
        match self.carrier {
            Some(key) => format!("{word} {key}").into_bytes(),
            None => word.as_bytes().to_vec(),
        }
    }
}
