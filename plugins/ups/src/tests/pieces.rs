use super::*;

fn numbers(answer: &Answer) -> Vec<(&str, Role, Option<&str>)> {
    answer.handoffs.iter().map(|further| (further.number.as_str(), further.role, further.carrier.as_deref())).collect()
}

#[test]
fn the_other_parcels_of_a_shipment_are_pieces() {
    let lead = told(JOURNEY).expect("the lead");
    assert_eq!(numbers(&lead), [(PIECE, Role::Piece, Some("ups"))]);
    assert_eq!(lead.handoffs[0].because, "UPS lists it as a parcel of the same shipment");
    let piece = asked(PIECE, 200, JOURNEY).expect("the piece");
    assert_eq!(numbers(&piece), [(NUMBER, Role::Piece, Some("ups"))]);
    assert_eq!((piece.events.len(), piece.done), (2, false), "each has a way of its own");
}

#[test]
fn a_waybill_leads_to_its_parcels() {
    let waybill = "K0000000171";
    let body =
        JOURNEY.replace(&format!("\"inquiryNumber\": \"{NUMBER}\""), &format!("\"inquiryNumber\": \"{waybill}\""));
    let answer = asked(waybill, 200, &body).expect("two parcels");
    assert_eq!(numbers(&answer), [(NUMBER, Role::Piece, Some("ups")), (PIECE, Role::Piece, Some("ups"))]);
    assert!(answer.events.is_empty() && !answer.done);
    let alone =
        RETURNED.replace("\"inquiryNumber\": \"1ZW000000300000046\"", &format!("\"inquiryNumber\": \"{waybill}\""));
    let answer = asked(waybill, 200, &alone).expect("one parcel");
    assert_eq!((answer.events.len(), answer.handoffs.len()), (4, 0), "it is the one that was asked about");
}

#[test]
fn an_answer_about_another_parcel_is_none_about_ours() {
    let other = RETURNED;
    assert_eq!(told(other).expect_err("another parcel").kind, FailureKind::Inconclusive);
    let nameless = json!([{ "trackingNumber": "string" }, { "trackingNumber": "../1Z" }]);
    assert_eq!(told(&shipment(&nameless)).expect_err("no number to follow").kind, FailureKind::Inconclusive);
    let unnamed = json!([{ "activity": [{ "status": { "type": "I", "statusCode": "021" } }] }]);
    assert_eq!(told(&shipment(&unnamed)).expect("need not repeat it").events[0].status, Status::OutForDelivery);
    let strange = json!([{ "trackingNumber": "string" }, { "trackingNumber": NUMBER, "activity": [] }, { "trackingNumber": "../1Z" }]);
    assert_eq!(told(&shipment(&strange)).expect_err("not scanned").kind, FailureKind::NoScanYet);
    let scanned = json!([
        { "trackingNumber": NUMBER.to_lowercase(), "activity": [{ "status": { "statusCode": "005" } }] },
        { "trackingNumber": "string" }, { "trackingNumber": "../../etc" }, { "trackingNumber": NUMBER },
        { "trackingNumber": PIECE }, { "trackingNumber": PIECE },
    ]);
    let answer = told(&shipment(&scanned)).expect("scanned");
    assert_eq!(numbers(&answer), [(PIECE, Role::Piece, Some("ups"))], "what is no number is not followed");
}
