use super::*;

#[test]
fn an_item_is_followed_from_its_post_to_the_door() {
    let answer = told(JOURNEY).expect("the journey reads");
    let lines: Vec<String> = answer.events.iter().map(line).collect();
    assert_eq!(
        lines,
        [
            "2026-11-08T11:52:00 - | delivered - | Delivered @ NETHERLANDS [NL]",
            "2026-11-08T07:30:00 - | out_for_delivery - | Out for delivery @ -",
            "2026-11-08T06:02:00 - | unknown - | Carried on & by a drone @ Sample 'T' exchange office [-]",
            "2026-11-07T13:00:00 - | customs_cleared - | Released from import customs @ NETHERLANDS [NL]",
            "2026-11-06T08:40:00 - | import_customs - | PRESENTED TO IMPORT CUSTOMS @ NETHERLANDS [NL]",
            "2026-11-06T08:15:00 - | arrived_destination - | Arrived at destination import office @ NETHERLANDS [NL]",
            "2026-11-04T06:00:00 - | departed_origin - | Departed from export office @ CHINA [CN]",
            "2026-11-03T23:30:00 - | export_customs - | Presented to export customs and security @ CHINA [CN]",
            "2026-11-03T21:10:00 - | origin_processing - | Arrived at export office @ CHINA [CN]",
            "2026-11-02T16:05:00 - | accepted - | Posted @ Modelcity posting office 10000017 [-]",
        ]
    );
    assert!(answer.done && answer.window.is_none() && answer.handoffs.is_empty());
}

#[test]
fn items_of_other_posts_are_asked_at_the_same_page() {
    let number = "EE700000013NL";
    let mut replay = Replay::<ChinaEms>::of();
    replay.on("GET", &address(number)).reply(200, &JOURNEY.replace(NUMBER, number));
    assert_eq!(replay.track_one(number).expect("the journey reads").events.len(), 10);
}

#[test]
fn the_older_form_of_the_page_reads_too() {
    let older = format!(
        "<!DOCTYPE html><HTML><body><table class='result-table' id=table-{NUMBER}><TR><TH>Date and time</TH></TR>\
         <TR><TD>Nov 2, 2026 4:05 PM</TD><TD>Posted</TD><TD>CHINA</TD></TR>\
         <tr><td>Nov 3, 2026 12:10\u{202f}AM</td><td> Delivery\n attempted </td></tr>\
         <tr><td>Nov 4, 2026</td><td>Returned</td><td>-</td></tr></table></body></HTML>"
    );
    let lines: Vec<String> = told(&older).expect("it reads").events.iter().map(line).collect();
    assert_eq!(
        lines,
        [
            "2026-11-04 | unknown - | Returned @ - [-]",
            "2026-11-03T00:10:00 - | delivery_failed - | Delivery attempted @ -",
            "2026-11-02T16:05:00 - | accepted - | Posted @ CHINA [CN]",
        ]
    );
}

#[test]
fn an_item_under_way_is_not_done() {
    let answer = told(&JOURNEY.replace(">Delivered<", ">Arrived at post office<")).expect("it is under way");
    assert_eq!((answer.events[0].status, answer.done), (Status::LocalProcessing, false));
}

#[test]
fn nobody_is_named() {
    let spoken = JOURNEY
        .replace(">Delivered<", ">Delivered, signed by A. Sample<")
        .replace(">Out for delivery<", ">Out for delivery, call 06 12 34 56 78<")
        .replace("Sample &#39;T&#39; exchange office", "Exchange office, 0612345678");
    let answer = told(&spoken).expect("the journey reads");
    let texts: Vec<&str> = answer.events[..2].iter().map(|event| event.text.as_str()).collect();
    assert_eq!(texts, ["Delivered, signed by …", "Out for delivery, call …"]);
    let everything = format!("{answer:?}");
    for person in ["A. Sample", "06 12", "0612345678"] {
        assert!(!everything.contains(person), "{person} is in {everything}");
    }
}

#[test]
fn every_wording_of_the_list_has_a_meaning() {
    let listed = [
        ("Posted", Status::Accepted),
        ("Arrived at export office", Status::OriginProcessing),
        ("Departed from export office", Status::DepartedOrigin),
        ("Arrived at sorting center", Status::InTransit),
        ("Arrived at destination import office", Status::ArrivedDestination),
        ("Presented to import customs", Status::ImportCustoms),
        ("Held for customs inspection", Status::ImportCustoms),
        ("Released from import customs", Status::CustomsCleared),
        ("Departed from destination import office", Status::LocalProcessing),
        ("Arrived at post office", Status::LocalProcessing),
        ("Out for delivery", Status::OutForDelivery),
        ("Delivered", Status::Delivered),
    ];
    for (words, status) in listed {
        assert_eq!(codes::status(codes::PAGE, words), status, "{words}");
    }
    // The rest was seen on the page and is in no list.
    assert_eq!(codes::PAGE.iter().count(), listed.len() + 7);
    assert!(codes::PAGE.iter().chain(codes::PARTNER.iter()).all(|(_, status)| status != Status::Unknown));
    assert_eq!(codes::status(codes::PAGE, "Delivered soon"), Status::Unknown);
}
