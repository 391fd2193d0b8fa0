use serde_json::json;

use super::*;

#[test]
fn a_parcel_is_followed_from_the_sender_to_the_safe_place() {
    let answer = told(JOURNEY).expect("the journey reads");
    let lines: Vec<String> = answer.events.iter().map(line).collect();
    assert_eq!(
        lines,
        [
            "2026-11-21T11:42:00+00:00 | delivered EVKSF | Delivered to your Safeplace @ Sampleton DO [-]",
            "2026-11-21T07:31:00+00:00 | out_for_delivery EVGPD | Due to be delivered today @ Sampleton DO [-]",
            "2026-11-20T17:20:00+00:00 | local_processing EVNAR | Redelivery on the next working day @ Sampleton DO [-]",
            "2026-11-20T12:05:00+00:00 | delivery_failed EVKNA | Delivery attempted - no answer. Courier: … @ Sampleton DO [-]",
            "2026-11-20T02:40:00+00:00 | local_processing EVIMC | Item received @ Northshire MC [-]",
            "2026-11-19T21:15:00+00:00 | in_transit EVBAH | Item received @ Middle Hub [-]",
            "2026-11-19T18:00:00+00:00 | unknown ZZZZZ | A code from the future @ -",
            "2026-11-19T10:02:00+00:00 | accepted EVPPA | Accepted at a parcel shop @ Example Corner Shop [-]",
            "2026-10-24T16:30:00+01:00 | registered EVAIE | Sender is preparing the item @ -",
        ]
    );
    assert_eq!(answer.events[0].facts, [("delivered_to".into(), "safe_place".into())]);
    assert_eq!((answer.origin.as_deref(), answer.destination.as_deref()), (Some("GB"), Some("GB")));
    assert_eq!(answer.facts, [("service".into(), "Sample Tracked & Signed".into())]);
    assert!(answer.done && answer.window.is_none() && answer.handoffs.is_empty());
}

#[test]
fn the_post_abroad_is_named_and_ones_own_is_not() {
    let facts = |title: &str, destination: &str| {
        let provider = json!({ "title": title });
        let summary = json!({ "destinationCountryCode": destination, "internationalPostalProvider": provider });
        with(&json!([{ "eventCode": "EVODO" }]), &json!({ "summary": summary })).expect("an answer").facts
    };
    let named = [("local_carrier".to_owned(), "Example Post of Germany".to_owned())];
    assert_eq!(facts("Example Post of Germany", "DEU"), named);
    assert_eq!(facts("Example Post of Germany", "nowhere"), named);
    assert!(facts("Example Post of Germany", "GBR").is_empty(), "it came from there");
    assert!(facts("ROYAL MAIL Group Ltd", "DEU").is_empty());
    assert!(facts(" ", "DEU").is_empty());
}

#[test]
fn a_parcel_for_abroad_tells_its_way_and_its_day() {
    let mut replay = Replay::<RoyalMail>::of();
    replay.on("GET", &address("ZY000000028GB")).reply(200, ABROAD);
    let answer = replay.track_one("ZY000000028GB").expect("it is on its way");
    assert_eq!((answer.origin.as_deref(), answer.destination.as_deref()), (Some("GB"), Some("DE")));
    let window = answer.window.expect("an estimate");
    assert_eq!((window.earliest, window.latest), (None, Moment::Date("2026-11-30".into())));
    let summary = answer.summary.expect("a summary");
    assert_eq!((summary.status, summary.code.as_deref()), (Status::InTransit, Some("IN TRANSIT")));
    assert!(!answer.done);
}

#[test]
fn hours_of_an_estimate_are_those_of_the_recipients_door() {
    let window = |estimate: serde_json::Value, destination: &str| {
        let summary = json!({ "destinationCountryCode": destination });
        let rest = json!({ "estimatedDelivery": estimate, "summary": summary });
        with(&json!([{ "eventCode": "EVDAC" }]), &rest).expect("an answer").window
    };
    let clock = |at: &str, zone: Option<&str>| Moment::Clock { at: at.into(), zone: zone.map(str::to_owned) };
    let hours = json!({
        "date": "2026-11-30", "startOfEstimatedWindow": "08:00:00+01:00", "endOfEstimatedWindow": "11:00:00+01:00",
    });
    let (london, told) = (Some("Europe/London"), window(hours.clone(), "GBR").expect("hours"));
    assert_eq!(told.earliest, Some(clock("2026-11-30T08:00:00", london)));
    assert_eq!(told.latest, clock("2026-11-30T11:00:00", london));
    assert_eq!(window(hours, "IRL").expect("hours").latest, clock("2026-11-30T11:00:00", None));
    let odd = json!({ "date": "2026-11-30T00:00:00+00:00", "startOfEstimatedWindow": "early" });
    let told = window(odd, "GBR").expect("a day");
    assert_eq!((told.earliest, told.latest), (None, Moment::Date("2026-11-30".into())));
    assert_eq!(window(json!({ "date": "soon" }), "GBR"), None);
    assert_eq!(window(json!({ "endOfEstimatedWindow": "11:00:00+01:00" }), "GBR"), None);
}

#[test]
fn who_signed_and_where_they_live_stays_inside() {
    let answer = told(JOURNEY).expect("the journey reads");
    let said = format!("{answer:?}");
    for personal in ["Placeholder", "Sample Lane", "svg", "960 961", "900 123"] {
        assert!(!said.contains(personal), "{personal} in {said}");
    }
    assert_eq!(answer.summary.expect("a summary").text, "It was signed for by …");
}

#[test]
fn every_code_has_a_meaning() {
    assert_eq!(codes::EVENTS.iter().count(), 54);
    for (code, status) in codes::EVENTS.iter() {
        let answer = with(&json!([{ "eventCode": format!(" {code} ") }]), &json!({})).expect("an answer");
        assert_eq!((answer.events[0].status, answer.events[0].code.as_deref()), (status, Some(code)));
        assert_ne!(status, Status::Unknown);
        assert_eq!(answer.done, matches!(status, Status::Delivered | Status::Returned), "{code}");
    }
    assert_eq!(codes::CATEGORIES.iter().collect::<Vec<_>>(), [("IN TRANSIT", Status::InTransit)]);
}

#[test]
fn a_code_tells_where_it_was_left_and_why_it_goes_back() {
    for (code, fact) in [
        ("EVKDN", Some(("delivered_to", "neighbour"))),
        ("EVKSF", Some(("delivered_to", "safe_place"))),
        ("EVPLC", Some(("delivered_to", "shop"))),
        ("EVNOC", Some(("delivered_to", "shop"))),
        ("EVKSP", None),
        ("EVKGA", Some(("return_reason", "address"))),
        ("EVKAI", Some(("return_reason", "address"))),
        ("EVNRF", Some(("return_reason", "refused"))),
        ("EVRTS", None),
    ] {
        let facts = with(&json!([{ "eventCode": code }]), &json!({})).expect("an answer").events.remove(0).facts;
        let told = facts.first().map(|(name, value)| (name.as_str(), value.as_str()));
        assert_eq!(told, fact, "{code}");
    }
}

#[test]
fn a_time_without_an_offset_is_a_clock() {
    let answer = with(&json!([{ "eventCode": "EVDAC", "eventDateTime": "2026-11-20T02:40:00" }]), &json!({}));
    let moment = answer.expect("an answer").events.remove(0).moment;
    assert_eq!(moment, Some(Moment::Clock { at: "2026-11-20T02:40:00".into(), zone: None }));
}

#[test]
fn the_id_of_the_2d_barcode_is_asked_about_as_well() {
    let mut replay = Replay::<RoyalMail>::of();
    replay.on("GET", &address("0A0000000000000000017")).reply(200, JOURNEY);
    assert!(replay.track_one("0A0000000000000000017").is_ok_and(|answer| answer.done));
}

#[test]
fn a_question_is_one_call_that_accepts_the_terms_and_never_asks_for_a_signature() {
    let mut replay = Replay::<RoyalMail>::of();
    replay.on("GET", &address(NUMBER)).reply(200, JOURNEY);
    replay.on("GET", &address("ZY000000028GB")).reply(200, ABROAD);
    assert!(replay.track_all(&[NUMBER, "ZY000000028GB"]).iter().all(Result::is_ok));
    let sent = replay.sent();
    assert_eq!(sent.len(), 2);
    for request in sent {
        assert_eq!(request.auth.as_deref(), Some("api"));
        assert!(request.headers.contains(&("x-accept-rmg-terms".into(), "yes".into())));
        assert!(request.url.ends_with("/events"), "{}", request.url);
    }
}
