//! DHL and Deutsche Post, by Shipment Tracking - Unified: Express, Paket, eCommerce, Forwarding, Freight, Supply Chain.
//!
//! One number, one request; every user has an own key with 250 requests a day. The central difficulty is that one
//! number may name several shipments of different units that have nothing in common (see `which`).
//!
//! Facts: the vendor's description 1.5, its list of codes of 2024 and public recordings, as of November 2026.

mod answer;
mod codes;
mod facts;
mod numbers;
mod place;
mod shipment;
mod which;

use parcelwatch_plugin::prelude::*;

use crate::answer::{Shipment, Told};

const TRACK: &str = "https://api-eu.dhl.com/track/shipments";

/// The units that can be asked by name.
const SERVICES: [&str; 17] = [
    "dgf",
    "dsc",
    "ecommerce",
    "ecommerce-apac",
    "ecommerce-europe",
    "ecommerce-iberia",
    "ecommerce-ppl",
    "express",
    "freight",
    "parcel-de",
    "parcel-nl",
    "parcel-pl",
    "parcel-uk",
    "post-de",
    "post-international",
    "sameday",
    "svb",
];

/// DHL.
#[derive(Debug)]
pub struct Dhl;

impl Carrier for Dhl {
    fn describe() -> Descriptor {
        let text = |text: &str| text.to_owned();
        Descriptor {
            hosts: vec![text("https://api-eu.dhl.com")],
            profiles: vec![Profile::header("api", &[("DHL-API-Key", "{api_key}")])],
            // One request a number, five seconds apart: more would not fit the time of a call.
            batch_max: 3,
            gap_s: 3600,
            // The vendor's pages disagree: one request a second, or one in five.
            pace_ms: 5000,
            quotas: vec![Quota { requests: 250, seconds: 86_400, resets_at: Some(text("00:00Z")) }],
            countries: ["DE", "NL", "PL", "CZ", "ES", "PT", "GB"].map(text).to_vec(),
            roles: ["express", "parcel", "post", "cross_border"].map(text).to_vec(),
            link: Some(text("https://www.dhl.com/global-en/home/tracking.html?tracking-id={number}&submit=1")),
            contact: vec![(text("web"), text("https://www.dhl.com/global-en/home/customer-service.html"))],
            facts: vec![
                (
                    text("access"),
                    text(
                        "a free key of your own: make an account at developer.dhl.com, create an app with Shipment Tracking - \
                         Unified, and set its key (not the secret) as api_key",
                    ),
                ),
                (text("facts_as_of"), text("2026-11")),
            ],
            ..Descriptor::new("dhl", "DHL", env!("CARGO_PKG_VERSION"))
        }
    }

    fn recognize(number: &str) -> Vec<Candidate> {
        numbers::recognize(number)
    }

    fn track(parcels: &[Parcel]) -> Vec<Outcome> {
        one_by_one(parcels, ask)
    }
}

/// Asks about one parcel: from the question to the shipments under its number, and from those to the one that is meant.
fn ask(parcel: &Parcel) -> Result<Answer, Failure> {
    let mut told = send(parcel, 0)?;
    let mut shipments = shipments(&mut told)?;
    // Few numbers have more than a page. The next is worth a request only if none so far bears the number itself.
    let is_named = |shipment: &Shipment| which::is_named(shipment, &parcel.number);
    if told.next_url.is_some() && !shipments.is_empty() && !shipments.iter().any(is_named) {
        shipments.extend(self::shipments(&mut send(parcel, shipments.len())?)?);
    }
    if shipments.is_empty() {
        return Err(not_found(parcel));
    }
    let elsewhere = elsewhere(&told);
    match which::choose(parcel, &shipments).and_then(|shipment| shipment.answer(&parcel.number)) {
        Ok(mut answer) => {
            answer.facts.extend(elsewhere);
            Ok(answer)
        }
        Err(mut failure) => {
            failure.facts.extend(elsewhere);
            Err(failure)
        }
    }
}

fn send(parcel: &Parcel, offset: usize) -> Result<Told, Failure> {
    let mut query = vec![("trackingNumber", parcel.number.clone()), ("language", "en".to_owned())];
    query.extend(service(parcel).map(|service| ("service", service)));
    // It qualifies the number, and opens the places of German and Benelux events.
    query.extend(parcel.hint("postcode").map(|postcode| ("recipientPostalCode", postcode.to_owned())));
    query.extend((offset > 0).then(|| ("offset", offset.to_string())));
    let request = query.iter().fold(http::get(TRACK), |request, (name, value)| request.query(name, value));
    let reply = request.header("accept", "application/json").auth("api").send()?;
    match reply.status {
        200 => reply.json(),
        _ => Err(refusal(parcel, &reply)),
    }
}

/// The unit that the person named, if it can be asked by name; the hint may be meant for another carrier.
fn service(parcel: &Parcel) -> Option<String> {
    let wanted = parcel.hint("service")?.trim().to_ascii_lowercase();
    SERVICES.contains(&wanted.as_str()).then_some(wanted)
}

fn shipments(told: &mut Told) -> Result<Vec<Shipment>, Failure> {
    told.shipments.take().ok_or_else(|| Failure::changed("DHL's answer has no list of shipments"))
}

/// The other units that DHL names for the number: it may be theirs.
fn elsewhere(told: &Told) -> Option<(String, String)> {
    let unit = |url: &String| {
        let (_, rest) = url.split_once("service=")?;
        let unit = rest.split('&').next().unwrap_or(rest);
        SERVICES.iter().find(|known| **known == unit).copied()
    };
    let units: Vec<&str> = told.elsewhere.iter().flatten().filter_map(unit).collect();
    (!units.is_empty()).then(|| ("other_services".to_owned(), units.join(", ")))
}

/// Why DHL gave no answer, by the status of its reply.
fn refusal(parcel: &Parcel, reply: &http::Reply) -> Failure {
    let failure = match reply.status {
        _ if reply.is_html() && reply.status < 500 => reply.web_page(),
        404 => not_found(parcel),
        400 => invalid(parcel, reply.text()),
        401 => Failure::new(
            FailureKind::AuthFailed,
            "DHL refused the key; check api_key in [carriers.dhl] against your app at developer.dhl.com",
        ),
        403 => Failure::new(
            FailureKind::AuthFailed,
            "DHL accepts the key but not for tracking; add Shipment Tracking - Unified to your app at developer.dhl.com",
        ),
        429 => spent(reply),
        _ => reply.unexpected(),
    };
    Failure { http_status: Some(reply.status), ..failure }
}

fn not_found(parcel: &Parcel) -> Failure {
    let number = &parcel.number;
    if let Some(service) = service(parcel) {
        let message = format!("DHL's {service} does not know {number}; without the hint service all units are asked");
        return Failure::not_found(message);
    }
    if checksum::is_s10(number) {
        let message = format!(
            "DHL does not know {number}; a letter of Deutsche Post may be found with the hint service = \"post-de\" or \
             \"post-international\""
        );
        return Failure { needs: vec!["service".to_owned()], ..Failure::not_found(message) };
    }
    Failure::not_found(format!(
        "DHL does not know {number}; it shows a parcel from half an hour after its label until about 90 days later"
    ))
}

/// DHL says in words which input it does not accept.
fn invalid(parcel: &Parcel, problem: &str) -> Failure {
    let problem = problem.to_ascii_lowercase();
    match parcel.hint("postcode") {
        Some(postcode) if problem.contains("postal") || problem.contains("postcode") => {
            Failure::needs_input(&["postcode"], format!("DHL does not accept {postcode:?} as a postcode"))
        }
        _ if problem.contains("language") || problem.contains("service") => {
            Failure::changed("DHL no longer accepts the language or the unit that this plugin asks for")
        }
        _ => Failure::new(FailureKind::InvalidNumber, format!("DHL does not accept {} as a number", parcel.number)),
    }
}

/// Requests keep their distance, so a refusal means that the quota of the day is used up, perhaps by another program.
fn spent(reply: &http::Reply) -> Failure {
    let mut failure = Failure::new(FailureKind::RateLimited, "DHL's quota of requests is used up until midnight GMT");
    failure.retry_after_s = reply.retry_after_s().or_else(|| civil::seconds_to_midnight_utc(&host::now()));
    failure
}

parcelwatch_plugin::export!(Dhl);

#[cfg(test)]
mod tests;
