//! What may lie behind a silence: the usual causes, so that nobody has to think of the worst first.

use crate::vocabulary::Stage;

/// The usual causes of a silence in a stage, the most likely first, each as a sentence without its end.
pub const fn causes(stage: Stage) -> &'static [&'static str] {
    match stage {
        Stage::Ordered => &["the seller has not packed it yet", "the number was not passed on to the shop"],
        Stage::PreTransit => &[
            "the label was made before there was a parcel",
            "the carrier has it and its data are late",
            "a character of the number is wrong",
        ],
        Stage::Origin => &[
            "a backlog before the flight, as after big sales",
            "export customs look at it",
            "the carrier's data are late",
        ],
        Stage::LineHaul => &[
            "nobody scans it between two airports",
            "a backlog at the airport, a storm or a strike",
            "it has arrived, and the local carrier has not scanned it yet",
        ],
        Stage::Import => &[
            "customs check it, or miss a paper",
            "it was released, and the local carrier has not scanned it yet",
            "a backlog or a strike at the border",
        ],
        Stage::LastMile | Stage::Done => &[
            "a scan was left out",
            "the address is incomplete, or a card was left: look for a message",
            "weather, a strike or a holiday",
        ],
        Stage::Back => &["nobody scans it on the way back", "customs of the sender's country look at it"],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn causes_are_named_for_every_stage() {
        assert!(Stage::ALL.into_iter().all(|stage| causes(stage).len() >= 2));
    }
}
