//! A JSON message to any address, signed as Standard Webhooks asks (<https://www.standardwebhooks.com>, read November 2026).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use parcelwatch_plugin::profile::sign;
use serde_json::json;
use url::Url;

use super::http::Post;
use super::message::Message;
use crate::config::{Secret, Table, secret};

/// Any address that takes the message.
#[derive(PartialEq)]
pub(super) struct Webhook {
    secret: Option<Secret>,
}

impl Webhook {
    /// Reads the keys that only this kind has; `None` where they are at fault.
    pub(super) fn read(table: &Table<'_>) -> Option<Self> {
        Some(Self { secret: secret(table, "secret") })
    }

    pub(super) fn post(&self, url: &Url, message: &Message<'_>) -> anyhow::Result<Post> {
        let entry = message.entry;
        let timestamp = entry.published_at.as_second().to_string();
        let body = json!({
            "type": entry.kind,
            "timestamp": entry.published_at.to_string(),
            "data": {
                "id": entry.id.to_string(),
                "importance": entry.importance.key(),
                "title": entry.title,
                "text": message.text,
                "link": message.link,
                "categories": entry.categories,
                "author": entry.author,
            },
        })
        .to_string();
        // The id is the same each time the message is tried, so that the receiver can drop what it has.
        let id = entry.id.to_string();
        let mut headers = vec![
            ("content-type", "application/json".to_owned()),
            ("webhook-id", id.clone()),
            ("webhook-timestamp", timestamp.clone()),
        ];
        if let Some(secret) = &self.secret {
            let signed = format!("{id}.{timestamp}.{body}");
            let key = secret.reveal();
            let key =
                key.strip_prefix("whsec_").and_then(|key| STANDARD.decode(key).ok()).unwrap_or_else(|| key.into());
            let digest = sign("hmac_sha256", &key, signed.as_bytes()).unwrap_or_default();
            headers.push(("webhook-signature", format!("v1,{}", STANDARD.encode(digest))));
        }
        Ok(Post { url: url.clone(), headers, body })
    }
}
