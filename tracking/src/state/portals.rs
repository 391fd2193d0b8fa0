//! What each portal says by itself: its last word and its age, and where two of them do not match.

use jiff::{SignedDuration, Timestamp};

use crate::record::{EventId, LegNo, LegState, Role, Timeline};
use crate::state::MergedEvent;
use crate::vocabulary::{Stage, Status};

/// A portal this many stages behind the other tells another story.
const STAGES_APART: usize = 2;
/// A portal that has been quiet for longer than this while another moved on stands still.
const STANDS_STILL: SignedDuration = SignedDuration::from_hours(7 * 24);

/// The last word of one portal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LastWord {
    pub leg: LegNo,
    pub event: EventId,
    pub status: Status,
    pub at: Timestamp,
}

/// Two portals that do not match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Disagreement {
    /// The one that is believed.
    pub believed: LastWord,
    pub other: LastWord,
    /// The other says something else later, or that it has ended, rather than having stopped to speak.
    pub contradicts: bool,
}

fn word_is_final(word: &LastWord) -> bool {
    matches!(word.status.stage(), Some(Stage::Done | Stage::Back))
}

/// The last word of every portal that has told anything, the newest first.
pub fn last_words(timeline: &Timeline, entries: &[MergedEvent<'_>]) -> Vec<LastWord> {
    let mut words: Vec<LastWord> = Vec::new();
    for entry in entries.iter().rev() {
        for seen in entry.sources() {
            let followed = timeline.leg(seen.leg).is_some_and(|leg| leg.state == LegState::Active);
            if followed && entry.status.stage().is_some() && words.iter().all(|word| word.leg != seen.leg) {
                words.push(LastWord { leg: seen.leg, event: seen.id, status: entry.status, at: entry.at });
            }
        }
    }
    words
}

/// Where two portals stop matching. `lead` is the event that counts as "now".
pub fn disagreement(timeline: &Timeline, entries: &[MergedEvent<'_>], lead: Option<EventId>) -> Option<Disagreement> {
    let words = last_words(timeline, entries);
    let entry = entries.iter().find(|entry| Some(entry.lead.id) == lead)?;
    let believed = *words.iter().find(|word| entry.sources().any(|seen| seen.leg == word.leg))?;
    let rank = |word: &LastWord| word.status.stage().map_or(0, Stage::index);
    // The way back has a number of its own and a story of its own.
    let is_return = |word: &&LastWord| timeline.leg(word.leg).is_some_and(|leg| leg.role == Role::Return);
    let others = words.iter().filter(|word| word.leg != believed.leg && !is_return(word));
    others.into_iter().find_map(|other| {
        let (ahead, behind) = (rank(&believed), rank(other));
        let later = other.at > believed.at;
        let contradicts =
            later && behind < ahead && (believed.status.stage() >= Some(Stage::Done) || ahead - behind >= STAGES_APART);
        // Who says that it is delivered, or on its way back, says so still while the one that is believed has it on the van.
        let contradicts = contradicts || (word_is_final(other) && believed.status.stage() < Some(Stage::Done));
        let stands_still = ahead >= behind + STAGES_APART && believed.at.duration_since(other.at) > STANDS_STILL;
        (contradicts || stands_still).then_some(Disagreement { believed, other: *other, contradicts })
    })
}
