//! Why there is no answer, in the sentences that most carriers need.

use parcelwatch_tracking::{FailureKind, Scope};

use crate::Choice;
use crate::http::{Fault, Reply};
use crate::types::Facts;

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    pub kind: FailureKind,
    pub scope: Scope,
    /// One sentence for people.
    pub message: String,
    pub retry_after_s: Option<u32>,
    pub http_status: Option<u16>,
    /// Hints or secrets that would help.
    pub needs: Vec<String>,
    pub choices: Vec<Choice>,
    pub facts: Facts,
}

impl Failure {
    /// A failure of the kind's usual scope.
    pub fn new(kind: FailureKind, message: impl Into<String>) -> Self {
        let usual = parcelwatch_tracking::Failure::new(kind, message);
        Self {
            kind,
            scope: usual.scope,
            message: usual.message,
            retry_after_s: None,
            http_status: None,
            needs: Vec::new(),
            choices: Vec::new(),
            facts: Vec::new(),
        }
    }

    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(FailureKind::NotFound, message)
    }

    /// The carrier knows the number and has not scanned it yet.
    pub fn no_scan_yet(message: impl Into<String>) -> Self {
        Self::new(FailureKind::NoScanYet, message)
    }

    /// The answer has a form this plugin does not understand.
    pub fn changed(message: impl Into<String>) -> Self {
        Self::new(FailureKind::ChangedUpstream, message)
    }

    pub fn blocked(message: impl Into<String>) -> Self {
        Self::new(FailureKind::Blocked, message)
    }

    /// More is needed to ask: a postcode, a key.
    pub fn needs_input(needs: &[&str], message: impl Into<String>) -> Self {
        let mut failure = Self::new(FailureKind::NeedsInput, message);
        failure.needs = needs.iter().map(|need| (*need).to_owned()).collect();
        failure
    }

    pub fn unavailable(message: impl Into<String>) -> Self {
        Self::new(FailureKind::Unavailable, message)
    }

    /// Neither yes nor no: another poll may bring more.
    pub fn inconclusive(message: impl Into<String>) -> Self {
        Self::new(FailureKind::Inconclusive, message)
    }

    pub fn invalid_number(message: impl Into<String>) -> Self {
        Self::new(FailureKind::InvalidNumber, message)
    }

    pub fn auth_failed(message: impl Into<String>) -> Self {
        Self::new(FailureKind::AuthFailed, message)
    }

    pub fn rate_limited(message: impl Into<String>) -> Self {
        Self::new(FailureKind::RateLimited, message)
    }

    pub fn unsupported(message: impl Into<String>) -> Self {
        Self::new(FailureKind::Unsupported, message)
    }

    /// Nobody has handed the parcel over yet, or the number has a typo.
    pub fn unknown_number(carrier: &str, number: &str) -> Self {
        Self::not_found(format!(
            "{carrier} does not know {number}; check it for a typo, or wait until it is handed over"
        ))
    }

    pub fn not_scanned(carrier: &str, number: &str) -> Self {
        Self::no_scan_yet(format!("{carrier} knows {number} and has not scanned it yet"))
    }

    /// An answer to several numbers lacks this one.
    pub fn left_out(carrier: &str, number: &str) -> Self {
        Self::inconclusive(format!(
            "{carrier} left {number} out of its answer, which proves nothing; it is asked again"
        ))
    }

    /// An answer names another number than the one that was polled.
    pub fn other_number(carrier: &str, number: &str) -> Self {
        Self::inconclusive(format!(
            "{carrier} answered about another number than {number}, which proves nothing; it is asked again"
        ))
    }

    /// An answer to several numbers does not name them any more.
    pub fn nameless(carrier: &str) -> Self {
        Self::changed(format!("{carrier}'s answer no longer says which number it is about"))
    }

    /// An answer about a number lacks a part that it always had.
    pub fn without(carrier: &str, number: &str, part: &str) -> Self {
        Self::changed(format!("{carrier}'s answer about {number} has no {part} any more"))
    }

    /// An answer about a number is empty, or of another form.
    pub fn nothing_known(carrier: &str, number: &str) -> Self {
        Self::changed(format!("{carrier}'s answer about {number} has nothing this plugin knows"))
    }

    /// A number that is not sent, because it could not be told from what stands around it.
    pub fn not_plain(carrier: &str, number: &str) -> Self {
        Self::invalid_number(format!(
            "{carrier}'s numbers are letters and digits only, {number:?} is not; check it for a typo"
        ))
    }

    /// A number that the carrier refuses.
    pub fn not_accepted(carrier: &str, number: &str) -> Self {
        Self::invalid_number(format!("{carrier} does not accept {number:?} as a tracking number; check it for a typo"))
    }

    /// A carrier without keys refuses the request: nothing that the operator sets would change that.
    pub fn shut_out(carrier: &str) -> Self {
        Self::blocked(format!(
            "{carrier} refuses the question, which is not worked around; wait, or look the parcel up on its page"
        ))
    }

    /// A carrier that was open wants a key or an account now.
    pub fn wants_account(service: &str) -> Self {
        Self::changed(format!("{service} asks for an account, which it did not before"))
    }

    /// Says which reply it comes from. The wait that the reply asks for goes before the usual one.
    #[must_use]
    pub fn of(self, reply: &Reply) -> Self {
        let retry_after_s = reply.retry_after_s().or(self.retry_after_s);
        Self { http_status: Some(reply.status), retry_after_s, ..self }
    }

    /// Whether every other number would only meet the same refusal: the key is missing or refused, the carrier is closed.
    pub fn concerns_all(&self) -> bool {
        use FailureKind::{AuthFailed, Blocked, NeedsCredential, RateLimited};
        matches!(self.kind, AuthFailed | Blocked | NeedsCredential | RateLimited) && self.scope != Scope::Parcel
    }
}

impl From<Fault> for Failure {
    /// Why a request brought no reply, as why there is no answer.
    fn from(fault: Fault) -> Self {
        let kind = match fault.kind.as_str() {
            "needs_credential" => FailureKind::NeedsCredential,
            "auth_failed" => FailureKind::AuthFailed,
            "rate_limited" | "budget" => FailureKind::RateLimited,
            "denied_host" | "denied_address" | "denied_header" | "bad_request" => FailureKind::Internal,
            "too_large" => FailureKind::ChangedUpstream,
            _ => FailureKind::Unavailable,
        };
        let mut failure = Self::new(kind, fault.message);
        failure.retry_after_s = fault.retry_after_s;
        failure
    }
}

/// What the usual statuses mean at one carrier, for replies that name no error of their own.
#[derive(Clone, Copy, Debug)]
pub struct StatusPolicy {
    /// As messages name the carrier.
    pub carrier: &'static str,
    /// What the operator can do about a key that is refused.
    pub key_refused: &'static str,
    /// What the operator can do about a limit.
    pub limited: &'static str,
    /// How long to wait where the carrier does not say.
    pub limited_s: u32,
}

impl StatusPolicy {
    /// The failure for a status, which an answer may tell in other ways than HTTP does.
    pub fn failure(&self, status: u16) -> Failure {
        let carrier = self.carrier;
        match status {
            401 | 403 => Failure::auth_failed(self.key_refused),
            429 => Failure { retry_after_s: Some(self.limited_s), ..Failure::rate_limited(self.limited) },
            500.. => Failure::unavailable(format!("{carrier} is out of order ({status})")),
            200..300 => Failure::changed(format!("{carrier}'s answer has nothing this plugin knows")),
            _ => Failure::changed(format!("{carrier} answered {status} for a reason this plugin does not know")),
        }
    }

    /// The failure for a body that does not read: what refuses a request before the service sees it may say so in the
    /// status alone. A page that keeps machines out is one whatever its status.
    pub fn unread(&self, reply: &Reply, failure: Failure) -> Failure {
        match reply.status {
            _ if failure.kind == FailureKind::Blocked => failure,
            401 | 429 | 500.. => self.failure(reply.status).of(reply),
            403 => reply.unexpected(),
            _ => failure,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::Body;

    #[test]
    fn a_reply_that_says_how_long_to_wait_is_believed() {
        let headers = vec![("retry-after".to_owned(), "120".to_owned())];
        let reply = |headers| Reply { status: 429, url: String::new(), headers, body: Body::None };
        let usual = Failure { retry_after_s: Some(60), ..Failure::rate_limited("slow down") };
        let told = |reply: &Reply| {
            let failure = usual.clone().of(reply);
            (failure.http_status, failure.retry_after_s)
        };
        assert_eq!(told(&reply(headers)), (Some(429), Some(120)));
        assert_eq!(told(&reply(Vec::new())), (Some(429), Some(60)));
    }

    #[test]
    fn a_body_that_does_not_read_is_explained_by_its_status() {
        let policy =
            StatusPolicy { carrier: "Example Post", key_refused: "check api_key", limited: "slow down", limited_s: 60 };
        let kind = |status, failure: Failure| {
            let reply = Reply { status, url: String::new(), headers: Vec::new(), body: Body::None };
            policy.unread(&reply, failure).kind
        };
        assert_eq!(kind(401, Failure::changed("no JSON")), FailureKind::AuthFailed);
        assert_eq!(kind(403, Failure::changed("no JSON")), FailureKind::Blocked);
        assert_eq!(kind(429, Failure::changed("no JSON")), FailureKind::RateLimited);
        assert_eq!(kind(503, Failure::changed("no JSON")), FailureKind::Unavailable);
        assert_eq!(kind(429, Failure::blocked("a captcha")), FailureKind::Blocked);
        assert_eq!(kind(200, Failure::changed("no JSON")), FailureKind::ChangedUpstream);
    }
}
