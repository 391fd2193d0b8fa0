//! Recorded answers, where the folder that PARCELWATCH_SAMPLES names holds some; they are not part of the project.

use super::*;

const RECORDED: &str = "LW489083733CN";

#[test]
fn recorded_answers_tell_what_is_known_of_them() {
    for path in parcelwatch_plugin::replay::samples("seventeentrack") {
        let name = path.file_name().and_then(|name| name.to_str()).expect("a name").to_owned();
        let mut replay = Replay::<SeventeenTrack>::of();
        let mut ask = |number: &str, cursor: Option<&str>, hints: &[(&str, &str)]| {
            let question = Parcel { number: number.into(), ..parcel(hints, cursor) };
            replay.recording(&path).track(&[question]).remove(0).found
        };
        match name.as_str() {
            "v2.4-gettrackinfo-two-providers.constructed.json" => {
                let answer = ask(RECORDED, Some("followed 3011"), &[]).expect("two posts");
                let lines: Vec<String> = answer.events.iter().map(line).collect();
                assert_eq!(
                    lines,
                    [
                        "2026-07-17T13:07:00 -07:00 | delivered Delivered_Other | Delivered, In/At Mailbox @ EXAMPLE CITY, CA [US]",
                        "2026-07-17T08:21:00 -07:00 | out_for_delivery OutForDelivery_Other | Out for Delivery @ EXAMPLE CITY, CA [US]",
                        "2026-07-11T04:50:00 -07:00 | arrived_destination InTransit_Arrival | Processed Through Facility @ ISC LOS ANGELES CA (USPS) [US]",
                        "2026-07-04T04:25:00 +08:00 | departed_origin InTransit_Departure | 离开上海市 发往洛杉矶 @ 上海市 [CN]",
                        "2026-07-02T16:58:00 +08:00 | accepted InTransit_PickedUp | 已收件 @ 上海市 [CN]",
                    ]
                );
                assert!(answer.done && answer.handoffs.is_empty(), "the number stays the same at USPS");
                assert_eq!((answer.origin.as_deref(), answer.destination.as_deref()), (Some("CN"), Some("US")));
                let facts = answer.facts.iter().map(|(name, value)| format!("{name} {value}")).collect::<Vec<_>>();
                assert_eq!(facts, ["service ePacket", "weight_g 250", "couriers China Post, USPS"]);
            }
            "v2.4-register-mixed.constructed.json" => {
                let question = |number: &str, key| Parcel { key, number: number.into(), ..Parcel::default() };
                let outcomes = replay.recording(&path).track(&[question(RECORDED, 1)]);
                assert_eq!(outcomes[0].cursor.as_deref(), Some(&b"followed 3011 2026-11-21"[..]));
                let sorted = envelope::sorted(&http::Reply {
                    status: 200,
                    url: String::new(),
                    headers: Vec::new(),
                    body: http::Body::Text(std::fs::read_to_string(&path).expect("a text")),
                });
                let envelope::Verdict::Rejected(code) =
                    sorted.expect("it reads").verdict(&request::Item { number: "1234", carrier: None, param: None })
                else {
                    panic!("rejected")
                };
                assert_eq!(errors::of_one(code, "1234").kind, FailureKind::InvalidNumber);
            }
            "v2.4-getquota.constructed.json" => {
                let answer = ask(RECORDED, None, &[("probe", "true")]).expect("the account");
                assert_eq!(answer.facts, [("quota".to_owned(), "1098 of 1100 units left".to_owned())]);
            }
            "error-invalid-key.exchange.constructed.json" => {
                let failure = ask(RECORDED, None, &[]).expect_err("a wrong key");
                assert_eq!((failure.kind, failure.http_status), (FailureKind::AuthFailed, Some(401)));
            }
            "error-rate-limited.exchange.constructed.json" => {
                let failure = ask(RECORDED, None, &[]).expect_err("too fast");
                assert_eq!((failure.kind, failure.http_status), (FailureKind::RateLimited, Some(429)));
            }
            "legacy-v1-shape-china-post-to-usps.json" => {
                old_shape(&ask(RECORDED, Some("followed"), &[]).expect("the old shape"))
            }
            // One we do not know is read without a panic; that is all that can be asked of it.
            _ => drop(ask(RECORDED, Some("followed 2026-11-21"), &[])),
        }
    }
}

fn old_shape(answer: &Answer) {
    assert_eq!(answer.events.len(), 21);
    let lines: Vec<String> = answer.events.iter().map(line).collect();
    assert_eq!(lines[0], "2017-07-17T13:07:00 - | delivered - | 妥投 @ 美国 [-]");
    assert!(lines[1].starts_with("2017-07-17T13:07:00 - | delivered - | Delivered, In/At Mailbox,"), "{}", lines[1]);
    assert_eq!(lines[2], "2017-07-17T08:21:00 - | unknown - | Out for Delivery @ EXAMPLE CITY, CA 00000 [-]");
    assert!(lines.iter().any(|line| line.contains("Processed Through Facility @ SHANGHAI EMS, CHINA")));
    assert!(lines.iter().any(|line| line.contains("速递大宗收寄处已收件（揽投员 … @ 上海市")), "{lines:#?}");
    let summary = answer.summary.as_ref().expect("a state");
    assert_eq!((summary.status, summary.code.as_deref()), (Status::Delivered, Some("40")));
    assert_eq!((answer.origin.as_deref(), answer.destination.as_deref()), (Some("CN"), Some("US")));
    assert!(answer.done);
}
