//! UPS's days and clocks: digits, mostly without signs between them.

use parcelwatch_plugin::prelude::*;

/// When something is: a local day and time, and the offset of its place. Without an offset it is a clock, without a time
/// a day.
pub(crate) fn moment(day: &str, time: Option<&str>, offset: Option<&str>) -> Option<Moment> {
    let day = self::day(day)?;
    let timed = time.and_then(clock).and_then(|clock| civil::with_offset(&format!("{day} {clock}"), offset));
    Some(timed.unwrap_or(Moment::Date(day)))
}

/// A day as ISO has it: from `20261120`, or from ISO itself.
pub(crate) fn day(text: &str) -> Option<String> {
    let text = text.trim();
    let dashed = match text.len() {
        8 if is_digits(text) => format!("{}-{}-{}", &text[..4], &text[4..6], &text[6..]),
        _ => text.get(..10)?.to_owned(),
    };
    match civil::parse(&dashed)? {
        Moment::Date(day) => Some(day),
        _ => None,
    }
}

/// A time of day with its signs: from `110838`, from `74700`, which has lost a zero in front, or from `11:08:38`.
fn clock(text: &str) -> Option<String> {
    let text = text.trim();
    if text.contains(':') {
        return Some(text.to_owned());
    }
    if !(1..=6).contains(&text.len()) || !is_digits(text) {
        return None;
    }
    let whole = format!("{text:0>6}");
    Some(format!("{}:{}:{}", &whole[..2], &whole[2..4], &whole[4..]))
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
}
