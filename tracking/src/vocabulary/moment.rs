//! When something happened, as exactly as the carrier really knows, and never more exactly.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::{Offset, TimeZone};

/// A point in time at the carrier's own precision.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Moment {
    /// An instant, with the offset the carrier's clock showed. The offset can be trusted.
    Instant { at: Timestamp, offset: Offset },
    /// A wall clock. The zone is what the carrier hints at and is often wrong, so it decides nothing alone.
    Clock { at: DateTime, zone: Option<String> },
    /// Only a date.
    Date(Date),
}

/// How far an estimated instant may be off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Precision {
    /// The carrier gave an instant.
    Exact,
    /// A clock read in the zone where it most likely hangs.
    Zoned,
    /// A clock with no idea where it hangs.
    Guessed,
    /// A date.
    Day,
}

impl Moment {
    /// Reads RFC 3339 with an offset.
    pub fn instant(text: &str) -> Option<Self> {
        let pieces = jiff::fmt::temporal::Pieces::parse(text).ok()?;
        let offset = pieces.to_numeric_offset()?;
        let at = offset.to_timestamp(pieces.date().to_datetime(pieces.time()?)).ok()?;
        Some(Self::Instant { at, offset })
    }

    /// Reads a wall clock such as 2026-11-21T14:05:00.
    pub fn clock(text: &str, zone: Option<String>) -> Option<Self> {
        Some(Self::Clock { at: text.parse().ok()?, zone })
    }

    /// Reads a date such as 2026-11-21.
    pub fn date(text: &str) -> Option<Self> {
        text.parse().ok().map(Self::Date)
    }

    /// The date on the carrier's calendar.
    pub fn calendar_date(&self) -> Date {
        match self {
            Self::Instant { at, offset } => offset.to_datetime(*at).date(),
            Self::Clock { at, .. } => at.date(),
            Self::Date(date) => *date,
        }
    }

    /// The face of the carrier's clock; `None` for a date.
    pub fn clock_face(&self) -> Option<DateTime> {
        match self {
            Self::Instant { at, offset } => Some(offset.to_datetime(*at)),
            Self::Clock { at, .. } => Some(*at),
            Self::Date(_) => None,
        }
    }

    /// The most likely instant. `home` is the zone of the place where the scan was made, when that is known; the
    /// carrier's own hint comes second, and UTC last. A date counts as its noon.
    pub fn estimate(&self, home: Option<&TimeZone>) -> (Timestamp, Precision) {
        match self {
            Self::Instant { at, .. } => (*at, Precision::Exact),
            Self::Clock { at, zone } => {
                let hinted = zone.as_deref().and_then(zone_from_hint);
                match home.or(hinted.as_ref()) {
                    Some(zone) => (instant_in(zone, *at), Precision::Zoned),
                    None => (instant_in(&TimeZone::UTC, *at), Precision::Guessed),
                }
            }
            Self::Date(date) => {
                let zone = home.cloned().unwrap_or(TimeZone::UTC);
                (instant_in(&zone, date.at(12, 0, 0, 0)), Precision::Day)
            }
        }
    }

    /// The moment as text: RFC 3339, a clock without zone, or a date. Reads back with [`Moment::parse`].
    pub fn text(&self) -> String {
        match self {
            Self::Instant { at, offset } if offset.is_zero() => at.to_string(),
            Self::Instant { at, offset } => at.display_with_offset(*offset).to_string(),
            Self::Clock { at, .. } => at.to_string(),
            Self::Date(date) => date.to_string(),
        }
    }

    /// Reads what [`Moment::text`] wrote; the zone hint of a clock is kept beside it.
    pub fn parse(text: &str, zone: Option<String>) -> Option<Self> {
        if text.len() <= 10 {
            return Self::date(text);
        }
        Self::instant(text).or_else(|| Self::clock(text, zone))
    }
}

/// The zone a carrier hints at: an IANA name, or an offset in one of its many spellings (`GMT+8`, `UTC+02:00`, `+0800`).
pub fn zone_from_hint(hint: &str) -> Option<TimeZone> {
    let hint = hint.trim();
    let digits = hint.trim_start_matches("GMT").trim_start_matches("UTC").trim();
    if !digits.is_ascii() {
        return None;
    }
    if hint.eq_ignore_ascii_case("gmt") || hint.eq_ignore_ascii_case("utc") || hint == "Z" {
        return Some(TimeZone::UTC);
    }
    match digits.as_bytes().first() {
        Some(sign @ (b'+' | b'-')) => {
            let (hours, minutes) = match digits[1..].split_once(':') {
                Some((hours, minutes)) => (hours.parse::<i32>().ok()?, minutes.parse::<i32>().ok()?),
                None if digits.len() == 5 => (digits[1..3].parse().ok()?, digits[3..5].parse().ok()?),
                None => (digits[1..].parse().ok()?, 0),
            };
            let seconds = hours.checked_mul(3600)?.checked_add(minutes.checked_mul(60)?)?;
            let seconds = if *sign == b'-' { -seconds } else { seconds };
            Some(TimeZone::fixed(Offset::from_seconds(seconds).ok()?))
        }
        _ if hint.contains('/') => TimeZone::get(hint).ok(),
        _ => None,
    }
}

/// A clock that was skipped in spring counts as an hour later, one that came twice in autumn as the first.
fn instant_in(zone: &TimeZone, at: DateTime) -> Timestamp {
    zone.to_timestamp(at).unwrap_or_else(|_| if at.year() > 0 { Timestamp::MAX } else { Timestamp::MIN })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(name: &str) -> TimeZone {
        TimeZone::get(name).expect("a zone of the table")
    }

    #[test]
    fn an_instant_keeps_its_offset_and_needs_no_zone() {
        assert_eq!(
            Moment::instant("2026-11-21T14:05:00+00:00").map(|utc| utc.text()).as_deref(),
            Some("2026-11-21T14:05:00Z")
        );
        let moment = Moment::instant("2026-11-21T14:05:00+01:00").expect("RFC 3339");
        assert_eq!(moment.text(), "2026-11-21T14:05:00+01:00");
        let (at, precision) = moment.estimate(Some(&zone("Asia/Tokyo")));
        assert_eq!((at.to_string().as_str(), precision), ("2026-11-21T13:05:00Z", Precision::Exact));
        assert_eq!(Moment::instant("2026-11-21T14:05:00"), None);
    }

    #[test]
    fn a_clock_is_read_where_it_hangs_then_where_the_carrier_says() {
        let moment = Moment::clock("2026-11-21T14:05:00", Some("GMT+8".into())).expect("a clock");
        assert_eq!(moment.estimate(Some(&zone("Europe/Paris"))).0.to_string(), "2026-11-21T13:05:00Z");
        assert_eq!(moment.estimate(None).0.to_string(), "2026-11-21T06:05:00Z");
        let bare = Moment::clock("2026-11-21T14:05:00", None).expect("a clock");
        assert_eq!(bare.estimate(None).1, Precision::Guessed);
    }

    #[test]
    fn a_date_never_grows_a_clock() {
        let moment = Moment::date("2026-11-21").expect("a date");
        assert_eq!(moment.text(), "2026-11-21");
        assert_eq!(moment.clock_face(), None);
        assert_eq!(moment.estimate(None).1, Precision::Day);
    }

    #[test]
    fn what_is_written_reads_back() {
        for text in ["2026-11-21T14:05:00+01:00", "2026-11-21T14:05:00", "2026-11-21", "2026-11-21T14:05:00.5Z"] {
            let moment = Moment::parse(text, None).expect(text);
            assert_eq!(Moment::parse(&moment.text(), None), Some(moment));
        }
        assert_eq!(Moment::parse("yesterday", None), None);
    }

    #[test]
    fn hints_come_in_many_spellings() {
        for (hint, expected) in [
            ("GMT+8", Some(8 * 3600)),
            ("GMT+0800", Some(8 * 3600)),
            ("GMT+08:00", Some(8 * 3600)),
            ("GMT-3", Some(-3 * 3600)),
            ("UTC+02:00", Some(2 * 3600)),
            ("+05:30", Some(19_800)),
            ("GMT", Some(0)),
            ("", None),
            ("GMT+99", None),
            ("somewhere", None),
            ("GMT+a\u{e9}b", None),
            ("\u{e9}", None),
        ] {
            let zone = zone_from_hint(hint);
            let offset = zone.map(|zone| zone.to_offset(Timestamp::UNIX_EPOCH).seconds());
            assert_eq!(offset, expected, "{hint:?}");
        }
    }
}
