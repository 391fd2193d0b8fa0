use super::*;

const REUSED: &str = include_str!("../../replies/reused.json");

fn chosen(body: &str, number: &str, hints: &[(&str, &str)]) -> Result<String, Failure> {
    let found = replies(200, body).track_with(number, hints);
    found.map(|answer| moment(answer.events[0].moment.as_ref()))
}

#[test]
fn hints_settle_which_story_is_meant() {
    const OLD: &str = "at 2026-03-12T09:26:00-06:00";
    const NEW: &str = "at 2026-11-15T16:00:00-06:00";
    for (hints, expected) in [
        (&[("ordered", "2026-11-01")] as &[_], NEW),
        (&[("ordered", "2026-11-13")], NEW),
        (&[("ship_date", "2026-11-14")], NEW),
        (&[("ship_date", "2026-11-12")], NEW),
        (&[("ship_date", "2026-03-10")], OLD),
        (&[("ship_date", "2026-03-10"), ("ordered", "2026-11-01")], OLD),
        (&[("postcode", "75201")], OLD),
        (&[("country", "FR")], NEW),
        (&[("shipment", "2461348000~770000000037~FX")], NEW),
    ] {
        assert_eq!(chosen(REUSED, "770000000037", hints).as_deref(), Ok(expected), "{hints:?}");
    }
}

#[test]
fn without_a_hint_the_person_chooses_by_ship_date() {
    let failure = chosen(REUSED, "770000000037", &[]).expect_err("two stories");
    assert_eq!((failure.kind, failure.scope), (FailureKind::Ambiguous, Scope::Parcel));
    let choices: Vec<String> =
        failure.choices.iter().map(|choice| format!("{}={}: {}", choice.hint.0, choice.hint.1, choice.label)).collect();
    assert_eq!(
        choices,
        [
            "ship_date=2026-03-10: shipped 2026-03-10, to DALLAS, TX, US, Delivered",
            "ship_date=2026-11-14: shipped 2026-11-14, to LYON, FR, Accepted by the carrier",
        ]
    );
    for choice in &failure.choices {
        let found = chosen(REUSED, "770000000037", &[(&choice.hint.0, &choice.hint.1)]);
        assert!(found.is_ok(), "{choice:?}: {found:?}");
    }
}

#[test]
fn an_old_story_alone_is_not_taken_for_the_new_one() {
    let failure = chosen(REUSED, "770000000037", &[("ordered", "2026-12-01")]).expect_err("both are older");
    assert_eq!((failure.kind, failure.choices.len()), (FailureKind::Ambiguous, 2));
    assert!(failure.message.contains("2026-12-01"), "{}", failure.message);
}

/// A story that begins on a day, with codes newest first.
fn story(id: &str, shipped: &str, codes: &[&str]) -> String {
    story_to("", id, shipped, codes)
}

/// The same of a parcel to a country.
fn story_to(country: &str, id: &str, shipped: &str, codes: &[&str]) -> String {
    let scans: Vec<String> =
        codes.iter().map(|code| format!(r#"{{"date": "{shipped}T12:00:00-06:00", "eventType": "{code}"}}"#)).collect();
    format!(
        r#"{{"trackingNumberInfo": {{"trackingNumberUniqueId": "{id}"}}, "scanEvents": [{}],
            "recipientInformation": {{"address": {{"countryCode": "{country}"}}}},
            "dateAndTimes": [{{"type": "SHIP", "dateTime": "{shipped}T00:00:00-06:00"}}]}}"#,
        scans.join(", ")
    )
}

#[track_caller]
fn check(stories: &[String], expected: Option<Status>) {
    check_with(stories, &[], expected);
}

#[track_caller]
fn check_with(stories: &[String], hints: &[(&str, &str)], expected: Option<Status>) {
    for stories in [stories.to_vec(), stories.iter().rev().cloned().collect()] {
        let found = replies(200, &told("770000000037", &stories.join(", "))).track_with("770000000037", hints);
        assert_eq!(found.ok().map(|answer| answer.events[0].status), expected, "{hints:?} {stories:?}");
    }
}

#[test]
fn a_label_without_scans_loses_against_a_parcel() {
    check(&[story("A", "2026-05-01", &["OC"]), story("B", "2026-11-14", &["DL", "PU"])], Some(Status::Delivered));
    check(&[story("A", "2026-11-14", &["OC"]), story("B", "2026-11-14", &["IT"])], Some(Status::InTransit));
    // A label for a new parcel under a number that was used half a year ago: either may be meant.
    check(&[story("A", "2026-05-01", &["DL", "PU"]), story("B", "2026-11-14", &["OC"])], None);
}

#[test]
fn a_parcel_taken_in_again_goes_on_under_the_later_story() {
    check(&[story("A", "2026-11-14", &["AR", "PU"]), story("B", "2026-11-15", &["DL", "OD"])], Some(Status::Delivered));
    check(&[story("A", "2026-08-14", &["DL", "PU"]), story("B", "2026-11-15", &["OD"])], None);
    let failure = ask(
        "770000000037",
        &told("770000000037", &[story("A", "2026-11-14", &["IT"]), story("B", "2026-11-14", &["DL"])].join(", ")),
    )
    .expect_err("both began on one day");
    assert_eq!(failure.choices[0].hint, ("shipment".into(), "A".into()));
}

#[test]
fn parcels_to_two_countries_are_two() {
    let stories = [
        story_to("FR", "A", "2026-11-10", &["IT", "PU"]),
        story_to("US", "B", "2026-11-16", &["DL", "PU"]),
        story_to("FR", "C", "2026-11-18", &["OC"]),
    ];
    check(&stories, None);
    check(&stories[1..], None);
    check_with(&stories, &[("country", "FR")], Some(Status::InTransit));
    check_with(&stories, &[("country", "US")], Some(Status::Delivered));
    check_with(&stories, &[("shipment", "A"), ("ship_date", "2026-11-16")], Some(Status::InTransit));
}

#[test]
fn what_the_person_named_is_not_given_up_for_another() {
    let label = [story("A-1", "2026-11-20", &["OC"]), story("B-2", "2026-11-08", &["DL", "PU"])];
    check(&label, Some(Status::Delivered));
    for hint in [("ship_date", "2026-11-20"), ("ship_date", "2026-11-18"), ("shipment", "A-1"), ("shipment", "a1")] {
        check_with(&label, &[hint], Some(Status::Registered));
    }
    check_with(&label, &[("ship_date", "2026-11-08")], Some(Status::Delivered));
    let close = [story("A-1", "2026-11-20", &["OC"]), story("B-2", "2026-11-18", &["DL", "PU"])];
    check_with(&close, &[("ship_date", "2026-11-20")], Some(Status::Registered));
    check_with(&close, &[("ship_date", "2026-11-18")], Some(Status::Delivered));
    check_with(&close, &[("ship_date", "2026-11-19")], None);
    // Both are near the date, and the second goes on with the first.
    let again = [story("A-1", "2026-11-14", &["AR", "PU"]), story("B-2", "2026-11-15", &["DL", "OD"])];
    check_with(&again, &[("ship_date", "2026-11-14")], Some(Status::Delivered));
    check_with(&again, &[("shipment", "A-1")], Some(Status::InTransit));
}

#[test]
fn the_same_story_told_twice_is_one() {
    let same = story("A", "2026-11-14", &["IT"]);
    check(&[same.clone(), same], Some(Status::InTransit));
}

#[test]
fn a_refusal_beside_a_story_does_not_count() {
    let refusal = r#"{"error": {"code": "TRACKING.TRACKINGNUMBER.NOTFOUND"}}"#.to_owned();
    check(&[refusal, story("A", "2026-11-14", &["IT"])], Some(Status::InTransit));
}

#[test]
fn the_letters_of_tnts_number_name_the_country_where_it_began() {
    let began = |country: &str| {
        told(
            "123456785",
            &format!(
                r#"{{"additionalTrackingInfo": {{"nickname": ""}}, "trackingNumberInfo": {{"trackingNumber": "123456785",
                    "trackingNumberUniqueId": "1~123456785~TNT"}},
                    "shipperInformation": {{"address": {{"countryCode": "{country}"}}}},
                    "scanEvents": [{{"eventType": "DL", "date": "2026-11-20T10:00:00+01:00"}}]}}"#
            ),
        )
    };
    let settled =
        |number: &str, country: &str, hints: &[(&str, &str)]| chosen(&began(country), number, hints).map(drop);
    for (number, country) in
        [("GE123456785NL", "NL"), ("GE123456785NL", ""), ("GD123456785WW", "IT"), ("123456785", "IT")]
    {
        assert_eq!(settled(number, country, &[]), Ok(()), "{number} from {country}");
    }
    let failure = settled("GE123456785NL", "IT", &[]).expect_err("a stranger's");
    assert_eq!(failure.kind, FailureKind::Ambiguous);
    let choice = failure.choices[0].hint.clone();
    assert_eq!(choice, ("ship_date".to_owned(), "2026-11-20".to_owned()));
    assert_eq!(settled("GE123456785NL", "IT", &[("shipment", "1~123456785~TNT")]), Ok(()));
    assert_eq!(settled("GE123456785NL", "IT", &[(&choice.0, &choice.1)]), Ok(()));
    assert_eq!(settled("GE123456785NL", "IT", &[("ship_date", "2026-11-19")]), Ok(()));
    assert!(settled("GE123456785NL", "IT", &[("ship_date", "2026-11-01")]).is_err());
}

#[test]
fn the_persons_word_and_a_parcel_that_moves_weigh_more_than_the_letters() {
    let story = |country: &str, id: &str, kind: &str, day: &str| {
        format!(
            r#"{{"trackingNumberInfo": {{"trackingNumber": "123456785", "trackingNumberUniqueId": "{id}"}},
                "shipperInformation": {{"address": {{"countryCode": "{country}"}}}},
                "dateAndTimes": [{{"type": "SHIP", "dateTime": "2026-11-{day}T00:00:00-06:00"}}],
                "scanEvents": [{{"eventType": "{kind}", "date": "2026-11-{day}T10:00:00+01:00"}}]}}"#
        )
    };
    let newest = |other: &str, hints: &[(&str, &str)]| {
        let body = told("123456785", &[story("NL", "A", "OC", "19"), story(other, "B", "DL", "20")].join(","));
        replies(200, &body).track_with("GE123456785NL", hints).map(|answer| answer.events[0].status).ok()
    };
    assert_eq!(newest("IT", &[]), Some(Status::Registered), "the letters say so");
    assert_eq!(newest("IT", &[("shipment", "B")]), Some(Status::Delivered));
    assert_eq!(newest("", &[]), Some(Status::Delivered), "a label whose parcel goes on under another story");
}
