//! Recorded answers, where the folder that PARCELWATCH_SAMPLES names holds some; they are not part of the project.

use super::*;

#[test]
fn recorded_answers_tell_what_is_known_of_them() {
    for path in parcelwatch_plugin::replay::samples("canadapost") {
        let name = path.file_name().and_then(|name| name.to_str()).expect("a name").to_owned();
        let mut replay = Replay::<CanadaPost>::of();
        let mut ask = |number: &str| replay.recording(&path).track_one(number);
        match name.as_str() {
            "departed.xml" => departed(&ask("2116634025912396").expect("it is on its way")),
            "detail_7023210039414604.xml" => documented(&ask("7023210039414604").expect("an example")),
            "not_found.xml" => {
                assert_eq!(ask("7023210039414604").expect_err("nothing").kind, FailureKind::NotFound);
            }
            // One we do not know is read without a panic; that is all that can be asked of it.
            _ => drop(ask(NUMBER)),
        }
    }
}

fn departed(answer: &Answer) {
    assert_eq!(
        answer.events.iter().map(line).collect::<Vec<_>>(),
        [
            "2016-03-08T10:35:55-06:00 | in_transit 410 | Item departed @ REGINA, SK [CA]",
            "2016-03-08T10:13:29-06:00 | in_transit 405 | Item arrived @ REGINA, SK [CA]",
            "2016-03-07T17:51:01-06:00 | in_transit 100 | Item processed @ WINNIPEG, MB [CA]",
            "2016-03-07T17:46:51-06:00 | in_transit 100 | Item processed @ WINNIPEG, MB [CA]",
            "2016-03-07T15:38:34-05:00 | registered 3000 | Electronic information submitted by shipper @ WINNIPEG, MB [CA]",
            "2016-03-07T15:03:11-06:00 | accepted 2300 | Shipment picked up by Canada Post @ WINNIPEG, MB [CA]",
        ]
    );
    assert_eq!(answer.window.as_ref().map(|window| &window.latest), Some(&Moment::Date("2016-03-14".into())));
    assert_eq!((answer.origin.as_deref(), answer.destination.as_deref()), (Some("CA"), Some("CA")));
    let facts = [("service", "Expedited Parcels"), ("options", "Signature Required")];
    assert_eq!(answer.facts, facts.map(|(name, value)| (name.to_owned(), value.to_owned())));
    assert!(!answer.done && answer.handoffs.is_empty());
}

/// The vendor's own example tells a delivery before the day on which it is out for delivery.
fn documented(answer: &Answer) {
    assert_eq!(
        answer.events.iter().map(line).collect::<Vec<_>>(),
        [
            "2011-02-03T08:27:43-05:00 | out_for_delivery 174 | Item out for delivery @ SAINTE-FOY, QC [CA]",
            "2011-02-02T14:45:48-05:00 | in_transit 100 | Item processed at postal facility @ QUEBEC, QC [CA]",
            "2011-02-02T06:19:57-05:00 | exception 173 | Customer addressing error found; attempting to correct. Possible delay @ \
             QUEBEC, QC [CA]",
            "2011-02-01T07:59:52-05:00 | delivered 1496 | Item successfully delivered @ QUEBEC, QC [CA]",
        ]
    );
    let names: Vec<&str> = answer.facts.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["service", "options", "fee", "proof_of_delivery"]);
    assert_eq!(answer.window.as_ref().map(|window| &window.latest), Some(&Moment::Date("2011-04-05".into())));
    assert!(!answer.done && !format!("{answer:?}").contains("PLACEHOLDER"));
}
