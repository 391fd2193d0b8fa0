//! Takes connections, as many as are good for us, and lets none of them dawdle.

use std::net::IpAddr;
use std::time::Duration;

use axum::{Extension, Router};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::connections::{Connections, Watched};
use super::peer::Peer;

/// A request's head is a few lines; whoever takes longer is not a browser.
const HEAD_TIMEOUT: Duration = Duration::from_secs(15);
const HEAD_BYTES_MAX: usize = 64 * 1024;
/// After a failed accept, such as when files run out.
const PAUSE: Duration = Duration::from_millis(200);
/// Answers under way when the daemon stops get this long.
const LAST_ANSWERS: Duration = Duration::from_secs(2);

/// Serves until it is stopped. `is_trusted` says whether an address stands for many people.
pub(super) async fn serve(
    listener: TcpListener,
    router: Router,
    is_trusted: impl Fn(IpAddr) -> bool,
    stop: CancellationToken,
) {
    let connections = Connections::new();
    let open = GracefulShutdown::new();
    for number in 0.. {
        let accepted = tokio::select! {
            () = stop.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!("cannot take a connection: {error}");
                tokio::time::sleep(PAUSE).await;
                continue;
            }
        };
        // Answers are whole pages; waiting for more to send would only delay them.
        let _ = stream.set_nodelay(true);
        let place = connections.place(peer.ip(), number, is_trusted(peer.ip()));
        let close = place.close.clone();
        let service = TowerToHyperService::new(router.clone().layer(Extension(Peer(peer))));
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD_TIMEOUT)
            .max_buf_size(HEAD_BYTES_MAX)
            .serve_connection(TokioIo::new(Watched::new(stream, place)), service);
        let connection = open.watch(connection);
        tokio::spawn(async move {
            // A browser that went away is no news.
            tokio::select! {
                _ = connection => {}
                () = close.cancelled() => {}
            }
        });
    }
    let _ = tokio::time::timeout(LAST_ANSWERS, open.shutdown()).await;
}
