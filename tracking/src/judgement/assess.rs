//! What a parcel's history means now: where it is, whether its silence is normal, when it will come, by when to act, and
//! the one thing to do about it.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::judgement::{
    Advice, Attention, Clocks, Deadline, DeadlineKind, DeadlineRules, Expected, Grounds, Season, Silence, SilenceNorms,
    SilenceRules, WindowNorms, Windows, advice, attention, deadlines, expected, silence,
};
use crate::learning::Experience;
use crate::record::Timeline;
use crate::state::{MergedEvent, ParcelState};
use crate::vocabulary::Parcel;

/// What counts as normal. Every figure is a setting, and where there are enough finished parcels their lesson goes first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Norms {
    pub windows: Windows,
    pub silence: SilenceRules,
    pub season: Season,
    pub deadlines: DeadlineRules,
    pub experience: std::sync::Arc<Experience>,
}

/// A parcel, judged as of one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    pub parcel_state: ParcelState,
    pub expected: Option<Expected>,
    pub silence: Option<Silence>,
    /// The first to end first.
    pub deadlines: Vec<Deadline>,
    pub advice: Advice,
    pub attention: Attention,
    /// When time alone changes any of it next.
    pub changes_at: Option<Timestamp>,
}

/// Judges a parcel. `entries` are those of its timeline, `zone` is the recipient's.
pub fn assess(
    timeline: &Timeline,
    parcel: &Parcel,
    entries: &[MergedEvent<'_>],
    norms: &Norms,
    zone: &TimeZone,
    now: Timestamp,
) -> Judgement {
    let parcel_state = ParcelState::read(timeline, parcel, entries);
    let (season, experience) = (&norms.season, norms.experience.as_ref());
    let window_norms = WindowNorms { windows: &norms.windows, season, experience };
    let expected = expected(timeline, parcel, &parcel_state, window_norms);
    let rules = &norms.deadlines;
    let deadlines = deadlines(Clocks {
        timeline,
        parcel,
        parcel_state: &parcel_state,
        entries,
        expected: expected.as_ref(),
        rules,
        zone,
        now,
    });
    let pickup = deadlines.iter().find(|deadline| deadline.kind == DeadlineKind::Pickup);
    let pickup_ends = pickup.map(|deadline| deadline.ends_at);
    let silence_norms = SilenceNorms { rules: &norms.silence, season, experience };
    let silence = silence(timeline, parcel, &parcel_state, entries, silence_norms, pickup_ends, now);
    let expected = expected.filter(|expected| expected.fits(&parcel_state));
    let advice = advice(Grounds {
        timeline,
        parcel,
        parcel_state: &parcel_state,
        entries,
        expected: expected.as_ref(),
        silence: silence.as_ref(),
        deadlines: &deadlines,
        urgent_days: rules.remind_days.iter().copied().max().unwrap_or(7),
        zone,
        now,
    });
    let attention = attention(timeline, parcel, &parcel_state, expected.as_ref(), silence.as_ref(), &advice, zone, now);
    let midnight = expected.as_ref().and_then(|_| next_midnight(zone, now));
    let changes = silence.iter().filter_map(|silence| silence.changes_at(now));
    let changes = changes.chain(deadlines.iter().filter_map(|deadline| deadline.changes_at(&rules.remind_days, now)));
    let changes_at = changes.chain(midnight).min();
    Judgement { parcel_state, expected, silence, deadlines, advice, attention, changes_at }
}

/// "Today" and "late" change with the date.
fn next_midnight(zone: &TimeZone, now: Timestamp) -> Option<Timestamp> {
    let tomorrow = now.to_zoned(zone.clone()).date().tomorrow().ok()?;
    Some(tomorrow.to_zoned(zone.clone()).ok()?.timestamp())
}

#[cfg(test)]
mod tests;
