use parcelwatch_plugin::replay::Replay;

use super::*;

const ADDED: &str = "2026-11-21T12:00:00Z";

fn ask_at(number: &str, now: &str) -> Result<Answer, Failure> {
    Replay::<Demo>::of().now(now).track_with(number, &[("added_at", ADDED)])
}

#[test]
fn a_new_parcel_has_a_past_and_is_about_to_be_declared() {
    let answer = ask_at("DEMO00000017", ADDED).expect("a demo number");
    assert_eq!(answer.events.first().map(|event| event.status), Some(Status::ArrivedDestination));
    assert_eq!(answer.events.last().map(|event| event.status), Some(Status::Registered));
    assert_eq!(answer.events[0].moment, Some(Moment::Instant("2026-11-21T11:25:00+01:00".into())));
    assert!(answer.handoffs.is_empty());
}

#[test]
fn minutes_later_it_goes_on_under_a_local_number_and_arrives() {
    let answer = ask_at("DEMO00000017", "2026-11-21T12:06:00Z").expect("a demo number");
    assert_eq!(answer.handoffs[0].number, "DEMOL00000017");
    let local = ask_at("DEMOL00000017", "2026-11-21T12:20:00Z").expect("a local number");
    assert_eq!(local.events[0].status, Status::Delivered);
    assert_eq!(local.events[0].facts, [("delivered_to".into(), "mailbox".into())]);
    assert!(local.done);
}

#[test]
fn every_scan_of_the_script_has_a_meaning() {
    let script: Script = serde_json::from_str(SCRIPT).expect("the script reads");
    for scan in script.scans.iter().chain(&script.local.scans) {
        assert_ne!(codes::CODES.status(scan.code.as_str()), Status::Unknown, "{}", scan.code);
    }
}

#[test]
fn other_numbers_are_none_of_ours() {
    let replay = Replay::<Demo>::of();
    assert_eq!(replay.recognize("DEMO00000017")[0].checksum, Some(true));
    assert_eq!(replay.recognize("DEMO00000018")[0].checksum, Some(false));
    assert!(replay.recognize("LP00123456789012").is_empty());
    let failure = ask_at("LP00123456789012", ADDED).expect_err("not a demo number");
    assert_eq!(failure.kind, FailureKind::InvalidNumber);
}
