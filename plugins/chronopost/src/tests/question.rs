use parcelwatch_plugin::http::Body;
use parcelwatch_plugin::xml::{self, Node};

use super::*;

/// The elements of a document without their namespaces, each with its own words: `Body/trackSkybillV2/language en_GB`.
fn elements(node: Node<'_, '_>, above: &str, told: &mut Vec<String>) {
    let path = format!("{above}/{}", node.tag_name().name());
    let words = node.text().unwrap_or_default().trim();
    told.push(format!("{path} {words}").trim_end().to_owned());
    for child in node.children().filter(Node::is_element) {
        elements(child, &path, told);
    }
}

fn outline(document: &str) -> Vec<String> {
    let document = xml::parse(document).expect("XML");
    let mut told = Vec::new();
    elements(document.root_element(), "", &mut told);
    told
}

#[test]
fn the_question_names_operation_language_and_number() {
    let mut replay = Replay::<Chronopost>::of();
    replay.on("POST", TRACK).reply(200, JOURNEY);
    replay.track_one(NUMBER).expect("the journey reads");
    let [request] = &replay.sent()[..] else { panic!("one question") };
    let header = |name: &str| request.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    assert_eq!((header("soapaction"), header("content-type")), (Some("\"\""), Some("text/xml; charset=utf-8")));
    let Body::Text(body) = &request.body else { panic!("a body of text") };
    assert_eq!(
        outline(body),
        [
            "/Envelope",
            "/Envelope/Body",
            "/Envelope/Body/trackSkybillV2",
            "/Envelope/Body/trackSkybillV2/language en_GB",
            "/Envelope/Body/trackSkybillV2/skybillNumber 10000000000017",
        ]
    );
    let document = xml::parse(body).expect("XML");
    let namespace = |name: &str| {
        let element = xml::find(document.root_element(), name).expect("the element");
        element.tag_name().namespace().map(str::to_owned)
    };
    assert_eq!(namespace("Envelope").as_deref(), Some("http://schemas.xmlsoap.org/soap/envelope/"));
    assert_eq!(namespace("trackSkybillV2").as_deref(), Some("http://cxf.tracking.soap.chronopost.fr/"));
    assert_eq!(namespace("skybillNumber"), None);
}

#[test]
fn the_question_is_the_one_that_is_known_to_work() {
    let known =
        parcelwatch_plugin::replay::samples("chronopost").into_iter().find(|path| path.ends_with("request.xml"));
    let Some(known) = known else { return };
    let known = std::fs::read_to_string(known).expect("a recording");
    assert_eq!(outline(&envelope("89108749065090")), outline(&known));
    // The recording declares the operation's namespace and puts the operation into SOAP's by mistake.
    let document = xml::parse(&known).expect("XML");
    assert!(document.root_element().namespaces().any(|namespace| namespace.uri() == TRACKING));
}

#[test]
fn a_number_that_could_break_out_of_the_question_is_not_asked() {
    let mut replay = Replay::<Chronopost>::of();
    for number in ["1</skybillNumber>", "&lt;", "A B", "../1", "10000000000017\n", "日本語", "", &"1".repeat(41)] {
        assert_eq!(replay.track_one(number).expect_err("no number").kind, FailureKind::InvalidNumber, "{number}");
    }
    assert!(replay.requests().is_empty());
}

#[test]
fn several_parcels_are_asked_one_by_one_until_the_door_is_shut() {
    let mut replay = Replay::<Chronopost>::of();
    replay.on("POST", TRACK).reply(200, JOURNEY);
    replay.on("POST", TRACK).reply(429, "");
    let found = replay.track_all(&[NUMBER, "1/2", "10000000000024", "10000000000031"]);
    let kinds: Vec<_> = found.iter().map(|found| found.as_ref().err().map(|failure| failure.kind)).collect();
    let limited = Some(FailureKind::RateLimited);
    assert_eq!(kinds, [None, Some(FailureKind::InvalidNumber), limited, limited]);
    assert_eq!(replay.requests().len(), 2);
}
