//! Keeps a plugin that crashes from being asked again and again. A carrier's failures never count, only the plugin's own.

use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};

/// This many faults …
const FAULTS: usize = 3;
/// … within this time close the plugin,
const WINDOW: SignedDuration = SignedDuration::from_mins(10);
/// at first for this long, then twice as long each time, up to the last.
const PAUSE_MIN: SignedDuration = SignedDuration::from_mins(1);
const PAUSE_MAX: SignedDuration = SignedDuration::from_hours(1);
/// After this many times only a new version, or the operator, opens it again.
const OPENINGS: u32 = 5;

/// One plugin's record of its own faults.
#[derive(Clone, Debug, Default)]
pub(crate) struct Quarantine {
    faults: VecDeque<Timestamp>,
    openings: u32,
    until: Option<Timestamp>,
    why: String,
}

impl Quarantine {
    /// Counts a fault. True when it closed the plugin.
    pub(crate) fn fault(&mut self, why: &str, now: Timestamp) -> bool {
        self.why = why.to_owned();
        self.faults.push_back(now);
        while self.faults.front().is_some_and(|fault| now.duration_since(*fault) > WINDOW) {
            self.faults.pop_front();
        }
        // After a pause the first call is a test: one more fault closes it again.
        let enough = if self.until.is_some() { 1 } else { FAULTS };
        if self.faults.len() < enough {
            return false;
        }
        self.faults.clear();
        let doublings = self.openings.min(16);
        let pause = PAUSE_MIN.checked_mul(1 << doublings).unwrap_or(PAUSE_MAX).min(PAUSE_MAX);
        self.openings += 1;
        self.until = Some(if self.openings >= OPENINGS { Timestamp::MAX } else { now + pause });
        true
    }

    /// A call went well: the record is clean again.
    pub(crate) fn well(&mut self) {
        *self = Self::default();
    }

    /// Until when the plugin is closed, and what it did last; `None` when it may be asked. Where the clock was set back, that is
    /// sooner than it was.
    pub(crate) fn closed_until(&self, now: Timestamp) -> Option<(Timestamp, &str)> {
        let is_closed =
            |until: &Timestamp| *until == Timestamp::MAX || (*until > now && until.duration_since(now) <= PAUSE_MAX);
        self.until.filter(is_closed).map(|until| (until, self.why.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_second(minute * 60).expect("in range")
    }

    #[test]
    fn three_faults_close_it_and_each_relapse_longer() {
        let mut quarantine = Quarantine::default();
        assert!(!quarantine.fault("trap", at(0)));
        assert!(!quarantine.fault("trap", at(1)));
        assert!(quarantine.fault("trap", at(2)));
        assert_eq!(quarantine.closed_until(at(2)), Some((at(3), "trap")));
        assert_eq!(quarantine.closed_until(at(3)), None);
        assert!(quarantine.fault("trap", at(3)));
        assert_eq!(quarantine.closed_until(at(3)).map(|(until, _)| until), Some(at(5)));
        quarantine.well();
        assert!(!quarantine.fault("trap", at(6)));
    }

    #[test]
    fn faults_far_apart_do_not_count_together() {
        let mut quarantine = Quarantine::default();
        for minute in [0, 20, 40, 60] {
            assert!(!quarantine.fault("trap", at(minute)));
        }
    }

    #[test]
    fn a_clock_that_was_set_back_opens_it() {
        let mut quarantine = Quarantine::default();
        let day = 24 * 60;
        for minute in 0..3 {
            quarantine.fault("trap", at(day + minute));
        }
        assert!(quarantine.closed_until(at(day + 2)).is_some());
        assert_eq!(quarantine.closed_until(at(0)), None);
    }

    #[test]
    fn in_the_end_only_the_operator_opens_it() {
        let mut quarantine = Quarantine::default();
        let mut now = 0;
        for _ in 0..100 {
            quarantine.fault("trap", at(now));
            now = quarantine.closed_until(at(now)).map_or(now + 1, |(until, _)| until.as_second() / 60).min(1_000_000);
        }
        assert!(quarantine.closed_until(at(999_999)).is_some());
    }
}
