//! The clocks of the page: `Mar 1, 2026 4:05 PM`, or with a comma behind the year. Each row shows the clock of its
//! office, and none names a zone. By hand, because the SDK's reader of formats would be half of the plugin.

use parcelwatch_plugin::{Moment, civil};

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// A clock of the page, or a date where no time stands behind it.
pub(crate) fn read(text: &str) -> Option<Moment> {
    let text = text.replace(',', " ");
    let words: Vec<&str> = text.split_whitespace().collect();
    let [month, day, year, time @ ..] = words.as_slice() else { return None };
    let month = 1 + MONTHS.iter().position(|known| month.eq_ignore_ascii_case(known))?;
    let date = format!("{year}-{month:02}-{day:0>2}");
    match time {
        [] => civil::parse(&date),
        [clock, half] => civil::parse(&format!("{date} {}", civil::of_24_hours(&format!("{clock} {half}"))?)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_are_read_in_both_spellings() {
        for (given, expected) in [
            ("Mar 1, 2026 4:05 PM", Some("2026-03-01T16:05:00")),
            ("Jul 16, 2026, 3:57 PM", Some("2026-07-16T15:57:00")),
            ("dec 31, 2026, 12:00 am", Some("2026-12-31T00:00:00")),
            ("Dec 31, 2026, 12:59 PM", Some("2026-12-31T12:59:00")),
            ("Feb 30, 2026, 1:00 PM", None),
            ("Mar 1, 26, 1:00 PM", None),
            ("Mar 1, 2026, 13:00 PM", None),
            ("Mar 1, 2026, 0:10 AM", None),
            ("Mar 1, 2026, 1:00", None),
            ("Mar 1, 2026, 1:00 XM", None),
            ("Mar 1, 2026, 1:00+01:00 PM", None),
            ("Mars 1, 2026, 1:00 PM", None),
            ("1 Mar 2026", None),
            ("", None),
        ] {
            let told = match read(given) {
                Some(Moment::Clock { at, zone: None }) => Some(at),
                None => None,
                other => panic!("{given}: {other:?}"),
            };
            assert_eq!(told.as_deref(), expected, "{given}");
        }
        assert_eq!(read("Mar 1, 2026"), Some(Moment::Date("2026-03-01".into())));
    }
}
