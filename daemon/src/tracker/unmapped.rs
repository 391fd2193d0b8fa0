//! A code that no table knows, as it may be shown to unsupported_carriers: the words say what happened and to whom it happened is taken
//! out.

use parcelwatch_plugin::text::{without_names, without_phones};
use parcelwatch_tracking::TrackingNumber;

/// A word with so many digits is a number of something or somebody; a postcode or a time of day has fewer.
const NUMBER_DIGITS_MIN: usize = 6;
/// Codes are few letters or digits; what is longer was made for one parcel.
const CODE_DIGITS_MIN: usize = 8;

/// Code and words, without numbers, addresses, telephones and names.
pub(super) fn redacted(code: &str, words: &str, numbers: &[TrackingNumber]) -> (String, String) {
    let words = without_numbers(&without_names(words), NUMBER_DIGITS_MIN, numbers);
    (without_numbers(code, CODE_DIGITS_MIN, numbers), without_phones(&words))
}

fn without_numbers(text: &str, digits_min: usize, numbers: &[TrackingNumber]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(|c| !is_of_word(c)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        if is_personal(word, digits_min, numbers) {
            out.push('…')
        } else {
            out.push_str(word)
        }
        let next = after.find(is_of_word).unwrap_or(after.len());
        out.push_str(&after[..next]);
        rest = &after[next..];
    }
    out
}

/// What numbers and addresses are made of. Chinese words have no blanks around them, and so end a number.
fn is_of_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '@' | '.' | '-' | '_' | '/')
}

fn is_personal(word: &str, digits_min: usize, numbers: &[TrackingNumber]) -> bool {
    let is_date = word.get(..10).is_some_and(|date| date.parse::<jiff::civil::Date>().is_ok());
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    let bare = word.trim_matches(['.', '-', '/']);
    word.contains('@')
        || numbers.iter().any(|number| number.as_str().eq_ignore_ascii_case(bare))
        || (digits >= digits_min && !(is_date && word.len() <= 19))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_leads_to_a_parcel_or_a_person_is_left() {
        let own = [TrackingNumber::new("AB12").expect("a number")];
        let words = |text: &str| redacted("", text, &own).1;
        for (told, kept) in [
            ("Handed to locker LX000000014CN.", "Handed to locker …"),
            ("包裹LX000000014CN已到达", "包裹…已到达"),
            ("Parcel ab12 waits", "Parcel … waits"),
            ("Write to alex.sample@example.com, please", "Write to …, please"),
            ("Call +33 6 00 00 00 00 before noon", "Call … before noon"),
            ("Signed by: Alex Sample", "Signed by …"),
            ("Order 8800112233/77 repacked", "Order … repacked"),
            ("Arrived 2026-11-20 at 13:12, SAMPLE CITY 90001", "Arrived 2026-11-20 at 13:12, SAMPLE CITY 90001"),
            ("Zustellversuch 2 von 3", "Zustellversuch 2 von 3"),
            ("", ""),
        ] {
            assert_eq!(words(told), kept);
        }
        assert_eq!(redacted("E1307", "x", &own).0, "E1307");
        assert_eq!(redacted("EVENT_LX000000014CN", "x", &own).0, "…");
    }
}
