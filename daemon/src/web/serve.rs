//! Takes connections, as many as are good for us, and lets none of them dawdle.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

/// A household has a few browsers and readers; the rest waits its turn.
const CONNECTIONS_MAX: usize = 256;
/// A request's head is a few lines; whoever takes longer is not a browser.
const HEAD_TIMEOUT: Duration = Duration::from_secs(15);
const HEAD_BYTES_MAX: usize = 64 * 1024;
/// After a failed accept, such as when files run out.
const PAUSE: Duration = Duration::from_millis(200);
/// Answers under way when the daemon stops get this long.
const LAST_ANSWERS: Duration = Duration::from_secs(2);

/// Serves until it is stopped.
pub async fn serve(listener: TcpListener, router: Router, stop: CancellationToken) {
    let permits = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let open = GracefulShutdown::new();
    loop {
        let permit = tokio::select! {
            () = stop.cancelled() => break,
            permit = Arc::clone(&permits).acquire_owned() => permit.expect("the semaphore is never closed"),
        };
        let accepted = tokio::select! {
            () = stop.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        let stream = match accepted {
            Ok((stream, _)) => stream,
            Err(error) => {
                tracing::warn!("cannot take a connection: {error}");
                tokio::time::sleep(PAUSE).await;
                continue;
            }
        };
        // Answers are whole pages; waiting for more to send would only delay them.
        let _ = stream.set_nodelay(true);
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD_TIMEOUT)
            .max_buf_size(HEAD_BYTES_MAX)
            .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router.clone()));
        let connection = open.watch(connection);
        tokio::spawn(async move {
            // A browser that went away is no news.
            let _ = connection.await;
            drop(permit);
        });
    }
    let _ = tokio::time::timeout(LAST_ANSWERS, open.shutdown()).await;
}
