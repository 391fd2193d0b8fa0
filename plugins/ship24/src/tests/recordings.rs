//! The vendor's examples, where the folder that PARCELWATCH_SAMPLES names holds some; they are not part of the project.

use super::*;

#[test]
fn recorded_answers_tell_what_is_known_of_them() {
    for path in parcelwatch_plugin::replay::samples("ship24") {
        let name = path.file_name().and_then(|name| name.to_str()).expect("a name").to_owned();
        let mut replay = Replay::<Ship24>::of();
        let mut ask = |number: &str| replay.recording(&path).track_one(number);
        match name.as_str() {
            "tracking-search-delivered.constructed.json" => {
                let answer = ask("S24DEMO456393").expect("delivered");
                let lines: Vec<String> = answer.events.iter().map(line).collect();
                assert_eq!(
                    lines,
                    [
                        "2021-03-04T17:12:57 - | delivered delivery_delivered | Delivered to the addressee @ EXAMPLE CITY [-]",
                        "2021-03-04T10:12:57 - | out_for_delivery delivery_out_for_delivery | Out for Delivery @ EXAMPLE CITY [-]",
                        "2021-03-02T23:24:50 - | in_transit - | Flight Departure @ Beijing airport [-]",
                        "2021-03-02T15:38:57 - | in_transit - | Package Received @ Beijing [-]",
                    ]
                );
                let [local] = answer.handoffs.as_slice() else { panic!("one further number: {:?}", answer.handoffs) };
                assert_eq!((local.number.as_str(), local.carrier.as_deref()), ("S24DEMO169411", Some("usps")));
                assert_eq!((answer.origin.as_deref(), answer.destination.as_deref()), (Some("CN"), Some("US")));
                assert!(answer.done && answer.window.is_none());
            }
            "error-validation.constructed.json" => {
                let failure = ask("S24DEMO456393").expect_err("a country that is none");
                assert_eq!((failure.kind, failure.needs), (FailureKind::NeedsInput, vec!["country".to_owned()]));
            }
            // One we do not know is read without a panic; that is all that can be asked of it.
            _ => drop(ask(NUMBER)),
        }
    }
}
