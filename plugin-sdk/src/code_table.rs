//! A carrier's table of codes: a text that people can check against the vendor's list.
//!
//! ```text
//! # A comment.
//! [out_for_delivery]
//! OD
//! OX = with the courier
//! [delivered]
//! D1 | D2 | D3
//! DM = left in the mailbox {delivered_to: mailbox}
//! ```
//!
//! A status in brackets stands above the codes that mean it. Behind ` = ` stand words for a code, the vendor's or ours, and
//! in braces a fact that the code holds beside its status. Several codes may share a line, with `|` between them. A code
//! may have blanks in it: some carriers have no codes, only wordings.

use memchr::memmem;
use parcelwatch_tracking::Status;

use crate::Summary;

/// The table; a `const` over `include_str!`. A code that is not listed is [`Status::Unknown`], and the daemon counts it on
/// its system page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeTable(&'static str);

/// One code and what the table holds of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    pub code: &'static str,
    pub status: Status,
    /// Empty where the table has no words for the code.
    pub words: &'static str,
    /// `delivered_to`, `return_reason` …, and its value.
    pub fact: Option<(&'static str, &'static str)>,
}

impl CodeTable {
    /// A table of this text. A `const` table is checked when the plugin is compiled: its statuses exist.
    pub const fn new(text: &'static str) -> Self {
        let bytes = text.as_bytes();
        let mut at = 0;
        let mut is_start = true;
        while at < bytes.len() {
            if is_start && bytes[at] == b'[' {
                assert!(is_status(bytes, at + 1), "a code table has a status that does not exist");
            }
            is_start = bytes[at] == b'\n';
            at += 1;
        }
        Self(text)
    }

    /// Every entry, in the order of the text.
    pub fn entries(self) -> impl Iterator<Item = Entry> {
        let mut status = Status::Unknown;
        let lines = self.0.lines().filter_map(move |line| match line.as_bytes().first() {
            None | Some(b'#') => None,
            Some(b'[') => {
                status = heading(line);
                None
            }
            Some(_) => Some((status, line)),
        });
        lines.flat_map(|(status, line)| {
            let (words, fact) = (words(line), fact(line));
            codes(line).map(move |code| Entry { code, status, words, fact })
        })
    }

    /// What the table holds of a code.
    pub fn entry(self, code: &str) -> Option<Entry> {
        self.lines_with(code).find_map(|(start, line)| {
            let code = codes(line).find(|listed| *listed == code)?;
            Some(Entry { code, status: self.status_above(start), words: words(line), fact: fact(line) })
        })
    }

    /// The lines of codes that have a text as a word or several, and where they start. A sandbox begins with nothing, so a
    /// table is searched and not read: only these lines are parted.
    fn lines_with(self, part: &str) -> impl Iterator<Item = (usize, &'static str)> {
        let mut from = 0;
        std::iter::from_fn(move || {
            let start = self.line_with(part.as_bytes(), from)?;
            let line = self.0[start..].lines().next()?;
            from = start + line.len();
            Some((start, line))
        })
        .filter(|(_, line)| !line.starts_with(['#', '[']))
    }

    /// Where the next line starts that has these bytes with a blank, a bar or nothing on either side.
    fn line_with(self, part: &[u8], from: usize) -> Option<usize> {
        let bytes = self.0.as_bytes();
        let is_edge = |b: Option<&u8>| b.is_none_or(|b| matches!(b, 0..=b' ' | b'|' | 0x80..));
        let is_whole =
            |at: usize| is_edge(bytes.get(at + part.len())) && is_edge(at.checked_sub(1).map(|before| &bytes[before]));
        let search = memmem::Finder::new(part);
        let mut next = if part.is_empty() { bytes.len() } else { from };
        while let Some(found) = bytes.get(next..).and_then(|rest| search.find(rest)) {
            let at = next + found;
            if is_whole(at) && !part.is_empty() {
                return Some(bytes[..at].iter().rposition(|b| *b == b'\n').map_or(0, |end| end + 1));
            }
            next = at + 1;
        }
        None
    }

    /// The status under which the line that starts here stands.
    fn status_above(self, start: usize) -> Status {
        let bytes = self.0.as_bytes();
        let is_heading = |at: &usize| bytes[*at] == b'[' && (*at == 0 || bytes[*at - 1] == b'\n');
        let above = (0..start).rev().find(is_heading).and_then(|at| self.0[at..].lines().next());
        above.map_or(Status::Unknown, heading)
    }

    /// What a code means, if it is listed: as it stands, else in another case, or with blanks where the list has a `_`.
    pub fn find(self, code: &str) -> Option<Status> {
        self.entry(code).or_else(|| self.entry_of_another_spelling(code)).map(|entry| entry.status)
    }

    fn entry_of_another_spelling(self, code: &str) -> Option<Entry> {
        let code = code.trim();
        let is_code = (1..=CODE_CHARS_MAX).contains(&code.len());
        self.entries().filter(|_| is_code).find(|entry| is_same_code(entry.code, code))
    }

    /// What a code means. No code and one that is not listed mean nothing.
    pub fn status<'c>(self, code: impl Into<Option<&'c str>>) -> Status {
        code.into().and_then(|code| self.find(code)).unwrap_or(Status::Unknown)
    }

    /// The entries that have these words, for answers with a carrier's words and no code. No words lead nowhere.
    pub fn by_words(self, words: &str) -> impl Iterator<Item = Entry> {
        let lines = self.lines_with(words).filter(move |(_, line)| self::words(line) == words);
        lines.flat_map(move |(start, line)| {
            let (status, words, fact) = (self.status_above(start), self::words(line), fact(line));
            codes(line).map(move |code| Entry { code, status, words, fact })
        })
    }

    /// The state of a parcel as a whole, by its code in this table.
    pub fn summary(self, code: &str, text: impl Into<String>) -> Summary {
        Summary::new(self.status(code), code, text)
    }

    /// The longest code that a text begins with, for sentences that go on with a place or a date.
    pub fn by_beginning(self, text: &str) -> Option<Entry> {
        self.entries().filter(|entry| text.starts_with(entry.code)).max_by_key(|entry| entry.code.len())
    }

    /// The fact that a code holds beside its status.
    pub fn fact(self, code: &str) -> Option<(&'static str, &'static str)> {
        self.entry(code)?.fact
    }

    /// Every code and its meaning.
    pub fn iter(self) -> impl Iterator<Item = (&'static str, Status)> {
        self.entries().map(|entry| (entry.code, entry.status))
    }

    /// What else may be wrong with the text, for a plugin's tests: a code that stands twice, or under no status.
    pub fn faults(self) -> Vec<String> {
        let codes: Vec<&str> = self.entries().map(|entry| entry.code).collect();
        let twice = codes.iter().enumerate().filter(|(index, code)| codes[..*index].contains(code));
        let mut faults: Vec<String> = twice.map(|(_, code)| format!("{code:?} stands twice")).collect();
        if self
            .0
            .lines()
            .find(|line| !line.is_empty() && !line.starts_with('#'))
            .is_none_or(|line| !line.starts_with('['))
        {
            faults.push("codes stand above the first status".to_owned());
        }
        faults
    }
}

/// Longer ones are sentences.
const CODE_CHARS_MAX: usize = 40;

fn is_same_code(one: &str, other: &str) -> bool {
    let plain = |b: u8| if matches!(b, b' ' | b'-' | b'_') { b'_' } else { b.to_ascii_uppercase() };
    one.len() == other.len() && one.bytes().zip(other.bytes()).all(|(one, other)| plain(one) == plain(other))
}

/// Whether a status and the closing bracket stand here.
const fn is_status(bytes: &[u8], at: usize) -> bool {
    let mut index = 0;
    while index < Status::ALL.len() {
        let key = Status::ALL[index].key().as_bytes();
        let mut length = 0;
        while length < key.len() && at + length < bytes.len() && bytes[at + length] == key[length] {
            length += 1;
        }
        if length == key.len() && at + length < bytes.len() && bytes[at + length] == b']' {
            return true;
        }
        index += 1;
    }
    false
}

fn heading(line: &str) -> Status {
    Status::from_key(line.trim_matches(['[', ']'])).unwrap_or(Status::Unknown)
}

fn codes(line: &'static str) -> impl Iterator<Item = &'static str> {
    let end = sign(line, b'=').or_else(|| sign(line, b'{')).unwrap_or(line.len());
    line[..end].split('|').map(str::trim)
}

fn words(line: &'static str) -> &'static str {
    let Some(start) = sign(line, b'=') else { return "" };
    let end = sign(line, b'{').unwrap_or(line.len());
    line[start + 1..end].trim()
}

fn fact(line: &'static str) -> Option<(&'static str, &'static str)> {
    let fact = line[sign(line, b'{')? + 1..].trim_end_matches('}');
    fact.split_once(':').map(|(name, value)| (name, value.trim()))
}

/// Where a sign stands between blanks, or at the end of what it closes. By bytes: tables are read for every scan.
fn sign(line: &str, sign: u8) -> Option<usize> {
    let bytes = line.as_bytes();
    if sign == b'{' && bytes.last() != Some(&b'}') {
        return None;
    }
    let is_sign =
        |at: &usize| bytes[*at] == sign && bytes[at - 1] == b' ' && (sign == b'{' || bytes.get(at + 1) == Some(&b' '));
    (1..bytes.len()).find(is_sign)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: CodeTable = CodeTable::new(
        "# Example.\n[out_for_delivery]\nOD\nOX = with the courier\n\n[delivered]\nD1 | D2\nDM = left in the mailbox {delivered_to: mailbox}\nD {delivered_to: shop}\ndelivered, by post\ndelivered\n",
    );

    #[test]
    fn a_listed_code_has_its_meaning_and_another_has_none() {
        assert_eq!(TABLE.status("OD"), Status::OutForDelivery);
        assert_eq!(TABLE.status("D2"), Status::Delivered);
        assert_eq!(TABLE.status(Some("delivered, by post")), Status::Delivered);
        for unlisted in ["XX", "D1 | D2", "", "#", "[delivered]", "OX = with the courier"] {
            assert_eq!(TABLE.status(unlisted), Status::Unknown, "{unlisted}");
            assert_eq!(TABLE.find(unlisted), None, "{unlisted}");
        }
        assert_eq!(TABLE.status(None), Status::Unknown);
    }

    #[test]
    fn a_code_within_words_or_another_code_is_passed_over() {
        const CLOSE: CodeTable = CodeTable::new(
            "# DL is no code.\n[delivered]\nDLX = about DL here\nXDL | A\u{e9}\n[returned]\nB | DL = back\n[exception]\nDL2",
        );
        for (code, status) in [
            ("DL", Status::Returned),
            ("B", Status::Returned),
            ("XDL", Status::Delivered),
            ("A\u{e9}", Status::Delivered),
            ("DL2", Status::Exception),
            ("\u{e9}", Status::Unknown),
            ("here", Status::Unknown),
            ("| DL", Status::Unknown),
            ("returned", Status::Unknown),
        ] {
            assert_eq!(CLOSE.status(code), status, "{code}");
        }
        assert!(CLOSE.iter().all(|(code, status)| CLOSE.find(code) == Some(status)));
        assert_eq!(CLOSE.by_words("").count(), 0);
    }

    #[test]
    fn words_and_facts_belong_to_their_code() {
        let held = |code: &str| TABLE.entry(code).map(|entry| (entry.words, entry.fact));
        assert_eq!(held("OD"), Some(("", None)));
        assert_eq!(held("OX"), Some(("with the courier", None)));
        assert_eq!(held("DM"), Some(("left in the mailbox", Some(("delivered_to", "mailbox")))));
        assert_eq!(held("D"), Some(("", Some(("delivered_to", "shop")))));
        assert_eq!(TABLE.fact("D1"), None);
    }

    #[test]
    fn words_lead_to_their_codes() {
        let codes = |words: &str| TABLE.by_words(words).map(|entry| (entry.code, entry.status)).collect::<Vec<_>>();
        assert_eq!(codes("with the courier"), [("OX", Status::OutForDelivery)]);
        assert_eq!(codes("left in the mailbox"), [("DM", Status::Delivered)]);
        for none in ["courier", "mailbox", "Example.", "OX = with the courier"] {
            assert_eq!(codes(none), [], "{none}");
        }
    }

    #[test]
    fn the_longest_beginning_counts() {
        let begins = |text: &str| TABLE.by_beginning(text).map(|entry| entry.code);
        assert_eq!(begins("delivered, by post on monday"), Some("delivered, by post"));
        assert_eq!(begins("delivered at home"), Some("delivered"));
        assert_eq!(begins("not delivered"), None);
    }

    #[test]
    fn every_entry_is_told_and_every_fault() {
        let codes: Vec<&str> = TABLE.iter().map(|(code, _)| code).collect();
        assert_eq!(codes, ["OD", "OX", "D1", "D2", "DM", "D", "delivered, by post", "delivered"]);
        assert_eq!(TABLE.faults(), Vec::<String>::new());
        let broken = CodeTable::new("A\n[delivered]\nB | A\n");
        assert_eq!(broken.faults(), ["\"A\" stands twice", "codes stand above the first status"]);
    }

    #[test]
    #[should_panic(expected = "a status that does not exist")]
    fn a_status_that_does_not_exist_is_refused() {
        CodeTable::new("[delivered]\nA\n[deliverd]\nB\n");
    }
}
