//! Reading carriers' times, and keeping no more of them than the carrier knows.

use jiff::civil::{Date, DateTime};
use jiff::fmt::strtime;

use crate::{Event, Moment};

/// Reads the common spellings: an instant when the text has an offset (`Z`, `+01:00`, `+0100`, `-7:00`), or counts seconds
/// or milliseconds since 1970, a clock without a zone when it has a time, a date when it has neither. Blank or `T` may part
/// date and time, fractions are dropped.
pub fn parse(text: &str) -> Option<Moment> {
    let text = text.trim();
    if let Some(ms) = since_1970_ms(text) {
        return epoch_ms(ms);
    }
    let (date, rest) = text.split_at_checked(10)?;
    let date = iso_date(date)?;
    if rest.is_empty() {
        return Some(Moment::Date(date.to_string()));
    }
    let rest = rest.trim_start_matches(['T', 't', ' ']);
    let split = rest.find(['Z', 'z', '+', '-']).unwrap_or(rest.len());
    let (time, offset) = rest.split_at(split);
    let at = at(date, time.trim())?;
    match offset.trim() {
        "" => Some(clock(at, None)),
        offset => Some(Moment::Instant(format!("{at}{}", plain_offset(offset)?))),
    }
}

/// `4:05 PM` as `16:05`, to be put behind a date and read by [`parse`]. Seconds stay as they are.
pub fn of_24_hours(clock: &str) -> Option<String> {
    let clock = clock.trim();
    let (time, half) = clock.split_at_checked(clock.len().checked_sub(2)?)?;
    let (hour, rest) = time.trim_end().split_once(':')?;
    let is_plain = rest.bytes().all(|b| b.is_ascii_digit() || b == b':');
    let hour: u8 = hour.parse().ok().filter(|_| is_plain)?;
    let hour = match (hour, half.to_ascii_uppercase().as_str()) {
        (1..=12, "AM") => hour % 12,
        (1..=12, "PM") => hour % 12 + 12,
        _ => return None,
    };
    Some(format!("{hour:02}:{rest}"))
}

/// A wall clock in the carrier's own format (see jiff's `strtime`), such as `%d-%m-%Y %H:%M`, and what it hints at. The
/// reader of formats makes a plugin larger by half: where the parts can be put into the usual order, [`parse`] does.
pub fn clock_in(format: &str, text: &str, zone: Option<&str>) -> Option<Moment> {
    let at = strtime::parse(format, text.trim()).ok()?.to_datetime().ok()?;
    Some(clock(at, zone))
}

/// A date in the carrier's own format.
pub fn date_in(format: &str, text: &str) -> Option<Moment> {
    let date = strtime::parse(format, text.trim()).ok()?.to_date().ok()?;
    Some(Moment::Date(date.to_string()))
}

/// A clock and an offset that can be trusted, told in two fields (USPS, UPS). Without an offset it stays a clock.
pub fn with_offset(text: &str, offset: Option<&str>) -> Option<Moment> {
    let Moment::Clock { at, .. } = parse(text)? else { return parse(text) };
    match offset.and_then(|offset| plain_offset(offset.trim())) {
        Some(offset) => Some(Moment::Instant(format!("{at}{offset}"))),
        None => Some(Moment::Clock { at, zone: None }),
    }
}

/// Ten digits count seconds and thirteen count milliseconds, if they lead to a day of this century.
fn since_1970_ms(text: &str) -> Option<i64> {
    const CENTURY_S: std::ops::Range<i64> = 946_684_800..4_102_444_800;
    if !matches!(text.len(), 10 | 13) || !is_digits(text) {
        return None;
    }
    let count: i64 = text.parse().ok()?;
    let ms = if text.len() == 10 { count * 1000 } else { count };
    CENTURY_S.contains(&(ms / 1000)).then_some(ms)
}

/// Milliseconds since 1970 in UTC.
pub fn epoch_ms(ms: i64) -> Option<Moment> {
    let at = jiff::Timestamp::from_millisecond(ms).ok()?;
    Some(Moment::Instant(at.to_string()))
}

/// Whole seconds since 1970 of an instant in one of the common spellings.
pub fn epoch_s(instant: &str) -> Option<i64> {
    let Moment::Instant(instant) = parse(instant)? else { return None };
    let (local, offset) = instant.split_at_checked(19)?;
    let days = iso_date(local.get(..10)?)?.duration_since(Date::constant(1970, 1, 1)).as_hours() / 24;
    let part = |from: usize| local.get(from..from + 2)?.parse::<i64>().ok();
    Some(((days * 24 + part(11)?) * 60 + part(14)?) * 60 + part(17)? - offset_s(offset)?)
}

/// The same instant on the clock of another offset, such as `+08:00`.
pub fn at_offset(instant: &str, offset: &str) -> Option<Moment> {
    let there = jiff::Timestamp::from_second(epoch_s(instant)? + offset_s(offset)?).ok()?.to_string();
    with_offset(there.trim_end_matches('Z'), Some(offset))
}

/// How far the clock of an offset is ahead of UTC.
fn offset_s(offset: &str) -> Option<i64> {
    if offset == "Z" {
        return Some(0);
    }
    let (hours, minutes) = offset.get(1..)?.split_once(':')?;
    let ahead = hours.parse::<i64>().ok()? * 3600 + minutes.parse::<i64>().ok()? * 60;
    match offset.as_bytes().first()? {
        b'+' => Some(ahead),
        b'-' => Some(-ahead),
        _ => None,
    }
}

/// How many days `later` is after `earlier`, by the dates that were shown where each happened.
pub fn days_between(earlier: &Moment, later: &Moment) -> Option<i64> {
    Some(date_of(later)?.duration_since(date_of(earlier)?).as_hours() / 24)
}

/// The date a moment shows where it happened.
pub(crate) fn date_of(moment: &Moment) -> Option<Date> {
    let (Moment::Instant(text) | Moment::Clock { at: text, .. } | Moment::Date(text)) = moment;
    iso_date(text.get(..10)?)
}

/// The seconds until the next midnight in UTC, when the daily quotas of several carriers start again. `now` is in UTC,
/// as [`crate::host::now`] gives it.
pub fn seconds_to_midnight_utc(now: &str) -> Option<u32> {
    let Moment::Instant(now) = parse(now).filter(|_| now.ends_with('Z'))? else { return None };
    let part = |from: usize| now.get(from..from + 2)?.parse::<u32>().ok();
    Some(24 * 60 * 60 - part(11)? * 60 * 60 - part(14)? * 60 - part(17)?)
}

/// `2026-11-21` and nothing else. Jiff's own parser knows times, zones and annotations too, and with the words for all
/// that may be wrong with them it would be two thirds of a plugin.
pub(crate) fn iso_date(text: &str) -> Option<Date> {
    let mut parts = text.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let fits = parts.next().is_none() && (year.len(), month.len(), day.len()) == (4, 2, 2);
    if !fits || ![year, month, day].into_iter().all(is_digits) {
        return None;
    }
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
}

/// The same moment as a wall clock that hints at a zone, where the offset told cannot be trusted.
pub fn distrust(moment: Moment, zone: Option<&str>) -> Moment {
    match moment {
        Moment::Instant(text) => {
            Moment::Clock { at: text.get(..19).unwrap_or(&text).to_owned(), zone: zone.map(str::to_owned) }
        }
        Moment::Clock { at, .. } => Moment::Clock { at, zone: zone.map(str::to_owned) },
        date @ Moment::Date(_) => date,
    }
}

/// Only the date of a moment at midnight, for fields where carriers write midnight when they know no time of day.
pub fn date_at_midnight(moment: Moment) -> Moment {
    let text = match &moment {
        Moment::Instant(text) | Moment::Clock { at: text, .. } => text,
        Moment::Date(_) => return moment,
    };
    match text.split_at_checked(10) {
        Some((date, time)) if time.starts_with("T00:00:00") => Moment::Date(date.to_owned()),
        _ => moment,
    }
}

/// The day alone, for what says of itself that its time of day is none.
pub fn date_only(moment: Moment) -> Moment {
    match moment.day() {
        Some(day) => Moment::Date(day.to_owned()),
        None => moment,
    }
}

/// Turns clocks at midnight without a zone into dates: carriers write so where they know the day alone. One that also shows
/// clocks in the first hour of a day works at midnight, and is believed.
pub fn dates_at_midnight(events: &mut [Event]) {
    let time = |event: &Event| match &event.moment {
        Some(Moment::Clock { at, zone: None }) => at.get(10..).map(str::to_owned),
        _ => None,
    };
    let is_midnight = |time: &str| time.starts_with("T00:00:00");
    if events.iter().filter_map(time).any(|time| time.starts_with("T00:") && !is_midnight(&time)) {
        return;
    }
    for event in events {
        if time(event).is_some_and(|time| is_midnight(&time)) {
            event.moment = event.moment.take().map(date_only);
        }
    }
}

fn clock(at: DateTime, zone: Option<&str>) -> Moment {
    let zone = zone.map(str::trim).filter(|zone| !zone.is_empty()).map(str::to_owned);
    Moment::Clock { at: at.to_string(), zone }
}

/// `14:05`, `14:05:07`, `14:05:07.123` on a date.
fn at(date: Date, time: &str) -> Option<DateTime> {
    let whole = time.split('.').next()?;
    let mut parts = whole.split(':').map(str::parse::<i8>);
    let (hour, minute) = (parts.next()?.ok()?, parts.next()?.ok()?);
    let second = parts.next().transpose().ok()?.unwrap_or(0);
    DateTime::new(date.year(), date.month(), date.day(), hour, minute, second, 0).ok()
}

/// An offset as RFC 3339 has it: `+01:00`.
fn plain_offset(offset: &str) -> Option<String> {
    if offset.eq_ignore_ascii_case("z") {
        return Some("Z".to_owned());
    }
    let sign = offset.chars().next().filter(|c| matches!(c, '+' | '-'))?;
    let digits = offset[1..].is_ascii().then(|| &offset[1..])?;
    let (hours, minutes): (u32, u32) = match digits.split_once(':') {
        Some((hours, minutes)) => (hours.parse().ok()?, minutes.parse().ok()?),
        None if digits.len() == 4 => (digits[..2].parse().ok()?, digits[2..].parse().ok()?),
        None => (digits.parse().ok()?, 0),
    };
    (hours <= 14 && minutes < 60).then(|| format!("{sign}{hours:02}:{minutes:02}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(moment: Option<Moment>) -> String {
        match moment {
            Some(Moment::Instant(text)) => format!("instant {text}"),
            Some(Moment::Clock { at, zone }) => format!("clock {at} {}", zone.as_deref().unwrap_or("-")),
            Some(Moment::Date(text)) => format!("date {text}"),
            None => "nothing".to_owned(),
        }
    }

    #[test]
    fn common_spellings() {
        for (given, expected) in [
            ("2026-11-21T14:05:00+01:00", "instant 2026-11-21T14:05:00+01:00"),
            ("2026-11-21 14:05:00 -0500", "instant 2026-11-21T14:05:00-05:00"),
            ("2024-09-05T18:18:00.000+0000", "instant 2024-09-05T18:18:00+00:00"),
            ("2026-11-21T14:05Z", "instant 2026-11-21T14:05:00Z"),
            ("2026-11-21 14:05", "clock 2026-11-21T14:05:00 -"),
            ("2024-11-15 11:09:19.000000", "clock 2024-11-15T11:09:19 -"),
            ("2026-11-21", "date 2026-11-21"),
            ("2026-02-30 10:00", "nothing"),
            ("2026-11-21 25:00", "nothing"),
            ("21.11.2026", "nothing"),
            ("2026-11-2", "nothing"),
            ("2026-1-021", "nothing"),
            ("+026-11-21", "nothing"),
            ("2026-11-21-01", "nothing"),
            ("", "nothing"),
            ("日本語のテキスト", "nothing"),
        ] {
            assert_eq!(text(parse(given)), expected, "{given:?}");
        }
    }

    #[test]
    fn a_carriers_own_format() {
        assert_eq!(text(clock_in("%b %d, %Y %I:%M %p", "Nov 5, 2026 3:07 PM", None)), "clock 2026-11-05T15:07:00 -");
        assert_eq!(text(date_in("%Y%m%d", "20261105")), "date 2026-11-05");
        assert_eq!(text(clock_in("%d-%m-%Y", "nonsense", None)), "nothing");
    }

    #[test]
    fn the_clock_of_twelve_hours() {
        for (given, expected) in [
            ("4:05 PM", Some("16:05")),
            ("12:00am", Some("00:00")),
            ("12:59:07 pm", Some("12:59:07")),
            ("13:00 PM", None),
            ("0:10 AM", None),
            ("4:05", None),
            ("4:05 XM", None),
            ("4:05+01:00 PM", None),
            ("PM", None),
            ("é", None),
            ("", None),
        ] {
            assert_eq!(of_24_hours(given).as_deref(), expected, "{given:?}");
        }
    }

    #[test]
    fn clock_and_offset_in_two_fields() {
        assert_eq!(text(with_offset("2024-11-22T13:58:00", Some("-05:00"))), "instant 2024-11-22T13:58:00-05:00");
        assert_eq!(text(with_offset("2024-11-22T13:58:00", Some("-7:00"))), "instant 2024-11-22T13:58:00-07:00");
        assert_eq!(text(with_offset("2024-11-22T13:58:00", None)), "clock 2024-11-22T13:58:00 -");
        for offset in ["+99", "+aéb", "+", "-é"] {
            let moment = with_offset("2024-11-22T13:58:00", Some(offset));
            assert_eq!(text(moment), "clock 2024-11-22T13:58:00 -", "{offset}");
        }
    }

    #[test]
    fn an_instant_is_read_on_other_clocks() {
        assert_eq!(epoch_s("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(epoch_s("2026-11-21T14:05:09+01:00"), Some(1_795_266_309));
        assert_eq!(epoch_s("2026-11-21T07:35:09-05:30"), epoch_s("2026-11-21T14:05:09+01:00"));
        assert_eq!(epoch_s("2026-11-21T23:59:59.5Z"), Some(1_795_305_599));
        for no_instant in ["2026-11-21T14:05:09", "2026-11-21", "2026-11-21T14:05:09é1:00", "soon"] {
            assert_eq!(epoch_s(no_instant), None, "{no_instant}");
        }
        assert_eq!(text(at_offset("2026-11-21T20:05:09Z", "+08:00")), "instant 2026-11-22T04:05:09+08:00");
        assert_eq!(text(at_offset("2026-11-22T04:05:09+08:00", "Z")), "instant 2026-11-21T20:05:09Z");
        assert_eq!(text(at_offset("2026-11-22T04:05:09+08:00", "CST")), "nothing");
    }

    #[test]
    fn days_are_counted_by_the_dates_shown() {
        let days = |earlier: &str, later: &str| days_between(&parse(earlier)?, &parse(later)?);
        assert_eq!(days("2026-10-31T23:00:00-08:00", "2026-11-02"), Some(2));
        assert_eq!(days("2026-11-02", "2026-10-31 01:00"), Some(-2));
        assert_eq!(days_between(&Moment::Date("soon".into()), &Moment::Date("2026-11-02".into())), None);
    }

    #[test]
    fn the_quota_of_a_day_starts_again_at_midnight() {
        assert_eq!(seconds_to_midnight_utc("2026-11-21T23:59:00Z"), Some(60));
        assert_eq!(seconds_to_midnight_utc("2026-11-21T00:00:00Z"), Some(86_400));
        assert_eq!(seconds_to_midnight_utc("2026-11-21T23:59:00-01:00"), None);
        assert_eq!(seconds_to_midnight_utc("tomorrow"), None);
    }

    #[test]
    fn midnight_that_only_means_a_date_becomes_one() {
        for (given, expected) in [
            ("2026-11-21T00:00:00-06:00", "date 2026-11-21"),
            ("2026-11-21T00:00:00", "date 2026-11-21"),
            ("2026-11-21", "date 2026-11-21"),
            ("2026-11-21T00:00:30", "clock 2026-11-21T00:00:30 -"),
            ("2026-11-21T10:00:00Z", "instant 2026-11-21T10:00:00Z"),
        ] {
            assert_eq!(text(parse(given).map(date_at_midnight)), expected, "{given:?}");
        }
    }

    #[test]
    fn seconds_and_milliseconds_since_1970_are_instants() {
        for (given, expected) in [
            ("1595979339000", "instant 2020-07-28T23:35:39Z"),
            (" 1595979339 ", "instant 2020-07-28T23:35:39Z"),
            ("159597933", "nothing"),
            ("0595979339", "nothing"),
            ("9999999999999", "nothing"),
        ] {
            assert_eq!(text(parse(given)), expected, "{given:?}");
        }
    }

    #[track_caller]
    fn check_midnights(given: &[&str], expected: &[&str]) {
        let event = |at: &&str| Event { moment: parse(at), ..Event::new(crate::Status::InTransit, "a scan") };
        let mut events: Vec<Event> = given.iter().map(event).collect();
        dates_at_midnight(&mut events);
        let told: Vec<String> = events.into_iter().map(|event| text(event.moment)).collect();
        assert_eq!(told, expected);
    }

    #[test]
    fn a_midnight_without_a_zone_is_a_date_unless_it_is_worked_at_midnight() {
        check_midnights(
            &["2026-11-21 00:00:00", "2026-11-20 14:05"],
            &["date 2026-11-21", "clock 2026-11-20T14:05:00 -"],
        );
        check_midnights(
            &["2026-11-21 00:00:00", "2026-11-20 00:12"],
            &["clock 2026-11-21T00:00:00 -", "clock 2026-11-20T00:12:00 -"],
        );
        check_midnights(&["2026-11-21T00:00:00+01:00"], &["instant 2026-11-21T00:00:00+01:00"]);
        let mut zoned = [Event {
            moment: clock_in("%F %T", "2026-11-21 00:00:00", Some("Asia/Shanghai")),
            ..Event::new(crate::Status::InTransit, "a scan")
        }];
        dates_at_midnight(&mut zoned);
        assert_eq!(text(zoned[0].moment.take()), "clock 2026-11-21T00:00:00 Asia/Shanghai");
    }

    #[test]
    fn an_offset_that_is_often_wrong_becomes_a_hint() {
        let moment = parse("2026-11-21T14:05:00+08:00").expect("an instant");
        assert_eq!(text(Some(distrust(moment, Some("GMT+8")))), "clock 2026-11-21T14:05:00 GMT+8");
    }
}
