//! The form of InPost's answer, and what it tells of a parcel. Only the fields named here are read.

use parcelwatch_plugin::http::Reply;
use parcelwatch_plugin::prelude::*;
use serde::Deserialize;

use crate::codes;

#[derive(Deserialize, Default)]
#[serde(default)]
struct Response {
    error: json::Text,
    tracking_number: json::Text,
    service: json::Text,
    status: json::Text,
    custom_attributes: json::Object<Attributes>,
    tracking_details: json::List<Scan>,
}

/// The locker where it is to be fetched. Its name is public, and says nothing of who fetches it.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Attributes {
    target_machine_id: json::Text,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Scan {
    status: json::Text,
    /// A branch of InPost's.
    agency: json::Text,
    datetime: json::Text,
}

/// What an answer says of a number, or which error stands in its place.
pub(crate) fn read(reply: &Reply, number: &str) -> Result<Answer, Failure> {
    let response: Response = reply.json()?;
    match (response.error.as_deref(), reply.status) {
        (Some("resource_not_found"), _) => Err(Failure::unknown_number("InPost", number)),
        (None, 200) => response.answer(number),
        (Some(_), 200) => Err(Failure::changed("InPost answers with an error that this plugin does not know")),
        _ => Err(reply.unexpected()),
    }
}

impl Response {
    fn answer(&self, number: &str) -> Result<Answer, Failure> {
        if self.tracking_number.as_ref().is_some_and(|told| !text::is_variant(told, number)) {
            return Err(Failure::inconclusive(format!(
                "InPost's answer is about another number than {number}; it is asked again"
            )));
        }
        let summary = self.status.as_deref().map(|code| codes::STATUSES.summary(code, words(code)));
        if self.tracking_details.is_none() && summary.is_none() {
            return Err(Failure::without("InPost", number, "status and no events"));
        }
        let events = self.events();
        let newest = events.first().map(|event| event.status).or(summary.as_ref().map(|summary| summary.status));
        if events.is_empty() && matches!(newest, None | Some(Status::Registered)) {
            return Err(Failure::not_scanned("InPost", number));
        }
        Ok(Answer { done: is_end(newest), events, summary, facts: self.facts(newest), ..Answer::default() })
    }

    /// Newest first, as InPost has them.
    fn events(&self) -> Vec<Event> {
        let scans = self.scans();
        let codes: Vec<&str> = scans.iter().map(|(code, _)| *code).collect();
        let events = scans.iter().enumerate().map(|(index, (code, scan))| {
            let event = scan.event(code, self.place(scans.get(index..).unwrap_or_default()));
            match fact(event.status, codes.get(index + 1..).unwrap_or_default()) {
                Some((name, value)) => event.fact(name, value),
                None => event,
            }
        });
        events.collect()
    }

    /// Each with its status. An entry without one says nothing.
    fn scans(&self) -> Vec<(&str, &Scan)> {
        self.tracking_details.iter().flatten().filter_map(|scan| Some((scan.status.as_deref()?, scan))).collect()
    }

    /// Where the first of these scans was; the others came before it. A reminder is about the place where it waits. Under
    /// other statuses it waits in another locker than the one chosen, in a shop, or not at all.
    fn place(&self, scans: &[(&str, &Scan)]) -> Option<String> {
        let ((code, scan), before) = scans.split_first()?;
        let chosen = match *code {
            "ready_to_pickup" => self.locker(),
            "pickup_reminder_sent" => {
                let waited = before.iter().position(|(code, _)| codes::waits_at(code).is_some());
                waited.and_then(|index| self.place(before.get(index..)?))
            }
            _ => None,
        };
        chosen.or_else(|| scan.branch())
    }

    fn locker(&self) -> Option<String> {
        self.custom_attributes.as_ref()?.target_machine_id.clean()
    }

    fn facts(&self, newest: Option<Status>) -> Vec<(String, String)> {
        facts([("service", self.service.as_deref().map(words)), ("pickup_at", self.pickup_at(newest))])
    }

    /// The locker where it is to be fetched. Once it waits anywhere else, or goes elsewhere, the one that was chosen is not.
    fn pickup_at(&self, newest: Option<Status>) -> Option<String> {
        use Status::{Cancelled, Delivered, NotDelivered, Returned, Returning};
        if matches!(newest, Some(Cancelled | Delivered | NotDelivered | Returned | Returning)) {
            return None;
        }
        let waits = self.scans().into_iter().map(|(code, _)| code).find(|code| codes::waits_at(code).is_some());
        self.locker().filter(|_| matches!(waits, None | Some("ready_to_pickup")))
    }
}

impl Scan {
    fn event(&self, code: &str, place: Option<String>) -> Event {
        Event {
            moment: self.datetime.moment(),
            code: Some(code.to_owned()),
            place: place.map(Place::named),
            ..Event::new(codes::STATUSES.status(code), words(code))
        }
    }

    fn branch(&self) -> Option<String> {
        self.agency.as_deref().map(plain).filter(|branch| !branch.is_empty())
    }
}

/// What the scans before one tell of it: where a parcel was fetched is where it waited last, and it goes back for the
/// last reason that was told.
fn fact(status: Status, before: &[&str]) -> Option<(&'static str, &'static str)> {
    match status {
        Status::Delivered => {
            let mut waited = before.iter().take_while(|code| !codes::is_on_the_round(code));
            waited.find_map(|code| codes::waits_at(code)).map(|place| ("delivered_to", place))
        }
        Status::Returning | Status::Returned => {
            before.iter().find_map(|code| codes::return_reason(code)).map(|reason| ("return_reason", reason))
        }
        _ => None,
    }
}

/// InPost tells codes and no words; they read well enough.
fn words(code: &str) -> String {
    plain(&code.replace('_', " "))
}

fn plain(text: &str) -> String {
    text::discreet(&text::clean(text))
}
