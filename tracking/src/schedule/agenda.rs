//! Who is due now, and when to wake next.

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;

use crate::record::LegNo;
use crate::record::Urgency;
use crate::vocabulary::{CarrierId, ParcelId};

/// A leg in the agenda.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Due {
    pub parcel: ParcelId,
    pub leg: LegNo,
}

/// A question to come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    pub due: Due,
    pub carrier: CarrierId,
    pub at: Timestamp,
    pub urgency: Urgency,
}

/// The questions to come, by carrier, urgency and time.
#[derive(Clone, Debug, Default)]
pub struct Agenda {
    queues: HashMap<(CarrierId, Urgency), BTreeSet<(Timestamp, Due)>>,
    places: HashMap<Due, (CarrierId, Urgency, Timestamp)>,
}

impl Agenda {
    /// Puts a leg at a time, instead of wherever it was.
    pub fn put(&mut self, plan: Plan) {
        let Plan { due, carrier, at, urgency } = plan;
        self.take(&due);
        self.queues.entry((carrier.clone(), urgency)).or_default().insert((at, due.clone()));
        self.places.insert(due, (carrier, urgency, at));
    }

    /// Takes a leg out; false when it was not there.
    pub fn take(&mut self, due: &Due) -> bool {
        let Some((carrier, urgency, at)) = self.places.remove(due) else { return false };
        let key = (carrier, urgency);
        if let Some(queue) = self.queues.get_mut(&key) {
            queue.remove(&(at, due.clone()));
            if queue.is_empty() {
                self.queues.remove(&key);
            }
        }
        true
    }

    /// Takes out every leg of a parcel.
    pub fn take_parcel(&mut self, parcel: &ParcelId) {
        let legs: Vec<Due> = self.places.keys().filter(|due| due.parcel == *parcel).cloned().collect();
        for due in legs {
            self.take(&due);
        }
    }

    /// Takes out up to `max` legs of one carrier that are due, the most urgent first, then the longest due. Those whose
    /// urgency has no room stay.
    pub fn take_due(
        &mut self,
        carrier: &CarrierId,
        now: Timestamp,
        max: usize,
        has_room: impl Fn(Urgency) -> bool,
    ) -> Vec<Due> {
        let urgencies = Urgency::ALL.into_iter().rev().filter(|urgency| has_room(*urgency));
        let due: Vec<Due> = urgencies.flat_map(|urgency| self.due(carrier, urgency, now)).take(max).cloned().collect();
        for due in &due {
            self.take(due);
        }
        due
    }

    /// The legs of one carrier and urgency that are due, the longest due first.
    pub fn due(&self, carrier: &CarrierId, urgency: Urgency, now: Timestamp) -> impl Iterator<Item = &Due> {
        let queue = self.queues.get(&(carrier.clone(), urgency));
        queue.into_iter().flatten().take_while(move |(at, _)| *at <= now).map(|(_, due)| due)
    }

    /// The carriers with something due, the longest due first.
    pub fn carriers_due(&self, now: Timestamp) -> Vec<CarrierId> {
        let firsts = self.queues.iter().filter_map(|((carrier, _), queue)| Some((queue.first()?.0, carrier)));
        let mut due: Vec<(Timestamp, &CarrierId)> = firsts.filter(|(at, _)| *at <= now).collect();
        due.sort();
        let mut carriers: Vec<CarrierId> = Vec::new();
        for (_, carrier) in due {
            if !carriers.contains(carrier) {
                carriers.push(carrier.clone());
            }
        }
        carriers
    }

    /// When the next leg is due, leaving out carriers for which `waits` says so.
    pub fn next_at(&self, waits: impl Fn(&CarrierId) -> Option<Timestamp>) -> Option<Timestamp> {
        self.queues
            .iter()
            .filter_map(|((carrier, _), queue)| {
                let at = queue.first().map(|(at, _)| *at)?;
                Some(waits(carrier).map_or(at, |until| at.max(until)))
            })
            .min()
    }

    pub fn len(&self) -> usize {
        self.places.len()
    }

    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn due(parcel: &str) -> Due {
        Due { parcel: ParcelId::new(parcel).expect("an id"), leg: LegNo(0) }
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("in range")
    }

    fn demo() -> CarrierId {
        CarrierId::new("demo").expect("an id")
    }

    fn plan(parcel: &str, second: i64, urgency: Urgency) -> Plan {
        Plan { due: due(parcel), carrier: demo(), at: at(second), urgency }
    }

    #[test]
    fn the_longest_due_come_first_and_in_batches() {
        let carrier = demo();
        let mut agenda = Agenda::default();
        for (parcel, second) in [("c", 30), ("a", 10), ("b", 20), ("later", 99)] {
            agenda.put(plan(parcel, second, Urgency::Usual));
        }
        assert_eq!(agenda.carriers_due(at(5)), []);
        assert_eq!(agenda.carriers_due(at(50)), std::slice::from_ref(&carrier));
        assert_eq!(agenda.take_due(&carrier, at(50), 2, |_| true), [due("a"), due("b")]);
        assert_eq!(agenda.take_due(&carrier, at(50), 9, |_| true), [due("c")]);
        assert_eq!(agenda.next_at(|_| None), Some(at(99)));
        assert_eq!(agenda.next_at(|_| Some(at(120))), Some(at(120)));
    }

    #[test]
    fn the_most_urgent_come_first_and_those_without_room_stay() {
        let carrier = demo();
        let mut agenda = Agenda::default();
        agenda.put(plan("label", 10, Urgency::Idle));
        agenda.put(plan("import", 20, Urgency::Usual));
        agenda.put(plan("van", 30, Urgency::Urgent));
        assert_eq!(agenda.carriers_due(at(50)), std::slice::from_ref(&carrier));
        let taken = agenda.take_due(&carrier, at(50), 9, |urgency| urgency > Urgency::Idle);
        assert_eq!(taken, [due("van"), due("import")]);
        assert_eq!(agenda.due(&carrier, Urgency::Idle, at(50)).collect::<Vec<_>>(), [&due("label")]);
    }

    #[test]
    fn putting_a_leg_again_moves_it() {
        let mut agenda = Agenda::default();
        agenda.put(plan("a", 10, Urgency::Usual));
        agenda.put(plan("a", 40, Urgency::Urgent));
        assert_eq!((agenda.len(), agenda.next_at(|_| None)), (1, Some(at(40))));
        agenda.take_parcel(&ParcelId::new("a").expect("an id"));
        assert!(agenda.is_empty());
    }
}
