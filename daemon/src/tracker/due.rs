//! Who is asked now, and who has to wait: for a pause that the carrier asked for, or because the carrier's questions are few
//! and others need them more.

use std::sync::Arc;

use jiff::Timestamp;
use parcelwatch_tracking::{Budget, CarrierId, Due, Plan, PollReason, Urgency};

use super::{BATCHES_PER_CARRIER, Tracker};

/// When a carrier can be asked, as of now.
struct Room {
    now: Timestamp,
    /// Until when it is not asked at all, and why.
    closed: Option<(Timestamp, String)>,
    budgets: Vec<Budget>,
}

impl Room {
    /// When a question has its place, with `ahead` requests before it.
    fn at(&self, urgency: Urgency, ahead: u32) -> Timestamp {
        let budgets = self.budgets.iter().map(|budget| budget.room_at(urgency, ahead, self.now));
        budgets.chain(self.closed.iter().map(|(until, _)| *until)).fold(self.now, Timestamp::max)
    }

    fn is_now(&self, urgency: Urgency) -> bool {
        self.at(urgency, 0) <= self.now
    }

    /// Why a poll waits until `at`.
    fn reason(&self, at: Timestamp) -> PollReason {
        if let Some((until, why)) = &self.closed
            && *until >= at
        {
            return PollReason::Paused { why: why.clone() };
        }
        let scarcest = self.budgets.iter().map(|budget| (budget.left(), budget.allowed)).min();
        match scarcest {
            Some((0, allowed)) => PollReason::QuotaUsed { allowed },
            Some((left, allowed)) => PollReason::QuotaKept { allowed, left },
            None => PollReason::Unplanned,
        }
    }
}

impl Tracker {
    /// Starts as many questions as the carriers allow, and puts off those that have no room.
    pub(super) fn start_due(&mut self) {
        // An answer that cannot be recorded is asked for in vain.
        if self.shared.store.trouble().is_some() {
            return;
        }
        let now = self.shared.clock.now();
        for carrier in self.agenda.carriers_due(now) {
            let Some(terms) = self.shared.host.terms(&carrier) else {
                // Its plugin is gone; the legs come back with the next one.
                continue;
            };
            if self.shared.host.quarantined_until(&carrier, now).is_some() {
                // The operator may open it any time, and then the legs are still due.
                continue;
            }
            while self.under_way.get(&carrier).copied().unwrap_or(0) < BATCHES_PER_CARRIER {
                let room = self.room(&carrier, now);
                let batch = self.agenda.take_due(&carrier, now, terms.batch_max, |urgency| room.is_now(urgency));
                if batch.is_empty() {
                    self.put_off(&carrier, &room, terms.batch_max);
                    break;
                }
                self.start(carrier.clone(), batch, None);
            }
        }
    }

    fn room(&self, carrier: &CarrierId, now: Timestamp) -> Room {
        let host = &self.shared.host;
        Room { now, closed: host.closed_until(carrier, now), budgets: host.budgets(carrier, now) }
    }

    /// Gives every leg that is due and has no room a place of its own, which the page shows.
    fn put_off(&mut self, carrier: &CarrierId, room: &Room, batch_max: usize) {
        let mut plans: Vec<Plan> = Vec::new();
        for urgency in Urgency::ALL.into_iter().rev() {
            for due in self.agenda.due(carrier, urgency, room.now) {
                let ahead = u32::try_from(plans.len() / batch_max.max(1)).unwrap_or(u32::MAX);
                let at = room.at(urgency, ahead);
                plans.push(Plan { due: due.clone(), carrier: carrier.clone(), at, urgency });
            }
        }
        plans.retain(|plan| plan.at > room.now);
        if plans.is_empty() {
            return;
        }
        let waiting: Vec<(Due, Timestamp, PollReason)> =
            plans.iter().map(|plan| (plan.due.clone(), plan.at, room.reason(plan.at))).collect();
        for plan in plans {
            self.agenda.put(plan);
        }
        let shared = Arc::clone(&self.shared);
        self.tasks.spawn(async move {
            let written = shared
                .store
                .write(move |tx| waiting.iter().try_for_each(|(due, at, reason)| tx.reschedule(due, *at, reason)));
            if let Err(error) = written.await {
                // The questions wait all the same; only the page does not say why.
                tracing::warn!("cannot write down what is put off: {error}");
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_keeps_a_question_waiting_is_said() {
        let now: Timestamp = "2026-11-21T12:00:00Z".parse().expect("an instant");
        let at = |hours| now + jiff::SignedDuration::from_hours(hours);
        let budget = Budget { allowed: 50, used: 35, started_at: at(-12), renews_at: at(12) };
        let room = Room { now, closed: None, budgets: vec![budget] };
        assert!(room.is_now(Urgency::Idle), "15 are left, and half of a half day's share is kept");
        let room = Room { budgets: vec![Budget { used: 45, ..budget }], ..room };
        assert!(!room.is_now(Urgency::Idle) && room.is_now(Urgency::Urgent));
        let waits = room.at(Urgency::Idle, 0);
        assert!(waits > now && waits < at(12));
        assert_eq!(room.reason(waits), PollReason::QuotaKept { allowed: 50, left: 5 });
        let closed = Room { closed: Some((at(1), "x.example asked to wait".into())), ..room };
        assert_eq!(closed.at(Urgency::Person, 0), at(1));
        assert_eq!(closed.reason(at(1)), PollReason::Paused { why: "x.example asked to wait".to_owned() });
    }
}
