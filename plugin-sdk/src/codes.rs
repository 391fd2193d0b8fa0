//! A carrier's table of codes.

use parcelwatch_tracking::Status;

/// Codes and what they mean, sorted by code so that a lookup is a binary search. A code that is not listed is
/// [`Status::Unknown`]; the daemon counts those on its system page.
#[derive(Clone, Copy, Debug)]
pub struct Codes(&'static [(&'static str, Status)]);

impl Codes {
    /// A table; it must be sorted by code, each code once. A `const` table is checked when the plugin is compiled.
    pub const fn new(table: &'static [(&'static str, Status)]) -> Self {
        let mut index = 1;
        while index < table.len() {
            assert!(
                is_before(table[index - 1].0, table[index].0),
                "the table is not sorted by code, or has a code twice"
            );
            index += 1;
        }
        Self(table)
    }

    /// What a code means.
    pub fn status(&self, code: &str) -> Status {
        self.find(code).unwrap_or(Status::Unknown)
    }

    /// What a code means, if it is listed.
    pub fn find(&self, code: &str) -> Option<Status> {
        let index = self.0.binary_search_by(|(known, _)| (*known).cmp(code)).ok()?;
        Some(self.0[index].1)
    }

    /// Every code and its meaning.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, Status)> + '_ {
        self.0.iter().copied()
    }
}

const fn is_before(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let mut index = 0;
    while index < a.len() && index < b.len() {
        if a[index] != b[index] {
            return a[index] < b[index];
        }
        index += 1;
    }
    a.len() < b.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CODES: Codes = Codes::new(&[("DL", Status::Delivered), ("OD", Status::OutForDelivery)]);

    #[test]
    fn a_listed_code_has_its_meaning_and_another_has_none() {
        assert_eq!(CODES.status("OD"), Status::OutForDelivery);
        assert_eq!(CODES.status("XX"), Status::Unknown);
        assert_eq!(CODES.find("XX"), None);
    }
}
