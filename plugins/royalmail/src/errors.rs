//! What Royal Mail says instead of an answer, and whose business that is.

use parcelwatch_plugin::http::{Fault, Reply};
use parcelwatch_plugin::prelude::*;
use serde::Deserialize;

/// How one comes by a key, and how far it reaches.
pub(crate) const ACCESS: &str = "for account customers of Royal Mail only: make an app with the Tracking interface at \
    developer.royalmail.net, and set its client_id and client_secret; its free plans allow 25 calls in 12 hours, then \
    50 a day, and a larger one is told as daily_quota; each question says yes to Royal Mail's terms of use";

/// For those who will never get a key.
const ELSEWHERE: &str = "only its account customers get a key, and the post at the parcel's other end or an aggregator \
    usually sees the number, too";

pub(crate) const POLICY: StatusPolicy = StatusPolicy {
    carrier: "Royal Mail",
    key_refused: "Royal Mail refused the client id or secret; check both in [carriers.royalmail]; only its account \
                  customers get a key, and the post at the parcel's other end or an aggregator usually sees the number, too",
    limited: "Royal Mail's limit of calls is used up; tell that of your plan as daily_quota in [carriers.royalmail]",
    // Its plans count by half days, and a call that is refused may count.
    limited_s: 60 * 60,
};

/// One of the `errors`.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct ApiError {
    error_code: json::Text,
    error_description: json::Text,
}

/// The failure that an answer without a parcel stands for. Its codes decide; where they say nothing, the status that it
/// calls its own, which HTTP may not have.
pub(crate) fn failure(refusals: &[ApiError], http_code: Option<i64>, number: &str, reply: &Reply) -> Failure {
    let status = http_code.and_then(|code| u16::try_from(code).ok()).unwrap_or(reply.status);
    let by_code = refusals.iter().find_map(|refusal| refusal.failure(number));
    by_code.unwrap_or_else(|| POLICY.failure(status)).of(reply)
}

/// The failure for a question that was not sent.
pub(crate) fn unsent(fault: Fault) -> Failure {
    let failure = Failure::from(fault);
    match failure.kind {
        FailureKind::NeedsCredential => Failure { message: format!("{}; {ELSEWHERE}", failure.message), ..failure },
        _ => failure,
    }
}

impl ApiError {
    fn failure(&self, number: &str) -> Option<Failure> {
        Some(match self.error_code.as_deref()?.trim() {
            "E1142" => Failure::unknown_number("Royal Mail", number),
            // They speak of the signature alone, and leave open what became of the parcel.
            "E1144" | "E1145" => Failure::inconclusive(format!(
                "Royal Mail says of {number} only that there is no proof of delivery; it is asked again"
            )),
            "E1283" => Failure::unsupported(format!(
                "Royal Mail does not track the service by which {number} was sent; ask the sender"
            )),
            "E1284" | "E1308" => Failure::not_scanned("Royal Mail", number),
            // Told under HTTP 200, and described in two ways: the parcel is not known, or cannot be told of for now. Left
            // open, it is still an answer, so that another carrier of the number is asked.
            "E1307" => Failure::inconclusive(format!(
                "Royal Mail does not know {number} or cannot tell of it at the moment; it is asked again"
            )),
            // A header or the number was not as it has to be.
            "E0004" if self.says("mailpieceid") => Failure::not_accepted("Royal Mail", number),
            "E0004" => Failure::changed("Royal Mail wants other headers than this plugin sends"),
            "E0013" => Failure::changed("Royal Mail takes one number for too many"),
            "E0010" => POLICY.failure(429),
            "E0009" => POLICY.failure(500),
            "E0001" => POLICY.failure(503),
            _ => return None,
        })
    }

    fn says(&self, part: &str) -> bool {
        self.error_description.as_deref().is_some_and(|words| words.to_ascii_lowercase().contains(part))
    }
}
