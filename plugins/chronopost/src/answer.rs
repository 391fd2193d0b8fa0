//! The form of Chronopost's answer, and what it tells of a parcel.

use parcelwatch_plugin::http::Reply;
use parcelwatch_plugin::prelude::*;
use parcelwatch_plugin::xml::{self, Node};

use crate::extras::Extras;
use crate::{codes, extras};

/// What stands in place of an office where nobody had the parcel in hand: the label was made by a program.
const NO_OFFICE: &str = "Web Services";

/// The answer to a question about one number.
pub(crate) fn read(reply: &Reply, number: &str) -> Result<Answer, Failure> {
    let document = reply.xml()?;
    parse(document.root_element(), number).map_err(|failure| failure.of(reply))
}

fn parse(envelope: Node<'_, '_>, number: &str) -> Result<Answer, Failure> {
    let body = xml::child(envelope, "Body");
    if let Some(fault) = body.and_then(|body| xml::child(body, "Fault")) {
        return Err(failed(fault));
    }
    let response = body.and_then(|body| xml::child(body, "trackSkybillV2Response"));
    let Some(told) = response.and_then(|response| xml::child(response, "return")) else {
        return Err(Failure::changed("Chronopost's answer is not one about a parcel any more"));
    };
    let history = xml::child(told, "listEventInfoComp");
    match (xml::text(told, "errorCode").as_deref(), history) {
        (Some("0") | None, Some(history)) => parcel(history, number),
        (Some("0"), None) => Err(not_found(number)),
        (Some(code), _) => Err(refused(code, xml::text(told, "errorMessage"), number)),
        (None, None) => Err(Failure::without("Chronopost", number, "list of events")),
    }
}

/// A SOAP fault blames the question or the service.
fn failed(fault: Node<'_, '_>) -> Failure {
    let code = xml::text(fault, "faultcode").unwrap_or_default();
    match code.rsplit(':').next() {
        Some("Client") => Failure::changed("Chronopost's tracking service does not understand the question any more"),
        _ => Failure::unavailable("Chronopost's tracking service failed; it is asked again"),
    }
}

/// The vendor does not say what its error codes mean. A number that nobody knows has one, and so has a service in
/// trouble, which only its words tell apart.
fn refused(code: &str, words: Option<String>, number: &str) -> Failure {
    let words = words.unwrap_or_default().to_lowercase();
    if words.contains("system") || words.contains("système") {
        return Failure::inconclusive(format!(
            "Chronopost could not look {number} up, which proves nothing; it is asked again"
        ));
    }
    let code: String = code.chars().filter(char::is_ascii_alphanumeric).take(8).collect();
    Failure::not_found(format!("{} (error {code})", not_found(number).message))
}

fn not_found(number: &str) -> Failure {
    Failure::unknown_number("Chronopost", number)
}

fn parcel(history: Node<'_, '_>, number: &str) -> Result<Answer, Failure> {
    if xml::text(history, "skybillNumber").is_some_and(|named| !text::is_variant(&named, number)) {
        let message =
            format!("Chronopost answered about another number than {number}, which proves nothing; it is asked again");
        return Err(Failure::inconclusive(message));
    }
    // Oldest first. An element with nothing in it is how some writers put a list of nothing.
    let says_something = |scan: &Node<'_, '_>| xml::own_text(*scan).is_some();
    let scans: Vec<Node<'_, '_>> = xml::children(history, "events").filter(says_something).collect();
    if scans.is_empty() {
        return Err(not_found(number));
    }
    let is_notice = |event: &Event| event.code.as_deref() == Some(codes::NOTICE);
    let mut events: Vec<Event> =
        scans.iter().rev().map(|scan| event(*scan)).filter(|event| !is_notice(event)).collect();
    for newer in 1..events.len() {
        if events[newer - 1].code.as_deref() == Some(codes::TO_SHOP)
            && events[newer].code.as_deref() == Some(codes::AT_SHOP)
        {
            events[newer - 1].status = events[newer].status;
        }
    }
    let Extras { handoffs, facts } = extras::read(&scans, number);
    Ok(Answer { handoffs, facts, ..Answer::of(events) })
}

fn event(scan: Node<'_, '_>) -> Event {
    let words = xml::text(scan, "eventLabel").unwrap_or_default();
    let code = xml::text(scan, "code");
    let status = codes::status(code.as_deref(), &words);
    Event {
        moment: xml::text(scan, "eventDate").as_deref().and_then(civil::parse),
        code,
        place: place(scan),
        ..Event::new(status, without_people(&words))
    }
}

/// The office and its postcode. An office is a town, a depot or a shop, so that nothing in it is called a town, and the
/// postcode may be one of another country.
fn place(scan: Node<'_, '_>) -> Option<Place> {
    let office = xml::text(scan, "officeLabel").filter(|office| !office.eq_ignore_ascii_case(NO_OFFICE));
    let postcode = xml::text(scan, "zipCode");
    let text = office.map(|office| without_people(&office)).or_else(|| postcode.clone())?;
    Some(Place { text, postcode, ..Place::default() })
}

fn without_people(words: &str) -> String {
    text::discreet(words)
}
