//! Recorded answers, where the folder that PARCELWATCH_SAMPLES names holds some; they are not part of the project.

use super::*;

#[test]
fn recorded_answers_tell_what_is_known_of_them() {
    for path in parcelwatch_plugin::replay::samples("chronopost") {
        let name = path.file_name().and_then(|name| name.to_str()).expect("a name").to_owned();
        let found = Replay::<Chronopost>::of().recording(&path).track_one("89108749065090");
        match name.as_str() {
            "delivered_89108749065090.xml" => delivered(&found.expect("delivered")),
            // A question is no answer.
            "request.xml" => assert_eq!(found.expect_err("a question").kind, FailureKind::ChangedUpstream),
            // One we do not know has been read without a panic; that is all that can be asked of it.
            _ => {}
        }
    }
}

fn delivered(answer: &Answer) {
    let lines: Vec<String> = answer.events.iter().map(line).collect();
    assert_eq!(
        lines,
        [
            "2022-06-22T08:30:00+02:00 | delivered D | Delivered @ ARRAS CHRONOPOST [-]",
            "2022-06-22T07:12:05+02:00 | out_for_delivery TA | Shipment in delivery to the consignee @ ARRAS CHRONOPOST [-]",
            "2022-06-22T02:44:00+02:00 | local_processing SD | Sorted at delivery location @ ARRAS CHRONOPOST [-]",
            "2022-06-22T02:43:25+02:00 | in_transit TS | Shipment in transit @ ARRAS CHRONOPOST [-]",
            "2022-06-21T23:36:06+02:00 | in_transit TS | Shipment in transit @ HUB CHILLY MAZARIN CHRONOPOST [-]",
            "2022-06-21T19:16:06+02:00 | origin_processing SC | Sorted at departure location @ TOURS CHRONOPOST [-]",
            "2022-06-20T16:57:00+02:00 | accepted DY | Parcel Registered by the post office @ AMBOISE [-]",
            "2022-06-20T16:54:13+02:00 | accepted DB | Shipment handed over by shipper @ AMBOISE [-]",
            "2022-06-19T13:47:53+02:00 | registered DC | Shipment in preparation to be shipped @ -",
        ]
    );
    let postcodes: Vec<_> =
        answer.events.iter().filter_map(|event| event.place.as_ref()?.postcode.as_deref()).collect();
    assert_eq!(postcodes, ["62223", "62223", "62223", "62223", "91090", "37000", "37400", "37400"]);
    let handoffs: Vec<_> = answer.handoffs.iter().map(|handoff| (handoff.number.as_str(), &handoff.carrier)).collect();
    assert_eq!(handoffs, [("XT8452370122486", &Some("GEO".to_owned()))]);
    let facts: Vec<_> = answer.facts.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(facts, [("delivery_time_counts_from", "2022-06-21 10:00"), ("service", "Standard Delivery")]);
    assert!(answer.done && answer.window.is_none());
    assert!(!format!("{answer:?}").contains("PLACEHOLDER"), "the consignee is named");
}
