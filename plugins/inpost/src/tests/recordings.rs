//! Answers of the form that others saw, where the folder that PARCELWATCH_SAMPLES names holds some; they are not part
//! of the project.

use super::*;

#[test]
fn recorded_answers_tell_what_is_known_of_them() {
    for path in parcelwatch_plugin::replay::samples("inpost") {
        let name = path.file_name().and_then(|name| name.to_str()).expect("a name").to_owned();
        let mut replay = Replay::<InPost>::of();
        let mut ask = |number: &str| replay.recording(&path).track_one(number);
        match name.as_str() {
            "tracking.constructed.json" => {
                let answer = ask("620000000000000000000000").expect("it waits");
                assert_eq!(
                    answer.events.iter().map(line).collect::<Vec<_>>(),
                    [
                        "2024-06-12T10:20:00+02:00 | available_for_pickup ready_to_pickup | ready to pickup @ KRA010 [-]",
                        "2024-06-12T07:00:00+02:00 | out_for_delivery out_for_delivery | out for delivery @ -",
                        "2024-06-11T23:00:00+02:00 | in_transit adopted_at_sorting_center | adopted at sorting center @ -",
                        "2024-06-11T09:00:00+02:00 | registered confirmed | confirmed @ -",
                    ]
                );
                assert!(answer.facts.contains(&("pickup_at".into(), "KRA010".into())));
                assert!(!answer.done && answer.handoffs.is_empty());
                assert_eq!(ask(NUMBER).expect_err("another's").kind, FailureKind::Inconclusive);
            }
            // One we do not know is read without a panic; that is all that can be asked of it.
            _ => drop(ask(NUMBER)),
        }
    }
}
