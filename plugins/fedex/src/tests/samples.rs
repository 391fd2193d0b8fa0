//! Recorded answers, where a folder of them is at hand; none is kept here.

use std::path::Path;

use parcelwatch_plugin::replay::samples;

use super::*;

fn outcome(path: &Path, number: &str) -> Result<Answer, Failure> {
    Replay::<Fedex>::of().recording(path).track_one(number)
}

fn recording(name: &str) -> Option<std::path::PathBuf> {
    samples("fedex").into_iter().find(|path| path.ends_with(name))
}

#[test]
fn recordings_read_as_the_notes_say() {
    for path in samples("fedex") {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        let (number, expected) = match name.as_str() {
            "documentation_example_two_numbers.json" => {
                ("123456789012", "1 events, accepted at 2018-02-02T12:01:00-07:00, window on 2021-10-15")
            }
            "duplicate_776094337676.json" => {
                ("776094337676", "8 events, delivered at 2024-04-26T09:26:00-07:00, window never")
            }
            "international_customs.constructed.json" => (
                "770000000005",
                "7 events, customs_cleared at 2024-06-05T08:40:00+02:00, window at 2024-06-06T13:00:00+02:00",
            ),
            // Bare bodies, without the status that came with them.
            "error_401.json" => ("770000000005", "auth_failed"),
            "error_500.json" => ("770000000005", "unavailable"),
            "error_empty_number.json" => ("770000000005", "invalid_number"),
            "token.constructed.json" => ("770000000005", "changed_upstream"),
            _ => {
                // A recording this test does not know must still read without a panic.
                let _ = outcome(&path, "770000000005");
                continue;
            }
        };
        let told = match outcome(&path, number) {
            Ok(answer) => format!(
                "{} events, {} {}, window {}",
                answer.events.len(),
                answer.events[0].status.key(),
                moment(answer.events[0].moment.as_ref()),
                moment(answer.window.as_ref().map(|window| &window.latest)),
            ),
            Err(failure) => failure.kind.key().to_owned(),
        };
        assert_eq!(told, expected, "{name}");
    }
}

#[test]
fn the_second_number_of_the_vendors_example_is_not_found() {
    let Some(path) = recording("documentation_example_two_numbers.json") else { return };
    assert_eq!(outcome(&path, "39936862321").expect_err("unknown").kind, FailureKind::NotFound);
    let answer = outcome(&path, "123456789012").expect("a parcel");
    assert_eq!(fact(&answer.facts, "shipment_number"), Some("128667043726"));
    assert_eq!(fact(&answer.facts, "fee"), Some("clearance entry fee applies"));
}

#[test]
fn the_recorded_duplicate_can_be_told_apart_by_its_dates() {
    let Some(path) = recording("duplicate_776094337676.json") else { return };
    for hints in
        [&[] as &[_], &[("ordered", "2024-04-20")], &[("ship_date", "2024-04-24")], &[("ship_date", "2024-04-25")]]
    {
        let mut replay = Replay::<Fedex>::of();
        let answer = replay.recording(&path).track_with("776094337676", hints).expect("the delivered story");
        assert!(answer.done && answer.events.iter().all(|event| event.status != Status::Unknown), "{hints:?}");
        let tag = answer.handoffs.first().map(|tag| (tag.number.as_str(), tag.role, tag.carrier.as_deref()));
        assert_eq!(tag, Some(("DT106798246430", Role::Partner, Some("fedex"))));
    }
    let mut replay = Replay::<Fedex>::of();
    let failure = replay.recording(&path).track_with("776094337676", &[("ordered", "2024-06-01")]);
    assert_eq!(failure.expect_err("it was there before the order").kind, FailureKind::Ambiguous);
}

#[test]
fn the_constructed_journey_tells_export_from_import() {
    let Some(path) = recording("international_customs.constructed.json") else { return };
    let answer = outcome(&path, "770000000005").expect("a journey");
    let statuses: Vec<&str> = answer.events.iter().map(|event| event.status.key()).collect();
    let expected =
        ["customs_cleared", "import_customs", "in_transit", "in_transit", "export_customs", "accepted", "registered"];
    assert_eq!(statuses, expected);
}
