//! English words about typed values, and how words are put together.

mod advice;
mod deadline;
mod poll;
mod silence;
#[cfg(test)]
mod stories;

pub use advice::advice;
pub use deadline::deadline;
pub use poll::poll_reason;
pub use silence::{causes, silence};

use parcelwatch_tracking::{Expected, WindowSource};

/// The advice for a number whose carrier may be one that is not loaded yet.
pub const GETTING_READY: &str = "Wait: the carriers are still getting ready.";

/// Who says when it will come.
pub fn window_source(expected: &Expected) -> &'static str {
    match (expected.source, expected.peak) {
        (WindowSource::Carrier, _) => "by the carrier",
        (WindowSource::Own(_), _) => "as your own parcels took",
        (WindowSource::Any, _) => "usual from abroad, our guess",
        (WindowSource::Class, true) => "usual for its class at this time of year, our guess",
        (WindowSource::Class, false) => "usual for its class, our guess",
    }
}

/// How often the carrier moved its window, and by how much in all: "2 times, +9 days".
pub fn slides(expected: &Expected) -> Option<String> {
    let times = match expected.slides {
        0 => return None,
        1 => "once".to_owned(),
        slides => format!("{slides} times"),
    };
    Some(format!("{times}, {:+} days", expected.slid_days))
}

/// Text as HTML: nothing a carrier writes is markup.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// A sentence with its full stop.
pub fn full_stop(text: &str) -> String {
    let text = text.trim_end();
    if text.ends_with(['.', '!', '?', '…']) { text.to_owned() } else { format!("{text}.") }
}

/// As the beginning of a sentence.
pub fn upper(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// As the rest of a sentence.
pub fn lower(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_lowercase().chain(chars).collect()).unwrap_or_default()
}
