//! What Canada Post says instead of a parcel, and whose business that is.

use parcelwatch_plugin::http::Reply;
use parcelwatch_plugin::prelude::*;
use parcelwatch_plugin::xml::{self, Node};

pub(crate) const POLICY: StatusPolicy = StatusPolicy {
    carrier: "Canada Post",
    key_refused: "Canada Post refused the key; check username and password in [carriers.canadapost] against the \
                  production key of your Developer Program account",
    limited: "Canada Post asked to slow down",
    // A key that asked too often is shut out for up to a minute.
    limited_s: 60,
};

/// The failure for an answer without a parcel: one of its messages says why, or the status does.
pub(crate) fn failure(root: Node<'_, '_>, number: &str, reply: &Reply) -> Failure {
    let messages = root.descendants().filter(|node| node.tag_name().name() == "message");
    let by_code = messages.into_iter().find_map(|message| {
        let words = xml::text(message, "description").unwrap_or_default();
        by_code(&xml::text(message, "code")?, &words, number)
    });
    by_code.unwrap_or_else(|| POLICY.failure(reply.status)).of(reply)
}

fn by_code(code: &str, words: &str, number: &str) -> Option<Failure> {
    match code {
        "004" => Some(Failure::unknown_number("Canada Post", number)),
        // The key is wrong, of another account, or one for the sandbox.
        "E002" => Some(POLICY.failure(401)),
        code if code.starts_with("AA0") => Some(POLICY.failure(401)),
        // One code for whatever its gate has to say.
        "Server" if words.to_ascii_lowercase().contains("slm monitor") => Some(POLICY.failure(429)),
        _ => None,
    }
}
