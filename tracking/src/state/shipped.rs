//! When a parcel was shipped, as far as anybody knows.

use jiff::civil::Date;

use crate::record::{RecordedEvent, Timeline};
use crate::vocabulary::{Parcel, Stage};

/// The day the first carrier had it, else the day of the first event, else the day of the order.
pub fn shipped_on(timeline: &Timeline, parcel: &Parcel) -> Option<Date> {
    let dates = |from: Stage| {
        let reached = move |seen: &&RecordedEvent| seen.event.status.stage().is_some_and(|stage| stage >= from);
        timeline
            .journey(parcel)
            .filter(reached)
            .filter_map(|seen| Some(seen.event.moment.as_ref()?.calendar_date()))
            .min()
    };
    dates(Stage::Origin).or_else(|| dates(Stage::PreTransit)).or(parcel.ordered)
}
