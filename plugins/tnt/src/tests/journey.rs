use super::*;

#[test]
fn a_parcel_is_followed_from_depot_to_door() {
    let answer = told(NUMBER, JOURNEY).expect("the journey reads");
    let lines: Vec<String> = answer.events.iter().map(line).collect();
    assert_eq!(
        lines,
        [
            "2026-11-19T08:41:00 - | delivered OK | Shipment Delivered In Good Condition. Signed by … @ Exampleton [-]",
            "2026-11-19T07:05:00 - | out_for_delivery OD | Out For Delivery. Questions: … @ Exampleton [-]",
            "2026-11-17T21:45:00 - | exception MLA | Connection Delay. Recovery Actions Underway. @ Model Town Hub [-]",
            "2026-11-17 | unknown ZZ9 | A Code From The Future. @ EX2 [-]",
            "2026-11-17T00:12:00 - | in_transit IS | Shipment Received At Tnt Location @ Model Town Hub [-]",
            "2026-11-16T18:42:00 - | accepted CI | Shipment Received At Origin Depot. @ Sample City [-]",
        ]
    );
    assert_eq!((answer.origin.as_deref(), answer.destination.as_deref()), (Some("NL"), Some("GB")));
    assert_eq!(answer.facts, [("pieces".into(), "2".into())]);
    assert_eq!(answer.summary.as_ref().map(|summary| summary.status), Some(Status::Delivered));
    assert_eq!((answer.window.is_none(), answer.done), (true, true));
}

#[test]
fn names_and_phones_stay_with_tnt() {
    let answer = format!("{:?}", told(NUMBER, JOURNEY).expect("the journey reads"));
    for private in ["EXEMPLE", "456789", "ORDER OF"] {
        assert!(!answer.contains(private), "{private}: {answer}");
    }
}

#[test]
fn a_newer_parcel_is_handed_on_to_fedex() {
    let answer = told("700000027", MOVED).expect("it moved");
    let [handoff] = answer.handoffs.as_slice() else { panic!("one hand-off: {:?}", answer.handoffs) };
    assert_eq!((handoff.number.as_str(), handoff.carrier.as_deref()), ("771100000016", Some("fedex")));
    assert_eq!((handoff.role, handoff.confidence, answer.done), (Role::HandOff, 90, false));
    assert_eq!(answer.events[0].status, Status::InTransit);
}

#[test]
fn a_reference_that_is_no_number_of_fedexs_is_not_followed() {
    assert!(told(NUMBER, JOURNEY).expect("the journey reads").handoffs.is_empty(), "the depot is TNT's own");
    for reference in ["ORDER OF ANNE EXEMPLE", "700000027", "7711000000167711000000167", ""] {
        let body = MOVED.replace("771100000016", reference);
        assert!(told("700000027", &body).expect("it moved").handoffs.is_empty(), "{reference}");
    }
    let spaced = MOVED.replace("771100000016", "7711 0000 0016");
    assert_eq!(told("700000027", &spaced).expect("it moved").handoffs[0].number, "771100000016");
}

#[test]
fn a_summary_speaks_where_nothing_was_scanned() {
    for (code, status, done) in [
        ("DEL", Status::Delivered, true),
        ("EXC", Status::Exception, false),
        ("INT", Status::InTransit, false),
        ("ZZZ", Status::Unknown, false),
    ] {
        let answer = told(NUMBER, &consignment(&format!("<SummaryCode>{code}</SummaryCode>"))).expect(code);
        let summary = answer.summary.expect("a summary");
        assert_eq!((summary.status, summary.code.as_deref(), answer.done), (status, Some(code), done));
        assert!(answer.events.is_empty());
    }
}

#[test]
fn a_newest_scan_that_says_nothing_hides_no_delivery() {
    let scan = |code: &str, words: &str, time: &str| {
        format!(
            "<StatusData><StatusCode>{code}</StatusCode><StatusDescription>{words}</StatusDescription>\
             <LocalEventDate>20261119</LocalEventDate><LocalEventTime>{time}</LocalEventTime></StatusData>"
        )
    };
    let van = scan("OD", "Out For Delivery", "0705");
    let read = |summary: &str, scans: &str| {
        let answer =
            told(NUMBER, &consignment(&format!("<SummaryCode>{summary}</SummaryCode>{scans}"))).expect(summary);
        (answer.events.iter().map(|event| event.status.key()).collect::<Vec<_>>(), answer.done)
    };
    let unlisted = format!("{}{van}", scan("ZZ9", "A Code From The Future", "0841"));
    assert_eq!(read("DEL", &unlisted), (vec!["delivered", "unknown", "out_for_delivery"], true));
    assert_eq!(read("INT", &unlisted), (vec!["unknown", "out_for_delivery"], false));
    let repeated = format!("{}{}{van}", scan("AA", "Duplicate Record", "0900"), scan("OK", "Delivered", "0841"));
    assert_eq!(read("DEL", &repeated), (vec!["unknown", "delivered", "out_for_delivery"], true));
    let back = format!("{}{van}", scan("ZZ9", "Returned To The Sender", "0841"));
    assert_eq!(read("DEL", &back), (vec!["unknown", "out_for_delivery"], false));
    assert_eq!(read("DEL", &scan("ZZ9", "Returned To The Sender", "0841")), (vec!["unknown"], false));
    let later = format!("{}{}", scan("ZZ8", "Proof Of Delivery Available", "0900"), back);
    assert_eq!(read("DEL", &later), (vec!["unknown", "unknown", "out_for_delivery"], false));
    let event = told(NUMBER, &consignment(&format!("<SummaryCode>DEL</SummaryCode>{unlisted}")))
        .expect("it reads")
        .events
        .remove(0);
    assert_eq!(line(&event), "2026-11-19T08:41:00 - | delivered - | Delivered @ -");
}

#[test]
fn several_numbers_go_into_one_document_and_each_has_its_own_answer() {
    let mut replay = replies(200, &JOURNEY.replace("</TrackResponse>", &UNKNOWN[UNKNOWN.find("<Cons").unwrap_or(0)..]));
    let found = replay.track_all(&["700000044", NUMBER, "700000058", NUMBER]);
    let kinds: Vec<_> = found.iter().map(|found| found.as_ref().err().map(|failure| failure.kind)).collect();
    assert_eq!(kinds, [Some(FailureKind::NotFound), None, Some(FailureKind::Inconclusive), None]);
    let document = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><TrackRequest locale=\"en_US\" version=\"3.1\">\
                    <SearchCriteria marketType=\"INTERNATIONAL\" originCountry=\"US\">\
                    <ConsignmentNumber>700000044</ConsignmentNumber><ConsignmentNumber>700000013</ConsignmentNumber>\
                    <ConsignmentNumber>700000058</ConsignmentNumber></SearchCriteria>\
                    <LevelOfDetail><Complete/></LevelOfDetail></TrackRequest>";
    let sent = replay.sent();
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].body, Body::Text(format!("xml_in={}", http::encode(document))));
}

#[test]
fn more_than_fifty_numbers_are_more_than_one_question() {
    let numbers: Vec<String> = (0..51).map(|no| format!("7000001{no:02}")).collect();
    let numbers: Vec<&str> = numbers.iter().map(String::as_str).collect();
    let mut replay = replies(200, UNKNOWN);
    assert_eq!((replay.track_all(&numbers).len(), replay.requests().len()), (51, 2));
}

#[test]
fn every_public_code_has_the_meaning_of_the_facts() {
    let mut keys: Vec<String> = codes::SCANS.iter().map(|(code, status)| format!("{code} {}", status.key())).collect();
    keys.sort();
    assert_eq!(
        keys,
        [
            "AA unknown",
            "AS in_transit",
            "CI accepted",
            "HW in_transit",
            "IR in_transit",
            "IS in_transit",
            "LP exception",
            "MLA exception",
            "MR exception",
            "NR exception",
            "OD out_for_delivery",
            "OK delivered",
            "OS in_transit",
            "PU accepted",
            "RES delivered",
            "RTS returned",
            "TR in_transit",
            "WL exception",
        ]
    );
    assert_eq!(codes::SUMMARIES.iter().count(), 4);
}
