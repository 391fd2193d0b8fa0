//! Recorded answers, where the folder that PARCELWATCH_SAMPLES names holds some; they are not part of the project.

use super::*;

#[test]
fn recorded_answers_tell_what_is_known_of_them() {
    for path in parcelwatch_plugin::replay::samples("deutsche_post") {
        let name = path.file_name().and_then(|name| name.to_str()).expect("a name").to_owned();
        let mut replay = Replay::<DeutschePost>::of();
        let mut ask = |number: &str| replay.recording(&path).track_one(number);
        match name.as_str() {
            "post-de_registered.constructed.json" => {
                let answer = ask("RB123456785DE").expect("delivered");
                let lines: Vec<String> = answer.events.iter().map(line).collect();
                assert_eq!(
                    lines,
                    [
                        "2024-03-12T11:04:00 - | delivered delivered | The shipment has been delivered to the recipient @ \
                         Germany [DE]",
                        "2024-03-12T07:31:00 - | in_transit transit | The shipment has been loaded onto the delivery vehicle @ \
                         Bonn [DE]",
                        "2024-03-11T21:40:00 - | in_transit transit | The shipment was processed in the mail centre @ Köln [DE]",
                        "2024-03-11T15:02:00 - | registered pre-transit | The shipment was posted @ Berlin [DE]",
                    ]
                );
                assert!(answer.done && answer.window.is_none() && answer.handoffs.is_empty());
            }
            // One we do not know is read without a panic; that is all that can be asked of it.
            _ => drop(ask(NUMBER)),
        }
    }
}
