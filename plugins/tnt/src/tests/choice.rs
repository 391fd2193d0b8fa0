use super::*;

const OLD: Status = Status::Delivered;
const NEW: Status = Status::InTransit;

fn chosen(number: &str, hints: &[(&str, &str)]) -> Result<Status, Failure> {
    replies(200, REUSED).track_with(number, hints).map(|answer| answer.events[0].status)
}

#[test]
fn hints_settle_which_parcel_is_meant() {
    for (hints, expected) in [
        (&[("ordered", "2026-11-10")] as &[_], NEW),
        (&[("ship_date", "2026-11-17")], NEW),
        (&[("ship_date", "2026-03-02")], OLD),
        (&[("ship_date", "2026-03-02"), ("ordered", "2026-11-10")], OLD),
        (&[("country", "GB")], NEW),
        (&[("country", "DE")], OLD),
        (&[("shipment", "EX5")], NEW),
    ] {
        assert_eq!(chosen("700000035", hints), Ok(expected), "{hints:?}");
    }
}

#[test]
fn the_letters_of_a_number_name_the_country_where_it_began() {
    assert_eq!(chosen("GE700000035NL", &[]), Ok(NEW));
    assert_eq!(chosen("GD700000035IT", &[]), Ok(OLD));
    // Letters that fit no parcel, or no country, settle nothing.
    for number in ["GE700000035FR", "GD700000035WW"] {
        let failure = chosen(number, &[]).expect_err("two parcels");
        assert_eq!(failure.kind, FailureKind::Ambiguous, "{number}");
    }
    let own = told("GE700000013NL", &JOURNEY.replace(NUMBER, "GE700000013NL")).expect("told with its letters");
    assert_eq!(own.events.len(), 6);
}

#[test]
fn a_parcel_from_another_country_than_the_letters_say_is_not_taken_alone() {
    let (italian, _) = REUSED.split_once("</Consignment>").expect("the first of several");
    let italian = format!("{italian}</Consignment></TrackResponse>");
    let ask = |number: &str, body: &str, hints: &[(&str, &str)]| {
        let found = replies(200, body).track_with(number, hints).map(|answer| answer.events[0].status);
        found.map_err(|failure| (failure.kind, failure.choices))
    };
    let choice = Choice {
        hint: ("ship_date".into(), "2026-03-02".into()),
        label: "collected 2026-03-02, from IT, to SAMPLEBURG, DE, Delivered".into(),
    };
    let unsure = Err((FailureKind::Ambiguous, vec![choice]));
    for (number, hints, expected) in [
        ("GE700000035FR", &[] as &[_], &unsure),
        ("GE700000035FR", &[("country", "DE")], &unsure),
        ("GE700000035FR", &[("ship_date", "2026-06-01")], &unsure),
        ("GE700000035FR", &[("ship_date", "2026-03-02")], &Ok(OLD)),
        ("GE700000035FR", &[("shipment", "ex1")], &Ok(OLD)),
        ("GE700000035IT", &[], &Ok(OLD)),
        ("GE700000035WW", &[], &Ok(OLD)),
        ("700000035", &[], &Ok(OLD)),
    ] {
        assert_eq!(&ask(number, &italian, hints), expected, "{number} {hints:?}");
    }
    // One that does not say where it began may be ours.
    let silent = italian.replace("<CountryCode>IT</CountryCode>", "");
    assert_eq!(ask("GE700000035FR", &silent, &[]), Ok(OLD));
    // A country that fits one of two is no word of the user's for it.
    assert_eq!(ask("GE700000035FR", REUSED, &[("country", "GB")]).map_err(|(_, choices)| choices.len()), Err(2));
}

#[test]
fn without_a_hint_the_person_chooses_by_the_day_of_collection() {
    let failure = chosen("700000035", &[]).expect_err("two parcels");
    assert_eq!((failure.kind, failure.scope), (FailureKind::Ambiguous, Scope::Parcel));
    let choices: Vec<String> =
        failure.choices.iter().map(|choice| format!("{}={}: {}", choice.hint.0, choice.hint.1, choice.label)).collect();
    assert_eq!(
        choices,
        [
            "ship_date=2026-03-02: collected 2026-03-02, from IT, to SAMPLEBURG, DE, Delivered",
            "ship_date=2026-11-16: collected 2026-11-16, from NL, to EXAMPLETON, GB, In transit",
        ]
    );
    for choice in &failure.choices {
        assert!(chosen("700000035", &[(&choice.hint.0, &choice.hint.1)]).is_ok(), "{choice:?}");
    }
}

#[test]
fn two_parcels_of_one_day_are_told_apart_by_their_depots() {
    let same_day = REUSED.replace("20261116", "20260302");
    let failure = told("700000035", &same_day).expect_err("two parcels");
    let hints: Vec<_> = failure.choices.iter().map(|choice| (&*choice.hint.0, &*choice.hint.1)).collect();
    assert_eq!(hints, [("shipment", "EX1"), ("shipment", "EX5")]);
}

#[test]
fn a_parcel_from_before_the_order_is_not_taken_for_the_new_one() {
    let failure = chosen("700000035", &[("ordered", "2026-11-20")]).expect_err("both are older");
    assert_eq!((failure.kind, failure.choices.len()), (FailureKind::Ambiguous, 2));
    assert!(failure.message.contains("2026-11-20"), "{}", failure.message);
}

#[test]
fn what_tnt_does_not_know_beside_a_parcel_does_not_count() {
    let body = JOURNEY.replace("</TrackResponse>", &UNKNOWN[UNKNOWN.find("<Cons").unwrap_or(0)..]);
    assert!(told(NUMBER, &body.replace("700000044", NUMBER)).is_ok());
}
