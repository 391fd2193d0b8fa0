//! The settings of the poll schedule: how often to poll in each phase.

use jiff::SignedDuration;

/// How often to poll in one phase: often at first, and less as the silence lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interval {
    pub from: SignedDuration,
    pub to: SignedDuration,
}

impl Interval {
    const fn hours(from: i64, to: i64) -> Self {
        Self::minutes(60 * from, 60 * to)
    }

    const fn minutes(from: i64, to: i64) -> Self {
        Self { from: SignedDuration::from_mins(from), to: SignedDuration::from_mins(to) }
    }

    /// How long to wait after so many failures in a row: twice as long after each.
    pub fn after(self, failures: u32) -> SignedDuration {
        let doublings = failures.saturating_sub(1).min(16);
        self.from.checked_mul(1 << doublings).unwrap_or(self.to).min(self.to)
    }
}

/// How often to poll, and at which hours. The defaults are our guess; each is a setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PollSchedule {
    pub first_scan: Interval,
    pub origin: Interval,
    pub line_haul: Interval,
    pub import: Interval,
    /// In import, where it is expected about now.
    pub import_near: Interval,
    /// Customs have let it go, and the hand-off follows within hours.
    pub released: Interval,
    pub last_mile: Interval,
    /// On the last mile, at the hours when vans leave.
    pub vans: Interval,
    /// On the last mile, once the vans have left: what is not on one waits for the night's sorting.
    pub vans_gone: Interval,
    /// The portal of a carrier that has handed it on, or does not have it yet.
    pub second_portal: Interval,
    pub out_for_delivery: Interval,
    pub pickup: Interval,
    pub back: Interval,
    pub after_delivery: SignedDuration,
    /// How long a delivered parcel is still polled: a wrong scan, a return.
    pub after_delivery_for: SignedDuration,
    /// From so many days before the window on, it is expected about now: it lands and is cleared in these.
    pub near_days: i32,
    /// From import on a silence this long is usual, and slows nothing: customs at work, a Sunday in a depot.
    pub slow_after: SignedDuration,
    /// The recipient's day, in whole hours: nobody delivers at night.
    pub day_starts: i8,
    pub day_ends: i8,
    /// The hours of the recipient's day at which vans leave, and from when on depots sort for the next day.
    pub vans_from: i8,
    pub vans_until: i8,
    pub sorting_from: i8,
    /// After a failure: the first pause, doubled each time up to the last.
    pub retry: Interval,
    /// Polls are spread by up to this part of the interval, in percent.
    pub jitter: i64,
}

impl Default for PollSchedule {
    fn default() -> Self {
        Self {
            first_scan: Interval::hours(6, 24),
            origin: Interval::hours(24, 48),
            line_haul: Interval::hours(36, 48),
            // At 12 h many a hand-off is seen half a day late: it follows the release by hours.
            import: Interval::hours(7, 12),
            import_near: Interval::minutes(160, 12 * 60),
            released: Interval::minutes(90, 6 * 60),
            last_mile: Interval::hours(2, 6),
            vans: Interval::minutes(90, 180),
            vans_gone: Interval::hours(3, 6),
            second_portal: Interval::hours(110, 110),
            out_for_delivery: Interval::minutes(20, 60),
            pickup: Interval::hours(2, 6),
            back: Interval::hours(24, 72),
            after_delivery: SignedDuration::from_hours(24),
            after_delivery_for: SignedDuration::from_hours(7 * 24),
            near_days: 3,
            slow_after: SignedDuration::from_hours(7 * 24),
            day_starts: 7,
            day_ends: 21,
            vans_from: 6,
            vans_until: 11,
            sorting_from: 18,
            retry: Interval::minutes(15, 12 * 60),
            jitter: 10,
        }
    }
}
