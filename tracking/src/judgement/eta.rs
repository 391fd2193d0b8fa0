//! The delivery window we believe. A window is a plan, never a promise.

use jiff::SignedDuration;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::judgement::Season;
use crate::learning::{Cohort, Experience, Lesson};
use crate::record::{Leg, LegState, Timeline};
use crate::state::ParcelState;
use crate::state::shipped_on;
use crate::vocabulary::{Class, Moment, Parcel, Stage, Status};

/// However fast the user's own parcels were, a window stays as long as so much of our guess, in percent.
const OWN_PERCENT_MIN: u16 = 60;

/// Where a window comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WindowSource {
    /// A carrier told it.
    Carrier,
    /// So many finished parcels of the same class and route took as long.
    Own(usize),
    /// Usual for the shipping class; our guess.
    Class,
    /// The class is not known; this is what any parcel from abroad may take.
    Any,
}

impl WindowSource {
    pub const fn key(self) -> &'static str {
        match self {
            Self::Carrier => "carrier",
            Self::Own(_) => "own",
            Self::Class => "class",
            Self::Any => "any",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        [Self::Carrier, Self::Own(0), Self::Class, Self::Any].into_iter().find(|known| known.key() == key)
    }
}

/// When we expect the parcel, as exactly as whoever says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    pub from: Option<Moment>,
    pub to: Moment,
    pub source: WindowSource,
    /// How often the carrier moved the end of its window.
    pub slides: usize,
    /// By how many days in all; negative when it came nearer.
    pub slid_days: i32,
    /// The season makes it longer.
    pub peak: bool,
}

/// Usual days from shipping to delivery, by class. The figures are those that marketplaces name, and a guess.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Windows {
    pub economy: (u16, u16),
    pub standard: (u16, u16),
    pub express: (u16, u16),
    pub warehouse: (u16, u16),
    pub combined: (u16, u16),
    pub remote: (u16, u16),
    /// Any parcel, where the class is not known.
    pub any: (u16, u16),
}

impl Default for Windows {
    fn default() -> Self {
        Self {
            economy: (15, 60),
            standard: (7, 25),
            express: (5, 10),
            warehouse: (3, 7),
            combined: (7, 10),
            remote: (14, 42),
            any: (7, 90),
        }
    }
}

impl Windows {
    /// Days from shipping to delivery, the shortest and the longest.
    pub fn of(&self, class: Class) -> (u16, u16) {
        match class {
            Class::Economy => self.economy,
            Class::Standard => self.standard,
            Class::Express => self.express,
            Class::Warehouse => self.warehouse,
            Class::Combined => self.combined,
            Class::Remote => self.remote,
        }
    }
}

/// What a window depends on beside the parcel.
#[derive(Clone, Copy, Debug)]
pub struct WindowNorms<'a> {
    pub windows: &'a Windows,
    pub season: &'a Season,
    pub experience: &'a Experience,
}

/// The window we believe: the carrier's own, else the usual one of the class as the user's own parcels correct it.
/// None once the parcel is there, or said to be; on its way back; and where nothing will be sent.
pub fn expected(
    timeline: &Timeline,
    parcel: &Parcel,
    parcel_state: &ParcelState,
    norms: WindowNorms<'_>,
) -> Option<Expected> {
    let is_awaited = !parcel_state.missing && parcel_state.status != Status::Unfulfillable;
    if parcel_state.stage >= Stage::Done || parcel_state.closed || !is_awaited {
        return None;
    }
    carriers_window(timeline, parcel_state).or_else(|| usual_window(timeline, parcel, parcel_state, norms))
}

impl Expected {
    /// Whether it says anything of a parcel in this state. Weeks from the day it was shipped tell nothing of what is at the door;
    /// the clocks of a dispute still count from them.
    pub fn fits(&self, parcel_state: &ParcelState) -> bool {
        let is_at_the_door = matches!(
            parcel_state.status,
            Status::OutForDelivery | Status::DeliveryFailed | Status::NotDelivered | Status::AvailableForPickup
        );
        self.source == WindowSource::Carrier || !is_at_the_door
    }
}

/// The carrier that has the parcel knows best; before it says anything, the one that told last.
fn carriers_window(timeline: &Timeline, parcel_state: &ParcelState) -> Option<Expected> {
    let told = |leg: &&Leg| leg.window.is_some() && leg.state != LegState::Rejected;
    let holder = parcel_state.holder.and_then(|no| timeline.leg(no)).filter(told);
    let leg = holder.or_else(|| timeline.legs.iter().filter(told).max_by_key(|leg| leg.latest_at))?;
    let window = leg.window.as_ref()?;
    let mut ends: Vec<&Moment> =
        timeline.windows.iter().filter(|seen| seen.leg == leg.no).map(|seen| &seen.window.latest).collect();
    ends.dedup();
    let days = |from: &Moment, to: &Moment| {
        let days = to.calendar_date().since(from.calendar_date()).ok().map(|span| span.get_days());
        days.unwrap_or(0)
    };
    Some(Expected {
        from: window.earliest.clone(),
        to: window.latest.clone(),
        source: WindowSource::Carrier,
        slides: ends.len().saturating_sub(1),
        slid_days: ends.first().map_or(0, |first| days(first, &window.latest)),
        peak: false,
    })
}

fn usual_window(
    timeline: &Timeline,
    parcel: &Parcel,
    parcel_state: &ParcelState,
    norms: WindowNorms<'_>,
) -> Option<Expected> {
    let shipped = shipped_on(timeline, parcel)?;
    let guess = match parcel.class {
        Some(class) => Some((norms.windows.of(class), WindowSource::Class, norms.season.extra_days(class, shipped))),
        // Within a country nobody speaks of weeks.
        None => parcel_state.crosses_border.then_some((norms.windows.any, WindowSource::Any, (0, 0))),
    };
    let longest = guess.map(|((_, longest), _, extra)| longest + extra.1);
    let own =
        norms.experience.days(Cohort::of(timeline, parcel)).and_then(|lesson| own_window(&lesson, longest, shipped));
    let ((shortest, longest), source, extra) = own.map(|(days, source)| (days, source, (0, 0))).or(guess)?;
    let after = |days: u16| shipped.checked_add(SignedDuration::from_hours(24 * i64::from(days))).ok();
    Some(Expected {
        from: after(shortest + extra.0).map(Moment::Date),
        to: Moment::Date(after(longest + extra.1)?),
        source,
        slides: 0,
        slid_days: 0,
        peak: extra != (0, 0),
    })
}

/// The days that the user's own parcels took, where they correct our guess of the longest: later at once, sooner only where
/// it was proven before this one was shipped, and never by much.
fn own_window(lesson: &Lesson<i64>, guess: Option<u16>, shipped: Date) -> Option<((u16, u16), WindowSource)> {
    let days = |days: i64| u16::try_from(days).unwrap_or(0);
    let (shortest, usual) = (lesson.shortest(), lesson.usual(shipped));
    let floor = guess.map_or(0, |guess| guess * OWN_PERCENT_MIN / 100);
    let longest = match lesson.proven(shipped) {
        Some((bound, _)) => days(bound.max(usual)).max(floor),
        None => days(usual).max(guess?),
    };
    let corrects = guess != Some(longest);
    corrects.then(|| ((days(shortest).min(longest), longest), WindowSource::Own(lesson.parcels())))
}

impl Expected {
    /// The last day of the window on the recipient's calendar.
    pub fn last_day(&self, zone: &TimeZone) -> Date {
        day(&self.to, zone)
    }

    /// The days that have passed since the window ended, from 1; `None` while it is open.
    pub fn late_days(&self, today: Date, zone: &TimeZone) -> Option<i32> {
        let late = today.since(self.last_day(zone)).ok()?.get_days();
        (late > 0).then_some(late)
    }

    /// The first day of the window on the recipient's calendar.
    pub fn first_day(&self, zone: &TimeZone) -> Option<Date> {
        self.from.as_ref().map(|from| day(from, zone))
    }
}

fn day(moment: &Moment, zone: &TimeZone) -> Date {
    match moment {
        Moment::Instant { at, .. } => at.to_zoned(zone.clone()).date(),
        Moment::Clock { at, .. } => at.date(),
        Moment::Date(date) => *date,
    }
}
