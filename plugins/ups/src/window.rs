//! When UPS expects to deliver.

use parcelwatch_plugin::prelude::*;

use crate::detail::Detail;
use crate::time;

/// Hours by the end of the day, by a promised time, and of three sorts of windows. DEL beside them is no estimate.
const HOURS: [&str; 5] = ["EOD", "CMT", "EDW", "CDW", "IDW"];

/// The day it was rescheduled to, else the one it was scheduled for, with the hours that go with it. They have no zone:
/// they are local to the destination.
pub(crate) fn window(dates: &[Detail], hours: Option<&Detail>) -> Option<Window> {
    let on = |kind: &str| {
        let mut told = dates.iter().filter(|date| date.is(kind));
        told.find_map(|date| time::day(date.date.as_deref()?))
    };
    let day = on("RDD").or_else(|| on("SDD"))?;
    let hours = hours.filter(|hours| HOURS.iter().any(|kind| hours.is(kind)));
    let at = |time: Option<&str>| Some(civil::date_at_midnight(time::moment(&day, Some(time?), None)?));
    let latest = hours.and_then(|hours| at(hours.end_time.as_deref()));
    let earliest =
        hours.and_then(|hours| at(hours.start_time.as_deref())).filter(|earliest| is_before(earliest, latest.as_ref()));
    Some(Window { earliest, latest: latest.unwrap_or(Moment::Date(day)), source: "carrier".to_owned() })
}

/// Whether two clocks make a window.
fn is_before(earliest: &Moment, latest: Option<&Moment>) -> bool {
    match (earliest, latest) {
        (Moment::Clock { at: from, .. }, Some(Moment::Clock { at: to, .. })) => from < to,
        _ => false,
    }
}
