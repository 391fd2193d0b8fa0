//! `[recognition]`.

use super::table::Table;

/// How numbers find their carriers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recognition {
    /// Carriers asked about one number in doubt.
    pub ask_max: usize,
}

impl Default for Recognition {
    fn default() -> Self {
        Self { ask_max: 3 }
    }
}

impl Recognition {
    pub(super) fn read(&mut self, table: &Table<'_>) {
        if let Some(ask_max) = table.integer("ask_max", 1..=8) {
            self.ask_max = usize::try_from(ask_max).unwrap_or(3);
        }
    }
}
