//! ntfy: a push service that many self-hosters run (<https://docs.ntfy.sh/publish/>, read November 2026).

use parcelwatch_tracking::Importance;
use serde_json::json;
use url::Url;

use super::http::Post;
use super::message::Message;
use crate::config::{Secret, Table, secret};

/// A topic on an ntfy server.
#[derive(PartialEq)]
pub(super) struct Ntfy {
    token: Option<Secret>,
}

impl Ntfy {
    /// Reads the keys that only this kind has; `None` where they are at fault.
    pub(super) fn read(table: &Table<'_>) -> Option<Self> {
        Some(Self { token: secret(table, "token") })
    }

    pub(super) fn post(&self, url: &Url, message: &Message<'_>) -> anyhow::Result<Post> {
        // Posting JSON goes to the server's root and names the topic inside; headers could not carry all of Unicode.
        let mut root = url.clone();
        let topic = url.path_segments().and_then(|mut segments| segments.next_back()).unwrap_or_default().to_owned();
        anyhow::ensure!(!topic.is_empty(), "{url} names no topic; write it as https://ntfy.example/topic");
        root.path_segments_mut().map_err(|()| anyhow::anyhow!("{url} is not a web address"))?.pop();
        let priority = match message.entry.importance {
            Importance::Routine => 2,
            Importance::Notice => 3,
            Importance::Important => 4,
        };
        let body = json!({
            "topic": topic,
            "title": message.entry.title,
            "message": message.text,
            "click": message.link,
            "priority": priority,
            "tags": ["package"],
        });
        let mut headers = vec![("content-type", "application/json".to_owned())];
        if let Some(token) = &self.token {
            headers.push(("authorization", format!("Bearer {}", token.reveal())));
        }
        Ok(Post { url: root, headers, body: body.to_string() })
    }
}
