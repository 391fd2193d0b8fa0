//! Chronopost, the express carrier of La Poste, by its tracking service: SOAP, one number in a request, and no key.
//!
//! La Poste's own interface follows the same parcels, but needs a key and names no places. Facts: one
//! public recording, November 2026.

mod answer;
mod codes;
mod extras;
mod numbers;

use parcelwatch_plugin::prelude::*;

const TRACK: &str = "https://ws.chronopost.fr/tracking-cxf/TrackingServiceWS";
const SOAP: &str = "http://schemas.xmlsoap.org/soap/envelope/";
/// The namespace of the operation; the elements in it have none.
const TRACKING: &str = "http://cxf.tracking.soap.chronopost.fr/";

/// Chronopost.
#[derive(Debug)]
pub struct Chronopost;

impl Carrier for Chronopost {
    const NUMBER_FORMATS: &'static [NumberFormat] = numbers::FORMATS;

    fn describe() -> Descriptor {
        Descriptor {
            hosts: vec!["https://ws.chronopost.fr".into()],
            gap_s: 30 * 60,
            // Nothing is published; public clients keep this distance.
            pace_ms: 2000,
            zone: Some("Europe/Paris".into()),
            countries: vec!["FR".into()],
            roles: vec!["express".into(), "parcel".into()],
            link: Some("https://www.chronopost.fr/tracking-no-cms/suivi-page?listeNumerosLT={number}".into()),
            contact: pairs(&[("phone", "+33 969 391 391"), ("web", "https://www.chronopost.fr")]),
            facts: pairs(&[
                ("access", "no key is needed; it is the tracking service that Chronopost offers to web shops"),
                ("known_from", "one recording; eight codes seen"),
                ("facts_as_of", "2026-11"),
            ]),
            ..Descriptor::new("chronopost", "Chronopost", env!("CARGO_PKG_VERSION"))
        }
    }

    fn track(parcels: &[Parcel]) -> Vec<Outcome> {
        one_by_one(parcels, poll)
    }
}

fn poll(parcel: &Parcel) -> Result<Answer, Failure> {
    let number = parcel.plain_number("Chronopost")?;
    let reply = http::post(TRACK)
        .header("accept", "text/xml")
        .header("soapaction", "\"\"")
        .text("text/xml; charset=utf-8", envelope(number))
        .send()?;
    match reply.status {
        200 => answer::read(&reply, number),
        // SOAP sends its faults with this status.
        500 if reply.xml().is_ok() => answer::read(&reply, number),
        401 => Err(Failure::wants_account("Chronopost's tracking service").of(&reply)),
        _ => Err(reply.failure()),
    }
}

/// The question about a number that is letters and digits only, so that nothing in it has to be escaped. The words of
/// another language would differ from one answer to the next.
fn envelope(number: &str) -> String {
    format!(
        "<soapenv:Envelope xmlns:soapenv=\"{SOAP}\" xmlns:cxf=\"{TRACKING}\"><soapenv:Body><cxf:trackSkybillV2>\
         <language>en_GB</language><skybillNumber>{number}</skybillNumber>\
         </cxf:trackSkybillV2></soapenv:Body></soapenv:Envelope>"
    )
}

parcelwatch_plugin::export!(Chronopost);

#[cfg(test)]
mod tests;
