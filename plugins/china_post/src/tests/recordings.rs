//! Recorded answers, where the folder that PARCELWATCH_SAMPLES names holds some; they are not part of the project. None
//! was really recorded: they are made from the fields that public clients read. Both questions get the same reply here.

use super::*;

#[test]
fn recorded_answers_tell_what_is_known_of_them() {
    for path in parcelwatch_plugin::replay::samples("china_post") {
        let name = path.file_name().and_then(|name| name.to_str()).expect("a name").to_owned();
        let mut replay = Replay::<ChinaPost>::of();
        replay.recording(&path);
        let failure = |replay: &mut Replay<ChinaPost>| replay.track_one(NUMBER).expect_err("no answer").kind;
        match name.as_str() {
            "business-api-items.constructed.json" => {
                replay.setting("customer", "SAMPLE").setting("business_url", business::ADDRESS);
                let answer = replay.track_one("LY845039167CN").expect("the scans read");
                assert_eq!(
                    lines(&answer),
                    [
                        "2021-08-20T10:05:00 - | delivered 463 | 【美国】已妥投 @ 美国 [US]",
                        "2021-08-02T16:20:11 Asia/Shanghai | origin_processing 713 | 邮件到达【EXAMPLE OFFICE】 @ EXAMPLE \
                         OFFICE [CN]",
                    ]
                );
                assert!(answer.done);
            }
            "guest-bad-signature.constructed.json" => assert_eq!(failure(&mut replay), FailureKind::AuthFailed),
            "guest-check-needs-phone-digits.constructed.json" => {
                assert_eq!(failure(&mut replay), FailureKind::Unsupported)
            }
            "guest-check-no-information.constructed.json" => {
                assert_eq!(failure(&mut replay), FailureKind::Inconclusive)
            }
            "guest-check-open.constructed.json" => {
                // It opens the record, and as the record it holds nothing.
                assert_eq!(failure(&mut replay), FailureKind::Inconclusive);
                assert_eq!(replay.requests().len(), 2);
            }
            "guest-trace-delivered-three-newest.constructed.json" => {
                delivered(&replay.track_one("LZ430297212CN").expect("delivered"));
            }
            // One we do not know is read without a panic; that is all that can be asked of it.
            _ => drop(replay.track_one(NUMBER)),
        }
    }
}

fn delivered(answer: &Answer) {
    assert_eq!(
        lines(answer),
        [
            "2026-08-03T15:41:00 - | delivered 463 | 【巴西】已妥投 @ 巴西 [BR]",
            "2026-08-03T08:00:00 - | out_for_delivery 462 | 【巴西】安排投递 @ 巴西 [BR]",
            "2026-08-01T09:12:00 - | local_processing 460 | 离开【巴西】处理中心 @ 巴西 [BR]",
            "2026-07-10T17:03:22 Asia/Shanghai | accepted - | 已揽收 @ EXAMPLE OFFICE [CN]",
        ]
    );
    assert_eq!((answer.destination.as_deref(), answer.done), (Some("BR"), true));
    assert_eq!(answer.facts, [("scans".into(), "14".into())]);
}
