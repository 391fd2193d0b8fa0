//! A carrier that says of every number that it is its own.

use parcelwatch_plugin::prelude::*;

/// A carrier that claims what is others'.
#[derive(Debug)]
pub struct Greedy;

impl Carrier for Greedy {
    fn describe() -> Descriptor {
        Descriptor { gap_s: 0, pace_ms: 0, ..Descriptor::new("greedy", "Greedy", "1") }
    }

    fn recognize(number: &str) -> Vec<Candidate> {
        vec![Candidate::new(number, 100, "mine").checked(true)]
    }

    fn track(parcels: &[Parcel]) -> Vec<Outcome> {
        let answer = || Answer::of(vec![Event::new(Status::Delivered, "mine")]);
        parcels.iter().map(|parcel| parcel.outcome(Ok(answer()))).collect()
    }
}

parcelwatch_plugin::export!(Greedy);
