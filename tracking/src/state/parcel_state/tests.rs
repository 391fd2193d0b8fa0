use super::*;
use crate::record::{LegState, Mark, MarkKind, Summary, Timeline};
use crate::testing::*;

/// What one carrier told, oldest first, and what we make of it: `status stage`.
#[track_caller]
fn check(lines: &[&str], expected: &str) -> ParcelState {
    check_of(&cross_border(), lines, expected)
}

#[track_caller]
fn check_of(parcel: &Parcel, lines: &[&str], expected: &str) -> ParcelState {
    let parcel_state = ParcelState::of(&told(lines), parcel);
    assert_eq!(format!("{} {}", parcel_state.status.key(), parcel_state.stage.key()), expected);
    parcel_state
}

fn told(lines: &[&str]) -> Timeline {
    let mut timeline = timeline(&["demo"]);
    let dated: Vec<String> =
        (1..)
            .zip(lines)
            .map(|(day, line)| {
                if line.contains('|') { (*line).to_owned() } else { format!("{line} | 2026-11-{day:02} 10:00 +00:00") }
            })
            .collect();
    let dated: Vec<&str> = dated.iter().map(String::as_str).collect();
    timeline.absorb(LegNo(0), &report(day(28, 0), &dated));
    timeline
}

#[test]
fn a_journey_goes_on_stage_by_stage() {
    let steps = [
        "registered",
        "accepted",
        "export_customs",
        "departed_origin",
        "arrived_destination",
        "customs_cleared",
        "handed_to_local",
        "out_for_delivery",
        "delivered",
    ];
    let stages = ["pre_transit", "origin", "origin", "line_haul", "import", "import", "last_mile", "last_mile", "done"];
    for (count, stage) in (1..).zip(stages) {
        check(&steps[..count], &format!("{} {stage}", steps[count - 1]));
    }
}

#[test]
fn without_a_scan_the_order_or_the_number_says_what_is_known() {
    let parcel_state = ParcelState::of(&Timeline::default(), &parcel());
    assert_eq!((parcel_state.status, parcel_state.stage), (Status::OrderReceived, Stage::Ordered));
    let numbered =
        Parcel { numbers: vec![crate::vocabulary::TrackingNumber::new("AB1234").expect("a number")], ..parcel() };
    let parcel_state = ParcelState::of(&timeline(&["demo"]), &numbered);
    assert_eq!(
        (parcel_state.status, parcel_state.stage, parcel_state.acknowledged),
        (Status::Unknown, Stage::PreTransit, false)
    );
    let packed = Parcel { order_status: Some(Status::Packed), ..numbered };
    assert_eq!(ParcelState::of(&timeline(&["demo"]), &packed).status, Status::Packed);
}

#[test]
fn the_summary_of_an_older_parcel_is_not_believed() {
    let mut timeline = told(&["in_transit | 2026-02-05 10:00 +00:00", "delivered | 2026-02-07 10:00 +00:00"]);
    let summary = Summary { status: Status::Delivered, code: None, text: "Delivered".into() };
    timeline.legs[0].summary = Some(summary.clone());
    let numbers = vec![timeline.legs[0].number.clone()];
    let ordered = "2026-11-01".parse().ok();
    let parcel_state = ParcelState::of(&timeline, &Parcel { ordered, numbers: numbers.clone(), ..parcel() });
    assert_eq!((parcel_state.status, parcel_state.stage), (Status::Unknown, Stage::PreTransit));
    // Where nothing contradicts it, it is all there is.
    timeline.events.clear();
    let parcel_state = ParcelState::of(&timeline, &Parcel { ordered, numbers, ..parcel() });
    assert_eq!(parcel_state.status, Status::Delivered);
}

#[test]
fn a_label_is_not_a_parcel() {
    let parcel_state = check(&["registered", "registered"], "registered pre_transit");
    assert!(parcel_state.milestones.is_empty() && parcel_state.acknowledged);
}

#[test]
fn customs_papers_filed_before_the_flight_move_nothing() {
    check(&["accepted", "import_customs"], "accepted origin");
    check(&["accepted", "import_customs", "departed_origin"], "departed_origin line_haul");
    check(&["accepted", "departed_origin", "import_customs"], "import_customs import");
    check(&["accepted", "import_customs | 2026-11-05 10:00 +01:00 | Customs | FR"], "import_customs import");
    check(&["customs_hold"], "customs_hold import");
}

#[test]
fn customs_messages_out_of_order_do_not_go_back() {
    check(&["departed_origin", "customs_cleared", "import_customs"], "customs_cleared import");
    check(&["departed_origin", "customs_cleared", "customs_hold"], "customs_hold import");
    check(&["departed_origin", "customs_hold", "customs_cleared"], "customs_cleared import");
}

#[test]
fn late_scans_of_an_earlier_stage_do_not_go_back() {
    check(&["departed_origin", "arrived_destination", "departed_origin", "in_transit"], "arrived_destination import");
    check(&["out_for_delivery", "handed_to_local"], "out_for_delivery last_mile");
}

#[test]
fn in_transit_within_the_country_of_origin_is_still_the_origin() {
    check(&["accepted", "in_transit", "export_customs"], "export_customs origin");
    check(&["accepted", "in_transit | 2026-11-03 10:00 +01:00 | Sorted | BE"], "in_transit line_haul");
    check_of(&parcel(), &["accepted", "in_transit"], "in_transit line_haul");
}

#[test]
fn out_for_delivery_is_no_promise() {
    let parcel_state = check(&["out_for_delivery", "local_processing"], "local_processing last_mile");
    assert!(parcel_state.rolled_back);
    let parcel_state =
        check(&["out_for_delivery", "local_processing", "out_for_delivery"], "out_for_delivery last_mile");
    assert!(!parcel_state.rolled_back);
}

#[test]
fn delivered_stands_against_late_scans_and_falls_to_a_new_attempt() {
    check(&["delivered | 2026-11-05 10:00 +00:00", "arrived_destination | 2026-11-05 18:00 +00:00"], "delivered done");
    check(&["delivered | 2026-11-05 10:00 +00:00", "out_for_delivery | 2026-11-05 10:20 +00:00"], "delivered done");
    let parcel_state = check(
        &["delivered | 2026-11-05 10:00 +00:00", "out_for_delivery | 2026-11-06 08:00 +00:00"],
        "out_for_delivery last_mile",
    );
    assert!(parcel_state.reached(Milestone::Delivered));
}

#[test]
fn a_return_is_a_way_of_its_own() {
    check(&["delivery_failed", "returning", "in_transit"], "returning back");
    let parcel_state = check(&["delivery_failed", "returning", "returned"], "returned back");
    assert!(parcel_state.closed);
    for country in ["FR", "CN", ""] {
        let delivered = format!("delivered | 2026-11-09 10:00 +01:00 | Delivered | {country}");
        assert!(check(&["returning", "local_processing", &delivered], "returned back").closed, "{country}");
    }
    check(&["returning", "local_processing | 2026-11-08 10:00 +01:00 | Sorted | FR"], "returning back");
    check(&["returning", "handed_to_local", "arrived_at_sorting", "out_for_delivery"], "returning back");
}

#[test]
fn a_return_ends_where_the_carrier_tries_to_deliver_again() {
    for attempt in ["out_for_delivery", "delivery_failed", "available_for_pickup"] {
        let attempt = format!("{attempt} | 2026-11-08 08:00 +01:00 | Again | FR");
        let status = attempt.split_whitespace().next().unwrap_or_default();
        check(&["returning", &attempt], &format!("{status} last_mile"));
        check(&["returning", &attempt, "delivered | 2026-11-09 10:00 +01:00 | Delivered | FR"], "delivered done");
    }
    // At home a van may bring it to the sender as well.
    let home = Parcel { origin: Country::new("FR"), country: Country::new("FR"), ..parcel() };
    check_of(&home, &["returning", "out_for_delivery | 2026-11-08 08:00 +01:00 | Van | FR"], "returning back");
    check_of(&home, &["returning", "delivered | 2026-11-08 08:00 +01:00 | There | FR"], "returned back");
}

#[test]
fn trouble_keeps_the_stage_and_ends_with_the_next_movement() {
    let parcel_state = check(&["departed_origin", "exception"], "departed_origin line_haul");
    assert_eq!(parcel_state.trouble, Some(Status::Exception));
    let parcel_state = check(&["departed_origin", "exception", "arrived_destination"], "arrived_destination import");
    assert_eq!(parcel_state.trouble, None);
}

#[test]
fn a_cancelled_label_ends_it_and_a_cancelled_scan_does_not() {
    assert!(check(&["registered", "cancelled"], "cancelled ordered").closed);
    check(&["accepted", "cancelled"], "accepted origin");
}

#[test]
fn an_unknown_code_says_nothing() {
    let parcel_state = check(&["accepted", "unknown"], "accepted origin");
    assert_eq!(parcel_state.moved_at, Some(day(2, 10)));
}

#[test]
fn the_five_moments_are_reached_once_each() {
    let parcel_state = check(
        &["accepted", "departed_origin", "arrived_destination", "out_for_delivery", "out_for_delivery", "delivered"],
        "delivered done",
    );
    let reached: Vec<Milestone> = parcel_state.milestones.iter().map(|(milestone, _)| *milestone).collect();
    assert_eq!(reached, Milestone::ALL);
    let domestic = Parcel { origin: Country::new("FR"), country: Country::new("FR"), ..parcel() };
    let parcel_state = check_of(&domestic, &["accepted", "local_processing", "delivered"], "delivered done");
    let reached: Vec<Milestone> = parcel_state.milestones.iter().map(|(milestone, _)| *milestone).collect();
    assert_eq!(reached, [Milestone::Shipped, Milestone::Delivered]);
}

#[test]
fn after_the_hand_off_the_local_carrier_has_it() {
    let mut timeline = timeline(&["first", "local"]);
    timeline.absorb(
        LegNo(0),
        &report(day(20, 0), &["accepted | 2026-11-02 10:00 +08:00", "handed_to_local | 2026-11-10 10:00 +01:00"]),
    );
    assert_eq!(ParcelState::of(&timeline, &cross_border()).holder, Some(LegNo(1)));
    timeline.legs[1].state = LegState::Rejected;
    assert_eq!(ParcelState::of(&timeline, &cross_border()).holder, Some(LegNo(0)));
}

#[test]
fn the_place_is_that_of_the_last_scan_that_names_one() {
    let parcel_state =
        check(&["accepted | 2026-11-01 10:00 +08:00 | In | CN", "departed_origin"], "departed_origin line_haul");
    assert_eq!(parcel_state.place.map(|place| place.text), Some("CN".to_owned()));
}

#[test]
fn what_the_person_says_is_final() {
    let mut timeline = told(&["delivered"]);
    timeline.marks.push(Mark { at: day(3, 0), kind: MarkKind::NotHere });
    let parcel_state = ParcelState::of(&timeline, &cross_border());
    assert_eq!((parcel_state.status, parcel_state.closed), (Status::NotDelivered, false));
    timeline.marks.push(Mark { at: day(4, 0), kind: MarkKind::HaveIt });
    timeline.marks.push(Mark { at: day(5, 0), kind: MarkKind::Note("It was behind the door.".into()) });
    let parcel_state = ParcelState::of(&timeline, &cross_border());
    assert_eq!((parcel_state.status, parcel_state.closed), (Status::Delivered, true));
}

/// One carrier told these, its own summary is this, and the newest scan has a code that nobody knows.
fn summed_up(lines: &[&str], summary: Status) -> ParcelState {
    let mut timeline = told(lines);
    let mut newest = event("unknown | 2026-11-20 10:00 +00:00 | Left with the robot | | Q9");
    newest.status = Status::Unknown;
    let mut report = report(at("2026-12-05T00:00:00Z"), &[]);
    report.events = vec![newest];
    report.summary = Some(Summary { status: summary, code: None, text: "summary".to_owned() });
    timeline.absorb(LegNo(0), &report);
    ParcelState::of(&timeline, &cross_border())
}

#[test]
fn the_carriers_summary_counts_where_nobody_knows_the_newest_code() {
    for (lines, summary, expected, is_by_summary) in [
        (&["out_for_delivery"][..], Status::Delivered, (Status::Delivered, Stage::Done), true),
        (&["arrived_destination"], Status::AvailableForPickup, (Status::AvailableForPickup, Stage::LastMile), true),
        (&["delivery_failed"], Status::Returning, (Status::Returning, Stage::Back), true),
        (&[], Status::Delivered, (Status::Delivered, Stage::Done), true),
        // A summary that lags behind the scans says nothing new.
        (&["out_for_delivery"], Status::InTransit, (Status::OutForDelivery, Stage::LastMile), false),
        (&["returning"], Status::Delivered, (Status::Returning, Stage::Back), false),
        (&["accepted"], Status::Unknown, (Status::Accepted, Stage::Origin), false),
    ] {
        let state = summed_up(lines, summary);
        assert_eq!((state.status, state.stage), expected, "{lines:?} {summary:?}");
        assert_eq!((state.is_by_summary, state.unread.is_some()), (is_by_summary, true), "{lines:?} {summary:?}");
    }
    assert!(summed_up(&["out_for_delivery"], Status::Delivered).reached(Milestone::Delivered));
    let read = check(&["out_for_delivery"], "out_for_delivery last_mile");
    assert!(read.unread.is_none());
}

#[test]
fn a_summary_that_knows_of_no_delivery_contradicts_the_scans() {
    let contradiction = |lines: &[&str], status| {
        let mut timeline = told(lines);
        let mut report = report(at("2026-12-05T00:00:00Z"), &[]);
        report.summary = Some(Summary { status, code: None, text: "summary".to_owned() });
        timeline.absorb(LegNo(0), &report);
        ParcelState::of(&timeline, &cross_border()).undelivered_summary
    };
    let delivered = &["out_for_delivery", "delivered"][..];
    assert_eq!(contradiction(delivered, Status::InTransit), Some(Status::InTransit));
    assert_eq!(contradiction(delivered, Status::AvailableForPickup), Some(Status::AvailableForPickup));
    for (lines, summary) in [
        (delivered, Status::Delivered),
        (delivered, Status::Unknown),
        (&["out_for_delivery"], Status::InTransit),
        (&["returning", "returned"], Status::InTransit),
    ] {
        assert_eq!(contradiction(lines, summary), None, "{lines:?} {summary:?}");
    }
}

#[test]
fn a_carrier_that_does_not_know_the_number_holds_nothing() {
    use crate::vocabulary::{Failure, FailureKind};
    for (kind, holder) in [
        (None, 1),
        (Some(FailureKind::Unavailable), 1),
        (Some(FailureKind::NotFound), 0),
        (Some(FailureKind::NeedsCredential), 0),
    ] {
        let mut timeline = timeline(&["first", "local"]);
        timeline
            .absorb(LegNo(0), &report(day(3, 0), &["handed_to_local | 2026-11-02 10:00 +01:00 | Handed over | FR"]));
        if let Some(kind) = kind {
            timeline.fail(LegNo(1), Failure::new(kind, "x"), day(3, 1));
        }
        assert_eq!(ParcelState::of(&timeline, &cross_border()).holder, Some(LegNo(holder)), "{kind:?}");
    }
}

#[test]
fn the_place_of_a_delivery_is_none_of_the_origin() {
    let place = |lines: &[&str]| ParcelState::of(&told(lines), &cross_border()).place.map(|place| place.text);
    let left = "left_sorting | 2026-11-01 10:00 +08:00 | Left | Dongguan";
    let departed = "departed_origin | 2026-11-02 10:00 +08:00 | Left China | CN";
    assert_eq!(place(&[left]).as_deref(), Some("Dongguan"));
    assert_eq!(place(&[left, departed, "delivered | 2026-11-09 10:00 +01:00 | Delivered"]), None);
    let sorted = "local_processing | 2026-11-08 10:00 +01:00 | Sorted | Lyon";
    let delivered = "delivered | 2026-11-09 10:00 +01:00 | Delivered";
    assert_eq!(place(&[left, departed, sorted, delivered]).as_deref(), Some("Lyon"));
}
