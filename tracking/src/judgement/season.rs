//! The weeks around the year's end, when everything takes longer.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::vocabulary::Class;

/// The peak season: from the sales of November until the backlog is gone. All of it is our guess, and a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Season {
    /// Month and day of the first day.
    pub from: (i8, i8),
    /// Month and day of the last day; in the next year when it comes before the first.
    pub to: (i8, i8),
    /// Added to the shortest and the longest delivery time, in days: marketplaces speak of two to four weeks.
    pub extra_days: (u16, u16),
    /// How long a silence is normal then, in percent of other times.
    pub patience_percent: u16,
}

impl Default for Season {
    fn default() -> Self {
        Self { from: (11, 11), to: (1, 10), extra_days: (14, 28), patience_percent: 150 }
    }
}

impl Season {
    /// Whether a day lies in it.
    pub fn contains(&self, day: Date) -> bool {
        let day = (day.month(), day.day());
        if self.from <= self.to { (self.from..=self.to).contains(&day) } else { day >= self.from || day <= self.to }
    }

    /// How long after one moment the season begins that holds at another.
    pub fn starts_after(&self, from: Timestamp, within: Timestamp) -> SignedDuration {
        let day = within.to_zoned(TimeZone::UTC).date();
        let (month, first) = self.from;
        let year = if (day.month(), day.day()) >= self.from { day.year() } else { day.year() - 1 };
        let start = Date::new(year, month, first).ok().and_then(|start| start.to_zoned(TimeZone::UTC).ok());
        start.map_or(SignedDuration::ZERO, |start| start.timestamp().duration_since(from).max(SignedDuration::ZERO))
    }

    /// The days a season adds to the delivery time of a parcel shipped on a day. Express and warehouse parcels do not wait
    /// in the queue of the season, and combined delivery is sold with a guarantee.
    pub fn extra_days(&self, class: Class, shipped: Date) -> (u16, u16) {
        match class {
            Class::Economy | Class::Standard | Class::Remote if self.contains(shipped) => self.extra_days,
            _ => (0, 0),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn the_season_runs_over_the_turn_of_the_year() {
        let season = Season::default();
        let inside = [date(2026, 11, 11), date(2026, 12, 24), date(2027, 1, 10)];
        let outside = [date(2026, 11, 10), date(2027, 1, 11), date(2026, 7, 1)];
        assert!(inside.into_iter().all(|day| season.contains(day)));
        assert!(!outside.into_iter().any(|day| season.contains(day)));
        let summer = Season { from: (6, 1), to: (8, 31), ..season };
        assert!(summer.contains(date(2026, 7, 1)) && !summer.contains(date(2026, 12, 1)));
    }

    #[test]
    fn only_what_waits_in_the_queue_takes_longer() {
        let season = Season::default();
        assert_eq!(season.extra_days(Class::Standard, date(2026, 11, 20)), (14, 28));
        assert_eq!(season.extra_days(Class::Standard, date(2026, 10, 20)), (0, 0));
        assert_eq!(season.extra_days(Class::Express, date(2026, 11, 20)), (0, 0));
    }
}
