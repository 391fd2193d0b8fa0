//! The form of 4PX's answer, and what it tells of a parcel.

use parcelwatch_plugin::http::Reply;
use parcelwatch_plugin::prelude::*;
use serde::Deserialize;

use crate::numbers;
use crate::scan::Scan;

/// How the customers' interface says that it does not know the application.
const BAD_APP_KEY: &str = "000013";
/// What stands before the local carrier's name in its card.
const PROVIDER: &str = "【服务商】";

pub(crate) fn read(reply: &Reply, number: &str) -> Result<Answer, Failure> {
    let response: Response = reply.json()?;
    match response.result.trimmed() {
        Some("1") => found(response.data.as_deref().unwrap_or_default(), number),
        Some(_) => Err(response.refusal()),
        None => Err(Failure::changed("4PX's answer no longer says whether it is one")),
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Response {
    /// 1 for an answer; a text where the customers' interface answers.
    result: json::Text,
    data: json::List<Entry>,
    errors: json::List<ApiError>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct ApiError {
    error_code: json::Text,
}

/// What the answer says of one number. Its `status` is not read: it says nothing that the scans do not, and has a value
/// of its own for numbers that 4PX does not know.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Entry {
    query_code: json::Text,
    /// The local carrier's number.
    server_code: json::Text,
    /// The sender's own.
    shipper_code: json::Text,
    channel_track_code: json::Text,
    /// All numbers of the parcel.
    hawb_code_set: json::Texts,
    ct_start_code: json::Text,
    ct_end_code: json::Text,
    tracks: json::List<Scan>,
    channel_contact: json::Object<LocalCarrier>,
}

/// The card of the local carrier. Its phones and addresses are left out.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct LocalCarrier {
    channel_simple_name: json::Text,
    contact: json::Text,
}

/// What the answer says of one number, whatever place in it that has.
fn found(entries: &[Entry], number: &str) -> Result<Answer, Failure> {
    if let Some(entry) = entries.iter().find(|entry| entry.is_about(number)) {
        return entry.answer(number);
    }
    if let [entry] = entries
        && entry.query_code.as_deref().is_some_and(|told| text::is_variant(told, number))
    {
        return entry.answer(number);
    }
    if entries.iter().any(|entry| entry.query_code.is_none()) {
        return Err(Failure::nameless("4PX"));
    }
    Err(Failure::left_out("4PX", number))
}

impl Response {
    fn refusal(&self) -> Failure {
        let codes = self.errors.iter().flatten().filter_map(|error| error.error_code.as_deref()).map(str::trim);
        let code = codes.into_iter().find(|code| code.len() <= 12 && code.bytes().all(|b| b.is_ascii_alphanumeric()));
        match code {
            // The page takes no key, so this comes from elsewhere: a mirror, or a page that became another.
            Some(BAD_APP_KEY) => Failure::auth_failed(
                "4PX refused the app key of its customers' interface, which this plugin does not speak; if endpoint in \
                 [carriers.fourpx] leads there, take it out, else look the parcel up on its page",
            ),
            Some(code) => Failure::unavailable(format!("4PX could not look anything up ({code})")),
            None => Failure::unavailable("4PX could not look anything up, and does not say why"),
        }
    }
}

impl Entry {
    fn is_about(&self, number: &str) -> bool {
        let same = |told: &Option<String>| told.as_deref().is_some_and(|told| text::is_same(told, number));
        same(&self.query_code) || (self.query_code.is_none() && (same(&self.server_code) || same(&self.shipper_code)))
    }

    fn answer(&self, number: &str) -> Result<Answer, Failure> {
        let (origin, destination) = (country(self.ct_start_code.as_deref()), country(self.ct_end_code.as_deref()));
        let scans = self.tracks.iter().flatten();
        let events: Vec<Event> = scans.map(|scan| scan.event(&[origin, destination])).collect();
        let handoffs = self.handoffs(number, destination);
        if events.is_empty() && handoffs.is_empty() {
            return Err(nothing_told(number, origin.or(destination).is_some()));
        }
        Ok(Answer {
            handoffs,
            origin: origin.map(|country| country.to_string()),
            destination: destination.map(|country| country.to_string()),
            facts: facts([("local_carrier", self.local_carrier())]),
            ..Answer::of(events)
        })
    }

    /// The numbers to go on with, the surest first, each once. What the sender calls the parcel is none of them.
    fn handoffs(&self, number: &str, destination: Option<Country>) -> Vec<Handoff> {
        let fields = [
            (self.channel_track_code.as_deref(), 90, "4PX gives it as the number of the local channel"),
            (self.server_code.as_deref(), 85, "4PX gives it as the number of the last mile"),
        ];
        let listed = self.hawb_code_set.iter().flatten();
        let listed = listed.map(|told| (Some(told.as_str()), 50, "it stands in 4PX's list of the parcel's numbers"));
        let mut handoffs: Vec<Handoff> = Vec::new();
        for (told, confidence, because) in fields.into_iter().chain(listed) {
            let told: String = told.unwrap_or_default().split_whitespace().collect();
            let is_known = |known: &str| known.trim().eq_ignore_ascii_case(&told);
            let is_senders = self.shipper_code.as_deref().is_some_and(is_known) && !numbers::is_own(&told);
            let is_told = handoffs.iter().any(|handoff| is_known(&handoff.number));
            if !numbers::is_followable(&told) || is_known(number) || is_senders || is_told {
                continue;
            }
            // What was asked for by a partner's number has one of 4PX's own.
            let is_own = numbers::is_own(&told);
            handoffs.push(match is_own {
                true => Handoff::new(told, Role::Partner, confidence, because).at(Some("fourpx".to_owned()), None),
                false => Handoff::new(told, Role::HandOff, confidence, because)
                    .at(self.local_carrier(), destination.map(|country| country.to_string())),
            });
        }
        handoffs
    }

    /// The local carrier's name, from the field made for it or from the first line of its card, behind which its phones
    /// and addresses stand.
    fn local_carrier(&self) -> Option<String> {
        let card = self.channel_contact.as_ref()?;
        let named = card.channel_simple_name.as_deref().and_then(text::non_empty);
        let first_line = || text::non_empty(card.contact.as_deref()?.lines().next()?.trim().strip_prefix(PROVIDER)?);
        named.or_else(first_line).map(|name| text::without_phones(&name))
    }
}

/// A country is told only of a parcel that 4PX has data of. Without one, a number that is not handed over yet answers
/// as one that nobody has.
fn nothing_told(number: &str, is_known: bool) -> Failure {
    if is_known {
        return Failure::not_scanned("4PX", number);
    }
    Failure::not_found(format!(
        "4PX does not know {number}, or has not scanned it yet; check it for a typo, or wait until the seller has \
         handed it over"
    ))
}

fn country(code: Option<&str>) -> Option<Country> {
    Country::new(code?.trim()).filter(Country::is_assigned)
}
