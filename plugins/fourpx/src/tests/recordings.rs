//! Recorded answers, where the folder that PARCELWATCH_SAMPLES names holds some; they are not part of the project.

use super::*;

#[test]
fn recorded_answers_tell_what_is_known_of_them() {
    for path in parcelwatch_plugin::replay::samples("fourpx") {
        let name = path.file_name().and_then(|name| name.to_str()).expect("a name").to_owned();
        let mut replay = Replay::<FourPx>::of();
        let mut ask = |number: &str| replay.recording(&path).track_one(number);
        match name.as_str() {
            "in-transit-customs-cleared.json" => in_transit(&ask("4PX3001291278502CN").expect("it is under way")),
            "not-found-skeleton.constructed.json" => {
                assert_eq!(ask("4PX3000000000000CN").expect_err("unknown").kind, FailureKind::NotFound);
            }
            // The customers' interface, which is not spoken here: it says that it does not know the application.
            "open-api-bad-app-key-mojibake.json" => {
                assert_eq!(ask(NUMBER).expect_err("refused").kind, FailureKind::AuthFailed);
            }
            // One we do not know is read without a panic; that is all that can be asked of it.
            _ => drop(ask(NUMBER)),
        }
    }
}

fn in_transit(answer: &Answer) {
    let lines: Vec<String> = answer.events.iter().map(line).collect();
    assert_eq!(
        lines,
        [
            "2024-09-05T18:18:00+00:00 | customs_cleared FPX_I_RCUK | Released from customs: customs cleared. @ -",
            "2024-09-05T18:18:00+02:00 | arrived_destination FPX_M_ATA | Arrival to the destination airport @ -",
            "2024-09-05T13:09:00+08:00 | departed_origin FPX_M_DFOA | Departure from the original airport @ -",
            "2024-09-04T15:07:11+08:00 | handed_to_airline FPX_M_HA | Hand over to airline. @ -",
            "2024-09-03T08:19:17+08:00 | origin_processing FPX_C_ADFF | Depart from facility to service provider. @ \
             ShaTian,DongGuan [-]",
            "2024-09-03T01:19:48+08:00 | origin_processing FPX_C_AAF | Shipment arrived at facility and measured. @ \
             ShaTian,DongGuan [-]",
            "2024-09-03T01:19:47+08:00 | accepted FPX_C_SPLS | 4px picked up shipment. @ ShaTian,DongGuan [-]",
            "2024-09-02T12:30:00+01:00 | registered FPX_O_IR | Order data transmitted @ AUSTRIA [AT]",
            "2024-09-02T14:30:19+08:00 | registered FPX_L_RPIF | Parcel information received @ -",
        ]
    );
    let [handoff] = answer.handoffs.as_slice() else { panic!("{:?}", answer.handoffs) };
    assert_eq!((handoff.number.as_str(), handoff.country.as_deref()), ("06215215333330", Some("AT")));
    assert_eq!((answer.origin.as_deref(), answer.destination.as_deref()), (Some("CN"), Some("AT")));
    assert!(!answer.done);
}
