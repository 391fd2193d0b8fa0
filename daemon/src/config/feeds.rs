//! `[feeds]`.

use super::table::Table;

/// What the feeds give away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Feeds {
    /// Tracking numbers in the text of entries.
    pub show_numbers: bool,
}

impl Feeds {
    pub(super) fn read(&mut self, table: &Table<'_>) {
        self.show_numbers = table.boolean("show_numbers").unwrap_or(false);
    }
}
