//! A floor of speed for what is sent to us: a client that sends a byte now and then holds no connection for ever.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http_body::{Frame, SizeHint};
use tokio::time::{Instant, Sleep};

/// Before this nobody is measured.
const GRACE: Duration = Duration::from_secs(20);
/// The slowest line that a phone has.
const BYTES_PER_SECOND: u64 = 2000;

/// Ends the body of a request that comes slower than the floor.
pub(super) async fn pace(request: Request, next: Next) -> Response {
    next.run(request.map(|body| Body::new(Paced::new(body)))).await
}

struct Paced {
    body: Body,
    begun: Instant,
    bytes: u64,
    deadline: Pin<Box<Sleep>>,
}

impl Paced {
    fn new(body: Body) -> Self {
        Self { body, begun: Instant::now(), bytes: 0, deadline: Box::pin(tokio::time::sleep(GRACE)) }
    }
}

impl http_body::Body for Paced {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        match Pin::new(&mut self.body).poll_frame(context) {
            Poll::Ready(frame) => {
                let data = frame.as_ref().and_then(|frame| frame.as_ref().ok()?.data_ref());
                self.bytes += data.map_or(0, |data| data.len() as u64);
                let allowed = GRACE + Duration::from_secs(self.bytes / BYTES_PER_SECOND);
                let deadline = self.begun + allowed;
                self.deadline.as_mut().reset(deadline);
                Poll::Ready(frame)
            }
            Poll::Pending => match self.deadline.as_mut().poll(context) {
                Poll::Ready(()) => Poll::Ready(Some(Err(axum::Error::new(std::io::Error::new(
                    std::io::ErrorKind::TimedOut,
                    "the request comes too slowly",
                ))))),
                Poll::Pending => Poll::Pending,
            },
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use futures_util::stream;
    use http_body_util::BodyExt as _;

    use super::*;

    /// A body of so many pieces, each after a while.
    fn body(pieces: usize, bytes: usize, every: Duration) -> Body {
        Body::from_stream(stream::unfold(0, move |sent| async move {
            if sent == pieces {
                return None;
            }
            tokio::time::sleep(every).await;
            Some((Ok::<_, std::io::Error>(Bytes::from(vec![0; bytes])), sent + 1))
        }))
    }

    #[tokio::test(start_paused = true)]
    async fn what_drips_is_ended_and_what_is_slow_comes_through() {
        let whole = |body| async move { Paced::new(body).collect().await.map(|whole| whole.to_bytes().len()) };
        let second = Duration::from_secs(1);
        assert_eq!(whole(body(300, 3000, second)).await.expect("a slow line"), 900_000);
        assert_eq!(whole(body(3, 1, second * 5)).await.expect("a short form"), 3);
        assert!(whole(body(300, 1, second)).await.is_err(), "a drip");
        assert!(whole(body(2, 3000, second * 60)).await.is_err(), "half of it, and then nothing");
    }
}
