//! Recorded answers, where the folder that PARCELWATCH_SAMPLES names holds some; they are not part of the project.

use super::*;

fn statuses(answer: &Answer) -> Vec<&'static str> {
    answer.events.iter().map(|event| event.status.key()).collect()
}

#[test]
fn recorded_answers_tell_what_is_known_of_them() {
    for path in parcelwatch_plugin::replay::samples("yanwen") {
        let name = path.file_name().and_then(|name| name.to_str()).expect("a name").to_owned();
        let mut replay = Replay::<Yanwen>::of();
        if name.ends_with(".html") {
            replay.without_secrets();
        }
        let mut ask = |number: &str| replay.recording(&path).track_one(number);
        match name.as_str() {
            // Of the interface of 2017, which is not asked any more. Its words are in no table.
            "legacy-v2-delivered-two-legs.json" => {
                let answer = ask("LW529183198CN").expect("delivered");
                assert_eq!(answer.events.len(), 22);
                assert!(statuses(&answer).iter().all(|status| *status == "unknown"));
                let ends =
                    [answer.events.first().map(line), answer.events.last().map(line)].map(Option::unwrap_or_default);
                assert!(
                    ends[0].starts_with("2017-07-26T13:03:00 - | unknown - | Delivered, In/At Mailbox"),
                    "{}",
                    ends[0]
                );
                let created =
                    "2017-07-07T15:41:53 +08:00 | unknown - | The item information was created by the seller. @ -";
                assert_eq!(ends[1], created);
                let collected = &answer.events[17];
                let words = "2017-07-14T20:42:00 +08:00 | unknown - | 无锡尚美路揽投部已收件（…） @ 无锡市 [-]";
                assert_eq!(line(collected), words);
                assert_eq!(answer.summary.as_ref().map(|summary| summary.status), Some(Status::Delivered));
                assert_eq!((answer.origin.as_deref(), answer.destination.as_deref()), (Some("CN"), Some("US")));
                assert!(answer.handoffs.is_empty(), "the exchange number is the number itself");
            }
            "official-api-delivered.constructed.json" => {
                let answer = ask("UJ826304125YP").expect("delivered");
                assert_eq!(
                    lines(&answer),
                    [
                        "2026-10-05T12:00:00+02:00 | delivered LM40 | Delivered. @ NL [NL]",
                        "2026-10-05T08:10:00+02:00 | out_for_delivery LM10 | Shipment out for delivery. @ NL [NL]",
                        "2026-09-29T23:10:00+08:00 | departed_origin LH20 | Port of departure - Departure @ -",
                        "2026-09-25T14:00:00+08:00 | registered OR10 | Order processed by shipper @ -",
                    ]
                );
                assert_eq!((answer.origin.as_deref(), answer.destination.as_deref()), (Some("CN"), Some("NL")));
                assert_eq!((answer.handoffs[0].number.as_str(), answer.done), ("3SDEMO000000001", true));
            }
            "web-delivered.constructed.html" => {
                let answer = ask("UJ826304125YP").expect("delivered");
                assert_eq!(
                    statuses(&answer),
                    [
                        "delivered",
                        "out_for_delivery",
                        "customs_cleared",
                        "arrived_destination",
                        "departed_origin",
                        "left_sorting",
                        "accepted",
                        "registered",
                    ]
                );
                let delivered = "2026-03-12T12:41:07+01:00 | delivered - | Delivered. @ Example facility [-]";
                assert_eq!(line(&answer.events[0]), delivered);
                assert_eq!(answer.events[7].place, None);
                assert_eq!(answer.handoffs[0].number, "3SDEMO000000001");
                assert_eq!((answer.destination.as_deref(), answer.done), (Some("NL"), true));
            }
            "web-not-found.constructed.html" => {
                assert_eq!(ask("UJ000000000YP").expect_err("unknown").kind, FailureKind::NotFound);
            }
            // One we do not know is read without a panic; that is all that can be asked of it.
            _ => drop(ask(NUMBER)),
        }
    }
}
