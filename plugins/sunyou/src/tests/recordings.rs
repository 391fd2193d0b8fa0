//! Recorded answers, where the folder that PARCELWATCH_SAMPLES names holds some; they are not part of the project.

use super::*;

#[test]
fn recorded_answers_tell_what_is_known_of_them() {
    for path in parcelwatch_plugin::replay::samples("sunyou") {
        let name = path.file_name().and_then(|name| name.to_str()).expect("a name").to_owned();
        let mut replay = Replay::<SunYou>::of();
        let mut ask = |number: &str| replay.recording(&path).track_one(number);
        match name.as_str() {
            "delivered-trimmed.exchange.json" => {
                let answer = ask("SYAE006809461").expect("delivered");
                assert_eq!(
                    answer.events.iter().map(line).collect::<Vec<_>>(),
                    [
                        "2021-07-20T11:30:00 +08:00 | delivered 209 | Delivered @ 1622 [-]",
                        "2021-07-05T16:14:54 +08:00 | registered 101 | Pre-Shipment Info Sent To Greece @ -",
                    ]
                );
                let handoff = &answer.handoffs[0];
                assert_eq!((handoff.number.as_str(), handoff.carrier.as_deref()), ("SU014952148MI", Some("meest")));
                assert_eq!((answer.origin.as_deref(), answer.destination.as_deref()), (Some("CN"), Some("GR")));
                assert!(answer.done);
            }
            "not-found.exchange.constructed.json" => {
                assert_eq!(ask("SYAE000000000").expect_err("unknown").kind, FailureKind::NotFound);
            }
            "ready-for-pickup.exchange.constructed.json" => {
                let answer = ask("SYAE100000003").expect("it waits");
                let statuses: Vec<&str> = answer.events.iter().map(|event| event.status.key()).collect();
                assert_eq!(
                    statuses,
                    [
                        "available_for_pickup",
                        "local_processing",
                        "customs_cleared",
                        "arrived_destination",
                        "departed_origin",
                        "registered",
                    ]
                );
                let waits = "2026-08-12T09:00:00 +02:00 | available_for_pickup 207 | ReadyForPickup @ -";
                assert_eq!(line(&answer.events[0]), waits);
                assert_eq!((answer.handoffs[0].number.as_str(), answer.done), ("3SDEMO000000001", false));
            }
            // One we do not know is read without a panic; that is all that can be asked of it.
            _ => drop(ask(NUMBER)),
        }
    }
}
