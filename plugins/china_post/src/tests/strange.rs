use super::*;

#[test]
fn fields_of_another_kind_cost_themselves_and_nothing_else() {
    let huge = "9 <b>\u{202e}【".repeat(50_000);
    let answer = record(json!({
        "mailInfoCount": "many", "stateDesc": {}, "receiverCountryName": 7, "collector": [1],
        "mailInfos": [
            null, "word",
            { "time": [], "operationCode": 5, "operation": {}, "stateDesc": huge, "orgName": [], "orgCode": {} },
            { "time": huge, "operationCode": " 462 ", "operation": huge, "stateDesc": [], "orgName": huge },
        ],
    }))
    .expect("an answer");
    let statuses: Vec<Status> = answer.events.iter().map(|event| event.status).collect();
    assert_eq!(statuses, [Status::OutForDelivery, Status::Unknown]);
    assert!(answer.events.iter().all(|event| event.moment.is_none() && event.text.is_empty()));
    assert_eq!((answer.destination, answer.facts, answer.summary), (None, Vec::new(), None));
}

#[test]
fn one_scan_alone_may_stand_where_a_list_stood() {
    let answer =
        record(json!({ "mailInfos": { "operationCode": 713, "operation": "到达【示例市】" } })).expect("one scan");
    assert_eq!(lines(&answer), ["- | origin_processing 713 | 到达【示例市】 @ -"]);
}

#[track_caller]
fn check_cuts(whole: &str, told: fn(&str) -> Result<Answer, Failure>) {
    let answer = told(whole).expect("the whole");
    let cuts = (0..whole.trim_end().len()).step_by(7).filter(|end| whole.is_char_boundary(*end));
    for end in cuts {
        match told(&whole[..end]) {
            Ok(cut) => assert_eq!(cut, answer, "cut at {end}"),
            Err(failure) => assert_eq!(failure.kind, FailureKind::Unavailable, "cut at {end}: {}", failure.message),
        }
    }
}

#[test]
fn an_answer_cut_off_anywhere_is_read_or_refused() {
    check_cuts(JOURNEY, told);
    check_cuts(business::JOURNEY, |body| business::told_with(200, body));
}
