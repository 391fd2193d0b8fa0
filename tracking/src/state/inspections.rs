//! Customs that release a parcel and take it in again.

use jiff::tz::TimeZone;

use crate::state::MergedEvent;
use crate::vocabulary::Status;

/// One inspection after a release is a message that came late; more of them are a loop.
const INSPECTED_AGAIN_MIN: usize = 2;

/// Whether customs took it in again after so many releases, each on a later day, by the newest of these entries.
pub(super) fn is_inspected_again(entries: &[MergedEvent<'_>]) -> bool {
    let day = |entry: &MergedEvent<'_>| entry.at.to_zoned(TimeZone::UTC).date();
    let mut released = None;
    let mut again = 0;
    for entry in entries {
        match entry.status {
            Status::CustomsCleared => released = Some(day(entry)),
            Status::ImportCustoms if released.is_some_and(|released| released < day(entry)) => {
                (released, again) = (None, again + 1);
            }
            _ => {}
        }
    }
    again >= INSPECTED_AGAIN_MIN
}
