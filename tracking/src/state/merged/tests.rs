use super::*;
use crate::testing::*;

fn absorb(timeline: &mut Timeline, no: u16, hour: i8, lines: &[&str]) {
    timeline.absorb(LegNo(no), &report(day(20, hour), lines));
}

#[test]
fn within_a_leg_the_carriers_order_stands_even_where_clocks_go_back() {
    let mut timeline = timeline(&["demo"]);
    // The flight leaves in the evening of one zone and lands in the afternoon of another.
    let told = [
        "departed_origin | 2026-11-04 20:00 GMT+8 | Left",
        "arrived_destination | 2026-11-04 17:00 GMT+8 | Landed",
        "customs_cleared | 2026-11-04 17:00 GMT+8 | Released",
    ];
    absorb(&mut timeline, 0, 0, &told);
    assert_eq!(
        lines(&timeline, &parcel()),
        ["departed_origin: Left", "arrived_destination: Landed", "customs_cleared: Released"]
    );
}

#[test]
fn two_carriers_that_tell_one_scan_make_one_entry() {
    let mut timeline = timeline(&["first", "local"]);
    absorb(&mut timeline, 0, 0, &["delivered | 2026-11-20 15:25 GMT+8 | Signed | | SIGNED"]);
    absorb(&mut timeline, 1, 0, &["delivered | 2026-11-20 15:25 -05:00 | Delivered, mailbox | US"]);
    let parcel = Parcel { country: crate::vocabulary::Country::new("US"), ..parcel() };
    let merged = merged_events(&timeline, &parcel);
    assert_eq!(merged.len(), 1);
    assert_eq!(merged[0].lead.event.text, "Delivered, mailbox", "the exact clock leads");
    assert_eq!(merged[0].sources().count(), 2);
}

#[test]
fn a_date_and_a_clock_are_one_scan_only_for_what_happens_once() {
    let mut timeline = timeline(&["first", "local"]);
    absorb(&mut timeline, 0, 0, &["in_transit | 2026-11-10 | Moving", "departed_origin | 2026-11-11 | Left China"]);
    absorb(
        &mut timeline,
        1,
        0,
        &["in_transit | 2026-11-10 09:00 +08:00 | Moving", "departed_origin | 2026-11-11 18:00 +08:00 | Flight left"],
    );
    assert_eq!(lines(&timeline, &cross_border()).iter().filter(|line| line.starts_with("in_transit")).count(), 2);
    assert_eq!(lines(&timeline, &cross_border()).iter().filter(|line| line.ends_with("(+1)")).count(), 1);
}

#[test]
fn two_scans_of_one_carrier_are_never_one() {
    let mut timeline = timeline(&["demo"]);
    absorb(
        &mut timeline,
        0,
        0,
        &[
            "local_processing | 2026-11-10 09:00 +01:00 | In | FR | IN",
            "local_processing | 2026-11-10 09:00 +01:00 | Out | FR | OUT",
        ],
    );
    assert_eq!(lines(&timeline, &parcel()).len(), 2);
}

#[test]
fn a_line_that_was_worded_or_timed_anew_replaces_the_old_one() {
    let mut timeline = timeline(&["demo"]);
    absorb(
        &mut timeline,
        0,
        1,
        &["accepted | 2026-11-10 09:00 ? | Accepted | | IN", "in_transit | 2026-11-11 09:00 ? | Moving | | MV"],
    );
    absorb(
        &mut timeline,
        0,
        2,
        &[
            "accepted | 2026-11-10 09:00 ? | Accepted by carrier | | IN",
            "in_transit | 2026-11-11 11:00 ? | Moving | | MV",
        ],
    );
    assert_eq!(lines(&timeline, &parcel()), ["accepted: Accepted by carrier (+1)", "in_transit: Moving (+1)"]);
}

#[test]
fn across_legs_the_stage_decides_where_clocks_cannot_be_trusted() {
    let mut timeline = timeline(&["first", "local"]);
    absorb(
        &mut timeline,
        0,
        0,
        &["departed_origin | 2026-11-10 20:00 ? | Left", "arrived_destination | 2026-11-11 09:00 ? | Landed"],
    );
    absorb(
        &mut timeline,
        1,
        0,
        &["handed_to_local | 2026-11-11 02:00 ? | Taken over", "out_for_delivery | 2026-11-12 08:00 ? | Out"],
    );
    let keys: Vec<String> =
        lines(&timeline, &parcel()).iter().map(|line| line.split(':').next().unwrap_or_default().to_owned()).collect();
    assert_eq!(keys, ["departed_origin", "arrived_destination", "handed_to_local", "out_for_delivery"]);
}

#[test]
fn a_clock_is_read_at_the_place_of_the_scan_whatever_the_carrier_hints() {
    let mut timeline = timeline(&["cainiao"]);
    absorb(
        &mut timeline,
        0,
        0,
        &["out_for_delivery | 2026-11-10 07:52 GMT+08:00 | Out", "delivered | 2026-11-10 15:25 GMT+08:00 | Signed"],
    );
    let parcel = Parcel {
        origin: crate::vocabulary::Country::new("CN"),
        country: crate::vocabulary::Country::new("BE"),
        ..parcel()
    };
    let merged = merged_events(&timeline, &parcel);
    assert_eq!(merged[1].at, at("2026-11-10T14:25:00Z"), "Brussels, not Beijing");
}

#[test]
fn a_local_carriers_beginning_is_the_parcels_last_mile() {
    let mut timeline = timeline(&["first", "local"]);
    absorb(
        &mut timeline,
        0,
        0,
        &["accepted | 2026-11-02 10:00 +08:00 | In | CN", "arrived_destination | 2026-11-10 10:00 +01:00 | Landed"],
    );
    absorb(
        &mut timeline,
        1,
        0,
        &[
            "registered | 2026-11-01 10:00 Z | Label",
            "accepted | 2026-11-11 10:00 +01:00 | Accepted",
            "in_transit | 2026-11-12 10:00 +01:00 | Sorted",
        ],
    );
    let keys: Vec<String> =
        merged_events(&timeline, &cross_border()).iter().map(|entry| entry.status.key().to_owned()).collect();
    assert_eq!(keys, ["registered", "accepted", "arrived_destination", "handed_to_local", "local_processing"]);
}

#[test]
fn a_scan_in_the_destination_after_customs_is_the_last_mile_whoever_tells_it() {
    let mut timeline = timeline(&["post"]);
    let told = [
        "accepted | 2026-11-02 10:00 +08:00 | In | CN",
        "in_transit | 2026-11-09 10:00 +01:00 | Airport | FR",
        "customs_cleared | 2026-11-10 10:00 +01:00 | Released | FR",
        "in_transit | 2026-11-11 10:00 +01:00 | Sorted | FR",
    ];
    absorb(&mut timeline, 0, 0, &told);
    let keys: Vec<String> =
        merged_events(&timeline, &cross_border()).iter().map(|entry| entry.status.key().to_owned()).collect();
    assert_eq!(keys, ["accepted", "in_transit", "customs_cleared", "local_processing"]);
}
