//! The interface for customers of China EMS: XML, a key in a header, and no https, so that the operator has to grant
//! it.

use parcelwatch_plugin::http::Reply;
use parcelwatch_plugin::prelude::*;
use parcelwatch_plugin::xml::{self, Node};

use crate::{answer, codes, place};

/// The operator's setting that opens this interface: `http://shipping.ems.com.cn`.
const ORIGIN: &str = "partner_origin";
const TRACK: &str = "/partner/api/public/p/track/query/en/";
/// The form of the answer that is asked for.
const VERSION: &str = "international_eub_us_1.1";

/// The address of the interface, where the operator wants it asked.
pub(crate) fn origin() -> Option<String> {
    let origin = host::setting(ORIGIN)?;
    let origin = origin.trim().trim_end_matches('/');
    (!origin.is_empty()).then(|| origin.to_owned())
}

pub(crate) fn profile() -> Profile {
    Profile::header("partner", &[("authenticate", "{api_key}")])
}

/// Asks the interface about an EMS item.
pub(crate) fn poll(origin: &str, number: &str) -> Result<Answer, Failure> {
    let reply = http::get(&format!("{origin}{TRACK}{number}")).header("version", VERSION).auth("partner").send()?;
    let told = match reply.status {
        200 => read(&reply, number),
        401 => Err(key_refused()),
        _ => Err(reply.failure()),
    };
    told.map_err(|failure| failure.of(&reply))
}

fn read(reply: &Reply, number: &str) -> Result<Answer, Failure> {
    if reply.text().trim() == "null" {
        return Err(Failure::unknown_number("China EMS", number));
    }
    let document = reply.xml()?;
    let root = document.root_element();
    match root.tag_name().name() {
        "traces" => history(root, number),
        "response" => Err(refused(root)),
        _ => Err(Failure::changed("China EMS answers in another form than this plugin knows")),
    }
}

/// Oldest first. A number that is not known has no list at all.
fn history(traces: Node<'_, '_>, number: &str) -> Result<Answer, Failure> {
    let says_something = |trace: &Node<'_, '_>| xml::own_text(*trace).is_some();
    let events: Vec<Event> = xml::children(traces, "trace").filter(says_something).map(event).collect();
    if events.is_empty() {
        return Err(Failure::not_scanned("China EMS", number));
    }
    Ok(answer(events))
}

fn event(trace: Node<'_, '_>) -> Event {
    let words = xml::text(trace, "remark").unwrap_or_default();
    Event {
        moment: xml::text(trace, "acceptTime").as_deref().and_then(civil::parse),
        place: xml::text(trace, "acceptAddress").and_then(|told| place(&told)),
        ..Event::new(codes::status(codes::PARTNER, &words), text::discreet(&words))
    }
}

fn refused(response: Node<'_, '_>) -> Failure {
    let code = xml::text(response, "code").unwrap_or_default();
    if code == "V02" {
        return key_refused();
    }
    let code: String = code.chars().filter(char::is_ascii_alphanumeric).take(8).collect();
    Failure::inconclusive(format!(
        "China EMS refuses to answer, with code \"{code}\", which proves nothing; it is asked again"
    ))
}

/// A key, and no interface that it opens.
pub(crate) fn key_unused() -> Failure {
    Failure::unsupported(
        "api_key opens the partner interface only, and that is not asked: set partner_origin in \
         [carriers.china_ems.settings], or take api_key out",
    )
}

fn key_refused() -> Failure {
    Failure::auth_failed(
        "China EMS refused the key; check api_key in [carriers.china_ems], or take \
         partner_origin out of its settings to have the public page asked instead",
    )
}
