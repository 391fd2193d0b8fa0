//! Sends a plugin's requests, under the rules: granted hosts only, redirects checked hop by hop, secrets attached here,
//! everything bounded.

use std::io::Read as _;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use jiff::{SignedDuration, Timestamp};
use parcelwatch_plugin::egress::{REPLY_BODY_BYTES_MAX, Rules};
use parcelwatch_plugin::http::{Body, Fault, Reply, Request};
use url::Url;

use super::auth::Auth;
use super::connect::{self, ConnectError, Guarded, Private};
use super::politeness::Politeness;
use crate::store::Exchange;

/// From the request to the last byte of the reply, unless the plugin asks for another time.
const TOTAL_TIMEOUT: Duration = Duration::from_secs(30);
/// The longest time a plugin can ask for: its call ends soon after.
const TOTAL_TIMEOUT_MAX: Duration = Duration::from_secs(50);
/// From the request to the first byte of the reply, unless the plugin asks for a time of its own.
const FIRST_BYTE_TIMEOUT: Duration = Duration::from_secs(15);
/// A body that unpacks to more than this times its size is a bomb.
const RATIO_MAX: usize = 100;
/// Reply headers kept with a raw answer.
const KEPT_HEADERS: &[&str] = &["content-type", "date", "retry-after", "location", "bxpunish"];

/// We say who we are: a carrier that minds can tell us from others.
const USER_AGENT: &str = concat!("Parcelwatch/", env!("CARGO_PKG_VERSION"), " (self-hosted parcel tracker)");

/// One plugin's way to the network.
#[derive(Debug)]
pub(super) struct Egress {
    rules: Rules,
    client: Client<HttpsConnector<Guarded>, Full<Bytes>>,
    /// Where every request goes instead, when the operator says so.
    endpoint: Option<Url>,
    politeness: Arc<Politeness>,
    auth: Auth,
}

impl Egress {
    /// `private` are hosts and ports the operator named, which may stand in their own network.
    pub(super) fn new(
        rules: Rules,
        endpoint: Option<Url>,
        mut private: Vec<Private>,
        politeness: Arc<Politeness>,
        auth: Auth,
    ) -> Self {
        if let Some(endpoint) = &endpoint
            && let (Some(host), Some(port)) = (endpoint.host_str(), endpoint.port_or_known_default())
        {
            private.push((host.trim_matches(['[', ']']).to_owned(), port));
        }
        let mut builder = Client::builder(TokioExecutor::new());
        builder.pool_idle_timeout(Duration::from_secs(60)).pool_max_idle_per_host(2).pool_timer(TokioTimer::new());
        Self { rules, client: builder.build(connect::connector(private)), endpoint, politeness, auth }
    }

    /// Sends a request and gives back the reply, and the exchange as it is kept.
    pub(super) async fn send(&self, request: Request, now: Timestamp) -> Result<(Reply, Exchange), Fault> {
        let url = self.rules.check(&request)?;
        let timeout = own_timeout(&request).unwrap_or(TOTAL_TIMEOUT);
        let sent = tokio::time::timeout(timeout, self.follow(&request, url, now)).await;
        let reply = sent.unwrap_or_else(|_| {
            Err(Fault::new("timeout", format!("no complete reply within {} s", timeout.as_secs())))
        })?;
        let exchange = self.exchange(&request, &reply);
        Ok((reply, exchange))
    }

    /// A keyed digest with a profile's secret.
    pub(super) fn sign(&self, profile: &str, algorithm: &str, message: &[u8]) -> Result<Vec<u8>, String> {
        let profile = self.rules.profile(profile).map_err(|fault| fault.message)?;
        self.auth.sign(profile, algorithm, message)
    }

    async fn follow(&self, request: &Request, first: Url, now: Timestamp) -> Result<Reply, Fault> {
        let mut url = first.clone();
        let mut request = request.clone();
        let mut hops_left = request.follow;
        loop {
            let reply = self.send_as(&request, &url, now).await?;
            let location =
                reply.header("location").filter(|_| (300..400).contains(&reply.status) && reply.status != 304);
            let Some(location) = location.filter(|_| hops_left > 0) else { return Ok(reply) };
            hops_left -= 1;
            let next = self.rules.check_redirect(&url, location)?;
            if next.origin() != url.origin() {
                // A secret never travels along to another host.
                request.auth = None;
            }
            if reply.status == 303 || (reply.status < 303 && request.method == "POST") {
                request.method = "GET".to_owned();
                request.body = Body::None;
            }
            url = next;
        }
    }

    /// Sends with what the auth profile adds; a token that was refused is fetched anew, once.
    async fn send_as(&self, request: &Request, url: &Url, now: Timestamp) -> Result<Reply, Fault> {
        let Some(name) = &request.auth else { return self.send_once(request, url, &[], now).await };
        let profile = self.rules.profile(name)?;
        self.rules.check_profile_host(profile, url)?;
        for attempt in 0.. {
            let token_request = |request: Request, headers: Vec<(String, String)>| async move {
                let url = self.rules.check(&request)?;
                self.send_once(&request, &url, &headers, now).await
            };
            let attachment = self.auth.attachment(profile, now, token_request).await?;
            let mut url = url.clone();
            for (name, value) in &attachment.query {
                url.query_pairs_mut().append_pair(name, value);
            }
            let reply = self.send_once(request, &url, &attachment.headers, now).await?;
            if reply.status == 401 && attempt == 0 && self.auth.forget_token(profile).await {
                continue;
            }
            return Ok(self.auth.redact(reply));
        }
        unreachable!("the loop returns in its second round")
    }

    async fn send_once(
        &self,
        request: &Request,
        url: &Url,
        attached: &[(String, String)],
        now: Timestamp,
    ) -> Result<Reply, Fault> {
        let host = url.host_str().unwrap_or_default().to_owned();
        self.politeness.turn(&host, now, TOTAL_TIMEOUT).await?;
        let outgoing = self.outgoing(request, url, &host, attached)?;
        let limits = own_timeout(request).unwrap_or(FIRST_BYTE_TIMEOUT);
        let sent = tokio::time::timeout(limits, self.client.request(outgoing)).await;
        let response = match sent {
            Ok(Ok(response)) => response,
            Ok(Err(error)) => return Err(self.connection_fault(&error, &host)),
            Err(_) => {
                return Err(Fault::new(
                    "timeout",
                    format!("{host} did not begin to answer within {} s", limits.as_secs()),
                ));
            }
        };
        let (parts, body) = response.into_parts();
        let wait = retry_after(&parts.headers, now);
        if matches!(parts.status.as_u16(), 429 | 503)
            && let Some(wait) = wait
        {
            self.politeness.pause(&host, wait, "asked to wait", now);
        }
        let body = match Limited::new(body, REPLY_BODY_BYTES_MAX).collect().await {
            Ok(body) => body.to_bytes(),
            Err(error) if error.is::<LengthLimitError>() => return Err(too_large(&host)),
            Err(error) => return Err(Fault::new("protocol", format!("{host} broke off its answer: {error}"))),
        };
        let body = unpack(&parts.headers, body, &host)?;
        let mut headers: Vec<(String, String)> = parts
            .headers
            .iter()
            .filter(|(name, _)| !matches!(name.as_str(), "set-cookie" | "content-encoding" | "content-length"))
            .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
            .collect();
        if let Some(wait) = wait {
            // A date is turned into seconds, which is all a plugin needs to understand.
            headers.retain(|(name, _)| name != "retry-after");
            headers.push(("retry-after".to_owned(), wait.as_secs().to_string()));
        }
        let body = if request.raw { Body::Bytes(body) } else { Body::Text(decode(&parts.headers, &body)) };
        Ok(Reply { status: parts.status.as_u16(), url: url.to_string(), headers, body })
    }

    fn outgoing(
        &self,
        request: &Request,
        url: &Url,
        host: &str,
        attached: &[(String, String)],
    ) -> Result<hyper::Request<Full<Bytes>>, Fault> {
        let bad = |error: &dyn std::fmt::Display| Fault::new("bad_request", error.to_string());
        let body = match &request.body {
            Body::None => Bytes::new(),
            Body::Text(text) => Bytes::copy_from_slice(text.as_bytes()),
            Body::Bytes(bytes) => Bytes::copy_from_slice(bytes),
        };
        let target = match &self.endpoint {
            Some(endpoint) => redirected(endpoint, url),
            None => url.clone(),
        };
        let mut outgoing = hyper::Request::builder()
            .method(request.method.as_str())
            .uri(target.as_str())
            .body(Full::new(body))
            .map_err(|error| bad(&error))?;
        let headers = outgoing.headers_mut();
        headers.insert(header::USER_AGENT, HeaderValue::from_static(USER_AGENT));
        headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
        if self.endpoint.is_some() {
            headers.insert("x-forwarded-host", HeaderValue::from_str(host).map_err(|error| bad(&error))?);
        }
        for (name, value) in request.headers.iter().chain(attached) {
            let name = HeaderName::from_bytes(name.as_bytes()).map_err(|error| bad(&error))?;
            headers.insert(name, HeaderValue::from_str(value).map_err(|error| bad(&error))?);
        }
        Ok(outgoing)
    }

    fn connection_fault(&self, error: &hyper_util::client::legacy::Error, host: &str) -> Fault {
        let mut source: Option<&(dyn std::error::Error + 'static)> = Some(error);
        while let Some(inner) = source {
            if let Some(refused) = inner.downcast_ref::<ConnectError>() {
                let kind = match refused {
                    ConnectError::Dns { .. } => "dns",
                    ConnectError::Private { .. } => "denied_address",
                    ConnectError::Refused { .. } => "connect",
                };
                return Fault::new(kind, refused.to_string());
            }
            if inner.is::<rustls::Error>() {
                return Fault::new("tls", format!("no secure connection to {host}: {inner}"));
            }
            // An I/O error may carry the connector's error inside.
            source = match inner.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref) {
                Some(carried) => Some(carried),
                None => inner.source(),
            };
        }
        Fault::new(if error.is_connect() { "connect" } else { "protocol" }, format!("{host} did not answer: {error}"))
    }

    fn exchange(&self, request: &Request, reply: &Reply) -> Exchange {
        Exchange {
            method: request.method.clone(),
            url: request.url.clone(),
            request_body: match &request.body {
                Body::Text(text) => Some(self.auth.redact_text(text)),
                Body::None | Body::Bytes(_) => None,
            },
            status: reply.status,
            headers: reply.headers.iter().filter(|(name, _)| KEPT_HEADERS.contains(&name.as_str())).cloned().collect(),
            body: self.auth.redact_text(reply.text()),
        }
    }
}

/// How long the plugin wants to wait for a reply.
fn own_timeout(request: &Request) -> Option<Duration> {
    request.timeout_ms.map(|ms| Duration::from_millis(u64::from(ms)).min(TOTAL_TIMEOUT_MAX))
}

/// The same path, query and body, at the operator's endpoint.
fn redirected(endpoint: &Url, url: &Url) -> Url {
    let mut target = endpoint.clone();
    let base = endpoint.path().trim_end_matches('/');
    target.set_path(&format!("{base}{}", url.path()));
    target.set_query(url.query());
    target
}

/// How long the carrier asks to wait: seconds, or a date (RFC 9110, 10.2.3) measured against the carrier's own clock.
fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<SignedDuration> {
    let value = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = value.parse::<i64>() {
        return Some(SignedDuration::from_secs(seconds.clamp(0, 30 * 24 * 3600)));
    }
    let date = |text: &str| jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text).ok();
    let until = date(value)?;
    let their_now = headers.get(header::DATE).and_then(|value| date(value.to_str().ok()?)).unwrap_or(now);
    Some(until.duration_since(their_now).max(SignedDuration::ZERO))
}

fn too_large(host: &str) -> Fault {
    Fault::new("too_large", format!("{host} answered with more than {} MiB", REPLY_BODY_BYTES_MAX / 1024 / 1024))
}

/// Undoes gzip and deflate, within the limits.
fn unpack(headers: &HeaderMap, body: Bytes, host: &str) -> Result<Vec<u8>, Fault> {
    let coding = headers.get(header::CONTENT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or("identity");
    let limit = (body.len().saturating_mul(RATIO_MAX)).clamp(64 * 1024, REPLY_BODY_BYTES_MAX);
    let mut unpacked = Vec::new();
    let read = match coding.trim().to_ascii_lowercase().as_str() {
        "identity" | "" => return Ok(body.to_vec()),
        "gzip" | "x-gzip" => {
            flate2::read::MultiGzDecoder::new(body.as_ref()).take(limit as u64 + 1).read_to_end(&mut unpacked)
        }
        "deflate" => flate2::read::ZlibDecoder::new(body.as_ref()).take(limit as u64 + 1).read_to_end(&mut unpacked),
        other => {
            return Err(Fault::new(
                "protocol",
                format!("{host} answered in coding {other:?}, which was not asked for"),
            ));
        }
    };
    read.map_err(|error| Fault::new("protocol", format!("{host} sent a broken {coding} body: {error}")))?;
    if unpacked.len() > limit {
        return Err(too_large(host));
    }
    Ok(unpacked)
}

/// The body as text, in the charset the reply names; UTF-8 otherwise.
fn decode(headers: &HeaderMap, body: &[u8]) -> String {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let charset = kind.split(';').filter_map(|part| part.trim().strip_prefix("charset=")).next();
    let encoding = charset.and_then(|name| encoding_rs::Encoding::for_label(name.trim_matches('"').as_bytes()));
    encoding.unwrap_or(encoding_rs::UTF_8).decode(body).0.into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_str(value).expect("a value")))
            .collect()
    }

    #[test]
    fn a_wish_to_wait_comes_in_seconds_or_as_a_date() {
        let now = "2026-11-21T12:00:00Z".parse().expect("an instant");
        let wait = |pairs: &[(&'static str, &str)]| retry_after(&headers(pairs), now).map(|wait| wait.as_secs());
        assert_eq!(wait(&[("retry-after", "120")]), Some(120));
        assert_eq!(wait(&[("retry-after", "Sat, 21 Nov 2026 12:05:00 GMT")]), Some(300));
        let skewed = [("retry-after", "Sat, 21 Nov 2026 10:05:00 GMT"), ("date", "Sat, 21 Nov 2026 10:00:00 GMT")];
        assert_eq!(wait(&skewed), Some(300));
        assert_eq!(wait(&[("retry-after", "soon")]), None);
        assert_eq!(wait(&[]), None);
    }

    #[test]
    fn an_endpoint_keeps_path_query_and_its_own_base() {
        let url = Url::parse("https://api.example.com/a/b?c=d").expect("an address");
        let at = |endpoint: &str| redirected(&Url::parse(endpoint).expect("an address"), &url).to_string();
        assert_eq!(at("http://127.0.0.1:9000"), "http://127.0.0.1:9000/a/b?c=d");
        assert_eq!(at("http://proxy.lan/base/"), "http://proxy.lan/base/a/b?c=d");
    }

    #[test]
    fn a_packed_bomb_is_not_unpacked() {
        use std::io::Write as _;
        let pack = |bytes: &[u8]| {
            let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
            packer.write_all(bytes).expect("memory");
            Bytes::from(packer.finish().expect("memory"))
        };
        let gzip = headers(&[("content-encoding", "gzip")]);
        assert_eq!(unpack(&gzip, pack(b"hello"), "h").expect("small"), b"hello");
        let fault = unpack(&gzip, pack(&vec![0; 3 * 1024 * 1024]), "h").expect_err("too large");
        assert_eq!(fault.kind, "too_large");
        let fault = unpack(&gzip, Bytes::from_static(b"not gzip"), "h").expect_err("broken");
        assert_eq!(fault.kind, "protocol");
    }

    #[test]
    fn text_is_read_in_the_charset_the_reply_names() {
        assert_eq!(decode(&headers(&[("content-type", "text/html; charset=gbk")]), &[0xd2, 0xd1]), "已");
        assert_eq!(decode(&headers(&[]), "é".as_bytes()), "é");
    }
}
