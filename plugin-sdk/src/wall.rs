//! What the daemon does not take of a plugin's answer. The daemon counts it per plugin and shows it; in a replay it fails the test,
//! so that an author sees it first.

use jiff::civil::{Date, DateTime};
use jiff::{SignedDuration, Timestamp};

use crate::{Answer, Moment, Outcome};

/// Events of one answer beyond this are dropped.
pub const EVENTS_MAX: usize = 200;
pub const HANDOFFS_MAX: usize = 8;
/// A longer cursor is dropped, and the next poll comes without one.
pub const CURSOR_BYTES_MAX: usize = 4 * 1024;
/// A scan's text; longer ones are cut.
pub const TEXT_CHARS_MAX: usize = 600;
/// Older than any parcel, and further ahead than any delivery.
pub const OLDEST: Date = Date::constant(2000, 1, 1);
pub const NEWEST_AHEAD: SignedDuration = SignedDuration::from_hours(2 * 365 * 24);

/// What was dropped or cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Loss {
    /// A time that cannot be read, or that no parcel can have.
    Time,
    /// A status that is none of the contract's.
    Status,
    /// A country that is not two letters.
    Country,
    /// Text beyond the longest.
    Text,
    /// Events beyond the most.
    Events,
    /// Numbers of other carriers beyond the most, or that are no tracking numbers.
    Handoffs,
    /// A cursor beyond the largest.
    Cursor,
    /// An answer that says nothing at all.
    EmptyAnswer,
    /// An outcome for a parcel that was not asked about, or a second one.
    Outcome,
    /// Something to be remembered beyond what a plugin may keep.
    Memory,
    /// Events in an order that their own clocks contradict. Nothing is lost; the clocks count.
    Order,
}

impl Loss {
    pub const ALL: [Self; 11] = [
        Self::Time,
        Self::Status,
        Self::Country,
        Self::Text,
        Self::Events,
        Self::Handoffs,
        Self::Cursor,
        Self::EmptyAnswer,
        Self::Outcome,
        Self::Memory,
        Self::Order,
    ];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Time => "time",
            Self::Status => "status",
            Self::Country => "country",
            Self::Text => "text",
            Self::Events => "events",
            Self::Handoffs => "handoffs",
            Self::Cursor => "cursor",
            Self::EmptyAnswer => "empty_answer",
            Self::Outcome => "outcome",
            Self::Memory => "memory",
            Self::Order => "order",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|loss| loss.key() == key)
    }

    /// For people: what was lost.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Time => "times that cannot be read",
            Self::Status => "statuses that are none of the contract's",
            Self::Country => "countries that are not two letters",
            Self::Text => "texts that were cut",
            Self::Events => "events beyond the most that an answer may have",
            Self::Handoffs => "numbers of other carriers that were not taken",
            Self::Cursor => "cursors that are too large",
            Self::EmptyAnswer => "answers that say nothing",
            Self::Outcome => "outcomes that nobody asked for",
            Self::Memory => "things to remember beyond what may be kept",
            Self::Order => "answers whose order contradicts their clocks",
        }
    }
}

/// What the daemon would not take of an outcome, at a moment.
pub fn losses(outcome: &Outcome, now: &str) -> Vec<Loss> {
    let mut found = Vec::new();
    if outcome.cursor.as_ref().is_some_and(|cursor| cursor.len() > CURSOR_BYTES_MAX) {
        found.push(Loss::Cursor);
    }
    if let Ok(answer) = &outcome.found {
        of_answer(answer, now, &mut found);
    }
    found
}

fn of_answer(answer: &Answer, now: &str, found: &mut Vec<Loss>) {
    if *answer == (Answer { done: answer.done, ..Answer::default() }) {
        found.push(Loss::EmptyAnswer);
    }
    if answer.events.len() > EVENTS_MAX {
        found.push(Loss::Events);
    }
    if answer.handoffs.len() > HANDOFFS_MAX {
        found.push(Loss::Handoffs);
    }
    let window = answer.window.iter().flat_map(|window| window.earliest.iter().chain([&window.latest]));
    let moments = answer.events.iter().filter_map(|event| event.moment.as_ref()).chain(window);
    found.extend(moments.filter(|moment| !is_readable(moment, now)).map(|_| Loss::Time));
    let places = answer.events.iter().filter_map(|event| event.place.as_ref()?.country.as_ref());
    let handoffs = answer.handoffs.iter().filter_map(|handoff| handoff.country.as_ref());
    let countries = places.chain(handoffs).chain(&answer.origin).chain(&answer.destination);
    found.extend(countries.filter(|country| !is_country(country)).map(|_| Loss::Country));
    let long = answer.events.iter().filter(|event| event.text.chars().count() > TEXT_CHARS_MAX);
    found.extend(long.map(|_| Loss::Text));
    if contradicts_itself(answer.events.iter().map(|event| event.moment.as_ref().and_then(clock))) {
        found.push(Loss::Order);
    }
}

fn is_country(code: &str) -> bool {
    code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_alphabetic())
}

fn is_readable(moment: &Moment, now: &str) -> bool {
    let newest = now.parse::<Timestamp>().map(|now| now + NEWEST_AHEAD).unwrap_or(Timestamp::MAX);
    let newest = newest.to_zoned(jiff::tz::TimeZone::UTC).date();
    let date = match moment {
        Moment::Instant(text) => text.parse::<Timestamp>().ok().map(|at| at.to_zoned(jiff::tz::TimeZone::UTC).date()),
        Moment::Clock { at, .. } => at.parse::<DateTime>().ok().map(|at| at.date()),
        Moment::Date(text) => text.parse::<Date>().ok(),
    };
    date.is_some_and(|date| (OLDEST..=newest).contains(&date))
}

/// A clock that can be compared with others of the same zone: the zone, and the time.
fn clock(moment: &Moment) -> Option<(String, DateTime)> {
    match moment {
        Moment::Instant(text) => {
            let at: Timestamp = text.parse().ok()?;
            Some(("UTC".to_owned(), at.to_zoned(jiff::tz::TimeZone::UTC).datetime()))
        }
        Moment::Clock { at, zone } => Some((zone.clone()?, at.parse().ok()?)),
        Moment::Date(_) => None,
    }
}

/// Whether the clocks of a list of events go up and down: not now and then, as carriers do, but so often that the order means
/// nothing. Only neighbours in one zone are compared.
pub fn contradicts_itself<Z: PartialEq, T: Ord>(clocks: impl Iterator<Item = Option<(Z, T)>>) -> bool {
    const FROM: usize = 3;
    let (mut up, mut down, mut before) = (0_usize, 0_usize, None::<(Z, T)>);
    for clock in clocks.flatten() {
        if let Some((zone, at)) = &before
            && *zone == clock.0
        {
            up += usize::from(*at < clock.1);
            down += usize::from(*at > clock.1);
        }
        before = Some(clock);
    }
    up.min(down) >= FROM && up.min(down) * 4 > up.max(down)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Event, Place, Status, Window};

    fn of(answer: Answer) -> Vec<Loss> {
        losses(&Outcome { key: 1, found: Ok(answer), cursor: None }, "2026-11-21T12:00:00Z")
    }

    fn at(clock: &str) -> Event {
        let moment = Some(Moment::Clock { at: clock.to_owned(), zone: Some("+01:00".to_owned()) });
        Event { moment, ..Event::new(Status::InTransit, "scan") }
    }

    #[test]
    fn what_the_daemon_would_drop_is_named() {
        assert_eq!(of(Answer::default()), [Loss::EmptyAnswer]);
        assert_eq!(of(Answer::of(vec![at("2026-11-20T08:00:00")])), []);
        for clock in ["20.11.2026", "2026-11-31T08:00:00", "1999-12-31T08:00:00", "2036-01-01T08:00:00", ""] {
            assert_eq!(of(Answer::of(vec![at(clock)])), [Loss::Time], "{clock}");
        }
        let place =
            |country: &str| Some(Place { country: Some(country.to_owned()), ..Place::named("Lyon".to_owned()) });
        let event = Event { place: place("FRA"), ..at("2026-11-20T08:00:00") };
        assert_eq!(of(Answer::of(vec![event])), [Loss::Country]);
        let event = Event { text: "x".repeat(TEXT_CHARS_MAX + 1), ..at("2026-11-20T08:00:00") };
        assert_eq!(of(Answer::of(vec![event])), [Loss::Text]);
        assert_eq!(of(Answer::of(vec![at("2026-11-20T08:00:00"); EVENTS_MAX + 60])), [Loss::Events]);
        let window = Some(Window::new(None, Moment::Date("soon".to_owned())));
        assert_eq!(of(Answer { window, ..Answer::default() }), [Loss::Time]);
        let large =
            Outcome { key: 1, found: Ok(Answer::of(vec![at("2026-11-20T08:00:00")])), cursor: Some(vec![0; 5000]) };
        assert_eq!(losses(&large, "2026-11-21T12:00:00Z"), [Loss::Cursor]);
    }

    #[test]
    fn an_order_that_means_nothing_is_noticed_and_one_slip_is_not() {
        let order =
            |hours: &[u8]| of(Answer::of(hours.iter().map(|h| at(&format!("2026-11-20T{h:02}:00:00"))).collect()));
        assert_eq!(order(&[9, 8, 7, 6, 5, 4]), []);
        assert_eq!(order(&[4, 5, 6, 5, 7, 8]), []);
        assert_eq!(order(&[4, 9, 3, 8, 2, 7, 1]), [Loss::Order]);
    }

    struct Sloppy;

    impl crate::Carrier for Sloppy {
        fn describe() -> crate::Descriptor {
            crate::Descriptor::new("sloppy", "Sloppy", "1")
        }

        fn recognize(_: &str) -> Vec<crate::Candidate> {
            Vec::new()
        }

        fn track(parcels: &[crate::Parcel]) -> Vec<Outcome> {
            parcels.iter().map(|parcel| parcel.outcome(Ok(Answer::of(vec![at("yesterday")])))).collect()
        }
    }

    #[test]
    #[should_panic(expected = "the daemon does not take times that cannot be read")]
    fn a_replay_fails_on_what_the_daemon_would_drop() {
        let _ = crate::replay::Replay::<Sloppy>::of().track_one("SL1");
    }

    #[test]
    fn every_key_reads_back() {
        assert!(Loss::ALL.into_iter().all(|loss| Loss::from_key(loss.key()) == Some(loss)));
    }
}
