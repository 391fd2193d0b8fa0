use super::*;

#[track_caller]
fn check(body: &str, expected: FailureKind) {
    let failure = told(NUMBER, body).expect_err(body);
    assert_eq!(failure.kind, expected, "{}: {body}", failure.message);
}

#[test]
fn bodies_that_are_no_answer() {
    for (body, expected) in [
        ("", FailureKind::Unavailable),
        ("<!DOCTYPE html><html>We are down for maintenance</html>", FailureKind::Unavailable),
        ("<html>Please solve the CAPTCHA</html>", FailureKind::Blocked),
        ("<?xml version=\"1.0\"?><TrackResponse><Consignment>", FailureKind::Unavailable),
        ("OK", FailureKind::ChangedUpstream),
        ("17", FailureKind::ChangedUpstream),
        ("{}", FailureKind::ChangedUpstream),
        ("[]", FailureKind::ChangedUpstream),
        ("<?xml version=\"1.0\"?><runtime_error/>", FailureKind::ChangedUpstream),
        ("<?xml version=\"1.0\"?><TrackResponse><Parcel/></TrackResponse>", FailureKind::ChangedUpstream),
        ("<?xml version=\"1.0\"?><TrackResponse><Consignment/></TrackResponse>", FailureKind::ChangedUpstream),
        ("<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", FailureKind::ChangedUpstream),
    ] {
        check(body, expected);
    }
}

#[test]
fn a_reply_cut_off_anywhere_is_read_or_refused() {
    let whole = told(NUMBER, JOURNEY).expect("the whole");
    for end in (0..JOURNEY.trim_end().len()).step_by(7) {
        match told(NUMBER, &JOURNEY[..end]) {
            Ok(answer) => assert_eq!(answer, whole, "cut at {end}"),
            Err(failure) => assert_eq!(failure.kind, FailureKind::Unavailable, "cut at {end}: {}", failure.message),
        }
    }
}

#[test]
fn elements_of_another_kind_cost_themselves_and_nothing_else() {
    let huge = "9 &lt;b&gt; \u{202e}".repeat(20_000);
    let body = consignment(&format!(
        "<OriginDepot><Depot>FDX</Depot></OriginDepot><CustomerReference>{huge}</CustomerReference>\
         <CollectionDate>soon</CollectionDate><DeliveryTown>{huge}</DeliveryTown><PieceQuantity>{huge}</PieceQuantity>\
         <DestinationCountry>GB</DestinationCountry><OriginCountry><CountryCode>XX</CountryCode></OriginCountry>\
         <StatusData/><StatusData><StatusCode>{huge}</StatusCode><LocalEventDate>{huge}</LocalEventDate></StatusData>\
         <StatusData><StatusCode>OD</StatusCode><LocalEventDate>20261331</LocalEventDate></StatusData>\
         <StatusData><StatusCode>CI</StatusCode><LocalEventDate>20261116</LocalEventDate>\
         <LocalEventTime>084</LocalEventTime></StatusData>"
    ));
    let answer = told(NUMBER, &body).expect("an answer");
    let statuses: Vec<Status> = answer.events.iter().map(|event| event.status).collect();
    assert_eq!(statuses, [Status::Unknown, Status::OutForDelivery, Status::Accepted]);
    let moments: Vec<_> = answer.events.iter().map(|event| event.moment.clone()).collect();
    assert_eq!(moments, [None, None, Some(Moment::Date("2026-11-16".into()))]);
    assert_eq!((answer.origin, answer.destination), (None, None));
    assert_eq!((answer.handoffs, answer.facts), (Vec::new(), Vec::new()));
}

#[test]
fn a_parcel_told_under_its_other_number_is_found() {
    let body = JOURNEY.replace(
        "<ConsignmentNumber>700000013</ConsignmentNumber>",
        "<ConsignmentNumber>700000089</ConsignmentNumber>\
         <AlternativeConsignmentNumber>700000013</AlternativeConsignmentNumber>",
    );
    assert!(told(NUMBER, &body).expect("found").done);
}

#[test]
fn a_consignment_beside_an_error_is_still_told() {
    let body = JOURNEY.replace("<Consignment ", "<Error><Code>8001</Code></Error><Consignment ");
    assert!(told(NUMBER, &body).is_ok());
}
