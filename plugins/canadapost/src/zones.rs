//! The letters that Canada Post writes behind a clock, and what they are worth.
//!
//! Recorded are EST, CST and CSTNO, all of them in winter; the others are Canada's usual ones. CSTNO is the time of
//! Saskatchewan, which knows no daylight time. That it has letters of its own lets one think that CST names a zone and
//! not an offset, and stands there in July, too.

/// Letters that say the same all year.
const PLAIN: [(&str, &str); 7] = [
    ("ADT", "-03:00"),
    ("CDT", "-05:00"),
    ("CSTNO", "-06:00"),
    ("EDT", "-04:00"),
    ("MDT", "-06:00"),
    ("NDT", "-02:30"),
    ("PDT", "-07:00"),
];

/// Letters that are certain as long as no clock in Canada shows daylight time.
const IN_WINTER: [(&str, &str); 6] =
    [("AST", "-04:00"), ("CST", "-06:00"), ("EST", "-05:00"), ("MST", "-07:00"), ("NST", "-03:30"), ("PST", "-08:00")];

/// Daylight time begins on the second Sunday of March, the 8th or later, and ends on the first Sunday of November, the
/// 7th or earlier.
const WINTER_BEGINS: &str = "11-08";
const WINTER_ENDS: &str = "03-07";

/// The offset of a Canadian clock, where its letters leave no doubt. `at` begins with the date: 2026-11-21T14:05:00.
pub(crate) fn offset(letters: &str, at: &str) -> Option<&'static str> {
    let find = |table: &[(&str, &'static str)]| {
        table.iter().find(|(known, _)| known.eq_ignore_ascii_case(letters)).map(|(_, offset)| *offset)
    };
    let day = at.get(5..10)?;
    let is_winter = day >= WINTER_BEGINS || day <= WINTER_ENDS;
    find(&PLAIN).or_else(|| find(&IN_WINTER).filter(|_| is_winter))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_an_offset_where_they_leave_no_doubt() {
        for (letters, day, expected) in [
            ("EST", "2026-11-21", Some("-05:00")),
            ("est", "2026-01-02", Some("-05:00")),
            ("CST", "2016-03-07", Some("-06:00")),
            ("CST", "2016-03-08", None),
            ("NST", "2026-11-07", None),
            ("NST", "2026-11-08", Some("-03:30")),
            ("EST", "2026-07-01", None),
            ("EDT", "2026-07-01", Some("-04:00")),
            ("CSTNO", "2016-03-08", Some("-06:00")),
            ("CSTNO", "2026-07-01", Some("-06:00")),
            ("ISRAEL", "2026-11-21", None),
            ("", "2026-11-21", None),
        ] {
            assert_eq!(offset(letters, &format!("{day}T14:05:00")), expected, "{letters} on {day}");
        }
        assert_eq!(offset("EDT", "soon"), None);
    }
}
