//! The operator's secrets: where they are attached, the tokens fetched with them, and their removal from what is kept.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use jiff::{SignedDuration, Timestamp};
use parcelwatch_plugin::Profile;
use parcelwatch_plugin::http::{self, Body, Fault, Reply, Request};
use parcelwatch_plugin::profile::{Attachment, sign};
use parcelwatch_tracking::CarrierId;
use sha2::Digest as _;

use crate::config::{self, Secret};
use crate::store::{Store, Token};

/// A token is renewed this long before it ends.
const TOKEN_MARGIN: SignedDuration = SignedDuration::from_secs(60);
/// Where the carrier does not say how long a token lives.
const TOKEN_LIFE: SignedDuration = SignedDuration::from_mins(10);
/// Secrets shorter than this stand in ordinary words; replacing them would garble what is kept.
const REDACTED_CHARS_MIN: usize = 8;

/// One carrier's secrets and tokens.
#[derive(Debug)]
pub(super) struct Auth {
    carrier: CarrierId,
    name: String,
    secrets: Arc<HashMap<String, Secret>>,
    /// Held while a token is fetched, so that it is fetched once however many wait for it.
    tokens: tokio::sync::Mutex<HashMap<String, Token>>,
    /// What must not be kept: tokens ever used in this run.
    spent: Mutex<Vec<String>>,
    store: Option<Store>,
}

impl Auth {
    /// `tokens` are those the store kept of this carrier.
    pub(super) fn new(
        carrier: CarrierId,
        name: String,
        secrets: Arc<HashMap<String, Secret>>,
        tokens: Vec<Token>,
        store: Option<Store>,
    ) -> Self {
        let spent = tokens.iter().map(|token| token.token.clone()).collect();
        let tokens = tokens.into_iter().map(|token| (token.profile.clone(), token)).collect();
        Self { carrier, name, secrets, tokens: tokio::sync::Mutex::new(tokens), spent: Mutex::new(spent), store }
    }

    fn secret(&self, name: &str) -> Option<String> {
        self.secrets.get(name).map(|secret| secret.reveal().to_owned())
    }

    fn missing(&self, secrets: &[String]) -> Fault {
        let (name, carrier) = (&self.name, &self.carrier);
        let table = if secrets.iter().all(|secret| config::is_plain_secret(secret)) { "" } else { ".secrets" };
        let (secrets, them) = (secrets.join(" and "), if secrets.len() == 1 { "it" } else { "them" });
        Fault::new("needs_credential", format!("{name} needs {secrets}; set {them} in [carriers.{carrier}{table}]"))
    }

    /// What a request of this profile carries. `send` sends the request for a token, when one is needed.
    pub(super) async fn attachment<F>(
        &self,
        profile: &Profile,
        now: Timestamp,
        send: impl FnOnce(Request, Vec<(String, String)>) -> F,
    ) -> Result<Attachment, Fault>
    where
        F: Future<Output = Result<Reply, Fault>>,
    {
        let mut missing = profile.secrets();
        missing.retain(|name| !self.secrets.contains_key(name));
        if !missing.is_empty() {
            return Err(self.missing(&missing));
        }
        let token = match profile.kind.as_str() {
            "oauth2_client_credentials" => Some(self.token(profile, now, send).await?),
            _ => None,
        };
        profile.attach(&|name| self.secret(name), token.as_deref()).map_err(|missing| self.missing(&[missing]))
    }

    async fn token<F>(
        &self,
        profile: &Profile,
        now: Timestamp,
        send: impl FnOnce(Request, Vec<(String, String)>) -> F,
    ) -> Result<String, Fault>
    where
        F: Future<Output = Result<Reply, Fault>>,
    {
        let fingerprint = self.fingerprint(profile);
        let mut tokens = self.tokens.lock().await;
        if let Some(token) = tokens.get(&profile.name)
            && token.fingerprint == fingerprint
            && token.expires_at > now + TOKEN_MARGIN
        {
            return Ok(token.token.clone());
        }
        let (request, headers) = self.token_request(profile)?;
        let reply = send(request, headers).await?;
        let (token, life) = read_token(&reply, &self.name)?;
        let token = Token {
            carrier: self.carrier.clone(),
            profile: profile.name.clone(),
            fingerprint,
            token,
            expires_at: now + life,
        };
        self.spent.lock().expect("nothing panics while it holds this lock").push(token.token.clone());
        tokens.insert(profile.name.clone(), token.clone());
        if let Some(store) = &self.store {
            let kept = token.clone();
            // A token that is not kept is fetched again after a restart, no more.
            if let Err(error) = store.write(move |tx| tx.save_token(&kept)).await {
                tracing::warn!(carrier = %self.carrier, "cannot keep a token: {error}");
            }
        }
        Ok(token.token)
    }

    /// The request for a token, and the headers that carry the credentials where they travel in one.
    fn token_request(&self, profile: &Profile) -> Result<(Request, Vec<(String, String)>), Fault> {
        let filled =
            |name| profile.filled(name, &|secret| self.secret(secret)).map_err(|missing| self.missing(&[missing]));
        let (id, secret) = (filled("client_id")?, filled("client_secret")?);
        let scope = profile.parameter("scope").unwrap_or_default();
        let request =
            http::post(profile.parameter("token_url").unwrap_or_default()).header("accept", "application/json");
        let mut fields = vec![("grant_type", "client_credentials")];
        if !scope.is_empty() {
            fields.push(("scope", scope));
        }
        Ok(match profile.parameter("style") {
            Some("basic") => {
                let pair = base64::engine::general_purpose::STANDARD.encode(format!("{id}:{secret}"));
                (request.form(&fields), vec![("authorization".to_owned(), format!("Basic {pair}"))])
            }
            style => {
                fields.extend([("client_id", id.as_str()), ("client_secret", secret.as_str())]);
                let request = if style == Some("json") {
                    let object: serde_json::Map<String, serde_json::Value> =
                        fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).into())).collect();
                    request.json(serde_json::Value::Object(object).to_string())
                } else {
                    request.form(&fields)
                };
                (request, Vec::new())
            }
        })
    }

    /// Names the credentials without giving them away, and the profile they were fetched with: a token fetched with others is
    /// of no use, and one that is for other hosts goes to none of these.
    fn fingerprint(&self, profile: &Profile) -> String {
        let mut digest = sha2::Sha256::new();
        for text in profile.parameters.iter().flat_map(|(name, template)| [name, template]) {
            digest.update(text.as_bytes());
            digest.update([0]);
        }
        for host in &profile.hosts {
            digest.update([1]);
            digest.update(host.as_bytes());
        }
        for name in profile.secrets() {
            digest.update(name.as_bytes());
            digest.update([0]);
            digest.update(self.secret(&name).unwrap_or_default().as_bytes());
            digest.update([0]);
        }
        digest.finalize()[..8].iter().map(|b| format!("{b:02x}")).collect()
    }

    /// Throws a refused token away; false when the profile has none, so that asking again is useless.
    pub(super) async fn forget_token(&self, profile: &Profile) -> bool {
        let had = self.tokens.lock().await.remove(&profile.name).is_some();
        if let (true, Some(store)) = (had, &self.store) {
            let (carrier, name) = (self.carrier.clone(), profile.name.clone());
            if let Err(error) = store.write(move |tx| tx.forget_token(&carrier, &name)).await {
                tracing::warn!(carrier = %self.carrier, "cannot forget a token: {error}");
            }
        }
        had
    }

    pub(super) fn sign(&self, profile: &Profile, algorithm: &str, message: &[u8]) -> Result<Vec<u8>, String> {
        let key =
            profile.filled("key", &|name| self.secret(name)).map_err(|missing| self.missing(&[missing]).message)?;
        sign(algorithm, key.as_bytes(), message).ok_or_else(|| format!("there is no algorithm {algorithm:?}"))
    }

    /// A reply without the secrets it may echo: the plugin must not see them.
    pub(super) fn redact(&self, reply: Reply) -> Reply {
        let body = match reply.body {
            Body::Text(text) => Body::Text(self.redact_text(&text)),
            other => other,
        };
        let headers = reply.headers.into_iter().map(|(name, value)| (name, self.redact_text(&value))).collect();
        Reply { body, headers, ..reply }
    }

    /// A text without secrets and tokens.
    pub(super) fn redact_text(&self, text: &str) -> String {
        let spent = self.spent.lock().expect("nothing panics while it holds this lock");
        let secrets = self.secrets.values().map(Secret::reveal).chain(spent.iter().map(String::as_str));
        let mut redacted = None;
        for secret in secrets.filter(|secret| secret.len() >= REDACTED_CHARS_MIN) {
            let current = redacted.as_deref().unwrap_or(text);
            if current.contains(secret) {
                redacted = Some(current.replace(secret, "[redacted]"));
            }
        }
        redacted.unwrap_or_else(|| text.to_owned())
    }
}

/// The token and how long it lives, from a reply of RFC 6749, 5.1.
fn read_token(reply: &Reply, name: &str) -> Result<(String, SignedDuration), Fault> {
    let json: serde_json::Value = serde_json::from_str(reply.text()).unwrap_or_default();
    let text = |field: &str| json.get(field).and_then(|value| value.as_str()).map(str::to_owned);
    match reply.status {
        200..300 => {}
        400 | 401 | 403 => {
            let reason = text("error_description")
                .or_else(|| text("error"))
                .unwrap_or_else(|| format!("status {}", reply.status));
            let reason = parcelwatch_plugin::text::plain(&reason);
            return Err(Fault::new("auth_failed", format!("{name} refused the key: {reason:.200}")));
        }
        429 => {
            let mut fault = Fault::new("rate_limited", format!("{name} limits how often a token is fetched"));
            fault.retry_after_s = reply.retry_after_s();
            return Err(fault);
        }
        status => return Err(Fault::new("connect", format!("{name} answered {status} when asked for a token"))),
    }
    let token = text("access_token").ok_or_else(|| Fault::new("protocol", format!("{name} sent no token")))?;
    // UPS and others write the number as text.
    let seconds = json.get("expires_in").and_then(|value| value.as_i64().or_else(|| value.as_str()?.parse().ok()));
    Ok((token, seconds.map_or(TOKEN_LIFE, |seconds| SignedDuration::from_secs(seconds.clamp(0, 30 * 24 * 3600)))))
}
