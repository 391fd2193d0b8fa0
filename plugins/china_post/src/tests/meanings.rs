use super::*;
use crate::codes::{CODES, STATES, meaning};
use crate::countries;
use crate::words::first_clause;

#[test]
fn every_code_and_every_state_has_a_meaning_and_stands_there_once() {
    assert_eq!((CODES.iter().count(), STATES.iter().count()), (29, 23));
    assert_eq!([CODES.faults(), STATES.faults()].concat(), Vec::<String>::new());
    for entry in CODES.entries().chain(STATES.entries()) {
        assert!(entry.status != Status::Unknown && !entry.words.is_empty(), "{entry:?}");
    }
}

#[test]
fn a_code_counts_before_the_state_beside_it() {
    let status = |code: Option<&str>, state: Option<&str>| meaning(code, state).map(|meaning| meaning.status);
    assert_eq!(status(Some("542"), Some("运送中")), Some(Status::DeliveryFailed));
    assert_eq!(status(Some(" 500 "), None), Some(Status::HandedToAirline));
    assert_eq!(status(Some("203"), Some("已揽收")), Some(Status::Accepted));
    assert_eq!(status(None, Some("已落地")), Some(Status::InTransit));
    for (code, state) in [(Some("203"), None), (Some("203"), Some("已签收了")), (None, Some("签收")), (None, None)]
    {
        assert_eq!(status(code, state), None, "{code:?} {state:?}");
    }
    assert_eq!(scanned(json!({ "operationCode": "203", "stateDesc": "新状态" })).status, Status::Unknown);
}

#[test]
fn clocks_hang_in_china_or_where_the_office_is() {
    let told = |scan: Value| {
        let event = scanned(scan);
        let Some(Moment::Clock { zone, .. }) = event.moment else { panic!("{:?}", event.moment) };
        (zone, event.place.map(|place| (place.text, place.country)))
    };
    let at = "2026-11-06 02:10:00";
    let (china, brazil) = (Some("CN".to_owned()), Some("BR".to_owned()));
    let shanghai = Some("Asia/Shanghai".to_owned());
    for (scan, expected) in [
        (
            json!({ "time": at, "operationCode": "713", "orgName": "示例中心" }),
            (shanghai.clone(), Some(("示例中心".to_owned(), china.clone()))),
        ),
        (
            json!({ "time": at, "operationCode": "300", "orgName": "示例中心", "orgCode": "51800000" }),
            (shanghai.clone(), Some(("示例中心".to_owned(), china))),
        ),
        (json!({ "time": at, "orgName": "巴西", "orgCode": "1" }), (None, Some(("巴西".to_owned(), brazil.clone())))),
        (
            json!({ "time": at, "orgName": "CURITIBA", "orgCode": "BRCWBA" }),
            (None, Some(("CURITIBA".to_owned(), brazil))),
        ),
        // An airline's code is no country, and an airline no place.
        (
            json!({ "time": at, "operationCode": "500", "orgName": "CA", "orgCode": "CA" }),
            (None, Some(("CA".to_owned(), None))),
        ),
        (json!({ "time": at, "operationCode": "457", "orgName": "邮政航空" }), (None, None)),
        (json!({ "time": at, "operationCode": "505" }), (None, None)),
    ] {
        assert_eq!(told(scan.clone()), expected, "{scan}");
    }
    let with_offset = scanned(json!({ "time": "2026-11-06T02:10:00+08:00" })).moment;
    assert_eq!(with_offset, Some(Moment::Instant("2026-11-06T02:10:00+08:00".into())));
}

#[test]
fn of_a_sentence_the_first_clause_stays_unless_it_names_somebody() {
    for (told, expected) in [
        ("离开【示例市】，下一站【示例中心】", Some("离开【示例市】")),
        ("【法国】已妥投", Some("【法国】已妥投")),
        ("到达【SAMPLE HUB】", Some("到达【SAMPLE HUB】")),
        ("飞机进港；航班 CA001", Some("飞机进港")),
        ("已投递&nbsp;。电话 13812345678", Some("已投递")),
        ("到达【某某】", None),
        ("到达【示例市", None),
        ("投递员某某正在投递", None),
        ("揽投员姓名：某某", None),
        ("某某先生已取", None),
        ("邮件已由某某签收", None),
        ("某某已签收", None),
        ("本人取件", None),
        ("某某签字", None),
        ("司机某某已取", None),
        ("邮件已签收", Some("邮件已签收")),
        ("【法国】已签收，签收人：某某", Some("【法国】已签收")),
        ("签收", Some("签收")),
        ("由 13812345678 代取", None),
        ("【示例市】，已收件", None),
        ("，已收件", None),
        ("", None),
    ] {
        assert_eq!(first_clause(told, Some("SAMPLE HUB")).as_deref(), expected, "{told}");
    }
}

#[test]
fn the_state_stands_in_for_a_sentence_that_names_somebody() {
    let text = |operation: &str, state: &str| {
        scanned(json!({ "operationCode": "463", "operation": operation, "stateDesc": state })).text
    };
    assert_eq!(text("邮件已由某某签收", "已签收"), "已签收");
    for (state, _) in STATES.iter() {
        assert_eq!(text("某某签字", state), state, "none of them names anybody");
        assert_eq!(record(json!({ "stateDesc": state })).expect("a state").summary.expect("a state").text, state);
    }
    assert_eq!(text("某某签字", "由某某签收"), "");
}

#[test]
fn countries_are_known_by_their_chinese_names() {
    let code = |name: &str| countries::find(name).map(|country| country.to_string());
    assert_eq!(code(" 巴西 ").as_deref(), Some("BR"));
    assert_eq!(code("中国香港").as_deref(), Some("HK"));
    assert_eq!(code("巴西利亚"), None);
    for (index, (name, code)) in countries::NAMES.iter().enumerate() {
        assert!(Country::new(code).is_some_and(|country| country.is_assigned()), "{name} {code}");
        assert!(countries::NAMES[..index].iter().all(|(known, _)| known != name), "{name} stands there twice");
    }
}
