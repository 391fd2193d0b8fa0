//! Recorded answers, where the folder that PARCELWATCH_SAMPLES names holds some; they are not part of the project.

use super::*;

#[test]
fn recorded_answers_tell_what_is_known_of_them() {
    for path in parcelwatch_plugin::replay::samples("laposte") {
        let name = path.file_name().and_then(|name| name.to_str()).expect("a name").to_owned();
        let mut replay = Replay::<LaPoste>::of();
        let mut ask = |number: &str| replay.recording(&path).track_one(number);
        match name.as_str() {
            "colissimo_EW112720413FR.json" => {
                let answer = ask("EW112720413FR").expect("delivered");
                let statuses: Vec<&str> = answer.events.iter().map(|event| event.status.key()).collect();
                assert_eq!(
                    statuses,
                    [
                        "delivered",
                        "local_processing",
                        "in_transit",
                        "arrived_destination",
                        "origin_processing",
                        "in_transit",
                        "in_transit",
                        "accepted",
                        "registered",
                    ]
                );
                assert_eq!(answer.events[0].moment, Some(Moment::Instant("2023-03-09T09:38:00+01:00".into())));
                assert_eq!((answer.origin.as_deref(), answer.destination.as_deref()), (Some("FR"), Some("BR")));
                assert!(answer.done && answer.window.is_none());
            }
            "customs_then_pickup.constructed.json" => {
                let answer = ask("LX123456785CN").expect("it waits");
                let waits = "2024-06-12T10:20:00+02:00 | available_for_pickup AG1 | Votre colis est disponible en point de \
                             retrait. @ BUREAU DE POSTE EXEMPLE [-]";
                assert_eq!((answer.events.len(), line(&answer.events[0]).as_str()), (9, waits));
                assert!(answer.events.iter().all(|event| event.status != Status::Unknown));
                assert_eq!(answer.window.expect("an estimate").latest, Moment::Date("2024-06-12".into()));
                assert!(answer.handoffs.is_empty() && !answer.done, "the partner's reference is the number itself");
            }
            "error_invalid_number.json" => {
                let number = "WBZQ03ENZJ6BBBTEELZWITJTAGYKA19WR6OOJ6MIVZARY3OVPSX4A495YOMXBLKC";
                assert_eq!(ask(number).expect_err("no number").kind, FailureKind::InvalidNumber);
            }
            // One we do not know is read without a panic; that is all that can be asked of it.
            _ => drop(ask("6A00000000017")),
        }
    }
}
