//! Recorded answers, where the folder that PARCELWATCH_SAMPLES names holds some; they are not part of the project.

use super::*;

#[test]
fn recorded_answers_tell_what_is_known_of_them() {
    for path in parcelwatch_plugin::replay::samples("china_ems") {
        let name = path.file_name().and_then(|name| name.to_str()).expect("a name").to_owned();
        let mut replay = Replay::<ChinaEms>::of();
        if name.starts_with("partner") {
            replay.setting("partner_origin", "https://items.ems.post");
        }
        let found = replay.recording(&path).track_one("EB123456785CN");
        match name.as_str() {
            "partner-api-bad-key.xml" => assert_eq!(found.expect_err("a bad key").kind, FailureKind::AuthFailed),
            "partner-api-traces.xml" => traces(&found.expect("the traces read")),
            "upu-page-delivered.constructed.html" => delivered(&found.expect("delivered")),
            "upu-page-not-found.constructed.html" => {
                assert_eq!(found.expect_err("unknown").kind, FailureKind::NotFound);
            }
            // One we do not know has been read without a panic; that is all that can be asked of it.
            _ => {}
        }
    }
}

fn traces(answer: &Answer) {
    let lines: Vec<String> = answer.events.iter().map(line).collect();
    assert_eq!(
        lines,
        [
            "2017-08-07T12:28:00 - | arrived_at_sorting - | Arrival at Sorting Center @ ShangHaiShi 20110600 [-]",
            "2017-08-07T03:27:26 - | left_sorting - | Despatch from Sorting Center @ AnHuiShengHeFeiShi GJCL [-]",
            "2017-08-06T23:08:24 - | arrived_at_sorting - | Arrival at Sorting Center @ AnHuiShengHeFeiShi 23001600 [-]",
            "2017-08-06T18:51:00 - | left_sorting - | Despatch from Sorting Center @ 24710020 [-]",
            "2017-08-06T18:48:00 - | arrived_at_sorting - | Arrival at Sorting Center @ AnHuiShengChiZhouShi CHIZHOU [-]",
            "2017-08-06T17:02:00 - | left_sorting - | Despatch from Sorting Center @ AnHuiShengChiZhouShi SHITAI [-]",
            "2017-08-06T08:50:00 - | accepted - | Posting @ AnHuiShengChiZhouShi 24516700 [-]",
        ]
    );
    assert!(!answer.done);
}

fn delivered(answer: &Answer) {
    let lines: Vec<String> = answer.events.iter().map(line).collect();
    assert_eq!(
        lines,
        [
            "2026-03-07T11:52:00 - | delivered - | Delivered @ NETHERLANDS [NL]",
            "2026-03-07T07:30:00 - | out_for_delivery - | Out for delivery @ NETHERLANDS [NL]",
            "2026-03-06T13:00:00 - | customs_cleared - | Released from import customs @ NETHERLANDS [NL]",
            "2026-03-05T08:40:00 - | import_customs - | Presented to import customs @ NETHERLANDS [NL]",
            "2026-03-05T08:15:00 - | arrived_destination - | Arrived at destination import office @ NETHERLANDS [NL]",
            "2026-03-03T06:00:00 - | departed_origin - | Departed from export office @ CHINA [CN]",
            "2026-03-02T21:10:00 - | origin_processing - | Arrived at export office @ CHINA [CN]",
            "2026-03-01T16:05:00 - | accepted - | Posted @ CHINA [CN]",
        ]
    );
    assert!(answer.done && answer.handoffs.is_empty() && answer.window.is_none());
}
