//! The interface for guests of the postal app: a request that opens the record, then the record with its three newest
//! scans.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use parcelwatch_plugin::http::Reply;
use parcelwatch_plugin::prelude::*;
use serde::Deserialize;

use crate::errors::{self, Key};
use crate::scan::Scan;
use crate::{codes, countries, order, words};

pub(crate) const HOST: &str = "https://ec.ems.com.cn";
pub(crate) const PROFILE: &str = "guest";
/// What the app signs with.
const KEY: Key = Key { name: "signing_key", table: "[carriers.china_post]" };
/// Headers beside the usual ones.
pub(crate) const HEADERS: [&str; 2] = ["user-channel", "user-sign"];

const CHECK: &str = "/mail/getGisTraces/checkMail";
const RECORD: &str = "/mail/getGisTraces/subjection/v3";

pub(crate) fn poll(number: &str) -> Result<Answer, Failure> {
    match request(CHECK, number)?.json::<Check>()?.info.0 {
        Some(2) => return Err(wants_digits(number)),
        Some(3) => return Err(errors::nothing(number)),
        // Anything else means that the record is open, as the app reads it.
        _ => {}
    }
    let record: Record = request(RECORD, number)?.json()?;
    record.info.0.and_then(|info| info.mail.0).unwrap_or_default().answer(number)
}

/// A signed question, and the reply to it that is no refusal.
fn request(path: &str, number: &str) -> Result<Reply, Failure> {
    let body = format!(r#"{{"mailNo":"{number}"}}"#);
    let signature =
        host::sign(PROFILE, "hmac_sha256", format!("{path}?json={body}").as_bytes()).map_err(|_| KEY.missing())?;
    let reply = http::post(&format!("{HOST}/ect-web{path}"))
        .header("accept", "application/json")
        .header("user-channel", "APP")
        .header("user-sign", &STANDARD.encode(signature))
        .json(body)
        .send()?;
    errors::gate(&reply, KEY)?;
    let head: Head = reply.json()?;
    match head.code.trimmed() {
        Some("000000") => Ok(reply),
        Some(code) => Err(errors::failure(&reply, code, head.msg.as_deref().unwrap_or_default(), number, KEY)),
        None => Err(errors::formless(&reply, KEY)),
    }
}

/// How the digits travel is not known to anybody who wrote about it, so they cannot be sent, and nobody is asked for them:
/// whoever else knows the number is the better one to ask.
fn wants_digits(number: &str) -> Failure {
    Failure::unsupported(format!(
        "China Post shows {number} only to who knows the last four digits of the phone on its label, and this plugin \
         cannot send them yet; look it up at www.ems.com.cn or at the destination's post"
    ))
}

/// What every answer begins with.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Head {
    code: json::Text,
    msg: json::Text,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Check {
    /// 2 wants the digits of a phone, 3 knows nothing.
    info: json::Integer,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Record {
    info: json::Object<Info>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Info {
    mail: json::Object<Mail>,
}

/// The record. Collector, courier, sender and recipient have names and phones in it, which are left out.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Mail {
    mail_no: json::Text,
    /// Oldest first.
    mail_infos: json::List<MailInfo>,
    /// How many scans there are, the ones that guests do not see included.
    mail_info_count: json::Integer,
    state_desc: json::Text,
    receiver_country_name: json::Text,
    collector: json::Object<Collector>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct MailInfo {
    time: json::Text,
    operation_code: json::Text,
    operation: json::Text,
    state_desc: json::Text,
    org_name: json::Text,
    org_code: json::Text,
}

/// Who accepted the parcel, and when.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Collector {
    op_time: json::Text,
    org_name: json::Text,
}

impl Mail {
    fn answer(&self, number: &str) -> Result<Answer, Failure> {
        let destination = self.receiver_country_name.as_deref().and_then(countries::find);
        let events = order::newest_first(self.events(destination), destination);
        let summary = self.summary();
        match self.mail_no.as_deref() {
            Some(told) if !text::is_variant(told, number) => return Err(errors::other(number)),
            None if !events.is_empty() || summary.is_some() => {
                return Err(Failure::changed("China Post's record no longer says which number it is about"));
            }
            _ => {}
        }
        if events.is_empty() && summary.is_none() {
            return Err(self.nothing_told(number));
        }
        Ok(Answer {
            summary,
            origin: number.ends_with("CN").then(|| "CN".to_owned()),
            destination: destination.map(|country| country.to_string()),
            facts: facts([("scans", self.mail_info_count.map(|count| count.to_string()))]),
            ..Answer::of(events)
        })
    }

    /// Oldest first, with the acceptance in front. Guests lose its scan as soon as three others came after it, so it is
    /// told as the record's head tells it from the beginning on: else it would be told twice.
    fn events(&self, destination: Option<Country>) -> Vec<Event> {
        let mut events: Vec<Event> =
            self.mail_infos.iter().flatten().map(|info| info.scan().event(destination)).collect();
        if let Some(acceptance) = self.collector.as_ref().and_then(Collector::event) {
            events.retain(|event| event.status != Status::Accepted || face(event) != face(&acceptance));
            events.insert(0, acceptance);
        }
        events
    }

    fn summary(&self) -> Option<Summary> {
        let state = words::first_clause(self.state_desc.as_deref()?, None)?;
        let status = codes::STATES.status(state.as_str());
        Some(Summary { status, code: None, text: state })
    }

    fn nothing_told(&self, number: &str) -> Failure {
        match (*self.mail_info_count, self.receiver_country_name.as_ref()) {
            (Some(1..), _) => Failure::changed(format!(
                "China Post counts scans of {number} and lists none that this plugin can read"
            )),
            (_, Some(_)) => Failure::no_scan_yet(format!("China Post has a record of {number} and no scan in it yet")),
            (_, None) => errors::nothing(number),
        }
    }
}

impl MailInfo {
    fn scan(&self) -> Scan<'_> {
        Scan {
            at: self.time.as_deref(),
            code: self.operation_code.as_deref(),
            words: self.operation.as_deref(),
            state: self.state_desc.as_deref(),
            office: self.org_name.as_deref(),
            office_code: self.org_code.as_deref(),
            ..Scan::default()
        }
    }
}

/// What the clock showed, wherever it hangs.
fn face(event: &Event) -> Option<&str> {
    let shown = event.moment.as_ref()?.shown();
    Some(shown.get(..19).unwrap_or(shown))
}

impl Collector {
    /// The acceptance, in the word that the app has for it.
    fn event(&self) -> Option<Event> {
        let scan = Scan {
            at: Some(self.op_time.as_deref()?),
            state: Some(codes::ACCEPTED),
            office: self.org_name.as_deref(),
            in_china: true,
            ..Scan::default()
        };
        let event = scan.event(None);
        event.moment.is_some().then_some(event)
    }
}
