//! The form of Cainiao's answer, and what it tells of a parcel.

use parcelwatch_plugin::http::Reply;
use parcelwatch_plugin::prelude::*;
use serde::Deserialize;

use crate::codes::TOKENS;
use crate::scan::Scan;
use crate::{blocked, numbers};

/// How the gateway before Cainiao asks for a captcha in JSON.
const CAPTCHA: [&str; 2] = ["FAIL_SYS_USER_VALIDATE", "RGV587"];

/// Reads an answer down to what it says of each number.
pub(crate) fn entries(reply: &Reply) -> Result<Vec<Entry>, Failure> {
    let envelope: Envelope = reply.json()?;
    if envelope.module.is_none() && CAPTCHA.iter().any(|word| reply.text().contains(word)) {
        return Err(blocked());
    }
    if envelope.success.as_deref() == Some("false") {
        let reason = envelope.error_msg.clean().or_else(|| envelope.error_code.clean());
        let reason = reason.unwrap_or_else(|| "without a reason".to_owned());
        return Err(Failure::unavailable(format!(
            "Cainiao could not look anything up: {}",
            text::without_phones(&reason)
        )));
    }
    envelope.module.0.ok_or_else(|| Failure::changed("Cainiao's answer has no list of parcels any more"))
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Envelope {
    success: json::Text,
    error_code: json::Text,
    error_msg: json::Text,
    module: json::List<Entry>,
}

/// What the answer says of one number.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Entry {
    mail_no: json::Text,
    /// `AE` for a number the shop knows, `EXTERNAL` for one that it does not.
    mail_no_source: json::Text,
    origin_country: json::Text,
    dest_country: json::Text,
    status: json::Text,
    status_desc: json::Text,
    mail_type_desc: json::Text,
    copy_virtual_mail_no: json::Text,
    virtual_mail_no: json::Text,
    copy_real_mail_no: json::Text,
    real_mail_no: json::Text,
    dest_cp_info: json::Object<LocalCarrier>,
    global_eta_info: json::Object<Estimate>,
    latest_trace: json::Object<Scan>,
    detail_list: json::List<Scan>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct LocalCarrier {
    cp_name: json::Text,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Estimate {
    delivery_min_time: json::Integer,
    delivery_max_time: json::Integer,
}

impl Entry {
    pub(crate) fn is_about(&self, number: &str) -> bool {
        self.mail_no.is_number(number)
    }

    /// For the only entry of an answer about one number.
    pub(crate) fn is_variant(&self, number: &str) -> bool {
        self.mail_no.as_deref().is_some_and(|told| text::is_variant(told, number))
    }

    pub(crate) fn is_nameless(&self) -> bool {
        self.mail_no.is_none()
    }

    /// Newest first, as Cainiao lists them; where the list is missing, the newest alone.
    pub(crate) fn scans(&self) -> &[Scan] {
        match self.detail_list.as_deref() {
            None | Some([]) => self.latest_trace.as_slice(),
            Some(scans) => scans,
        }
    }

    /// A parcel without a scan is an answer all the same when it has a token or a local number: the token says that it is
    /// registered, and with the number the local carrier can be asked.
    pub(crate) fn answer(&self, number: &str) -> Result<Answer, Failure> {
        let destination = country(self.dest_country.as_deref());
        let handoffs = self.handoffs(number, destination);
        if self.scans().is_empty() && self.status.is_none() && handoffs.is_empty() {
            return Err(self.nothing_told(number));
        }
        let events: Vec<Event> = self.scans().iter().map(|scan| scan.event(destination)).collect();
        Ok(Answer {
            summary: self.summary(),
            window: self.global_eta_info.as_ref().and_then(Estimate::window),
            handoffs,
            origin: country(self.origin_country.as_deref()).map(|country| country.to_string()),
            destination: destination.map(|country| country.to_string()),
            facts: self.facts(),
            ..Answer::of(events)
        })
    }

    /// Neither an event nor a token nor a number to go on with: where Cainiao has the number from says whether it knows it.
    fn nothing_told(&self, number: &str) -> Failure {
        match (self.mail_no_source.as_deref(), self.detail_list.as_ref()) {
            (Some("EXTERNAL"), _) | (None, Some(_)) => Failure::not_found(format!(
                "Cainiao does not know {number}; check it for a typo, or wait until the seller has handed it over"
            )),
            (Some(_), _) => Failure::not_scanned("Cainiao", number),
            (None, None) => Failure::nothing_known("Cainiao", number),
        }
    }

    fn summary(&self) -> Option<Summary> {
        let token = self.status.as_deref()?.trim();
        Some(TOKENS.summary(token, self.status_desc.line()))
    }

    /// The numbers to go on with: the local carrier's, and that of the package in which several orders travel. Each has a field
    /// of its own, and a sentence that says the same.
    fn handoffs(&self, number: &str, destination: Option<Country>) -> Vec<Handoff> {
        let local = [
            (&self.copy_real_mail_no, 95, "Cainiao gives it as the number to go on with"),
            (&self.real_mail_no, 85, "it stands in Cainiao's sentence about the latest tracking number"),
        ];
        let package = [
            (&self.copy_virtual_mail_no, 95, "Cainiao gives it as the number of the package"),
            (&self.virtual_mail_no, 85, "it stands in Cainiao's sentence about the package"),
        ];
        let found = |fields: [(&json::Text, u8, &str); 2]| {
            fields.into_iter().find_map(|(field, confidence, because)| {
                let told = Handoff::number(numbers::in_prose(field.as_deref()?)?, number)?;
                Some(Handoff::new(told, Role::HandOff, confidence, because))
            })
        };
        let country = destination.map(|country| country.to_string());
        let local = found(local).map(|handoff| handoff.at(self.local_carrier(), country));
        let package =
            found(package).filter(|package| local.as_ref().is_none_or(|local| local.number != package.number));
        let package = package.map(|handoff| handoff.at(Some("cainiao".to_owned()), None));
        local.into_iter().chain(package).collect()
    }

    fn local_carrier(&self) -> Option<String> {
        self.dest_cp_info.as_ref()?.cp_name.clean()
    }

    /// The local carrier is often named long before its number is.
    fn facts(&self) -> Vec<(String, String)> {
        let service = self.mail_type_desc.clean();
        facts([("service", service), ("local_carrier", self.local_carrier())])
    }
}

impl Estimate {
    fn window(&self) -> Option<Window> {
        let moment = |ms: Option<i64>| civil::epoch_ms(ms.filter(|ms| *ms > 0)?);
        Window::between(moment(*self.delivery_min_time), moment(*self.delivery_max_time))
    }
}

/// Cainiao writes names ("Mainland China"), never codes.
fn country(name: Option<&str>) -> Option<Country> {
    Country::from_name(name?)
}
