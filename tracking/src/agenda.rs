//! Who is due now, and when to wake next.

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;

use crate::{CarrierId, LegNo, ParcelId};

/// A leg in the agenda.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Due {
    pub parcel: ParcelId,
    pub leg: LegNo,
}

/// The questions to come, by carrier and time.
#[derive(Clone, Debug, Default)]
pub struct Agenda {
    queues: HashMap<CarrierId, BTreeSet<(Timestamp, Due)>>,
    places: HashMap<Due, (CarrierId, Timestamp)>,
}

impl Agenda {
    /// Puts a leg at a time, instead of wherever it was.
    pub fn put(&mut self, due: Due, carrier: CarrierId, at: Timestamp) {
        self.take(&due);
        self.queues.entry(carrier.clone()).or_default().insert((at, due.clone()));
        self.places.insert(due, (carrier, at));
    }

    /// Takes a leg out; false when it was not there.
    pub fn take(&mut self, due: &Due) -> bool {
        let Some((carrier, at)) = self.places.remove(due) else { return false };
        if let Some(queue) = self.queues.get_mut(&carrier) {
            queue.remove(&(at, due.clone()));
            if queue.is_empty() {
                self.queues.remove(&carrier);
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

    /// Takes out up to `max` legs of one carrier that are due, the longest due first.
    pub fn take_due(&mut self, carrier: &CarrierId, now: Timestamp, max: usize) -> Vec<Due> {
        let Some(queue) = self.queues.get(carrier) else { return Vec::new() };
        let due: Vec<Due> =
            queue.iter().take_while(|(at, _)| *at <= now).take(max).map(|(_, due)| due.clone()).collect();
        for due in &due {
            self.take(due);
        }
        due
    }

    /// The carriers with something due, the longest due first.
    pub fn carriers_due(&self, now: Timestamp) -> Vec<CarrierId> {
        let mut carriers: Vec<(Timestamp, &CarrierId)> = self
            .queues
            .iter()
            .filter_map(|(carrier, queue)| queue.first().map(|(at, _)| (*at, carrier)))
            .filter(|(at, _)| *at <= now)
            .collect();
        carriers.sort();
        carriers.into_iter().map(|(_, carrier)| carrier.clone()).collect()
    }

    /// When the next leg is due, leaving out carriers for which `waits` says so.
    pub fn next_at(&self, waits: impl Fn(&CarrierId) -> Option<Timestamp>) -> Option<Timestamp> {
        self.queues
            .iter()
            .filter_map(|(carrier, queue)| {
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

    #[test]
    fn the_longest_due_come_first_and_in_batches() {
        let carrier = CarrierId::new("demo").expect("an id");
        let mut agenda = Agenda::default();
        for (parcel, second) in [("c", 30), ("a", 10), ("b", 20), ("later", 99)] {
            agenda.put(due(parcel), carrier.clone(), at(second));
        }
        assert_eq!(agenda.carriers_due(at(5)), []);
        assert_eq!(agenda.carriers_due(at(50)), std::slice::from_ref(&carrier));
        assert_eq!(agenda.take_due(&carrier, at(50), 2), [due("a"), due("b")]);
        assert_eq!(agenda.take_due(&carrier, at(50), 9), [due("c")]);
        assert_eq!(agenda.next_at(|_| None), Some(at(99)));
        assert_eq!(agenda.next_at(|_| Some(at(120))), Some(at(120)));
    }

    #[test]
    fn putting_a_leg_again_moves_it() {
        let carrier = CarrierId::new("demo").expect("an id");
        let mut agenda = Agenda::default();
        agenda.put(due("a"), carrier.clone(), at(10));
        agenda.put(due("a"), carrier.clone(), at(40));
        assert_eq!((agenda.len(), agenda.next_at(|_| None)), (1, Some(at(40))));
        agenda.take_parcel(&ParcelId::new("a").expect("an id"));
        assert!(agenda.is_empty());
    }
}
