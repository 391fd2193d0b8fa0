//! How long it has been quiet, what to think of it, and what may lie behind it.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use parcelwatch_tracking::{Basis, Silence, Stage, Verdict};

use crate::report::times::{date_words, day_words};

const HOUR: SignedDuration = SignedDuration::from_hours(1);
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// One sentence: how long, and what to think of it. It names the days passed, so it is made when it is read.
pub fn silence(silence: &Silence, zone: &TimeZone, now: Timestamp) -> String {
    if let Some(at) = silence.unheard_since
        && now.duration_since(at) >= HOUR
    {
        return format!(
            "No carrier could be asked since {}; the silence may be theirs and not the parcel's.",
            day_words(at, zone)
        );
    }
    if silence.verdict == Verdict::Watch && now < silence.normal_until {
        return "No carrier could be asked yet, so nobody knows how quiet it is.".to_owned();
    }
    let quiet = now.duration_since(silence.since);
    let span = span_words(quiet);
    let until = date_words(silence.last_normal_day(zone));
    let because = match (silence.basis, silence.peak) {
        (Basis::Own(parcels), _) => format!(", going by {parcels} of your own parcels"),
        (Basis::Rules, true) => ", as everything takes longer around the year's end".to_owned(),
        (Basis::Rules, false) => String::new(),
    };
    match silence.verdict {
        Verdict::Normal if quiet < DAY && !silence.scanned => {
            format!("Nothing yet, and that is normal until {until}{because}.")
        }
        Verdict::Normal if quiet < DAY => {
            format!("The last news is less than a day old; quiet is normal here until {until}{because}.")
        }
        Verdict::Normal => format!("Nothing for {span}, and that is normal here until {until}{because}."),
        Verdict::Watch => format!("Nothing for {span}; until {until} that was normal{because}."),
        Verdict::Act => format!("Nothing for {span}, which is too long{because}."),
    }
}

fn span_words(span: SignedDuration) -> String {
    match span.as_hours() {
        ..48 => format!("{} hours", span.as_hours().max(1)),
        hours => format!("{} days", hours / 24),
    }
}

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
    fn a_silence_is_worded_at_any_time() {
        for at in [Timestamp::MIN, Timestamp::UNIX_EPOCH, Timestamp::MAX] {
            for now in [Timestamp::MIN, Timestamp::UNIX_EPOCH, Timestamp::MAX] {
                for unheard_since in [None, Some(at)] {
                    let judged = Silence {
                        verdict: Verdict::Act,
                        since: at,
                        scanned: true,
                        normal_until: at,
                        act_from: at,
                        basis: Basis::Rules,
                        peak: false,
                        unheard_since,
                    };
                    let zone = TimeZone::get("Europe/Paris").expect("a zone");
                    assert!(silence(&judged, &zone, now).ends_with('.'), "{at} {now}");
                }
            }
        }
    }

    #[test]
    fn causes_are_named_for_every_stage() {
        assert!(Stage::ALL.into_iter().all(|stage| causes(stage).len() >= 2));
    }
}
