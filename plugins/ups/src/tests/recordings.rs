//! Recorded answers, where the folder that PARCELWATCH_SAMPLES names holds some; they are not part of the project.

use super::*;

/// The number a recording was asked with.
fn number(text: &str) -> Option<String> {
    let value: Value = serde_json::from_str(text).ok()?;
    Some(value.pointer("/trackResponse/shipment/0/inquiryNumber")?.as_str()?.to_owned())
}

#[test]
fn recorded_answers_tell_what_is_known_of_them() {
    for path in parcelwatch_plugin::replay::samples("ups") {
        let name = path.file_name().and_then(|name| name.to_str()).expect("a name").to_owned();
        let text = std::fs::read_to_string(&path).expect("a recording");
        let number = number(&text).unwrap_or_else(|| NUMBER.to_owned());
        let status = match name.as_str() {
            "error_429.constructed.json" => 429,
            "error_invalid_number.json" => 400,
            _ => 200,
        };
        // By hand: UPS's errors have a `response` at the top, which `Replay::recording` takes for a recorded exchange.
        check(&name, asked(&number, status, &text));
    }
}

fn check(name: &str, found: Result<Answer, Failure>) {
    let kind = found.as_ref().err().map(|failure| failure.kind);
    match name {
        "delivered_1Z1442YY7229014688.json" => delivered(&found.expect("delivered")),
        "documentation_example_all_fields.json" => every_field(&found.expect("an example")),
        "in_customs_1Z1202R66698804005.json" => in_customs(&found.expect("in customs")),
        "out_for_delivery_window.constructed.json" => out_for_delivery(&found.expect("on the van")),
        "returned_to_sender.constructed.json" => returned(&found.expect("returned")),
        "error_429.constructed.json" => assert_eq!(kind, Some(FailureKind::RateLimited)),
        "error_invalid_number.json" => assert_eq!(kind, Some(FailureKind::InvalidNumber)),
        "not_found.json" => assert_eq!(kind, Some(FailureKind::NotFound)),
        // A token where tracking was asked for.
        "token.constructed.json" => assert_eq!(kind, Some(FailureKind::ChangedUpstream)),
        // One we do not know has been read without a panic; that is all that can be asked of it.
        _ => {}
    }
}

fn delivered(answer: &Answer) {
    assert_eq!(
        lines(answer),
        [
            "2022-01-26T16:30:00 - | delivered 011 D F4 | DELIVERED @ PARAMUS, NJ, US [US]",
            "2022-01-26T15:16:41 - | registered 003 M MP | Shipper created a label, UPS has not received the package yet. @ US [US]",
        ]
    );
    assert!(answer.done && answer.window.is_none() && answer.handoffs.is_empty() && answer.summary.is_none());
    assert_eq!(facts(&answer.facts), [("pieces", "1")]);
}

/// The vendor's example has a word in every field, and most are placeholders. Its three digits and its words contradict each
/// other: the digits count.
fn every_field(answer: &Answer) {
    assert_eq!(
        lines(answer),
        [
            "2021-02-10T07:13:56 - | registered 003 X SR | Your package was released by the customs agency. @ Wayne, NJ 07470, US [US]"
        ]
    );
    assert_eq!(facts(&answer.events[0].facts), [("fee", "243.5 EUR")]);
    let handoffs: Vec<(&str, Role)> =
        answer.handoffs.iter().map(|further| (further.number.as_str(), further.role)).collect();
    assert_eq!(handoffs, [("92419900000033499522966220", Role::HandOff)]);
    assert_eq!(answer.handoffs[0].carrier.as_deref(), Some("usps"));
    assert_eq!(facts(&answer.facts), [("service", "UPS Ground"), ("pieces", "2")]);
    assert!(!answer.done && answer.window.is_none() && answer.origin.is_none() && answer.destination.is_none());
}

fn in_customs(answer: &Answer) {
    let pending = "Your package is pending release from a Government Agency. Once they release it, your package will be on its \
                   way.";
    let released = "Your package has been released by the government agency.";
    let expected = [
        "2024-03-20T19:08:38+08:00 | import_customs 092 X | The package is at the clearing agency awaiting final release. @ -".to_owned(),
        "2024-03-20T07:07:00+08:00 | in_transit 005 I AR | Arrived at Facility @ Changi, SG [SG]".to_owned(),
        "2024-03-20T03:20:00+08:00 | in_transit 005 I DP | Departed from Facility @ Shenzhen, CN [CN]".to_owned(),
        "2024-03-19T23:22:00+08:00 | in_transit 005 I AR | Arrived at Facility @ Shenzhen, CN [CN]".to_owned(),
        "2024-03-19T04:50:00+01:00 | in_transit 005 I DP | Departed from Facility @ Koeln, DE [DE]".to_owned(),
        "2024-03-19T00:34:00+01:00 | in_transit 005 I AR | Arrived at Facility @ Koeln, DE [DE]".to_owned(),
        "2024-03-18T22:10:00+01:00 | in_transit 005 I DP | Departed from Facility @ Lummen, BE [BE]".to_owned(),
        // Without a place of its own it is where the scan of the same building was.
        format!("2024-03-18T21:38:29+01:00 | export_customs 014 X RZ | {released} @ -"),
        format!("2024-03-18T21:23:34+01:00 | export_customs 012 X RZ | {pending} @ Lummen, BE [BE]"),
        "2024-03-18T21:23:34+01:00 | export_customs 014 X BB | UPS has received the information needed to submit your package for clearance. @ -".to_owned(),
        "2024-03-18T20:03:06+01:00 | in_transit 005 I OR | We have your package @ Lummen, BE [BE]".to_owned(),
        format!("2024-03-18T18:36:23+01:00 | export_customs 014 X RZ | {released} @ -"),
        "2024-03-18T18:36:23+01:00 | export_customs 058 X BB | UPS initiated contact with the sender to obtain clearance information. Once received, UPS will submit for clearance. @ Lummen, BE [BE]".to_owned(),
        format!("2024-03-18T18:16:05+01:00 | export_customs 012 X RZ | {pending} @ Lummen, BE [BE]"),
        "2024-03-18T18:16:05+01:00 | export_customs 014 X DA | Your package is on the way @ -".to_owned(),
        "2024-03-18T15:44:03+01:00 | accepted 038 P PU | Pickup Scan @ Lummen, BE [BE]".to_owned(),
        "2024-03-18T12:49:17+01:00 | registered 003 M MP | Shipper created a label, UPS has not received the package yet. @ BE [BE]".to_owned(),
    ];
    assert_eq!(lines(answer), expected);
    let summary = answer.summary.as_ref().expect("a state");
    assert_eq!((summary.status, summary.code.as_deref()), (Status::ImportCustoms, Some("092")));
    assert_eq!((answer.origin.as_deref(), answer.destination.as_deref()), (Some("BE"), Some("AU")));
    assert_eq!(facts(&answer.facts), [("service", "UPS Express®"), ("weight_g", "17000"), ("pieces", "1")]);
    assert!(answer.handoffs.is_empty(), "a number of type Q is the sender's");
    assert!(!answer.done && answer.window.is_none());
}

fn out_for_delivery(answer: &Answer) {
    assert_eq!(
        lines(answer),
        [
            "2024-06-12T07:22:00+02:00 | out_for_delivery 021 I OT | Out For Delivery Today @ Hamburg, DE [DE]",
            "2024-06-12T05:15:00+02:00 | in_transit 005 I AR | Arrived at Facility @ Hamburg, DE [DE]",
        ]
    );
    let clock = |at: &str| Moment::Clock { at: at.into(), zone: None };
    let window = answer.window.as_ref().expect("hours");
    assert_eq!(window.earliest, Some(clock("2024-06-12T11:15:00")));
    assert_eq!(window.latest, clock("2024-06-12T15:15:00"));
    assert!(!answer.done);
}

fn returned(answer: &Answer) {
    assert_eq!(
        lines(answer),
        [
            "2026-08-27T10:54:33 - | returned 034 D UA | Package was returned to the sender @ Wayne, US [US]",
            "2026-08-27T10:10:52 - | out_for_delivery 021 I OT | Out For Delivery Today @ Wayne, US [US]",
        ]
    );
    assert!(answer.done && answer.window.is_none());
    assert_eq!(facts(&answer.events[0].facts), []);
    assert_eq!(answer.summary.as_ref().map(|summary| summary.status), Some(Status::Returned));
}
