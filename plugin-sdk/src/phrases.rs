//! What the words of an event name beside its status: where it was left, why it goes back.

/// Values, and the phrases that stand for each, in lower case.
#[derive(Clone, Copy, Debug)]
pub struct Phrases(pub &'static [(&'static str, &'static [&'static str])]);

impl Phrases {
    /// The values that a text names, in the order of the table.
    pub fn named(self, text: &str) -> impl Iterator<Item = &'static str> {
        let text = text.to_ascii_lowercase();
        self.0
            .iter()
            .filter(move |(_, phrases)| phrases.iter().any(|phrase| text.contains(phrase)))
            .map(|(value, _)| *value)
    }

    /// The first value that a text names.
    pub fn first(self, text: &str) -> Option<&'static str> {
        self.named(text).next()
    }

    /// The only value that a text names: words that name two places ("mailbox or parcel locker") say neither.
    pub fn only(self, text: &str) -> Option<&'static str> {
        let mut named = self.named(text);
        named.next().filter(|_| named.next().is_none())
    }
}

/// Whether a text has one of these parts.
pub fn has_any(text: &str, parts: &[&str]) -> bool {
    parts.iter().any(|part| text.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_names_two_places_names_no_single_one() {
        let places = Phrases(&[("mailbox", &["mailbox", "mail box"]), ("locker", &["locker"])]);
        assert_eq!(places.only("Left in the Mail Box, mailbox 3"), Some("mailbox"));
        assert_eq!(places.only("mailbox or parcel locker"), None);
        assert_eq!(places.first("locker or mailbox"), Some("mailbox"));
        assert_eq!(places.first("front door"), None);
        assert!(has_any("signed for", &["left", "signed"]));
    }
}
