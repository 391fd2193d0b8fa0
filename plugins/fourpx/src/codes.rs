//! What 4PX's codes mean. A code that the table does not have is unknown, whatever group its letters name: public
//! clients take whole groups for troubles in which released parcels stand, too.

use parcelwatch_plugin::Status;

/// A status in brackets, below it each code that means it, with our words.
const TABLE: &str = include_str!("codes.txt");

/// Under these a partner's step is passed on, from the label to the arrival abroad.
const RELAYED: [&str; 2] = ["FPX_O_IR", "FPX_O_IRI"];
/// What was seen under them, in lower case.
const RELAYED_WORDS: [(&str, Status); 3] = [
    ("order data transmitted", Status::Registered),
    ("service provider received electronic information", Status::Registered),
    ("waybill generated", Status::Registered),
];

/// A code, what it means, and our words for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub code: &'static str,
    pub status: Status,
    pub words: &'static str,
}

/// Every code. A status that does not read counts as unknown; a test sees that all do.
pub(crate) fn entries() -> impl Iterator<Item = Entry> {
    let mut status = Status::Unknown;
    TABLE.lines().filter_map(move |line| {
        if let Some(key) = line.strip_prefix('[') {
            status = Status::from_key(key.trim_end_matches(']')).unwrap_or(Status::Unknown);
            return None;
        }
        let (code, words) = line.split_once(' ').filter(|(code, _)| *code != "#")?;
        Some(Entry { code, status, words })
    })
}

/// What a code means, or the exact words of a partner.
pub(crate) fn status(code: &str, words: &str) -> Status {
    if RELAYED.contains(&code) {
        let words = words.trim_end_matches('.');
        let known = RELAYED_WORDS.iter().find(|(known, _)| known.eq_ignore_ascii_case(words));
        return known.map_or(Status::Unknown, |(_, status)| *status);
    }
    find(code).map_or(Status::Unknown, |entry| entry.status)
}

/// English for words in another language.
pub(crate) fn in_english(code: &str) -> Option<&'static str> {
    find(code).filter(|_| !RELAYED.contains(&code)).map(|entry| entry.words)
}

fn find(code: &str) -> Option<Entry> {
    entries().find(|entry| entry.code == code)
}

/// What a code says beside its status.
pub(crate) fn fact(code: &str) -> Option<(String, String)> {
    let (name, value) = match code {
        "FPX_S_OKCC" | "FPX_S_OKSC" => ("delivered_to", "person"),
        "FPX_I_CR" => ("return_reason", "customs"),
        "FPX_O_PRIA" => ("return_reason", "address"),
        "FPX_O_PRRR" => ("return_reason", "refused"),
        "FPX_O_PRUC" => ("return_reason", "unclaimed"),
        _ => return None,
    };
    Some((name.to_owned(), value.to_owned()))
}
