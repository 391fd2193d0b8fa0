//! Tokens for client credentials, as RFC 6749 has them.

use base64::Engine as _;
use serde_json::json;

use super::{Asked, Book, Told};

/// The credentials that every carrier here accepts.
pub const CLIENT: (&str, &str) = ("story-client", "story-secret-0123456789");

/// Hands out a token, when the credentials are right.
pub(super) fn token(book: &mut Book, asked: &Asked) -> Told {
    let field = |name: &str| -> Option<String> {
        if let Ok(serde_json::Value::Object(object)) = serde_json::from_str(&asked.body) {
            return object.get(name)?.as_str().map(str::to_owned);
        }
        asked.body.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('=')).map(super::decode)
    };
    let in_body =
        field("client_id").as_deref() == Some(CLIENT.0) && field("client_secret").as_deref() == Some(CLIENT.1);
    let pair = base64::engine::general_purpose::STANDARD.encode(format!("{}:{}", CLIENT.0, CLIENT.1));
    let in_header = asked.header("authorization") == Some(format!("Basic {pair}").as_str());
    let right = field("grant_type").as_deref() == Some("client_credentials") && (in_body || in_header);
    if !right {
        let refusal = json!({ "error": "invalid_client", "error_description": "Client authentication failed." });
        return Told { status: 401, ..Told::json(&refusal) };
    }
    let tokens = book.tokens.entry(asked.host.clone()).or_default();
    let token = format!("token-{}-{}-0123456789abcdef", asked.host, tokens.len());
    tokens.push(token.clone());
    Told::json(&json!({ "access_token": token, "token_type": "Bearer", "expires_in": "3599", "scope": "tracking" }))
}

/// Whether a request carries a token that is good.
pub(super) fn is_authorized(book: &Book, asked: &Asked) -> bool {
    let token = asked.header("authorization").and_then(|value| value.strip_prefix("Bearer "));
    let known = book.tokens.get(&asked.host);
    token.is_some_and(|token| known.is_some_and(|known| known.iter().any(|good| good == token)))
}
