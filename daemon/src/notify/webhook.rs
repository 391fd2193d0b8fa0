//! A JSON message to any address, signed as Standard Webhooks asks (<https://www.standardwebhooks.com>, read November 2026).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use parcelwatch_plugin::profile::sign;
use serde_json::json;
use url::Url;

use super::{Message, Sender};
use crate::config::Secret;

pub(super) async fn deliver(
    sender: &Sender,
    url: &Url,
    secret: Option<&Secret>,
    message: &Message<'_>,
) -> anyhow::Result<()> {
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
    if let Some(secret) = secret {
        let signed = format!("{id}.{timestamp}.{body}");
        let key = secret.reveal();
        let key = key.strip_prefix("whsec_").and_then(|key| STANDARD.decode(key).ok()).unwrap_or_else(|| key.into());
        let digest = sign("hmac_sha256", &key, signed.as_bytes()).unwrap_or_default();
        headers.push(("webhook-signature", format!("v1,{}", STANDARD.encode(digest))));
    }
    sender.post(url, &headers, body).await
}
