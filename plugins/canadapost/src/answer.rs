//! The form of Canada Post's answer, and what it tells of a parcel.

use parcelwatch_plugin::http::Reply;
use parcelwatch_plugin::prelude::*;
use parcelwatch_plugin::xml::{self, Node};

use crate::{errors, scan};

/// The option under which money is due at the door.
const CASH_ON_DELIVERY: &str = "CH_COD_VALUE";

/// Reads what the answer says of one number: a parcel, or messages that say why there is none.
pub(crate) fn read(reply: &Reply, number: &str) -> Result<Answer, Failure> {
    let document = reply.xml().map_err(|failure| errors::POLICY.unread(reply, failure))?;
    let root = document.root_element();
    match xml::find(root, "tracking-detail") {
        Some(node) => Detail { node, number }.answer(),
        None => Err(errors::failure(root, number, reply)),
    }
}

/// What the answer says of one number. The sender's customer numbers and references stand in it, too, and are not read.
struct Detail<'a, 'input> {
    node: Node<'a, 'input>,
    number: &'a str,
}

impl Detail<'_, '_> {
    fn answer(&self) -> Result<Answer, Failure> {
        let number = self.number;
        // An answer to one number need not repeat it.
        if self.text("pin").is_some_and(|pin| !text::is_variant(&pin, number)) {
            return Err(Failure::other_number("Canada Post", number));
        }
        let Some(list) = xml::child(self.node, "significant-events") else {
            return Err(Failure::without("Canada Post", number, "list of events"));
        };
        let events: Vec<Event> =
            xml::children(list, "occurrence").filter(|node| !scan::is_proof(*node)).map(scan::event).collect();
        let Some(newest) = events.first() else {
            return Err(Failure::not_scanned("Canada Post", number));
        };
        let done = is_end(Some(newest.status));
        Ok(Answer {
            window: self.window().filter(|_| !done),
            handoffs: self.way_back().into_iter().collect(),
            origin: origin(&events),
            destination: self.destination(),
            facts: self.facts(xml::children(list, "occurrence").any(scan::is_signature)),
            ..Answer::of(events)
        })
    }

    fn text(&self, name: &str) -> Option<String> {
        xml::text(self.node, name)
    }

    /// The day it was moved to, or the one promised at first.
    fn window(&self) -> Option<Window> {
        let day = |name| civil::parse(&self.text(name)?).map(civil::date_at_midnight);
        let latest = day("changed-expected-date").or_else(|| day("expected-delivery-date"))?;
        Some(Window::new(None, latest))
    }

    /// The number under which a parcel travels back to its sender; the label for it may only lie in the box.
    fn way_back(&self) -> Option<Handoff> {
        let number = Handoff::number(&self.text("return-pin")?, self.number)?;
        let handoff = Handoff::new(number, Role::Return, 70, "Canada Post gives it as the number of the way back");
        Some(handoff.at(Some("canadapost".to_owned()), Some("CA".to_owned())))
    }

    /// The answer names no country. A Canadian postal code does; digits alone could be a code of several countries.
    fn destination(&self) -> Option<String> {
        let code = self.text("destination-postal-id")?.replace(' ', "");
        let is_canadian = code.len() == 6
            && code.as_bytes().chunks(2).all(|pair| pair[0].is_ascii_alphabetic() && pair[1].is_ascii_digit());
        is_canadian.then(|| "CA".to_owned())
    }

    fn facts(&self, is_signed: bool) -> Vec<(String, String)> {
        let options =
            || xml::child(self.node, "delivery-options").into_iter().flat_map(|list| xml::children(list, "item"));
        let mut named: Vec<String> = Vec::new();
        for words in options().filter_map(|option| xml::text(option, "delivery-option-description")) {
            if !named.contains(&words) {
                named.push(words);
            }
        }
        let is_cash_due =
            options().any(|option| xml::text(option, "delivery-option").as_deref() == Some(CASH_ON_DELIVERY));
        let is_signed = is_signed || self.text("signature-image-exists").as_deref() == Some("true");
        facts([
            ("service", self.text("service-name")),
            ("options", (!named.is_empty()).then(|| named.join("; "))),
            ("delay", self.text("changed-expected-delivery-reason").map(|words| scan::words(&words))),
            ("fee", is_cash_due.then(|| "cash on delivery, the amount is not told".to_owned())),
            ("proof_of_delivery", is_signed.then(|| "a signature, kept by Canada Post".to_owned())),
        ])
    }
}

/// Canada, where Canada Post took the parcel over there itself. Of a parcel from abroad it tells no acceptance.
fn origin(events: &[Event]) -> Option<String> {
    let accepted = events.iter().find(|event| event.status == Status::Accepted)?;
    accepted.place.as_ref()?.country.clone().filter(|country| country == "CA")
}
