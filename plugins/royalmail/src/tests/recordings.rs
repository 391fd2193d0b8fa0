//! Documented answers, where the folder that PARCELWATCH_SAMPLES names holds some; they are not part of the project.

use super::*;

#[test]
fn documented_answers_tell_what_is_known_of_them() {
    for path in parcelwatch_plugin::replay::samples("royalmail") {
        let name = path.file_name().and_then(|name| name.to_str()).expect("a name").to_owned();
        let mut replay = Replay::<RoyalMail>::of();
        let mut ask = |number: &str| replay.recording(&path).track_one(number);
        match name.as_str() {
            "events_FQ087430672GB.json" => {
                let answer = ask("FQ087430672GB").expect("it is on its way");
                assert_eq!(
                    answer.events.iter().map(line).collect::<Vec<_>>(),
                    ["2016-10-20T10:04:00+01:00 | exception EVNMI | Forwarded - Mis-sort @ Stafford DO [-]"]
                );
                let clock = |at: &str| Moment::Clock { at: at.into(), zone: Some("Europe/London".into()) };
                let window = answer.window.expect("an estimate");
                assert_eq!(window.earliest, Some(clock("2017-02-20T08:00:00")));
                assert_eq!(window.latest, clock("2017-02-20T11:00:00"));
                let summary = answer.summary.expect("a summary");
                assert_eq!((summary.status, summary.text.as_str()), (Status::InTransit, "It's being redirected"));
                assert_eq!((answer.origin.as_deref(), answer.destination.as_deref()), (Some("GB"), Some("GB")));
                assert_eq!(answer.facts, [("service".into(), "Special Delivery Guaranteed".into())]);
                assert!(!answer.done && answer.handoffs.is_empty());
            }
            // An answer of `/summary`, which the plugin does not ask: it has no list of events.
            "summary_with_item_error.json" => {
                assert_eq!(ask("FQ087430672GB").expect_err("no events").kind, FailureKind::ChangedUpstream);
            }
            "error_header.json" => {
                assert_eq!(ask("FQ087430672GB").expect_err("no yes").kind, FailureKind::ChangedUpstream);
            }
            "error_429.constructed.json" => {
                assert_eq!(ask("FQ087430672GB").expect_err("too many").kind, FailureKind::RateLimited);
            }
            // One we do not know is read without a panic; that is all that can be asked of it.
            _ => drop(ask(NUMBER)),
        }
    }
}
