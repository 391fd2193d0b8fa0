//! One parcel from China to a mailbox in the United States.

use super::*;

fn journey() -> Answer {
    told_with(200, JOURNEY).expect("the journey reads")
}

#[test]
fn both_posts_events_are_one_row_newest_first() {
    let lines: Vec<String> = journey().events.iter().map(line).collect();
    assert_eq!(
        lines,
        [
            "2026-11-20T13:12:00 -07:00 | delivered Delivered_Other | Delivered, In/At Mailbox. Signed by … @ SAMPLE CITY, CA 90001 [US]",
            "2026-11-20T08:21:00 -07:00 | out_for_delivery OutForDelivery_Other | Out for Delivery @ SAMPLE CITY, CA 90001 [US]",
            "2026-11-17 | import_customs InTransit_CustomsProcessing | Inbound Into Customs @ ISC LOS ANGELES CA (USPS) [US]",
            "2026-11-12T04:25:00 +08:00 | departed_origin InTransit_Departure | 离开样本市 发往洛杉矶 @ 样本市 [CN]",
            "2026-11-10T09:00:00 +08:00 | export_customs InTransit_CustomsReleased | 出口海关放行 @ 样本市 [CN]",
            "2026-11-08T16:58:00 +08:00 | accepted InTransit_PickedUp | 已收件（揽投员 … @ 样本市 [CN]",
            "- | registered InfoReceived | Label created @ -",
        ]
    );
    let courier =
        |event: &Event| event.facts.iter().find(|(name, _)| name == "courier").map(|(_, value)| value.clone());
    assert_eq!(courier(&journey().events[0]).as_deref(), Some("USPS"));
    assert_eq!(journey().events[4].translation.as_deref(), Some("Released by export customs"));
}

#[test]
fn the_events_are_believed_where_the_state_lies() {
    let answer = journey();
    let summary = answer.summary.as_ref().expect("a state");
    assert_eq!((summary.status, summary.code.as_deref()), (Status::Exception, Some("Exception_Other")));
    assert!(answer.done && answer.window.is_none());
}

#[test]
fn the_number_at_the_last_carrier_is_handed_on() {
    let answer = journey();
    let [handoff] = answer.handoffs.as_slice() else { panic!("one number: {:?}", answer.handoffs) };
    assert_eq!(handoff.number, "9400100000000000000013");
    assert_eq!((handoff.carrier.as_deref(), handoff.country.as_deref()), (Some("usps"), Some("US")));
    let other = told_with(
        200,
        &JOURNEY.replace("\"local_key\": 21051", "\"local_key\": 77").replace("\"key\": 21051", "\"key\": 77"),
    );
    let handoff = other.expect("it reads").handoffs.remove(0);
    assert_eq!((handoff.carrier.as_deref(), handoff.country.as_deref()), (Some("USPS"), Some("US")));
    for same in [NUMBER, "lx000000014cn", "9", "../9400"] {
        let answer = told_with(200, &JOURNEY.replace("9400100000000000000013", same)).expect("it reads");
        assert!(answer.handoffs.is_empty(), "{same}");
    }
}

#[test]
fn facts_and_countries_are_told_and_people_are_not() {
    let answer = journey();
    let facts: Vec<(&str, &str)> = answer.facts.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(
        facts,
        [("service", "Sample Saver"), ("weight_g", "250"), ("pieces", "1"), ("couriers", "China Post, USPS")]
    );
    assert_eq!((answer.origin.as_deref(), answer.destination.as_deref()), (Some("CN"), Some("US")));
    let all = format!("{answer:?}");
    for personal in ["Alex", "Example Lane", "Sample Road", "1380000", "0000 0000", "姓名"] {
        assert!(!all.contains(personal), "{personal}");
    }
}

#[test]
fn the_carriers_forecast_is_told_until_it_is_delivered() {
    let on_its_way = |source: &str| {
        let body = info(&json!({
            "latest_status": { "status": "InTransit", "sub_status": "InTransit_Other" },
            "time_metrics": { "estimated_delivery_date": { "source": source, "from": "2026-11-24T00:00:00-08:00", "to": "2026-11-26T18:00:00-08:00" } },
        }));
        told_with(200, &body).expect("a state").window.expect("a forecast")
    };
    let window = on_its_way("Official");
    assert_eq!(window.earliest, Some(Moment::Date("2026-11-24".into())));
    assert_eq!(window.latest, Moment::Clock { at: "2026-11-26T18:00:00".into(), zone: Some("-08:00".into()) });
    assert_eq!((window.source.as_str(), on_its_way("17TRACK").source.as_str()), ("carrier", "computed"));
}

#[test]
fn a_number_registered_for_two_carriers_is_read_at_ours_or_at_the_one_with_news() {
    let record = |carrier: i64, utc: &str| {
        json!({ "number": NUMBER, "carrier": carrier, "track_info": { "tracking": { "providers": [{ "events": [
            { "time_utc": utc, "description": carrier.to_string(), "sub_status": "InTransit_Other" },
        ] }] } } })
    };
    let body = json!({ "code": 0, "data": { "accepted": [record(3011, "2026-11-08T08:00:00Z"), record(3013, "2026-11-09T08:00:00Z")] } });
    let read = |cursor: &str| {
        let mut replay = Replay::<SeventeenTrack>::of();
        replay.on("POST", &at("gettrackinfo")).reply(200, &body.to_string());
        replay.track(&[parcel(&[], Some(cursor))]).remove(0).found.expect("an answer").events.remove(0).text
    };
    assert_eq!((read("followed 3011").as_str(), read("followed").as_str()), ("3011", "3013"));
}
