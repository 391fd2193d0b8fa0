//! Recorded answers, where the folder that PARCELWATCH_SAMPLES names holds some; they are not part of the project.

use super::*;

/// The first number a recording speaks of.
fn number(text: &str) -> Option<String> {
    let value: serde_json::Value = serde_json::from_str(text).ok()?;
    let piece = value.get(0).unwrap_or(&value);
    Some(piece.get("trackingNumber")?.as_str()?.to_owned())
}

#[test]
fn recorded_answers_tell_what_is_known_of_them() {
    for path in parcelwatch_plugin::replay::samples("usps") {
        let name = path.file_name().and_then(|name| name.to_str()).expect("a name").to_owned();
        let number = number(&std::fs::read_to_string(&path).expect("a recording")).unwrap_or_else(|| NUMBER.to_owned());
        let mut replay = Replay::<Usps>::of();
        check(&name, replay.recording(&path).track_one(&number));
        if name == "v3r2_batch.constructed.json" {
            let failed = replay.track_one("9400100000000000000000").expect_err("the other one");
            assert_eq!(failed.kind, FailureKind::NotFound);
        }
    }
}

fn check(name: &str, found: Result<Answer, Failure>) {
    let kind = found.as_ref().err().map(|failure| failure.kind);
    let newest = found.as_ref().ok().map(|answer| (answer.events.len(), line(&answer.events[0])));
    let newest = newest.as_ref().map(|(count, line)| (*count, line.as_str()));
    let locker = "2024-11-22T13:58:00-05:00 | delivered 01 | Delivered, Parcel Locker @ HERNANDO, FL 34442 [US]";
    match name {
        "delivered_9400109104250532908587.json" => {
            assert_eq!(newest, Some((12, locker)));
            let answer = found.expect("delivered");
            assert_eq!(answer.events[0].facts, [("delivered_to".into(), "locker".into())]);
            assert_eq!(answer.facts, [("service".into(), "USPS Ground Advantage™".into())]);
            assert!(answer.events.iter().all(|event| event.status != Status::Unknown));
            assert!(answer.done);
        }
        "documentation_accepted.json" => {
            let accepted = "2023-08-02T07:31:00 - | accepted 03 | USPS in possession of item @ RICHMOND, VA 23227 [US]";
            assert_eq!(newest, Some((1, accepted)));
        }
        "error_429.constructed.json" => assert_eq!(kind, Some(FailureKind::RateLimited)),
        "not_found.json" => assert_eq!(kind, Some(FailureKind::NotFound)),
        "token_error.json" => assert_eq!(kind, Some(FailureKind::AuthFailed)),
        "v3r2_batch.constructed.json" => assert_eq!(newest, Some((3, locker))),
        // One we do not know has been read without a panic; that is all that can be asked of it.
        _ => {}
    }
}
