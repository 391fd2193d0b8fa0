//! The question, and the refusals that may come instead of an answer.

use parcelwatch_plugin::prelude::*;

use crate::answer::{Response, Shipment};
use crate::{Client, ORIGIN, SERVICES, which};

/// The auth profile that requests name.
pub(crate) const PROFILE: &str = "api";

/// Asks about one parcel: from the question to the shipments under its number, and from those to the one that is meant.
pub(crate) fn poll(client: &Client, parcel: &Parcel, service: Option<&str>) -> Result<Answer, Failure> {
    let mut told = send(client, parcel, service, 0)?;
    let mut shipments = shipments(client, &mut told)?;
    // Few numbers have more than a page. The next is worth a request only if none so far bears the number.
    let bears_it = |shipment: &Shipment| which::bears(shipment, &parcel.number);
    let mut missed = None;
    if told.next_url.is_some() && !shipments.is_empty() && !shipments.iter().any(bears_it) {
        let next = send(client, parcel, service, shipments.len());
        match next.and_then(|mut next| self::shipments(client, &mut next)) {
            Ok(next) => shipments.extend(next),
            Err(failure) => missed = Some(failure),
        }
    }
    if shipments.is_empty() {
        return Err((client.not_found)(parcel));
    }
    let elsewhere = elsewhere(&told);
    match which::choose(client, parcel, &shipments).and_then(|shipment| shipment.answer(client, &parcel.number)) {
        Ok(mut answer) => {
            answer.facts.extend(elsewhere);
            Ok(answer)
        }
        Err(failure) => {
            // What the first page leaves open, the second might have settled.
            let mut failure = missed.unwrap_or(failure);
            failure.facts.extend(elsewhere);
            Err(failure)
        }
    }
}

fn send(client: &Client, parcel: &Parcel, service: Option<&str>, offset: usize) -> Result<Response, Failure> {
    let mut query = vec![("trackingNumber", parcel.number.clone()), ("language", "en".to_owned())];
    query.extend(service.map(|service| ("service", service.to_owned())));
    // It qualifies the number, and opens the places of German and Benelux events.
    query.extend(parcel.hint("postcode").map(|postcode| ("recipientPostalCode", postcode.to_owned())));
    query.extend((offset > 0).then(|| ("offset", offset.to_string())));
    let request = http::get(&format!("{ORIGIN}/track/shipments"));
    let request = query.iter().fold(request, |request, (name, value)| request.query(name, value));
    let reply = request.header("accept", "application/json").auth(PROFILE).send()?;
    match reply.status {
        200 => reply.json(),
        _ => Err(refusal(client, parcel, &reply)),
    }
}

fn shipments(client: &Client, response: &mut Response) -> Result<Vec<Shipment>, Failure> {
    let missing = || Failure::changed(format!("{}'s answer has no list of shipments", client.name));
    response.shipments.take().ok_or_else(missing)
}

/// The other units that DHL names for the number: it may be theirs.
fn elsewhere(response: &Response) -> Option<(String, String)> {
    let unit = |url: &String| {
        let (_, rest) = url.split_once("service=")?;
        let unit = rest.split('&').next().unwrap_or(rest);
        SERVICES.iter().find(|known| **known == unit).copied()
    };
    let units: Vec<&str> = response.elsewhere.iter().flatten().filter_map(unit).collect();
    (!units.is_empty()).then(|| ("other_services".to_owned(), units.join(", ")))
}

/// Why there is no answer, by the status of the reply.
fn refusal(client: &Client, parcel: &Parcel, reply: &http::Reply) -> Failure {
    let Client { name, id, .. } = client;
    let failure = match reply.status {
        401 => Failure::auth_failed(format!(
            "{name} refused the key; check api_key in [carriers.{id}] against your app at developer.dhl.com"
        )),
        429 => slow_down(client, reply),
        _ if reply.is_html() && reply.status < 500 => reply.web_page(),
        404 => (client.not_found)(parcel),
        400 => invalid(client, parcel, reply.text()),
        403 => Failure::auth_failed(format!(
            "{name} accepts the key but not for tracking; add Shipment Tracking - Unified to your app at developer.dhl.com"
        )),
        _ => reply.unexpected(),
    };
    failure.of(reply)
}

/// DHL says in words which input it does not accept.
fn invalid(client: &Client, parcel: &Parcel, problem: &str) -> Failure {
    let name = client.name;
    let problem = problem.to_ascii_lowercase();
    match parcel.hint("postcode") {
        Some(postcode) if problem.contains("postal") || problem.contains("postcode") => {
            Failure::needs_input(&["postcode"], format!("{name} does not accept {postcode:?} as a postcode"))
        }
        _ if problem.contains("language") || problem.contains("service") => {
            Failure::changed(format!("{name} no longer accepts the language or the unit that this plugin asks for"))
        }
        _ => Failure::invalid_number(format!("{name} does not accept {} as a number", parcel.number)),
    }
}

/// A refusal that says neither for how long nor that the day's quota is spent may be of this moment only.
const PAUSE_S: u32 = 15 * 60;

/// DHL has a limit for a moment and one for a day, and the recorded refusal does not say which was met: another program may
/// use the key as well.
fn slow_down(client: &Client, reply: &http::Reply) -> Failure {
    let name = client.name;
    let problem = reply.text().to_ascii_lowercase();
    let is_of_the_day = problem.contains("quota") || problem.contains("daily") || problem.contains("per day");
    let (message, wait) = match reply.retry_after_s() {
        None if is_of_the_day => (
            format!("{name}'s quota of requests is used up until midnight GMT"),
            civil::seconds_to_midnight_utc(&host::now()),
        ),
        None => (
            format!("{name} was asked too often, at this moment or this day; perhaps another program uses the key"),
            Some(PAUSE_S),
        ),
        told => (format!("{name} asks to slow down"), told),
    };
    Failure { retry_after_s: wait, ..Failure::rate_limited(message) }
}
