//! Questions about parcels, and what became of them.

use parcelwatch_tracking::{Facts, Failure, Report, TrackingNumber};

use crate::store::Exchange;

/// A question about one parcel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    pub number: TrackingNumber,
    pub hints: Facts,
    pub cursor: Option<Vec<u8>>,
}

/// What became of one question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    pub found: Result<Report, Failure>,
    pub cursor: Option<Vec<u8>>,
}

/// What one call brought: an outcome for each question, in their order.
#[derive(Clone, Debug)]
pub struct Asked {
    pub outcomes: Vec<Outcome>,
    pub exchanges: Vec<Exchange>,
    /// The digest of the plugin that was asked.
    pub plugin: String,
    /// The plugin failed so often that it is left alone for a while.
    pub quarantined: bool,
}

impl Asked {
    pub(super) fn failed(questions: &[Question], failure: &Failure, plugin: String) -> Self {
        let outcome = |question: &Question| Outcome { found: Err(failure.clone()), cursor: question.cursor.clone() };
        Self { outcomes: questions.iter().map(outcome).collect(), exchanges: Vec::new(), plugin, quarantined: false }
    }
}
