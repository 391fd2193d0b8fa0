//! Recorded answers, where the folder that PARCELWATCH_SAMPLES names holds some; they are not part of the project.

use super::*;

#[test]
fn recorded_answers_tell_what_is_known_of_them() {
    for path in parcelwatch_plugin::replay::samples("tnt") {
        let name = path.file_name().and_then(|name| name.to_str()).expect("a name").to_owned();
        let ask = |number: &str, hints: &[(&str, &str)]| Replay::<Tnt>::of().recording(&path).track_with(number, hints);
        match name.as_str() {
            "error_unauthorized.xml" => {
                assert_eq!(ask("123456782", &[]).expect_err("refused").kind, FailureKind::AuthFailed);
            }
            "two_consignments_one_number.xml" => {
                of_fedex(&ask("123456782", &[("country", "AU")]).expect("the first"));
                of_tnt(&ask("123456782", &[("country", "GB")]).expect("the second"));
                of_tnt(&ask("GE123456782DE", &[]).expect("the second"));
                let failure = ask("123456782", &[]).expect_err("two parcels");
                assert_eq!((failure.kind, failure.choices.len()), (FailureKind::Ambiguous, 2));
                assert_eq!(ask("22222222", &[]).expect_err("unknown").kind, FailureKind::NotFound);
                assert_eq!(ask("333333333", &[]).expect_err("left out").kind, FailureKind::Inconclusive);
            }
            // One we do not know is read without a panic; that is all that can be asked of it.
            _ => drop(ask(NUMBER, &[])),
        }
    }
}

fn of_fedex(answer: &Answer) {
    assert_eq!(
        answer.events.iter().map(line).collect::<Vec<_>>(),
        ["2021-02-18T10:20:00 - | delivered OK | Shipment Delivered In Good Condition. @ Pamplona [-]"]
    );
    let handoffs: Vec<_> = answer.handoffs.iter().map(|found| (&*found.number, found.carrier.as_deref())).collect();
    assert_eq!(handoffs, [("783350930039", Some("fedex"))]);
    assert_eq!((answer.origin.as_deref(), answer.destination.as_deref()), (Some("US"), Some("AU")));
    assert!(answer.done);
}

fn of_tnt(answer: &Answer) {
    let statuses: Vec<&str> = answer.events.iter().map(|event| event.status.key()).collect();
    assert_eq!(
        statuses,
        [
            "delivered",
            "out_for_delivery",
            "in_transit",
            "in_transit",
            "in_transit",
            "in_transit",
            "exception",
            "exception",
            "exception",
            "in_transit",
            "in_transit",
            "in_transit",
            "in_transit",
            "in_transit",
            "accepted",
        ]
    );
    let ends = [answer.events.first(), answer.events.last()].map(|event| event.map(line).unwrap_or_default());
    assert_eq!(
        ends,
        [
            "2021-02-04T08:41:00 - | delivered OK | Shipment Delivered In Good Condition. @ Bradford [-]",
            "2021-02-01T18:42:00 - | accepted CI | Shipment Received At Origin Depot. @ Nuernberg [-]",
        ]
    );
    assert_eq!((answer.origin.as_deref(), answer.destination.as_deref()), (Some("DE"), Some("GB")));
    assert_eq!(answer.facts, [("pieces".into(), "2".into())]);
    assert!(answer.done && answer.handoffs.is_empty());
}
