use std::io::{Cursor, Read as _};

use jiff::tz::TimeZone;
use parcelwatch_tracking::{
    CarrierId, Event, EventId, Leg, LegNo, Mark, MarkKind, Norms, Parcel, ParcelId, Place, Polling, RecordedEvent,
    Role, Status, Timeline, TrackingNumber,
};

use super::*;
use crate::config::Config;
use crate::report::{JudgementContext, judge};
use crate::store::ParcelRow;

fn at(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

fn case() -> Case {
    let mut parcel = Parcel::new(ParcelId::new("lamp").expect("an id"), "Lamp <b>");
    parcel.order = Some("8190".into());
    parcel.marketplace = Some("aliexpress".into());
    parcel.seller = Some("Bright & Co".into());
    let mut leg =
        Leg::new(LegNo(0), TrackingNumber::new("COU1").expect("a number"), Role::Given, at("2026-11-18T08:00:00Z"));
    leg.carrier = CarrierId::new("courier");
    let event = Event {
        moment: Moment::clock("2026-11-19T08:00:00", Some("GMT+8".into())),
        status: Status::Delivered,
        code: Some("DONE".into()),
        text: "=cmd, <script>alert(1)</script>".into(),
        translation: None,
        place: Some(Place { text: "Paris".into(), ..Place::default() }),
        facts: [("delivered_to", "mailbox"), ("signed_by", "DOE")].into_iter().collect(),
    };
    let seen = RecordedEvent {
        id: EventId::of("courier", "COU1", &event),
        leg: LegNo(0),
        event,
        first_seen_at: at("2026-11-19T09:00:00Z"),
        read_at: at("2026-11-19T09:00:00Z"),
        position: Some(0),
    };
    let marks = vec![Mark { at: at("2026-11-20T09:00:00Z"), kind: MarkKind::Note("It is not there.".into()) }];
    let exchange = Exchange {
        method: "GET".into(),
        url: "https://courier.example/track".into(),
        request_body: None,
        status: 200,
        headers: Vec::new(),
        body: "DONE|=cmd".into(),
    };
    let answer = Answer {
        leg: LegNo(0),
        carrier: CarrierId::new("courier").expect("an id"),
        plugin: "abc".into(),
        first_at: at("2026-11-19T09:00:00Z"),
        last_at: at("2026-11-19T10:00:00Z"),
        exchanges: vec![exchange],
    };
    let row =
        ParcelRow { pk: 1, added_at: at("2026-11-18T08:00:00Z"), removed_at: None, archived_at: None, review_at: None };
    let timeline = Timeline { legs: vec![leg], events: vec![seen], windows: Vec::new(), marks };
    let record = ParcelRecord { row, parcel, timeline };
    let exported_at = at("2026-11-22T12:00:00Z");
    let names = Names::new([], TimeZone::get("Europe/Paris").expect("a zone of the table"));
    let context = JudgementContext {
        config: std::sync::Arc::new(Config::default()),
        names: names.clone(),
        norms: Norms::default(),
        polling: Polling { since: exported_at, loading: false },
    };
    let view = judge(&record, &context, exported_at).view;
    let attachments = vec!["door.jpg".to_owned()];
    Case { record, view, names, answers: vec![answer], attachments, exported_at }
}

fn packed() -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    pack(&case(), |name| Ok(format!("the photo {name}").into_bytes()), &mut bytes).expect("an export");
    bytes.into_inner()
}

/// Every file of an export, unpacked.
fn unpacked() -> Vec<File> {
    let mut zip = zip::ZipArchive::new(Cursor::new(packed())).expect("a zip file");
    let names: Vec<String> = zip.file_names().map(|name| name.expect("a name").into_owned()).collect();
    let unpack = |name: String| {
        let mut content = Vec::new();
        zip.by_name(&name).expect("it is there").read_to_end(&mut content).expect("it unpacks");
        File { name, content }
    };
    let mut files: Vec<File> = names.into_iter().map(unpack).collect();
    files.sort_by(|a, b| a.name.cmp(&b.name));
    files
}

fn text<'a>(files: &'a [File], name: &str) -> &'a str {
    let file = files.iter().find(|file| file.name == name).unwrap_or_else(|| panic!("{name} is there"));
    std::str::from_utf8(&file.content).expect("UTF-8")
}

#[test]
fn an_export_holds_the_history_in_words_and_as_it_came() {
    let files = unpacked();
    let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "MANIFEST.txt",
            "attachments/door.jpg",
            "history.csv",
            "history.html",
            "history.json",
            "raw/001-courier-2026-11-19.json"
        ]
    );
    let html = text(&files, "history.html");
    for shown in [
        "&#60;script&#62;",
        "2026-11-19 08:00:00",
        "doubtful: GMT+8",
        "2026-11-19 10:00 UTC+01:00",
        "DONE",
        "signed by",
        "Bright &#38; Co",
        "It is not there.",
        "6 rue Menars",
        "exported 2026-11-22 13:00 UTC+01:00",
        "attachments/door.jpg",
    ] {
        assert!(html.contains(shown), "{shown:?} in {html}");
    }
    assert!(!html.contains("<script"), "{html}");
    let csv = text(&files, "history.csv");
    assert_eq!(csv.lines().count(), 2);
    assert!(csv.contains("\"'=cmd, <script>alert(1)</script>\""), "{csv}");
    let json: Value = serde_json::from_str(text(&files, "history.json")).expect("JSON");
    assert_eq!((&json["marks"][0]["text"], &json["seller"]), (&"It is not there.".into(), &"Bright & Co".into()));
    let raw: Value = serde_json::from_str(text(&files, "raw/001-courier-2026-11-19.json")).expect("JSON");
    assert_eq!((&raw["number"], &raw["exchanges"][0]["body"]), (&"COU1".into(), &"DONE|=cmd".into()));
}

#[test]
fn the_manifest_names_every_other_file_with_its_sum() {
    let files = unpacked();
    let manifest = text(&files, "MANIFEST.txt");
    assert_eq!(manifest.lines().count(), files.len() - 1);
    for line in manifest.lines() {
        let (sum, name) = line.split_once("  ").expect("a sum, two blanks, a name");
        let file = files.iter().find(|file| file.name == name).expect("a file of the export");
        assert_eq!(sum, super::sum(&file.content));
    }
}

#[test]
fn the_same_case_gives_the_same_bytes() {
    assert_eq!(packed(), packed());
    assert_eq!(text(&unpacked(), "attachments/door.jpg"), "the photo door.jpg");
}

#[test]
fn facts_are_named_for_people() {
    let told: Facts = [("signed_by", "DOE"), ("weight", "1 kg")].into_iter().collect();
    assert_eq!(facts(&told), "signed by: DOE; weight: 1 kg");
}
