//! Recorded answers, where a folder of them is at hand; none is kept here.

use std::path::Path;

use parcelwatch_plugin::replay::samples;

use super::*;

/// What a recording holds, in one line: the number asked, then the outcome.
fn outcome(path: &Path, number: &str) -> Result<Answer, Failure> {
    Replay::<Dhl>::of().recording(path).track_one(number)
}

#[test]
fn recordings_read_as_the_notes_say() {
    for path in samples("dhl") {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        let number = name.split('.').next().unwrap_or_default();
        let number = number.strip_prefix("express_").unwrap_or(number);
        let found = outcome(&path, number);
        let told = match &found {
            Ok(answer) => {
                let newest = answer.events.first();
                format!(
                    "{} events, {} {}, window {}, {} handoffs",
                    answer.events.len(),
                    newest.map_or("-", |event| event.status.key()),
                    moment(newest.and_then(|event| event.moment.as_ref())),
                    moment(answer.window.as_ref().map(|window| &window.latest)),
                    answer.handoffs.len()
                )
            }
            Err(failure) => failure.kind.key().to_owned(),
        };
        let expected = match name.as_str() {
            "1-254346763_1.json" => {
                "1 events, unknown at 2019-07-12T08:52:46Z, window at 2019-07-15T15:00:10Z, 0 handoffs"
            }
            "3SHM00001165430.json" => {
                "10 events, delivery_failed at 2019-09-03T11:33:05+02:00, window never, 0 handoffs"
            }
            "422891590640.json" => "3 events, delivered at 2016-04-13T13:23:14Z, window never, 0 handoffs",
            "423475729485.json" => "6 events, delivered clock 2019-08-30T08:59:00, window never, 0 handoffs",
            "7777777770.json" => {
                "1 events, unknown at 2018-03-02T07:53:47Z, window at 2018-08-03T22:00:00Z, 0 handoffs"
            }
            "JJD000390005893028175.json" => "5 events, delivered clock 2019-08-10T08:54:00, window never, 0 handoffs",
            "JJD000390011782495500.json" => "4 events, delivered clock 2019-08-30T08:59:00, window never, 0 handoffs",
            "express_3701430106.constructed.json" => {
                "27 events, delivered clock 2026-08-04T12:29:00, window never, 0 handoffs"
            }
            // Bare bodies, without the status that came with them.
            "error_not_found.json" | "error_too_many_requests.json" => "changed_upstream",
            _ => continue,
        };
        assert_eq!(told, expected, "{name}");
        // In place of the people of the vendor's example.
        assert!(!format!("{found:?}").to_uppercase().contains("PLACEHOLDER"), "{name}");
    }
}

#[test]
fn recorded_shipments_that_share_a_number_are_all_to_choose_from() {
    for path in samples("dhl").iter().filter(|path| path.ends_with("1-254346763_1.json")) {
        let failure = outcome(path, "REFERENCE").expect_err("nobody bears this number");
        assert_eq!((failure.kind, failure.choices.len()), (FailureKind::Ambiguous, 13));
        for choice in &failure.choices {
            let mut replay = Replay::<Dhl>::of();
            let found = replay.recording(path).track_with("REFERENCE", &[(&choice.hint.0, &choice.hint.1)]);
            assert!(found.is_ok(), "{choice:?}: {found:?}");
        }
        let mut replay = Replay::<Dhl>::of();
        let found = replay.recording(path).track_with("REFERENCE", &[("shipment", "126995688")]).expect("one of them");
        // Both happened in the same minute, and the carrier has them the wrong way round.
        let statuses: Vec<Status> = found.events.iter().map(|event| event.status).collect();
        assert_eq!(statuses, [Status::Delivered, Status::InTransit, Status::Registered]);
    }
}

#[test]
fn every_recorded_word_of_express_and_paket_has_a_meaning() {
    let known = ["423475729485.json", "JJD000390005893028175.json", "express_3701430106.constructed.json"];
    for path in samples("dhl").iter().filter(|path| known.iter().any(|name| path.ends_with(name))) {
        let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
        let number = name.trim_start_matches("express_").trim_end_matches(".constructed");
        for event in outcome(path, number).expect("a journey").events {
            assert_ne!(event.status, Status::Unknown, "{}", event.text);
        }
    }
}
