//! The connections that are open: how many, from whom, and which of them has stood still for longest. A client that stands still
//! gives way to a new one, so that no number of them makes the pages unreachable.

use std::collections::HashMap;
use std::io;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep};
use tokio_util::sync::CancellationToken;

use super::peer::network;

/// A household has a few browsers and readers.
const CONNECTIONS_MAX: usize = 256;
/// One address cannot take all of them; a proxy that is trusted stands for many people and can.
const PER_PEER_MAX: usize = 128;
/// A client that takes nothing of an answer for so long will not take the rest.
const WRITE_TIMEOUT: Duration = Duration::from_secs(20);

/// The connections that are open.
#[derive(Clone, Debug)]
pub(super) struct Connections {
    open: Arc<Mutex<HashMap<u64, Open>>>,
    begun: Instant,
}

#[derive(Debug)]
struct Open {
    peer: IpAddr,
    /// When a byte went in either direction last, in milliseconds since the registry began.
    moved_at: Arc<AtomicU64>,
    close: CancellationToken,
}

/// A place among the open connections, until it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    open: Arc<Mutex<HashMap<u64, Open>>>,
    number: u64,
    begun: Instant,
    moved_at: Arc<AtomicU64>,
    /// Cancelled when the place is wanted for another.
    pub(super) close: CancellationToken,
}

impl Connections {
    pub(super) fn new() -> Self {
        Self { open: Arc::default(), begun: Instant::now() }
    }

    fn open(&self) -> MutexGuard<'_, HashMap<u64, Open>> {
        self.open.lock().expect("nothing panics while it holds this lock")
    }

    /// A place for a new connection; the one that has stood still for longest gives way where there is none.
    pub(super) fn place(&self, peer: IpAddr, number: u64, is_trusted: bool) -> Place {
        let (mut open, peer) = (self.open(), network(peer));
        let of_peer = open.values().filter(|other| other.peer == peer).count();
        if of_peer >= PER_PEER_MAX && !is_trusted {
            give_way(&mut open, |other| other.peer == peer);
        } else if open.len() >= CONNECTIONS_MAX {
            give_way(&mut open, |_| true);
        }
        let moved_at = Arc::new(AtomicU64::new(since(self.begun)));
        let close = CancellationToken::new();
        open.insert(number, Open { peer, moved_at: Arc::clone(&moved_at), close: close.clone() });
        Place { open: Arc::clone(&self.open), number, begun: self.begun, moved_at, close }
    }
}

fn give_way(open: &mut HashMap<u64, Open>, is_meant: impl Fn(&Open) -> bool) {
    let stalled = open.iter().filter(|(_, other)| is_meant(other));
    let stalled = stalled.min_by_key(|(number, other)| (other.moved_at.load(Ordering::Relaxed), **number));
    if let Some((&number, _)) = stalled
        && let Some(gone) = open.remove(&number)
    {
        gone.close.cancel();
    }
}

fn since(begun: Instant) -> u64 {
    u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX)
}

impl Drop for Place {
    fn drop(&mut self) {
        self.open.lock().expect("nothing panics while it holds this lock").remove(&self.number);
    }
}

/// A connection that notes when it moves, and breaks when the other side takes nothing.
#[derive(Debug)]
pub(super) struct Watched {
    stream: TcpStream,
    place: Place,
    /// Runs while a write waits.
    stalled: Option<Pin<Box<Sleep>>>,
}

impl Watched {
    pub(super) fn new(stream: TcpStream, place: Place) -> Self {
        Self { stream, place, stalled: None }
    }

    fn moved(&mut self) {
        self.stalled = None;
        self.place.moved_at.store(since(self.place.begun), Ordering::Relaxed);
    }

    /// What a write came to; one that waits too long is an error.
    fn written<T>(&mut self, poll: Poll<io::Result<T>>, context: &mut Context<'_>) -> Poll<io::Result<T>> {
        if poll.is_ready() {
            self.moved();
            return poll;
        }
        let stalled = self.stalled.get_or_insert_with(|| Box::pin(tokio::time::sleep(WRITE_TIMEOUT)));
        match stalled.as_mut().poll(context) {
            Poll::Ready(()) => Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "the client takes nothing"))),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl AsyncRead for Watched {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let poll = Pin::new(&mut self.stream).poll_read(context, buffer);
        if poll.is_ready() {
            self.place.moved_at.store(since(self.place.begun), Ordering::Relaxed);
        }
        poll
    }
}

impl AsyncWrite for Watched {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let poll = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.written(poll, context)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let poll = Pin::new(&mut self.stream).poll_flush(context);
        self.written(poll, context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let poll = Pin::new(&mut self.stream).poll_write_vectored(context, parts);
        self.written(poll, context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peer(last: u8) -> IpAddr {
        [192, 0, 2, last].into()
    }

    #[tokio::test(start_paused = true)]
    async fn the_one_that_stood_still_for_longest_gives_way() {
        let connections = Connections::new();
        let mut places = Vec::new();
        for number in 0..CONNECTIONS_MAX as u64 {
            tokio::time::advance(Duration::from_millis(1)).await;
            places.push(connections.place(peer((number % 4) as u8), number, false));
        }
        // The oldest moves: the second one is stalled for longest now.
        places[0].moved_at.store(since(connections.begun), Ordering::Relaxed);
        let new = connections.place(peer(9), 1000, false);
        assert!(places[1].close.is_cancelled());
        assert_eq!(places.iter().filter(|place| place.close.is_cancelled()).count(), 1);
        drop((new, places));
        assert!(connections.open().is_empty());
    }

    #[tokio::test]
    async fn who_has_its_share_pushes_out_its_own_and_a_network_is_one() {
        let connections = Connections::new();
        let address = |n: u64| IpAddr::from([0x2001, 0xdb8, 0, 0, 0, 0, 0, u16::try_from(n).expect("small")]);
        let others: Vec<Place> =
            (0..128).map(|number| connections.place(peer((number % 100) as u8), number, false)).collect();
        let own: Vec<Place> = (0..300).map(|n| connections.place(address(n), 1000 + n, false)).collect();
        assert!(others.iter().all(|place| !place.close.is_cancelled()), "they were there first");
        assert_eq!(own.iter().filter(|place| !place.close.is_cancelled()).count(), PER_PEER_MAX);
    }

    #[tokio::test]
    async fn one_address_takes_no_more_than_its_share_unless_it_is_a_trusted_proxy() {
        let connections = Connections::new();
        let take = |peer: IpAddr, from: u64, is_trusted: bool| -> Vec<Place> {
            (from..from + CONNECTIONS_MAX as u64).map(|number| connections.place(peer, number, is_trusted)).collect()
        };
        let places = take(peer(1), 0, false);
        assert_eq!(places.iter().filter(|place| !place.close.is_cancelled()).count(), PER_PEER_MAX);
        drop(places);
        let places = take(peer(1), 1000, true);
        assert!(places.iter().all(|place| !place.close.is_cancelled()));
    }
}
