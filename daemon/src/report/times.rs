//! How times are written for people: the face of a clock, days, distances. Each once.

use jiff::civil::Date;
use jiff::fmt::strtime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use parcelwatch_tracking::{Moment, words};

/// The clock people read by: their zone, and now.
#[derive(Clone, Debug)]
pub struct Clock {
    pub zone: TimeZone,
    pub now: Timestamp,
}

impl Clock {
    pub fn today(&self) -> Date {
        self.now.to_zoned(self.zone.clone()).date()
    }

    pub fn date(&self, at: &Timestamp) -> Date {
        at.to_zoned(self.zone.clone()).date()
    }

    /// "4 min ago", "2 h ago", "3 days ago"; "just now" below a minute.
    pub fn ago(&self, at: &Timestamp) -> String {
        let passed = self.now.duration_since(*at);
        if passed < SignedDuration::from_mins(1) { "just now".to_owned() } else { format!("{} ago", words(passed)) }
    }

    /// "in 2 h"; "now" for what is due.
    pub fn until(&self, at: &Timestamp) -> String {
        let left = at.duration_since(self.now);
        if left < SignedDuration::from_secs(1) { "now".to_owned() } else { format!("in {}", words(left)) }
    }

    /// An instant as people tell it: "21 Nov, 14:05".
    pub fn local(&self, at: &Timestamp) -> String {
        let there = at.to_zoned(self.zone.clone());
        let clock = strtime::format("%H:%M", &there).unwrap_or_default();
        format!("{}, {clock}", self.day(there.date()))
    }

    /// "25 Nov", with the year where it is another one.
    pub fn day(&self, date: Date) -> String {
        day(date, self.today())
    }

    /// "25–28 Nov", "28 Nov – 3 Dec", "28 Nov".
    pub fn days(&self, first: Option<Date>, last: Date) -> String {
        match first.filter(|first| *first < last) {
            None => self.day(last),
            Some(first) if first.month() == last.month() && first.year() == last.year() => {
                format!("{}–{}", first.day(), self.day(last))
            }
            Some(first) => format!("{} – {}", self.day(first), self.day(last)),
        }
    }

    /// A date and its weekday: "Saturday, 21 November".
    pub fn full_day(&self, date: Date) -> String {
        let format = if date.year() == self.today().year() { "%A, %-d %B" } else { "%A, %-d %B %Y" };
        strtime::format(format, date).unwrap_or_else(|_| date.to_string())
    }

    /// How far away a day is: "today", "tomorrow", "in 12 days".
    pub fn distance(&self, date: Date) -> String {
        match days_until(self.today(), date) {
            ..=0 => "today".to_owned(),
            1 => "tomorrow".to_owned(),
            days => format!("in {days} days"),
        }
    }
}

/// "25 Nov", with the year where it is another one than today's.
pub fn day(date: Date, today: Date) -> String {
    let format = if date.year() == today.year() { "%-d %b" } else { "%-d %b %Y" };
    strtime::format(format, date).unwrap_or_else(|_| date.to_string())
}

/// A day for people: "3 December".
pub fn day_words(at: Timestamp, zone: &TimeZone) -> String {
    date_words(at.to_zoned(zone.clone()).date())
}

/// A date for people: "3 December".
pub fn date_words(date: Date) -> String {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let month = usize::try_from(date.month() - 1).unwrap_or(0);
    format!("{} {}", date.day(), MONTHS[month])
}

/// How many days lie between two dates.
pub fn days_until(today: Date, date: Date) -> i32 {
    date.since(today).map_or(0, |span| span.get_days())
}

/// An instant with its offset, for who may live elsewhere: "2026-11-21 14:05 UTC+01:00".
pub fn with_offset(at: Timestamp, zone: &TimeZone) -> String {
    let there = at.to_zoned(zone.clone());
    strtime::format("%Y-%m-%d %H:%M UTC%:z", &there).unwrap_or_else(|_| at.to_string())
}

/// The hour on the carrier's clock: "14:05"; nothing for a date.
pub fn hour(moment: &Moment) -> Option<String> {
    moment.clock_face().map(|face| strtime::format("%H:%M", face).unwrap_or_else(|_| face.to_string()))
}

/// The carrier's clock as it stood on the wall: "2026-11-21 14:05:00", or a date.
pub fn clock_face(moment: &Moment) -> String {
    match moment.clock_face() {
        Some(face) => face.to_string().replace('T', " "),
        None => moment.text(),
    }
}

/// What is known of that clock's zone: an offset, the carrier's own doubtful hint, or that there was none.
pub fn clock_zone(moment: &Moment) -> Option<String> {
    match moment {
        Moment::Instant { offset, .. } => Some(format!("UTC{offset}").replace("+00", "")),
        Moment::Clock { zone: Some(hint), .. } if !hint.is_empty() => Some(format!("doubtful: {hint}")),
        Moment::Clock { .. } => Some("not told".to_owned()),
        Moment::Date(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        text.parse().expect("a date")
    }

    fn clock() -> Clock {
        Clock { zone: TimeZone::UTC, now: "2026-11-21T12:00:00Z".parse().expect("an instant") }
    }

    #[test]
    fn spans_of_days_are_written_short() {
        let days = |first: &str, last: &str| clock().days(Some(date(first)), date(last));
        assert_eq!(days("2026-11-25", "2026-11-28"), "25–28 Nov");
        assert_eq!(days("2026-11-28", "2026-12-03"), "28 Nov – 3 Dec");
        assert_eq!(days("2026-12-30", "2027-01-02"), "30 Dec – 2 Jan 2027");
        assert_eq!(days("2026-11-25", "2026-11-25"), "25 Nov");
    }

    #[test]
    fn distances_are_rounded_to_what_matters() {
        let (clock, now) = (clock(), clock().now);
        assert_eq!(clock.ago(&(now - SignedDuration::from_secs(30))), "just now");
        assert_eq!(clock.ago(&(now - SignedDuration::from_mins(4))), "4 min ago");
        assert_eq!(clock.ago(&(now - SignedDuration::from_hours(100))), "4 days ago");
        assert_eq!(clock.until(&(now + SignedDuration::from_hours(2))), "in 2 h");
        assert_eq!(clock.until(&now), "now");
        assert_eq!(
            [21, 22, 24].map(|day| clock.distance(date(&format!("2026-11-{day}")))),
            ["today", "tomorrow", "in 3 days"]
        );
    }
}
