//! What was done for a parcel at 17TRACK, as its cursor remembers it.

use parcelwatch_plugin::prelude::*;

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
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Registration {
    pub state: State,
    /// 17TRACK's number of the carrier, where it told: one number may be registered for several.
    pub carrier: Option<i64>,
    /// The last day on which 17TRACK was heard to begin, or to go on, looking for news.
    pub heard_on: Option<Moment>,
}

const STATES: [(State, &str); 3] =
    [(State::Followed, "followed"), (State::Stopped, "stopped"), (State::Ended, "ended")];

/// 17TRACK stops by itself what has had no news for 30 days. It may see the last of them later than the carrier does, and
/// where it has not stopped yet, it is asked again only after as long a time: so a little more.
const SILENT_DAYS_MIN: i64 = 32;

impl Registration {
    pub(crate) fn new(carrier: Option<i64>) -> Self {
        Self { state: State::Followed, carrier: carrier.filter(|key| *key > 0), heard_on: None }
    }

    pub(crate) fn of(parcel: &Parcel) -> Option<Self> {
        let cursor = std::str::from_utf8(parcel.cursor.as_deref()?).ok()?;
        let mut words = cursor.split(' ');
        let word = words.next()?;
        let (state, _) = STATES.iter().find(|(_, known)| *known == word)?;
        let carrier = words.clone().find_map(|word| word.parse().ok());
        Some(Self { state: *state, heard_on: words.find_map(civil::parse), ..Self::new(carrier) })
    }

    /// Remembers that 17TRACK looks for news today.
    pub(crate) fn heard_today(self) -> Self {
        Self { state: State::Followed, heard_on: today(), ..self }
    }

    /// Whether 17TRACK may have stopped by itself, where the latest news are of this time or there are none.
    pub(crate) fn may_be_stopped(&self, latest: Option<&Moment>) -> bool {
        let Some(today) = today() else { return false };
        let is_long_ago =
            |moment: &Moment| civil::days_between(moment, &today).is_some_and(|days| days >= SILENT_DAYS_MIN);
        self.state == State::Followed && [self.heard_on.as_ref(), latest].into_iter().flatten().all(is_long_ago)
    }

    pub(crate) fn cursor(self) -> Vec<u8> {
        let (_, word) = STATES.iter().find(|(state, _)| *state == self.state).unwrap_or(&STATES[0]);
        let carrier = self.carrier.map(|key| format!(" {key}")).unwrap_or_default();
        let day = match self.heard_on {
            Some(Moment::Date(day)) => format!(" {day}"),
            _ => String::new(),
        };
        format!("{word}{carrier}{day}").into_bytes()
    }
}

fn today() -> Option<Moment> {
    civil::parse(host::now().get(..10)?)
}
