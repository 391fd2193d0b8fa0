//! `[archive]`.

use jiff::SignedDuration;

use super::table::Table;

/// When finished parcels leave the overview.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Archive {
    pub after: SignedDuration,
}

impl Default for Archive {
    fn default() -> Self {
        Self { after: SignedDuration::from_hours(30 * 24) }
    }
}

impl Archive {
    pub(super) fn read(&mut self, table: &Table<'_>) {
        if let Some(after) = table.duration("after") {
            self.after = after;
        }
    }
}
