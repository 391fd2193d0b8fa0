//! Recorded answers, where the folder that PARCELWATCH_SAMPLES names holds some; they are not part of the project.

use super::*;

/// The numbers a recording speaks of.
fn numbers(text: &str) -> Vec<String> {
    let value: serde_json::Value = serde_json::from_str(text).expect("a recording is JSON");
    let body = value.pointer("/response/body").unwrap_or(&value);
    let entries = body.get("module").and_then(serde_json::Value::as_array);
    let numbers = entries.into_iter().flatten().filter_map(|entry| entry.get("mailNo")?.as_str());
    numbers.map(str::to_owned).collect()
}

#[test]
fn recorded_answers_tell_what_is_known_of_them() {
    for path in parcelwatch_plugin::replay::samples("cainiao") {
        let name = path.file_name().and_then(|name| name.to_str()).expect("a name").to_owned();
        let mut asked = numbers(&std::fs::read_to_string(&path).expect("a recording"));
        if asked.is_empty() {
            asked.push("LP00123456789012".to_owned());
        }
        let asked: Vec<&str> = asked.iter().map(String::as_str).collect();
        let found = Replay::<Cainiao>::of().recording(&path).track_all(&asked);
        check(&name, &found);
    }
}

fn check(name: &str, found: &[Result<Answer, Failure>]) {
    let failures: Vec<FailureKind> = found.iter().filter_map(|found| Some(found.as_ref().err()?.kind)).collect();
    let answers: Vec<&Answer> = found.iter().filter_map(|found| found.as_ref().ok()).collect();
    let newest = answers.first().map(|answer| (answer.events.len(), line(&answer.events[0])));
    let newest = newest.as_ref().map(|(count, line)| (*count, line.as_str()));
    let delivered = "2026-02-06T15:25:17 GMT+08:00 | delivered GTMS_SIGNED | Parcel delivered";
    match name {
        "batch-of-two.constructed.json" => {
            assert_eq!(failures, [FailureKind::NotFound]);
            assert_eq!(newest.map(|(_, line)| line), Some(delivered));
        }
        "blocked-captcha.exchange.constructed.json" => assert_eq!(failures, [FailureKind::Blocked]),
        "delivered.json" => {
            assert_eq!(newest, Some((7, delivered)));
            assert_eq!((answers[0].destination.as_deref(), answers[0].handoffs.len()), (Some("BE"), 0));
            assert!(answers[0].done && answers[0].window.is_none());
            assert!(answers[0].events.iter().all(|event| event.status != Status::Unknown));
        }
        "handoff-number-excerpt.json" => {
            assert_eq!(newest.map(|(count, _)| count), Some(2));
            assert_eq!(answers[0].events[0].status, Status::HandedToAirline);
            assert_eq!(answers[0].handoffs[0].number, "36YPH337263201000935107");
        }
        "in-customs-with-last-mile-carrier.json" => {
            assert_eq!(newest.map(|(count, _)| count), Some(14));
            let statuses: Vec<Status> = answers[0].events.iter().take(3).map(|event| event.status).collect();
            assert_eq!(statuses, [Status::CustomsCleared, Status::HandedToLocal, Status::CustomsCleared]);
            assert!(answers[0].events.iter().all(|event| event.status != Status::Unknown));
            let window = answers[0].window.as_ref().expect("an estimate");
            assert_eq!(window.latest, Moment::Instant("2023-10-16T23:59:56Z".into()));
            assert!(answers[0].facts.contains(&("local_carrier".into(), "Israelpost".into())));
        }
        "poll-1-of-2.exchange.json" => {
            assert_eq!(answers[0].events[0].status, Status::ArrivedDestination);
            assert_eq!(answers[0].summary.as_ref().map(|summary| summary.status), Some(Status::InTransit));
            let places: Vec<&str> =
                answers[0].events.iter().filter_map(|e| Some(e.place.as_ref()?.text.as_str())).collect();
            assert_eq!(places.first(), Some(&"Shatian Town"));
        }
        "unknown-number.json" => assert_eq!(failures, [FailureKind::NotFound]),
        "waiting-at-pickup-point.constructed.json" => {
            assert_eq!(newest.map(|(count, _)| count), Some(3));
            assert_eq!(answers[0].events[0].status, Status::AvailableForPickup);
            assert_eq!(answers[0].handoffs[0].carrier.as_deref(), Some("PostNL"));
            assert!(!answers[0].done);
        }
        // One we do not know has been read without a panic; that is all that can be asked of it.
        _ => {}
    }
}
