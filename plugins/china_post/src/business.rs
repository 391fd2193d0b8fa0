//! The interface for customers with a contract, which shows every scan. The contract names the address, mostly one of
//! several numeric hosts without encryption, so that the operator grants it in `hosts`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use parcelwatch_plugin::prelude::*;
use serde::Deserialize;

use crate::errors::{self, Key};
use crate::order;
use crate::scan::Scan;

const PROFILE: &str = "business";
const KEY: Key = Key { name: "business_key", table: "[carriers.china_post.secrets]" };
/// All of China has one clock.
const CHINA: &str = "+08:00";

pub(crate) fn profile() -> Profile {
    let key = ("key".to_owned(), format!("{{{}}}", KEY.name));
    Profile { parameters: vec![key], ..Profile::hmac(PROFILE) }
}

/// What the operator's contract names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Contract {
    customer: String,
    url: String,
}

impl Contract {
    /// The contract of the settings, where there is one; half of one is a mistake.
    pub(crate) fn of_settings() -> Result<Option<Self>, Failure> {
        let setting = |name| host::setting(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
        let missing = match (setting("customer"), setting("business_url")) {
            (Some(customer), Some(url)) => return Ok(Some(Self { customer, url })),
            (None, None) => return Ok(None),
            (None, Some(_)) => "customer",
            (Some(_), None) => "business_url",
        };
        let message = format!(
            "China Post's business interface takes both customer and business_url; set {missing} in \
             [carriers.china_post.settings], or take the other out"
        );
        let failure = Failure::new(FailureKind::NeedsCredential, message);
        Err(Failure { needs: vec![missing.to_owned()], ..failure })
    }

    pub(crate) fn poll(&self, number: &str) -> Result<Answer, Failure> {
        let body = format!(r#"{{"traceNo":"{number}"}}"#);
        let digest = host::sign(PROFILE, "md5_suffix", body.as_bytes()).map_err(|_| KEY.missing())?;
        let reply = http::post(&self.url)
            .header("accept", "application/json")
            .form(&[
                ("sendID", &self.customer),
                ("proviceNo", "99"),
                ("msgKind", &format!("{}_JDPT_TRACE", self.customer)),
                ("serialNo", &hex(&host::random(8))),
                ("sendDate", &send_date(&host::now()).unwrap_or_default()),
                ("receiveID", "JDPT"),
                ("batchNo", "999"),
                ("dataType", "1"),
                // The digest's letters are encoded, not its bytes.
                ("dataDigest", &STANDARD.encode(hex(&digest))),
                ("msgBody", &body),
            ])
            .send()?;
        errors::gate(&reply, KEY)?;
        let told: Response = reply.json()?;
        match told.response_state.trimmed() {
            Some("true") => told.answer(number),
            Some(_) => Err(errors::failure(&reply, "", told.error_desc.as_deref().unwrap_or_default(), number, KEY)),
            None => Err(errors::formless(&reply, KEY)),
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    text::hex(bytes)
}

/// The present, which comes in UTC, as `yyyyMMddHHmmss` on China's clock.
fn send_date(now: &str) -> Option<String> {
    let Moment::Instant(there) = civil::at_offset(now, CHINA)? else { return None };
    Some(there.get(..19)?.chars().filter(char::is_ascii_digit).collect())
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Response {
    response_state: json::Text,
    error_desc: json::Text,
    /// Oldest first.
    response_items: json::List<Item>,
}

/// One scan. Who made it is left out.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Item {
    trace_no: json::Text,
    op_time: json::Text,
    op_code: json::Text,
    op_name: json::Text,
    op_desc: json::Text,
    /// Offices in China only.
    op_org_prov_name: json::Text,
    op_org_city: json::Text,
    op_org_code: json::Text,
    op_org_name: json::Text,
}

impl Response {
    fn answer(&self, number: &str) -> Result<Answer, Failure> {
        let items: Vec<&Item> = self.response_items.iter().flatten().collect();
        if items.is_empty() {
            return Err(errors::nothing(number));
        }
        let events: Vec<Event> = items.iter().filter(|item| item.is_about(number)).map(|item| item.event()).collect();
        if events.is_empty() {
            return Err(errors::other(number));
        }
        let events = order::newest_first(events, None);
        Ok(Answer { origin: number.ends_with("CN").then(|| "CN".to_owned()), ..Answer::of(events) })
    }
}

impl Item {
    /// The question was about one number, so that an item need not repeat it.
    fn is_about(&self, number: &str) -> bool {
        self.trace_no.as_deref().is_none_or(|told| text::is_variant(told, number))
    }

    fn event(&self) -> Event {
        let scan = Scan {
            at: self.op_time.as_deref(),
            code: self.op_code.as_deref(),
            words: self.op_desc.as_deref(),
            state: self.op_name.as_deref(),
            office: self.op_org_name.as_deref(),
            office_code: self.op_org_code.as_deref(),
            city: self.op_org_city.as_deref(),
            in_china: self.op_org_prov_name.is_some() || self.op_org_city.is_some(),
        };
        scan.event(None)
    }
}
