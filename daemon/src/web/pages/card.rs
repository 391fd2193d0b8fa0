//! A parcel on the overview, in the archive, and at the head of its own page: its view, and the clock its reader goes by.

use jiff::Timestamp;
use parcelwatch_tracking::{AdviceKind, Stage};

use crate::report::times::{Clock, date_words, days_until};
use crate::report::view::DeadlineView;
use crate::report::{Names, ParcelView, words};

/// Deadlines that end within so many days are near.
const NEAR_DAYS: i32 = 7;

/// A view with what changes by the minute.
pub(super) struct Card {
    pub(super) view: ParcelView,
    pub(super) clock: Clock,
    /// The last time any carrier answered about it.
    pub(super) checked: Option<Timestamp>,
    /// The next poll, and why then.
    pub(super) next: Option<(Timestamp, String)>,
}

/// A step of the progress bar.
pub(super) struct Step {
    pub(super) title: &'static str,
    /// `done`, `now`, `ahead`.
    pub(super) state: &'static str,
}

/// A deadline as of now.
pub(super) struct DeadlineLine<'a> {
    pub(super) deadline: &'a DeadlineView,
    /// "4 August, in 12 days".
    pub(super) when: String,
    pub(super) near: bool,
    /// By every reading.
    pub(super) over: bool,
}

impl Card {
    pub(super) fn new(view: ParcelView, names: &Names, now: Timestamp) -> Self {
        let clock = view.clock(names, now);
        Self { view, clock, checked: None, next: None }
    }

    /// The progress bar: what is behind, where it is, what lies ahead. A parcel on its way back ends there.
    pub(super) fn steps(&self) -> Vec<Step> {
        let now = self.view.stage;
        let last = if now == Stage::Back { Stage::Back } else { Stage::Done };
        let shown = Stage::ALL.into_iter().filter(|stage| *stage < Stage::Done || *stage == last);
        shown
            .map(|stage| Step {
                title: match stage {
                    Stage::PreTransit => "Announced",
                    stage => stage.title(),
                },
                state: match stage.cmp(&now) {
                    std::cmp::Ordering::Less => "done",
                    std::cmp::Ordering::Equal => "now",
                    std::cmp::Ordering::Greater => "ahead",
                },
            })
            .collect()
    }

    /// The expected days: "25–28 Nov".
    pub(super) fn expected(&self) -> Option<String> {
        let expected = self.view.expected.as_ref()?;
        Some(self.clock.days(expected.first_day(&self.clock.zone), expected.last_day(&self.clock.zone)))
    }

    pub(super) fn is_late(&self) -> bool {
        self.view.expected.as_ref().is_some_and(|expected| expected.last_day(&self.clock.zone) < self.clock.today())
    }

    /// Who says so, and how often it moved.
    pub(super) fn expected_by(&self) -> String {
        let Some(expected) = &self.view.expected else { return String::new() };
        let by = match expected.source {
            parcelwatch_tracking::WindowSource::Carrier => "says the carrier",
            _ => words::window_source(expected),
        };
        match words::slides(expected) {
            Some(slid) => format!("{by}, moved {slid}"),
            None => by.to_owned(),
        }
    }

    fn silence_words(&self) -> Option<String> {
        self.view.silence.map(|silence| words::silence(&silence, &self.clock.zone, self.clock.now))
    }

    /// The line of advice. Where there is nothing to do but to wait, how long that is normal says it all.
    pub(super) fn advice(&self) -> String {
        let waits = !self.view.is_worrying() && self.view.advice_kind == AdviceKind::Wait;
        self.silence_words().filter(|_| waits).unwrap_or_else(|| self.view.advice.clone())
    }

    /// The sentence about a silence that is longer than usual.
    pub(super) fn silence(&self) -> Option<String> {
        self.silence_words().filter(|_| self.view.is_worrying())
    }

    pub(super) fn delivered_to(&self) -> Option<String> {
        self.view.delivered_to.map(|place| place.key().replace('_', " "))
    }

    pub(super) fn act_by(&self) -> Option<DeadlineLine<'_>> {
        self.view.act_by(self.clock.now).map(|deadline| self.deadline(deadline))
    }

    pub(super) fn deadlines(&self) -> Vec<DeadlineLine<'_>> {
        self.view.deadlines.iter().map(|deadline| self.deadline(deadline)).collect()
    }

    fn deadline<'a>(&self, deadline: &'a DeadlineView) -> DeadlineLine<'a> {
        let date = match deadline.at {
            parcelwatch_tracking::Moment::Date(date) => date,
            _ => self.clock.date(&deadline.ends_at),
        };
        let over = deadline.is_over(self.clock.now);
        let distance = match deadline.has_passed(self.clock.now) {
            true if over => "over".to_owned(),
            true => "by the strict reading".to_owned(),
            false => self.clock.distance(date),
        };
        DeadlineLine {
            deadline,
            when: format!("{}, {distance}", date_words(date)),
            near: !over && days_until(self.clock.today(), date) <= NEAR_DAYS,
            over,
        }
    }
}
