//! Several parcels in one request: which can be sent, and what is done where the carrier refuses the whole batch.

use std::borrow::Borrow;
use std::collections::VecDeque;

use crate::{Answer, Failure, FailureKind, Outcome, Parcel};

/// As many requests as a call may make.
const REQUESTS_MAX: u32 = 16;

/// Polls each parcel by itself. After a refusal that concerns all, the rest is not polled, and has the same outcome: a
/// request more would be wasted, or make it worse.
pub fn one_by_one<P: Borrow<Parcel>>(parcels: &[P], poll: impl Fn(&Parcel) -> Result<Answer, Failure>) -> Vec<Outcome> {
    each(parcels, |parcel| parcel.outcome(poll(parcel)))
}

/// As [`one_by_one`], for carriers that give each parcel a cursor.
pub fn each<P: Borrow<Parcel>>(parcels: &[P], poll: impl Fn(&Parcel) -> Outcome) -> Vec<Outcome> {
    let mut closed: Option<Failure> = None;
    let mut outcomes = Vec::with_capacity(parcels.len());
    for parcel in parcels {
        let parcel = parcel.borrow();
        let outcome = closed.map_or_else(|| poll(parcel), |failure| parcel.outcome(Err(failure)));
        closed = outcome.found.as_ref().err().filter(|failure| failure.concerns_all()).cloned();
        outcomes.push(outcome);
    }
    outcomes
}

/// Polls the parcels whose numbers can be sent, and gives each of the others its failure: one number that is none may cost a
/// batch its answer.
pub fn valid<'p>(
    parcels: &'p [Parcel],
    check: impl Fn(&Parcel) -> Result<(), Failure>,
    poll: impl FnOnce(&[&'p Parcel]) -> Vec<Outcome>,
) -> Vec<Outcome> {
    let mut outcomes = Vec::new();
    let mut valid = Vec::with_capacity(parcels.len());
    for parcel in parcels {
        match check(parcel) {
            Ok(()) => valid.push(parcel),
            Err(failure) => outcomes.push(parcel.outcome(Err(failure))),
        }
    }
    if !valid.is_empty() {
        outcomes.extend(poll(&valid));
    }
    outcomes
}

/// The numbers of some parcels, each once: two parcels may have the same.
pub fn numbers<'p>(parcels: &[&'p Parcel]) -> Vec<&'p str> {
    let mut numbers: Vec<&str> = Vec::with_capacity(parcels.len());
    for parcel in parcels {
        if !numbers.contains(&parcel.number.as_str()) {
            numbers.push(&parcel.number);
        }
    }
    numbers
}

/// The same failure for all of these.
pub fn failed(parcels: &[&Parcel], failure: &Failure) -> Vec<Outcome> {
    parcels.iter().map(|parcel| parcel.outcome(Err(failure.clone()))).collect()
}

/// How a carrier answers several numbers at once.
#[derive(Clone, Copy, Debug)]
pub struct Batches<P, F, B> {
    /// As messages name it.
    pub carrier: &'static str,
    /// Numbers in one request.
    pub max: usize,
    /// Sends a request about some parcels, and reads the answer as a whole.
    pub poll: P,
    /// What that answer says of one of them.
    pub found: F,
    /// Whether one number may be why the carrier refused a batch.
    pub may_be_one: B,
}

impl<P, F, B> Batches<P, F, B> {
    /// One outcome for each parcel. Where the carrier refuses a batch, some numbers may have spoilt it for the others: they
    /// are sent again in halves, the large ones before the small ones, so that the most are answered by the requests that a
    /// call may make. A refusal that concerns all ends the polling.
    pub fn outcomes<T>(&self, parcels: &[&Parcel]) -> Vec<Outcome>
    where
        P: Fn(&[&Parcel]) -> Result<T, Failure>,
        F: Fn(&T, &Parcel) -> Result<Answer, Failure>,
        B: Fn(&Failure) -> bool,
    {
        let mut outcomes = Vec::with_capacity(parcels.len());
        let mut batches: VecDeque<&[&Parcel]> = parcels.chunks(self.max).collect();
        let mut requests = 0;
        let mut ended: Option<Failure> = None;
        while let Some(batch) = batches.pop_front() {
            if let Some(failure) = &ended {
                outcomes.extend(failed(batch, failure));
                continue;
            }
            requests += 1;
            match (self.poll)(batch) {
                Ok(answer) => {
                    outcomes.extend(batch.iter().map(|parcel| parcel.outcome((self.found)(&answer, parcel))));
                }
                Err(failure) if batch.len() > 1 && (self.may_be_one)(&failure) => {
                    let (first, second) = batch.split_at(batch.len() / 2);
                    batches.extend([first, second]);
                }
                Err(failure) => {
                    outcomes.extend(failed(batch, &failure));
                    ended = Some(failure).filter(Failure::concerns_all);
                }
            }
            if requests == REQUESTS_MAX && ended.is_none() {
                let message = format!(
                    "{} refused the numbers of this batch, perhaps for one of them; they are asked again",
                    self.carrier
                );
                ended = Some(Failure::new(FailureKind::Inconclusive, message));
            }
        }
        outcomes
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    fn parcels(numbers: &[&str]) -> Vec<Parcel> {
        let parcel = |(key, number): (u32, &&str)| Parcel { key, number: (*number).to_owned(), ..Parcel::default() };
        (0..).zip(numbers).map(parcel).collect()
    }

    /// Sends batches to a carrier that refuses those with a bad number in it; the sizes of its requests, and the kinds of
    /// failure by key.
    fn run(numbers: &[&str], refusal: FailureKind) -> (Vec<usize>, Vec<Option<FailureKind>>) {
        let sizes = RefCell::new(Vec::new());
        let parcels = parcels(numbers);
        let batches = Batches {
            carrier: "Example",
            max: 8,
            poll: |batch: &[&Parcel]| {
                sizes.borrow_mut().push(batch.len());
                let is_bad = batch.iter().any(|parcel| parcel.number == "BAD");
                if is_bad { Err(Failure::new(refusal, "refused")) } else { Ok(()) }
            },
            found: |(): &(), _: &Parcel| Ok(Answer::default()),
            may_be_one: |failure: &Failure| failure.kind == FailureKind::InvalidNumber,
        };
        let mut outcomes = batches.outcomes(&parcels.iter().collect::<Vec<_>>());
        outcomes.sort_by_key(|outcome| outcome.key);
        let kinds = outcomes.into_iter().map(|outcome| outcome.found.err().map(|failure| failure.kind)).collect();
        (sizes.into_inner(), kinds)
    }

    #[test]
    fn one_bad_number_is_found_by_halves() {
        let (sizes, kinds) = run(&["1", "2", "BAD", "4"], FailureKind::InvalidNumber);
        assert_eq!(sizes, [4, 2, 2, 1, 1]);
        assert_eq!(kinds, [None, None, Some(FailureKind::InvalidNumber), None]);
    }

    #[test]
    fn a_refusal_that_concerns_all_ends_the_polling() {
        let mut numbers = vec!["1"; 8];
        numbers.extend(["BAD"; 8]);
        numbers.extend(["2"; 8]);
        let (sizes, kinds) = run(&numbers, FailureKind::RateLimited);
        assert_eq!(sizes, [8, 8]);
        assert_eq!(kinds[..8], [None; 8]);
        assert!(kinds[8..].iter().all(|kind| *kind == Some(FailureKind::RateLimited)));
    }

    #[test]
    fn halving_ends_with_the_requests_of_a_call() {
        let (sizes, kinds) = run(&["BAD"; 24], FailureKind::InvalidNumber);
        assert_eq!((sizes.len(), kinds.len()), (16, 24));
        assert!(kinds.contains(&Some(FailureKind::Inconclusive)), "what was not sent is not said to be wrong");
    }

    #[test]
    fn what_cannot_be_sent_has_its_failure_and_does_not_spoil_the_rest() {
        let parcels = parcels(&["A1", "?", "A1"]);
        let check = |parcel: &Parcel| match parcel.number.as_str() {
            "?" => Err(Failure::new(FailureKind::InvalidNumber, "no number")),
            _ => Ok(()),
        };
        let outcomes = valid(&parcels, check, |valid| {
            assert_eq!(numbers(valid), ["A1"]);
            valid.iter().map(|parcel| parcel.outcome(Ok(Answer::default()))).collect()
        });
        let mut found: Vec<_> = outcomes.iter().map(|outcome| (outcome.key, outcome.found.is_ok())).collect();
        found.sort();
        assert_eq!(found, [(0, true), (1, false), (2, true)]);
    }

    #[test]
    fn a_refusal_that_concerns_all_ends_the_asking_and_another_does_not() {
        let parcels: Vec<Parcel> = (0..4).map(|key| Parcel { key, ..Parcel::default() }).collect();
        let asked = RefCell::new(Vec::new());
        let outcomes = one_by_one(&parcels, |parcel| {
            asked.borrow_mut().push(parcel.key);
            match parcel.key {
                0 => Err(Failure::not_found("unknown")),
                1 => Ok(Answer::default()),
                _ => Err(Failure::new(FailureKind::RateLimited, "slow down")),
            }
        });
        let kinds: Vec<_> = outcomes.iter().map(|outcome| outcome.found.as_ref().err().map(|f| f.kind)).collect();
        let limited = Some(FailureKind::RateLimited);
        assert_eq!(kinds, [Some(FailureKind::NotFound), None, limited, limited]);
        assert_eq!(*asked.borrow(), [0, 1, 2]);
    }
}
