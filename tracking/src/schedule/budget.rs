//! How a carrier's few questions are shared: what matters most today is asked first, and something is left for it.

use jiff::{SignedDuration, Timestamp};

use crate::record::Urgency;

/// A quota that renews sooner than this is waited for, and not shared.
const SHARED_FROM: SignedDuration = SignedDuration::from_mins(10);

/// A carrier's quota as of now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Requests in one span.
    pub allowed: u32,
    pub used: u32,
    /// The span that runs.
    pub started_at: Timestamp,
    pub renews_at: Timestamp,
}

impl Budget {
    pub fn left(&self) -> u32 {
        self.allowed.saturating_sub(self.used)
    }

    /// When a question of this urgency has its place, with `ahead` requests planned before it: `now`, or when the share kept
    /// for others has shrunk enough. The share is of the whole quota at the beginning of its span and of nothing at the end,
    /// so that no request is lost to nobody.
    pub fn room_at(&self, urgency: Urgency, ahead: u32, now: Timestamp) -> Timestamp {
        let left = i128::from(self.left()) - i128::from(ahead);
        if left <= 0 {
            return self.renews_at;
        }
        let span = self.renews_at.duration_since(self.started_at).as_millis();
        if span < SHARED_FROM.as_millis() || span <= 0 {
            return now;
        }
        // Room is where left > kept % of allowed * (time to go / span).
        let kept = kept_for_others(urgency) * i128::from(self.allowed);
        if kept == 0 {
            return now;
        }
        let to_go = (100 * left * span - 1) / kept;
        let to_go = SignedDuration::from_millis(i64::try_from(to_go.min(span)).unwrap_or(0));
        self.renews_at.checked_sub(to_go).map_or(now, |at| at.max(now))
    }
}

/// The share, in percent, of what a quota still has to last for that is kept for those who matter more. Our guess.
const fn kept_for_others(urgency: Urgency) -> i128 {
    match urgency {
        Urgency::Idle => 50,
        Urgency::Usual => 20,
        Urgency::Urgent => 5,
        Urgency::Person => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A quota of 100 a day, at this hour of it.
    fn room(used: u32, urgency: Urgency, ahead: u32, hour: i64) -> f64 {
        let midnight = Timestamp::UNIX_EPOCH;
        let hours = SignedDuration::from_hours;
        let budget = Budget { allowed: 100, used, started_at: midnight, renews_at: midnight + hours(24) };
        let at = budget.room_at(urgency, ahead, midnight + hours(hour));
        at.duration_since(midnight).as_secs_f64() / 3600.0
    }

    #[test]
    fn a_quota_that_is_hardly_used_holds_nobody_up() {
        for urgency in Urgency::ALL {
            assert_eq!(room(10, urgency, 0, 12), 12.0, "{urgency:?}");
        }
    }

    #[test]
    fn what_matters_less_waits_until_less_has_to_be_kept() {
        // 40 are left in the morning: of 100 for the day that is too few for what can wait.
        assert!((room(60, Urgency::Idle, 0, 0) - 4.8).abs() < 0.01, "{}", room(60, Urgency::Idle, 0, 0));
        assert_eq!(room(60, Urgency::Usual, 0, 0), 0.0);
        assert!((room(90, Urgency::Usual, 0, 0) - 12.0).abs() < 0.01);
        assert_eq!(room(90, Urgency::Urgent, 0, 0), 0.0);
        assert!(room(96, Urgency::Urgent, 0, 0) > 4.0);
        assert_eq!(room(99, Urgency::Person, 0, 0), 0.0);
    }

    #[test]
    fn each_that_waits_has_a_place_of_its_own_and_the_day_wastes_none() {
        let places: Vec<f64> = (0..40).map(|ahead| room(60, Urgency::Idle, ahead, 0)).collect();
        assert!(places.is_sorted_by(|a, b| a < b), "{places:?}");
        assert!(places.iter().all(|at| *at < 24.0));
        assert_eq!(room(60, Urgency::Idle, 40, 0), 24.0);
        assert_eq!(room(100, Urgency::Person, 0, 3), 24.0);
    }

    #[test]
    fn a_quota_of_a_minute_is_not_shared() {
        let now = Timestamp::UNIX_EPOCH;
        let budget = Budget { allowed: 100, used: 99, started_at: now, renews_at: now + SignedDuration::from_secs(60) };
        assert_eq!(budget.room_at(Urgency::Idle, 0, now), now);
        assert_eq!(budget.room_at(Urgency::Idle, 1, now), budget.renews_at);
    }

    #[test]
    fn every_urgency_reads_back() {
        for urgency in Urgency::ALL {
            assert_eq!(Urgency::from_key(urgency.key()), Some(urgency));
        }
    }
}
