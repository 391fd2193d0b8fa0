//! What USPS says instead of an answer, and whose business that is.

use parcelwatch_plugin::http::Reply;
use parcelwatch_plugin::prelude::*;
use serde::Deserialize;
use serde::de::IgnoredAny;

/// How one comes by a key, and how far it reaches.
pub(crate) const ACCESS: &str = "a USPS business account and an application that was granted the tracking product; since \
    1 April 2026 it sees only parcels whose labels it is authorised for, or needs a paid data agreement";

/// A number that USPS has nothing on, whether it is wrong or not yet handed over.
const NO_UPDATE_YET: &str = "150001";

/// `error`: an object from the interface, a word from the gate before it.
#[derive(Deserialize)]
#[serde(untagged)]
pub(crate) enum ApiError {
    Body(ErrorBody),
    Word(String),
    Strange(IgnoredAny),
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct ErrorBody {
    code: json::Text,
    message: json::Text,
    errors: json::List<Detail>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Detail {
    code: json::Text,
    title: json::Text,
}

impl ApiError {
    pub(crate) fn failure(&self, number: &str, reply: &Reply) -> Failure {
        let failure = match self {
            // Why it has nothing, USPS only guesses in words.
            Self::Body(body) if reply.status == 404 || body.is_not_found() => not_found(number),
            Self::Body(body) => body.failure(number),
            // OAuth's words: invalid_client, invalid_token, unauthorized_client.
            Self::Word(word) if word.starts_with("invalid_") || word.starts_with("unauthorized") => {
                Failure::auth_failed("USPS refused the client id or secret; check them in [carriers.usps]")
            }
            Self::Word(_) | Self::Strange(_) => Failure::changed("USPS refused in words this plugin does not know"),
        };
        Failure { http_status: Some(reply.status), retry_after_s: reply.retry_after_s(), ..failure }
    }
}

impl ErrorBody {
    fn failure(&self, number: &str) -> Failure {
        let words = self.words();
        let says = |part: &str| words.to_ascii_lowercase().contains(part);
        if self.has_code(NO_UPDATE_YET) || says("status update is not yet available") {
            return not_found(number);
        }
        if says("tracking number") && (says("incorrect") || says("invalid")) {
            return Failure::invalid_number(format!(
                "USPS does not accept {number} as a tracking number; check it for a typo"
            ));
        }
        if says("multiple") {
            let message = format!("USPS has several parcels under {number}; tell when yours was mailed (ship_date)");
            let needs = vec!["ship_date".to_owned(), "postcode".to_owned()];
            return Failure { needs, ..Failure::new(FailureKind::Ambiguous, message) };
        }
        match self.code.as_deref() {
            Some("401") => no_access(Scope::Account),
            Some("403") => no_access(Scope::Parcel),
            Some("429") => Failure::rate_limited("USPS asked to slow down; it allows 60 calls an hour"),
            Some(code) if code.len() == 3 && code.starts_with('5') => {
                Failure::unavailable(format!("USPS is out of order: {words}"))
            }
            _ => Failure::changed(format!("USPS refused in words this plugin does not know: {words}")),
        }
    }

    fn is_not_found(&self) -> bool {
        self.code.trimmed() == Some("404")
    }

    fn has_code(&self, code: &str) -> bool {
        self.errors.iter().flatten().any(|detail| detail.code.as_deref() == Some(code))
    }

    fn words(&self) -> String {
        let titles = self.errors.iter().flatten().filter_map(|detail| detail.title.as_deref());
        let words = self.message.as_deref().into_iter().chain(titles).find_map(text::non_empty);
        text::discreet(&words.unwrap_or_else(|| "no reason given".to_owned()))
    }
}

fn not_found(number: &str) -> Failure {
    Failure::not_found(format!(
        "USPS has nothing on {number} yet; check it for a typo, or wait until it is handed over"
    ))
}

/// The token is good, and USPS does not show it: nothing at all to this application, or not this parcel.
pub(crate) fn no_access(scope: Scope) -> Failure {
    let message = "USPS does not show this to your application: it must be granted the tracking product, and sees only \
         parcels whose labels it is authorised for; follow the parcel with the origin's post instead";
    Failure { scope, ..Failure::auth_failed(message) }
}
