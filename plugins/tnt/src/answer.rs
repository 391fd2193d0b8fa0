//! The form of TNT's answer, and what it tells of a consignment. What nobody reads stays in it: who signed, addresses,
//! account numbers, and the reference that the sender gave, which may be a name.

use parcelwatch_plugin::http::Reply;
use parcelwatch_plugin::prelude::*;
use parcelwatch_plugin::xml::{self, Node};

use crate::{codes, errors};

/// The depot that TNT writes where a parcel is FedEx's.
const FEDEX_DEPOT: &str = "FDX";
/// FedEx's numbers have so many digits; a reference of another form is a sender's own.
const FEDEX_DIGITS: std::ops::RangeInclusive<usize> = 12..=22;

/// One of the consignments of an answer.
#[derive(Debug, Default)]
pub(crate) struct Consignment {
    /// Under which it was asked, and under which TNT knows it as well.
    pub numbers: Vec<String>,
    pub origin_depot: Option<String>,
    /// FedEx's number for it.
    pub fedex: Option<String>,
    pub collected: Option<Moment>,
    pub origin: Option<String>,
    pub destination: Option<String>,
    pub town: Option<String>,
    summary: Option<String>,
    pieces: Option<u32>,
    pub events: Vec<Event>,
}

/// The consignments of an answer, or the error in their place. An answer of many pages, with a continuation key, comes
/// only to a question about an account.
pub(crate) fn consignments(reply: &Reply) -> Result<Vec<Consignment>, Failure> {
    let document = reply.xml()?;
    let root = document.root_element();
    let consignments: Vec<Consignment> = xml::children(root, "Consignment").map(Consignment::of).collect();
    if !consignments.is_empty() {
        return Ok(consignments);
    }
    if let Some(error) = xml::child(root, "Error") {
        return Err(errors::failure(&xml::text(error, "Code").unwrap_or_default()));
    }
    if root.tag_name().name() == "TrackResponse" && !root.children().any(|child| child.is_element()) {
        return Ok(Vec::new());
    }
    Err(Failure::changed("TNT's answer has neither consignments nor an error any more"))
}

impl Consignment {
    fn of(node: Node<'_, '_>) -> Self {
        let origin_depot = xml::text(node, "OriginDepot");
        let is_fedex = origin_depot.as_deref() == Some(FEDEX_DEPOT);
        let reference = is_fedex.then(|| xml::text(node, "CustomerReference")).flatten();
        let numbers = ["ConsignmentNumber", "AlternativeConsignmentNumber"];
        let summary = xml::text(node, "SummaryCode");
        let mut events: Vec<Event> = xml::children(node, "StatusData").filter_map(event).collect();
        let delivered = delivered_unseen(&events, summary.as_deref());
        events.splice(..0, delivered);
        Self {
            numbers: numbers.iter().filter_map(|name| xml::text(node, name)).collect(),
            fedex: reference.and_then(|reference| fedex_number(&reference)),
            origin_depot,
            collected: xml::text(node, "CollectionDate").and_then(|date| moment(&date, None)),
            origin: country(node, "OriginCountry"),
            destination: country(node, "DestinationCountry"),
            town: xml::text(node, "DeliveryTown"),
            summary,
            pieces: xml::text(node, "PieceQuantity").and_then(|count| count.parse().ok()).filter(|count| *count > 0),
            events,
        }
    }

    /// TNT repeats the number of a consignment that it does not know.
    pub(crate) fn is_unknown(&self) -> bool {
        self.events.is_empty() && self.summary.as_deref() == Some(codes::NOT_FOUND)
    }

    /// How far it is, by its newest scan that says something, or by its summary where there is none.
    pub(crate) fn status(&self) -> Option<Status> {
        let of_summary = || Some(codes::SUMMARIES.status(self.summary.as_deref()?));
        let unknown = || self.events.first().map(|event| event.status);
        latest_known(&self.events).or_else(unknown).or_else(of_summary)
    }

    pub(crate) fn answer(&self, number: &str) -> Result<Answer, Failure> {
        let Some(status) = self.status() else {
            return Err(Failure::not_scanned("TNT", number));
        };
        Ok(Answer {
            events: self.events.clone(),
            summary: self.summary.as_deref().map(|code| codes::SUMMARIES.summary(code, codes::summary_words(code))),
            handoffs: self.handoff(number).into_iter().collect(),
            origin: self.origin.clone(),
            destination: self.destination.clone(),
            facts: facts([("pieces", self.pieces.map(|pieces| pieces.to_string()))]),
            done: is_end(Some(status)),
            ..Answer::default()
        })
    }

    fn handoff(&self, number: &str) -> Option<Handoff> {
        let further = self.fedex.clone().filter(|further| further != number)?;
        let because = "TNT names FedEx as the depot where it began, and this as its reference";
        Some(Handoff::new(further, Role::HandOff, 90, because).at(Some("fedex".to_owned()), None))
    }
}

/// The delivery that only the summary tells, because the newest scan has a code that TNT does not publish. It happened when
/// that scan did. What goes back may be summed up as delivered as well, and is not.
fn delivered_unseen(events: &[Event], summary: Option<&str>) -> Option<Event> {
    let newest = events.first().filter(|event| event.status == Status::Unknown)?;
    let told = codes::SUMMARIES.status(summary?);
    let mut unlisted = events.iter().take_while(|event| event.status == Status::Unknown);
    let goes_back = unlisted.any(|event| event.text.to_ascii_lowercase().contains("return"));
    if told != Status::Delivered || latest_known(events) == Some(Status::Delivered) || goes_back {
        return None;
    }
    Some(Event { moment: newest.moment.clone(), ..Event::new(told, codes::summary_words(summary?).to_owned()) })
}

fn fedex_number(reference: &str) -> Option<String> {
    let number: String = reference.split_whitespace().collect();
    (FEDEX_DIGITS.contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit())).then_some(number)
}

/// `None` for an entry that says nothing at all.
fn event(node: Node<'_, '_>) -> Option<Event> {
    let code = xml::text(node, "StatusCode");
    let words = xml::text(node, "StatusDescription").unwrap_or_default();
    if code.is_none() && words.is_empty() {
        return None;
    }
    let status = codes::SCANS.status(code.as_deref());
    let time = xml::text(node, "LocalEventTime");
    let place = xml::text(node, "DepotName").or_else(|| xml::text(node, "Depot"));
    Some(Event {
        moment: xml::text(node, "LocalEventDate").and_then(|date| moment(&date, time.as_deref())),
        code,
        place: place.map(Place::named),
        ..Event::new(status, text::discreet(&words))
    })
}

/// `20261119` and `0841`: the clock of the depot, and nobody says which zone it keeps. Put into the usual spelling
/// first, because a reader of formats would make the plugin twice as large.
fn moment(date: &str, time: Option<&str>) -> Option<Moment> {
    let (day, time) = (date.get(6..8).filter(|_| date.len() == 8)?, time.filter(|time| time.len() == 4));
    let date = format!("{}-{}-{day}", date.get(..4)?, date.get(4..6)?);
    let clock = time.and_then(|time| civil::parse(&format!("{date} {}:{}", time.get(..2)?, time.get(2..)?)));
    clock.or_else(|| civil::parse(&date))
}

fn country(node: Node<'_, '_>, name: &str) -> Option<String> {
    let country = Country::new(&xml::text(xml::child(node, name)?, "CountryCode")?).filter(Country::is_assigned)?;
    Some(country.to_string())
}
