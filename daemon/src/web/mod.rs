//! The local site: pages, feeds, API. It reads the store and nothing else; what a person wants goes to the tracker.

mod actions;
mod api;
mod assets;
mod attachments;
mod attempts;
mod channels;
mod connections;
mod evidence;
mod fault_page;
mod feeds;
mod guard;
mod health;
mod live;
mod pace;
mod pages;
mod peer;
mod serve;
mod system_json;
mod unmapped;

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;

pub use fault_page::fault_page;
use serve::serve;

use crate::clock::Clock;
use crate::plugin_host::Progress;
use crate::site::Site;
use crate::store::{Store, StoreError};
use crate::tracker::TrackerHandle;

/// A page takes milliseconds; what takes longer than this hangs.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(20);
/// Forms are short.
const BODY_BYTES_MAX: usize = 64 * 1024;

/// What every handler can reach.
#[derive(Clone, Debug)]
pub struct Web {
    store: Store,
    clock: Clock,
    site: Arc<ArcSwap<Site>>,
    tracker: TrackerHandle,
    /// How far the carriers are.
    carriers: watch::Receiver<Progress>,
    feeds: Arc<feeds::Cache>,
    streams: Arc<tokio::sync::Semaphore>,
    exports: Arc<tokio::sync::Semaphore>,
    attempts: Arc<attempts::Attempts>,
    stop: CancellationToken,
}

impl Web {
    pub fn new(
        store: Store,
        clock: Clock,
        site: Arc<ArcSwap<Site>>,
        tracker: TrackerHandle,
        carriers: watch::Receiver<Progress>,
        stop: CancellationToken,
    ) -> Self {
        let streams = Arc::new(tokio::sync::Semaphore::new(live::STREAMS_MAX));
        let exports = Arc::new(tokio::sync::Semaphore::new(evidence::EXPORTS_AT_ONCE));
        let (feeds, attempts) = (Arc::default(), Arc::default());
        Self { store, clock, site, tracker, carriers, feeds, streams, exports, attempts, stop }
    }

    /// Serves every route until the daemon stops.
    pub async fn serve(self, listener: TcpListener) {
        let (site, stop) = (Arc::clone(&self.site), self.stop.clone());
        serve(listener, self.router(), move |address| peer::is_trusted(&site.load().config, address), stop).await;
    }

    /// Every route of the site.
    pub fn router(self) -> Router {
        let timed = Router::new()
            .route("/", get(pages::overview))
            .route("/parcel/{id}", get(pages::parcel))
            .route("/parcel/{id}/evidence.zip", get(evidence::zip))
            .route("/parcel/{id}/attachment/{name}", get(attachments::download))
            .route("/archive", get(pages::archive))
            .route("/stats", get(pages::stats))
            .route("/system", get(pages::system))
            .route("/feeds", get(pages::feeds))
            .route("/feeds.opml", get(feeds::opml))
            .route("/feeds/{file}", get(feeds::top))
            .route("/feeds/parcel/{file}", get(feeds::of_parcel))
            .route("/feeds/tag/{file}", get(feeds::of_tag))
            .route("/api/v1/parcels", get(api::parcels))
            .route("/api/v1/parcels/{id}", get(api::parcel))
            .route("/api/v1/system", get(system_json::system))
            .route("/parcel/{id}/{action}", post(actions::parcel))
            .route("/healthz", get(health::alive))
            .route("/readyz", get(health::ready))
            .route("/metrics", get(health::metrics))
            .route("/assets/{file}", get(assets::asset))
            .route("/favicon.ico", get(assets::favicon))
            .fallback(pages::not_found)
            .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, ANSWER_TIMEOUT));
        let live = Router::new().route("/events", get(live::events));
        // Photos are larger than forms, and a phone takes its time.
        let uploads = Router::new()
            .route("/parcel/{id}/attach", post(attachments::upload))
            .layer(DefaultBodyLimit::disable())
            .layer(RequestBodyLimitLayer::new(attachments::UPLOAD_BYTES_MAX))
            .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, attachments::UPLOAD_TIMEOUT));
        let guard = axum::middleware::from_fn_with_state(self.clone(), guard::guard);
        let pace = axum::middleware::from_fn(pace::pace);
        let routes =
            timed.merge(live).layer(RequestBodyLimitLayer::new(BODY_BYTES_MAX)).merge(uploads).with_state(self);
        // Around the routes and not on them: a route is chosen by the path without the proxy's prefix.
        Router::new().fallback_service(tower::ServiceBuilder::new().layer(guard).layer(pace).service(routes))
    }
}

/// Serves a site that has no rules but its own answers.
pub async fn serve_plainly(listener: TcpListener, router: Router, stop: CancellationToken) {
    serve(listener, router, |_| false, stop).await;
}

/// Why a page cannot be shown.
#[derive(Debug, thiserror::Error)]
enum PageError {
    #[error("{0}")]
    Store(#[from] StoreError),
    #[error("a page does not render: {0}")]
    Render(#[from] askama::Error),
    #[error("{0:#}")]
    Export(#[from] anyhow::Error),
    #[error("{0}")]
    NotFound(String),
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        let status = match &self {
            Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::Store(_) | Self::Render(_) | Self::Export(_) => {
                tracing::error!("{self}");
                StatusCode::INTERNAL_SERVER_ERROR
            }
        };
        (status, pages::plain_error(status, &self.to_string())).into_response()
    }
}
