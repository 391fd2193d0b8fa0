//! Times in words, as of the moment a page is made.

use jiff::civil::Date;
use jiff::fmt::strtime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use parcelwatch_tracking::{Moment, words};

/// "4 min ago", "2 h ago", "3 days ago"; "just now" below a minute.
pub(crate) fn ago(at: Timestamp, now: Timestamp) -> String {
    let passed = now.duration_since(at);
    if passed < SignedDuration::from_mins(1) { "just now".to_owned() } else { format!("{} ago", words(passed)) }
}

/// "in 2 h"; "now" for what is due.
pub(super) fn until(at: Timestamp, now: Timestamp) -> String {
    let left = at.duration_since(now);
    if left < SignedDuration::from_secs(1) { "now".to_owned() } else { format!("in {}", words(left)) }
}

/// "25 Nov", with the year where it is another one.
pub(super) fn day(date: Date, today: Date) -> String {
    let format = if date.year() == today.year() { "%-d %b" } else { "%-d %b %Y" };
    strtime::format(format, date).unwrap_or_else(|_| date.to_string())
}

/// "25–28 Nov", "28 Nov – 3 Dec", "28 Nov".
pub(super) fn days(first: Option<Date>, last: Date, today: Date) -> String {
    match first.filter(|first| *first < last) {
        None => day(last, today),
        Some(first) if first.month() == last.month() && first.year() == last.year() => {
            format!("{}–{}", first.day(), day(last, today))
        }
        Some(first) => format!("{} – {}", day(first, today), day(last, today)),
    }
}

/// A date and its weekday: "Saturday, 21 November".
pub(super) fn full_day(date: Date, today: Date) -> String {
    let format = if date.year() == today.year() { "%A, %-d %B" } else { "%A, %-d %B %Y" };
    strtime::format(format, date).unwrap_or_else(|_| date.to_string())
}

/// The face of the carrier's clock: "14:05"; nothing for a date.
pub(super) fn clock(moment: &Moment) -> Option<String> {
    moment.clock_face().map(|face| strtime::format("%H:%M", face).unwrap_or_else(|_| face.to_string()))
}

/// What is known of the clock's zone: an offset, or that it was not told.
pub(super) fn zone(moment: &Moment) -> Option<String> {
    match moment {
        Moment::Instant { offset, .. } => Some(format!("UTC{offset}").replace("+00", "")),
        Moment::Clock { zone: Some(hint), .. } if !hint.is_empty() => Some(format!("zone doubtful ({hint})")),
        Moment::Clock { .. } => Some("zone not told".to_owned()),
        Moment::Date(_) => None,
    }
}

/// An instant in a zone: "21 Nov, 14:05".
pub(super) fn local(at: Timestamp, zone: &TimeZone, now: Timestamp) -> String {
    let (there, today) = (at.to_zoned(zone.clone()), now.to_zoned(zone.clone()).date());
    let clock = strtime::format("%H:%M", &there).unwrap_or_default();
    format!("{}, {clock}", day(there.date(), today))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        text.parse().expect("a date")
    }

    #[test]
    fn spans_of_days_are_written_short() {
        let today = date("2026-11-21");
        let days = |first: &str, last: &str| days(Some(date(first)), date(last), today);
        assert_eq!(days("2026-11-25", "2026-11-28"), "25–28 Nov");
        assert_eq!(days("2026-11-28", "2026-12-03"), "28 Nov – 3 Dec");
        assert_eq!(days("2026-12-30", "2027-01-02"), "30 Dec – 2 Jan 2027");
        assert_eq!(days("2026-11-25", "2026-11-25"), "25 Nov");
    }

    #[test]
    fn distances_are_rounded_to_what_matters() {
        let now: Timestamp = "2026-11-21T12:00:00Z".parse().expect("an instant");
        assert_eq!(ago(now - SignedDuration::from_secs(30), now), "just now");
        assert_eq!(ago(now - SignedDuration::from_mins(4), now), "4 min ago");
        assert_eq!(ago(now - SignedDuration::from_hours(100), now), "4 days ago");
        assert_eq!(until(now + SignedDuration::from_hours(2), now), "in 2 h");
        assert_eq!(until(now, now), "now");
    }
}
