//! What is served while the daemon cannot start: why not, in full to this machine alone.

use axum::Router;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;

use super::pages;

/// A site that says on every path what is wrong.
pub fn fault_page(what: &str, detail: &str) -> Router {
    let (all, little) = (format!("{what}: {detail}"), format!("{what}; the log says why."));
    Router::new().fallback(move |headers: HeaderMap| async move {
        let status = StatusCode::SERVICE_UNAVAILABLE;
        // A proxy's visitors, and pages that let their own name point here, need not know what lies where.
        let words = if is_local(&headers) { &all } else { &little };
        let answer = [(header::CACHE_CONTROL, "no-store"), (header::X_CONTENT_TYPE_OPTIONS, "nosniff")];
        (status, answer, pages::plain_error(status, words)).into_response()
    })
}

fn is_local(headers: &HeaderMap) -> bool {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    ["localhost", "127.0.0.1", "[::1]"].contains(&name)
}
