//! Who may come in, and what every answer carries.

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base64::Engine as _;

use super::peer::{Peer, origin};
use super::{Web, pages};
use crate::config::Access;
use crate::site::Site;

/// Nothing from elsewhere, nothing inline: even markup that slipped through an escape could do nothing.
const CSP: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; \
                   form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// What everybody reads while a password is meant and cannot be read. The reason is the operator's: it stands in the log.
pub(super) const CLOSED: &str = "These pages are closed: their password cannot be read. The log says why.";

/// The first thing every request meets.
pub(super) async fn guard(State(web): State<Web>, mut request: Request, next: Next) -> Response {
    let site = web.site.load_full();
    let mut response = match check(&web, &site, &request) {
        Ok(()) => {
            without_prefix(&site, request.uri_mut());
            next.run(request).await
        }
        Err(refusal) => *refusal,
    };
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, CSP),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (header::HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

fn check(web: &Web, site: &Site, request: &Request) -> Result<(), Box<Response>> {
    let host = host(request);
    let Some(host) = host else {
        return Err(refuse(StatusCode::BAD_REQUEST, "The request names no host."));
    };
    if !site.allows(&host) {
        let name: String =
            host.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']')).collect();
        let name = name.split(':').next().unwrap_or_default();
        tracing::warn!("refused a request for host {name:?}");
        return Err(refuse(
            StatusCode::MISDIRECTED_REQUEST,
            &format!(
                "This site is not served under the name {name}. To allow it, add to the config: allowed_hosts = [\"{name}\"]"
            ),
        ));
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) && !is_own(site, request.headers()) {
        return Err(refuse(StatusCode::FORBIDDEN, "This request came from another site."));
    }
    // Whoever watches over the daemon has no password, and learns nothing but whether it is well.
    if matches!(own_path(site, request.uri().path()), "/healthz" | "/readyz") {
        return Ok(());
    }
    match &site.access {
        Access::Nobody => Err(refuse(StatusCode::SERVICE_UNAVAILABLE, CLOSED)),
        Access::Password(password) => knows(web, site, request, password.reveal()),
        Access::Everybody => Ok(()),
    }
}

/// Whether a request brings the password. Who guesses is made to wait.
fn knows(web: &Web, site: &Site, request: &Request, password: &str) -> Result<(), Box<Response>> {
    let headers = request.headers();
    let log_in = || {
        let mut response = *refuse(StatusCode::UNAUTHORIZED, "Please log in.");
        response.headers_mut().insert(
            header::WWW_AUTHENTICATE,
            HeaderValue::from_static("Basic realm=\"Parcelwatch\", charset=\"UTF-8\""),
        );
        Box::new(response)
    };
    if !headers.contains_key(header::AUTHORIZATION) {
        return Err(log_in());
    }
    let Some(peer) = origin(&site.config, request.extensions().get::<Peer>(), headers) else { return Err(log_in()) };
    if let Some(wait) = web.attempts.wait(peer) {
        let mut response = *refuse(StatusCode::TOO_MANY_REQUESTS, "Too many wrong passwords; please wait a minute.");
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait.as_secs() + 1));
        return Err(Box::new(response));
    }
    if is_authorized(headers, password) {
        web.attempts.right(peer);
        return Ok(());
    }
    let count = web.attempts.wrong(peer);
    tracing::warn!("wrong password from {peer}, in a row: {count}");
    Err(log_in())
}

/// The host a request names: exactly one, from the header or the request line.
fn host(request: &Request) -> Option<String> {
    let mut named = request.headers().get_all(header::HOST).iter();
    let host = match (named.next(), named.next()) {
        (Some(host), None) => host.to_str().ok().map(str::to_owned),
        (Some(_), Some(_)) => None,
        (None, _) => request.uri().authority().map(ToString::to_string),
    };
    host.filter(|host| !host.is_empty())
}

/// Whether a request that changes something was made on our own pages, or by a program and not a page.
fn is_own(site: &Site, headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(fetch_site) = text("sec-fetch-site") {
        return matches!(fetch_site, "same-origin" | "none");
    }
    match text("origin") {
        Some(origin) => url::Url::parse(origin).is_ok_and(|origin| {
            let port = origin.port().map(|port| format!(":{port}")).unwrap_or_default();
            origin.host_str().is_some_and(|host| site.allows(&format!("{host}{port}")))
        }),
        // No browser leaves out both; curl does.
        None => true,
    }
}

fn is_authorized(headers: &HeaderMap, password: &str) -> bool {
    let Some(given) = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()) else { return false };
    if let Some(token) = given.strip_prefix("Bearer ") {
        return same(token.trim(), password);
    }
    let decoded = given
        .strip_prefix("Basic ")
        .and_then(|pair| base64::engine::general_purpose::STANDARD.decode(pair.trim()).ok());
    let pair = decoded.and_then(|bytes| String::from_utf8(bytes).ok());
    // Any user name will do: there is one person, and one password.
    pair.and_then(|pair| pair.split_once(':').map(|(_, given)| same(given, password))).unwrap_or(false)
}

/// Compares without telling by the time it takes how much was right.
fn same(a: &str, b: &str) -> bool {
    use sha2::Digest as _;
    let (a, b) = (sha2::Sha256::digest(a), sha2::Sha256::digest(b));
    a.iter().zip(b.iter()).fold(0, |differs, (a, b)| differs | (a ^ b)) == 0
}

/// Behind a proxy the path may come with the proxy's prefix, or without.
fn without_prefix(site: &Site, uri: &mut Uri) {
    let Some(path_and_query) = uri.path_and_query() else { return };
    let own = own_path(site, path_and_query.as_str());
    if own.len() == path_and_query.as_str().len() {
        return;
    }
    let own = if own.starts_with('/') { own.to_owned() } else { format!("/{own}") };
    if let Ok(changed) = own.parse() {
        *uri = changed;
    }
}

/// A path as our routes know it.
fn own_path<'a>(site: &Site, path: &'a str) -> &'a str {
    path.strip_prefix(site.path.trim_end_matches('/')).unwrap_or(path)
}

fn refuse(status: StatusCode, words: &str) -> Box<Response> {
    let mut response = pages::plain_error(status, words).into_response();
    *response.status_mut() = status;
    Box::new(response.map(Body::new))
}
