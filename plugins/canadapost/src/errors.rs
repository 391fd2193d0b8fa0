//! What Canada Post says instead of a parcel, and whose business that is.

use parcelwatch_plugin::http::Reply;
use parcelwatch_plugin::prelude::*;
use parcelwatch_plugin::xml::{self, Node};

/// A key that asked too often is shut out for up to a minute.
const AFTER_LIMIT_S: u32 = 60;

/// The failure for an answer without a parcel: one of its messages says why, or the status does.
pub(crate) fn told(root: Node<'_, '_>, number: &str, reply: &Reply) -> Failure {
    let messages = root.descendants().filter(|node| node.tag_name().name() == "message");
    let by_code = messages.into_iter().find_map(|message| {
        let words = xml::text(message, "description").unwrap_or_default();
        by_code(&xml::text(message, "code")?, &words, number)
    });
    with_reply(reply, by_code.unwrap_or_else(|| by_status(reply.status)))
}

/// The failure for a body that does not read: what refuses a question before the service sees it may say so in the
/// status alone. A wall against machines is one whatever its status.
pub(crate) fn unread(reply: &Reply, failure: Failure) -> Failure {
    match reply.status {
        _ if failure.kind == FailureKind::Blocked => failure,
        401 | 429 | 500.. => with_reply(reply, by_status(reply.status)),
        403 => reply.unexpected(),
        _ => failure,
    }
}

fn by_code(code: &str, words: &str, number: &str) -> Option<Failure> {
    match code {
        "004" => Some(Failure::unknown_number("Canada Post", number)),
        // The key is wrong, of another account, or one for the sandbox.
        "E002" => Some(by_status(401)),
        code if code.starts_with("AA0") => Some(by_status(401)),
        // One code for whatever its gate has to say.
        "Server" if words.to_ascii_lowercase().contains("slm monitor") => Some(by_status(429)),
        _ => None,
    }
}

fn by_status(status: u16) -> Failure {
    match status {
        401 | 403 => Failure::auth_failed(
            "Canada Post refused the key; check username and password in [carriers.canadapost] against the production \
             key of your Developer Program account",
        ),
        429 => {
            Failure { retry_after_s: Some(AFTER_LIMIT_S), ..Failure::rate_limited("Canada Post asked to slow down") }
        }
        500.. => Failure::unavailable(format!("Canada Post is out of order ({status})")),
        200..300 => Failure::changed("Canada Post's answer has nothing this plugin knows"),
        _ => Failure::changed(format!("Canada Post answered {status} for a reason this plugin does not know")),
    }
}

/// What the reply itself says about when to come again goes before what is usual.
fn with_reply(reply: &Reply, failure: Failure) -> Failure {
    let retry_after_s = reply.retry_after_s().or(failure.retry_after_s);
    Failure { http_status: Some(reply.status), retry_after_s, ..failure }
}
