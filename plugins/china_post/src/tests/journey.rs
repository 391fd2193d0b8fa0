use super::*;

#[test]
fn guests_see_the_acceptance_and_the_three_newest_scans() {
    let answer = told(JOURNEY).expect("the record reads");
    assert_eq!(
        lines(&answer),
        [
            "2026-11-21T11:42:00 - | delivered 463 | 已签收 @ 法国 [FR]",
            "2026-11-21T07:30:00 - | out_for_delivery 462 | 【法国】安排投递 @ -",
            "2026-11-19T09:12:00 - | arrived_destination 459 | 到达【法国】处理中心 @ 法国 [FR]",
            "2026-11-05T17:03:22 Asia/Shanghai | accepted - | 已揽收 @ 示例市揽投部 [CN]",
        ]
    );
    let english: Vec<&str> = answer.events.iter().filter_map(|event| event.translation.as_deref()).collect();
    let centre = "arrived at the destination's processing centre";
    assert_eq!(english, ["delivered abroad", "out for delivery abroad", centre, "accepted"]);
    assert_eq!((answer.origin.as_deref(), answer.destination.as_deref()), (Some("CN"), Some("FR")));
    assert_eq!(answer.facts, [("scans".into(), "14".into())]);
    assert!(answer.done && answer.window.is_none() && answer.handoffs.is_empty());
}

#[test]
fn nobody_is_named_and_no_phone_told() {
    let guest = (JOURNEY, told(JOURNEY));
    let customer = (business::JOURNEY, business::told_with(200, business::JOURNEY));
    for (reply, answer) in [guest, customer] {
        let answer = format!("{:?}", answer.expect("an answer"));
        for secret in ["某某", "13812345678", "0612345678", "RUE", "00000001", "姓名"] {
            assert!(!answer.contains(secret), "{secret} in {answer}");
        }
        assert!(reply.contains("某某") && reply.contains("13812345678"), "there is nobody to name in {reply}");
    }
}

#[test]
fn both_questions_are_signed_over_their_path_and_body() {
    let mut replay = Replay::<ChinaPost>::of();
    replay.on("POST", CHECK).reply(200, OPEN);
    replay.on("POST", RECORD).reply(200, JOURNEY);
    replay.track_one(NUMBER).expect("the record reads");
    // Worked out by other means, with the key that the replay gives to every profile.
    let signatures = ["Vuln2tirEII6G5pGi6BRFnks0AetSDyj1HqnT2+Cj0k=", "n00Z5KNIPm7yFTNL1IP+TAO1HIm7/ej+8YiFqHhAHyE="];
    let sent = replay.sent();
    assert_eq!(sent.len(), 2);
    for (request, signature) in sent.iter().zip(signatures) {
        let header =
            |name: &str| request.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        assert_eq!(request.body, Body::Text(r#"{"mailNo":"LX000000014CN"}"#.into()));
        assert_eq!((header("user-channel"), header("user-sign")), (Some("APP"), Some(signature)));
        assert_eq!(header("content-type"), Some("application/json"));
    }
}

#[test]
fn a_scan_that_is_told_late_goes_below_the_delivery() {
    let answer = told(LATE).expect("the record reads");
    assert_eq!(
        lines(&answer),
        [
            "2026-11-21T11:42:00 - | delivered 463 | 已签收 @ 法国 [FR]",
            // After the delivery it cannot have been made; the clock is that of the upload.
            "2026-11-21 | local_processing 460 | 离开【法国】处理中心 @ 法国 [FR]",
            "2026-11-21T06:05:00 - | local_processing 461 | 到达【法国】投递局 @ 法国 [FR]",
            "2026-11-05T17:03:22 Asia/Shanghai | accepted - | 已揽收 @ 示例市揽投部 [CN]",
        ]
    );
    assert_eq!(answer.events[1].facts, [("told_at".into(), "2026-11-23T08:20:00".into())]);
    assert!(answer.done);
}

#[test]
fn a_new_attempt_after_the_delivery_stays_above_it() {
    let scan = |code: &str, time: &str| json!({ "operationCode": code, "time": time, "operation": "x" });
    let answer = record(json!({ "mailInfos": [
        scan("463", "2026-11-21 11:42:00"), scan("460", "2026-11-22 08:20:00"), scan("542", "2026-11-23 10:00:00"),
    ]}));
    let answer = answer.expect("the record reads");
    let codes: Vec<Option<&str>> = answer.events.iter().map(|event| event.code.as_deref()).collect();
    assert_eq!(codes, [Some("542"), Some("460"), Some("463")]);
    assert!(!answer.done && answer.events.iter().all(|event| event.facts.is_empty()));
}

#[test]
fn a_scan_in_a_third_country_after_the_delivery_is_none_of_the_destinations() {
    let codes = |mail: Value| -> Vec<Option<String>> {
        let events = record(mail).expect("the record reads").events;
        events.into_iter().map(|event| event.code).collect()
    };
    let scan = |code: &str, day: u8, office: &str| json!({ "operationCode": code, "time": format!("2026-11-{day} 08:20:00"), "orgName": office });
    let delivered = scan("463", 21, "法国");
    let way_back = json!([delivered, scan("460", 22, "法国"), scan("489", 23, "荷兰")]);
    let expected = ["489", "460", "463"].map(|code| Some(code.to_owned()));
    assert_eq!(codes(json!({ "mailInfos": way_back, "receiverCountryName": "法国" })), expected);
    let back = record(json!({ "mailInfos": way_back })).expect("the record reads");
    assert!(!back.done && back.events.iter().all(|event| event.facts.is_empty()));
    // Where the delivery names no country, it was made where the parcel goes.
    let nowhere = json!([scan("463", 21, ""), scan("489", 23, "荷兰")]);
    let expected = ["489", "463"].map(|code| Some(code.to_owned()));
    assert_eq!(codes(json!({ "mailInfos": nowhere, "receiverCountryName": "法国" })), expected);
    // What names no country, or the same, can only be late.
    for office in ["", "法国", "SAMPLE HUB"] {
        let late = json!([delivered, scan("489", 23, office)]);
        let expected = ["463", "489"].map(|code| Some(code.to_owned()));
        assert_eq!(codes(json!({ "mailInfos": late, "receiverCountryName": "法国" })), expected, "{office}");
    }
}

#[test]
fn without_a_delivery_the_scans_of_the_destination_stay_as_they_are() {
    let answer = record(json!({ "mailInfos": [
        { "operationCode": "459", "time": "2026-11-21 11:42:00" },
        { "operationCode": "489", "time": "2026-11-20 08:20:00" },
    ]}));
    let codes: Vec<Option<String>> =
        answer.expect("the record reads").events.into_iter().map(|event| event.code).collect();
    assert_eq!(codes, [Some("489".to_owned()), Some("459".to_owned())]);
}

#[test]
fn the_acceptance_is_told_once_and_always_in_the_same_form() {
    let collector = json!({ "opTime": "2026-11-05 17:03:22", "orgName": "示例市揽投部" });
    let accepted =
        json!({ "time": "2026-11-05 17:03:22", "operationCode": "203", "operation": "已收件", "stateDesc": "已揽收" });
    let fresh = record(json!({ "mailInfos": [accepted], "collector": collector })).expect("accepted");
    let later = told(JOURNEY).expect("the record reads");
    assert_eq!(fresh.events.as_slice(), &later.events[3..]);
    let other_time = record(
        json!({ "mailInfos": [{ "time": "2026-11-05 18:00:00", "stateDesc": "已揽收" }], "collector": collector }),
    );
    assert_eq!(other_time.expect("two scans").events.len(), 2);
    let timeless = record(json!({ "mailInfos": [accepted], "collector": { "opTime": "soon" } })).expect("accepted");
    assert_eq!(timeless.events.len(), 1);
}

#[test]
fn a_return_ends_with_the_sender() {
    let scan = json!({ "operationCode": "711", "operation": "已退回，签收人：某某", "stateDesc": "已退回" });
    let answer = record(json!({ "mailInfos": [scan] })).expect("returned");
    assert_eq!((answer.events[0].status, answer.done), (Status::Returned, true));
}

#[test]
fn the_state_speaks_where_there_is_no_scan() {
    let answer = record(json!({ "mailInfos": [], "stateDesc": "运送中" })).expect("a state");
    let summary = answer.summary.expect("a state");
    assert_eq!((summary.status, summary.text.as_str()), (Status::InTransit, "运送中"));
    assert!(answer.events.is_empty() && !answer.done);
}
