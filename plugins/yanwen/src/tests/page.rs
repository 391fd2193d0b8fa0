use super::*;

#[test]
fn a_parcel_is_followed_on_the_page_to_the_mailbox() {
    let answer = shown_with(200, PAGE).expect("the journey reads");
    assert_eq!(
        lines(&answer),
        [
            "2026-11-20T14:12:40+01:00 | delivered - | Delivered in the mailbox , … @ Sample City [-]",
            "2026-11-20T08:05:00+01:00 | out_for_delivery - | Shipment out for delivery. @ Sample City [-]",
            "2026-11-19T17:30:00+01:00 | delivery_failed - | <User not at home> @ Sample City [-]",
            "2026-11-18T22:41:09+01:00 | local_processing - | Arrived. @ Sample Depot [-]",
            "2026-11-18T06:00:00 +08:00 | handed_to_local - | Pick up by local carrier at destination port @ -",
            "2026-11-17T16:20:00+01:00 | customs_cleared - | International shipment release - Import @ Sample Airport [-]",
            "2026-11-16T06:00:00+01:00 | arrived_destination - | Port of destination - Arrival @ FR [FR]",
            "2026-11-15T23:15:00+08:00 | departed_origin - | Port of departure - Departure @ Muster Airport [-]",
            "2026-11-14T09:00:00+08:00 | handed_to_airline - | Port of departure - Received by carrier @ Muster Airport [-]",
            "2026-11-12T18:30:12+08:00 | left_sorting - | Yanwen facility - Outbound @ Muster Depot [-]",
            "2026-11-11T20:11:45+08:00 | accepted - | Yanwen Pickup Scan @ Muster Depot [-]",
            "2026-11-11T09:00:00+08:00 | registered - | Order Submited. @ -",
        ]
    );
    assert_eq!(answer.events[0].facts, [("delivered_to".into(), "mailbox".into())]);
    let summary = answer.summary.expect("the icon of the newest scan");
    assert_eq!(
        (summary.status, summary.code.as_deref(), summary.text.as_str()),
        (Status::Delivered, Some("LM40"), "Delivered")
    );
    assert_eq!((answer.origin, answer.destination.as_deref()), (None, Some("FR")));
    assert!(answer.done && answer.window.is_none());
}

#[test]
fn nothing_of_the_recipient_leaves_the_plugin() {
    let told = format!("{:?}", shown_with(200, PAGE).expect("the journey reads"));
    for person in ["Muster", "Musterweg", "Beispiel", "PIN", "Door", "0612", "345 678", "23 45 67", "ORDER-0417"] {
        assert!(PAGE.contains(person), "{person}");
        let places = told.matches("Muster Depot").count() + told.matches("Muster Airport").count();
        let found = told.matches(person).count();
        assert_eq!(found, if person == "Muster" { places } else { 0 }, "{person}");
    }
}

#[test]
fn the_local_carriers_number_is_followed_and_ones_own_is_not() {
    let handoff = shown_with(200, PAGE).expect("the journey reads").handoffs.remove(0);
    assert_eq!(
        (handoff.number.as_str(), handoff.carrier, handoff.country.as_deref()),
        ("3SYTW0000017", None, Some("FR"))
    );
    assert_eq!((handoff.role, handoff.confidence), (Role::HandOff, 85));
    for other in [NUMBER, "", "-", "being prepared"] {
        let page = PAGE.replace("3SYTW0000017", other);
        assert_eq!(shown_with(200, &page).expect("the journey reads").handoffs, [], "{other}");
    }
    let columns = PAGE.replace(r#"<div class="colFlex">ORDER-0417</div>"#, "");
    let answer = shown_with(200, &columns).expect("the journey reads");
    assert_eq!((answer.handoffs, answer.destination), (Vec::new(), None), "columns that moved are not read");
}

#[test]
fn the_local_carriers_number_is_told_before_there_is_a_scan() {
    let answer = shown_with(200, &without_scans(PAGE)).expect("a number to go on with");
    let handoff = &answer.handoffs[0];
    assert_eq!((handoff.number.as_str(), handoff.country.as_deref()), ("3SYTW0000017", Some("FR")));
    assert!(answer.events.is_empty() && answer.summary.is_none() && !answer.done);
}

#[test]
fn the_icon_means_something_only_where_the_words_do_not() {
    let newest = |icon: &str, words: &str| {
        let page = PAGE.replace("LM40.png", icon).replace("Shipment out for delivery.", words);
        shown_with(200, &page).expect("the journey reads").events.remove(0).status
    };
    assert_eq!(newest("LM40.png", "x"), Status::Delivered);
    assert_eq!(newest("LM10.png", "x"), Status::LocalProcessing);
    assert_eq!(newest("LM99.png", "x"), Status::Unknown);
    assert_eq!(newest("../LM4Ä.png", "x"), Status::Unknown);
    let known =
        PAGE.replace("Delivered in the mailbox , PIN: 0417 , Door NO: 17. Questions: 0612 345 678", "DELIVERED.");
    let known = known.replace("LM40.png", "timeline_none.png");
    assert_eq!(shown_with(200, &known).expect("it reads").events[0].status, Status::Delivered);
    let held = PAGE.replace("LM40.png", "LM10.png").replace(
        "Delivered in the mailbox , PIN: 0417 , Door NO: 17. Questions: 0612 345 678",
        "&lt;wrong address&gt;",
    );
    assert_eq!(shown_with(200, &held).expect("it reads").events[0].status, Status::DeliveryFailed);
}

#[test]
fn a_clock_is_as_exact_as_the_page_has_it() {
    let moment = |point: &str| {
        let page = PAGE.replace("08:05:00 [GMT+01]", point);
        shown_with(200, &page).expect("the journey reads").events.remove(1).moment
    };
    let clock =
        |zone: Option<&str>| Some(Moment::Clock { at: "2026-11-20T08:05:00".into(), zone: zone.map(str::to_owned) });
    assert_eq!(moment("08:05:00 [GMT+05:30]"), Some(Moment::Instant("2026-11-20T08:05:00+05:30".into())));
    assert_eq!(moment("08:05:00 [GMT-05]"), Some(Moment::Instant("2026-11-20T08:05:00-05:00".into())));
    assert_eq!(moment("08:05:00 [GMT+08]"), clock(Some("+08:00")), "the offset of China, at the destination");
    for doubtful in ["08:05:00", "08:05:00 [", "08:05:00 [GMT+unknown]", "08:05:00 [GMT]", "08:05:00 [CET]"] {
        assert_eq!(moment(doubtful), clock(None), "{doubtful}");
    }
    assert_eq!(moment(""), Some(Moment::Date("2026-11-20".into())));
    assert_eq!(moment("soon [GMT+01]"), None);
}

#[test]
fn the_place_comes_from_the_brackets_of_either_line() {
    let told = |row: &str| {
        let page = PAGE.replace("<h6>[Sample Depot]</h6><h6>【Sample Depot】Arrived.</h6>", row);
        line(&shown_with(200, &page).expect("the journey reads").events[3])
    };
    let at = "2026-11-18T22:41:09+01:00";
    assert_eq!(
        told("<h6>【Sample Depot】Arrived.</h6>"),
        format!("{at} | local_processing - | Arrived. @ Sample Depot [-]")
    );
    assert_eq!(told("<h6>[]</h6><h6>【】Arrived.</h6>"), format!("{at} | local_processing - | Arrived. @ -"));
    let elsewhere = "<h6>[Sample Hall]</h6><h6>【Sample Depot】Arrived.</h6>";
    assert_eq!(told(elsewhere), format!("{at} | local_processing - | 【Sample Depot】Arrived. @ Sample Hall [-]"));
    assert_eq!(told("<h6>【Sample Depot</h6>"), format!("{at} | unknown - | 【Sample Depot @ -"));
    assert_eq!(told(""), format!("{at} | unknown - |  @ -"));
}

#[test]
fn the_question_carries_the_digest_of_number_and_word() {
    let mut replay = Replay::<Yanwen>::of();
    replay.without_secrets().on("POST", &form(NUMBER, DIGEST)).reply(200, PAGE);
    assert!(replay.track_one(NUMBER).is_ok());
    let sent = replay.sent();
    assert_eq!((sent.len(), &sent[0].auth), (1, &None));
    assert_eq!(sent[0].body, http::Body::Text("timeZone=1".into()));
}

#[test]
fn the_operator_can_set_the_word_that_has_changed() {
    let mut replay = Replay::<Yanwen>::of();
    replay.without_secrets().setting("word", " another word ");
    replay.on("POST", &form(NUMBER, "3e704dcb461adc14e2d0f2bcbbc1894e")).reply(200, PAGE);
    assert!(replay.track_one(NUMBER).is_ok());
    let mut replay = Replay::<Yanwen>::of();
    replay.without_secrets().setting("word", " ").on("POST", &form(NUMBER, DIGEST)).reply(200, PAGE);
    assert!(replay.track_one(NUMBER).is_ok(), "an empty word is none");
}

#[test]
fn both_copies_have_to_tell_the_same_and_one_is_enough() {
    let changed = PAGE.replacen("Yanwen Pickup Scan", "Lost at sea", 1);
    let failure = shown_with(200, &changed).expect_err("two stories");
    assert_eq!(failure.kind, FailureKind::ChangedUpstream, "{}", failure.message);
    let (start, end) =
        (PAGE.find("<div class=\"cx_lb\">\n").expect("one"), PAGE.rfind("<div class=\"cx_lb\">\n").expect("two"));
    let single = format!("{}{}", &PAGE[..start], &PAGE[end..]);
    assert_eq!(shown_with(200, &single), shown_with(200, PAGE));
}

#[test]
fn markup_that_is_never_closed_costs_nothing() {
    let sloppy = PAGE.replace("<body>", "<body><center><p><form>").replace("<dl>", "<dl><li><b>");
    assert_eq!(shown_with(200, &sloppy), shown_with(200, PAGE));
}

#[test]
fn nobody_waits_for_a_turn_as_many_as_the_daemon_sends_are_asked_in_one_call() {
    let numbers: Vec<String> = (0..Yanwen::describe().batch_max).map(|i| format!("UJ00000010{i}YP")).collect();
    let asked: Vec<&str> = numbers.iter().map(String::as_str).collect();
    let mut replay = Replay::<Yanwen>::of();
    replay
        .without_secrets()
        .recording(std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/replies/not_found.html")));
    for found in replay.track_all(&asked) {
        assert_eq!(found.expect_err("another number").kind, FailureKind::Inconclusive);
    }
    assert_eq!(replay.requests().len(), asked.len());
}
