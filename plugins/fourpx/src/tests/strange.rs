use super::*;

#[test]
fn the_question_has_one_number() {
    let mut replay = Replay::<FourPx>::of();
    replay.on("POST", ADDRESS).reply(200, JOURNEY);
    replay.track_one(NUMBER).expect("the journey reads");
    let body = r#"{"queryCodes":["4PX3000000000017CN"],"language":"en-us","translateLanguage":"en-us"}"#;
    assert_eq!(replay.sent()[0].body, Body::Text(body.into()));
}

#[test]
fn each_parcel_has_a_question_and_an_answer_of_its_own() {
    let mut replay = Replay::<FourPx>::of();
    replay.on("POST", ADDRESS).reply(200, UNKNOWN);
    replay.on("POST", ADDRESS).reply(200, JOURNEY);
    let found = replay.track_all(&["4PX3000000000031CN", NUMBER]);
    assert_eq!(found[0].as_ref().expect_err("unknown").kind, FailureKind::NotFound);
    assert!(found[1].is_ok());
}

#[test]
fn an_entry_is_found_by_its_number_among_others() {
    let entries = json!({ "result": "1", "data": [
        { "queryCode": "4PX3000000000099CN", "tracks": [{ "tkCode": "FPX_S_OK" }] },
        { "queryCode": format!(" {} ", NUMBER.to_lowercase()), "tracks": [{ "tkCode": "FPX_M_IT" }] },
    ]});
    assert_eq!(told(&entries.to_string()).expect("ours").events[0].status, Status::InTransit);
    let nameless = json!({ "queryCode": null, "shipperCode": NUMBER, "tracks": { "tkCode": "FPX_M_IT" } });
    let nameless = json!({ "result": 1, "data": nameless });
    assert_eq!(told(&nameless.to_string()).expect("ours by the sender's code").events.len(), 1);
}

#[test]
fn fields_of_another_kind_cost_themselves_and_nothing_else() {
    let huge = "9 <b>\u{202e}".repeat(50_000);
    let answer = entry(json!({
        "serverCode": {}, "shipperCode": [1], "channelTrackCode": true, "hawbCodeSet": "none such",
        "ctStartCode": 7, "ctEndCode": "XX", "channelContact": "card", "duration": "long",
        "tracks": [
            null, "word",
            { "tkCode": 5, "tkDesc": {}, "tkTranslatedDesc": [], "tkLocation": huge, "tkTimezone": 8, "tkDate": [] },
            { "tkCode": " FPX_D_OFD ", "tkDesc": huge, "tkDate": "soon", "tkDateStr": huge, "tkTimezone": huge },
        ],
    }))
    .expect("an answer");
    let statuses: Vec<Status> = answer.events.iter().map(|event| event.status).collect();
    assert_eq!(statuses, [Status::Unknown, Status::OutForDelivery]);
    assert!(answer.events.iter().all(|event| event.moment.is_none()));
    assert_eq!((answer.origin, answer.destination, answer.facts), (None, None, Vec::new()));
    assert!(answer.handoffs.is_empty(), "{:?}", answer.handoffs);
}

#[test]
fn a_reply_cut_off_anywhere_is_read_or_refused() {
    let whole = told(JOURNEY).expect("the whole");
    let cuts = (0..JOURNEY.trim_end().len()).step_by(7).filter(|end| JOURNEY.is_char_boundary(*end));
    for end in cuts {
        match told(&JOURNEY[..end]) {
            Ok(answer) => assert_eq!(answer, whole, "cut at {end}"),
            Err(failure) => assert_eq!(failure.kind, FailureKind::Unavailable, "cut at {end}: {}", failure.message),
        }
    }
}
