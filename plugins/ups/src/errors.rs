//! What UPS says instead of an answer, and whose business that is.

use parcelwatch_plugin::http::Reply;
use parcelwatch_plugin::prelude::*;
use serde::Deserialize;

/// How one comes by a key.
pub(crate) const ACCESS: &str = "make an app with the Tracking product at developer.ups.com, tied to a UPS account (since 2024 a \
    plain profile is often not enough: it has to be a shipping account), and set its client_id and client_secret";

/// The errors that stand where tracking was asked for.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct ErrorResponse {
    errors: json::List<ApiError>,
}

/// An error, or a warning in place of a parcel.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct ApiError {
    code: json::Text,
    message: json::Text,
}

impl ErrorResponse {
    /// The failure that UPS names by a code or by the words it is known for, whatever the status of the reply; else the
    /// one that the status stands for when the service itself speaks. `None` where it names no error at all.
    pub(crate) fn failure(&self, number: &str, reply: &Reply) -> Option<Failure> {
        let errors = self.errors.as_deref().unwrap_or_default();
        let first = errors.first()?;
        let known = errors.iter().find_map(|error| error.known(number, reply));
        Some(known.unwrap_or_else(|| match reply.status {
            401 => refused_key(),
            403 => no_access(),
            404 => not_found(number),
            429 => too_many(reply),
            _ => Failure::changed(format!("UPS refused with {}, which this plugin does not know", first.name())),
        }))
    }
}

impl ApiError {
    fn known(&self, number: &str, reply: &Reply) -> Option<Failure> {
        let says = |words: &str| self.message.as_deref().is_some_and(|told| told.to_ascii_lowercase().contains(words));
        Some(match self.code.trimmed() {
            Some("TV1002") => Failure::not_accepted("UPS", number),
            Some("TW0001") => not_found(number),
            Some("250002" | "250003") => refused_key(),
            Some("10429") => too_many(reply),
            _ if says("blocked merchant") => no_access(),
            _ => return None,
        })
    }

    /// Says that there is nothing on this number.
    pub(crate) fn is_not_found(&self) -> bool {
        self.code.as_deref().is_some_and(|code| code.trim() == "TW0001")
    }

    /// Its code; its words may hold anything.
    pub(crate) fn name(&self) -> String {
        let code: String =
            self.code.iter().flat_map(|code| code.chars()).filter(char::is_ascii_alphanumeric).take(12).collect();
        if code.is_empty() { "no code".to_owned() } else { format!("the code {code}") }
    }
}

/// The failure of a reply in which the service does not speak: its gate does, or something else in between.
pub(crate) fn by_status(reply: &Reply) -> Failure {
    match reply.status {
        401 => refused_key(),
        404 => Failure::changed("UPS no longer tracks at the address this plugin knows"),
        429 => too_many(reply),
        _ => reply.unexpected(),
    }
}

pub(crate) fn not_found(number: &str) -> Failure {
    Failure::not_found(format!(
        "UPS's service has nothing on {number}; check it for a typo, wait until it is handed over, or look at UPS's web \
         page, which may know more"
    ))
}

fn refused_key() -> Failure {
    Failure::auth_failed(
        "UPS refused the key; check client_id and client_secret in [carriers.ups] against your app at developer.ups.com",
    )
}

/// "Blocked Merchant": the key is right, and the account behind it may not ask.
fn no_access() -> Failure {
    Failure::auth_failed(
        "UPS does not let the account behind the key in [carriers.ups] track; its app at developer.ups.com needs the \
         Tracking product and a shipping account in good standing",
    )
}

fn too_many(reply: &Reply) -> Failure {
    let message = "UPS asked to slow down; it does not say how many questions it allows";
    Failure { retry_after_s: reply.retry_after_s(), ..Failure::rate_limited(message) }
}
