//! Tells open pages that something changed; they fetch themselves anew.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use tokio::sync::{OwnedSemaphorePermit, watch};
use tokio_util::sync::CancellationToken;

use super::Web;
use crate::config::Access;
use crate::site::Site;
use crate::store::Revision;

/// Open pages at the same time. Browsers close a page's stream when it is out of sight.
pub(super) const STREAMS_MAX: usize = 64;
/// Proxies cut streams that say nothing for a minute.
const HEARTBEAT: Duration = Duration::from_secs(20);

/// A stream of revisions.
pub(super) async fn events(State(web): State<Web>) -> Response {
    let Ok(permit) = web.streams.clone().try_acquire_owned() else {
        return (StatusCode::SERVICE_UNAVAILABLE, "too many open pages").into_response();
    };
    let site = Arc::clone(&web.site);
    let access = site.load().access.clone();
    let stream =
        Stream { revision: web.store.revision(), stop: web.stop.clone(), site, access, begun: false, _permit: permit };
    let events = futures_util::stream::unfold(stream, |mut stream| async move {
        let event = stream.next().await?;
        Some((Ok::<_, Infallible>(event), stream))
    });
    let mut response = Sse::new(events).keep_alive(KeepAlive::new().interval(HEARTBEAT)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    response
}

struct Stream {
    revision: watch::Receiver<Revision>,
    stop: CancellationToken,
    site: Arc<ArcSwap<Site>>,
    /// Who might come in when the stream was opened.
    access: Access,
    begun: bool,
    _permit: OwnedSemaphorePermit,
}

impl Stream {
    /// The next revision; the first is the one that is. `None` ends the stream, so that a stopping daemon need not wait for
    /// every open page.
    async fn next(&mut self) -> Option<Event> {
        if self.begun {
            tokio::select! {
                () = self.stop.cancelled() => return None,
                changed = self.revision.changed() => changed.ok()?,
            }
            // A changed password ends what the old one opened.
            if self.site.load().access != self.access {
                return None;
            }
        }
        self.begun = true;
        let revision = *self.revision.borrow_and_update();
        Some(Event::default().event("revision").id(revision.pages.to_string()).data(revision.pages.to_string()))
    }
}
